"""Hands on a matrix: paint lies under the brush and nowhere else, erasing goes back, boxes are selected and locked."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from intermezzo.core.edits.matrices import Brush
from intermezzo.core.layers import Mark, Matrix
from intermezzo.ui.selection import BrushSettings
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.matrix_gestures import StrokeMask
from intermezzo.ui.timeline.matrix_lane import MatrixLane
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
Drag = Callable[..., None]
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def lane(speech: Workspace, show: Show) -> MatrixLane:
    timeline = show(speech)
    speech.view.show_range(0.0, 2.0)
    speech.set_brush(BrushSettings(amount=9.0, size_px=20, soft=0.3))
    found = timeline.lane("envelope")
    assert isinstance(found, MatrixLane)
    return found


def envelope(workspace: Workspace) -> Matrix:
    assert workspace.sketch is not None
    matrix: Matrix = workspace.sketch.envelope
    return matrix


def painted(workspace: Workspace) -> np.ndarray:
    return envelope(workspace).paint.array()


def test_paint_lies_under_the_brush_and_nowhere_else(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("paint")
    before = speech.sketch
    drag(lane, (200, 90), (230, 90), (300, 90))
    paint = painted(speech)
    frames, bands = np.nonzero(paint)
    assert paint.max() == pytest.approx(9.0)
    reach = 10 * lane.board.view.seconds_per_px / lane.board.hop_s + 1
    assert frames.min() >= lane.board.frame_at(200) - reach and frames.max() <= lane.board.frame_at(300) + reach
    middle = lane.band_at(90)
    assert np.abs(bands + 0.5 - middle).max() <= 10 / lane.height() * 100 + 1
    assert paint[int(lane.board.frame_at(250)), int(middle)] == pytest.approx(9.0), "between two mouse samples"
    assert str(speech.history.undo_label).startswith("Paint envelope +9 dB on ")
    speech.undo()
    assert speech.sketch is before


def test_a_stroke_that_crosses_itself_does_not_add_twice(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("paint")
    drag(lane, (200, 90), (300, 90), (200, 90), (300, 90))
    assert painted(speech).max() == pytest.approx(9.0)


def test_alt_subtracts_and_shift_paints_one_straight_stroke(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("paint")
    drag(lane, (200, 60), (260, 140), (300, 60), modifier=ALT | SHIFT)
    paint = painted(speech)
    assert paint.min() == pytest.approx(-9.0) and paint.max() == 0
    assert not paint[:, : int(lane.band_at(110))].any(), "the detour on the way left nothing"


def test_erase_takes_paint_away_under_the_brush(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("paint")
    drag(lane, (200, 90), (300, 90))
    speech.set_brush(BrushSettings(amount=9.0, size_px=40, soft=0.1))
    speech.set_tool("erase")
    drag(lane, (180, 90), (330, 90))
    assert not painted(speech).any()
    assert not (envelope(speech).marks() & Mark.EDITED).any()


def test_smooth_lessens_the_contrast_under_the_brush(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("smooth")
    a, b, j = int(lane.board.frame_at(220)), int(lane.board.frame_at(280)), int(lane.band_at(90))
    before = np.abs(np.diff(envelope(speech).values[a:b, j], axis=0)).mean()
    drag(lane, *((200 + k, 90) for k in range(0, 100, 4)))
    assert np.abs(np.diff(envelope(speech).values[a:b, j], axis=0)).mean() < 0.8 * before


def test_painting_shows_its_footprint(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("paint")
    drag(lane, (200, 90), (300, 90), release=False)
    assert lane.board.footprint is not None
    start, stop = lane.board.footprint
    frames = np.nonzero(painted(speech).any(axis=1))[0]
    assert start <= frames.min() and stop > frames.max()
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    assert not painted(speech).any()


def test_hovering_with_a_brush_shows_where_it_would_be_heard(speech: Workspace, lane: MatrixLane) -> None:
    speech.set_tool("paint")
    QTest.mouseMove(lane, QPoint(250, 90))
    assert lane.board.footprint is not None
    start, stop = lane.board.footprint
    assert start < lane.board.frame_at(250) < stop


def test_a_box_is_selected_with_its_bands_and_can_be_locked(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("select")
    drag(lane, (200, 60), (240, 80), (260, 120))
    chosen = speech.selection
    assert chosen.low is not None and chosen.high is not None
    assert chosen.low <= lane.band_at(119) and chosen.high >= lane.band_at(61)
    speech.set_tool("lock")
    drag(lane, (200, 60), (240, 80), (260, 120))
    locked = (envelope(speech).marks() & Mark.LOCKED) != 0
    assert locked.any() and not locked[:, : chosen.low].any()
    speech.set_tool("paint")
    drag(lane, (150, 90), (350, 90))
    assert not painted(speech)[locked].any(), "what is locked keeps still under the brush"
    assert painted(speech).any()


def test_a_tool_that_does_nothing_here_says_why(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    told: list[str] = []
    speech.told.connect(lambda level, line: told.append(line))
    speech.set_tool("draw")
    before = speech.sketch
    drag(lane, (200, 60), (240, 80))
    assert speech.sketch is before
    assert told == [
        "Envelope cannot be drawn. Draw works on curves and notes; paint a picture, drag the boundaries of spans."
    ]
    assert lane.cursor().shape() == Qt.CursorShape.ForbiddenCursor


def test_arrows_add_decibels_to_the_selected_box(speech: Workspace, lane: MatrixLane, drag: Drag) -> None:
    speech.set_tool("select")
    drag(lane, (200, 60), (260, 120))
    lane.setFocus()
    for _ in range(3):
        QTest.keyClick(lane, Qt.Key.Key_Up)
    chosen = speech.selection
    box = painted(speech)[chosen.start : chosen.stop, chosen.low : chosen.high]
    np.testing.assert_allclose(box, 3.0)
    assert np.count_nonzero(painted(speech)) == box.size
    assert str(speech.history.undo_label).startswith("Paint envelope +3 dB")


@settings(deadline=None, max_examples=25)
@given(
    path=st.lists(st.tuples(st.floats(-20, 320), st.floats(-10, 40)), min_size=2, max_size=6),
    radius=st.floats(0.6, 30.0),
)
def test_a_stroke_grown_piece_by_piece_is_the_stroke_at_once(path: list[tuple[float, float]], radius: float) -> None:
    brush = Brush(1.0, radius, radius / 3, 0.4)
    mask = StrokeMask(30, 300)
    for a, b in pairwise(path):
        mask.add(a, b, brush)
    start, low, strength = brush.mask(path)
    whole = np.zeros((1000, 1000), np.float32)
    whole[start + 500 : start + 500 + strength.shape[0], low + 500 : low + 500 + strength.shape[1]] = strength
    inside = whole[500:800, 500:530]
    grown = np.zeros((300, 30), np.float32)
    if mask.stop > mask.start:
        grown[mask.start : mask.stop, mask.low : mask.high] = mask.of(mask.hull)
    np.testing.assert_allclose(grown, inside, atol=1e-6)
