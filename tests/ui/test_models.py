"""The page of local models: what lies there, who takes it and why not, adding by hand and by drop, an empty page."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from intermezzo.core.errors import ParamError
from intermezzo.core.models import add_model, added_models, forget_model, kind_of, local_models, name_of
from intermezzo.core.registry import discover
from intermezzo.ui.look import Look
from intermezzo.ui.models import ModelsRoom
from intermezzo.ui.models.card import ModelCard
from intermezzo.ui.models.found import FoundModel, Verdict, models_in, size_words
from intermezzo.ui.questions import Questions
from intermezzo.ui.widgets.tips import Tips

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 30_000


def checkpoint(path: Path, kind: str = "VQModel") -> Path:
    """Write a folder that a judge can read: one small tensor, whose file is whole."""
    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps({"_class_name": kind}))
    table = b'{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}'
    (path / "model.safetensors").write_bytes(len(table).to_bytes(8, "little") + table + b"\0")
    return path


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTERMEZZO_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


class Folders(Questions):
    """Answers with folders that a test puts in."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Path | None] = []

    def folder(self, title: str, start: Path | None) -> Path | None:
        return self.answers.pop(0)


Open = Callable[[], ModelsRoom]


@pytest.fixture
def opened(qtbot: QtBot, look: Look, models: Path) -> Open:
    """Open the page and wait for what the engines say."""

    def opened() -> ModelsRoom:
        room = ModelsRoom(look, discover(), Folders(), Tips(look), lambda: "cpu")
        qtbot.addWidget(room)
        with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
            room.show()
        return room

    return opened


def test_each_checkpoint_says_who_takes_it_and_why_others_do_not(models: Path, opened: Open) -> None:
    checkpoint(models / "a-bert", "BertModel")
    checkpoint(models / "pictures")
    room = opened()
    takes, fits_none = room.cards()
    assert (takes.model.name, takes.model.kind) == ("pictures", "VQModel")
    assert [v.manifest.task for v in takes.model.takers] == ["vq"] and len(takes.uses) == 1
    assert takes.reasons.isHidden() and "taken by VQ picture checkpoint" in takes.accessibleName()
    assert fits_none.model.name == "a-bert" and "no engine takes it" in fits_none.accessibleName()
    assert not fits_none.reasons.isHidden() and not fits_none.uses
    reasons = {v.manifest.task: v.reason for v in fits_none.model.refusals}
    assert reasons["kl"] == "it is a BertModel, not an AutoencoderKL" and {"vits", "dac", "encodec"} <= set(reasons)
    assert room.line.text() == "2 checkpoints · 1 can be used"
    takes.why.click()
    assert not takes.reasons.isHidden()


def test_an_empty_page_says_what_to_do(opened: Open) -> None:
    room = opened()
    assert room.empty.isVisible() and not room.cards() and room.line.text() == ""
    assert room.empty.button is not None and room.again.isEnabled()


def test_folders_are_added_by_button_and_drop_and_taken_off_again(
    qtbot: QtBot, models: Path, opened: Open, tmp_path: Path
) -> None:
    room = opened()
    far = checkpoint(tmp_path / "far")
    many = [checkpoint(tmp_path / "many" / name) for name in ("one", "two")]
    room._questions.answers = [far, None]
    with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
        room.add.click()
    assert [card.model.path for card in room.cards()] == [far] and room.line.text() == "1 folder added."
    room.add.click()  # a change of mind
    assert not room.is_looking
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "many")), QUrl.fromLocalFile(str(far / "config.json"))])
    drop = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
        room.dropEvent(drop)
    assert drop.isAccepted() and {card.model.path for card in room.cards()} == {far, *many}
    assert added_models() == [far, *many]
    card = next(card for card in room.cards() if card.model.path == far)
    with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
        card.forget.click()
    assert added_models() == many and (far / "config.json").is_file()
    assert room.line.text() == "far is off the list; its files stay where they are."


def test_what_is_no_checkpoint_is_said_in_one_line(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    room = opened()
    (tmp_path / "songs").mkdir()
    with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
        room.take([tmp_path / "songs"])
    assert room.line.text() == "songs is no checkpoint: it has no config.json and no model_index.json."
    assert room.empty.isVisible()


def test_one_that_is_gone_stays_on_the_page_until_it_is_taken_off(models: Path, opened: Open, tmp_path: Path) -> None:
    far = checkpoint(tmp_path / "far")
    add_model(far)
    far.rename(tmp_path / "moved")
    assert local_models() == []
    card = opened().cards()[0]
    assert card.model.gone and "gone" in card.accessibleName() and not card.forget.isHidden()
    assert card.folder.isHidden() and not card.uses


def test_keys_reach_everything(qtbot: QtBot, models: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint(models / "pictures")
    room = opened()
    with qtbot.waitSignal(room.looked, timeout=PATIENCE_MS):
        QTest.keyClick(room, Qt.Key.Key_F5)
    (card,) = room.cards()
    qtbot.waitUntil(card.folder.isVisible, timeout=PATIENCE_MS)
    reached, seen = room.focusWidget(), []
    for _ in range(20):
        QTest.keyClick(reached or room, Qt.Key.Key_Tab)
        reached = room.focusWidget()
        seen.append(reached)
    assert {room.add, room.folder, room.again, card.uses[0], card.why, card.folder} <= set(seen)
    used: list[tuple[str, str, str]] = []
    room.used.connect(lambda *told: used.append(told))
    card.uses[0].setFocus()
    QTest.keyClick(card.uses[0], Qt.Key.Key_Space)
    assert used == [("builtin.pretrained.vq", "checkpoint", "pictures")]
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()))
    card.folder.click()
    room.folder.click()
    assert urls == [str(models / "pictures"), str(models)]
    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert not room.isVisible()


def test_everything_has_a_name_and_buttons_say_what_they_are_for(models: Path, opened: Open) -> None:
    checkpoint(models / "pictures")
    room = opened()
    card = room.cards()[0]
    for button in (room.add, room.folder, room.again, *card.uses, card.why, card.folder, card.forget):
        assert button.accessibleName()
    assert card.why.accessibleName().endswith("pictures")


def test_an_engine_that_lacks_a_package_is_not_offered(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    manifest = discover().find("vq")
    param = next(p for p in manifest.params if p.kind == "folder")
    model = FoundModel("m", tmp_path, verdicts=(Verdict(manifest, param),))
    card = ModelCard(look, model, lambda _: "needs a package")
    qtbot.addWidget(card)
    assert card.uses == []


def test_what_only_the_renderer_asks_for_is_no_beginning() -> None:
    manifest = discover().find("fastspeech2")
    vocoder = next(p for p in manifest.params if p.stage == "render" and p.kind == "folder")
    assert not Verdict(manifest, vocoder).starts and Verdict(manifest, replace(vocoder, stage="convert")).starts


def test_engines_that_are_not_there_any_more_are_left_out(tmp_path: Path) -> None:
    entry = {"name": "m", "path": str(tmp_path), "kind": "", "bytes": 0, "elsewhere": False}
    document = {"checkpoints": [{**entry, "engines": {"gone.engine checkpoint": "", "x": "y"}}]}
    assert models_in(document, discover())[0].verdicts == ()
    assert [size_words(n) for n in (12, 1_500_000, 2_300_000_000)] == ["1\u2009kB", "1.5\u2009MB", "2.3\u2009GB"]


def test_the_list_of_folders_elsewhere_survives_nonsense(models: Path, tmp_path: Path) -> None:
    far = checkpoint(tmp_path / "far")
    models.mkdir()
    for nonsense in ("{", '{"a": 1}', "[1, null]", "[" * 100_000):
        (models / "elsewhere.json").write_text(nonsense)
        assert added_models() == []
    add_model(far)
    add_model(far)
    add_model(checkpoint(models / "inside"))
    assert added_models() == [far] and local_models() == [models / "inside", far]
    assert name_of(far) == str(far) and kind_of(far) == "VQModel" and kind_of(tmp_path) == ""
    forget_model(far)
    assert added_models() == []
    with pytest.raises(ParamError, match="There is no folder"):
        add_model(tmp_path / "nowhere")
    (models / "elsewhere.json").unlink()
    (models / "elsewhere.json").mkdir()
    with pytest.raises(ParamError, match="list of models cannot be written"):
        add_model(far)
