"""Analysis by synthesis: change the tokens of a picture, a step at a time, wherever the drawn picture comes nearer.

A code reaches one cell on every side, so cells three apart do not meet: each pass changes a ninth of all cells at once
and decides cell by cell. A picture that was drawn from tokens has them as its exact minimum, so this is also the
correction pass that gives tokens back which the encoder alone misses.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.model import CELL_PX, LEVELS, Tokeniser
from intermezzo_engines.tokens.fsq import code_of, digits_of

__all__ = ["refined"]

_APART = 3


@torch.inference_mode()
def refined(
    net: Tokeniser, pictures: Tensor, codes: Tensor, sweeps: int = 1,
    tell: Callable[[float], None] = lambda fraction: None,
) -> Tensor:  # fmt: skip
    """Return codes (n, rows, columns) that draw the pictures (n, 4, h, w), premultiplied, at least as well.

    A sweep tries for every cell one step up and down on each axis of its code.
    """
    best = codes.clone()
    rows, columns = best.shape[1:]
    total = sweeps * _APART**2
    for turn in range(total):
        tell(turn / total)
        place = turn % _APART**2
        at = torch.zeros((rows, columns), dtype=torch.bool, device=best.device)
        at[place // _APART :: _APART, place % _APART :: _APART] = True
        digits = digits_of(best, LEVELS)
        tried = [best]
        for axis, steps in enumerate(LEVELS):
            for by in (-1, 1):
                other = digits.clone()
                other[..., axis] = (other[..., axis] + by).clamp(0, steps - 1)
                tried.append(torch.where(at, code_of(other, LEVELS), best))
        errors = torch.stack([_error_around(net, pictures, candidate) for candidate in tried])
        chosen = errors.argmin(dim=0)
        picked = torch.stack(tried).gather(0, chosen[None]).squeeze(0)
        best = torch.where(at, picked, best)
    return best


def _error_around(net: Tokeniser, pictures: Tensor, codes: Tensor) -> Tensor:
    """Return the squared error in the three by three cells around each cell, (n, rows, columns)."""
    error = (net.decode(codes) - pictures).pow(2).sum(dim=1, keepdim=True)
    by_cell = functional.avg_pool2d(error, CELL_PX)
    return functional.avg_pool2d(by_cell, 3, stride=1, padding=1).squeeze(1)
