"""What is kept for the person: recovered work, chosen keys and themes, recent files; and faults that do not end it."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.storage.places import recovery_folder
from intermezzo.storage.project_file import save_project
from intermezzo.storage.settings import load_preferences
from intermezzo.ui.app import _catch_all


def test_work_of_a_program_that_died_is_offered_and_opened_as_unsaved(rig) -> None:
    project = Project("Lost verse", (Stage("1", "builtin.mock", Text("Oho")),))
    path = recovery_folder() / "999999-1.intermezzo"
    save_project(project, path, notes={"file": None, "n_edits": 7})
    rig.studio.keep.start()
    window = rig.studio.window
    rig.until(lambda: len(window.notices.cards) == 1)
    assert "Lost verse: 7 edits" in window.notices.cards[0].accessibleName()
    window.notices.cards[0].remedy.click()
    rig.until(lambda: rig.studio.workspace.project.title == "Lost verse")
    assert rig.studio.document.is_edited
    assert not path.exists()


def test_a_saved_file_is_recent_and_the_palette_opens_it(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    rig.answers.saves.append((tmp_path / "remembered.intermezzo", ""))
    studio.document.save()
    rig.until(lambda: not studio.background.is_busy and tmp_path / "remembered.intermezzo" in studio.keep.recent())
    found = [e for e in studio.window.palette_._gather() if e.title == "remembered.intermezzo"]
    assert len(found) == 1
    studio.document.new()
    found[0].run()
    rig.until(lambda: studio.workspace.sketch is not None and not studio.workspace.conversions.is_running)


def test_another_key_works_at_once_is_taken_from_its_owner_and_kept(rig) -> None:
    studio = rig.converted().studio
    window, book = studio.window, studio.window.book
    book.set_keys("play", ("C",))
    assert book.keys_of("loop") == ()
    window.history.list.setFocus()
    QTest.keyClick(window.history.list, Qt.Key.Key_C)
    assert rig.player.playing
    assert dict(studio.choices.now.shortcuts) == {"play": "C", "loop": ""}
    studio.choices.close()
    assert load_preferences()[0].shortcuts == studio.choices.now.shortcuts
    book.reset_keys()
    assert book.keys_of("loop") == ("C",) and dict(studio.choices.now.shortcuts) == {}


def test_the_theme_of_the_menu_is_a_preference_and_changes_at_once(rig) -> None:
    studio = rig.converted().studio
    studio.window.book["theme_light"].trigger()
    assert studio.look.theme.name == "light" and studio.choices.now.theme == "light"
    studio.window.book["theme_dark"].trigger()
    assert studio.look.theme.name == "dark"


def test_a_fault_is_told_in_a_card_and_the_studio_goes_on(rig, monkeypatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: heard.append(args))
    _catch_all(rig.studio)
    try:
        raise ValueError("a lane is odd")
    except ValueError as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)
    assert len(heard) == 1
    cards = rig.studio.window.notices.cards
    assert len(cards) == 1 and "a lane is odd" in cards[0].accessibleName()
    assert cards[0].copy is not None
