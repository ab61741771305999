"""Edits of token grids: strokes, fills, choices of cells, clips, and mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intermezzo.core.edits import grids
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid, GridSpec

SPEC = GridSpec("tokens", "Tokens", shape=(6, 5), codes=40, codebook="trial/1")
FILM = GridSpec("frames", "Frames", axes=("frames", "rows", "columns"), shape=(4, 6, 5), codes=40, codebook="trial/1")
cells = st.tuples(st.integers(0, 5), st.integers(0, 4))
seeds = st.integers(0, 2**16)


def grid_of(seed: int, codes: int = 40) -> Grid:
    random = np.random.default_rng(seed)
    return Grid.machine(SPEC, 0.0, random.integers(0, codes, (6, 5)), random.random((6, 5)))


@given(cells, cells)
def test_a_thin_stroke_has_no_gaps_and_touches_both_ends(start: tuple[int, int], stop: tuple[int, int]) -> None:
    mask = grids.stroke([start[0] + 0.5, start[1] + 0.5], [stop[0] + 0.5, stop[1] + 0.5], 0.5, (6, 5))
    assert mask[start]
    assert mask[stop]
    row, column = start
    reached = {start}
    waiting = [start]
    while waiting:
        row, column = waiting.pop()
        for near in ((row + a, column + b) for a in (-1, 0, 1) for b in (-1, 0, 1)):
            if 0 <= near[0] < 6 and 0 <= near[1] < 5 and mask[near] and near not in reached:
                reached.add(near)
                waiting.append(near)
    assert len(reached) == mask.sum()


def test_a_wide_stroke_is_round() -> None:
    mask = grids.stroke([3.0, 2.5], [3.0, 2.5], 1.2, (6, 5))
    assert mask.sum() == 6
    assert not mask[0].any()


@given(seeds, cells)
def test_filling_changes_one_island_of_equal_codes(seed: int, cell: tuple[int, int]) -> None:
    grid = grid_of(seed, codes=3)
    mask = grids.spread(grid, cell)
    assert mask[cell]
    assert (grid.codes[mask] == grid.codes[cell]).all()
    filled = grids.fill(grid, cell, 9)
    assert (filled.codes[mask] == 9).all()
    assert np.array_equal(filled.codes[~mask], grid.codes[~mask])
    around = np.zeros((6, 5), bool)
    around[1:] |= mask[:-1]
    around[:-1] |= mask[1:]
    around[:, 1:] |= mask[:, :-1]
    around[:, :-1] |= mask[:, 1:]
    assert (grid.codes[around & ~mask] != grid.codes[cell]).all()


@given(seeds, st.integers(-3, 3), st.integers(-3, 3))
def test_what_is_copied_and_pasted_comes_out_elsewhere_the_same(seed: int, down: int, right: int) -> None:
    grid = grid_of(seed)
    mask = grids.box((6, 5), (3, 3), (1, 1))
    clip = grids.copy(grid, mask)
    pasted = grids.paste(grid, clip, (1 + down, 1 + right))
    for row, column in zip(*np.nonzero(mask), strict=True):
        there = (row + down, column + right)
        if 0 <= there[0] < 6 and 0 <= there[1] < 5:
            assert pasted.codes[there] == grid.codes[row, column]
    assert pasted.edited.sum() <= mask.sum()


def test_codes_of_another_codebook_are_not_pasted() -> None:
    clip = grids.copy(grid_of(1), np.ones((6, 5), bool))
    with pytest.raises(EditError, match="another codebook"):
        grids.paste(grid_of(2), grids.Clip(clip.codes, clip.mask, "other/1"), (0, 0))
    with pytest.raises(EditError, match="Select"):
        grids.copy(grid_of(1), np.zeros((6, 5), bool))


def test_a_picture_is_pasted_onto_one_frame_of_a_film() -> None:
    picture = grid_of(1)
    film = Grid.machine(FILM, 0.08, np.zeros((4, 6, 5), int))
    pasted = grids.paste(film, grids.copy(picture, np.ones((6, 5), bool)), (2, 0, 0))
    assert np.array_equal(pasted.codes[2], picture.codes)
    assert not pasted.codes[[0, 1, 3]].any()


@given(seeds)
def test_moving_leaves_the_ground_behind(seed: int) -> None:
    grid = grid_of(seed)
    moved = grids.move(grid, grids.box((6, 5), (0, 0), (1, 1)), (3, 2), behind=5)
    assert np.array_equal(moved.codes[3:5, 2:4], grid.codes[:2, :2])
    assert (moved.codes[:2, :2] == 5).all()


@given(seeds, st.integers(0, 1))
def test_mirroring_twice_is_nothing(seed: int, axis: int) -> None:
    clip = grids.copy(grid_of(seed), grids.inside((6, 5), [(0, 0), (6, 1), (3, 5)]))
    again = grids.mirror(grids.mirror(clip, axis), axis)
    assert np.array_equal(again.codes, clip.codes)
    assert np.array_equal(again.mask, clip.mask)


@given(seeds, st.integers(-6, 6), st.integers(-5, 5))
def test_shifting_there_and_back_is_nothing(seed: int, down: int, right: int) -> None:
    grid = grid_of(seed)
    there = grids.shift(grid, (down, right))
    assert np.array_equal(grids.shift(there, (-down, -right)).codes, grid.codes)


def test_a_lasso_takes_the_cells_whose_middles_it_holds() -> None:
    mask = grids.inside((6, 5), [(1, 1), (1, 3), (3, 3), (3, 1)])
    assert np.argwhere(mask).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]


@given(seeds, st.floats(0.01, 1.0))
def test_the_least_sure_cells_are_chosen_among_the_free_ones(seed: int, share: float) -> None:
    grid = grid_of(seed)
    grid = grid.lock_mask(np.random.default_rng(seed).random((6, 5)) < 0.3, True)
    assume(not grid.locked.all())
    mask = grids.least_sure(grid, share)
    assert not (mask & grid.locked).any()
    others = ~mask & ~grid.locked
    if others.any():
        assert grid.sureness[mask].max() <= grid.sureness[others].min()


@given(seeds, st.floats(0, 1), st.floats(0, 1))
def test_a_mixture_grows_from_one_grid_to_the_other(seed: int, less: float, more: float) -> None:
    a, b = grid_of(seed), grid_of(seed + 1)
    less, more = sorted((less, more))
    first, second = (grids.interpolate(a, b, share, seed) for share in (less, more))
    assert ((first.codes == b.codes) <= (second.codes == b.codes)).all()
    assert np.array_equal(grids.interpolate(a, b, 1.0, seed).codes, b.codes)
    assert grids.interpolate(a, b, 0.0, seed) is a
