"""SilentClock: time that passes where nothing is heard, so that films without sound play like everything else."""

from __future__ import annotations

from time import perf_counter

from intermezzo.audio.meter import Level

__all__ = ["SilentClock"]


class SilentClock:
    """A transport over ``duration_s`` seconds of nothing; it stops at the end, or goes round in a loop."""

    def __init__(self, duration_s: float) -> None:
        self.duration_s = duration_s
        self.level = Level()
        self._at_s = 0.0  # where it stood when it began to run, or stands
        self._since_s: float | None = None  # when it began to run
        self._began_s = 0.0
        self._stop_s: float | None = None
        self._loop_s: tuple[float, float] | None = None

    def play(self, start_s: float, stop_s: float | None = None) -> bool:
        """Run from a second on, to another or to the end."""
        self._stop_s, self._loop_s = stop_s, None
        self._at_s = self._began_s = start_s
        self._since_s = perf_counter()
        return True

    def pause(self) -> None:
        """Stand still."""
        self._at_s, self._since_s = self.position_s, None

    def stop(self) -> None:
        """Stand still where it began to run."""
        self._at_s, self._since_s = self._began_s, None

    def seek(self, to_s: float) -> None:
        """Go somewhere; it runs on from there."""
        self._at_s = to_s
        if self._since_s is not None:
            self._since_s = perf_counter()

    def set_loop(self, region_s: tuple[float, float] | None) -> None:
        """Go round between two seconds, or no more."""
        at_s = self.position_s
        self._loop_s = region_s if region_s is not None and region_s[1] > region_s[0] else None
        self.seek(at_s)

    @property
    def playing(self) -> bool:
        """Whether time passes."""
        return self._since_s is not None and (self._loop_s is not None or self.position_s < self._end_s)

    @property
    def position_s(self) -> float:
        """The second that it is at."""
        at_s = self._at_s if self._since_s is None else self._at_s + perf_counter() - self._since_s
        if self._loop_s is not None and self._since_s is not None and at_s >= self._loop_s[1]:
            first_s, last_s = self._loop_s
            return first_s + (at_s - first_s) % (last_s - first_s)
        return min(at_s, self._end_s)

    @property
    def _end_s(self) -> float:
        return self.duration_s if self._stop_s is None else min(self._stop_s, self.duration_s)
