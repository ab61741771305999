"""Train the judge on folds 1 to 4 of ESC-10; seed 0, AdamW, half an hour on a shared core.

Recordings are turned in time, mixed with others (Zhang et al., 1710.09412) and have bands and moments blanked (Park et
al., 1904.08779). Fold 5 is never seen. It goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.sound.judge import Judge, log_mel
from intermezzo_engines.sound.recordings import CLASSES, recordings
from intermezzo_engines.tokens.training import Course, trained

__all__ = ["train_judge"]

BATCH: Final = 32
COURSE: Final = Course(800, 3e-3, rise=50, second_beta=0.999, decay=0.02, half=False, every=50)


def train_judge(
    folder: Path,
    checkpoint: Path,
    progress: Callable[[float, str], None] = lambda share, what: None,
) -> Judge:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    learned = [r for r in recordings(folder) if r.kind in CLASSES and not r.held_out]
    seen = np.stack([log_mel(r.samples) for r in learned])
    wanted = functional.one_hot(torch.tensor([CLASSES.index(r.kind) for r in learned]), len(CLASSES)).float()
    random = np.random.default_rng(0)

    def loss(net: Judge) -> Tensor:
        one, other = (random.integers(0, len(seen), BATCH) for _ in range(2))
        share = torch.from_numpy(random.beta(0.3, 0.3, BATCH).astype(np.float32))
        turned = [torch.from_numpy(np.stack([_varied(seen[k], random) for k in chosen])) for chosen in (one, other)]
        mixed = share[:, None, None] * turned[0] + (1 - share)[:, None, None] * turned[1]
        target = share[:, None] * wanted[one] + (1 - share)[:, None] * wanted[other]
        return functional.cross_entropy(net(mixed), target, label_smoothing=0.05)

    return trained(Judge(), loss, COURSE, checkpoint, "cpu", "judge", progress)


def _varied(seen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a recording begun elsewhere, a little louder or softer, with some bands and moments blanked."""
    varied = np.roll(seen, random.integers(seen.shape[1]), axis=1) + np.float32(random.normal(0, 0.06))
    low, start = random.integers(0, seen.shape[0] - 10), random.integers(0, seen.shape[1] - 30)
    varied[low : low + random.integers(0, 10)] = varied.mean()
    varied[:, start : start + random.integers(0, 30)] = varied.mean()
    return varied
