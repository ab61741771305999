"""The lowest and highest sample of each frame and each pixel column: an hour of sound paints like a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["WavePeaks"]

F32 = NDArray[np.float32]


class WavePeaks:
    """Peaks per frame of ``hop`` samples; columns wider than a frame are read from them, narrower from the samples."""

    def __init__(self) -> None:
        self.samples: F32 = np.zeros(0, np.float32)
        self.hop = 256
        self._low: F32 = np.zeros(0, np.float32)
        self._high: F32 = np.zeros(0, np.float32)

    @property
    def n_frames(self) -> int:
        """Frames of the sound."""
        return len(self._low)

    @property
    def loudest(self) -> float:
        """The largest magnitude, 0 for silence."""
        return float(max(self._high.max(initial=0.0), -self._low.min(initial=0.0)))

    def update(self, samples: F32, hop: int, start: int, stop: int) -> None:
        """Take over the sound; only frames ``start:stop`` are looked at if its length is as before."""
        n = -(-len(samples) // max(hop, 1))
        if n != self.n_frames or hop != self.hop:
            grown_low, grown_high = np.zeros(n, np.float32), np.zeros(n, np.float32)
            kept = min(n, self.n_frames) if hop == self.hop else 0
            grown_low[:kept], grown_high[:kept] = self._low[:kept], self._high[:kept]
            self._low, self._high, self.hop = grown_low, grown_high, hop
            start, stop = min(start, kept), n
        self.samples = samples
        start, stop = max(start, 0), min(stop, n)
        if stop > start:
            whole = min(stop, len(samples) // hop)
            part = samples[start * hop : max(whole, start) * hop].reshape(-1, hop)
            self._low[start:whole], self._high[start:whole] = part.min(axis=1), part.max(axis=1)
            if whole < stop:  # the last one is shorter
                rest = samples[whole * hop :]
                self._low[whole], self._high[whole] = rest.min(), rest.max()

    def columns(self, frames: NDArray[np.float64]) -> tuple[F32, F32]:
        """Return lowest and highest sample between consecutive rising (fractional) frame positions; (len - 1,) each."""
        n = len(frames) - 1
        if not self.n_frames or n < 1:
            return np.zeros(max(n, 0), np.float32), np.zeros(max(n, 0), np.float32)
        if frames[-1] - frames[0] >= n - 1e-6:
            return _between(self._low, self._high, frames)
        return _between(self.samples, self.samples, frames * self.hop)


def _between(low: F32, high: F32, positions: NDArray[np.float64]) -> tuple[F32, F32]:
    first = np.clip(np.floor(positions).astype(np.int64), 0, len(low) - 1)
    stop = max(int(first[-1]), int(first[-2]) + 1)  # the last column holds at least one value
    offset = int(first[0])
    at = first[:-1] - offset
    return np.minimum.reduceat(low[offset:stop], at), np.maximum.reduceat(high[offset:stop], at)
