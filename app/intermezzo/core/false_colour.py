"""False colours of codes: what a token looks like where no engine says it.

It imports no layer: the window asks it for colours before there is a sketch.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["false_colour"]


_CONTRAST = 2.0  # most values lie in the middle of their range


def false_colour(codes: NDArray[Any], steps: int = 0) -> NDArray[np.float32]:  # Any: integers of any size
    """Return a muted colour of each code, (..., 3) sRGB from 0 to 1: equal codes equal (design/README.md, section 1).

    With ``steps`` codes are so many steps of a value (`GridSpec.steps`), and a higher one is a lighter grey.

    The hue walks by 0.3 of the golden section a code, so neighbours differ; saturation (.34-.50) and value (.46-.76)
    cycle with periods 5 and 7.
    """
    number = codes.astype(np.float64)
    if steps:
        grey = 0.5 + 0.5 * np.tanh(_CONTRAST * (2 * number / (steps - 1) - 1)) / np.tanh(_CONTRAST)
        return np.repeat(grey[..., None], 3, axis=-1).astype(np.float32)
    hue = number * 0.1854102 % 1
    saturation, value = 0.34 + 0.08 * (number % 5 % 3), 0.46 + 0.05 * (6 * number % 7)
    # HSV to RGB, f(n) = v - v s max(0, min(k, 4 - k, 1)) with k = (n + 6 h) mod 6.
    channels = []
    for n in (5, 3, 1):
        k = (n + 6 * hue) % 6
        channels.append(value * (1 - saturation * np.clip(np.minimum(k, 4 - k), 0, 1)))
    return np.stack(channels, axis=-1).astype(np.float32)
