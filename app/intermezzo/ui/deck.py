"""Deck: one transport over two sounds, the sketch (A) and what it is compared with (B), switched without losing place.

Whoever plays speaks in the time of A. While B is heard its time is mapped span by span, so that a switch in the middle
of a word goes on in the middle of that word, and what is rendered for A meanwhile waits for the switch back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.audio.meter import Level
from intermezzo.audio.metronome import Beat
from intermezzo.audio.player import Player
from intermezzo.core.alignment import Alignment, aligned
from intermezzo.core.clock import Clock
from intermezzo.core.sketch import Sketch
from intermezzo.ui.output_buffer import OutputBuffer
from intermezzo.ui.silent_clock import SilentClock

__all__ = ["Crossing", "Deck"]

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Crossing:
    """Which second of another version (B) is the same moment as a second of the sketch (A)."""

    frames: Alignment
    mine: Clock
    theirs: Clock

    @classmethod
    def between(cls, mine: Sketch, theirs: Sketch) -> Crossing:
        """Return the crossing from one sketch to another."""
        return cls(aligned(mine, theirs), mine.clock, theirs.clock)

    def to_b(self, seconds: float) -> float:
        """Return the second of B for one of A."""
        return float(self.theirs.seconds_at(self.frames.to_theirs(self.mine.frames_at(seconds))))

    def to_a(self, seconds: float) -> float:
        """Return the second of A for one of B."""
        return float(self.mine.seconds_at(self.frames.to_mine(self.theirs.frames_at(seconds))))


class Deck:
    """The player as transport and render loop see it."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._silence: SilentClock | None = None  # runs in the player's place where nothing is to be heard
        self._times: Crossing | None = None  # from A to B while B is heard
        self._stop_s: float | None = None
        self._loop_s: tuple[float, float] | None = None
        self._beats: Sequence[Beat] | None = None  # of A

    @property
    def is_on_b(self) -> bool:
        """Whether B is heard."""
        return self._times is not None

    def _to_b(self, seconds: float) -> float:
        return seconds if self._times is None else self._times.to_b(seconds)

    def _to_a(self, seconds: float) -> float:
        return seconds if self._times is None else self._times.to_a(seconds)

    @property
    def _runs(self) -> Player | SilentClock:
        return self._player if self._silence is None else self._silence

    def set_silence(self, duration_s: float | None) -> None:
        """Let time pass without sound over so many seconds; None: it is the sound that runs."""
        if duration_s is None:
            self._silence = None
        elif self._silence is None:
            if self._player.playing:
                self._player.stop()
            self._silence = SilentClock(duration_s)
        else:
            self._silence.duration_s = duration_s

    # Which side is heard

    def hear(self, output: OutputBuffer, times: Crossing | None) -> None:
        """Play ``output`` from now on, where it plays and as it plays; ``times`` maps A to it, None: it is A."""
        is_playing, at_s = self.playing, self.position_s
        self._times = times
        self._send_beats()
        self._player.set_sound(output.channels, output.sample_rate)
        self._player.silence([(start * output.hop, stop * output.hop) for start, stop in output.stale_ranges()])
        if is_playing:
            self.play(at_s, self._stop_s)
            if self._loop_s is not None:
                self.set_loop(self._loop_s)
        else:
            self.seek(at_s)

    def put_in_b(self, output: OutputBuffer, start: int, stop: int) -> None:
        """Let new sound of B, its blocks ``start:stop``, be heard, if it is B that is heard."""
        if self.is_on_b:
            self._player.replace(start * output.hop, output.part(start, stop))

    # The sound of A, which waits while B is heard

    def set_sound(self, samples: Samples, rate: int) -> None:
        """Stop, and play another A from now on."""
        if self.is_on_b:
            self._times = None
            self._send_beats()
        self._player.set_sound(samples, rate)

    def replace(self, start_sample: int, samples: Samples) -> None:
        """Put new sound into A."""
        if not self.is_on_b:
            self._player.replace(start_sample, samples)

    def silence(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Silence stretches of A."""
        if stretches and not self.is_on_b:
            self._player.silence(stretches)

    def set_length(self, n_samples: int) -> None:
        """Cut or lengthen A."""
        if not self.is_on_b:
            self._player.set_length(n_samples)

    def audition(self, samples: Samples, rate: int) -> int:
        """Play a short sound at once, beside the transport; returns its generation."""
        return self._player.audition(samples, rate)

    # The transport, in seconds of A

    def play(self, start_s: float, stop_s: float | None = None, count_in: tuple[float, int] | None = None) -> bool:
        """Play, after a count-in (seconds a beat, beats); returns whether sound comes, if not ``reason`` says why."""
        self._stop_s, self._loop_s = stop_s, None
        if self._silence is not None:
            return self._silence.play(start_s, stop_s)
        begin_s, end_s = self._to_b(start_s), None if stop_s is None else self._to_b(stop_s)
        if count_in is None:
            return self._player.play(begin_s, end_s)
        return self._player.play(begin_s, end_s, count_in=count_in)

    def set_beats(self, beats: Sequence[Beat] | None) -> None:
        """Click on beats of A, (seconds, whether a bar begins), while it plays; None: do not."""
        self._beats = beats
        self._send_beats()

    def _send_beats(self) -> None:
        if self._beats is not None:
            self._player.set_beats([(self._to_b(at_s), strong) for at_s, strong in self._beats])
        else:
            self._player.set_beats(None)

    def pause(self) -> None:
        """Stop where it is heard now."""
        self._runs.pause()

    def stop(self) -> None:
        """Stop, and go back to where playing began."""
        self._runs.stop()

    def seek(self, to_s: float) -> None:
        """Move the playhead; playing goes on from there."""
        self._runs.seek(self._to_b(to_s))

    def set_loop(self, region_s: tuple[float, float] | None) -> None:
        """Loop over a stretch, or no more."""
        self._loop_s = region_s
        self._runs.set_loop(None if region_s is None else (self._to_b(region_s[0]), self._to_b(region_s[1])))

    @property
    def playing(self) -> bool:
        """Whether the transport runs."""
        return self._runs.playing

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds of A."""
        return self._to_a(self._runs.position_s)

    @property
    def level(self) -> Level:
        """Peak and RMS of what is played."""
        return self._runs.level

    @property
    def gain(self) -> float:
        """Factor on everything that is played."""
        return self._player.gain

    @gain.setter
    def gain(self, gain: float) -> None:
        self._player.gain = gain

    @property
    def reason(self) -> str | None:
        """Why there is no sound; None where there is."""
        return self._player.reason
