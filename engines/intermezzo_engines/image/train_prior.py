"""Train the masked prior of pictures on the works (works.py); seed 0, AdamW, bfloat16 where the processor has it.

A step sees 32 works. A share cos(pi r / 2) of the cells is emptied (r even), in one case of four as a rectangle, for
that is what people mask. What a work is called is drawn anew each time: its name in one of six languages, its name with
some keywords, or keywords alone; one time in ten nothing at all, for guidance. It goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.weights import PRIOR_SHAPE
from intermezzo_engines.image.works import Works
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.words import featured

__all__ = ["emptied", "prompt", "train_prior"]

STEPS = 9_000
BATCH = 32
RATE = 1.5e-3
_EVERY = 100
_LANGUAGES = ("en", "en", "en", "en", "fr", "de", "es", "zh", "ja")


def prompt(names: dict[str, tuple[str, ...]], random: np.random.Generator) -> str:
    """Return one of the ways to ask for a work; '' one time in ten."""
    if random.random() < 0.1 or not names:
        return ""
    language = _LANGUAGES[random.integers(len(_LANGUAGES))]
    name, *keywords = names.get(language) or next(iter(names.values()))
    way = random.random()
    if not keywords or way < 0.45:
        return name
    some = random.permutation(len(keywords))[: random.integers(1, 5)]
    chosen = [keywords[k] for k in some]
    return " ".join([name, *chosen] if way < 0.65 else chosen)


def emptied(count: int, sizes: tuple[int, int], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which cells are emptied, bool (count, rows, columns); at least one of each grid."""
    cells = sizes[0] * sizes[1]
    masks = np.zeros((count, *sizes), bool)
    for mask in masks:
        if random.random() < 0.25:
            height, width = random.integers(2, sizes[0] + 1), random.integers(2, sizes[1] + 1)
            top, left = random.integers(0, sizes[0] - height + 1), random.integers(0, sizes[1] - width + 1)
            mask[top : top + height, left : left + width] = True
        else:
            share = np.cos(np.pi / 2 * random.random())
            mask.reshape(-1)[random.permutation(cells)[: max(int(share * cells), 1)]] = True
    return masks


def train_prior(
    works: Works,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    steps: int = STEPS,
) -> Prior:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    net = Prior(PRIOR_SHAPE).to(device)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.96), weight_decay=0.03)
    first = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = int(state["step"])
    random = np.random.default_rng(first)
    chance = works.weight / works.weight.sum()
    recent = 0.0
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 200, 1.2 * (1 - step / steps))
        with torch.autocast(device, torch.bfloat16):
            loss = _loss(net, works, random.choice(len(chance), BATCH, p=chance), random, device)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        recent = 0.98 * recent + 0.02 * loss.item() if step > first else loss.item()
        if (step + 1) % _EVERY == 0 or step + 1 == steps:
            saved = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            partial = checkpoint.with_suffix(".partial")
            torch.save(saved, partial)
            partial.replace(checkpoint)
            progress((step + 1) / steps, f"prior, step {step + 1:,}, loss {recent:.3f}")
    return net


def _loss(net: Prior, works: Works, chosen: NDArray[np.int64], random: np.random.Generator, device: str) -> Tensor:
    codes = works.codes[chosen].astype(np.int64)
    said = [prompt(works.names[k], random) for k in chosen.tolist()]
    style = np.where([bool(text) for text in said], works.style[chosen] + 1, 0)
    empty = emptied(len(chosen), (codes.shape[1], codes.shape[2]), random)
    shown = np.where(empty, net.shape.codes, codes)
    buckets, weights = featured(said)
    given = (torch.from_numpy(part).to(device) for part in (shown, buckets, weights, style))
    logits = net(*given).flatten(0, 1)
    at = torch.from_numpy(empty.reshape(-1)).to(device)
    wanted = torch.from_numpy(codes.reshape(-1)).to(device)
    return functional.cross_entropy(logits[at].float(), wanted[at], label_smoothing=0.05)
