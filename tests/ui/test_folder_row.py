"""The row for a checkpoint: what lies in the models folder now, any other folder, and no engine code in the window."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from intermezzo.core.models import MODELS_VARIABLE
from intermezzo.ui.look import Look
from intermezzo.ui.panels.folder_row import FolderRow
from intermezzo.ui.widgets.combo import Combo


class Asked:
    """Answers the question for a folder, and keeps what was asked."""

    def __init__(self) -> None:
        self.answer, self.began_in = "", []

    def __call__(self, parent: object, title: str, begin: str) -> str:
        self.began_in.append(begin)
        return self.answer


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv(MODELS_VARIABLE, str(folder))
    return folder


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def row(qtbot: QtBot, look: Look, models: Path, asked: Asked) -> FolderRow:
    row = FolderRow(look, "Checkpoint", ask=asked)
    qtbot.addWidget(row)
    return row


def offered(row: FolderRow) -> list[str]:
    return [row.combo.itemText(i) for i in range(row.combo.count())]


def pick(row: FolderRow, text: str) -> None:
    index = offered(row).index(text)
    row.combo.setCurrentIndex(index)
    row.combo.activated.emit(index)


def test_a_checkpoint_that_was_put_into_the_folder_is_offered_when_the_list_opens(
    row: FolderRow, models: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Combo, "showPopup", lambda combo: None)  # the offscreen platform has no popups
    assert offered(row) == ["First that fits", "Choose a folder…"]
    for name in ("voice", "no-checkpoint"):
        (models / name).mkdir(parents=True)
    (models / "voice" / "config.json").write_text("{}")
    row.combo.showPopup()
    assert offered(row) == ["First that fits", "voice", "Choose a folder…"]
    with qtbot.waitSignal(row.chosen) as told:
        pick(row, "voice")
    assert told.args == ["voice"]
    with qtbot.waitSignal(row.chosen) as told:
        pick(row, "First that fits")
    assert told.args == [""]


def test_a_folder_elsewhere_keeps_its_path_and_one_in_the_models_folder_its_name(
    row: FolderRow, models: Path, asked: Asked, tmp_path: Path, qtbot: QtBot
) -> None:
    asked.answer = str(tmp_path / "other" / "voice")
    with qtbot.waitSignal(row.chosen) as told:
        pick(row, "Choose a folder…")
    assert told.args == [asked.answer] and asked.began_in == [str(models)]
    assert row.combo.currentText() == "voice" and row.combo.accessibleDescription() == asked.answer
    asked.answer = str(models / "mine")
    with qtbot.waitSignal(row.chosen) as told:
        pick(row, "Choose a folder…")
    assert told.args == ["mine"] and asked.began_in[-1] == str(tmp_path / "other" / "voice")


def test_closing_the_question_changes_nothing(row: FolderRow, asked: Asked) -> None:
    row.set_value("/elsewhere/voice")
    told: list[str] = []
    row.chosen.connect(told.append)
    pick(row, "Choose a folder…")
    assert told == ["/elsewhere/voice"] and row.combo.currentText() == "voice"
