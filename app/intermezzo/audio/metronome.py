"""Metronome clicks: beside the sound while it plays, and alone as a count-in before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.audio.resample import Samples
from intermezzo.audio.voice import Run

__all__ = ["Beat", "Clicks", "count_in"]

Beat = tuple[float, bool]
"""When it is heard, in seconds of the sound, and whether it is the first of its bar."""
_LENGTH_S: Final = 0.035
_STRONG_HZ, _WEAK_HZ = 1960.0, 1318.5  # B6 and E6: over voices and most instruments, and a fifth apart
_STRONG_LEVEL, _WEAK_LEVEL = 0.35, 0.22


@dataclass(frozen=True, eq=False)
class Clicks:
    """Clicks of one sound at one rate.

    Attributes:
        starts: int64 (clicks,) rising, device frames of the sound.
        strong: bool (clicks,), first beats of bars.
        sounds: float32 (2, n, 2): weak and strong click.
    """

    starts: NDArray[np.int64]
    strong: NDArray[np.bool_]
    sounds: Samples

    @classmethod
    def of(cls, beats: Sequence[Beat], device_rate: int) -> Clicks:
        """Return the clicks of beats in order."""
        starts = np.array([round(at_s * device_rate) for at_s, _ in beats], np.int64)
        return cls(starts, np.array([strong for _, strong in beats], bool), _sounds(device_rate))

    def add(self, runs: Sequence[Run], block: Samples) -> None:
        """Add to a block (n, 2) what is heard of the clicks in its runs."""
        length = self.sounds.shape[1]
        for run in runs:
            first = int(np.searchsorted(self.starts, run.position - length, side="right"))
            last = int(np.searchsorted(self.starts, run.position + run.n_frames))
            for k in range(first, last):
                begin = int(self.starts[k]) - run.position
                a, b = max(begin, 0), min(begin + length, run.n_frames)
                if a < b:
                    sound = self.sounds[int(self.strong[k])]
                    block[run.offset + a : run.offset + b] += sound[a - begin : b - begin]


def count_in(beat_s: float, n_beats: int, device_rate: int) -> Samples:
    """Return one bar of clicks, float32 (n, 2), after which the sound begins."""
    beat = round(beat_s * device_rate)
    bar = np.zeros((beat * n_beats, 2), np.float32)
    clicks = Clicks.of([(k * beat_s, k == 0) for k in range(n_beats)], device_rate)
    clicks.add([Run(0, 0, len(bar))], bar)
    return bar


def _sounds(device_rate: int) -> Samples:
    t = np.arange(round(_LENGTH_S * device_rate)) / device_rate
    shape = np.minimum(t / 0.001, 1.0) * np.exp(-t / 0.007)
    shape *= np.minimum((t[-1] - t) / 0.004, 1.0)
    pair = [
        level * shape * np.sin(2 * np.pi * hz * t)
        for hz, level in ((_WEAK_HZ, _WEAK_LEVEL), (_STRONG_HZ, _STRONG_LEVEL))
    ]
    return np.repeat(np.array(pair, np.float32)[:, :, None], 2, axis=2)
