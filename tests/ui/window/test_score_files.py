"""Scores in the window: opened, dropped and imported they become the source of a melody stage; parts can be changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn_analyser import MANIFEST
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from tests.ui.window.conftest import Rig
from warm_host import warm_host

from intermezzo.core.media import Melody, Text
from intermezzo.core.registry import Registry
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.project_file import load_project
from intermezzo.storage.scores.formats import read_score
from intermezzo.storage.scores.papers import PAPERS
from intermezzo.ui.export_dialog import formats_beside
from intermezzo.ui.panels.tune_card import lines_of
from intermezzo.ui.questions import ScoreFiles
from intermezzo.ui.score.score_export_dialog import ScoreExportDialog

SONG = """X:1
T:Night song
M:3/4
L:1/4
V:S name="Soprano"
V:A name="Alto"
K:G
[V:S] G A B | c3 | B A G | G3 |]
w: Now let us sing, And so we sleep.
w: Then we shall wake, And day is here.
[V:A] D D D | E3 | D D D | D3 |]
"""


@pytest.fixture(scope="module")
def registry(registry: Registry) -> Registry:
    return Registry({**registry.engines, MANIFEST.id: MANIFEST}, registry.sketch_types, registry.broken)


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, MANIFEST.id)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "night.abc"
    path.write_text(SONG, encoding="utf-8")
    return path


def settled(rig: Rig) -> Melody:
    """Wait for the sketch, and return the source of the stage in view."""
    workspace = rig.studio.workspace
    rig.until(
        lambda: workspace.stage is not None and isinstance(workspace.stage.source, Melody)
        and workspace.sketch is not None and not workspace.conversions.is_running
        and not rig.studio.background.is_busy
    )  # fmt: skip
    assert workspace.stage is not None and isinstance(workspace.stage.source, Melody)
    return workspace.stage.source


def test_a_score_opens_as_a_melody_whose_project_comes_back(rig: Rig, song: Path, tmp_path: Path) -> None:
    studio, card = rig.studio, rig.studio.window.source.tune
    studio.document.open(song)
    tune = settled(rig)
    assert studio.workspace.stage.engine == MANIFEST.id and studio.workspace.project.title == "Night song"
    assert studio.workspace.sketch.notes.values.tolist() == tune.notes.tolist()
    assert card.isVisible() and not studio.window.source.text.isVisible()
    assert card.words.text() == "Now let us sing,\nAnd so we sleep." and "2 verses" in card.about.text()
    assert studio.workspace.history.undo_label == "Analyse tune"
    rig.answers.saves.append((tmp_path / "night.intermezzo", ""))
    studio.window.book["save"].trigger()
    rig.until(lambda: (tmp_path / "night.intermezzo").exists() and not studio.background.is_busy)
    back = load_project(tmp_path / "night.intermezzo").stages[0]
    assert isinstance(back.source, Melody) and back.source.verses == tune.verses
    studio.document.open(tmp_path / "night.intermezzo")
    rig.until(lambda: studio.document.path == tmp_path / "night.intermezzo")
    assert not studio.workspace.stage.is_stale(MANIFEST)


def test_another_part_of_a_score_can_be_taken_in_its_place(rig: Rig, song: Path) -> None:
    studio, card = rig.studio, rig.studio.window.source.tune
    studio.document.open(song)
    settled(rig)
    assert [card.part.itemText(k) for k in range(card.part.count())] == ["1 · Soprano", "2 · Alto"]
    card.part.setCurrentIndex(1)
    card.part.activated.emit(1)
    rig.until(lambda: studio.workspace.stage.source.notes[0, 2] == 62)
    assert settled(rig).notes[0, 2] == studio.workspace.sketch.notes.pitches[0] == 62
    assert card.part.currentIndex() == 1


def test_a_score_dropped_on_another_engine_gets_a_stage_of_its_own_that_undo_takes_away(rig: Rig, song: Path) -> None:
    studio = rig.converted().studio
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(song))])
    at, copy = QPointF(300, 300), Qt.DropAction.CopyAction
    studio.window.dropEvent(QDropEvent(at, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    settled(rig)
    assert [stage.engine for stage in studio.workspace.project.stages] == ["builtin.mock", MANIFEST.id]
    assert isinstance(studio.workspace.project.stages[0].source, Text)
    studio.window.book["undo"].trigger()
    studio.window.book["undo"].trigger()
    assert [stage.engine for stage in studio.workspace.project.stages] == ["builtin.mock"]


def test_a_file_that_is_no_score_is_told_in_one_line_and_changes_nothing(rig: Rig, tmp_path: Path) -> None:
    path, troubles = tmp_path / "broken.mid", []
    path.write_bytes(b"MThd\0\0")
    rig.studio.workspace.troubled.connect(troubles.append)
    before = rig.studio.workspace.project
    rig.studio.document.import_file(path)
    rig.until(lambda: bool(troubles))
    assert "broken.mid cannot be read" in troubles[0].detail and "\n" not in troubles[0].detail
    assert rig.studio.workspace.project is before


def test_words_become_lines_where_a_sentence_or_a_verse_begins() -> None:
    tune = Melody(
        [[k * 480, k * 480 + 480, 60, 80] for k in range(5)], ("Still,", "still,", "Ü-", "ber", "Nacht"), 2400
    )
    assert lines_of(tune) == ["Still, still,", "Über Nacht"]


def test_a_tune_goes_out_in_several_formats_at_once_with_all_its_verses(rig: Rig, song: Path, tmp_path: Path) -> None:
    studio = rig.studio
    studio.document.open(song)
    tune = settled(rig)
    formats = ("pdf", "musicxml", "midi", "ustx")
    rig.answers.scores.append(ScoreFiles(tmp_path / "out", formats))
    studio.window.book["export_score"].trigger()
    names = {"out.pdf", "out.musicxml", "out.mid", "out.ustx"}
    rig.until(lambda: names <= {path.name for path in tmp_path.iterdir()} and not studio.background.is_busy)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    back = read_score(tmp_path / "out.musicxml")
    assert back.notes.tolist() == tune.notes.tolist() and back.verses == tune.verses and back.title == "Night song"


def test_the_score_sheet_says_what_it_will_write_and_where(rig: Rig, tmp_path: Path) -> None:
    proposal, lacking = ScoreFiles(tmp_path / "a", ("midi", "chords")), {"chords": "The tune has no chords."}
    sheet = ScoreExportDialog(rig.studio.window.look, proposal, PAPERS, lacking, rig.studio.window)
    sheet.show()
    assert sheet.answer == ScoreFiles(tmp_path / "a", ("midi",)) and not sheet.ticks["chords"].isEnabled()
    assert sheet.count.text() == "1 file" and not sheet.paper.isEnabled()
    sheet.path.setText(str(tmp_path / "b.abc"))
    sheet.path.textEdited.emit(sheet.path.text())
    assert sheet.answer == ScoreFiles(tmp_path / "b", ("midi", "abc")) and sheet.count.text() == "2 files"
    (tmp_path / "b.mid").write_bytes(b"")
    sheet.ticks["pdf"].click()
    assert "takes the place of b.mid" in sheet.foot.trouble.text() and sheet.paper.isEnabled()
    sheet.path.setText(str(tmp_path / "no" / "c"))
    sheet.foot.export.click()
    assert sheet.isVisible() and "no folder no" in sheet.foot.trouble.text()
    for name in ("midi", "abc", "pdf"):
        sheet.ticks[name].setChecked(False)
    assert not sheet.foot.export.isEnabled()
    sheet.reject()
    sheet.deleteLater()


def test_the_sheet_of_sounds_offers_scores_beside_a_tune_and_only_labels_beside_speech(rig: Rig, song: Path) -> None:
    studio = rig.studio
    studio.document.open(song)
    settled(rig)
    found = {f.id for f in formats_beside(studio.workspace.stage)}
    assert {"midi", "musicxml", "abc", "ust"} <= found and "chords" not in found and "pitchtier" not in found
    assert not any(f.holds == "score" for f in formats_beside(rig.converted().studio.workspace.stage))


def test_a_tune_is_dragged_out_as_midi(rig: Rig, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[Path] = []
    rig.studio.document.open(song)
    tune = settled(rig)
    monkeypatch.setattr(rig.studio.export, "_carry", lambda source, path: carried.append(path))
    rig.studio.export.drag_tune(rig.studio.window)
    assert carried[0].suffix == ".mid" and read_score(carried[0]).notes.tolist() == tune.notes.tolist()
