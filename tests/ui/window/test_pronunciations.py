"""Words said differently in the window: one here, in the project, always; the room of all of them; nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from intermezzo.core.edits import curves
from intermezzo.core.layers import Mark
from intermezzo.core.pronunciations import Entry
from intermezzo.storage import places
from intermezzo.storage.dictionary_file import load_own_dictionary
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.ui.dictionary.room import DictionaryRoom
from intermezzo.ui.dictionary.say_room import SayRoom

from .conftest import Rig

TEXT = "la lu li, la lu"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of its own."""
    folder = tmp_path / "config"
    monkeypatch.setattr(places.platformdirs, "user_config_path", lambda *_, **__: folder)
    return folder


@pytest.fixture
def tune(rig: Rig) -> Rig:
    return rig.converted(TEXT)


def visible(kind: type) -> object:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


@pytest.fixture
def say(tune: Rig) -> Callable[[int], SayRoom]:
    def open_(word: int) -> SayRoom:
        tune.studio.window.commands.select_span("words", word)
        tune.studio.window.book["say_differently"].trigger()
        room = visible(SayRoom)
        tune.until(lambda: bool(room.sounds.state.text()))
        return room

    return open_


@pytest.fixture
def room(tune: Rig) -> DictionaryRoom:
    tune.studio.window.book["dictionary"].trigger()
    return visible(DictionaryRoom)


def write(rig: Rig, field: object, text: str) -> None:
    """Type sounds and wait for what the engine says of them."""
    field.field.selectAll()
    QTest.keyClicks(field.field, text)
    rig.until(lambda: field.entry is not None or field.state.text().startswith("Pronunciation"))


def letters(rig: Rig, word: int) -> list[str]:
    sketch = rig.studio.workspace.sketch
    words, spans = sketch.layers["words"], sketch.governing
    inside = spans.inside(int(words.starts[word]), int(words.stops[word]))
    return list(spans.labels[inside])


def read_again(rig: Rig) -> None:
    workspace = rig.studio.workspace
    fresh = lambda: not workspace.as_read(workspace.stage).is_stale(workspace.manifest)  # noqa: E731
    rig.until(lambda: not workspace.conversions.is_running and fresh())


def test_only_here_is_an_edit_of_one_word_and_one_step(tune: Rig, say: Callable[[int], SayRoom]) -> None:
    workspace = tune.studio.workspace
    room = say(1)
    assert room.word.text() == "“lu”" and room.sounds.field.text() == "/xu/" and not room.here.isEnabled()
    write(tune, room.sounds, "/oxe/")
    room.here.click()
    assert not room.isVisible()
    tune.until(lambda: not workspace.conversions.is_running)
    assert letters(tune, 1) == ["o", "x", "e"] and letters(tune, 4) == ["x", "u"]
    assert workspace.history.undo_label == "Say lu differently here"
    assert not workspace.stage.is_stale(workspace.manifest)
    workspace.undo()
    assert letters(tune, 1) == ["x", "u"] and workspace.history.undo_label == "Convert, seed 1"


def test_in_this_project_reads_all_its_places_again_and_hand_edits_stay(
    tune: Rig, say: Callable[[int], SayRoom], tmp_path: Path
) -> None:
    workspace = tune.studio.workspace
    words = workspace.sketch.layers["words"]
    start, stop = int(words.starts[0]), int(words.stops[0])
    workspace.edit("Shift", lambda s: curves.shift(s, "pitch", start, stop, 3.0))
    room = say(1)
    write(tune, room.sounds, "/oe/")
    QTest.keyClick(room.sounds.field, Qt.Key.Key_Return)
    assert workspace.history.undo_label == "Say lu differently" and workspace.history.steps[-1].icon
    read_again(tune)
    assert letters(tune, 1) == letters(tune, 4) == ["o", "e"] and letters(tune, 0) == ["x", "a"]
    pitch = workspace.sketch.layers["pitch"]
    assert (pitch.origin[start:stop] & Mark.EDITED).any()
    save_project(workspace.project, tmp_path / "words.intermezzo")
    assert load_project(tmp_path / "words.intermezzo").pronunciations == (Entry("lu", "en", "/oe/"),)
    workspace.undo()
    assert letters(tune, 1) == ["x", "u"]
    workspace.undo()
    assert workspace.project.pronunciations == () and not workspace.as_read(workspace.stage).is_stale(
        workspace.manifest
    )


def test_always_is_kept_in_a_file_and_the_project_wins(
    tune: Rig, say: Callable[[int], SayRoom], own_folder: Path
) -> None:
    workspace = tune.studio.workspace
    room = say(1)
    write(tune, room.sounds, "oe")
    room.always.click()
    tune.until(lambda: (own_folder / "pronunciations.txt").exists())
    read_again(tune)
    assert letters(tune, 4) == ["o", "e"] and workspace.project.pronunciations == ()
    workspace.wordbook.close()
    assert load_own_dictionary() == (Entry("lu", "en", "oe"),)
    room = say(1)
    assert room.sounds.field.text() == "oe" and room.line.text() == "said so in all your projects"
    write(tune, room.sounds, "/a/")
    room.project.click()
    read_again(tune)
    assert letters(tune, 4) == ["a"]
    room = say(1)
    write(tune, room.sounds, "/i/")
    room.always.click()  # the project says nothing else of it any more
    assert workspace.project.pronunciations == ()
    read_again(tune)
    assert letters(tune, 4) == ["i"]


def test_what_is_no_sound_is_told_under_the_field_and_cannot_be_taken(tune: Rig, say: Callable[[int], SayRoom]) -> None:
    room = say(1)
    write(tune, room.sounds, "/o7/")
    assert "“7” is no sound" in room.sounds.state.text()
    assert not any(b.isEnabled() for b in (room.here, room.project, room.always))
    QTest.keyClick(room.sounds.field, Qt.Key.Key_Return)
    assert room.isVisible() and tune.studio.workspace.project.pronunciations == ()
    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert not room.isVisible()


def test_a_word_is_heard_before_it_is_taken(tune: Rig, say: Callable[[int], SayRoom]) -> None:
    room = say(1)
    before = len(tune.player.calls)
    room.sounds.field.selectAll()
    QTest.keyClicks(room.sounds.field, "/aeo/")
    room.sounds.listen.click()  # before the engine has answered
    tune.until(lambda: ("audition",) in tune.player.calls[before:])
    assert tune.studio.workspace.history.undo_label == "Convert, seed 1"


def test_signs_are_picked_with_keys(tune: Rig, say: Callable[[int], SayRoom]) -> None:
    room = say(1)
    grid, field = room.sounds.grid, room.sounds.field
    assert grid.symbols == ["a", "e", "i", "o", "u", "x"]  # the pause is no sound
    field.clear()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell_of("x").center().toPoint())
    assert field.text() == "/ex/"
    tune.until(lambda: room.sounds.entry is not None)
    assert room.sounds.entry.sounds == "/ex/"


def test_the_lane_and_the_text_offer_it_in_their_menus(tune: Rig) -> None:
    window = tune.studio.window
    window.commands.select_span("words", 2)
    lane = window.timeline.lane("words")
    entry = next(e for e in lane.menu_entries() if e.title.startswith("Say this word differently"))
    entry.act()
    assert visible(SayRoom).word.text() == "“li”"  # without the comma behind it
    visible(SayRoom).close()
    menu = QMenu()
    window.source.text.fill_menu(menu, TEXT.index("lu") + 1)
    assert menu.actions()[0].text() == "Say “lu” differently…"
    menu.actions()[0].trigger()
    assert visible(SayRoom).word.text() == "“lu”"


def test_a_word_that_is_not_converted_yet_has_no_here(rig: Rig) -> None:
    window, workspace = rig.studio.window, rig.studio.workspace
    window.source.text.setFocus()
    QTest.keyClicks(window.source.text, "lala")
    window.book["say_differently"].trigger()
    room = visible(SayRoom)
    rig.until(lambda: room.sounds.field.text() == "/xaxa/")
    assert room.sounds.state.text() == "This is how it is said now."
    write(rig, room.sounds, "/oo/")
    assert not room.here.isEnabled() and room.project.isEnabled()
    room.project.click()
    assert workspace.project.pronunciations and workspace.sketch is None
    workspace.conversions.convert()
    rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
    assert letters(rig, 0) == ["o", "o"] and not workspace.as_read(workspace.stage).is_stale(workspace.manifest)


def test_the_sketch_is_marked_as_older_where_it_is_not_read_again_at_once(
    tune: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, window = tune.studio.workspace, tune.studio.window
    monkeypatch.setattr("intermezzo.ui.conversions._SOON_READ", 5)
    entry = Entry("lu", "en", "/o/")
    workspace.change("Say", lambda p: replace(p, pronunciations=(entry,)))
    assert window.source.convert.isVisible() and not workspace.conversions._later.isActive()
    assert window.source._why.text() == "Pronunciations changed"
    workspace.change("Say", lambda p: replace(p, pronunciations=(Entry("absent", "en", "/o/"),)))
    assert not window.source.convert.isVisible()  # a word that the text does not have changes nothing


def test_the_room_adds_changes_searches_deletes_and_puts_back(tune: Rig, room: DictionaryRoom) -> None:
    book = tune.studio.workspace.wordbook
    assert room.pages.currentWidget() is room.empty and not room.send.isEnabled()
    room.empty.button.click()
    assert not room.form.sounds.listen.isEnabled()
    QTest.keyClicks(room.form.word, "lu")
    tune.until(lambda: room.form.sounds.field.text() == "/xu/")  # how it is said now, to begin with
    QTest.keyClicks(room.form.word, "l")
    tune.until(lambda: room.form.sounds.field.text() == "/xux/")
    QTest.keyClick(room.form.word, Qt.Key.Key_Backspace)
    assert not room.form.save.isEnabled()
    write(tune, room.form.sounds, "/oe/")
    room.form.save.click()
    assert book.own == (Entry("lu", "en", "/oe/"),) and room.line.text() == "1 word"
    assert not room.form.save.isEnabled() and room.form.before == book.own[0]
    QTest.keyClick(room, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(room.form.word, "Anna")
    write(tune, room.form.sounds, "a-nna")
    QTest.keyClick(room.form.sounds.field, Qt.Key.Key_Return)
    assert [e.word for e in room.table.entries.rows] == ["Anna", "lu"]
    room.search.edit.setText("OE")
    assert [e.word for e in room.table.entries.rows] == ["lu"]
    room.search.edit.setText("zz")
    assert room.pages.currentWidget() is room.nothing
    room.search.edit.clear()
    room.table.setCurrentIndex(room.table.entries.index(1, 0))
    assert room.form.word.text() == "lu"
    room.form.word.setText("li")
    room.form.word.textEdited.emit("li")
    tune.until(room.form.save.isEnabled)
    room.form.save.click()
    assert [e.word for e in book.own] == ["Anna", "li"]  # the entry was renamed, not copied
    QTest.keyClick(room.table, Qt.Key.Key_Delete)
    assert [e.word for e in book.own] == ["Anna"] and room.line.text() == "li was taken out"
    room.put_back.click()
    assert [e.word for e in book.own] == ["Anna", "li"] and not room.put_back.isVisible()
    book.close()


def test_the_project_has_a_list_of_its_own_that_undo_takes_back(tune: Rig, room: DictionaryRoom) -> None:
    workspace = tune.studio.workspace
    room.open_project()
    QTest.keyClicks(room.form.word, "lu")
    write(tune, room.form.sounds, "/o/")
    room.form.save.click()
    assert workspace.project.pronunciations == (Entry("lu", "en", "/o/"),) and workspace.wordbook.own == ()
    read_again(tune)
    workspace.undo()
    workspace.undo()
    assert workspace.project.pronunciations == () and room.pages.currentWidget() is room.empty


def test_lists_come_from_files_and_go_into_files(tune: Rig, room: DictionaryRoom, tmp_path: Path) -> None:
    book = tune.studio.workspace.wordbook
    book.put(Entry("lu", "en", "/o/"))
    (tmp_path / "in.txt").write_text("lu\ten\t/e/\nla\ten\t/i/\n", encoding="utf-8")
    tune.answers.opens.append(tmp_path / "in.txt")
    room.take_in.click()
    tune.until(lambda: room.line.text() == "in.txt: 1 new, 1 in the place of others")
    assert {e.word: e.sounds for e in book.own} == {"lu": "/e/", "la": "/i/"}
    tune.answers.saves.append((tmp_path / "out", ""))
    room.send.click()
    tune.until(lambda: room.line.text() == "2 words in out.txt")
    assert "la\ten\t/i/" in (tmp_path / "out.txt").read_text(encoding="utf-8")
    (tmp_path / "bad.txt").write_text("one two\n", encoding="utf-8")
    tune.answers.opens.append(tmp_path / "bad.txt")
    room.take_in.click()
    tune.until(lambda: room.line.text().startswith("bad.txt, line 1:"))
    assert len(book.own) == 2
    book.close()


def test_changes_of_another_window_are_not_lost(tune: Rig, own_folder: Path) -> None:
    book = tune.studio.workspace.wordbook
    own_folder.mkdir(exist_ok=True)
    (own_folder / "pronunciations.txt").write_text("other\ten\t/o/\n", encoding="utf-8")
    book.put(Entry("lu", "en", "/o/"))
    book.put(Entry("la", "en", "/o/"))
    assert [e.word for e in book.own] == ["lu", "la"]
    tune.until(lambda: {e.word for e in book.own} == {"other", "lu", "la"})
    (own_folder / "pronunciations.txt").write_text("spoilt\n", encoding="utf-8")
    told = []
    tune.studio.workspace.told.connect(lambda level, line: told.append((level, line)))
    book.put(Entry("li", "en", "/o/"))
    tune.until(lambda: bool(told))
    assert told[0][0] == "error" and "line 1" in told[0][1]
    assert (own_folder / "pronunciations.txt").read_text(encoding="utf-8") == "spoilt\n"
