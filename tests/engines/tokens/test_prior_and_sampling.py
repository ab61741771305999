"""The one prior and the one loop: any shape of grid, nothing but empty cells filled, the same seed the same grid."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo_engines.tokens.prior import Prior, PriorShape
from intermezzo_engines.tokens.sampling import Condition, Way, distribution, sample
from intermezzo_engines.tokens.words import featured

SHAPES = {
    "picture": PriorShape((6, 4), (2, 2), 30, 3, width=32, depth=1, cell_width=8),
    "sound": PriorShape((8, 3), (4, 3), 30, 2, width=32, depth=1, cell_width=8),
    "film": PriorShape((4, 2, 2), (2, 1, 2), 30, 2, width=32, depth=1, cell_width=8),
}


def made(name: str) -> Prior:
    torch.manual_seed(0)
    return Prior(SHAPES[name]).eval()


def said(text: str) -> Condition:
    buckets, weights = featured([text])
    return Condition(torch.from_numpy(buckets), torch.from_numpy(weights), 1)


def seeded(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


@pytest.mark.parametrize("name", SHAPES)
def test_blocks_are_folded_and_unfolded_in_place(name: str) -> None:
    prior = made(name)
    shape = prior.shape
    cells = torch.arange(2 * torch.tensor(shape.sizes).prod()).float().view(2, *shape.sizes, 1)
    wide = cells.expand(*cells.shape[:-1], 2 * shape.cell_width)
    back = prior._cells(prior._blocks(wide))
    assert torch.equal(back[..., 0], cells.flatten(1))


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), share=st.floats(0.05, 1.0))
def test_only_empty_cells_are_filled_and_all_of_them(name: str, seed: int, share: float) -> None:
    prior, random = made(name), torch.Generator().manual_seed(seed)
    codes = torch.randint(0, 30, (2, *prior.shape.sizes), generator=random)
    empty = torch.rand(codes.shape, generator=random) < share
    found, sure = sample(prior, codes, empty, said("a cat"), Way(passes=4), seeded(seed, seed + 1))
    assert torch.equal(found[~empty], codes[~empty])
    assert int(found.min()) >= 0
    assert int(found.max()) < 30
    assert ((sure >= 0) & (sure <= 1)).all()


def test_a_grid_does_not_depend_on_those_beside_it() -> None:
    prior = made("picture")
    codes, empty = torch.zeros(3, 6, 4, dtype=torch.int64), torch.ones(3, 6, 4, dtype=torch.bool)
    together, _ = sample(prior, codes, empty, said("a cat"), Way(), seeded(1, 2, 3))
    alone, _ = sample(prior, codes[:1], empty[:1], said("a cat"), Way(), seeded(2))
    assert torch.equal(together[1], alone[0])


class Counting(Prior):
    """Counts how many cells are empty each time it is asked."""

    def __init__(self, shape: PriorShape) -> None:
        super().__init__(shape)
        self.empty: list[int] = []

    def forward(
        self, codes: torch.Tensor, buckets: torch.Tensor, weights: torch.Tensor, classes: torch.Tensor,
        only: torch.Tensor | None = None, beside: torch.Tensor | None = None,
    ) -> torch.Tensor:  # fmt: skip
        self.empty.append(int((codes == self.shape.codes).sum()))
        return super().forward(codes, buckets, weights, classes, only, beside)


def test_a_small_mask_is_filled_in_as_many_passes_as_a_large_one() -> None:
    prior = Counting(SHAPES["picture"]).eval()
    codes, empty = torch.zeros(1, 6, 4, dtype=torch.int64), torch.zeros(1, 6, 4, dtype=torch.bool)
    empty[0, 2:5, 1:] = True
    sample(prior, codes, empty, said("a cat"), Way(passes=5, guidance=0.0), seeded(1))
    passes = prior.empty[:5]
    assert passes[0] == 9
    assert all(a > b for a, b in pairwise(passes))
    assert passes[-1] <= 4


def test_the_distribution_of_a_cell_does_not_see_its_own_code() -> None:
    prior = made("picture")
    codes = torch.zeros(1, 6, 4, dtype=torch.int64)
    other = codes.clone()
    other[0, 1, 1] = 7
    first, second = (distribution(prior, c, 5, said("a cat"), Way()) for c in (codes, other))
    assert torch.equal(first, second)
    assert float(first.sum()) == pytest.approx(1, abs=1e-4)


def test_words_and_classes_change_what_is_likely() -> None:
    prior = made("picture")
    codes = torch.full((1, 6, 4), 30)
    one, other = (distribution(prior, codes, 0, said(text), Way()) for text in ("a cat", "a blue truck"))
    assert not torch.equal(one, other)
