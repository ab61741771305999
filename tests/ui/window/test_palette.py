"""The command palette finds actions, settings and words by a few letters, and does what was found."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from intermezzo.ui.fuzzy import match


@pytest.mark.parametrize("query,title", [
    ("und", "Undo"), ("zsel", "Zoom to the selection"), ("exp snd", "Export sound"),
    ("smooth sel", "Smooth the selection"), ("selection smooth", "Smooth the selection"),
])  # fmt: skip
def test_letters_in_order_or_words_in_any_order_match(query: str, title: str) -> None:
    assert match(query, title) is not None


def test_what_does_not_fit_does_not_match_and_beginnings_win() -> None:
    assert match("xyz", "Undo") is None
    assert match("zo", "Zoom in")[0] > match("zo", "Mezzo forte")[0]
    score, ranges = match("shift", "Pitch shift")
    assert ranges == ((6, 5),) and score > 0


def test_ctrl_k_types_finds_and_runs(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.timeline.setFocus()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_
    assert palette.isVisible() and palette.search.edit.hasFocus()
    QTest.keyClicks(palette.search.edit, "select all")
    QTest.keyClick(palette.search.edit, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert workspace.selection.stop == workspace.sketch.n_frames


def test_letters_typed_into_the_palette_take_no_tool_and_escape_closes_it(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.palette_.open()
    QTest.keyClicks(window.palette_.search.edit, "b")
    assert workspace.tool == "select"
    QTest.keyClick(window.palette_.search.edit, Qt.Key.Key_Escape)
    assert not window.palette_.isVisible()


def test_a_word_is_found_and_selected(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    entries = [e for e in window.palette_._gather() if e.note.endswith("s") and e.icon == "text-aa"]
    assert entries
    entries[-1].run()
    assert workspace.selection and workspace.selection.element is not None


def test_a_setting_is_found_and_gets_the_focus(rig) -> None:
    window = rig.converted().studio.window
    window.palette_.open("letter length")
    window.palette_._run(0)
    assert window.parameters.row("letter_s").isAncestorOf(window.focusWidget())


def test_what_cannot_be_done_now_is_grey_and_does_nothing(rig) -> None:
    window = rig.studio.window
    rig.settle()
    window.palette_.open("export sound")
    assert not window.palette_.list.rows.rows[0].enabled
    window.palette_._run(0)
    assert window.palette_.isVisible() and rig.answers.asked == []


def test_the_focus_does_not_go_back_to_what_is_gone(rig) -> None:
    window = rig.converted().studio.window
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    window.palette_.open()
    shiboken6.delete(field)
    window.palette_.dismiss()
    assert not window.palette_.isVisible()
