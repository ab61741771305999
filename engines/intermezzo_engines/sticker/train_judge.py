"""Train the judge of motions on real emoji that are not held out, moved by rule: seed 0, AdamW, minutes on one core.

Clips begin at any moment of their loop, mirrored or not, a little larger or smaller, with a little noise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.stock import Stock
from intermezzo_engines.sticker.judge import KINDS, MotionJudge, looks
from intermezzo_engines.sticker.motions import MOTIONS, REST, moved, poses
from intermezzo_engines.sticker.weights import LOOP
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["clips", "train_judge"]

BATCH: Final = 48
COURSE: Final = Course(900, 2e-3, rise=50, second_beta=0.999, decay=0.02, half=False)
_SIDE_PX: Final = 48


def train_judge(
    learned: Sequence[Picture], checkpoint: Path, progress: Callable[[float, str], None] = lambda share, what: None
) -> MotionJudge:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    stock = Stock([p for p in learned if p.plain])
    whole = functional.adaptive_avg_pool2d(stock.whole(torch.arange(len(stock.pixels))), _SIDE_PX)

    def loss(net: MotionJudge) -> Tensor:
        kinds = random.integers(0, len(KINDS), BATCH)
        with torch.no_grad():
            chosen = torch.from_numpy(random.integers(0, len(whole), BATCH))
            seen = looks(clips(whole[chosen], kinds, random))
        return functional.cross_entropy(net(seen), torch.from_numpy(kinds), label_smoothing=0.03)

    return trained(MotionJudge(), loss, COURSE, checkpoint, "cpu", "judge of motions", progress)


def clips(pictures: Tensor, kinds: np.ndarray, random: np.random.Generator) -> Tensor:
    """Return clips (n, 12, 4, side, side) of pictures (n, 4, side, side), each in the motion of its number in KINDS."""
    tables = []
    for kind in kinds.tolist():
        if kind < len(MOTIONS):
            table = poses(MOTIONS[kind], LOOP, random, float(random.uniform(0.5, 1.6)))
        else:
            table = np.repeat(np.array([REST], np.float32), LOOP, axis=0)
        table[:, 3:5] *= random.uniform(0.85, 1.1)
        tables.append(np.roll(table, random.integers(LOOP), axis=0))
    mirrored = torch.from_numpy(random.random(len(pictures)) < 0.5)[:, None, None, None]
    shown = torch.where(mirrored, pictures.flip(3), pictures)
    frames = moved(shown, torch.from_numpy(np.stack(tables)))
    return (frames + 0.02 * torch.randn(frames.shape) * (frames[:, :, 3:] > 0)).clamp(0, 1)
