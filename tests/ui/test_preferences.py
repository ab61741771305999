"""Preferences: every control changes its preference at once, keys can be given away, and nothing foreign is deleted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from intermezzo.audio.devices import NoAudio, OutputDevice
from intermezzo.storage.settings import Preferences, load_preferences
from intermezzo.ui import compute_devices
from intermezzo.ui.about import AboutRoom
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import ACTIONS
from intermezzo.ui.background import Background
from intermezzo.ui.choices import Choices
from intermezzo.ui.compute_devices import ComputeDevice, best_device
from intermezzo.ui.look import Look
from intermezzo.ui.preferences import PreferencesRoom
from intermezzo.ui.preferences.saving import cleared, size_text, used_bytes
from intermezzo.ui.preferences.sound import tone
from intermezzo.ui.shortcuts_dialog import ShortcutsOverlay

LEFT = Qt.MouseButton.LeftButton
DEVICES = (
    ComputeDevice("cpu", "CPU", "Some processor, 8 threads"),
    ComputeDevice("cuda", "NVIDIA GPU", "H200"),
    ComputeDevice("mps", "Apple GPU", "", "Only on Macs with Apple silicon."),
)


class Host:
    device = "cpu"
    troubles: dict[str, str] = {}

    def forgive(self, engine: str) -> None:
        raise AssertionError("preferences forgive nobody")


class Player:
    """Two devices, one of which is plugged in later."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.played: list[np.ndarray] = []
        self.found = (OutputDevice("Speakers", 0, 2, 48000, True),)
        self.later = (*self.found, OutputDevice("Headphones", 1, 2, 48000, False))
        self.broken = False

    def devices(self, rescan: bool = False) -> tuple[OutputDevice, ...]:
        if self.broken:
            raise NoAudio("Sound is off: the PortAudio library is missing.")
        if rescan:
            self.found = self.later
        return self.found

    def audition(self, samples: np.ndarray, rate: int | None = None) -> int:
        self.played.append(samples)
        return 1


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def book(window: QMainWindow, look: Look) -> ActionBook:
    whens = {spec.when for spec in ACTIONS}
    return ActionBook(window, look, {s.id: lambda: None for s in ACTIONS}, {w: lambda: True for w in whens})


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.fixture
def choices(qapp: QApplication, tmp_path: Path) -> Iterator[Choices]:
    background = Background(qapp)
    choices = Choices(Preferences(cache_dir=str(tmp_path / "cache")), background, tmp_path)
    yield choices
    choices.close()
    background.wait()


@pytest.fixture
def room(qtbot: QtBot, look: Look, choices: Choices, book: ActionBook, player: Player) -> PreferencesRoom:
    room = PreferencesRoom(look, choices, book, Host, player, devices=DEVICES)
    book.keys_changed.connect(
        lambda: choices.change(shortcuts={a: " ".join(k) for a, k in book.changed_keys().items()})
    )
    qtbot.addWidget(room)
    with qtbot.waitExposed(room):
        room.show()
    return room


def pick(combo: QWidget, index: int) -> None:
    """Choose like a person does: the list closes on an item."""
    combo.setCurrentIndex(index)  # type: ignore[attr-defined]
    combo.activated.emit(index)  # type: ignore[attr-defined]


def test_pages_are_chosen_from_the_list(room: PreferencesRoom, qtbot: QtBot) -> None:
    for row, page in zip(
        room.rows, (room.appearance, room.computing, room.sound, room.saving, room.shortcuts), strict=True
    ):
        qtbot.mouseClick(row, LEFT)
        assert room.stack.currentWidget() is page and row.isChecked()


def test_a_change_applies_at_once_and_is_kept(
    room: PreferencesRoom, choices: Choices, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(choices.changed) as changed:
        qtbot.mouseClick(room.appearance.motion, LEFT)
    assert changed.args[1].reduce_motion is True
    room.appearance.theme.setFocus()
    qtbot.keyClick(room.appearance.theme, Qt.Key.Key_Right)
    assert choices.now.theme == "dark"
    choices.close()
    assert load_preferences(tmp_path)[0] == choices.now


def test_what_was_chosen_elsewhere_is_shown(room: PreferencesRoom, choices: Choices) -> None:
    choices.change(theme="light", hear_edits=False, level_db=-6.0)
    assert room.appearance.theme.index() == 2
    assert not room.sound.hear.isChecked()
    assert room.sound.level.number() == -6.0


def test_devices_say_what_they_are_and_why_they_cannot_be_used(room: PreferencesRoom, choices: Choices) -> None:
    combo = room.computing.device
    assert combo.itemText(0) == "Automatic: NVIDIA GPU"
    enabled = [bool(combo.model().flags(combo.model().index(k, 0)) & Qt.ItemFlag.ItemIsEnabled) for k in range(4)]
    assert enabled == [True, True, True, False]
    assert room.computing._states["cpu"].text() == "in use"
    assert room.computing._states["mps"].text() == "Only on Macs with Apple silicon."
    pick(combo, 2)
    assert choices.now.device == "cuda"
    pick(room.computing.threads, 1)
    assert choices.now.threads == 1


def test_a_device_that_is_gone_falls_back_to_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute_devices, "compute_devices", lambda: DEVICES)
    assert compute_devices.device_for("auto") == "cuda"
    assert compute_devices.device_for("cuda") == "cuda"
    assert compute_devices.device_for("mps") == "cpu"
    assert best_device((DEVICES[0], replace(DEVICES[1], reason="no driver"), DEVICES[2])) == "cpu"


def test_this_machine_has_a_processor_with_a_name() -> None:
    cpu = compute_devices.compute_devices()[0]
    assert cpu.id == "cpu" and not cpu.reason and "thread" in cpu.what


def test_cards_are_read_from_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tmp_path / "0000:01:00.0"
    card.mkdir()
    (card / "information").write_text("Model: \t NVIDIA H200\nIRQ:   \t 77\n")
    monkeypatch.setattr(compute_devices, "_PROC_CARDS", tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    assert compute_devices.cuda_cards() == ("NVIDIA H200",)


def test_looking_again_finds_a_device_plugged_in_since(room: PreferencesRoom, choices: Choices, qtbot: QtBot) -> None:
    sound = room.sound
    assert [sound.device.itemText(k) for k in range(sound.device.count())] == ["As the system: Speakers", "Speakers"]
    qtbot.mouseClick(sound.rescan, LEFT)
    assert sound.device.itemText(2) == "Headphones"
    pick(sound.device, 2)
    assert choices.now.audio_device == "Headphones"


def test_a_chosen_device_that_is_unplugged_stays_chosen(room: PreferencesRoom, player: Player, qtbot: QtBot) -> None:
    qtbot.mouseClick(room.sound.rescan, LEFT)
    pick(room.sound.device, 2)
    player.found = player.later = player.found[:1]
    qtbot.mouseClick(room.sound.rescan, LEFT)
    assert room.sound.device.currentText() == "Headphones (not plugged in)"


def test_the_test_tone_is_played_and_is_soft(room: PreferencesRoom, player: Player, qtbot: QtBot) -> None:
    room.show_page("sound")
    qtbot.mouseClick(room.sound.test, LEFT)
    (samples,) = player.played
    assert samples.dtype == np.float32 and len(samples) == 43200
    assert np.abs(samples).max() < 0.25
    assert abs(samples[0]) < 1e-6 and abs(samples[-1]) < 1e-3
    spectrum = np.abs(np.fft.rfft(tone(1.0)))
    assert spectrum.argmax() == 440


def test_without_sound_the_page_says_why(room: PreferencesRoom, player: Player) -> None:
    player.broken = True
    room.sound.show_devices()
    assert not room.sound.test.isEnabled()
    assert "PortAudio" in room.sound._device_row.help.text()


def test_emptying_the_cache_deletes_only_what_the_cache_wrote(
    room: PreferencesRoom, choices: Choices, qtbot: QtBot
) -> None:
    folder = Path(choices.now.cache_dir)
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "1.array").write_bytes(bytes(3000))
    (folder / "holiday.jpg").write_bytes(bytes(100))
    assert used_bytes(folder) == 3000
    room.show_page("saving")
    qtbot.waitUntil(lambda: room.saving._used_row.help.text() == "3\u2009kB")
    qtbot.mouseClick(room.saving.clear, LEFT)
    assert room.saving._used_row.help.text() == "3\u2009kB are free now."
    assert used_bytes(folder) == 0
    assert (folder / "holiday.jpg").exists()
    assert cleared(folder) == 0


def test_the_cache_can_move_and_come_home(room: PreferencesRoom, choices: Choices, tmp_path: Path) -> None:
    room.saving._choose_folder = lambda parent, now: str(tmp_path / "elsewhere")
    room.show_page("saving")
    room.saving.change.click()
    assert choices.now.cache_dir == str(tmp_path / "elsewhere")
    assert str(tmp_path / "elsewhere") in room.saving._folder_row.help.text()
    room.saving._choose_folder = lambda parent, now: None
    room.saving.change.click()
    assert choices.now.cache_dir == str(tmp_path / "elsewhere"), "cancelled"
    room.saving.usual.click()
    assert choices.now.cache_dir == ""


def test_autosave_offers_at_most_half_a_minute(room: PreferencesRoom, choices: Choices) -> None:
    combo = room.saving.autosave
    assert combo.itemText(combo.count() - 1) == "30\u2009s"
    pick(combo, 0)
    assert choices.now.autosave_s == 5.0


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(0, "0\u2009bytes"), (999, "999\u2009bytes"), (64e6, "64\u2009MB"), (2.5e9, "2.5\u2009GB")]
)
def test_sizes_are_written_as_people_read_them(n_bytes: float, text: str) -> None:
    assert size_text(n_bytes) == text


# Shortcuts


def test_a_key_is_taken_by_pressing_it(room: PreferencesRoom, book: ActionBook, choices: Choices, qtbot: QtBot) -> None:
    room.show_page("shortcuts")
    field = room.shortcuts.rows["mute"].field
    qtbot.mouseClick(field, LEFT)
    assert field.is_waiting()
    qtbot.keyClick(field, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert not field.is_waiting()
    assert book.keys_of("mute") == ("Ctrl+M",)
    assert dict(choices.now.shortcuts) == {"mute": "Ctrl+M"}


def test_a_key_that_another_action_has_is_asked_for(room: PreferencesRoom, book: ActionBook, qtbot: QtBot) -> None:
    room.show_page("shortcuts")
    row = room.shortcuts.rows["mute"]
    qtbot.mouseClick(row.field, LEFT)
    qtbot.keyClick(row.field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert row.conflict.text() == "Ctrl+E belongs to Export sound"
    assert book.keys_of("mute") == () and book.keys_of("export") == ("Ctrl+E",)
    qtbot.mouseClick(row.leave, LEFT)
    assert not row.conflict.isVisible()
    qtbot.mouseClick(row.field, LEFT)
    qtbot.keyClick(row.field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(row.take, LEFT)
    assert book.keys_of("mute") == ("Ctrl+E",) and book.keys_of("export") == ()


def test_escape_changes_nothing_backspace_takes_keys_away_and_reset_brings_them_back(
    room: PreferencesRoom, book: ActionBook, qtbot: QtBot
) -> None:
    room.show_page("shortcuts")
    row = room.shortcuts.rows["tool_paint"]
    qtbot.mouseClick(row.field, LEFT)
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert book.keys_of("tool_paint") == ("B",) and room.isVisible()
    qtbot.mouseClick(row.field, LEFT)
    qtbot.keyClick(row.field, Qt.Key.Key_Backspace)
    assert book.keys_of("tool_paint") == ()
    assert row.back.isVisible() and room.shortcuts.reset_all.isEnabled()
    qtbot.mouseClick(row.back, LEFT)
    assert book.keys_of("tool_paint") == ("B",)
    assert not room.shortcuts.reset_all.isEnabled()


def test_tab_and_signs_can_be_keys_too(room: PreferencesRoom, book: ActionBook, qtbot: QtBot) -> None:
    room.show_page("shortcuts")
    field = room.shortcuts.rows["mute"].field
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClick(field, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    assert field.is_waiting(), "a modifier alone is no key"
    qtbot.keyPress(field, "!", Qt.KeyboardModifier.ShiftModifier)
    assert book.keys_of("mute") == ("!",)


def test_the_search_finds_actions_by_name_and_by_key(room: PreferencesRoom, qtbot: QtBot) -> None:
    room.show_page("shortcuts")
    qtbot.keyClicks(room.shortcuts.search.edit, "ctrl+k")
    assert [a for a, row in room.shortcuts.rows.items() if row.isVisible()] == ["palette"]
    room.shortcuts.search.edit.setText("vibrato")
    assert [a for a, row in room.shortcuts.rows.items() if row.isVisible()] == ["vibrato"]


# The sheet of all keys, and about


def test_the_sheet_shows_keys_as_they_are_and_escape_takes_it_away(qtbot: QtBot, look: Look, book: ActionBook) -> None:
    window = book.parent()
    assert isinstance(window, QMainWindow)
    window.resize(1200, 800)
    with qtbot.waitExposed(window):
        window.show()
    sheet = ShortcutsOverlay(look, book, window)
    sheet.open()
    assert sheet.isVisible() and sheet.geometry() == window.rect()
    rows = dict(row for _, group in sheet.groups() for row in group)
    assert rows["Export sound"] == ("Ctrl+E",)
    assert len(rows["Convert"]) == 1, "Return and Enter read alike"
    book.set_keys("export", ("Ctrl+Alt+E",))
    assert dict(row for _, group in sheet.groups() for row in group)["Export sound"] == ("Ctrl+Alt+E",)
    window.resize(1300, 820)
    assert sheet.geometry() == window.rect()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    sheet.open()
    qtbot.mouseClick(sheet, LEFT, pos=QPoint(5, 5))
    assert not sheet.isVisible()


def test_about_tells_the_version_and_copies_the_report(qtbot: QtBot, look: Look) -> None:
    from intermezzo import __version__
    from intermezzo.core.registry import discover

    room = AboutRoom(look, discover())
    qtbot.addWidget(room)
    room.show()
    assert any(w.accessibleName() == f"Intermezzo {__version__}" for w in room.findChildren(QWidget))
    qtbot.mouseClick(room.copy, LEFT)
    assert __version__ in QApplication.clipboard().text()


def test_all_controls_have_names(room: PreferencesRoom) -> None:
    nameless = []
    for row in room.rows:
        room.show_page(row.name)
        nameless += [
            w for w in room.findChildren(QWidget)
            if w.isVisible() and w.focusPolicy() != Qt.FocusPolicy.NoFocus and not w.accessibleName() and w is not room
        ]  # fmt: skip
    assert nameless == []


def test_the_recipe_in_exported_sound_can_be_switched_off(
    room: PreferencesRoom, choices: Choices, qtbot: QtBot
) -> None:
    assert choices.now.recipe and room.saving.recipe.isChecked()
    room.show_page("saving")
    qtbot.mouseClick(room.saving.recipe, LEFT)
    assert not choices.now.recipe
    choices.change(recipe=True)
    assert room.saving.recipe.isChecked()
