"""The grid layer: hands, locks and masks; its place among the other layers; files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.false_colour import false_colour
from intermezzo.core.layers import Grid, GridSpec, Mark, Region, Warp, spec_from_document

PICTURE = GridSpec("tokens", "Tokens", shape=(6, 5), codes=40, codebook="trial/1")
SOUND = GridSpec("tokens", "Tokens", axes=("time", "levels"), shape=(0, 3), codes=40, codebook="trial/1")
seeds = st.integers(0, 2**16)


def grid_of(spec: GridSpec, seed: int, rows: int = 0) -> Grid:
    """Return a grid with predictions, a hand, locks and sureness all over it."""
    random = np.random.default_rng(seed)
    shape = (rows or spec.shape[0], *spec.shape[1:])
    grid = Grid.machine(spec, 0.01, random.integers(0, spec.codes, shape), random.random(shape))
    grid = grid.with_codes(random.random(shape) < 0.4, random.integers(0, spec.codes, shape))
    return grid.lock_mask(random.random(shape) < 0.3, True)


def same(a: Grid, b: Grid) -> bool:
    """Whether all that two grids hold is equal."""
    pairs = ((a.base, b.base), (a.hand, b.hand), (a.origin, b.origin), (a.score, b.score))
    return all(np.array_equal(x, y, equal_nan=x.dtype.kind == "f") for x, y in pairs)


@given(seeds)
def test_a_file_gives_every_cell_back(seed: int) -> None:
    for grid in (grid_of(PICTURE, seed), grid_of(SOUND, seed, rows=7)):
        document, arrays = grid.parts()
        assert same(Grid.from_parts(grid.spec, document, arrays), grid)
        assert spec_from_document(grid.spec.document()) == grid.spec


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("base", np.full((6, 5), 40, np.uint16), "outside the codebook"),
        ("hand", np.zeros((6, 4), np.uint16), "shape"),
        ("origin", np.full((6, 5), 64, np.uint8), "unknown mark"),
        ("score", np.full((6, 5), np.inf, np.float32), "no numbers"),
    ],
)
def test_a_damaged_file_is_refused(part: str, value: Any, told: str) -> None:
    document, arrays = grid_of(PICTURE, 1).parts()
    with pytest.raises(SketchError, match=told):
        Grid.from_parts(PICTURE, document, {**arrays, part: value})


@given(seeds)
def test_a_hand_sets_free_cells_of_a_mask_and_no_other(seed: int) -> None:
    grid = grid_of(PICTURE, seed)
    mask = np.random.default_rng(seed + 1).random(grid.shape) < 0.5
    if not (mask & ~grid.locked).any():
        return
    painted = grid.with_codes(mask, 7)
    assert (painted.codes[mask & ~grid.locked] == 7).all()
    assert painted.edited[mask & ~grid.locked].all()
    rest = ~mask | grid.locked
    assert np.array_equal(painted.codes[rest], grid.codes[rest])


@given(seeds)
def test_erasing_gives_the_prediction_back_where_nothing_is_locked(seed: int) -> None:
    grid = grid_of(PICTURE, seed)
    erased = grid.erase(Region(0, len(grid)))
    assert np.array_equal(erased.codes[~grid.locked], grid.base.reshape(grid.shape)[~grid.locked])
    assert np.array_equal(erased.codes[grid.locked], grid.codes[grid.locked])
    assert not (erased.edited & ~grid.locked).any()


@given(seeds)
def test_predicting_a_mask_again_leaves_all_other_cells_identical(seed: int) -> None:
    grid, random = grid_of(PICTURE, seed), np.random.default_rng(seed + 2)
    mask = random.random(grid.shape) < 0.5
    again = grid.predicted(mask, random.integers(0, 40, grid.shape), random.random(grid.shape))
    kept = (~mask | grid.locked).reshape(grid.base.shape)
    for old, new in ((grid.base, again.base), (grid.hand, again.hand), (grid.origin, again.origin)):
        assert np.array_equal(old[kept], new[kept])
    assert not again.edited[mask & ~grid.locked].any()


def test_a_locked_place_refuses_a_hand_in_words() -> None:
    grid = grid_of(PICTURE, 1).lock(Region(0, 6), True)
    with pytest.raises(EditError, match="locked here"):
        grid.with_codes(np.ones(grid.shape, bool), 1)
    with pytest.raises(EditError, match="from 0 to 39"):
        grid.lock(Region(0, 6), False).with_codes(np.ones(grid.shape, bool), 40)


def test_a_region_is_a_rectangle_of_a_picture() -> None:
    mask = grid_of(PICTURE, 1).region_mask(Region(1, 3, 2, 4))
    assert mask.sum() == 4
    assert mask[1:3, 2:4].all()


@given(seeds, st.integers(1, 6), st.integers(1, 9))
def test_time_moves_cells_with_their_marks(seed: int, cut: int, grown: int) -> None:
    grid = grid_of(SOUND, seed, rows=7)
    moved = grid.retime(Warp((0, cut, cut, 7), (0, cut, cut + grown, 7 + grown)))
    assert len(moved) == 7 + grown
    assert same(moved.cut(0, cut), grid.cut(0, cut))
    assert same(moved.cut(cut + grown, 7 + grown), grid.cut(cut, 7))
    assert not moved.cut(cut, cut + grown).is_touched


@given(seeds, st.integers(0, 7))
def test_parts_joined_are_the_whole(seed: int, cut: int) -> None:
    grid = grid_of(SOUND, seed, rows=7)
    assert same(grid.cut(0, cut).joined(grid.cut(cut, 7)), grid)
    other = grid_of(SOUND, seed + 1, rows=7)
    mixed = grid.splice(cut, 7, other, cut, 7)
    assert same(mixed.cut(0, cut), grid.cut(0, cut))
    assert same(mixed.cut(cut, 7), other.cut(cut, 7))


@given(seeds)
def test_a_new_prediction_keeps_what_hands_did(seed: int) -> None:
    old, new = grid_of(PICTURE, seed), grid_of(PICTURE, seed + 1).erase(Region(0, 6)).lock(Region(0, 6), False)
    new = new.erase(Region(0, 6))
    carried = new.carry(old, [(0, 6, 0, 6)])
    held = old.edited | old.locked
    assert np.array_equal(carried.codes[held], old.codes[held])
    assert np.array_equal(carried.codes[~held], new.codes[~held])
    assert np.array_equal(carried.locked, old.locked)
    adopted = new.adopt(old, [(0, 6, 0, 6)])
    assert np.array_equal(adopted.codes, old.codes)
    assert np.array_equal(adopted.base, old.base)
    assert np.array_equal(adopted.origin, old.origin)


def test_what_differs_is_told_by_row() -> None:
    grid = Grid.machine(PICTURE, 0.0, np.zeros((6, 5), int))
    mask = np.zeros((6, 5), bool)
    mask[1, 1] = mask[2, 4] = mask[5, 0] = True
    assert grid.with_codes(mask, 3).changed(grid) == [(1, 3), (5, 6)]
    assert grid.with_codes(mask, 3).marks(Region(1, 2, 1, 2)).tolist() == [[int(Mark.EDITED)]]


def test_grids_without_any_moment_do_not_differ() -> None:
    none, other = (grid_of(SOUND, seed, 4).cut(2, 2) for seed in (1, 2))
    assert none.changed(other) == []


def test_codes_of_another_shape_or_codebook_are_no_grid() -> None:
    with pytest.raises(SketchError, match="shape"):
        Grid.machine(PICTURE, 0.0, np.zeros((5, 5), int))
    with pytest.raises(SketchError, match="outside the codebook"):
        Grid.machine(PICTURE, 0.0, np.full((6, 5), 40))
    with pytest.raises(SketchError, match="belong together"):
        GridSpec("tokens", "Tokens", axes=("rows", "columns"), shape=(3,))


def test_codes_can_be_values_in_even_steps() -> None:
    spec = GridSpec("latents", "Latents", shape=(2, 3), codes=17, low=-2.0, high=2.0)
    assert spec.steps == 17 and [spec.value(k) for k in (0, 8, 16)] == [-2.0, 0.0, 2.0]
    assert all(spec.code(spec.value(k)) == k for k in range(17))
    assert (spec.code(0.1), spec.code(0.2), spec.code(-99), spec.code(99)) == (8, 9, 0, 16)
    assert GridSpec.from_document({k: v for k, v in spec.document().items() if k != "kind"}) == spec
    plain = GridSpec("tokens", "Tokens", shape=(2, 3), codes=17)
    assert plain.steps == 0 and plain.value(5) == plain.code(5.0) == 5
    assert "low" not in plain.document() and "high" not in plain.document()  # files and hashes stay as they were
    for low, high in ((1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))):
        with pytest.raises(SketchError, match="from low to high"):
            GridSpec("latents", "Latents", shape=(2, 3), codes=17, low=low, high=high)


def test_a_higher_value_is_a_lighter_grey() -> None:
    grey = false_colour(np.arange(17), 17)
    assert (grey == grey[:, :1]).all() and (np.diff(grey[:, 0]) > 0).all() and grey.min() == 0 and grey.max() == 1
    assert np.array_equal(false_colour(np.arange(17)), false_colour(np.arange(17), 0))
