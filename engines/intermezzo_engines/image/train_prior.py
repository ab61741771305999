"""Train the masked prior of pictures on the works (works.py); seed 0, AdamW, bfloat16 products.

A share cos(pi r / 2) of the cells is emptied (r even), in one case of four as a rectangle, for that is what people
mask. What a work is called is drawn anew each time: its name in one of six languages, its name with some keywords, or
keywords alone; one time in ten nothing at all, for guidance. It goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.weights import PRIOR_SHAPE
from intermezzo_engines.image.works import Works
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["emptied", "train_prior"]

BATCH: Final = {"cpu": 32, "cuda": 256}
COURSE: Final = Course(9_000, 1.5e-3)
_BOXES: Final = 0.25


def emptied(count: int, sizes: tuple[int, int], device: str) -> Tensor:
    """Return which cells are emptied, bool (count, rows, columns); at least one of each grid."""
    rows, columns = sizes
    share = torch.cos(torch.pi / 2 * torch.rand(count, 1, device=device))
    rank = torch.rand(count, rows * columns, device=device).argsort(dim=1).argsort(dim=1)
    scattered = (rank < (share * rows * columns).floor().clamp_min(1)).view(count, rows, columns)
    boxes = _within(rows, count, device)[:, :, None] & _within(columns, count, device)[:, None, :]
    boxed = torch.rand(count, 1, 1, device=device) < _BOXES
    return torch.where(boxed, boxes, scattered)


def train_prior(
    works: Works,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    start: Prior | None = None,
    seconds: float = inf,
) -> Prior:
    """Train from ``start`` or from nothing, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    net = (start or Prior(PRIOR_SHAPE)).to(device)
    batches = _batches(works, BATCH["cpu" if device == "cpu" else "cuda"])

    def loss(net: Prior) -> Tensor:
        codes, *said = next(batches)
        empty = emptied(len(codes), (codes.shape[1], codes.shape[2]), device)
        logits = net(torch.where(empty, net.shape.codes, codes), *said, empty.flatten(1))
        return functional.cross_entropy(logits.float(), codes[empty], label_smoothing=0.05)

    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    return trained(net, loss, course, checkpoint, device, "prior", progress)


def _batches(works: Works, count: int) -> Iterator[tuple[Tensor, ...]]:
    """Give every batch twice, for other cells of it will be empty: making one costs as much as learning from it."""
    while True:
        batch = works.batch(count)
        yield batch
        yield batch


def _within(length: int, count: int, device: str) -> Tensor:
    """Return places of a stretch of two or more of ``length``, bool (count, length)."""
    size = torch.randint(2, length + 1, (count, 1), device=device)
    start = (torch.rand(count, 1, device=device) * (length - size + 1)).long()
    at = torch.arange(length, device=device)
    return (at >= start) & (at < start + size)
