"""Train the judge on folds 1 to 4 of ESC-10; seed 0, AdamW, half an hour on a shared core.

Recordings are turned in time, mixed with others (Zhang et al., 1710.09412) and have bands and moments blanked (Park et
al., 1904.08779). Fold 5 is never seen. It goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from intermezzo_engines.sound.judge import Judge, log_mel
from intermezzo_engines.sound.recordings import CLASSES, recordings

__all__ = ["train_judge"]

STEPS = 800
BATCH = 32
RATE = 3e-3
_EVERY = 50


def train_judge(
    folder: Path,
    checkpoint: Path,
    progress: Callable[[float, str], None] = lambda share, what: None,
    steps: int = STEPS,
) -> Judge:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    learned = [r for r in recordings(folder) if r.kind in CLASSES and not r.held_out]
    seen = np.stack([log_mel(r.samples) for r in learned])
    wanted = functional.one_hot(torch.tensor([CLASSES.index(r.kind) for r in learned]), len(CLASSES)).float()
    net = Judge()
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    first = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = int(state["step"])
    random = np.random.default_rng(first)
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 50, 1.3 * (1 - step / steps))
        one, other = (random.integers(0, len(seen), BATCH) for _ in range(2))
        share = torch.from_numpy(random.beta(0.3, 0.3, BATCH).astype(np.float32))
        turned = [torch.from_numpy(np.stack([_varied(seen[k], random) for k in chosen])) for chosen in (one, other)]
        mixed = share[:, None, None] * turned[0] + (1 - share)[:, None, None] * turned[1]
        target = share[:, None] * wanted[one] + (1 - share)[:, None] * wanted[other]
        loss = functional.cross_entropy(net.train()(mixed), target, label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if (step + 1) % _EVERY == 0 or step + 1 == steps:
            saved = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            partial = checkpoint.with_suffix(".partial")
            torch.save(saved, partial)
            partial.replace(checkpoint)
            progress((step + 1) / steps, f"judge, step {step + 1:,}, loss {loss.item():.3f}")
    return net.eval()


def _varied(seen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a recording begun elsewhere, a little louder or softer, with some bands and moments blanked."""
    varied = np.roll(seen, random.integers(seen.shape[1]), axis=1) + np.float32(random.normal(0, 0.06))
    low, start = random.integers(0, seen.shape[0] - 10), random.integers(0, seen.shape[1] - 30)
    varied[low : low + random.integers(0, 10)] = varied.mean()
    varied[:, start : start + random.integers(0, 30)] = varied.mean()
    return varied
