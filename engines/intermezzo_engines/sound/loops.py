"""A sound that can be repeated without an end: its tail fades into its own beginning, played backwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["looped"]


def looped(samples: NDArray[np.float32], seam: int) -> NDArray[np.float32]:
    """Return samples (n,) whose last ``seam`` (at most half of them) fade into the first ones backwards.

    So the last sample is the first one, where the sound begins again, at equal power all the way; its length and all
    before the seam stay as they are.
    """
    seam = min(seam, len(samples) // 2)
    if seam < 1:
        return samples
    turn = np.pi / 2 * (np.arange(seam) + 1) / seam
    made = samples.copy()
    made[-seam:] = (samples[-seam:] * np.cos(turn) + samples[:seam][::-1] * np.sin(turn)).astype(np.float32)
    return made
