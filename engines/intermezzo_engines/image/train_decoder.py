"""Train the decoder of the picture tokeniser on, with the encoder as it is: sharper pictures, and codes that come back.

The tokens of all pictures stay what they are, so the prior can be trained at the same time. A step sees 12 crops; their
tokens are those of the encoder, and of half the crops one digit in ten is moved, as a hand or the refinement moves it.
The loss is that of the tokeniser where tokens are the encoder's, and everywhere how far the encoder, looking at what
was drawn, is from the tokens that it was drawn from. 3,000 steps take 50 minutes on one core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.model import LEVELS, Tokeniser
from intermezzo_engines.image.train_tokeniser import Crops
from intermezzo_engines.tokens.fsq import quantise, values_of

__all__ = ["moved", "train_decoder"]

STEPS = 3_000
BATCH = 12
RATE = 6e-4
_BACK = 0.02
_MOVED = 0.1
_EVERY = 50


def train_decoder(
    folder: Path,
    net: Tokeniser,
    checkpoint: Path,
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    steps: int = STEPS,
) -> Tokeniser:
    """Train the decoder of ``net``, or go on from ``checkpoint``; returns the network."""
    torch.manual_seed(1)
    net.encoder.requires_grad_(False)
    optimiser = torch.optim.AdamW(net.decoder.parameters(), RATE, betas=(0.9, 0.95), weight_decay=1e-4)
    first = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = int(state["step"])
    crops, random = Crops(folder, seed=100 + first), np.random.default_rng(first)
    recent = 0.0
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 50, 1.2 * (1 - step / steps))
        drawn_error, back_error = _errors(net, crops.batch(BATCH), random)
        loss = drawn_error + _BACK * back_error
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.decoder.parameters(), 1.0)
        optimiser.step()
        recent = 0.98 * recent + 0.02 * loss.item() if step > first else loss.item()
        if (step + 1) % _EVERY == 0 or step + 1 == steps:
            saved = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            partial = checkpoint.with_suffix(".partial")
            torch.save(saved, partial)
            partial.replace(checkpoint)
            told = f"{recent:.4f}, drawn {drawn_error.item():.4f}, back {back_error.item():.4f}"
            progress((step + 1) / steps, f"decoder, step {step + 1:,}, loss {told}")
    return net


def moved(digits: Tensor, random: np.random.Generator, share: float = _MOVED) -> Tensor:
    """Return digits (..., axes) of which a share has gone one step up or down."""
    chosen = torch.from_numpy(random.random(digits.shape) < share)
    by = torch.from_numpy(random.choice((-1, 1), digits.shape))
    most = torch.tensor(LEVELS) - 1
    return torch.where(chosen, torch.minimum((digits + by).clamp_min(0), most), digits)


def _errors(net: Tokeniser, batch: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    half = len(batch) // 2
    with torch.no_grad():
        digits = quantise(net.latent(batch), LEVELS)[1]
    digits = torch.cat([digits[:half], moved(digits[half:], random)])
    values = values_of(digits, LEVELS)
    drawn = net.decode_values(values)
    error = drawn[:half] - batch[:half]
    shown = error.pow(2).mean() + functional.avg_pool2d(error, 2).pow(2).mean() + 0.05 * error.abs().mean()
    apart = torch.tanh(net.latent(drawn.clamp(0, 1))) - values
    # In steps of each axis: half a step away the digit is another one.
    steps = torch.tensor(LEVELS, dtype=torch.float32) / 2
    return shown, (apart * steps).pow(2).mean()
