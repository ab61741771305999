"""The one sampling loop of all token engines: fill the empty cells of grids in a few passes, surest cells first.

MaskGIT's decoding (2202.04200, section 3.2), with the schedule counted over the cells that were empty at the start and
not over the whole grid, so that a small mask is filled in as many passes as a large one (shared/reference/tokens.md,
section 3.2, tells what goes wrong otherwise). Cells that are not empty are never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, cos, pi
from typing import Any, Protocol

import torch
from torch import Tensor

__all__ = ["Asked", "Condition", "Guesser", "Way", "distribution", "sample", "sureness"]


class _Shape(Protocol):
    @property
    def codes(self) -> int:
        """How many codes there are; the next number stands for a cell that is not known."""


class Guesser(Protocol):
    """What guesses codes: the prior of our own engines, or a network that a person brings along."""

    @property
    def shape(self) -> _Shape:
        """Its measures."""

    @property
    def __call__(self) -> Any:  # Any: torch says no more of modules
        """Called with codes, all tensors of `Asked.repeated`, the cells that count, bool (n, cells), and `beside`.

        Returns logits, (cells that count, codes).
        """


class Asked(Protocol):
    """What is asked of a guesser."""

    @property
    def says(self) -> bool:
        """Whether it says anything, so that guidance has something to go by."""

    @property
    def beside(self) -> Tensor | None:
        """What else is known of the places of the first axis, (1, places, numbers)."""

    def repeated(self, count: int, *, said: bool = True) -> tuple[Tensor, ...]:
        """Return it for a batch; ``said`` False leaves out what guidance compares with."""

    def leaning(self, count: int, only: Tensor) -> Tensor | None:
        """Return logits that are added to those of the guesser in the cells of ``only``, (cells, codes), if any are."""


@dataclass(frozen=True)
class Condition:
    """What a work is of: ``buckets`` and ``weights`` (1, words, features) of `words.featured`, and its ``class_id``.

    ``class_says``: the class says something where there are no words, too, so guidance goes by it. ``beside`` (1,
    places, numbers) is what else is known of the places of the first axis; guidance leaves it as it is.
    ``expected`` int64 (1, cells) are codes that something beside the prior expects, and ``likeness`` float32 (codes,
    codes) says for each of them how likely all codes are then, as logits that are added to those of the prior.
    """

    buckets: Tensor
    weights: Tensor
    class_id: int
    class_says: bool = False
    beside: Tensor | None = None
    expected: Tensor | None = None
    likeness: Tensor | None = None

    @property
    def says(self) -> bool:
        """Whether it says anything, so that guidance has something to go by."""
        return (self.class_says and self.class_id > 0) or bool((self.weights > 0).any())

    def repeated(self, count: int, *, said: bool = True) -> tuple[Tensor, Tensor, Tensor]:
        """Return it for a batch; ``said`` False leaves the words out, which is what guidance compares with."""
        weights = self.weights if said else torch.zeros_like(self.weights)
        classes = torch.full((count,), self.class_id if said else 0, dtype=torch.int64, device=weights.device)
        return self.buckets.expand(count, -1, -1), weights.expand(count, -1, -1), classes

    def leaning(self, count: int, only: Tensor) -> Tensor | None:
        """Return what ``likeness`` says of the cells of ``only``, (cells, codes); None where nothing is expected."""
        if self.expected is None or self.likeness is None:
            return None
        return self.likeness[self.expected.expand(count, -1)[only]]


@dataclass(frozen=True)
class Way:
    """How to sample: ``passes``, ``temperature`` of the codes, ``guidance`` (0: the words as they are learned).

    ``noise`` lets less sure cells be kept early on: it falls to nothing with the passes (annealed Gumbel noise).
    """

    passes: int = 10
    temperature: float = 0.9
    guidance: float = 2.0
    noise: float = 2.0


@torch.inference_mode()
def sample(
    prior: Guesser, codes: Tensor, empty: Tensor, condition: Asked, way: Way, generators: list[torch.Generator],
    tell: Callable[[float], None] = lambda fraction: None, *, tell_known: bool = True,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Fill empty cells; returns codes int64 and how sure each is, float32, in the shape of the grids.

    ``codes`` int64 (n, *sizes), ``empty`` bool of the same shape, one CPU generator for each grid, so that a grid does
    not depend on those beside it. The sureness of a cell that was not empty is what the prior gives its code at last
    (0 without ``tell_known``, which spares a pass). The code ``prior.shape.codes`` in a cell that is not empty says
    that it stays unknown.
    """
    n, sizes = len(codes), codes.shape[1:]
    flat, open_ = codes.flatten(1).clone(), empty.flatten(1).clone()
    sure = torch.zeros(flat.shape, device=flat.device)
    start = open_.sum(dim=1).tolist()
    for step in range(way.passes):
        tell(step / way.passes)
        shown = torch.where(open_, torch.full_like(flat, prior.shape.codes), flat).view(n, *sizes)
        found = _chances(prior, shown, condition, way, open_).cpu()
        chances = torch.split(found, open_.sum(dim=1).tolist())
        share = (step + 1) / way.passes
        for k, (generator, chance) in enumerate(zip(generators, chances, strict=True)):
            if not len(chance):
                continue
            places = torch.nonzero(open_[k]).squeeze(-1)
            left = 0 if step + 1 == way.passes else min(ceil(cos(pi / 2 * share) * start[k]), len(places) - 1)
            drawn = torch.multinomial(chance, 1, generator=generator)
            sureness = chance.gather(1, drawn).squeeze(-1)
            uniform = torch.rand(len(chance), generator=generator).clamp_min(1e-9)
            luck = -torch.log(-torch.log(uniform).clamp_min(1e-9))
            order = sureness.clamp_min(1e-9).log() + way.noise * (1 - share) * luck
            best = torch.argsort(order, descending=True)[: len(places) - left]
            keep = places[best.to(places.device)]
            flat[k, keep] = drawn[best, 0].to(flat.device)
            sure[k, keep] = sureness[best].to(flat.device)
            open_[k, keep] = False
    known = ~empty.flatten(1) & (flat < prior.shape.codes)
    if tell_known and bool(known.any()):
        chances_known = _chances(prior, flat.view(n, *sizes), condition, way, known)
        sure[known] = chances_known.gather(1, flat[known][:, None]).squeeze(-1)
    return flat.view(n, *sizes), sure.view(n, *sizes)


@torch.inference_mode()
def sureness(prior: Guesser, codes: Tensor, condition: Asked, way: Way) -> Tensor:
    """Return how likely the prior finds each code of a grid, (*sizes) float32, a quarter of the cells left out at once.

    ``codes`` int64 (*sizes).
    """
    places = sum(k * index for k, index in enumerate(torch.meshgrid(*map(torch.arange, codes.shape), indexing="ij"), 1))
    assert isinstance(places, Tensor)
    quarters = torch.stack([(places % 4 == k).to(codes.device) for k in range(4)])
    shown = torch.where(quarters, torch.full_like(codes, prior.shape.codes), codes)
    chances = _chances(prior, shown, condition, way, quarters.flatten(1))
    told = torch.zeros(quarters.shape, device=codes.device)
    told[quarters] = chances.gather(1, codes.expand_as(shown)[quarters][:, None]).squeeze(-1)
    return told.sum(dim=0)


@torch.inference_mode()
def distribution(prior: Guesser, codes: Tensor, cell: int, condition: Asked, way: Way) -> Tensor:
    """Return how likely each code is in one cell (its number in the flat grid) of (1, *sizes), float32 (codes,)."""
    shown = codes.flatten(1).clone()
    shown[:, cell] = prior.shape.codes
    only = torch.zeros_like(shown, dtype=torch.bool)
    only[:, cell] = True
    return _chances(prior, shown.view_as(codes), condition, way, only)[0]


def _chances(prior: Guesser, shown: Tensor, condition: Asked, way: Way, only: Tensor) -> Tensor:
    """Return how likely each code is in the cells of ``only``, bool (n, cells): float32 (chosen cells, codes)."""
    count = len(shown)
    beside = None if condition.beside is None else condition.beside.expand(count, -1, -1)
    logits = prior(shown, *condition.repeated(count), only, beside)
    if way.guidance and condition.says:
        free = prior(shown, *condition.repeated(count, said=False), only, beside)
        logits = logits + way.guidance * (logits - free)
    leaning = condition.leaning(count, only)
    if leaning is not None:
        logits = logits + leaning
    return torch.softmax(logits.float() / way.temperature, dim=-1)
