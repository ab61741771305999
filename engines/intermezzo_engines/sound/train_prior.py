"""Train the masked prior of sounds on the codes of the recordings; seed 0, AdamW, bfloat16 products.

A step sees 16 recordings of five seconds; shorter ones are followed by silence, of longer ones a part is taken, and
two in five are turned in time. A share cos(pi r / 2) of the cells is emptied (r even): of all
levels alike, of the later levels first, or a stretch of time, for those are what sampling and people ask for. What is
said is a text, a class or both, one time in ten nothing. Of the emptied cells a part is learned from, which
costs less: most of how loud, little of what is in it. It goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.sound.codec import CODES, LEVELS, LOUDNESS, Codec
from intermezzo_engines.sound.kinds import SAYINGS
from intermezzo_engines.sound.recordings import CLASSES, KINDS, recordings
from intermezzo_engines.sound.stages import STAGES
from intermezzo_engines.sound.weights import CELLS, PRIOR_SHAPE
from intermezzo_engines.tokens.fsq import digits_of, values_of
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.training import Course, trained
from intermezzo_engines.tokens.wording import Wording
from intermezzo_engines.tokens.words import featured

__all__ = ["Works", "train_prior", "works"]

BATCH: Final = {"cpu": 16, "cuda": 64}
COURSE: Final = Course(1_500, 2e-3, rise=100, every=25)
_LEARNED: Final = np.array([0.7] * len(LOUDNESS) + [0.2] * (LEVELS - len(LOUDNESS)))  # of emptied cells, by level
_STAGE_CHANCES: Final = (0.4, 0.2, 0.15, 0.25)


@dataclass(frozen=True, eq=False)
class Works:
    """``codes`` of each recording (cells, 8), its ``kind`` as a number of `KINDS` and the texts that name it."""

    codes: list[NDArray[np.int64]]
    kinds: NDArray[np.int64]
    texts: list[tuple[str, ...]]


def works(folder: Path, codec: Codec) -> Works:
    """Return what may be learned from."""
    learned = [r for r in recordings(folder) if not r.held_out]
    texts: list[tuple[str, ...]] = [SAYINGS[r.kind] if r.kind in CLASSES else (r.text, r.kind) for r in learned]
    return Works([codec.encode(r.samples) for r in learned], np.array([KINDS.index(r.kind) for r in learned]), texts)


def train_prior(
    learned: Works,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda share, what: None,
    seconds: float = inf,
) -> Prior:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    net, random = Prior(PRIOR_SHAPE), np.random.default_rng(0)
    _begin(net)
    net.to(device)
    wording = Wording([text for ways in learned.texts for text in ways], device)
    count = BATCH["cpu" if device == "cpu" else "cuda"]
    course = replace(COURSE, steps=COURSE.steps if device == "cpu" else 10**6, seconds=seconds)
    # The ten classes are what is measured and what people ask for; samples teach the rest of the sounds.
    chance = np.where(learned.kinds < len(CLASSES), 1.0, 0.5)
    chance /= chance.sum()

    def loss(net: Prior) -> Tensor:
        return _loss(net, learned, wording, random.choice(len(chance), count, p=chance), random, device)

    trained(net, loss, course, checkpoint, device, "prior of sounds", progress)
    net.cpu()
    _forget_unsaid(net, learned.texts)
    return net.eval()


def _begin(net: Prior) -> None:
    """Tell the network what the codes of loudness mean: neighbours on the steps begin alike, in and out."""
    known = []
    for steps in LOUDNESS:
        values = values_of(digits_of(torch.arange(CODES), steps), steps)
        known += [torch.sin(np.pi / 2 * values), torch.cos(np.pi * values), torch.sin(2 * np.pi * values)]
    meaning = torch.cat(known, dim=1)
    with torch.no_grad():
        net.cells.weight[:CODES, : meaning.shape[1]] = 0.7 * meaning
        out = net.head[2]
        assert isinstance(out, nn.Linear)
        out.weight[:, : meaning.shape[1]] = 0.15 * meaning


def _forget_unsaid(net: Prior, texts: list[tuple[str, ...]]) -> None:
    """Make features of words that no text has say nothing; they still are what they were by chance at the start."""
    buckets, weights = featured([text for ways in texts for text in ways])
    unsaid = torch.ones(len(net.features.weight), dtype=torch.bool)
    unsaid[torch.from_numpy(np.unique(buckets[weights > 0]))] = False
    with torch.no_grad():
        net.features.weight[unsaid] = 0


def emptied(count: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which cells are emptied, bool (count, 500, 8); at least one of each grid."""
    masks = np.zeros((count, CELLS, LEVELS), bool)
    for mask in masks:
        way, share = random.random(), np.cos(np.pi / 2 * random.random())
        if way < 0.2:
            length = random.integers(20, CELLS + 1)
            start = random.integers(0, CELLS - length + 1)
            mask[start : start + length] = True
        elif way < 0.75:  # the order in which sounds are sampled: loudness first
            low, high, _ = STAGES[random.choice(len(STAGES), p=_STAGE_CHANCES)]
            mask[:, high:] = True
            mask[:, low:high] = random.random((CELLS, high - low)) < share
        else:
            mask[:] = random.random(mask.shape) < share
        mask[random.integers(CELLS), random.integers(LEVELS)] = True
    return masks


def _shown(codes: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Return 500 cells of a work: a part of long ones, silence after short ones, at times begun elsewhere."""
    whole = np.zeros((CELLS, LEVELS), np.int64)
    start = random.integers(0, max(len(codes) - CELLS, 0) + 1)
    part = codes[start : start + CELLS]
    whole[: len(part)] = part
    return np.roll(whole, random.integers(CELLS), axis=0) if random.random() < 0.4 and len(part) == CELLS else whole


def _loss(
    net: Prior, learned: Works, wording: Wording, chosen: NDArray[np.int64], random: np.random.Generator, device: str
) -> Tensor:
    codes = np.stack([_shown(learned.codes[k], random) for k in chosen])
    texts, kinds = [], []
    for k in chosen.tolist():
        way = random.random()
        texts.append(wording.numbers(learned.texts[k][random.integers(len(learned.texts[k]))]) if way < 0.7 else ())
        kinds.append(int(learned.kinds[k]) + 1 if 0.4 < way < 0.9 else 0)
    empty = emptied(len(chosen), random)
    at = empty & (random.random(empty.shape) < _LEARNED)
    at[:, 0, 0] |= ~at.any(axis=(1, 2))
    given, asked, wanted = (torch.from_numpy(part).to(device) for part in (np.where(empty, CODES, codes), at, codes))
    logits = net(given, *wording.featured(wording.rows(texts)), torch.tensor(kinds, device=device), asked.flatten(1))
    return functional.cross_entropy(logits.float(), wanted[asked], label_smoothing=0.02)
