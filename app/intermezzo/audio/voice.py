"""One playing position in a reel, as the audio callback moves it: copies prepared sound and fades over every jump.

A jump of the playhead fades out what would have come next, so long as it is still valid. A change of the sound under
the playhead fades out the last sample that was heard, held: what has become stale is not read again, not for 3 ms.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import numpy as np

from intermezzo.audio.reel import RAMP_S, Reel, falling, rising
from intermezzo.audio.resample import Samples

__all__ = ["Cue", "Run", "Voice"]

_journeys = count(1)


@dataclass(frozen=True, eq=False)
class Cue:
    """What a voice is to do; all places are device frames."""

    playing: bool = False
    at: int = 0  # where to begin
    stop: int | None = None  # where to end; the end of the sound where None
    loop: tuple[int, int] | None = None
    lead: Samples | None = None  # (n, 2) heard before, while the place stands still: a count-in
    journey: int = field(default_factory=lambda: next(_journeys))  # cues of one journey go on without a jump


class Run(NamedTuple):
    """A stretch of the sound that went into a block without a jump."""

    offset: int  # first frame in the block
    position: int  # first frame in the reel
    n_frames: int


class Voice:
    """Belongs to the audio thread; others hand it new reels and cues and read ``finished``."""

    def __init__(self, device_rate: int) -> None:
        n = max(2, round(RAMP_S * device_rate))
        self._rise, self._fall = rising(n), falling(n)
        self._tail: Samples = np.zeros((n, 2), np.float32)  # what is being faded out
        self._n_faded = n
        self._last: Samples = np.zeros(2, np.float32)  # the frame heard last
        self._cursor = 0
        self._playing = False
        self._led = 0  # frames of the cue's lead that were heard
        self._reel: Reel | None = None
        self._cue = Cue()
        self.finished: Cue | None = None  # the cue whose end was reached

    def fill(self, reel: Reel, cue: Cue, block: Samples) -> list[Run]:
        """Overwrite ``block`` (n, 2) with the next frames; return the runs of the reel that it holds."""
        self._follow(reel, cue)
        runs: list[Run] = []
        done = 0
        while done < len(block):
            rest = block[done:]
            if self._playing and cue.lead is not None and self._led < len(cue.lead):
                n = min(len(rest), len(cue.lead) - self._led)
                rest[:n] = cue.lead[self._led : self._led + n]
                self._led += n
                self._fade(rest[:n])
                done += n
                continue
            n = min(len(rest), self._end(reel, cue) - self._cursor) if self._playing else len(rest)
            if n <= 0:
                self._turn(reel, cue)
                continue
            if self._playing:
                reel.read(self._cursor, rest[:n])
                runs.append(Run(done, self._cursor, n))
                self._cursor += n
            else:
                rest[:] = 0.0
            self._fade(rest[:n])
            done += n
        self._last = block[-1].copy()
        return runs

    def is_done(self, cue: Cue) -> bool:
        """Whether nothing but silence would follow with this cue."""
        is_idle = not self._playing and self._n_faded >= len(self._tail)
        return is_idle and (cue is self.finished or not cue.playing)

    def _follow(self, reel: Reel, cue: Cue) -> None:
        """Take up a new reel and a new cue."""
        if reel is not self._reel:
            self._reel = reel
            before = np.empty((1, 2), np.float32)
            reel.read(self._cursor - 1, before)
            if self._playing and not np.array_equal(before[0], self._last):
                self._fade_from(np.broadcast_to(self._last, self._tail.shape).copy())
        if cue is not self._cue:
            if cue.journey != self._cue.journey:
                if self._n_faded > 0:  # else the fade above has just begun and holds what was heard last
                    self._fade_from(self._next(reel))
                self._cursor, self._playing, self._led = cue.at, cue.playing, 0
            self._cue = cue

    def _end(self, reel: Reel, cue: Cue) -> int:
        """The frame where this run ends: of the loop, else where the cue says, else of the sound."""
        if cue.loop and self._cursor <= cue.loop[1]:
            return cue.loop[1]
        return reel.n_frames if cue.stop is None else cue.stop

    def _turn(self, reel: Reel, cue: Cue) -> None:
        """Go back to the start of the loop, or finish."""
        self._fade_from(self._next(reel))
        if cue.loop and self._cursor == cue.loop[1]:
            self._cursor = cue.loop[0]
        else:
            self._playing, self.finished = False, cue

    def _next(self, reel: Reel) -> Samples:
        """The frames that would come now, as long as a ramp, with the fade that is under way."""
        following = np.zeros_like(self._tail)
        if self._playing:
            reel.read(self._cursor, following)
        faded = self._n_faded
        self._fade(following)
        self._n_faded = faded
        return following

    def _fade_from(self, tail: Samples) -> None:
        self._tail, self._n_faded = tail, 0

    def _fade(self, block: Samples) -> None:
        """Go on fading the tail out and ``block`` in."""
        ramp = slice(self._n_faded, self._n_faded + len(block))
        n = len(self._rise[ramp])
        if n:
            block[:n] = block[:n] * self._rise[ramp] + self._tail[ramp] * self._fall[ramp]
            self._n_faded += n
