"""Level meter ballistics: peaks fall at 20 dB a second, RMS is averaged over 0.3 s (IEC 60268-18 and VU practice)."""

from typing import NamedTuple

import numpy as np

from intermezzo.audio.resample import Samples

__all__ = ["Level", "Meter"]

PEAK_FALL_DB_PER_S = 20.0
RMS_TIME_S = 0.3


class Level(NamedTuple):
    """Left and right level as a share of full scale: 1.0 is 0 dBFS, above it clips."""

    peak: tuple[float, float] = (0.0, 0.0)
    rms: tuple[float, float] = (0.0, 0.0)


class Meter:
    """Follows the blocks that are played; ``level`` may be read from any thread."""

    def __init__(self, device_rate: int) -> None:
        self._rate = device_rate
        self._peak = np.zeros(2)
        self._power = np.zeros(2)
        self.level = Level()

    def follow(self, block: Samples) -> None:
        """Take in one block (n, 2)."""
        duration_s = len(block) / self._rate
        self._peak = np.maximum(
            np.abs(block).max(axis=0), self._peak * 10.0 ** (-PEAK_FALL_DB_PER_S * duration_s / 20.0)
        )
        kept = np.exp(-duration_s / RMS_TIME_S)
        self._power = kept * self._power + (1.0 - kept) * np.mean(np.square(block, dtype=np.float64), axis=0)
        (left, right), (left_rms, right_rms) = self._peak.tolist(), np.sqrt(self._power).tolist()
        self.level = Level((left, right), (left_rms, right_rms))
