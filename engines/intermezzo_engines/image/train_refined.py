"""Train the tokeniser on with refined tokens: the decoder for the tokens it is given, the encoder to find them at once.

The analyser refines what the encoder found (refine.py), so the decoder is mostly given tokens that no encoder chose.
Here emoji are refined first, then both halves learn from the pairs: the decoder draws the pictures from these tokens,
the encoder finds these tokens in the pictures, and in what is drawn from them; crops go on as in train_tokeniser.py.
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

from intermezzo_engines.image.model import LEVELS, SIDE_CELLS, Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.refine import refined
from intermezzo_engines.image.stock import Stock
from intermezzo_engines.image.train_tokeniser import Crops, loss_of_crops
from intermezzo_engines.tokens.fsq import digits_of, values_of
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["train_refined"]

COURSE: Final = Course(1_500, 6e-4, rise=50, second_beta=0.99, decay=1e-4, half=False)
BATCH: Final = {"cpu": 8, "cuda": 96}
_CROPS: Final = 3  # of every so many pictures one crop
_FOUND: Final = 0.05
_SURE: Final = 0.3  # of a step: how far from the middle of its step a value may be


def train_refined(
    learned: Sequence[Picture],
    net: Tokeniser,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    seconds: float = inf,
) -> Tokeniser:
    """Train a tokeniser on, or go on from ``checkpoint``; returns the network."""
    torch.manual_seed(1)
    count = BATCH["cpu" if device == "cpu" else "cuda"]
    stock, crops = Stock([p for p in learned if p.kind == "emoji" and p.plain], device), Crops(learned, device)
    codes = _codes(net, stock, checkpoint.with_suffix(".npy"), progress)
    digits = digits_of(codes.to(device), LEVELS)

    def loss(net: Tokeniser) -> Tensor:
        chosen = torch.randint(len(digits), (count,), device=device)
        shown = stock.whole(chosen).contiguous(memory_format=torch.channels_last)
        on_crops = loss_of_crops(net, crops.batch(max(count // _CROPS, 1)))
        return _loss(net, shown, values_of(digits[chosen], LEVELS)) + on_crops / 2

    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    return trained(net, loss, course, checkpoint, device, "tokeniser with refined tokens", progress)


def _codes(net: Tokeniser, stock: Stock, kept: Path, progress: Callable[[float, str], None]) -> Tensor:
    """Return the refined codes of a stock; what is found is written to ``kept`` and not sought again."""
    codes = torch.from_numpy(np.load(kept)) if kept.is_file() else torch.zeros(0, SIDE_CELLS, SIDE_CELLS).long()
    while len(codes) < len(stock.pixels):
        progress(0.0, f"refining the tokens of {len(stock.pixels):,} emoji, {len(codes):,} done")
        some = torch.arange(len(codes), min(len(codes) + 64, len(stock.pixels)), device=stock.device)
        shown = stock.whole(some).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            codes = torch.cat([codes, refined(net, shown, net.encode(shown)).cpu()])
        partial = kept.with_suffix(".partial")
        with partial.open("wb") as file:
            np.save(file, codes.numpy())
        partial.replace(kept)
    return codes.clone()


def _loss(net: Tokeniser, shown: Tensor, values: Tensor) -> Tensor:
    drawn = net.decode_values(values)
    error = drawn - shown
    on_white = functional.avg_pool2d(error[:, :3] - error[:, 3:], 2).pow(2)
    drawing = error.pow(2).mean() + 2 * on_white.mean() + 0.05 * error.abs().mean()
    half = len(shown) // 2
    found = torch.tanh(net.latent(torch.cat([shown[:half], drawn[half:].clamp(0, 1)])))
    steps = torch.tensor(LEVELS, dtype=torch.float32, device=shown.device) / 2
    apart = functional.relu((found - values).abs() * steps - _SURE).pow(2).mean()
    return drawing + _FOUND * apart
