"""Making something from recordings in the window: the folder is looked into, one is made beside the work, and used."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from intermezzo.core.media import Audio
from intermezzo.storage import places
from intermezzo.storage.audio_files import AudioEncoding, write_audio
from intermezzo.ui.panels.trained_row import TrainedRow
from intermezzo.ui.training.card import TrainedCard
from intermezzo.ui.training.figures import gain_lines, left_out_line
from intermezzo.ui.training.room import TrainingRoom
from intermezzo.ui.widgets.text_field import TextField

from .conftest import Rig

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user data folder of its own."""
    monkeypatch.setattr(places.platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data" / "trained" / "mock"


@pytest.fixture
def hums(tmp_path: Path) -> Path:
    """A folder with one hummed recording of 330 Hz."""
    folder = tmp_path / "My hums"
    folder.mkdir()
    tone = 0.5 * np.sin(2 * np.pi * 330.0 * np.arange(16_000) / 16_000)
    write_audio(folder / "a.wav", Audio(tone[None].astype(np.float32), 16_000), AudioEncoding.WAV_16)
    return folder


@pytest.fixture
def open_room(rig: Rig) -> Callable[[], TrainingRoom]:
    def open_() -> TrainingRoom:
        rig.studio.window.book["train"].trigger()
        room = next(w for w in QApplication.topLevelWidgets() if isinstance(w, TrainingRoom) and w.isVisible())
        rig.settle()
        return room

    return open_


def patiently(rig: Rig, test: Callable[[], bool]) -> None:
    """Wait for a process of its own, which takes its time to start on a busy machine."""
    rig.qtbot.waitUntil(test, timeout=200_000)


def press(rig: Rig, button: QAbstractButton) -> None:
    """Press a button as soon as it is laid out: cards are made anew whenever the list changes."""
    rig.until(button.isVisible)
    button.click()


def ready(rig: Rig, room: TrainingRoom, folder: Path) -> None:
    room.take_folder(folder)
    assert not room.form.start.isEnabled()
    patiently(rig, room.form.start.isEnabled)


def test_one_is_made_used_and_taken_back_in_one_step(
    rig: Rig, open_room: Callable[[], TrainingRoom], hums: Path, data_folder: Path
) -> None:
    rig.converted()
    workspace, window = rig.studio.workspace, rig.studio.window
    assert window.book["train"].text() == "Make a tune from my recordings…"
    room = open_room()
    ready(rig, room, hums)
    assert room.form.found.text() == "1 recording"
    name = room.form.rows["name"].findChild(TextField)
    assert name.placeholderText() == "My hums"
    name.setText("Higher")
    QTest.mouseClick(room.form.start, LEFT)
    assert window.training.is_running and not room.form.start.isVisible() and room.form.cancel.isVisible()
    assert workspace.stage.params.get("tune", "") == ""
    patiently(rig, lambda: not window.training.is_running)
    folder = data_folder / "higher"
    assert workspace.stage.params["tune"] == str(folder)
    assert workspace.history.undo_label == "Own tune Higher"
    assert room.form.result.text() == "Higher is ready"
    assert room.form.result_more.text().startswith("Tonic: 196.00 → 3")
    row = window.parameters.row("tune")
    assert isinstance(row, TrainedRow) and row.combo.currentText() == "Higher"
    rig.until(lambda: not workspace.conversions.is_running and not workspace.stage.is_stale(workspace.manifest))
    assert workspace.sketch.made.params["tune"] == str(folder)
    card = room.cards()[0]
    assert card.name.text() == "Higher" and card.use.text() == "In use"


def test_cancel_keeps_nothing_and_esc_does_not_cancel(
    rig: Rig, open_room: Callable[[], TrainingRoom], hums: Path, data_folder: Path
) -> None:
    rig.converted()
    window = rig.studio.window
    room = open_room()
    ready(rig, room, hums)
    room.form.values["rounds"] = 1_000_000
    QTest.mouseClick(room.form.start, LEFT)
    patiently(rig, lambda: window.training.work.what == "Listening")
    assert "Listening" in window.status.work.text() and not window.status.cancel.isVisible()
    window.cancel()
    window.close()
    assert window.training.is_running and window.isVisible() and rig.answers.asked == ["stop My hums"]
    QTest.mouseClick(room.form.cancel, LEFT)
    assert not window.training.is_running and list(data_folder.iterdir()) == []
    assert room.form.start.isVisible() and not window.status.work.isVisible()


def test_a_folder_without_recordings_says_so(rig: Rig, open_room: Callable[[], TrainingRoom], tmp_path: Path) -> None:
    rig.converted()
    room = open_room()
    (tmp_path / "empty").mkdir()
    room.take_folder(tmp_path / "empty")
    patiently(rig, lambda: "holds no recordings" in room.form.advice.text())
    assert not room.form.start.isEnabled()


def test_the_list_renames_deletes_exports_and_imports(
    rig: Rig, open_room: Callable[[], TrainingRoom], data_folder: Path, tmp_path: Path
) -> None:
    rig.converted()
    (data_folder / "one").mkdir(parents=True)
    (data_folder / "one" / "hum.json").write_text('{"name": "One", "tonic_hz": 330.0, "figures": {}}')
    room = open_room()
    shown: Callable[[], list[str]] = lambda: [card.name.text() for card in room.cards()]  # noqa: E731
    rig.until(lambda: shown() == ["One"])
    card: TrainedCard = room.cards()[0]
    press(rig, card.use)
    assert rig.studio.workspace.stage.params["tune"] == str(data_folder / "one")
    card = room.cards()[0]
    press(rig, card.rename)
    card.field.setText("First")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    rig.until(lambda: shown() == ["First"])
    row = rig.studio.window.parameters.row("tune")
    assert isinstance(row, TrainedRow) and row.combo.currentText() == "First"
    rig.answers.saves.append((tmp_path / "first", ""))
    press(rig, room.cards()[0].export)
    rig.until(lambda: (tmp_path / "first.zip").exists() and not room._background.is_busy)
    card = room.cards()[0]
    press(rig, card.remove)
    assert (data_folder / "one").exists() and not card.sure.isHidden()
    press(rig, card.sure)
    rig.until(lambda: shown() == [])
    assert not (data_folder / "one").exists() and row.combo.currentText() == "one"  # a folder that is gone
    rig.answers.opens.append(tmp_path / "first.zip")
    press(rig, room.take_in)
    rig.until(lambda: shown() == ["First"])
    assert (data_folder / "first" / "hum.json").exists()


def test_the_row_offers_what_there_is_and_none(rig: Rig, data_folder: Path) -> None:
    for name in ("b", "a"):
        (data_folder / name).mkdir(parents=True)
        (data_folder / name / "hum.json").write_text(f'{{"name": "Tune {name}", "tonic_hz": 330.0}}')
    rig.converted()
    rig.studio.window.shelf.refresh()
    row = rig.studio.window.parameters.row("tune")
    assert isinstance(row, TrainedRow)
    assert [row.combo.itemText(k) for k in range(row.combo.count())] == ["None", "Tune a", "Tune b"]
    row.combo.activated.emit(2)
    assert rig.studio.workspace.stage.params["tune"] == str(data_folder / "b")
    assert rig.studio.workspace.history.undo_label == "Own tune Tune b"
    rig.studio.workspace.undo()
    assert row.combo.currentText() == "None"


def test_gains_are_told_with_their_units_and_nothing_is_made_up() -> None:
    figures = {
        "recorded_s": 61.0, "converter_loss_before": 3.25, "converter_loss_after": 2.5,
        "renderer_mel_error_before_db": 5.5, "renderer_mel_error_after_db": 4.75, "lonely_before_db": 1.0,
    }  # fmt: skip
    assert gain_lines(figures) == ["Converter loss: 3.25 → 2.50", "Renderer mel error: 5.50 → 4.75\u2009dB"]


def test_what_was_left_out_is_told_in_words() -> None:
    assert left_out_line({"left_out_without_speech": 6.0, "left_out_unreadable": 0.0, "recordings": 14.0}) == (
        "Left out: 6 without speech"
    )
    assert left_out_line({"recordings": 14.0, "left_out_unreadable": 0.0}) == ""
