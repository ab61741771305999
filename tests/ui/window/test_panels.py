"""The inspector: figures of a selection, typed values that become steps, and forms made from a manifest."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.layers import Mark
from intermezzo.ui.readings import LENGTH, title_of
from intermezzo.ui.selection import Selection
from intermezzo.ui.widgets.rows import ComboRow, SliderRow, SwitchRow


def select_letters(rig, first: int, last: int) -> None:
    layer = rig.studio.workspace.sketch.governing
    rig.studio.workspace.select(Selection(None, int(layer.starts[first]), int(layer.stops[last])))


def voiced_letter(rig) -> int:
    layer = rig.studio.workspace.sketch.governing
    return next(k for k in range(layer.count) if layer.labels[k] in "aeiou")


def test_the_selection_shows_a_figure_for_each_layer_with_its_origin(rig) -> None:
    panel = rig.converted().studio.window.selection_panel
    assert panel.nothing.isVisible()
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    sketch = rig.studio.workspace.sketch
    assert panel.title.text() == sketch.governing.labels[k]
    for name in (LENGTH, "pitch", "loudness", "colour"):
        assert panel.field(name) is not None and panel.field(name).number() is not None
    assert not panel.field("pitch").is_edited()
    expected = float(np.exp(np.log(sketch.pitch.values[sketch.governing.starts[k] : sketch.governing.stops[k]]).mean()))
    assert abs(panel.field("pitch").number() - expected) < 1.0


def test_a_typed_length_is_one_step_and_the_selection_follows(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    steps = len(workspace.history.steps)
    field = window.selection_panel.field(LENGTH)
    rig.settle()
    QTest.mouseDClick(field, Qt.MouseButton.LeftButton)
    assert field.is_typing()
    QTest.keyClicks(QApplication.focusWidget(), "400")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    layer = workspace.sketch.governing
    assert int(layer.stops[k] - layer.starts[k]) == 40
    assert len(workspace.history.steps) == steps + 1
    assert workspace.history.undo_label.startswith("Duration 400")
    assert (workspace.selection.start, workspace.selection.stop) == (int(layer.starts[k]), int(layer.stops[k]))
    assert layer.origin[k] & Mark.EDITED


def test_a_typed_pitch_moves_the_curve_and_turns_amber(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    field = window.selection_panel.field("pitch")
    before = workspace.sketch.pitch.values.copy()
    assert field.enter("220")
    window.selection_panel.refresh()
    selection = workspace.selection
    moved = workspace.sketch.pitch.values[selection.start : selection.stop]
    assert abs(float(np.exp(np.log(moved[moved > 0]).mean())) - 220.0) < 1.0
    assert np.array_equal(workspace.sketch.pitch.values[: selection.start], before[: selection.start])
    assert field.is_edited()
    assert window.selection_panel.pill.accessibleName() == "edited"
    workspace.undo()
    window.selection_panel.refresh()
    assert not field.is_edited()


def test_scrubbing_a_field_is_one_step_and_the_next_scrub_another(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    field, steps = window.selection_panel.field("pitch"), len(workspace.history.steps)
    for _ in range(2):
        start = QPoint(20, 10)
        QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=start)
        for x in range(3, 31, 3):
            QTest.mouseMove(field, start + QPoint(x, 0))
        QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    assert len(workspace.history.steps) == steps + 2


def test_a_locked_word_is_locked_with_all_that_sounds_in_it(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    words = workspace.sketch.words
    start, stop = int(words.starts[0]), int(words.stops[0])
    workspace.select(Selection("words", start, stop, element=0))
    window.commands.toggle_lock()
    assert window.commands.is_locked()
    assert (workspace.sketch.pitch.origin[start:stop] & Mark.LOCKED).all()
    assert not (workspace.sketch.pitch.origin[stop:] & Mark.LOCKED).any()
    window.commands.toggle_lock()
    assert not (workspace.sketch.pitch.origin & Mark.LOCKED).any()


def test_locking_in_the_panel_keeps_values_from_being_typed(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    QTest.mouseClick(window.selection_panel.lock, Qt.MouseButton.LeftButton)
    assert workspace.sketch.governing.origin[k] & Mark.LOCKED
    window.selection_panel.refresh()
    assert window.selection_panel.lock.isChecked()
    assert not window.selection_panel.field("pitch").parentWidget().isEnabled()
    QTest.mouseClick(window.selection_panel.lock, Qt.MouseButton.LeftButton)
    assert not workspace.sketch.governing.origin[k] & Mark.LOCKED


def test_another_symbol_is_one_step_with_its_new_prediction(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    k = voiced_letter(rig)
    select_letters(rig, k, k)
    steps, old = len(workspace.history.steps), workspace.sketch.governing.labels[k]
    other = next(s for s in "aeiou" if s != old)
    window.selection_panel._symbol.chosen.emit(other)
    rig.until(lambda: not workspace.conversions.is_running)
    assert workspace.sketch.governing.labels[k] == other
    assert len(workspace.history.steps) == steps + 1


def test_the_form_has_a_row_for_each_parameter_of_the_right_kind(rig) -> None:
    form = rig.converted().studio.window.parameters
    assert isinstance(form.row("letter_s"), SliderRow)
    assert isinstance(form.row("voice"), ComboRow)
    assert isinstance(form.row("glide"), SwitchRow)
    assert form.row("gain_db").field.text() == "0.0\u2009dB"


def test_a_parameter_is_changed_by_hand_turned_amber_and_given_back(rig) -> None:
    form, workspace = rig.converted().studio.window.parameters, rig.studio.workspace
    row = form.row("gain_db")
    assert row.field.enter("-6")
    assert workspace.stage.params["gain_db"] == -6.0
    assert row.field.is_edited() and form.reset.isVisible()
    assert workspace.history.undo_label == "Gain -6 dB"
    rig.until(lambda: not workspace.output.stale.any())
    QTest.mouseClick(form.reset, Qt.MouseButton.LeftButton)
    assert workspace.stage.params["gain_db"] == 0.0
    assert not row.field.is_edited()


def test_switches_and_lists_set_parameters_too(rig) -> None:
    form, workspace = rig.converted().studio.window.parameters, rig.studio.workspace
    QTest.mouseClick(form.row("glide").switch, Qt.MouseButton.LeftButton)
    assert workspace.stage.params["glide"] is False
    form.row("voice").chosen.emit("reedy")
    assert workspace.stage.params["voice"] == "reedy"
    workspace.undo()
    assert form.row("voice").combo.currentText() == "round"


def test_promises_that_nobody_measured_show_no_figure(rig) -> None:
    panel = rig.converted().studio.window.promises
    texts = {row.figure.text() for row in panel.rows.values()}
    assert texts == {"not measured"}
    assert panel.measure.isVisible()


def test_words_of_the_selection_and_of_edits_are_marked_in_the_text(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.select(Selection(None, 0, workspace.sketch.n_frames))
    window.commands.move(1)
    window.source._mark_words()
    assert window.source.text._lit and window.source.text._edited
    covered = {workspace.stage.source.text[a:b] for a, b in window.source.text._lit}
    assert all(piece.strip() for piece in covered)


def test_a_word_is_called_edited_when_anything_that_sounds_in_it_is(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    words = workspace.sketch.words
    workspace.select(Selection("words", int(words.starts[0]), int(words.stops[0]), element=0))
    window.selection_panel.refresh()
    assert window.selection_panel.pill.accessibleName() == "predicted"
    window.commands.move(2)
    window.selection_panel.refresh()
    assert window.selection_panel.pill.accessibleName() == "edited"


def test_sounds_without_names_are_told_by_their_times(rig) -> None:
    sketch = rig.converted().studio.workspace.sketch
    spans = sketch.governing
    nameless = sketch.with_layer(replace(spans, labels=("·",) * spans.count))
    selection = Selection("pitch", 10, 20)
    hop_s = sketch.type.hop_s
    assert title_of(nameless, selection) == f"{10 * hop_s:.2f} to {20 * hop_s:.2f} s"
    assert title_of(sketch, selection) != title_of(nameless, selection)


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen says so of every popup
def test_return_picks_from_an_open_list(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    combo = next(row for row in window.parameters.findChildren(ComboRow)).combo
    combo.setFocus()
    combo.showPopup()
    rig.settle()
    QTest.keyClick(combo.view(), Qt.Key.Key_Down)
    wanted = combo.view().currentIndex().data()
    assert wanted != combo.currentText()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(combo.view(), event)
    rig.settle()
    assert combo.currentText() == wanted and wanted in workspace.history.undo_label
