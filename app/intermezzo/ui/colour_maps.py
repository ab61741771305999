"""Colour maps of pictures: the matrix map of each theme and the false colour of grid codes.

Louder is lighter on dark and darker on light. Amber never occurs in the matrix maps, so a painted patch stands out.
"""

from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from intermezzo.core.false_colour import false_colour

MatrixTable = tuple[int, ...]

# Position 0..1 -> sRGB; linear between the stops (design/README.md section 1).
_STOPS: Final[dict[str, tuple[tuple[float, int], ...]]] = {
    "dark": (
        (0.0, 0x101216), (0.18, 0x172036), (0.38, 0x22406B), (0.58, 0x33719A),
        (0.76, 0x69ABB8), (0.9, 0xBFDCD0), (1.0, 0xF6F4E4),
    ),
    "light": (
        (0.0, 0xFBFBFA), (0.18, 0xE6EDF3), (0.38, 0xBCD3E3), (0.58, 0x7FAACB),
        (0.76, 0x477CA8), (0.9, 0x234A78), (1.0, 0x101F42),
    ),
}  # fmt: skip


@cache
def matrix_table(name: Literal["dark", "light"]) -> MatrixTable:
    """Return 256 opaque ARGB values, quietest first. The dark map also serves sureness (255 = sure = cream)."""
    stops = _STOPS[name]
    entries = []
    segment = 0
    for index in range(256):
        position = index / 255.0
        while position > stops[segment + 1][0]:
            segment += 1
        (start, low), (end, high) = stops[segment], stops[segment + 1]
        share = (position - start) / (end - start)
        entry = 0xFF
        for shift in (16, 8, 0):
            a, b = (low >> shift) & 0xFF, (high >> shift) & 0xFF
            entry = (entry << 8) | round(a + (b - a) * share)
        entries.append(entry)
    return tuple(entries)


@cache
def code_table(codes: int, steps: int) -> NDArray[np.uint8]:
    """Return the false colour of each code of a codebook as opaque RGBA, uint8 (codes, 4), read-only."""
    rgb = np.rint(false_colour(np.arange(codes), steps) * 255).astype(np.uint8)
    table = np.concatenate([rgb, np.full((codes, 1), 255, np.uint8)], axis=-1)
    table.setflags(write=False)
    return table


def grid_colour(code: int) -> QColor:
    """Return the muted false colour of a grid code; equal codes get equal colours."""
    red, green, blue = false_colour(np.array(code)).tolist()
    return QColor.fromRgbF(red, green, blue)
