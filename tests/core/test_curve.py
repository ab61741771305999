"""Curves: drawing, ranges, gaps, locks, erasing and new time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import TRIAL, trial_sketch

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Curve, CurveSpec, Mark, Region, Warp

MELODY, LEVEL = TRIAL.spec("melody"), TRIAL.spec("level")


@pytest.fixture
def melody() -> Curve:
    return trial_sketch().melody


def test_drawing_marks_only_what_was_drawn_and_keeps_the_prediction_below(melody: Curve) -> None:
    drawn = melody.with_values(10, np.full(5, 440.0))
    assert (drawn.values[10:15] == 440).all()
    assert np.flatnonzero(drawn.origin & Mark.EDITED).tolist() == [10, 11, 12, 13, 14]
    assert np.array_equal(drawn.base, melody.base)
    assert np.array_equal(np.delete(drawn.values, range(10, 15)), np.delete(melody.values, range(10, 15)))
    assert not melody.origin[12] & Mark.EDITED, "the old curve must stay as it was"


def test_values_are_held_in_range_and_zero_stays_a_gap(melody: Curve) -> None:
    drawn = melody.with_values(0, np.array([1.0, 0.0, 9999.0]))
    assert drawn.values[:3].tolist() == [50, 0, 1000]


def test_drawing_over_the_end_is_cut_there(melody: Curve) -> None:
    assert (melody.with_values(298, np.full(10, 300.0)).values[298:] == 300).all()
    assert (melody.with_values(-5, np.full(10, 300.0)).values[:5] == 300).all()


@pytest.mark.parametrize(("start", "values"), [(300, [1.0]), (-3, [1.0]), (5, []), (5, [np.nan]), (5, [np.inf])])
def test_drawing_nowhere_or_no_numbers_is_refused(melody: Curve, start: int, values: list[float]) -> None:
    with pytest.raises(EditError):
        melody.with_values(start, np.array(values))


def test_locked_frames_keep_their_values(melody: Curve) -> None:
    locked = melody.lock(Region(10, 12), True)
    drawn = locked.with_values(9, np.full(4, 440.0))
    assert (drawn.values[[9, 12]] == 440).all()
    assert np.array_equal(drawn.values[10:12], melody.values[10:12])
    with pytest.raises(EditError, match="locked"):
        locked.with_values(10, np.full(2, 440.0))
    assert (locked.lock(Region(0, 99), False).origin == melody.origin).all()


def test_a_read_only_curve_says_so() -> None:
    curve = Curve.machine(CurveSpec("x", "Doubt", editable=False), 0.01, np.zeros(4))
    with pytest.raises(EditError, match="cannot be edited"):
        curve.with_values(0, np.ones(1))


def test_erasing_gives_the_prediction_back_but_not_where_it_is_locked(melody: Curve) -> None:
    drawn = melody.with_values(10, np.full(10, 440.0)).lock(Region(14, 16), True)
    erased = drawn.erase(Region(0, 300))
    assert np.flatnonzero(erased.values != melody.values).tolist() == [14, 15]
    assert np.flatnonzero(erased.origin & Mark.EDITED).tolist() == [14, 15]
    assert erased.changed(drawn) == [(10, 14), (16, 20)]
    assert erased.changed(erased) == []


@pytest.mark.parametrize("region", [Region(-20, -5), Region(50, 40), Region(400, 500)])
def test_a_region_outside_touches_nothing(melody: Curve, region: Region) -> None:
    assert np.array_equal(melody.lock(region, True).origin, melody.origin)
    assert melody.marks(region).size == 0
    assert melody.erase(region).changed(melody) == []


def test_marks_of_a_region_are_those_of_its_frames(melody: Curve) -> None:
    locked = melody.lock(Region(5, 7), True)
    assert locked.marks(Region(4, 8)).tolist() == [1, 5, 5, 1]
    assert len(locked.marks()) == 300


def test_stretching_interpolates_in_semitones_and_never_across_a_gap() -> None:
    curve = Curve.machine(MELODY, 0.01, np.array([100.0, 200.0, 0.0, 0.0, 400.0]))
    longer = curve.retime(Warp((0, 5), (0, 15)))
    assert len(longer) == 15
    between = longer.values[(longer.values > 100) & (longer.values < 200)]
    assert between.tolist() == pytest.approx([100 * 2 ** (1 / 3), 100 * 2 ** (2 / 3)], rel=1e-5)
    assert not ((longer.values > 200.001) & (longer.values < 399.999)).any(), "nothing may be made up beside a gap"
    assert (longer.values == 0).sum() in range(5, 8)


def test_equal_pieces_are_copied_to_the_bit_and_marks_move_along(melody: Curve) -> None:
    drawn = melody.with_values(200, np.full(10, 440.0))
    moved = drawn.retime(Warp((0, 40, 70, 300), (0, 40, 100, 330)))
    assert np.array_equal(moved.values[100:], drawn.values[70:])
    assert np.array_equal(moved.origin[100:], drawn.origin[70:])
    assert np.array_equal(moved.values[:40], drawn.values[:40])


def test_a_frame_that_no_hand_touched_shows_the_prediction_also_beside_drawn_ones(melody: Curve) -> None:
    longer = melody.with_values(0, np.full(2, 440.0)).retime(Warp((0, 40, 300), (0, 88, 348)))
    free = (longer.origin & Mark.EDITED) == 0
    assert np.array_equal(longer.values[free], longer.base[free])
    assert (longer.values[~free] == 440).any()


def test_new_time_shows_the_machines_values_and_no_hand() -> None:
    level = trial_sketch().level.with_values(40, np.full(30, -3.0)).lock(Region(40, 70), True)
    grown = level.retime(Warp((0, 70, 70, 300), (0, 70, 90, 320)))
    assert (grown.values[70:90] == level.base[69]).all()
    assert (grown.origin[70:90] == 0).all()
    assert (grown.doubt[70:90] == level.doubt[69]).all()
    assert np.array_equal(grown.values[90:], level.values[70:])


def test_time_can_be_put_into_an_empty_curve() -> None:
    for spec, value in ((MELODY, 0), (LEVEL, 0)):
        empty = Curve.machine(spec, 0.01, np.zeros(0), doubt=np.zeros(0))
        grown = empty.retime(Warp((0, 0), (0, 6)))
        assert grown.values.tolist() == [value] * 6
        assert grown.doubt is not None and len(grown.doubt) == 6


@given(midi=st.floats(32, 83))
def test_the_lane_shows_semitones_and_reads_them_back(midi: float) -> None:
    hz = MELODY.from_display(np.array([midi, np.nan]))
    assert hz[1] == 0
    assert MELODY.to_display(hz)[0] == pytest.approx(midi, abs=1e-4)
    assert MELODY.to_display(np.array([440.0]))[0] == pytest.approx(69)
    assert np.isnan(MELODY.to_display(np.array([0.0]))).all()


def test_a_linear_curve_is_shown_as_it_is() -> None:
    assert LEVEL.to_display(np.array([-3.0, 0.0])).tolist() == [-3, 0]
    assert LEVEL.from_display(np.array([-300.0, 5.0])).tolist() == [-60, 0]
    gappy = CurveSpec("x", "X", gaps=True)
    assert np.isnan(gappy.to_display(np.array([0.0, 1.0]))).tolist() == [True, False]


@pytest.mark.parametrize("fields", [{"scale": "cubic"}, {"low": 2.0, "high": 1.0}, {"scale": "log", "low": 0.0}])
def test_a_spec_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(SketchError):
        CurveSpec("x", "X", **fields)


@pytest.mark.parametrize(
    "values", [np.array([np.nan]), np.array([1e300]), np.array([["a"]]), np.zeros((2, 2)), np.array([1j])]
)
def test_an_engine_must_hand_over_finite_numbers(values: np.ndarray) -> None:
    with pytest.raises(SketchError):
        Curve.machine(LEVEL, 0.01, values)


def test_arrays_are_frozen_and_not_shared_with_the_engine() -> None:
    source = np.full(5, -3.0, np.float32)
    curve = Curve.machine(LEVEL, 0.01, source)
    source[:] = 0
    assert (curve.values == -3).all()
    with pytest.raises(ValueError, match="read-only"):
        curve.values[0] = 1
