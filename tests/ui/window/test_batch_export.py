"""Files of one sentence or chapter each out of the window: the sheet says what comes, progress, stop, refusals."""

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from intermezzo.storage.audio_files import read_audio
from intermezzo.ui.export_dialog import ExportDialog
from intermezzo.ui.questions import SoundFile

PAGE = "# One\n\nHail, a hero. Is he near?\n\n# Two\n\nNo: he is not.\n"


def told_by(workspace) -> list[str]:
    lines: list[str] = []
    workspace.told.connect(lambda _, line: lines.append(line))
    return lines


def test_a_file_for_each_sentence_with_labels_beside_and_together_they_are_the_whole(rig, tmp_path: Path) -> None:
    studio = rig.converted(PAGE).studio
    told = told_by(studio.workspace)
    wanted = SoundFile(tmp_path / "out", "WAV_FLOAT", ("srt",), split="sentences", pattern="{n} {text}")
    rig.answers.sounds.append(wanted)
    studio.window.book["export"].trigger()
    rig.until(lambda: bool(told) and not studio.background.is_busy)
    names = ["1 One", "2 Hail, a hero", "3 Is he near", "4 Two", "5 No he is not"]
    assert sorted(p.name for p in wanted.path.iterdir()) == sorted(f"{n}.{s}" for n in names for s in ("wav", "srt"))
    joined = np.concatenate([read_audio(wanted.path / f"{n}.wav").samples for n in names], axis=1)
    assert np.array_equal(joined[0], studio.workspace.output.samples)
    assert told == ["Exported 5 files to out"]


def test_who_stops_it_has_whole_files_only(rig, tmp_path: Path) -> None:
    studio = rig.converted(PAGE).studio
    told = told_by(studio.workspace)
    studio.export._batch._written.connect(lambda *_: None)
    studio.workspace.worked.connect(lambda *_: studio.export._batch.stop())
    studio.export.files(SoundFile(tmp_path / "out", split="sentences"))
    rig.until(lambda: bool(told))
    assert told[0].startswith("Stopped: ") and told[0].endswith(" of 5 are in out")
    assert (
        all(read_audio(p).n_samples for p in (tmp_path / "out").glob("*")) and len(list(tmp_path.rglob("*.part"))) == 0
    )


def test_a_folder_that_cannot_be_made_is_told_and_nothing_is_written(rig, tmp_path: Path) -> None:
    studio = rig.converted(PAGE).studio
    (tmp_path / "file").write_text("x")
    studio.export.files(SoundFile(tmp_path / "file", split="chapters"))
    rig.until(lambda: bool(studio.window.notices.cards))
    assert "file was not exported" in studio.window.notices.cards[0].accessibleName()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_sheet_says_how_many_files_come_and_what_they_are_called(rig, tmp_path: Path) -> None:
    studio = rig.converted(PAGE).studio
    proposal, stage = SoundFile(tmp_path / "a.wav"), studio.workspace.stage
    sheet = ExportDialog(studio.window.look, proposal, studio.window, may_label=True, stage=stage, title="a")
    sheet.show()
    QApplication.processEvents()
    assert sheet.answer == proposal and not sheet._name_row.isVisible()
    sheet.split.setCurrentIndex(1)
    assert sheet.path.text() == str(tmp_path / "a") and sheet._split_row.help.text() == "5 files"
    assert sheet._name_row.help.text() == "a-1.wav"
    sheet.split.setCurrentIndex(2)
    sheet.pattern.setText("{chapter}")
    sheet.pattern.textEdited.emit("{chapter}")
    assert sheet._split_row.help.text() == "2 files" and sheet._name_row.help.text() == "One.wav"
    assert (sheet.answer.split, sheet.answer.path, sheet.answer.pattern) == ("chapters", tmp_path / "a", "{chapter}")
    sheet.pattern.setText("{colour}")
    sheet.foot.export.click()
    said = sheet._name_row.help.text() + sheet.foot.trouble.text()
    assert sheet.isVisible() and "not {colour}" in said
    sheet.split.setCurrentIndex(0)
    assert sheet.answer.path == tmp_path / "a.wav"
    sheet.close()
