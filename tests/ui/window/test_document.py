"""Files: saved and opened again, asked for only when work would be lost, imported, dropped, refused in place."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from tests.ui.window.conftest import Rig

from intermezzo.core.media import Audio, Text
from intermezzo.core.project import Project
from intermezzo.storage.audio_files import AudioEncoding, read_audio, write_audio
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.sketch_file import save_sketch
from intermezzo.ui.export_dialog import SOUND_FORMATS
from intermezzo.ui.questions import SoundFile
from intermezzo.ui.selection import Selection


def test_save_and_open_bring_the_same_work_back(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    workspace, document = studio.workspace, studio.document
    workspace.select(Selection(None, 0, 40))
    studio.window.commands.move(2)
    path = tmp_path / "tune.intermezzo"
    rig.answers.saves.append((path, ""))
    studio.window.book["save"].trigger()
    rig.until(lambda: not document.is_edited)
    pitch = workspace.sketch.pitch.values
    document.new()
    assert workspace.sketch is None
    document.open(path)
    rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
    assert np.array_equal(workspace.sketch.pitch.values, pitch)
    assert document.path == path and not document.is_edited
    assert studio.window.windowTitle().startswith("Tune")


def test_unsaved_work_is_asked_for_once_and_cancel_keeps_everything(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    studio.workspace.select(Selection(None, 0, 40))
    studio.window.commands.move(1)
    before = studio.workspace.project
    rig.answers.unsaved_answers.append("cancel")
    studio.document.new()
    assert studio.workspace.project is before
    assert rig.answers.asked == ["unsaved"]
    rig.answers.unsaved_answers.append("save")
    rig.answers.saves.append((tmp_path / "kept", ""))
    studio.document.new()
    rig.until(lambda: studio.workspace.sketch is None)
    assert load_project(tmp_path / "kept.intermezzo").stages[0].sketch is not None


def test_an_untouched_window_closes_without_a_question(rig) -> None:
    rig.studio.window.close()
    assert rig.answers.asked == []
    assert not rig.studio.window.isVisible()


def test_an_example_is_nothing_to_lose_until_a_hand_changes_it(rig) -> None:
    document, workspace = rig.studio.document, rig.studio.workspace
    document.start_with("builtin.mock", "Oh, are you in Iowa?", "Tune", {})
    rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
    assert not document.is_edited
    workspace.select(Selection(None, 0, 40))
    rig.studio.window.commands.move(1)
    assert document.is_edited
    workspace.undo()
    assert not document.is_edited


def test_a_window_with_unsaved_work_stays_when_one_cancels(rig) -> None:
    rig.converted().studio.workspace.select(Selection(None, 0, 40))
    rig.studio.window.commands.move(1)
    rig.studio.window.close()
    assert rig.answers.asked == ["unsaved"] and rig.studio.window.isVisible()


def test_a_recording_is_imported_and_analysed_and_the_text_gives_way(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(16000) / 16000)
    write_audio(tmp_path / "tone.wav", Audio(tone[None].astype(np.float32), 16000), AudioEncoding.WAV_24)
    rig.answers.opens.append(tmp_path / "tone.wav")
    studio.window.book["import"].trigger()
    rig.until(lambda: isinstance(studio.workspace.stage.source, Audio) and not studio.workspace.conversions.is_running)
    assert studio.window.source.recording.isVisible() and not studio.window.source.text.isVisible()
    rig.until(lambda: studio.workspace.sketch.n_frames == 100)
    assert studio.workspace.history.undo_label == "Analyse recording"


def test_files_and_text_dropped_on_the_window_are_taken(rig, tmp_path: Path) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    (tmp_path / "song.txt").write_text("Aia", encoding="utf-8")
    drop(window, [tmp_path / "song.txt"])
    rig.until(lambda: workspace.stage.source == Text("Aia"))
    mime = QMimeData()
    mime.setText("Oo")
    drop(window, mime=mime)
    assert workspace.stage.source == Text("Oo")
    rig.until(lambda: not workspace.conversions.is_running)


def drop(window, paths: list[Path] = (), mime: QMimeData | None = None) -> None:
    if mime is None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    window.dropEvent(
        QDropEvent(QPointF(400, 400), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                   Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip


def test_a_file_that_is_none_is_refused_in_place_and_nothing_changes(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    before = studio.workspace.project
    bad = tmp_path / "bad.intermezzo"
    bad.write_bytes(b"no zip")
    studio.document.open(bad)
    rig.until(lambda: len(studio.window.notices.cards) == 1)
    assert "bad.intermezzo" in studio.window.notices.cards[0].accessibleName()
    assert studio.workspace.project is before
    studio.window.notices.dismiss_newest()


def test_a_full_disk_is_told_in_a_card_that_offers_another_place(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    rig.answers.saves.append((tmp_path / "nowhere" / "x.intermezzo", ""))
    studio.document.save_as()
    rig.until(lambda: len(studio.window.notices.cards) == 1)
    card = studio.window.notices.cards[0]
    assert card.remedy is not None and card.remedy.text() == "Save as…"
    assert studio.document.path is None


def test_exports_wait_for_the_sound_and_hold_all_of_it(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    workspace = studio.workspace
    workspace.select(Selection(None, 0, workspace.sketch.n_frames))
    studio.window.commands.move(1)
    assert workspace.output.stale.any()
    studio.export.sound(tmp_path / "out.flac")
    assert studio.export.is_waiting
    rig.until((tmp_path / "out.flac").exists)
    rig.until(lambda: not studio.background.is_busy)
    written = read_audio(tmp_path / "out.flac")
    assert written.n_samples == len(workspace.output.samples)
    assert np.abs(written.samples[0] - workspace.output.samples).max() < 1e-6


def test_every_format_of_the_dialog_is_written(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    for name, _, suffix in SOUND_FORMATS:
        rig.answers.sounds.append(SoundFile(tmp_path / f"{name}{suffix}", name))
        studio.export.ask_sound()
    rig.until(lambda: len(list(tmp_path.iterdir())) == len(SOUND_FORMATS) and not studio.background.is_busy)
    lengths = {p.name: read_audio(p).n_samples for p in tmp_path.iterdir()}
    assert all(abs(n - len(studio.workspace.output.samples)) < 3000 for n in lengths.values()), lengths


def test_the_sketch_and_its_picture_are_exported(rig, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    studio = rig.converted().studio
    rig.answers.saves += [(tmp_path / "a.sketch", ""), (tmp_path / "a.png", "")]
    studio.window.book["export_sketch"].trigger()
    studio.window.book["export_picture"].trigger()
    rig.until(lambda: (tmp_path / "a.sketch").exists() and not studio.background.is_busy)
    picture = QImage(str(tmp_path / "a.png"))
    assert picture.width() == 2 * studio.window.timeline.width()
    studio.document.open(tmp_path / "a.sketch")
    rig.until(lambda: studio.workspace.project.title == "a")
    assert studio.workspace.sketch is not None


def held_saves(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, list[str]]:
    """Let no save be written before the event is set; returns it and the titles in the order in which they came."""
    gate, titles = Event(), list[str]()

    def write(project: Project, path: Path) -> None:
        titles.append(project.title)
        assert gate.wait(30)
        save_project(project, path)

    monkeypatch.setattr("intermezzo.ui.document.save_project", write)
    return gate, titles


def test_a_slow_disk_never_leaves_the_older_of_two_saves(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, path = rig.converted().studio.document, tmp_path / "a.intermezzo"
    gate, titles = held_saves(monkeypatch)
    document.path = path
    for title in ("one", "two", "three"):
        document.rename(title)
        document.save()
    rig.until(lambda: bool(titles))
    rig.settle()
    assert titles == ["one"]
    gate.set()
    rig.until(lambda: not document.is_edited)
    assert titles == ["one", "three"] and load_project(path).title == "three"


def test_a_save_that_ends_late_does_not_lend_its_file_to_another_document(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, path = rig.converted().studio.document, tmp_path / "a.intermezzo"
    gate, _ = held_saves(monkeypatch)
    document.path = path
    document.rename("first")
    document.save()
    rig.answers.unsaved_answers.append("discard")
    document.new()
    gate.set()
    rig.until(path.exists)
    rig.until(lambda: not rig.studio.background.is_busy)
    assert document.path is None and not document.is_edited and load_project(path).title == "first"


def test_who_edits_while_the_last_save_is_written_is_asked_again(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = rig.converted().studio.document
    gate, _ = held_saves(monkeypatch)
    document.path = tmp_path / "a.intermezzo"
    document.rename("first")
    rig.answers.unsaved_answers += ["save", "cancel"]
    document.new()
    document.rename("second")
    gate.set()
    rig.until(lambda: rig.answers.asked == ["unsaved", "unsaved"])
    assert document.title == "second" and document.is_edited


def test_what_another_window_saved_meanwhile_is_kept_beside(rig: Rig, tmp_path: Path) -> None:
    document, path = rig.converted().studio.document, tmp_path / "a.intermezzo"
    document.path = path
    document.rename("ours")
    document.save()
    rig.until(lambda: not document.is_edited)
    save_project(replace(rig.studio.workspace.project, title="theirs"), path)
    told: list[str] = []
    rig.studio.workspace.told.connect(lambda level, line: told.append(line))
    for title in ("ours again", "and again"):
        document.rename(title)
        document.save()
        rig.until(lambda: not document.is_edited)
    assert load_project(path).title == "and again"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a (other).intermezzo", "a.intermezzo"]
    assert load_project(tmp_path / "a (other).intermezzo").title == "theirs"
    assert any("another window" in line for line in told)


def test_a_sketch_whose_engine_is_gone_is_rendered_by_the_only_other(rig: Rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    sketch = studio.workspace.sketch
    assert sketch is not None
    path = tmp_path / "a.sketch"
    save_sketch(replace(sketch, made=replace(sketch.made, engine="gone.hum", params={"odd": 1.0})), path)
    studio.document.open(path)
    rig.until(lambda: studio.document.title == "a" and not studio.workspace.output.stale.any())
    assert studio.workspace.stage is not None and studio.workspace.stage.engine == "builtin.mock"
    assert np.abs(studio.workspace.output.samples).max() > 0.01


def test_a_project_whose_engine_is_gone_opens_and_says_so(rig: Rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    project = studio.workspace.project
    path = tmp_path / "a.intermezzo"
    save_project(replace(project, stages=(replace(project.stages[0], engine="gone.hum"),)), path)
    told: list[str] = []
    studio.workspace.told.connect(lambda level, line: told.append(line))
    studio.document.open(path)
    rig.until(lambda: studio.document.path == path)
    assert any("gone.hum is not installed" in line for line in told) and studio.workspace.sketch is not None
