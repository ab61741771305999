"""Matrix products without rounding: libraries add in an order that depends on their threads, we may not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_product"]

_LEFT_STEPS, _RIGHT_STEPS = 2.0**26, 2.0**24


def exact_product(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return ``left @ right`` of factors rounded to whole steps, float32; to the bit the same in any order of adding.

    Products of whole numbers whose sums stay below 2^53 are exact, so nothing is rounded but the factors (far below
    what 24 bits of sound hold) and the result.

    Args:
        left: amplitudes (n, m); those of a row together below 8.
        right: sines and cosines (m, k), at most 1.
    """
    whole = _steps(left, _LEFT_STEPS) @ _steps(right, _RIGHT_STEPS)
    whole *= 1.0 / (_LEFT_STEPS * _RIGHT_STEPS)
    return whole.astype(np.float32)


def _steps(values: NDArray[np.float64], steps: float) -> NDArray[np.float64]:
    counted = values * steps
    np.rint(counted, out=counted)
    return counted
