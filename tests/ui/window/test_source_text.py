"""The source text: a whole book in the clipboard, texts without a letter, and emoji before the words."""

from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.ui.panels.source import SourcePanel, phrase_count
from intermezzo.ui.panels.source_text import SourceText


def field_of(rig) -> SourceText:
    found = rig.studio.window.findChild(SourcePanel)
    assert isinstance(found, SourcePanel)
    return found.text


def paste(field: SourceText, text: str) -> None:
    QApplication.clipboard().setText(text)
    field.selectAll()
    field.paste()


@pytest.mark.parametrize("book", ["word and another " * 60_000, "one line\n" * 110_000, "😀" * 400_000])
def test_a_book_is_kept_whole_and_never_laid_out(rig, book: str) -> None:
    field, workspace = field_of(rig), rig.studio.workspace
    paste(field, "start")
    began_s = perf_counter()
    paste(field, book)
    rig.settle()
    assert perf_counter() - began_s < 2.0  # laid out it takes 4 s, and a second for every key after it
    assert workspace.stage.source.text == book
    assert len(field.toPlainText()) < 25_000 and field.isReadOnly() and "more characters" in field.toPlainText()
    workspace.undo()
    assert field.toPlainText() == "" and not field.isReadOnly()
    workspace.redo()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert workspace.stage.source.text == field.toPlainText() == "" and not field.isReadOnly()
    QTest.keyClicks(field, "la")
    assert workspace.stage.source.text == "la"


def test_phrases_are_counted_in_the_time_it_takes_to_read_them() -> None:
    assert phrase_count("One. Two! … \n?? three") == 3 and phrase_count("") == phrase_count("😀 . !") == 0
    began_s = perf_counter()
    assert phrase_count("😀" * 300_000) == 0
    assert perf_counter() - began_s < 2.0


def test_marks_stand_on_their_words_after_emoji(rig) -> None:
    field = field_of(rig)
    paste(field, "😀👍 la so")
    field.show_words([(3, 5)], [])
    rig.until(lambda: bool(field.extraSelections()))
    assert field.extraSelections()[0].cursor.selectedText() == "la"
    found = []
    field.pointed.connect(found.append)
    cursor = field.textCursor()
    cursor.setPosition(len("😀👍 la".encode("utf-16-le")) // 2)
    where = field.cursorRect(cursor).center()
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert found == [5]


def test_a_hint_of_several_lines_is_seen_whole(rig) -> None:
    field = field_of(rig)
    field.hint = "one two three four five six " * 3
    rig.settle()
    image = field.viewport().grab().toImage()
    ground = image.pixel(image.width() - 1, image.height() - 1)
    written = [y for y in range(image.height()) if any(image.pixel(x, y) != ground for x in range(image.width() // 2))]
    assert written[-1] > 40
