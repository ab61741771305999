"""Takes in the real window: sampled by the host, heard, compared, used by key and by hand, named and taken away."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QEnterEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from intermezzo.core.edits import curves, spans
from intermezzo.core.take import Part
from intermezzo.storage.sketch_file import load_sketch
from intermezzo.ui.palette_entries import gather
from intermezzo.ui.panels.take_row import TAKE_MIME
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.header import HEADER_PX


def sampled(rig, n: int = 3):
    """Return a converted rig with ``n`` takes more."""
    rig.converted()
    rig.studio.window.takes.n = n
    rig.studio.window.takes.sample()
    rig.until(lambda: not rig.studio.workspace.sampling.is_running)
    rig.studio.window.takes_panel.refresh()
    return rig.studio.window, rig.studio.workspace


def voiced(rig) -> int:
    layer = rig.studio.workspace.sketch.governing
    return next(k for k in range(layer.count) if layer.labels[k] in "aeiou")


def select_word(workspace, k: int = 0) -> Selection:
    words = workspace.sketch.words
    chosen = Selection("words", int(words.starts[k]), int(words.stops[k]), element=k)
    workspace.select(chosen)
    return chosen


def press(window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the lanes have the focus, as the window system does: shortcuts first."""
    window.timeline.setFocus()
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def test_a_conversion_is_the_first_take_and_the_panel_says_what_takes_are_for(rig) -> None:
    panel, stage = rig.converted().studio.window.takes_panel, rig.studio.workspace.stage
    panel.refresh()
    assert [(t.number, t.seed) for t in stage.takes] == [(1, 1)]
    assert stage.comp == (Part(0, stage.sketch.n_frames, 1),)
    assert panel.empty.isVisible() and "word by word" in panel.empty.accessibleName()
    assert not rig.studio.window.timeline.comp.isVisible()
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    rig.until(lambda: len(rig.studio.workspace.stage.takes) == 4)


def test_sampling_leaves_the_sketch_as_it_is_and_is_one_step(rig) -> None:
    rig.converted()
    before, steps = rig.studio.workspace.sketch, len(rig.studio.workspace.history.steps)
    window, workspace = sampled(rig)
    assert workspace.sketch is not None and workspace.history.undo_label == "Sample 3 takes"
    assert len(workspace.history.steps) <= steps + 2  # the conversion of the rig, and one step for all takes
    assert [t.seed for t in workspace.stage.takes] == [1, 2, 3, 4]
    assert np.array_equal(workspace.sketch.pitch.values, before.pitch.values)
    assert {row.facts.title for row in window.takes_panel.rows.values()} == {f"Take {k}" for k in (1, 2, 3, 4)}
    assert not workspace.output.stale.any(), "nothing that is heard has changed"
    workspace.undo()
    assert len(workspace.stage.takes) == 1


def test_cancelled_sampling_keeps_what_is_there(rig) -> None:
    workspace = rig.converted().studio.workspace
    rig.studio.window.takes.n = 20
    rig.studio.window.takes.sample()
    rig.until(lambda: len(workspace.stage.takes) >= 3)
    window = rig.studio.window
    window.cancel()
    assert not workspace.sampling.is_running
    kept = len(workspace.stage.takes)
    rig.settle()
    assert 3 <= len(workspace.stage.takes) == kept < 21


def test_shift_and_a_number_use_a_take_in_the_selection(rig) -> None:
    window, workspace = sampled(rig)
    chosen = select_word(workspace, 1)
    before = workspace.sketch
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    now = workspace.sketch
    assert workspace.history.undo_label.startswith("Use take 2 for ")
    assert before.words.labels[1] in workspace.history.undo_label
    assert [p.take for p in workspace.stage.comp] == [1, 2, 1]
    assert np.array_equal(now.pitch.values[: chosen.start], before.pitch.values[: chosen.start])
    assert np.array_equal(now.pitch.values[chosen.stop :], before.pitch.values[chosen.stop :])
    take = workspace.stage.takes[1].sketch
    inside = slice(chosen.start, chosen.stop)
    assert np.array_equal(now.pitch.values[inside], take.pitch.values[inside])
    assert (workspace.selection.start, workspace.selection.stop) == (chosen.start, chosen.stop)
    workspace.undo()
    assert workspace.sketch is before and [p.take for p in workspace.stage.comp] == [1]


def test_without_a_selection_a_take_is_used_everywhere_and_hands_stay(rig) -> None:
    window, workspace = sampled(rig)
    k = voiced(rig)
    a, b = int(workspace.sketch.governing.starts[k]), int(workspace.sketch.governing.stops[k])
    workspace.edit("Draw", lambda s: curves.draw(s, "pitch", [(a, 60), (b - 1, 60)]))
    drawn = workspace.sketch.pitch.values[a:b].copy()
    workspace.select(Selection())
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier)
    assert [p.take for p in workspace.stage.comp] == [3]
    assert np.array_equal(workspace.sketch.pitch.values[a:b], drawn)
    assert workspace.history.undo_label == "Use take 3 for everything"


def test_a_number_hears_a_take_without_changing_the_sketch_and_pauses_again(rig) -> None:
    window, workspace = sampled(rig)
    sketch = workspace.sketch
    press(window, Qt.Key.Key_2)
    rig.until(lambda: rig.player.playing)
    comparison = workspace.comparison
    assert comparison.is_on_b and comparison.chosen == 2
    assert workspace.sketch is sketch and workspace.history.undo_label == "Sample 3 takes"
    window.takes_panel.refresh()
    assert window.takes_panel.rows[2].facts.is_playing
    assert window.transport.ab.b.text() == "B take 2" and window.transport.ab.switch.isChecked()
    press(window, Qt.Key.Key_2)
    assert not rig.player.playing


def test_a_switch_while_it_plays_keeps_the_place_and_the_second_time_renders_nothing(rig) -> None:
    window, workspace = sampled(rig)
    workspace.comparison.choose(2)
    press(window, Qt.Key.Key_A)
    sound = workspace.comparison.sound
    rig.until(lambda: not sound._output.stale.any())
    rendered = sound._output
    window.playback.play()
    rig.player.position_s = 0.5
    press(window, Qt.Key.Key_A)
    assert not workspace.comparison.is_on_b and rig.player.playing and abs(rig.player.position_s - 0.5) < 0.02
    press(window, Qt.Key.Key_A)
    assert workspace.comparison.is_on_b and rig.player.playing and abs(rig.player.position_s - 0.5) < 0.02
    assert sound._output is rendered and not rendered.stale.any() and sound._running is None


def test_what_is_heard_as_b_is_the_take(rig) -> None:
    _, workspace = sampled(rig)
    workspace.comparison.choose(3)
    workspace.comparison.toggle()
    sound = workspace.comparison.sound
    rig.until(lambda: not sound._output.stale.any())
    assert not np.array_equal(sound._output.samples, workspace.output.samples)
    workspace.select(Selection())
    rig.studio.window.takes.use(3)
    rig.until(lambda: not workspace.output.stale.any())
    assert np.array_equal(sound._output.samples if sound._output.n_blocks else workspace.output.samples,
                          workspace.output.samples)  # fmt: skip


def test_an_edit_brings_a_back(rig) -> None:
    _, workspace = sampled(rig)
    workspace.comparison.choose(2)
    workspace.comparison.toggle()
    assert workspace.comparison.is_on_b
    workspace.edit("Draw", lambda s: curves.shift(s, "pitch", 0, 40, 2))
    assert not workspace.comparison.is_on_b and workspace.comparison.chosen == 2


def test_without_a_take_b_is_the_state_before_the_last_change(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    before = workspace.sketch
    assert not window.transport.ab.switch.isEnabled()
    press(window, Qt.Key.Key_A)
    assert not workspace.comparison.is_on_b
    workspace.edit("Draw", lambda s: curves.shift(s, "pitch", 0, 40, 2))
    assert window.transport.ab.b.text() == "B before" and workspace.comparison.sketch() is before
    QTest.mouseClick(window.transport.ab.switch, Qt.MouseButton.LeftButton)
    assert workspace.comparison.is_on_b
    assert workspace.comparison.ghost().sketch is before


def test_the_place_of_b_is_told_in_the_time_of_a(rig) -> None:
    _, workspace = sampled(rig)
    k = voiced(rig)
    edge = int(workspace.sketch.governing.starts[k])
    workspace.edit("Stretch", lambda s: spans.set_lengths(s, {k: 60}))
    workspace.comparison.choose(1)
    workspace.comparison.toggle()
    stop = int(workspace.sketch.governing.stops[k])
    hop_s = workspace.sketch.type.hop_s
    workspace.set_playhead(stop * hop_s)
    its = workspace.stage.takes[0].sketch.governing
    assert abs(rig.player.position_s - int(its.stops[k]) * hop_s) < 1e-6
    assert abs(workspace.deck.position_s - stop * hop_s) < 1e-6 and stop > edge


def test_the_selection_only_is_sampled_there_and_nowhere_else(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    chosen, before = select_word(workspace, 1), workspace.sketch
    window.takes.n = 2
    rig.settle()  # the action is there once the window knows of the selection
    press(window, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    rig.until(lambda: len(workspace.stage.takes) == 3)
    rig.until(lambda: not workspace.sampling.is_running)
    assert workspace.sketch is before
    assert [t.frames for t in workspace.stage.takes] == [None, (chosen.start, chosen.stop), (chosen.start, chosen.stop)]
    window.takes_panel.refresh()
    assert before.words.labels[1] in window.takes_panel.rows[2].facts.note
    workspace.select(Selection())
    window.takes.use(2)
    assert [(p.start, p.stop) for p in workspace.stage.comp if p.take == 2] == [(chosen.start, chosen.stop)]
    window.takes.hear(3)
    rig.until(lambda: rig.player.playing)
    assert rig.player.calls[-1] == ("play", pytest.approx(chosen.start * 0.01), pytest.approx(chosen.stop * 0.01))


def test_a_stretch_predicted_again_is_a_take_and_one_step(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    chosen, steps = select_word(workspace, 1), len(workspace.history.steps)
    window.commands.resample()
    rig.until(lambda: len(workspace.history.steps) == steps + 1)
    assert [t.frames for t in workspace.stage.takes] == [None, (chosen.start, chosen.stop)]
    assert [p.take for p in workspace.stage.comp] == [1, 2, 1]


def test_pointing_at_a_take_shows_its_ghost_on_the_lanes_for_as_long(rig) -> None:
    window, workspace = sampled(rig)
    lane = window.timeline.lane("pitch")
    plain = lane.grab().toImage()
    row = window.takes_panel.rows[2]
    at = QPointF(5, 5)
    QApplication.sendEvent(row, QEnterEvent(at, at, QPointF(row.mapToGlobal(at))))
    assert window.timeline.board.ghost.take == 2
    assert lane.grab().toImage() != plain
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert window.timeline.board.ghost is None
    assert lane.grab().toImage() == plain
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert workspace.comparison.chosen == 2 and window.timeline.board.ghost.take == 2
    colour = window.timeline.lane("colour")
    with_bar = colour.grab().toImage()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert workspace.comparison.chosen is None and colour.grab().toImage() is not with_bar


def test_spans_that_are_longer_in_the_take_are_outlined(rig) -> None:
    window, workspace = sampled(rig)
    k = voiced(rig)
    workspace.edit("Stretch", lambda s: spans.set_lengths(s, {k: 60}))
    lane = window.timeline.lane("letters")
    rig.settle()
    plain = lane.grab().toImage()
    workspace.comparison.choose(1)
    assert lane.grab().toImage() != plain


def test_the_comp_strip_selects_a_stretch_and_says_whose_it_is(rig) -> None:
    window, workspace = sampled(rig)
    chosen = select_word(workspace, 1)
    window.takes.use(2)
    rig.settle()
    strip, board = window.timeline.comp, window.timeline.board
    assert strip.isVisible()
    workspace.select(Selection())
    x = round(HEADER_PX + 1 + board.x_of((chosen.start + chosen.stop) / 2))
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, 6))
    assert (workspace.selection.start, workspace.selection.stop) == (chosen.start, chosen.stop)
    assert strip.text_of(strip.parts[1]).startswith("Take 2, ")
    assert "Take 2" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert workspace.selection.start == chosen.stop
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier)
    assert [p.take for p in workspace.stage.comp] == [1, 3, 1]


def test_rows_are_worked_by_keyboard_and_double_click(rig) -> None:
    window, workspace = sampled(rig)
    select_word(workspace, 0)
    row = window.takes_panel.rows[2]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert [p.take for p in workspace.stage.comp if p.start == workspace.selection.start] == [2]
    QTest.mouseDClick(window.takes_panel.rows[3], Qt.MouseButton.LeftButton)
    assert 3 in {p.take for p in workspace.stage.comp}
    row = window.takes_panel.rows[2]  # rows may have been made anew
    window.activateWindow()
    row.setFocus()
    rig.until(lambda: QApplication.focusWidget() is row and QApplication.activePopupWidget() is None)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(row, event)
    assert event.isAccepted(), "Space presses the row that has the focus"


def test_a_take_dropped_on_a_word_is_used_there(rig) -> None:
    window, workspace = sampled(rig)
    words = workspace.sketch.words
    workspace.select(Selection())
    x = HEADER_PX + 1 + window.timeline.board.x_of((int(words.starts[1]) + int(words.stops[1])) / 2)
    mime = QMimeData()
    mime.setData(TAKE_MIME, b"2")
    button, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(round(x), 200), Qt.DropAction.CopyAction, mime, button, plain)
    QApplication.sendEvent(window.timeline, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window.timeline, QDropEvent(QPointF(x, 200), Qt.DropAction.CopyAction, mime, button, plain))
    assert [(p.start, p.stop) for p in workspace.stage.comp if p.take == 2] == [
        (int(words.starts[1]), int(words.stops[1]))
    ]


def test_a_take_is_named_taken_away_and_brought_back(rig) -> None:
    window, workspace = sampled(rig)
    row = window.takes_panel.rows[2]
    row.start_renaming()
    QTest.keyClicks(row._editor, "Warm one")
    QTest.keyClick(row._editor, Qt.Key.Key_Return)
    window.takes_panel.refresh()
    assert row.facts.title == "Warm one" and workspace.stage.takes[1].name == "Warm one"
    window.takes.use(2)
    assert workspace.history.undo_label.startswith("Use Warm one for")
    assert "Warm one" in [entry.title for entry in gather(window)]
    sketch = workspace.sketch
    window.takes.remove(2)
    assert workspace.sketch is sketch and 2 not in {p.take for p in workspace.stage.comp}
    workspace.undo()
    assert workspace.stage.takes[1].name == "Warm one"


def test_a_take_is_exported_as_a_sketch(rig, tmp_path) -> None:
    window, workspace = sampled(rig)
    rig.answers.saves.append((tmp_path / "two.sketch", "Sketches (*.sketch)"))
    window.takes_panel.export_wanted.emit(2)
    rig.until(lambda: (tmp_path / "two.sketch").exists())
    assert np.array_equal(
        load_sketch(tmp_path / "two.sketch").pitch.values, workspace.stage.takes[1].sketch.pitch.values
    )


def test_menus_of_lanes_offer_the_takes(rig) -> None:
    window, workspace = sampled(rig)
    menu = QMenu(window)
    window.timeline.fill_menu(menu)
    inner = menu.actions()[0].menu()
    assert [a.text().split("\t")[0] for a in inner.actions()] == ["Take 1", "Take 2", "Take 3", "Take 4"]
    workspace.select(Selection())
    inner.actions()[1].trigger()
    assert [p.take for p in workspace.stage.comp] == [2]


def test_takes_of_an_earlier_text_say_so(rig) -> None:
    window, workspace = sampled(rig)
    from intermezzo.core.media import Text

    workspace.set_source(Text("Oh, are you in Ohio?"))
    workspace.conversions.convert()
    rig.until(lambda: not workspace.conversions.is_running)
    window.takes_panel.refresh()
    notes = {n: row.facts.note for n, row in window.takes_panel.rows.items()}
    assert notes == {1: "seed 1", 2: "earlier text", 3: "earlier text", 4: "earlier text"}


def test_a_number_without_a_take_and_an_engine_that_is_gone_are_told(rig) -> None:
    window, workspace = sampled(rig, 1)
    told = []
    workspace.told.connect(lambda level, line: told.append(line))
    press(window, Qt.Key.Key_7)
    assert told[-1] == "There is no take 7."
    gone = replace(workspace.stage, engine="gone.engine")
    workspace.change("Lose", lambda p: p.with_stage(gone))
    assert "not installed" in workspace.sampling.why_not()
    window.takes_panel.refresh()
    assert not window.takes_panel.sample.isEnabled()


def test_another_document_is_compared_with_nothing(rig) -> None:
    _, workspace = sampled(rig)
    workspace.comparison.choose(2)
    workspace.comparison.toggle()
    rig.studio.document._start(rig.studio.document._blank(None), None)
    assert not workspace.comparison.is_on_b and workspace.comparison.chosen is None
    assert workspace.comparison.ghost() is None
