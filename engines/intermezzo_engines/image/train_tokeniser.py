"""Train the picture tokeniser on crops of emoji, tinted icons and game tiles; seed 0, AdamW, rate falling to nothing.

A step sees 16 crops of 80 x 80 px, three in five of emoji. The loss is the squared error of premultiplied RGBA at full
and at half size, and a little absolute error for crisp edges. 6,000 steps take 55 minutes on one core and reach what
the card beside the weights says. It goes on from its checkpoint when it is started again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import SIDE, is_held_out, pictures

__all__ = ["Crops", "train_tokeniser"]

STEPS = 6_000
BATCH = 16
CROP = 80
RATE = 2e-3
_MARGIN = 8
_SHARES = (("emoji", 0.6), ("icon", 0.2), ("tile", 0.2))
_EVERY = 100


class Crops:
    """Random crops of the pictures that may be learned from, each kind by its share."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        learned = [p for p in pictures(folder) if not is_held_out(p.glyph)]
        self.by_kind = {kind: np.stack([p.pixels for p in learned if p.kind == kind]) for kind, _ in _SHARES}

    def batch(self, count: int, side: int = CROP) -> Tensor:
        """Return float32 (count, 4, side, side), premultiplied, 0 to 1."""
        kinds = self.random.choice(len(_SHARES), count, p=[share for _, share in _SHARES])
        crops = np.stack([self._crop(_SHARES[kind][0], side) for kind in kinds])
        tensor = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
        return tensor.contiguous(memory_format=torch.channels_last)

    def _crop(self, kind: str, side: int) -> NDArray[np.uint8]:
        all_of_it = self.by_kind[kind]
        picture = np.pad(all_of_it[self.random.integers(len(all_of_it))], ((_MARGIN, _MARGIN),) * 2 + ((0, 0),))
        top, left = self.random.integers(0, SIDE + 2 * _MARGIN - side + 1, 2)
        crop = picture[top : top + side, left : left + side]
        if self.random.random() < 0.5:
            crop = crop[:, ::-1]
        if kind == "icon":  # they are white, and people want them in every colour
            tint = np.append(self.random.random(3), 1.0)
            crop = (crop * tint).astype(np.uint8)
        return np.ascontiguousarray(crop)


def train_tokeniser(
    folder: Path,
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    steps: int = STEPS,
) -> Tokeniser:
    """Train, or go on from ``checkpoint``; returns the finished network."""
    torch.manual_seed(0)
    net = Tokeniser().to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types
    optimiser = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.95), weight_decay=1e-4)
    first = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = int(state["step"])
    crops = Crops(folder, seed=first)
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 50, 1.3 * (1 - step / steps))
        loss = _loss(net, crops.batch(BATCH).to(device))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % _EVERY == 0 or step + 1 == steps:
            saved = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            partial = checkpoint.with_suffix(".partial")
            torch.save(saved, partial)
            partial.replace(checkpoint)
            progress((step + 1) / steps, f"tokeniser, step {step + 1:,}, loss {loss.item():.4f}")
    return net


def _loss(net: Tokeniser, batch: Tensor) -> Tensor:
    drawn: Tensor = net(batch)[0]
    error = drawn - batch
    return error.pow(2).mean() + functional.avg_pool2d(error, 2).pow(2).mean() + 0.05 * error.abs().mean()
