"""Marks in the source text: they have a colour, wrong ones a line below and a reason, and commands put them in."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from intermezzo.core.registry import Registry
from intermezzo.ui.dictionary.say_room import SayRoom
from intermezzo.ui.panels.source_text import SourceText

from .conftest import Rig


def obey_marks(rig: Rig, obeys: bool) -> None:
    """Let the engine obey marks, or not: what the window does goes by the manifest."""
    workspace = rig.studio.workspace
    engines = {name: replace(m, marks=obeys) for name, m in workspace.registry.engines.items()}
    workspace.registry = Registry(engines, workspace.registry.sketch_types, workspace.registry.broken)
    workspace.stage_chosen.emit("")
    rig.studio.window.refresh()


@pytest.fixture
def field(rig: Rig) -> SourceText:
    obey_marks(rig, True)
    rig.studio.window.source.text.setFocus()
    return rig.studio.window.source.text


def typed(rig: Rig, field: SourceText, text: str) -> None:
    field.setPlainText(text)
    rig.until(lambda: not field.tint._rest.isActive())


def formats(field: SourceText, line: int = 0) -> list[tuple[str, str, bool]]:
    """Return what is coloured in a line: its text, its colour, and whether it is underlined."""
    block = field.document().findBlockByNumber(line)
    raw = block.text().encode("utf-16-le")
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    return [
        (
            raw[2 * f.start : 2 * (f.start + f.length)].decode("utf-16-le"),
            f.format.foreground().color().name(), f.format.underlineStyle() == wave,
        )
        for f in block.layout().formats()
    ]  # fmt: skip


def name(color: QColor) -> str:
    return color.name()


def test_marks_have_a_colour_that_follows_the_theme_and_no_other_text_has(rig: Rig, field: SourceText) -> None:
    look = rig.studio.look
    typed(rig, field, "😀 so *now* [pause 1]\n<emphasis>and\nhere</emphasis>, a < b")
    ana = name(look.color("ana"))
    assert formats(field) == [("*", ana, False), ("*", ana, False), ("[pause 1]", ana, False)]
    assert formats(field, 1) == [("<emphasis>", ana, False)] and formats(field, 2) == [("</emphasis>", ana, False)]
    look.choose("light")
    assert formats(field)[0][1] == name(look.color("ana")) != ana
    typed(rig, field, "plain")
    assert formats(field) == [] and rig.studio.workspace.stage.source.text == "plain"


def test_colouring_is_no_change_of_the_text(rig: Rig, field: SourceText) -> None:
    told: list[str] = []
    field.typed.connect(told.append)
    QTest.keyClicks(field, "a *b*")
    n_steps = len(rig.studio.workspace.history.steps)
    rig.studio.look.choose("light")
    rig.settle()
    assert told == ["a", "a ", "a *", "a *b", "a *b*"] and len(rig.studio.workspace.history.steps) == n_steps


def test_a_wrong_mark_is_underlined_with_its_reason_below_and_in_a_tooltip(rig: Rig, field: SourceText) -> None:
    source, err = rig.studio.window.source, name(rig.studio.look.color("err"))
    typed(rig, field, "so [pause soon] it *is*")
    assert formats(field)[0] == ("[pause soon]", err, True)
    assert source.fault.isVisible() and "“[pause soon]” asks for no time" in source.fault.text()
    assert "asks for no time" in field.fault_at(6) and field.fault_at(1) == ""  # what a tooltip says there
    typed(rig, field, "so [pause 1] it *is*")
    assert not source.fault.isVisible() and all(not wrong for _, _, wrong in formats(field))


def test_a_tag_that_is_not_closed_is_told_and_mended_by_typing(rig: Rig, field: SourceText) -> None:
    typed(rig, field, "<emphasis>one\ntwo")
    assert formats(field)[0][2] and "has no </emphasis>" in rig.studio.window.source.fault.text()
    field.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(field, "</emphasis>")
    rig.until(lambda: not rig.studio.window.source.fault.isVisible())
    assert not formats(field)[0][2]  # the line above is read again, too


def test_an_engine_without_marks_shows_none(rig: Rig, field: SourceText) -> None:
    typed(rig, field, "so *now*")
    obey_marks(rig, False)
    assert formats(field) == [] and not rig.studio.window.marks.can()


def test_commands_put_marks_around_the_selection_one_step_each(rig: Rig, field: SourceText) -> None:
    workspace, book = rig.studio.workspace, rig.studio.window.book
    QTest.keyClicks(field, "I never said")
    field.select_range(2, 7)
    book["mark_emphasis"].trigger()
    assert workspace.stage.source.text == field.toPlainText() == "I *never* said"
    assert field.textCursor().selectedText() == "never" and workspace.history.undo_label == "Emphasise"
    book["mark_emphasis"].trigger()
    book["mark_pause"].trigger()
    assert field.toPlainText() == "I **never** [pause 0.5] said"
    workspace.undo()
    assert field.toPlainText() == "I **never** said"
    workspace.undo()
    workspace.undo()
    assert field.toPlainText() == "I never said" and workspace.history.undo_label == "Change source"


def test_the_length_of_a_new_pause_is_typed_over(rig: Rig, field: SourceText) -> None:
    QTest.keyClicks(field, "so it is")
    field.select_range(2, 2)
    rig.studio.window.book["mark_pause"].trigger()
    QTest.keyClicks(field, "1.2")
    assert rig.studio.workspace.stage.source.text == "so [pause 1.2] it is"
    assert rig.studio.workspace.history.undo_label == "Change source"
    rig.studio.workspace.undo()
    assert field.toPlainText() == "so [pause 0.5] it is"


def test_say_as_asks_for_sounds_and_puts_them_behind_the_word(rig: Rig, field: SourceText) -> None:
    QTest.keyClicks(field, "I say lulu now")
    field.select_range(7, 7)
    rig.studio.window.book["mark_sounds"].trigger()
    room = next(w for w in QApplication.topLevelWidgets() if isinstance(w, SayRoom) and w.isVisible())
    assert room.mark.isVisible() and not room.project.isVisible() and room.word.text() == "“lulu”"
    rig.until(lambda: room.sounds.field.text() == "/xuxu/")
    room.sounds.field.selectAll()
    QTest.keyClicks(room.sounds.field, "/oxa/")
    rig.until(lambda: room.sounds.entry is not None)
    QTest.keyClick(room.sounds.field, Qt.Key.Key_Return)
    assert field.toPlainText() == "I say lulu{oxa} now" and not room.isVisible()
    assert rig.studio.workspace.history.undo_label == "Say lulu as oxa"
    rig.studio.workspace.undo()
    assert field.toPlainText() == "I say lulu now"


def test_the_menu_of_the_text_offers_marks_and_the_clipboard(rig: Rig, field: SourceText) -> None:
    QTest.keyClicks(field, "so it is")
    menu = QMenu()
    field.fill_menu(menu, 4)
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles == ["Say “it” differently…", "Insert a pause", "Emphasise", "Say as…"]
    shown = field.menu_at(4)
    found = [action.text().split("\t")[0].replace("&", "") for action in shown.actions()]
    assert "Paste" in found and "Undo" not in found and found[1:5] == ["", "Insert a pause", "Emphasise", "Say as…"]
    shown.deleteLater()
