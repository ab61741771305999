"""Finite scalar quantiser: a few bounded numbers, each on a few even steps, are one code (Mentzer et al., 2309.15505).

There is no codebook to learn, so none can collapse. Unlike the paper's rounding, the range is cut into bins of equal
width for odd and even numbers of steps alike, so that the outermost steps are used as readily as the others.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor

__all__ = ["code_of", "digits_of", "likeness", "n_codes", "quantise", "values_of"]


def n_codes(levels: tuple[int, ...]) -> int:
    """Return how many codes these levels make."""
    return prod(levels)


def quantise(latent: Tensor, levels: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Put latents (..., len(levels)) on their steps; returns values in (-1, 1) and digits int64, both (..., n).

    The gradient passes straight through the rounding.
    """
    steps = torch.tensor(levels, dtype=latent.dtype, device=latent.device)
    smooth = (torch.tanh(latent) + 1) / 2 * steps
    digits = torch.minimum(smooth.detach().floor(), steps - 1).clamp_min(0)
    stepped = smooth + (digits + 0.5 - smooth).detach()
    return stepped * 2 / steps - 1, digits.long()


def values_of(digits: Tensor, levels: tuple[int, ...]) -> Tensor:
    """Return the float32 values in (-1, 1) that digits (..., n) stand for."""
    steps = torch.tensor(levels, dtype=torch.float32, device=digits.device)
    return (digits.to(torch.float32) + 0.5) * 2 / steps - 1


def code_of(digits: Tensor, levels: tuple[int, ...]) -> Tensor:
    """Return the code, int64 (...), that digits (..., n) write in mixed radix, the first digit slowest."""
    code = torch.zeros_like(digits[..., 0])
    for place, steps in enumerate(levels):
        code = code * steps + digits[..., place]
    return code


def digits_of(code: Tensor, levels: tuple[int, ...]) -> Tensor:
    """Return the digits, int64 (..., n), of codes (...): the inverse of `code_of`."""
    found = []
    for steps in reversed(levels):
        found.append(code % steps)
        code = code // steps
    return torch.stack(found[::-1], dim=-1)


def likeness(levels: tuple[int, ...], per_step: float) -> Tensor:
    """Return how like each two codes are, float32 (codes, codes): ``-per_step`` for each square of steps between them.

    So two steps on one axis cost as much as one step on each of four.
    """
    digits = digits_of(torch.arange(n_codes(levels)), levels).to(torch.float32)
    return -per_step * torch.cdist(digits, digits).pow(2)
