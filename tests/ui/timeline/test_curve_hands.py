"""Hands on a curve: what is drawn is what the sketch holds, one drag is one named step, and Esc leaves no trace."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from intermezzo.core.edits import curves, regions
from intermezzo.core.layers import Mark, Region
from intermezzo.ui.selection import BrushSettings, Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.curve_lane import CurveLane
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
Drag = Callable[..., None]


@pytest.fixture
def lane(speech: Workspace, show: Show) -> CurveLane:
    found = show(speech).lane("pitch")
    assert isinstance(found, CurveLane)
    return found


def x_of(lane: CurveLane, frame: float) -> float:
    return lane.board.x_of(frame + 0.5)


def semitones(workspace: Workspace, start: int, stop: int) -> np.ndarray:
    assert workspace.sketch is not None
    return workspace.sketch.pitch.spec.to_display(workspace.sketch.pitch.values[start:stop])


def test_a_drawn_line_is_what_the_sketch_holds(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.set_tool("draw")
    y = lane.axis.y(60.0)
    before = speech.sketch
    drag(lane, (x_of(lane, 10), y), (x_of(lane, 20), y), (x_of(lane, 28), y))
    assert speech.sketch is not None
    np.testing.assert_allclose(semitones(speech, 11, 27), 60.0, atol=1 / lane.axis.px_per_unit)
    assert (speech.sketch.pitch.origin[11:27] & Mark.EDITED).all()
    assert not (speech.sketch.pitch.origin[60:] & Mark.EDITED).any()
    assert str(speech.history.undo_label).startswith("Draw pitch on ")
    speech.undo()
    assert speech.sketch is before, "one drag is one step"


def test_frames_between_two_mouse_samples_are_filled(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.set_tool("draw")
    low, high = lane.axis.y(56.0), lane.axis.y(62.0)
    drag(lane, (x_of(lane, 2), low), (x_of(lane, 26), high))
    steps = np.diff(semitones(speech, 4, 25))
    np.testing.assert_allclose(steps, 6 / 24, atol=0.02)


def test_silent_frames_stay_silent_unless_ctrl_is_held(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    assert speech.sketch is not None
    silent = np.flatnonzero(speech.sketch.pitch.values == 0)
    start, stop = int(silent[0]), int(silent[0]) + 20
    speech.set_tool("draw")
    y = lane.axis.y(60.0)
    drag(lane, (x_of(lane, start - 4), y), (x_of(lane, stop), y))
    assert not speech.sketch.pitch.values[start + 1 : stop].any()
    drag(lane, (x_of(lane, start - 4), y), (x_of(lane, stop), y), modifier=Qt.KeyboardModifier.ControlModifier)
    assert speech.sketch.pitch.values[start + 1 : stop - 1].all()


def test_escape_during_a_drag_restores_and_leaves_no_step(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    before, steps = speech.sketch, len(speech.history.steps)
    speech.set_tool("draw")
    drag(lane, (x_of(lane, 5), 60), (x_of(lane, 20), 90), release=False)
    assert lane.board.sketch is not before, "the preview is there at once"
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    assert speech.sketch is before
    assert lane.board.sketch is before
    assert len(speech.history.steps) == steps


def test_a_drag_tells_the_workspace_less_often_than_the_mouse_moves(
    speech: Workspace, lane: CurveLane, drag: Drag
) -> None:
    told: list[object] = []
    speech.changed.connect(lambda old, new: told.append(new))
    speech.set_tool("draw")
    drag(lane, *((x_of(lane, 2) + k, 60 + k % 7) for k in range(60)))
    assert 1 <= len(told) < 30
    assert speech.sketch is lane.board.sketch


def test_locked_frames_keep_their_values_under_the_pencil(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.edit("Lock", lambda s: regions.lock(s, ["pitch"], Region(12, 18)))
    assert speech.sketch is not None
    kept = speech.sketch.pitch.values[12:18].copy()
    speech.set_tool("draw")
    drag(lane, (x_of(lane, 5), 40), (x_of(lane, 28), 40))
    np.testing.assert_array_equal(speech.sketch.pitch.values[12:18], kept)
    assert (speech.sketch.pitch.origin[6:12] & Mark.EDITED).all()


def test_drawing_only_on_locked_frames_is_refused_in_words(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.edit("Lock", lambda s: regions.lock(s, ["pitch"], Region(0, 750)))
    told: list[str] = []
    speech.told.connect(lambda level, line: told.append(line))
    speech.set_tool("draw")
    drag(lane, (x_of(lane, 5), 40), (x_of(lane, 9), 40), (x_of(lane, 28), 40))
    assert told == ["Pitch is locked here; unlock it first."]
    assert speech.history.undo_label == "Lock"


def test_a_second_drag_bends_the_last_line(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.set_tool("line")
    y = lane.axis.y(60.0)
    drag(lane, (x_of(lane, 2), y), (x_of(lane, 28), y))
    np.testing.assert_allclose(semitones(speech, 3, 28), 60.0, atol=0.1)
    drag(lane, (x_of(lane, 15), y), (x_of(lane, 15), lane.axis.y(62.0)))
    bent = semitones(speech, 2, 29)
    assert bent[13] == pytest.approx(62.0, abs=0.2)
    assert bent[0] == pytest.approx(60.0, abs=0.3)
    assert str(speech.history.undo_label).startswith("Bend pitch")


def test_erase_gives_the_prediction_back_not_zero(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.edit("Shift", lambda s: curves.shift(s, "pitch", 0, 30, 3.0))
    speech.set_brush(BrushSettings(size_px=4))
    speech.set_tool("erase")
    drag(lane, (x_of(lane, 8), 50), (x_of(lane, 18), 50))
    assert speech.sketch is not None
    pitch = speech.sketch.pitch
    np.testing.assert_array_equal(pitch.values[9:18], pitch.base[9:18])
    assert not (pitch.origin[9:18] & Mark.EDITED).any()
    assert (pitch.origin[:4] & Mark.EDITED).all()


def test_smooth_calms_a_rough_stretch(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    rough = 60 + np.tile((1.0, -1.0), 14)
    speech.edit("Roughen", lambda s: curves.put(s, "pitch", 1, rough))
    speech.set_tool("smooth")
    drag(lane, *((x_of(lane, 2 + k), 50) for k in range(24)))
    assert np.abs(np.diff(semitones(speech, 6, 22))).mean() < 1.0


def test_dragging_a_selection_up_shifts_it_by_whole_semitones_when_snapping(
    speech: Workspace, lane: CurveLane, drag: Drag
) -> None:
    speech.set_snap(True)
    speech.set_tool("select")
    speech.select(Selection("pitch", 4, 24))
    before = semitones(speech, 4, 24)
    drag(lane, (x_of(lane, 12), 120), (x_of(lane, 12), 112), (x_of(lane, 12), 120 - 2.2 * lane.axis.px_per_unit))
    np.testing.assert_allclose(semitones(speech, 4, 24) - before, 2.0, atol=1e-3)
    assert str(speech.history.undo_label).startswith("Shift pitch +2.0 st on ")


def test_a_sideways_drag_inside_a_selection_selects_anew(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.set_tool("select")
    speech.select(Selection("pitch", 100, 400))
    before = speech.sketch
    drag(lane, (x_of(lane, 150), 120), (x_of(lane, 170), 121), (x_of(lane, 200), 121))
    assert speech.sketch is before
    assert (speech.selection.start, speech.selection.stop) == (150, 201)


def test_a_handle_at_the_end_of_an_edited_stretch_tilts_it(speech: Workspace, lane: CurveLane, drag: Drag) -> None:
    speech.edit("Draw", lambda s: curves.put(s, "pitch", 2, np.full(26, 60.0)))
    speech.view.show_range(0.0, 0.5)
    speech.set_tool("select")
    handles = lane.handles_of(2, 28)
    assert [h.frame for h in handles][:1] == [2] and handles[-1].frame == 27
    y = lane.axis.y(60.0)
    drag(lane, (x_of(lane, 27), y), (x_of(lane, 27), lane.axis.y(61.0)), (x_of(lane, 27), lane.axis.y(62.0)))
    shown = semitones(speech, 2, 28)
    assert shown[-1] == pytest.approx(62.0, abs=0.15)
    assert shown[0] == pytest.approx(60.0, abs=0.02)
    assert (np.diff(shown) >= -1e-4).all()


def test_arrow_keys_nudge_the_selection_and_merge_into_one_step(speech: Workspace, lane: CurveLane) -> None:
    speech.select(Selection("pitch", 4, 24))
    lane.setFocus()
    before, steps = semitones(speech, 4, 24), len(speech.history.steps)
    for _ in range(3):
        QTest.keyClick(lane, Qt.Key.Key_Up)
    np.testing.assert_allclose(semitones(speech, 4, 24) - before, 3.0, atol=1e-3)
    assert len(speech.history.steps) == steps + 1
    assert str(speech.history.undo_label).startswith("Shift pitch +3.0 st")


def test_hovering_says_time_and_value(speech: Workspace, lane: CurveLane) -> None:
    said: list[str] = []
    lane.board.hovered.connect(said.append)
    assert speech.sketch is not None
    QTest.mouseMove(lane, QPoint(round(x_of(lane, 20)), 50))
    hz = float(speech.sketch.pitch.values[int(lane.board.frame_at(round(x_of(lane, 20))))])
    assert f"{hz:.0f}\u2009Hz" in said[-1] and "0.2" in said[-1]


def test_what_an_edit_puts_beyond_the_axis_is_taken_in(speech: Workspace, lane: CurveLane) -> None:
    low, high = lane.axis.low, lane.axis.high
    speech.edit("Raise", lambda s: curves.shift(s, "pitch", 0, 200, 14.0))
    assert lane.axis.high > semitones(speech, 0, 200)[~np.isnan(semitones(speech, 0, 200))].max()
    assert lane.axis.low == low
    speech.undo()
    lane.refit()
    lane.scale_range(0.5)
    chosen = lane.axis
    speech.edit("Raise", lambda s: curves.shift(s, "pitch", 0, 200, 14.0))
    assert lane.axis == chosen, "a range that a hand chose stays"
    assert chosen.high < high
