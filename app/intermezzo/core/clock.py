"""Clocks: at which second of the output a frame of a sketch is heard, where tempo is a part of the sketch."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError

__all__ = ["FASTEST_BPM", "SLOWEST_BPM", "Clock", "even", "of_tempi", "tempo_of"]

SLOWEST_BPM, FASTEST_BPM = 4.0, 1000.0
_ALMOST = 1e-5


@dataclass(frozen=True, eq=False)
class Clock:
    """Rising knots, float64: frame ``frames[k]`` is heard at ``seconds[k]``, straight lines between and beyond."""

    frames: NDArray[np.float64]
    seconds: NDArray[np.float64]

    def seconds_at(self, frames: Any) -> NDArray[np.float64]:
        """Return the second at which each (fractional) frame is heard."""
        return _along(frames, self.frames, self.seconds)

    def frames_at(self, seconds: Any) -> NDArray[np.float64]:
        """Return the fractional frame that is heard at each second."""
        return _along(seconds, self.seconds, self.frames)

    def sample(self, frame: float, sample_rate: int) -> int:
        """Return the first sample of a frame."""
        return int(self.samples(frame, sample_rate))

    def samples(self, frames: Any, sample_rate: int) -> NDArray[np.int64]:
        """Return the first sample of each frame, int64.

        Sixteenths at 120 quarters a minute begin half-way between two samples: the later one is meant, also where the
        seconds are the last bit short of it, so that frames that come or go at the end move no other.
        """
        found: NDArray[np.int64] = np.floor(self.seconds_at(frames) * sample_rate + 0.5 + _ALMOST).astype(np.int64)
        return found


def even(hop_s: float, n_frames: int) -> Clock:
    """Return the clock of frames of equal length."""
    n = max(n_frames, 1)
    return Clock(np.array([0.0, n]), np.array([0.0, n * hop_s]))


def of_tempi(tempi: Sequence[tuple[int, float]], frames_per_quarter: int, n_frames: int) -> Clock:
    """Return the clock of tempi, each (frame from which it holds, quarters a minute); before the first it holds too.

    Raises:
        SketchError: if there is no tempo.
    """
    if not tempi:
        raise SketchError("A sketch in beats needs a tempo.")
    starts = [0, *(max(frame, 0) for frame, _ in tempi[1:])]
    frames = np.array([*starts, max(n_frames, starts[-1] + 1)], np.float64)
    per_frame = np.array([60.0 / (bpm * frames_per_quarter) for _, bpm in tempi])
    seconds = np.concatenate(([0.0], np.cumsum(np.diff(frames) * per_frame)))
    fresh = np.append(True, np.diff(frames) > 0)
    return Clock(frames[fresh], seconds[fresh])


def tempo_of(label: str) -> float | None:
    """Return the quarters a minute that a label of a tempo span says ("92", "92.5 bpm"); None if it says none."""
    try:
        bpm = float(label.strip().removesuffix("bpm").strip().replace(",", "."))
    except ValueError:
        return None
    return bpm if SLOWEST_BPM <= bpm <= FASTEST_BPM else None


def _along(at: Any, knots: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(at, float | int):  # asked dozens of times a frame of the screen: arrays would cost ten times as much
        j = min(max(bisect_right(knots, at) - 1, 0), len(knots) - 2)
        one: Any = values[j] + (at - knots[j]) * ((values[j + 1] - values[j]) / (knots[j + 1] - knots[j]))
        return one  # type: ignore[no-any-return]  # a float64, as numpy gives for one number
    x = np.asarray(at, np.float64)
    k = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    slope = (values[k + 1] - values[k]) / (knots[k + 1] - knots[k])
    result: NDArray[np.float64] = values[k] + (x - knots[k]) * slope
    return result
