"""Train the temporal prior: the tokens of twelve frames, given those of the content and the pose of each frame.

A batch is emoji that may be learned from, each in a motion of its own strength, moved and read by the tokeniser. The
content is the first place of the grid and mostly whole; of the frames a share cos(pi r / 2) of the cells is emptied (r
even), of some grids whole frames, of others the same rectangle in all frames. Poses are always told: they are layers of
the sketch. The kind of motion is told half of the time. Seed 0, AdamW, bfloat16 products; made for a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.model import SIDE_CELLS, Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.stock import Stock
from intermezzo_engines.image.train_prior import emptied
from intermezzo_engines.sticker.motions import MOTIONS, REST, moved, poses, told
from intermezzo_engines.sticker.weights import LOOP, PRIOR_SHAPE
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["train_prior"]

BATCH: Final = {"cpu": 4, "cuda": 40}
COURSE: Final = Course(4_000, 1.5e-3)
_LEARNED_CELLS: Final = 0.3  # of the emptied cells, which costs less


def train_prior(
    learned: Sequence[Picture],
    net: Tokeniser,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    seconds: float = inf,
) -> Prior:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    stock = Stock([p for p in learned if p.plain], device)
    prior = Prior(PRIOR_SHAPE).to(device)
    count = BATCH["cpu" if device == "cpu" else "cuda"]
    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    net.to(device)
    return trained(
        prior,
        lambda prior: _loss(prior, net, stock, count, random),
        course,
        checkpoint,
        device,
        "temporal prior",
        progress,
    )


def _loss(prior: Prior, net: Tokeniser, stock: Stock, count: int, random: np.random.Generator) -> Tensor:
    device = stock.device
    kinds = random.integers(0, len(MOTIONS), count)
    strengths = random.uniform(0.4, 1.5, count)
    rest = np.array([REST], np.float32)
    tables = [np.concatenate([rest, poses(MOTIONS[k], LOOP, random, s)]) for k, s in zip(kinds, strengths, strict=True)]
    table = torch.from_numpy(np.stack(tables)).to(device)
    with torch.no_grad(), torch.autocast(device, enabled=False):  # codes are to be exact
        pictures = stock.whole(torch.randint(len(stock.pixels), (count,), device=device))
        frames = moved(pictures, table).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        codes = net.encode(frames).view(count, 1 + LOOP, SIDE_CELLS, SIDE_CELLS)
    empty = _emptied(count, device)
    shown = torch.where(empty, prior.shape.codes, codes)
    classes = torch.from_numpy(np.where(random.random(count) < 0.5, kinds + 1, 0)).to(device)
    silent = torch.zeros(count, 0, 0, device=device)
    learned = empty & (torch.rand(empty.shape, device=device) < _LEARNED_CELLS)
    logits = prior(shown, silent.long(), silent, classes, learned.flatten(1), told(table))
    return functional.cross_entropy(logits.float(), codes[learned], label_smoothing=0.02)


def _emptied(count: int, device: str) -> Tensor:
    """Return which cells are emptied, bool (count, 1 + frames, rows, columns); the content mostly stays whole."""
    sides = (SIDE_CELLS, SIDE_CELLS)
    share = torch.cos(torch.pi / 2 * torch.rand(count, 1, 1, 1, device=device))
    scattered = torch.rand(count, LOOP, *sides, device=device) < share
    whole = (torch.rand(count, LOOP, 1, 1, device=device) < share).expand_as(scattered)
    alike = emptied(count, sides, device)[:, None].expand_as(scattered)
    way = torch.rand(count, 1, 1, 1, device=device)
    frames = torch.where(way < 0.6, scattered, torch.where(way < 0.8, whole, alike))
    content = (torch.rand(count, 1, *sides, device=device) < 0.3) & (torch.rand(count, 1, 1, 1, device=device) < 0.2)
    return torch.cat([content, frames], dim=1)
