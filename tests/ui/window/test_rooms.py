"""The rooms around the editor, as the window opens and wires them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.project import Project
from intermezzo.ui.about import AboutRoom
from intermezzo.ui.help import HelpRoom
from intermezzo.ui.log_viewer import LogViewer
from intermezzo.ui.plugins_panel import PluginsPanel
from intermezzo.ui.preferences import PreferencesRoom
from intermezzo.ui.shortcuts_dialog import ShortcutsOverlay
from intermezzo.ui.welcome import WelcomePage

LEFT = Qt.MouseButton.LeftButton


def room_of(rig, kind):
    """Return the room of a class that the window has made."""
    found = rig.studio.window.findChildren(kind)
    assert len(found) == 1
    return found[0]


@pytest.fixture(autouse=True)
def _rooms_closed(rig):
    rig.player.devices = lambda rescan=False: ()
    yield
    for kind in (PreferencesRoom, PluginsPanel, LogViewer, HelpRoom, AboutRoom):
        for room in rig.studio.window.findChildren(kind):
            room.close()


def test_the_welcome_page_has_its_own_status_line_and_no_export(rig) -> None:
    window = rig.studio.window
    window.show_welcome()
    page = room_of(rig, WelcomePage)
    assert window.body.currentWidget() is page
    assert not window.status.isVisible() and not window.top_bar.export.isVisible()
    assert window.top_bar.settings.isVisible() and window.windowTitle() == "Intermezzo[*]"
    rig.studio.workspace.tell("warn", "Something to know.")
    assert page.status.note.text() == "Something to know."
    QTest.mouseClick(page.side.new, LEFT)
    assert window.body.currentWidget() is window.splitter
    assert window.status.isVisible() and window.top_bar.export.isVisible()


def test_what_is_saved_comes_back_on_the_welcome_page_and_opens_from_there(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    path = tmp_path / "tune.intermezzo"
    rig.answers.saves.append((path, ""))
    studio.document.save()
    rig.until(path.exists)
    rig.until(lambda: path in studio.keep.recent())
    studio.workspace.open(Project("Other"), saved=True)
    studio.window.show_welcome()
    page = room_of(rig, WelcomePage)
    row = next(r for r in page.side.rows() if r.recent.path == path)
    assert row.recent.kept is not None
    QTest.mouseClick(row, LEFT)
    rig.until(lambda: studio.workspace.sketch is not None and not studio.workspace.conversions.is_running)
    assert studio.window.body.currentWidget() is studio.window.splitter


def test_an_example_opens_converted(rig) -> None:
    window, workspace = rig.studio.window, rig.studio.workspace
    window.show_welcome()
    example = workspace.registry.engines["builtin.mock"].examples[1]
    room_of(rig, WelcomePage).example_chosen.emit("builtin.mock", example)
    rig.until(lambda: not workspace.conversions.is_running and not workspace.output.stale.any())
    assert workspace.project.title == example.title
    assert dict(workspace.stage.params) == dict(example.params)
    assert window.body.currentWidget() is window.splitter
    assert workspace.view.stop_s >= workspace.sketch.duration_s, "all of it is in view"


def test_question_mark_shows_all_keys_and_takes_them_away(rig) -> None:
    window = rig.converted().studio.window
    window.timeline.setFocus()
    QTest.keyClicks(window.timeline, "?")
    sheet = room_of(rig, ShortcutsOverlay)
    assert sheet.isVisible() and sheet.hasFocus()
    QTest.keyClicks(sheet, "b")
    assert rig.studio.workspace.tool == "select", "keys belong to the sheet"
    QTest.keyClicks(sheet, "?")
    assert not sheet.isVisible()
    assert window.timeline.isAncestorOf(QApplication.focusWidget()) or window.timeline.hasFocus()


@pytest.mark.parametrize(
    ("part", "page"), [("strip", "tools"), ("promises", "promises"), ("timeline", "tools"), ("source", "tour")]
)
def test_f1_opens_the_page_of_what_has_the_focus(rig, part: str, page: str) -> None:
    window = rig.converted().studio.window
    widget = getattr(window, part)
    focused = widget if widget.focusPolicy() != Qt.FocusPolicy.NoFocus else _first_inside(widget)
    focused.setFocus(Qt.FocusReason.TabFocusReason)
    window.rooms.help()
    assert room_of(rig, HelpRoom).page == page


def _first_inside(widget):
    inside = widget.nextInFocusChain()
    while not (widget.isAncestorOf(inside) and inside.isVisible() and inside.focusPolicy() & Qt.FocusPolicy.TabFocus):
        inside = inside.nextInFocusChain()
    return inside


def test_preferences_act_at_once(rig) -> None:
    window, look = rig.studio.window, rig.studio.look
    window.rooms.preferences()
    room = room_of(rig, PreferencesRoom)
    room.appearance.theme.setFocus()
    QTest.keyClick(room.appearance.theme, Qt.Key.Key_Right)
    assert look.theme.name == "light"
    room.sound.hear.click()
    assert rig.studio.workspace.hear_edits is False
    room.show_page("shortcuts")
    field = room.shortcuts.rows["mute"].field
    QTest.mouseClick(field, LEFT)
    QTest.keyClick(field, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.book["mute"].shortcut().toString() == "Ctrl+M"
    assert dict(rig.studio.choices.now.shortcuts) == {"mute": "Ctrl+M"}
    look.choose("dark")


def test_every_room_opens_from_its_action_and_closes_with_escape(rig) -> None:
    window = rig.studio.window
    for action, kind in (
        ("preferences", PreferencesRoom), ("plugins", PluginsPanel), ("log", LogViewer), ("tour", HelpRoom),
        ("about", AboutRoom),
    ):  # fmt: skip
        window.book[action].trigger()
        room = room_of(rig, kind)
        assert room.isVisible()
        QTest.keyClick(room, Qt.Key.Key_Escape)
        assert not room.isVisible(), action


def test_the_plugins_panel_tries_an_engine_on_the_real_host(rig) -> None:
    rig.studio.window.rooms.plugins()
    panel = room_of(rig, PluginsPanel)
    heard = []
    panel.changed.connect(lambda: heard.append(panel.line.text()))
    panel._try("builtin.mock")
    rig.until(lambda: bool(heard))
    assert heard == ["Mock hum works."]


def test_the_limits_of_undo_and_cache_reach_those_who_keep_them(rig, monkeypatch) -> None:
    studio = rig.studio
    studio.choices.change(history_mb=128, autosave_s=5.0)
    assert studio.keep._autosave.interval_s == 5.0
    assert studio.workspace.history.max_bytes == 128_000_000
    studio.workspace.open(Project("Next"), saved=True)
    assert studio.workspace.history.max_bytes == 128_000_000, "for the next document, too"
    made = []
    monkeypatch.setattr("intermezzo.ui.app.EngineHost", lambda **given: made.append(given) or studio.workspace.host)
    monkeypatch.setattr(type(studio.workspace.host), "start", lambda self: None, raising=False)
    studio.choices.change(cache_mb=256)
    assert made[0]["limits"].cache_mb == 256
