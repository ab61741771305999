"""The masked-token prior of all token engines: what belongs into the empty cells of a grid, given words and the rest.

A bidirectional transformer (MaskGIT, Chang et al., 2202.04200) works on blocks of cells rather than on cells: the
vectors of a block's cells are folded into one, and unfolded after it. So a grid of 256 cells costs as much as one of
64, which makes training on two cores possible; a cell still sees the codes beside it, by its block and a bypass.
Any grid does: a picture (16 x 16 in blocks of 2 x 2), a sound (time x levels), a film (frames x rows x columns).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.tokens.words import BUCKETS, MOST_WORDS

__all__ = ["Prior", "PriorShape"]


@dataclass(frozen=True)
class PriorShape:
    """``sizes`` of the grid and of a ``block`` of it, ``codes`` of the codebook, ``classes`` of works (styles, say).

    ``width`` is the transformer's, ``cell_width`` that of the vector of a cell. ``near`` layers look along the first
    axis cell by cell (`Near`): what goes on in time is learned much sooner with them. ``beside`` so many numbers are
    known of each place on the first axis besides codes (where a thing is in each frame of a film, say); the block has
    length 1 there, then. ``buckets`` of features of words, 0 where nothing is said.
    """

    sizes: tuple[int, ...]
    block: tuple[int, ...]
    codes: int
    classes: int
    width: int = 192
    depth: int = 6
    cell_width: int = 48
    word_width: int = 64
    dropout: float = 0.1
    near: int = 0
    beside: int = 0
    buckets: int = BUCKETS

    @property
    def blocks(self) -> tuple[int, ...]:
        """How many blocks lie along each axis."""
        return tuple(size // step for size, step in zip(self.sizes, self.block, strict=True))


class Layer(nn.Module):
    """One pre-norm transformer layer over blocks and words together."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.heads = width // 32
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.back = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, shown: Tensor | None) -> Tensor:
        """``x`` (n, places, width); ``shown`` bool (n, 1, 1, places), False for words that are not there; None: all."""
        n, places, width = x.shape
        parts = self.mix(self.before(x)).view(n, places, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=shown)
        x = x + self.dropout(self.out(seen.transpose(1, 2).reshape(n, places, width)))
        thought: Tensor = x + self.dropout(self.back(functional.gelu(self.wide(self.between(x)))))
        return thought


class Near(nn.Module):
    """Residual layers along the first axis, wider each time, over all that is known of its places.

    Each looks at seven places, 1, 3, 9 ... apart, for each channel by itself (a depthwise convolution, written as seven
    sums, which is faster on processors).
    """

    def __init__(self, known: int, width: int, layers: int, out: int) -> None:
        super().__init__()
        self.enter = nn.Linear(known, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(layers))
        self.taps = nn.ParameterList(nn.Parameter(0.3 * torch.randn(7, width)) for _ in range(layers))
        self.mixes = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))
        self.leave = nn.Linear(width, out)

    def forward(self, known: Tensor) -> Tensor:
        """(n, places, known) to (n, places, out)."""
        x = self.enter(known)
        for layer, (norm, taps, mix) in enumerate(zip(self.norms, self.taps, self.mixes, strict=True)):
            apart, places = 3**layer, x.shape[1]
            around = functional.pad(norm(x), (0, 0, 3 * apart, 3 * apart))
            total: Any = 0
            for k in range(7):
                total = total + taps[k] * around[:, k * apart : k * apart + places]
            x = x + mix(functional.gelu(total))
        found: Tensor = self.leave(functional.gelu(x))
        return found


class Prior(nn.Module):
    """Logits of all codes for all cells; the code ``shape.codes`` stands for an empty cell, the class 0 for none."""

    def __init__(self, shape: PriorShape) -> None:
        super().__init__()
        self.shape = shape
        width, cell, inside = shape.width, shape.cell_width, prod(shape.block)
        self.cells = nn.Embedding(shape.codes + 1, cell)
        self.fold = nn.Linear(inside * cell, width)
        self.places = nn.ParameterList(nn.Parameter(0.02 * torch.randn(n, width)) for n in shape.blocks)
        self.features = nn.EmbeddingBag(max(shape.buckets, 1), shape.word_width, mode="sum")
        self.word = nn.Sequential(nn.Linear(shape.word_width, width), nn.GELU(), nn.Linear(width, width))
        self.classes = nn.Embedding(shape.classes + 1, width)
        self.beside = (
            nn.Sequential(nn.Linear(shape.beside, width), nn.GELU(), nn.Linear(width, width)) if shape.beside else None
        )
        self.layers = nn.ModuleList(Layer(width, shape.dropout) for _ in range(shape.depth))
        self.norm = nn.LayerNorm(width)
        self.unfold = nn.Linear(width, inside * 2 * cell)
        self.bypass = nn.Linear(cell, 2 * cell)
        row = prod(shape.sizes[1:])
        self.near = Near(row * 3 * cell, width, shape.near, row * 2 * cell) if shape.near else None
        self.head = nn.Sequential(nn.GELU(), nn.LayerNorm(2 * cell), nn.Linear(2 * cell, shape.codes))
        nn.init.normal_(self.features.weight, std=0.3)
        nn.init.normal_(self.cells.weight, std=0.5)

    def forward(
        self, codes: Tensor, buckets: Tensor, weights: Tensor, classes: Tensor, only: Tensor | None = None,
        beside: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """Return logits (n, cells, codes), or those of ``only`` some cells, bool (n, cells), as (chosen cells, codes).

        ``codes`` int64 (n, *sizes), ``buckets`` int64 and ``weights`` float32 (n, words, features) as `words.featured`
        gives them, ``classes`` int64 (n,), ``beside`` float32 (n, sizes[0], shape.beside). A prompt of weight 0 and the
        class 0 are no condition at all.
        """
        n = len(codes)
        cells = self.cells(codes)
        x = self.fold(self._blocks(cells)) + self._where()
        if self.beside is not None and beside is not None:
            x = x + self.beside(beside).repeat_interleave(x.shape[1] // beside.shape[1], dim=1)
        x = torch.cat([x, self.classes(classes)[:, None]], dim=1)
        shown = None
        if self.shape.buckets:
            said = self.features(buckets.flatten(0, 1), per_sample_weights=weights.flatten(0, 1)).view(
                n, MOST_WORDS, -1
            )
            there = weights.amax(dim=-1) > 0
            shown = torch.cat([there.new_ones(n, x.shape[1]), there], dim=1)[:, None, None]
            x = torch.cat([x, self.word(said)], dim=1)
        for layer in self.layers:
            x = layer(x, shown)
        blocks = self.unfold(self.norm(x[:, : prod(self.shape.blocks)]))
        seen = self._cells(blocks)
        known = seen + self.bypass(cells.flatten(1, -2))
        if self.near is not None:
            rows = (part.reshape(n, self.shape.sizes[0], -1) for part in (cells, seen))
            known = known + self.near(torch.cat(list(rows), dim=2)).view_as(known)
        found: Tensor = self.head(known if only is None else known[only])
        return found

    def _where(self) -> Tensor:
        total: Any = 0
        for axis, table in enumerate(self.places):
            view = [1] * len(self.shape.sizes) + [-1]
            view[axis] = len(table)
            total = total + table.view(view)
        where: Tensor = total.flatten(0, -2)
        return where

    def _blocks(self, cells: Tensor) -> Tensor:
        """Return the vectors of the cells of each block one after the other, (n, blocks, inside x width)."""
        axes = len(self.shape.sizes)
        split = [part for pair in zip(self.shape.blocks, self.shape.block, strict=True) for part in pair]
        x = cells.reshape(len(cells), *split, cells.shape[-1])
        order = [0, *range(1, 2 * axes, 2), *range(2, 2 * axes + 1, 2), 2 * axes + 1]
        return x.permute(order).reshape(len(cells), prod(self.shape.blocks), -1)

    def _cells(self, blocks: Tensor) -> Tensor:
        """Return (n, cells, width) in the order of the grid: the inverse of `_blocks`."""
        axes = len(self.shape.sizes)
        x = blocks.reshape(len(blocks), *self.shape.blocks, *self.shape.block, 2 * self.shape.cell_width)
        order = [0, *(k for axis in range(axes) for k in (1 + axis, 1 + axes + axis)), 2 * axes + 1]
        return x.permute(order).reshape(len(blocks), prod(self.shape.sizes), -1)
