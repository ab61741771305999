"""The picture tokeniser: 128 x 128 RGBA to 16 x 16 codes and back, in which a code reaches one cell on every side.

Nothing here looks at a picture as a whole: norms are per position, and the 3 x 3 convolutions of the decoder add up to
eight pixels (4 + 2 + 2), the width of a cell. So the 24 x 24 pixels around a token are all that it can change.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.tokens.fsq import code_of, digits_of, quantise, values_of

__all__ = ["CELL_PX", "LEVELS", "SIDE_CELLS", "Tokeniser"]

LEVELS: Final = (8, 6, 5, 5)  # 1,200 codes
CELL_PX: Final = 8
SIDE_CELLS: Final = 16


class Norm(nn.Module):
    """Root mean square over channels at each position (Zhang and Sennrich, 1910.07467); (n, channels, h, w)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(dim=1, keepdim=True) + 1e-6) * self.gain


class Block(nn.Module):
    """A residual block of one convolution of ``size`` and one of a single position; it starts as the identity."""

    def __init__(self, channels: int, size: int, widening: int = 2) -> None:
        super().__init__()
        self.norm = Norm(channels)
        self.wide = nn.Conv2d(channels, channels * widening, size, padding=size // 2)
        self.back = nn.Conv2d(channels * widening, channels, 1)
        nn.init.zeros_(self.back.weight)
        nn.init.zeros_(self.back.bias)  # type: ignore[arg-type]  # a convolution has a bias unless it is told not to

    def forward(self, x: Tensor) -> Tensor:
        narrowed: Tensor = self.back(functional.gelu(self.wide(self.norm(x))))
        return x + narrowed


class Tokeniser(nn.Module):
    """Pictures as float32 (n, 4, h, w), premultiplied, 0 to 1; codes int64 (n, h / 8, w / 8)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(16, 32, 3, padding=1), Block(32, 3, 1),
            nn.PixelUnshuffle(2), nn.Conv2d(128, 80, 1), Block(80, 3, 1),
            nn.PixelUnshuffle(2), nn.Conv2d(320, 224, 1), Block(224, 3, 1), Block(224, 1),
            Norm(224), nn.Conv2d(224, len(LEVELS), 1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Conv2d(len(LEVELS), 224, 1), Block(224, 1), Block(224, 1),
            nn.Conv2d(224, 4 * 80, 1), nn.PixelShuffle(2), Block(80, 3), Block(80, 1),
            nn.Conv2d(80, 4 * 36, 1), nn.PixelShuffle(2), Block(36, 3), Block(36, 3),
            Norm(36), nn.Conv2d(36, 16, 1), nn.PixelShuffle(2),
        )  # fmt: skip

    def latent(self, pictures: Tensor) -> Tensor:
        """Return what is to be quantised, (n, h / 8, w / 8, 4)."""
        found: Tensor = self.encoder(pictures * 2 - 1)
        return found.movedim(1, -1)

    def decode_values(self, values: Tensor) -> Tensor:
        """Return pictures, not yet held inside 0 to 1, of quantised values (n, rows, columns, 4)."""
        drawn: Tensor = self.decoder(values.movedim(-1, 1))
        return drawn

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures through the codes and back, and the codes."""
        values, digits = quantise(self.latent(pictures), LEVELS)
        return self.decode_values(values), code_of(digits, LEVELS)

    def encode(self, pictures: Tensor) -> Tensor:
        """Return the codes of pictures."""
        return code_of(quantise(self.latent(pictures), LEVELS)[1], LEVELS)

    def decode_values_of(self, codes: Tensor) -> Tensor:
        """Return pictures, not yet held inside 0 to 1, of codes."""
        return self.decode_values(values_of(digits_of(codes, LEVELS), LEVELS))

    def decode(self, codes: Tensor) -> Tensor:
        """Return the pictures of codes, premultiplied, 0 to 1, no colour brighter than its alpha allows."""
        return self.held(self.decode_values_of(codes))

    @staticmethod
    def held(pictures: Tensor) -> Tensor:
        """Return pictures inside 0 to 1, no colour brighter than its alpha allows."""
        drawn = pictures.clamp(0, 1)
        return torch.cat([torch.minimum(drawn[:, :3], drawn[:, 3:]), drawn[:, 3:]], dim=1)
