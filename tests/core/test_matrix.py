"""Matrices: paint over the prediction, locks by cell, and paint that belongs to time."""

import numpy as np
import pytest
from trial import TRIAL, trial_sketch

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Mark, Matrix, MatrixSpec, Region, Rope, Warp

SPEC = TRIAL.spec("colour")


@pytest.fixture
def colour() -> Matrix:
    return trial_sketch().colour


def test_paint_is_added_to_the_prediction_which_stays(colour: Matrix) -> None:
    painted = colour.with_paint(100, 3, np.full((10, 2), 6.0))
    assert np.allclose(painted.values[100:110, 3:5], colour.values[100:110, 3:5] + 6, atol=1e-5)
    assert painted.base is colour.base
    assert (painted.marks() & Mark.EDITED != 0).sum() == 20
    assert painted.changed(colour) == [(100, 110)]


def test_a_stroke_shares_the_blocks_it_does_not_touch(colour: Matrix) -> None:
    painted = colour.with_paint(5, 0, np.ones((3, 1)))
    assert painted.paint.blocks[1:] == colour.paint.blocks[1:]


def test_paint_is_limited_and_cut_at_the_edges(colour: Matrix) -> None:
    painted = colour.with_paint(-2, 10, np.full((4, 9), 500.0))
    assert painted.paint.array()[:2, 10:].tolist() == [[24, 24], [24, 24]]
    assert np.count_nonzero(painted.paint.array()) == 4


@pytest.mark.parametrize(("start", "low", "value"), [(300, 0, 1.0), (0, 12, 1.0), (-9, 0, 1.0), (0, 0, np.nan)])
def test_paint_outside_or_without_numbers_is_refused(colour: Matrix, start: int, low: int, value: float) -> None:
    with pytest.raises(EditError):
        colour.with_paint(start, low, np.full((2, 2), value))


def test_locked_cells_keep_paint_and_refuse_more(colour: Matrix) -> None:
    locked = colour.with_paint(0, 0, np.full((4, 12), 3.0)).lock(Region(0, 4, 2, 5), True)
    assert strongest_is_locked(locked)
    painted = locked.with_paint(0, 0, np.full((4, 12), 9.0))
    assert (painted.paint.array()[:4, 2:5] == 3).all()
    assert (painted.paint.array()[:4, [0, 1, 5, 11]] == 9).all()
    with pytest.raises(EditError, match="locked"):
        locked.with_paint(1, 2, np.full((2, 3), 9.0))
    erased = painted.erase(Region(0, 300))
    assert np.count_nonzero(erased.paint.array()) == 12
    assert not (erased.lock(Region(0, 300), False).marks() & Mark.LOCKED).any()


def strongest_is_locked(matrix: Matrix) -> bool:
    return bool((matrix.marks(Region(0, 4, 2, 5)) & Mark.LOCKED).all()) and not matrix.marks()[5, 3] & Mark.LOCKED


@pytest.mark.parametrize("region", [Region(50, 40), Region(-20, -5), Region(400, 500), Region(5, 9, 12, 20)])
def test_a_region_outside_touches_nothing(colour: Matrix, region: Region) -> None:
    locked = colour.lock(region, True)
    assert len(locked.locks) == 300
    assert not locked.locks.array().any()
    assert colour.erase(region).changed(colour) == []
    assert colour.marks(region).size == 0


def test_a_read_only_matrix_says_so() -> None:
    with pytest.raises(EditError, match="cannot be edited"):
        Matrix.machine(MatrixSpec("x", "X", editable=False), 0.01, np.zeros((3, 1))).with_paint(0, 0, np.ones((1, 1)))


def test_paint_moves_and_stretches_with_time(colour: Matrix) -> None:
    painted = colour.with_paint(200, 0, np.full((20, 12), 6.0)).lock(Region(210, 215), True)
    moved = painted.retime(Warp((0, 40, 70, 300), (0, 40, 170, 400)))
    assert len(moved) == len(moved.paint) == len(moved.locks) == len(moved.origin) == 400
    assert np.array_equal(moved.values[170:], painted.values[70:])
    assert np.array_equal(moved.marks()[170:], painted.marks()[70:])
    longer = painted.retime(Warp((0, 200, 220, 300), (0, 200, 240, 320)))
    assert (longer.paint.array()[200:240] == 6).all()
    assert set(np.unique(longer.locks.array())) == {0, int(Mark.LOCKED)}
    shorter = painted.retime(Warp((0, 200, 220, 300), (0, 200, 200, 280)))
    assert not shorter.paint.array().any()


def test_new_time_is_unpainted_and_free(colour: Matrix) -> None:
    painted = colour.with_paint(60, 0, np.full((10, 12), 6.0)).lock(Region(60, 70), True)
    grown = painted.retime(Warp((0, 70, 70, 300), (0, 70, 80, 310)))
    assert np.allclose(grown.values[70:80], colour.base.window(69, 70))
    assert not grown.marks(Region(70, 80)).any()


def test_time_can_be_put_into_an_empty_matrix() -> None:
    grown = Matrix.machine(SPEC, 0.01, np.zeros((0, 12))).retime(Warp((0, 0), (0, 5)))
    assert grown.values.shape == (5, 12)


def test_a_new_prediction_below_counts_as_changed(colour: Matrix) -> None:
    base = colour.base.splice(0, 3, np.zeros((3, 12), np.float32)).splice(250, 251, np.zeros((1, 12), np.float32))
    other = Matrix(SPEC, 0.01, base, colour.with_paint(2, 0, np.ones((3, 1))).paint, colour.locks, colour.origin)
    assert other.changed(colour) == [(0, 5), (250, 251)]


@pytest.mark.parametrize(
    "fields",
    [{"bands": 0}, {"low": 1.0, "high": 0.0}, {"edge_scale": "bark"}, {"paint_limit": 0.0}, {"paint_limit": np.nan}],
)
def test_a_spec_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(SketchError):
        MatrixSpec("x", "X", **fields)


def test_an_engine_must_hand_over_the_right_number_of_bands() -> None:
    with pytest.raises(SketchError, match="shape"):
        Matrix.machine(SPEC, 0.01, np.zeros((5, 11)))


def test_parts_that_do_not_fit_together_are_refused(colour: Matrix) -> None:
    document, arrays = colour.parts()
    for name, array in {
        "base.0": np.zeros((5, 12), np.float32), "paint.1": np.zeros((3, 4), np.float32),
        "locks.0": np.full((128, 12), 3, np.uint8), "origin": np.full(300, 9, np.uint8), "paint.2": None,
    }.items():  # fmt: skip
        with pytest.raises(SketchError):
            Matrix.from_parts(SPEC, document, {**arrays, name: array})
    assert isinstance(Matrix.from_parts(SPEC, document, arrays).base, Rope)
