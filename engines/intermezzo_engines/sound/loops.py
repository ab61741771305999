"""A sound that can be repeated without an end: its tail is faded into its beginning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["looped"]


def looped(samples: NDArray[np.float32], seam: int) -> NDArray[np.float32]:
    """Return samples (n - seam,) in which the last ``seam`` of (n,) are faded into the first, at equal power.

    What is heard before the seam goes on across it, sample by sample. The seam is at most half of the sound.
    """
    seam = min(seam, len(samples) // 2)
    if seam < 1:
        return samples
    turn = np.pi / 2 * (np.arange(seam) + 0.5) / seam
    made = samples[: len(samples) - seam].copy()
    tail = samples[len(samples) - seam :]
    made[:seam] = (made[:seam] * np.sin(turn) + tail * np.cos(turn)).astype(np.float32)
    return made
