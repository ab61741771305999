"""The timeline as a whole: lanes by kind, view, keys, headers, states that are drawn, and names for assistive tools."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.core.edits import curves
from intermezzo.core.layers import Mark
from intermezzo.core.project import Project
from intermezzo.ui.look import Look
from intermezzo.ui.output_buffer import Fresh
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.curve_lane import CurveLane
from intermezzo.ui.timeline.matrix_lane import MatrixLane
from intermezzo.ui.timeline.ruler import tick_step_s
from intermezzo.ui.timeline.slots_lane import SlotsLane
from intermezzo.ui.timeline.spans_lane import SpansLane
from intermezzo.ui.timeline.words import number
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
Drag = Callable[..., None]
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip


def wheel(widget: QWidget, delta: int, modifier: Qt.KeyboardModifier, x: float) -> None:
    at = QPointF(x, widget.height() / 2)
    QApplication.sendEvent(
        widget,
        QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, modifier,
                    Qt.ScrollPhase.NoScrollPhase, False),
    )  # fmt: skip


def colours(widget: QWidget, x0: int, x1: int) -> set[int]:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), picture.width())
    return {int(v) & 0xFFFFFF for v in np.unique(pixels[:, x0:x1])}


def test_every_layer_gets_the_lane_of_its_kind(hum: Workspace, show: Show) -> None:
    lanes = show(hum).lanes
    assert hum.sketch is not None
    assert [lane.name for lane in lanes] == [spec.name for spec in hum.sketch.type.layers]
    kinds = {"spans": SpansLane, "curve": CurveLane, "matrix": MatrixLane, "slots": SlotsLane}
    assert all(isinstance(lane, kinds[lane.spec.kind]) for lane in lanes)


def test_an_edit_through_a_lane_becomes_new_sound(hum: Workspace, show: Show, drag: Drag, qtbot: object) -> None:
    lane = show(hum).lane("pitch")
    assert isinstance(lane, CurveLane) and hum.sketch is not None
    voiced = np.flatnonzero(hum.sketch.pitch.values)
    start, stop = int(voiced[3]), int(voiced[3]) + 8
    before = hum.output.samples.copy()
    hum.set_tool("draw")
    y = lane.axis.y(lane.shown_at(lane.board.x_of(start + 0.5)) + 3)
    drag(lane, (lane.board.x_of(start + 0.5), y), (lane.board.x_of(stop), y))
    qtbot.waitUntil(lambda: not hum.output.stale.any(), timeout=20_000)  # type: ignore[attr-defined]
    assert hum.output.fresh is not None
    assert (before != hum.output.samples).any()


def test_another_document_gets_other_lanes(hum: Workspace, speech: Workspace, show: Show) -> None:
    timeline = show(hum)
    hum.open(speech.project, saved=True)
    assert [lane.name for lane in timeline.lanes] == ["words", "phones", "pitch", "energy", "envelope", "breath"]
    hum.open(Project(), saved=True)
    assert timeline.lanes == []


def test_zooming_keeps_the_time_under_the_pointer(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    lane = timeline.lanes[2]
    seconds, scale = speech.view.s_of(300), speech.view.seconds_per_px
    wheel(lane, 240, CTRL, 300)
    assert speech.view.seconds_per_px < scale
    assert speech.view.s_of(300) == pytest.approx(seconds, abs=1e-9)


def test_shift_wheel_and_middle_drag_move_sideways(speech: Workspace, show: Show, drag: Drag) -> None:
    timeline = show(speech)
    speech.view.show_range(2.0, 4.0)
    wheel(timeline.lanes[2], -120, SHIFT, 300)
    moved = speech.view.start_s
    assert moved > 2.0
    drag(timeline.lanes[2], (300, 40), (340, 40), button=Qt.MouseButton.MiddleButton)
    assert speech.view.start_s == pytest.approx(moved - 40 * speech.view.seconds_per_px)


def test_all_lanes_and_the_output_share_one_axis(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    lefts = {lane.mapTo(timeline, QPoint(0, 0)).x() for lane in (*timeline.lanes, timeline.output)}
    lefts |= {timeline.ruler.mapTo(timeline, QPoint(0, 0)).x(), timeline.navigator.mapTo(timeline, QPoint(0, 0)).x()}
    assert len(lefts) == 1
    assert {lane.width() for lane in (*timeline.lanes, timeline.output)} == {speech.view.width_px}


def test_the_ruler_moves_the_playhead_and_selects_with_shift(speech: Workspace, show: Show, drag: Drag) -> None:
    timeline = show(speech)
    drag(timeline.ruler, (200, 8), (300, 8))
    assert speech.playhead_s == pytest.approx(speech.view.s_of(300))
    drag(timeline.ruler, (200, 8), (300, 8), modifier=SHIFT)
    assert speech.selection.layer is None
    assert speech.selection.start == pytest.approx(timeline.board.frame_at(200), abs=0.5)
    assert speech.selection.stop == pytest.approx(timeline.board.frame_at(300), abs=0.5)


def test_dragging_the_window_of_the_navigator_scrolls(speech: Workspace, show: Show, drag: Drag) -> None:
    timeline = show(speech)
    speech.view.show_range(2.0, 4.0)
    middle = 3.0 / speech.view.duration_s * timeline.navigator.width()
    drag(timeline.navigator, (middle, 8), (middle + 100, 8))
    wanted = 2.0 + 100 / timeline.navigator.width() * speech.view.duration_s
    assert speech.view.start_s == pytest.approx(wanted, abs=0.02)


def test_ticks_of_the_ruler_are_round_and_far_enough_apart() -> None:
    for exponent in np.linspace(-5, 1, 61):
        scale = 10.0**exponent
        major, minor = tick_step_s(scale)
        assert major / scale >= 76 or major == 1800
        assert major / minor == pytest.approx(round(major / minor))


def test_a_tap_chooses_a_tool_and_a_used_hold_gives_the_old_one_back(speech: Workspace, show: Show, drag: Drag) -> None:
    timeline = show(speech)
    lane = timeline.lane("pitch")
    assert lane is not None
    lane.setFocus()
    QTest.keyClick(lane, Qt.Key.Key_D)
    assert speech.tool == "draw"
    QTest.keyPress(lane, Qt.Key.Key_E)
    assert speech.tool == "erase"
    drag(lane, (200, 60), (220, 60))
    QTest.keyRelease(lane, Qt.Key.Key_E)
    assert speech.tool == "draw"


def test_tool_keys_beat_shortcuts_of_the_window_while_a_lane_has_the_focus(speech: Workspace, show: Show) -> None:
    lane = show(speech).lane("pitch")
    assert lane is not None
    for key, ours in ((Qt.Key.Key_D, True), (Qt.Key.Key_Space, False), (Qt.Key.Key_F4, True)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, NONE)
        event.ignore()
        QApplication.sendEvent(lane, event)
        assert event.isAccepted() is ours, key


def test_folding_a_lane_makes_it_24_px_high_and_back(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    row = timeline.area.rows[2]
    before = row.height()
    QTest.mouseDClick(row.header, Qt.MouseButton.LeftButton, NONE, QPoint(30, 60))
    assert (row.height(), row.folded) == (24, True)
    timeline.fold(2)
    assert (row.height(), row.folded) == (before, False)


def test_tall_lanes_share_the_room_until_a_hand_sets_a_height(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    pitch = timeline.area.rows[2]
    for height in (850, 1100):
        timeline.resize(timeline.width(), height)
        QApplication.processEvents()
        room = timeline.area.viewport().height()
        assert room - 4 <= sum(row.height() for row in timeline.area.rows) <= room
    assert pitch.height() > pitch.wished_height
    timeline.fold(2)
    timeline.fold(2)
    kept = pitch.height()
    timeline.resize(timeline.width(), 850)
    QApplication.processEvents()
    assert pitch.height() == kept


def test_the_padlock_locks_the_selection_or_all_of_the_layer(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    header = timeline.area.rows[2].header
    speech.select(Selection("pitch", 10, 20))
    header.padlock.click()
    assert speech.sketch is not None
    locked = (speech.sketch.pitch.origin & Mark.LOCKED) != 0
    assert locked[10:20].all() and locked.sum() == 10
    speech.select(Selection())
    header.padlock.click()
    assert (speech.sketch.pitch.origin & Mark.LOCKED).all()
    assert header.padlock.icon_name == "lock"
    header.padlock.click()
    assert not (speech.sketch.pitch.origin & Mark.LOCKED).any()


def test_dragging_the_output_header_asks_for_the_file(speech: Workspace, show: Show, drag: Drag) -> None:
    timeline = show(speech)
    asked: list[object] = []
    timeline.drag_out_requested.connect(asked.append)
    header = timeline.output_row.header
    drag(header, (20, 130), (60, 100))
    speech.select(Selection(None, 5, 25))
    drag(header, (20, 130), (60, 100))
    assert asked == [None, (5, 25)]


def test_the_output_shows_what_is_new_in_amber_and_what_is_stale_in_grey(
    speech: Workspace, show: Show, look: Look
) -> None:
    timeline = show(speech)
    ink, hand = look.color("ink").rgb() & 0xFFFFFF, look.color("hand").rgb() & 0xFFFFFF
    x0, x1 = (int(timeline.board.x_of(f)) for f in (100, 200))
    assert ink in colours(timeline.output, x0 + 2, x1 - 2)
    speech.output.fresh = Fresh(100, 200, 61.0)
    speech.sound_changed.emit(100, 200)
    found = colours(timeline.output, x0 + 2, x1 - 2)
    assert hand in found and ink not in found
    speech.output.invalidate(100, 200)
    speech.sound_changed.emit(100, 200)
    found = colours(timeline.output, x0 + 2, x1 - 2)
    assert hand not in found and ink not in found


def test_edited_and_locked_frames_look_different_from_predicted_ones(speech: Workspace, show: Show, look: Look) -> None:
    timeline = show(speech)
    lane = timeline.lane("energy")
    assert lane is not None
    hand = look.color("hand").rgb() & 0xFFFFFF
    x0, x1 = (int(timeline.board.x_of(f)) for f in (100, 200))
    assert hand not in colours(lane, x0, x1)
    speech.edit("Shift", lambda s: curves.shift(s, "energy", 100, 200, 3.0))
    timeline.board.busy = False
    assert hand in colours(lane, x0, x1)
    assert hand not in colours(lane, x1 + 8, x1 + 200)


def test_both_themes_paint_every_lane(speech: Workspace, show: Show, look: Look) -> None:
    timeline = show(speech)
    dark = {lane.name: colours(lane, 0, 800) for lane in timeline.lanes}
    look.choose("light")
    for lane in timeline.lanes:
        assert colours(lane, 0, 800) != dark[lane.name], lane.name


def test_escape_lets_the_selection_go_and_the_playhead_moves_by_a_click(speech: Workspace, show: Show) -> None:
    lane = show(speech).lane("energy")
    assert lane is not None
    speech.set_tool("select")
    speech.select(Selection("pitch", 300, 320))
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, NONE, QPoint(200, 30))
    assert speech.playhead_s == pytest.approx(speech.view.s_of(200))
    speech.select(Selection("pitch", 300, 320))
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    assert not speech.selection


def test_whatever_takes_the_focus_has_a_name(hum: Workspace, show: Show) -> None:
    timeline = show(hum)
    takers = [w for w in timeline.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert [w for w in takers if not w.accessibleName()] == []


def test_a_document_that_is_opened_during_a_drag_wins(speech: Workspace, show: Show, drag: Drag) -> None:
    lane = show(speech).lane("pitch")
    assert isinstance(lane, CurveLane)
    speech.set_tool("draw")
    drag(lane, (100, 60), (140, 60), release=False)
    speech.open(Project(), saved=True)
    QTest.mouseRelease(lane, Qt.MouseButton.LeftButton, NONE, QPoint(140, 60))
    assert speech.project.stages == ()


def test_what_rounds_to_nothing_is_written_without_a_sign() -> None:
    assert (number(-0.04), number(-0.0, 0), number(-0.06)) == ("0.0", "0", "−0.1")
