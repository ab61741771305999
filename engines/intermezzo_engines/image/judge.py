"""The judge of `check`: tells the group of an emoji from its picture; it has seen real pictures only, none of ours.

A small convolutional network on 64 x 64 pixels, trained on the emoji that may be learned from, with shifts, flips and
other sizes; seed 0, 1,500 steps of 64, some minutes on one core. What it gets right of real held-out emoji is the most
that it can get right of anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.pictures import Picture, is_held_out

__all__ = ["Judge", "train_judge"]

_STEPS, _BATCH, _RATE = 1_500, 64, 2e-3


class Judge(nn.Module):
    """Premultiplied RGBA float32 (n, 4, 128, 128) from 0 to 1 -> logits (n, groups)."""

    def __init__(self) -> None:
        super().__init__()
        widths = (4, 32, 64, 96, 128)
        self.stages = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2))
            for a, b in pairwise(widths)
        )
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
    emoji: list[Picture], progress: Callable[[float, str], None] = lambda fraction, what: None, steps: int = _STEPS
) -> Judge:
    """Train a judge on the emoji that are not held out."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    learned = [p for p in emoji if not is_held_out(p.glyph)]
    whole = torch.from_numpy(np.stack([p.pixels for p in learned])).permute(0, 3, 1, 2)
    small = torch.cat([functional.avg_pool2d(part.float() / 255, 2) for part in whole.split(256)])  # type: ignore[no-untyped-call]
    wanted = np.array([GROUPS.index(p.group) for p in learned])
    weight = np.where([p.plain for p in learned], 1.0, 0.2)
    counts = np.bincount(wanted, weights=weight, minlength=len(GROUPS))
    weight = weight / np.sqrt(counts[wanted])  # rare groups more often, but not as often as all others
    net = Judge()
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types
    optimiser = torch.optim.AdamW(net.parameters(), _RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for step in range(steps):
        chosen = random.choice(len(learned), _BATCH, p=weight / weight.sum())
        batch = _varied(small[torch.from_numpy(chosen)], random)
        loss = functional.cross_entropy(net.of_small(batch), torch.from_numpy(wanted[chosen]), label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if (step + 1) % 100 == 0:
            progress((step + 1) / steps, f"judge, step {step + 1:,}, loss {loss.item():.3f}")
    return net.eval()


def _varied(shown: Tensor, random: np.random.Generator) -> Tensor:
    """Return pictures (n, 4, 64, 64) shifted, flipped, of other sizes and a little of other colours."""
    n = len(shown)
    scale, shift = random.uniform(0.9, 1.25, n), random.uniform(-0.15, 0.15, (2, n))
    theta = np.zeros((n, 2, 3), np.float32)
    theta[:, 0, 0], theta[:, 1, 1] = scale * random.choice((-1.0, 1.0), n), scale
    theta[:, 0, 2], theta[:, 1, 2] = shift
    grid = functional.affine_grid(torch.from_numpy(theta), list(shown.shape), align_corners=False)
    moved = functional.grid_sample(shown, grid, align_corners=False)
    tint = np.concatenate([random.uniform(0.8, 1.1, (n, 3)), np.ones((n, 1))], axis=1).astype(np.float32)
    varied = moved * torch.from_numpy(tint)[:, :, None, None]
    return torch.minimum(varied, moved[:, 3:]).contiguous(memory_format=torch.channels_last)
