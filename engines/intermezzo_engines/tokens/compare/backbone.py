"""The encoder and decoder that all compared representations share: 64 x 64 RGBA to 16 x 16 cells of numbers and back.

It has the shape of the picture tokeniser, smaller: norms are per position, and the decoder looks one cell to each side
and no further, so that an edit of a cell is seen in the 12 x 12 pixels around it.
"""

from __future__ import annotations

from typing import Final

from torch import nn

from intermezzo_engines.image.model import Block, Norm

__all__ = ["CELLS", "CELL_PX", "REACH_CELLS", "SIDE_PX", "decoder", "encoder"]

SIDE_PX: Final = 64
CELL_PX: Final = 4
CELLS: Final = SIDE_PX // CELL_PX  # on a side
REACH_CELLS: Final = 1
_WIDTH: Final = 64


def encoder(numbers: int) -> nn.Sequential:
    """Return a network from pictures (n, 4, 64, 64), 0 to 1, to ``numbers`` a cell, (n, numbers, 16, 16)."""
    return nn.Sequential(
        nn.PixelUnshuffle(CELL_PX), nn.Conv2d(4 * CELL_PX**2, _WIDTH, 1),
        Block(_WIDTH, 3, 1), Block(_WIDTH, 1), Norm(_WIDTH), nn.Conv2d(_WIDTH, numbers, 1),
    )  # fmt: skip


def decoder(numbers: int) -> nn.Sequential:
    """Return a network from ``numbers`` a cell, (n, numbers, 16, 16), to pictures (n, 4, 64, 64), not yet held in."""
    return nn.Sequential(
        nn.Conv2d(numbers, _WIDTH, 1), Block(_WIDTH, 1), Block(_WIDTH, 3, 2), Block(_WIDTH, 1), Block(_WIDTH, 1),
        Norm(_WIDTH), nn.Conv2d(_WIDTH, 4 * CELL_PX**2, 1), nn.PixelShuffle(CELL_PX),
    )  # fmt: skip
