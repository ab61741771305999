"""Analysis by synthesis: change the tokens of a picture until the drawn picture comes nearest.

First the steps of all codes are let free and go down the slope of the error together; put back on the nearest steps,
they are tried one step up and down on each axis. A code reaches one cell on every side, so cells three apart do not
meet: each pass changes a ninth of all cells at once and decides cell by cell. A picture that was drawn from tokens has
them as its exact minimum, so this is also the correction pass that gives tokens back which the encoder alone misses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.model import CELL_PX, LEVELS, Tokeniser
from intermezzo_engines.tokens.fsq import code_of, digits_of, values_of

__all__ = ["refined"]

_APART: Final = 3
_DESCENT: Final = 24  # passes
_RATE: Final = 0.05


@torch.inference_mode()
def refined(
    net: Tokeniser, pictures: Tensor, codes: Tensor, sweeps: int = 1,
    tell: Callable[[float], None] = lambda fraction: None,
) -> Tensor:  # fmt: skip
    """Return codes (n, rows, columns) that draw the pictures (n, 4, h, w), premultiplied, at least as well.

    A sweep tries for every cell one step up and down on each axis of its code. Without sweeps codes stay as they are.
    """
    best = _descended(net, pictures, codes) if sweeps else codes.clone()
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


def _descended(net: Tokeniser, pictures: Tensor, codes: Tensor) -> Tensor:
    """Return the codes on whose steps values come to lie that go down the slope of the error; Adam (1412.6980).

    Pictures that would be drawn worse keep theirs.
    """
    steps = torch.tensor(LEVELS, dtype=torch.float32, device=codes.device)
    with torch.inference_mode(False), torch.enable_grad():
        wanted, start = pictures.clone(), digits_of(codes.clone(), LEVELS)
        values = values_of(start, LEVELS).requires_grad_()
        adam = torch.optim.Adam([values], _RATE, betas=(0.8, 0.95))
        for done in range(_DESCENT):
            # Held as people see it: where a code changes nothing that is seen, and where nothing is wrong, none moves.
            error = (net.held(net.decode_values(values)) - wanted).pow(2).sum()
            values.grad = torch.autograd.grad(error, values)[0]
            adam.param_groups[0]["lr"] = _RATE * (1 - done / _DESCENT)
            adam.step()
            values.data.clamp_(-1, 1)
        digits = torch.minimum(((values.detach() + 1) / 2 * steps).floor(), steps - 1)
    found = code_of(digits.long(), LEVELS)
    before, after = ((net.decode(c) - pictures).pow(2).sum(dim=(1, 2, 3)) for c in (codes, found))
    return torch.where((after < before)[:, None, None], found, codes)


def _error_around(net: Tokeniser, pictures: Tensor, codes: Tensor) -> Tensor:
    """Return the squared error in the three by three cells around each cell, (n, rows, columns)."""
    error = (net.decode(codes) - pictures).pow(2).sum(dim=1, keepdim=True)
    by_cell = functional.avg_pool2d(error, CELL_PX)
    return functional.avg_pool2d(by_cell, 3, stride=1, padding=1).squeeze(1)
