"""Train the picture tokeniser on crops of emoji, tinted icons and game tiles; seed 0, AdamW, rate falling to nothing.

A step sees crops of 96 x 96 px, three in five of emoji; one in three is turned and of another size, as films need them.
The loss is the squared error of premultiplied RGBA at full and at half size, a little absolute error for crisp edges,
and how far the encoder, looking at what was drawn, is from the tokens that it was drawn from: codes are to come back,
those that a hand or the refinement moved, too. It goes on from its checkpoint when it is started again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.model import LEVELS, Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.stock import Stock, turned
from intermezzo_engines.tokens.fsq import quantise, values_of
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["Crops", "loss_of_crops", "moved", "train_tokeniser"]

BATCH: Final = {"cpu": 12, "cuda": 128}
CROP: Final = 96
COURSE: Final = Course(6_000, 1.5e-3, rise=100, second_beta=0.95, decay=1e-4, half=False)
_SHARES: Final = (("emoji", 0.6), ("icon", 0.2), ("tile", 0.2))
_TURNED: Final = 3  # one in so many
_BACK: Final = 0.01
_SURE: Final = 0.3  # of a step: how far from the middle of its step a value may come back
_MOVED: Final = 0.1


class Crops:
    """Random crops of pictures, each kind by its share."""

    def __init__(self, learned: Sequence[Picture], device: str) -> None:
        self.stock = Stock(learned, device)
        self.kinds = [
            torch.tensor([k for k, p in enumerate(learned) if p.kind == kind], device=device) for kind, _ in _SHARES
        ]

    def batch(self, count: int, side: int = CROP) -> Tensor:
        """Return float32 (count, 4, side, side), premultiplied, 0 to 1."""
        parts = []
        for (kind, share), members in zip(_SHARES, self.kinds, strict=True):
            some = members[torch.randint(len(members), (max(round(share * count), 1),), device=members.device)]
            crops = self.stock.crops(some, side)
            if kind == "icon":  # they are white, and people want them in every colour
                crops = torch.cat(
                    [crops[:, :3] * torch.rand(len(some), 3, 1, 1, device=members.device), crops[:, 3:]], dim=1
                )
            parts.append(crops)
        whole = torch.cat(parts)
        whole = whole[torch.randperm(len(whole), device=whole.device)]
        other = len(whole) // _TURNED
        return torch.cat([turned(whole[:other]), whole[other:]]).contiguous(memory_format=torch.channels_last)


def train_tokeniser(
    learned: Sequence[Picture],
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    start: Tokeniser | None = None,
    seconds: float = inf,
) -> Tokeniser:
    """Train on pictures that may be learned from, from ``start`` or from nothing; returns the finished network."""
    torch.manual_seed(0)
    net = (start or Tokeniser()).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types
    crops, count = Crops(learned, device), BATCH["cpu" if device == "cpu" else "cuda"]
    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    return trained(
        net, lambda net: loss_of_crops(net, crops.batch(count)), course, checkpoint, device, "tokeniser", progress
    )


def moved(digits: Tensor, share: float = _MOVED) -> Tensor:
    """Return digits (..., axes) of which a share has gone one step up or down."""
    chosen = torch.rand(digits.shape, device=digits.device) < share
    by = torch.randint(2, digits.shape, device=digits.device) * 2 - 1
    most = torch.tensor(LEVELS, device=digits.device) - 1
    return torch.where(chosen, torch.minimum((digits + by).clamp_min(0), most), digits)


def loss_of_crops(net: Tokeniser, batch: Tensor) -> Tensor:
    """Return the loss of pictures (n, 4, side, side)."""
    values, digits = quantise(net.latent(batch), LEVELS)
    drawn = net.decode_values(values)
    error = drawn - batch
    shown = error.pow(2).mean() + functional.avg_pool2d(error, 2).pow(2).mean() + 0.05 * error.abs().mean()
    some = max(len(batch) // 4, 1)
    others = values_of(moved(digits[:some]), LEVELS)
    drawn = torch.cat([net.decode_values(others), drawn[some : 2 * some]])
    wanted = torch.cat([others, values[some : 2 * some].detach()])
    steps = torch.tensor(LEVELS, dtype=torch.float32, device=batch.device) / 2
    apart = (torch.tanh(net.latent(drawn.clamp(0, 1))) - wanted).abs() * steps
    return shown + _BACK * functional.relu(apart - _SURE).pow(2).mean()
