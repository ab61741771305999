"""Labels and recipes in the window: out and in, dropped, refused in place, and a sound that is its project again."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from tests.ui.window.conftest import Rig

from intermezzo.core import codec
from intermezzo.core.layers import Mark
from intermezzo.core.media import Audio
from intermezzo.storage.audio_files import AudioEncoding, read_audio, write_audio
from intermezzo.storage.recipe import load_recipe
from intermezzo.storage.sound_chunks import put_inside
from intermezzo.ui.export_dialog import ExportDialog
from intermezzo.ui.questions import SoundFile
from intermezzo.ui.selection import Selection


def drop(rig: Rig, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    rig.studio.window.dropEvent(event)


def exported(rig: Rig, path: Path, **wanted: object) -> Path:
    rig.answers.sounds.append(SoundFile(path, "WAV_24", **wanted))  # type: ignore[arg-type]
    rig.studio.window.book["export"].trigger()
    rig.until(lambda: path.exists() and not rig.studio.background.is_busy)
    return path


def test_three_takes_in_two_voices_are_exported_with_labels_by_hand(rig, tmp_path: Path) -> None:
    studio = rig.converted("Hail, a hero is near.").studio
    workspace, book = studio.workspace, studio.window.book
    for voice in ("round", "reedy"):
        workspace.set_param("voice", voice)
        for take in (1, 2, 3):
            book["vary"].trigger()
            rig.until(lambda: not workspace.conversions.is_running and not workspace.output.stale.any())
            exported(rig, tmp_path / f"hail-{voice}-{take}.wav", labels=("textgrid",))
    names = {path.name for path in tmp_path.iterdir()}
    stems = [f"hail-{voice}-{take}" for voice in ("round", "reedy") for take in (1, 2, 3)]
    assert names == {f"{stem}.{suffix}" for stem in stems for suffix in ("wav", "TextGrid")}
    assert len({read_audio(tmp_path / f"{stem}.wav").samples.tobytes() for stem in stems}) == 6


def test_an_exported_sound_opens_as_its_project_and_sounds_the_same(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    workspace = studio.workspace
    workspace.set_param("gain_db", -6.0)
    workspace.select(Selection(None, 0, 40))
    studio.window.commands.move(3)
    studio.window.book["lock_selection"].trigger()
    path = exported(rig, tmp_path / "take.wav")
    before, source, samples = workspace.sketch, workspace.stage.source, workspace.output.samples.copy()
    workspace.mark_saved(workspace.project)
    drop(rig, path)
    rig.until(lambda: workspace.project.title == "Tune" and workspace.sketch is not before)
    assert codec.fingerprint(workspace.sketch) == codec.fingerprint(before)
    assert workspace.stage.source == source and not workspace.stage.is_stale(workspace.manifest)
    assert studio.document.path is None and studio.document.is_edited
    rig.until(lambda: not workspace.output.stale.any())
    assert np.array_equal(workspace.output.samples, samples)


def test_the_recipe_can_be_left_out_for_good_or_once(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    assert load_recipe(exported(rig, tmp_path / "a.wav")) is not None
    assert load_recipe(exported(rig, tmp_path / "b.wav", recipe=False)) is None
    studio.choices.change(recipe=False)
    studio.export.sound(tmp_path / "c.wav")
    rig.until(lambda: (tmp_path / "c.wav").exists() and not studio.background.is_busy)
    assert load_recipe(tmp_path / "c.wav") is None


def test_a_damaged_recipe_costs_a_notice_and_not_the_sound(rig, tmp_path: Path) -> None:
    studio = rig.studio
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(16000) / 16000)
    path = tmp_path / "a.wav"
    write_audio(path, Audio(tone[None].astype(np.float32), 16000), AudioEncoding.WAV_24)
    path.write_bytes(put_inside(path.read_bytes(), b"PK\x03\x04 of somebody else", "x"))
    drop(rig, path)
    rig.until(lambda: isinstance(studio.workspace.stage.source, Audio) and studio.workspace.sketch is not None)
    assert "is a recording now" in studio.window.notices.cards[0].accessibleName()


def test_labels_are_exported_and_what_was_moved_in_them_is_one_step(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    workspace, path = studio.workspace, tmp_path / "a.TextGrid"
    rig.answers.saves.append((path, "TextGrid of Praat (*.TextGrid)"))
    studio.window.book["export_labels"].trigger()
    rig.until(lambda: path.exists() and not studio.background.is_busy)
    before = workspace.sketch
    boundary = int(before.letters.stops[0]) * 0.01
    moved = path.read_text().replace(f" = {boundary:g} ", f" = {boundary - 0.05:g} ")
    path.write_text(moved)
    drop(rig, path)
    rig.until(lambda: workspace.sketch is not before and not workspace.conversions.is_running)
    assert workspace.sketch.letters.stops[0] == before.letters.stops[0] - 5
    assert workspace.sketch.letters.origin[0] & Mark.EDITED
    assert workspace.history.undo_label == "Import a.TextGrid"
    workspace.undo()
    assert workspace.sketch is before


def test_a_pitch_tier_is_drawn_and_a_broken_file_is_refused_in_place(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    workspace = studio.workspace
    rig.answers.opens.append(tmp_path / "up.PitchTier")
    (tmp_path / "up.PitchTier").write_text('"ooTextFile"\n"PitchTier"\n0 9 2\n0\t200\n9\t200\n')
    studio.window.book["import_labels"].trigger()
    rig.until(lambda: workspace.history.undo_label == "Import up.PitchTier")
    assert set(np.unique(workspace.sketch.pitch.values)) == {0.0, 200.0}
    before = workspace.project
    (tmp_path / "bad.lab").write_text("0 1 a\n1 x b\n")
    drop(rig, tmp_path / "bad.lab")
    rig.until(lambda: bool(studio.window.notices.cards))
    assert "bad.lab was not imported" in studio.window.notices.cards[0].accessibleName()
    assert workspace.project is before


def test_labels_without_a_sketch_say_what_to_do(rig, tmp_path: Path) -> None:
    told: list[str] = []
    rig.studio.workspace.told.connect(lambda _, line: told.append(line))
    (tmp_path / "a.lab").write_text("0 1 a\n")
    drop(rig, tmp_path / "a.lab")
    rig.studio.window.labels.ask_export()
    assert "no sketch yet" in told[0] and "convert a source first" in told[1]


def test_the_sketch_goes_out_as_json_and_comes_back(rig, tmp_path: Path) -> None:
    studio = rig.converted().studio
    before = studio.workspace.sketch
    rig.answers.saves.append((tmp_path / "a", "Sketches as JSON (*.json)"))
    studio.window.book["export_sketch"].trigger()
    rig.until(lambda: (tmp_path / "a.json").exists() and not studio.background.is_busy)
    studio.document.open(tmp_path / "a.json")
    rig.until(lambda: studio.workspace.project.title == "a")
    assert codec.fingerprint(studio.workspace.sketch) == codec.fingerprint(before)


def test_the_export_sheet_says_what_it_will_write(rig, tmp_path: Path) -> None:
    sheet = ExportDialog(rig.studio.window.look, SoundFile(tmp_path / "a.wav"), rig.studio.window, may_label=True)
    sheet.show()
    QApplication.processEvents()
    sheet.labels_on.setChecked(True)
    assert sheet.answer == SoundFile(tmp_path / "a.wav", "WAV_24", ("textgrid",), True)
    assert sheet._label_row.help.text() == "a.TextGrid"
    sheet.format.setCurrentIndex(4)
    assert sheet.path.text() == str(tmp_path / "a.ogg") and not sheet.recipe.isEnabled() and not sheet.answer.recipe
    sheet.path.setText(str(tmp_path / "no" / "b.flac"))
    sheet.path.textEdited.emit(sheet.path.text())
    assert sheet.answer.encoding == "FLAC" and sheet.recipe.isEnabled()
    sheet.foot.export.click()
    assert sheet.isVisible() and "no folder no" in sheet.foot.trouble.text()
    sheet.path.setText(str(tmp_path / "b"))
    (tmp_path / "b.flac").write_bytes(b"")
    sheet.path.textEdited.emit(sheet.path.text())
    assert "takes the place" in sheet.foot.trouble.text() and sheet.answer.path == tmp_path / "b.flac"
    rig.qtbot.keyClick(sheet.path, Qt.Key.Key_Return)
    assert not sheet.isVisible() and sheet.result() == 1
    sheet.deleteLater()


def test_a_sketch_without_labels_offers_none(rig, tmp_path: Path) -> None:
    proposal = SoundFile(tmp_path / "a.wav", labels=("srt",))
    sheet = ExportDialog(rig.studio.window.look, proposal, rig.studio.window, may_label=False)
    assert not sheet.labels_on.isEnabled() and sheet.answer.labels == ()
    sheet.deleteLater()
