"""The one short training of the comparison: the same steps, pictures and seed for whatever is learned."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.tokens.compare.backbone import CELLS
from intermezzo_engines.tokens.compare.bottlenecks import FiniteScalar, Representation
from intermezzo_engines.tokens.compare.head import Head
from intermezzo_engines.tokens.compare.samples import Samples

__all__ = ["BATCH", "head_steps", "learn_head", "learn_representation", "representation_steps"]

BATCH: Final = 16
_RATE: Final = 2e-3
_RISE: Final = 40  # steps
_CELLS: Final = 32  # of a picture that the head looks at in a step
_SHIFT_PX: Final = 3
_TRIED: Final = 6  # steps that are timed
_FEWEST, _MOST = 2, 200_000
_SEED: Final = 5

Tell = Callable[[float], None]


def representation_steps(samples: Samples, seconds: float) -> int:
    """Return how many steps fit into so many seconds here: what one kind takes, all kinds are given."""
    net = FiniteScalar()
    return _fitting(net, lambda: representation_loss(net, samples), seconds)


def head_steps(samples: Samples, seconds: float) -> int:
    """Return how many steps of the head fit into so many seconds here."""
    head = Head(FiniteScalar.channels, FiniteScalar.symbols)
    written = torch.zeros(len(samples.pictures), CELLS, CELLS, 1, dtype=torch.int64)
    return _fitting(head, lambda: head_loss(head, samples, written), seconds)


def learn_representation(net: Representation, samples: Samples, steps: int, tell: Tell) -> None:
    """Train a representation on pictures that are mirrored and shifted by up to three pixels."""
    _learn(net, lambda: representation_loss(net, samples), steps, tell)
    with torch.inference_mode():
        net.settle(samples.floats(torch.arange(0, len(samples.pictures), 4)))


def learn_head(head: Head, samples: Samples, written: Tensor, steps: int, tell: Tell) -> None:
    """Train a head on the symbols of learned pictures, (pictures, 16, 16, channels)."""
    head.start_from(written)
    _learn(head, lambda: head_loss(head, samples, written), steps, tell)


def representation_loss(net: Representation, samples: Samples) -> Tensor:
    """Return the loss of a batch: squared error at full and half size, a little absolute error for crisp edges."""
    pictures = samples.floats(samples.drawn_indices(BATCH))
    if torch.rand(()) < 0.5:
        pictures = pictures.flip(-1)
    by = torch.randint(-_SHIFT_PX, _SHIFT_PX + 1, (2,)).tolist()
    pictures = functional.pad(pictures, (by[0], -by[0], by[1], -by[1]))
    drawn, besides = net.learn(pictures)
    error = drawn - pictures
    shown = error.pow(2).mean() + functional.avg_pool2d(error, 2).pow(2).mean() + 0.05 * error.abs().mean()
    return shown + besides


def head_loss(head: Head, samples: Samples, written: Tensor) -> Tensor:
    """Return the nats a symbol that a head needs; a third of the batch is without its text."""
    some = samples.drawn_indices(BATCH)
    known = torch.rand(BATCH) > 1 / 3
    cells = torch.randperm(CELLS**2)[:_CELLS]
    return head.nats(samples.buckets[some], samples.weights[some] * known[:, None, None], written[some], cells).mean()


def _learn(net: nn.Module, loss_of: Callable[[], Tensor], steps: int, tell: Tell) -> None:
    torch.manual_seed(_SEED)
    optimiser = _optimiser(net)
    net.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / _RISE, 1.5 * (1 - step / steps))
        _step(net, loss_of, optimiser)
        if step % 10 == 0:
            tell(step / steps)
    net.eval()


def _fitting(net: nn.Module, loss_of: Callable[[], Tensor], seconds: float) -> int:
    torch.manual_seed(_SEED)
    optimiser = _optimiser(net.train())
    _step(net, loss_of, optimiser)
    took = []
    for _ in range(_TRIED):
        began_s = perf_counter()
        _step(net, loss_of, optimiser)
        took.append(perf_counter() - began_s)
    return min(max(int(seconds / sorted(took)[_TRIED // 2]), _FEWEST), _MOST)


def _optimiser(net: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(net.parameters(), _RATE, betas=(0.9, 0.95), weight_decay=1e-4)


def _step(net: nn.Module, loss_of: Callable[[], Tensor], optimiser: torch.optim.Optimizer) -> None:
    loss = loss_of()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
