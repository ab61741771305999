"""The lapped transform of the sound codec: 240 samples are 240 numbers, exactly and both ways, each heard for 20 ms.

A modified discrete cosine transform (Princen and Bradley, 1986) with a sine window over two cells, centred on its own.
The first and the last window end upright at the end of the sound, so the transform of a sound of n cells is an
orthogonal matrix: every grid of numbers is the transform of one sound, and of no other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "HOP", "analysed", "synthesised"]

HOP: Final = 240
_HALF: Final = HOP // 2
# Cells are taken in blocks that start at multiples of this, always as many at once, because a product of matrices of
# another size may round another way: so a window of a sound equals the same part of the whole, bit for bit.
BLOCK: Final = 50


def analysed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the numbers (cells, 240) of samples (cells x 240,); they hold the same energy."""
    cells = len(samples) // HOP
    around = np.concatenate([np.zeros(_HALF), samples[: cells * HOP], np.zeros(_HALF)])
    frames = np.lib.stride_tricks.sliding_window_view(around, 2 * HOP)[::HOP]
    found: NDArray[np.float64] = (frames * _windows(cells, 0, cells)) @ _cosines().T
    return found


def synthesised(numbers: NDArray[np.float64], first: int, cells: int) -> NDArray[np.float64]:
    """Return the windowed samples (rows, 480) of rows of numbers from cell ``first`` on of a sound of ``cells`` cells.

    Row t is heard from 120 samples before its cell to 120 after it; where two overlap, they add up.
    """
    found: NDArray[np.float64] = (numbers @ _cosines()) * _windows(cells, first, first + len(numbers))
    return found


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    n, k = np.arange(2 * HOP)[None, :], np.arange(HOP)[:, None]
    table: NDArray[np.float64] = np.sqrt(2 / HOP) * np.cos(np.pi / HOP * (n + 0.5 + HOP / 2) * (k + 0.5))
    return table


def _windows(cells: int, start: int, stop: int) -> NDArray[np.float64]:
    """Return the windows of some cells, (stop - start, 480); upright where the sound begins and ends."""
    window = np.tile(np.sin(np.pi * (np.arange(2 * HOP) + 0.5) / (2 * HOP)), (stop - start, 1))
    if start == 0:
        window[0, :_HALF], window[0, _HALF:HOP] = 0, 1
    if start < cells <= stop:
        window[cells - 1 - start, HOP : HOP + _HALF], window[cells - 1 - start, HOP + _HALF :] = 1, 0
    return window
