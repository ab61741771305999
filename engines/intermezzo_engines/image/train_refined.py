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

import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.model import LEVELS, Tokeniser
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
_FOUND: Final = 0.02
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
    kept = [p for p in learned if p.kind == "emoji"]
    stock, crops = Stock(kept, device), Crops(learned, device)
    plain = torch.tensor([1.0 if p.plain else 0.3 for p in kept], device=device)
    codes = []
    for first in range(0, len(kept), 8 * count):
        progress(0.0, f"refining the tokens of {len(kept):,} emoji, {first:,} done")
        shown = stock.whole(torch.arange(first, min(first + 8 * count, len(kept)), device=device))
        shown = shown.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            codes.append(refined(net, shown, net.encode(shown)))
    digits = digits_of(torch.cat(codes).clone(), LEVELS)

    def loss(net: Tokeniser) -> Tensor:
        chosen = torch.multinomial(plain, count, replacement=True)
        shown = stock.whole(chosen).contiguous(memory_format=torch.channels_last)
        return (
            _loss(net, shown, values_of(digits[chosen], LEVELS)) + loss_of_crops(net, crops.batch(count // _CROPS)) / 2
        )

    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    return trained(net, loss, course, checkpoint, device, "tokeniser with refined tokens", progress)


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
