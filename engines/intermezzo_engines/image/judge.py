"""The judge of `check`: tells the group of an emoji from its picture; it has seen real pictures only, none of ours.

A small convolutional network on 64 x 64 pixels, trained on the emoji that may be learned from: shifted, mirrored,
turned, coloured, with holes, and mixed with others (Zhang et al., 1710.09412). Seed 0. What it gets right of real
held-out emoji is the most that it can get right of anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.stock import Stock, turned
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["Judge", "train_judge"]

COURSE: Final = Course(3_000, 2e-3, second_beta=0.999, decay=0.05, half=False)
BATCH: Final = 96
_MIXED: Final = 0.2


class Judge(nn.Module):
    """Premultiplied RGBA float32 (n, 4, 128, 128) from 0 to 1 -> logits (n, groups)."""

    def __init__(self) -> None:
        super().__init__()
        widths = (4, 32, 64, 128, 192)
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(),
                nn.Conv2d(b, b, 3, padding=1, groups=b // 16), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2),
            )
            for a, b in pairwise(widths)
        )  # fmt: skip
        self.drop = nn.Dropout(0.4)
        self.out = nn.Linear(widths[-1], len(GROUPS))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.of_small(functional.avg_pool2d(pictures, 2))

    def of_small(self, x: Tensor) -> Tensor:
        """Return the logits of pictures that are 64 pixels wide already."""
        for stage in self.stages:
            x = stage(x)
        logits: Tensor = self.out(self.drop(x.mean(dim=(2, 3))))
        return logits


def train_judge(
    learned: Sequence[Picture],
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    seconds: float = inf,
) -> Judge:
    """Train a judge on emoji that are not held out, or go on from ``checkpoint``."""
    torch.manual_seed(0)
    stock = Stock(learned, device)
    groups = torch.tensor([GROUPS.index(p.group) for p in learned], device=device)
    weight = torch.tensor([1.0 if p.plain else 0.2 for p in learned], device=device)
    counts = torch.zeros(len(GROUPS), device=device).index_add_(0, groups, weight)
    weight = weight / counts[groups].sqrt()  # rare groups more often, but not as often as all others
    net = Judge().to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types

    def loss(net: Judge) -> Tensor:
        chosen = torch.multinomial(weight, BATCH, replacement=True)
        seen = _varied(functional.avg_pool2d(stock.whole(chosen), 2))
        wanted = functional.one_hot(groups[chosen], len(GROUPS)).float()
        share = torch.distributions.Beta(_MIXED, _MIXED).sample((BATCH, 1)).to(device)
        seen = share[..., None, None] * seen + (1 - share[..., None, None]) * seen.flip(0)
        return functional.cross_entropy(
            net.of_small(seen), share * wanted + (1 - share) * wanted.flip(0), label_smoothing=0.05
        )

    return trained(net, loss, replace(COURSE, seconds=seconds), checkpoint, device, "judge", progress)


def _varied(shown: Tensor) -> Tensor:
    """Return pictures (n, 4, 64, 64) shifted, mirrored, turned, of other sizes and colours, with holes."""
    n, device = len(shown), shown.device
    mirrored = torch.rand(n, 1, 1, 1, device=device) < 0.5
    moved = turned(torch.where(mirrored, shown.flip(3), shown), 20.0, (0.75, 1.15))
    across, down = (int(k) for k in torch.randint(-8, 9, (2,)))
    moved = torch.roll(moved, (down, across), dims=(2, 3))
    colour, alpha = moved[:, :3], moved[:, 3:]
    grey = colour.mean(dim=1, keepdim=True)
    vivid = torch.empty(n, 1, 1, 1, device=device).uniform_(0.4, 1.2)
    tint = torch.empty(n, 3, 1, 1, device=device).uniform_(0.75, 1.15)
    colour = ((grey + vivid * (colour - grey)) * tint).clamp_min(0)
    moved = torch.cat([torch.minimum(colour, alpha), alpha], dim=1)
    at = torch.arange(64, device=device)
    start = torch.randint(-16, 64, (2, n, 1), device=device)
    rows, columns = (((at >= s) & (at < s + 18)) for s in start)
    hole = rows[:, None, :, None] & columns[:, None, None, :] & (torch.rand(n, 1, 1, 1, device=device) < 0.5)
    return torch.where(hole, torch.zeros_like(moved), moved).contiguous(memory_format=torch.channels_last)
