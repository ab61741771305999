"""The small equal head that predicts Y' from a text: what it spares in bits says how much of Y' the text tells.

Cells, and the numbers of a cell where there are four, are guessed one by one, so what is shared among them is not used.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.tokens.compare.backbone import CELLS
from intermezzo_engines.tokens.words import BUCKETS

__all__ = ["Head"]

_WIDTH: Final = 96
_IDEA: Final = 48


class Head(nn.Module):
    """Words in buckets and weights (n, 12, 40), as tokens/words.py gives them, to symbols of 16 x 16 cells.

    It has ``channels`` x ``symbols`` outputs a cell: about a thousand for every representation.
    """

    def __init__(self, channels: int, symbols: int) -> None:
        super().__init__()
        self.channels, self.symbols = channels, symbols
        self.ideas = nn.Embedding(BUCKETS, _IDEA)
        nn.init.normal_(self.ideas.weight, std=0.3)
        self.text = nn.Sequential(nn.Linear(_IDEA, 2 * _WIDTH), nn.GELU(), nn.Linear(2 * _WIDTH, 4 * _WIDTH))
        self.place = nn.Parameter(torch.randn(CELLS * CELLS, _WIDTH) * 0.3)
        self.told = nn.Parameter(torch.randn(4, CELLS * CELLS, _WIDTH) * 0.1)
        self.cell = nn.Sequential(nn.Linear(_WIDTH, _WIDTH), nn.GELU(), nn.Linear(_WIDTH, channels * symbols))

    @torch.no_grad()
    def start_from(self, written: Tensor) -> None:
        """Begin with the frequencies of symbols in (pictures, 16, 16, channels): what is known before any learning."""
        counts = torch.stack([torch.bincount(c, minlength=self.symbols) for c in written.flatten(0, 2).unbind(dim=1)])
        last = self.cell[-1]
        assert isinstance(last, nn.Linear)
        nn.init.normal_(last.weight, std=0.02)
        last.bias.copy_(((counts + 0.5) / (counts.sum(dim=1, keepdim=True) + 1)).log().flatten())

    def forward(self, buckets: Tensor, weights: Tensor, cells: Tensor | None = None) -> Tensor:
        """Return logits, float32 (n, cells, channels, symbols), of ``cells`` (numbers 0 to 255) or of all 256."""
        place, told = (self.place, self.told) if cells is None else (self.place[cells], self.told[:, cells])
        words = (self.ideas(buckets) * weights[..., None]).sum(dim=2)
        count = (weights.sum(dim=2) > 0).sum(dim=1).clamp_min(1)
        four = self.text(words.sum(dim=1) / count[:, None] ** 0.5).view(-1, 4, _WIDTH)
        mixed = place + torch.einsum("nfw,fpw->npw", four, told)
        found: Tensor = self.cell(mixed)
        return found.view(*mixed.shape[:2], self.channels, self.symbols)

    def nats(self, buckets: Tensor, weights: Tensor, written: Tensor, cells: Tensor | None = None) -> Tensor:
        """Return the nats that each symbol of (n, 16, 16, channels) costs, float32 (n, cells, channels)."""
        wanted = written.flatten(1, 2) if cells is None else written.flatten(1, 2)[:, cells]
        logits = self(buckets, weights, cells)
        return functional.cross_entropy(logits.movedim(-1, 1), wanted, reduction="none")
