"""Takes out of the window: the sheet says what comes, all become files at once, with stop, trouble and no step more."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.take_settings import stage_of_take
from intermezzo.storage.audio_files import read_audio
from intermezzo.ui.questions import TakeFiles
from intermezzo.ui.selection import Selection
from intermezzo.ui.take_export_dialog import TakeExportDialog


def sampled(rig, n: int = 3):
    """Return a converted rig with ``n`` takes more, and the lines that it tells."""
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.takes.n = n
    window.takes.sample()
    rig.until(lambda: not workspace.sampling.is_running)
    window.takes_panel.refresh()
    told: list[str] = []
    workspace.told.connect(lambda _, line: told.append(line))
    return window, workspace, told


def in_octave(rig, octave: int) -> None:
    workspace = rig.studio.workspace
    workspace.set_param("octave", octave)
    rig.until(lambda: workspace.sketch.made.params["octave"] == octave and not workspace.conversions.is_running)
    rig.studio.window.takes_panel.refresh()


def test_takes_of_two_settings_stay_side_by_side_and_say_which_they_are(rig) -> None:
    window, workspace, _ = sampled(rig, 1)
    in_octave(rig, 1)
    notes = {row.facts.title: row.facts.note for row in window.takes_panel.rows.values()}
    assert notes == {"Take 1": "Octave 0, seed 1", "Take 2": "Octave 0, seed 2", "Take 3": "Octave 1, seed 1"}
    in_octave(rig, 0)
    assert [t.number for t in workspace.stage.takes] == [1, 2, 3] and {p.take for p in workspace.stage.comp} == {1}


def test_all_takes_of_two_settings_become_files_with_labels_in_one_action(rig, tmp_path: Path) -> None:
    window, workspace, told = sampled(rig, 1)
    in_octave(rig, 1)
    steps, before = workspace.history.steps, workspace.project
    wanted = TakeFiles(tmp_path / "out", (1, 2, 3), "{octave} {take}", "WAV_FLOAT", ("textgrid",))
    rig.answers.take_files.append(wanted)
    QTest.mouseClick(window.takes_panel.export, Qt.MouseButton.LeftButton)
    assert rig.answers.proposed[0].takes == (1, 2, 3), "all of them, and no sketch that is one of them anyway"
    rig.until(lambda: bool(told))
    assert told == ["Exported 3 files to out"]
    names = ["0 1", "0 2", "1 3"]
    assert sorted(p.name for p in wanted.folder.iterdir()) == [f"{n}.{s}" for n in names for s in ("TextGrid", "wav")]
    assert workspace.history.steps == steps and workspace.project is before
    rig.until(lambda: not workspace.output.stale.any())
    assert np.array_equal(read_audio(wanted.folder / "1 3.wav").samples[0], workspace.output.samples)
    window.takes.use(2)
    rig.until(lambda: not workspace.output.stale.any())
    assert np.array_equal(read_audio(wanted.folder / "0 2.wav").samples[0], workspace.output.samples)


def test_who_stops_it_has_whole_files_and_is_told_how_many(rig, tmp_path: Path) -> None:
    window, _, told = sampled(rig, 3)
    folder = tmp_path / "out"
    rig.studio.export.takes(TakeFiles(folder, (1, 2, 3, 4), "{take}", labels=("srt",)))
    rig.until(lambda: "Exporting take 2 of 4" in window.status.work.text())
    window.cancel()
    rig.until(lambda: bool(told) and not rig.studio.background.is_busy)
    n = int(told[0].split()[1])
    assert told == [f"Stopped: {n} of 4 files are in out"] and 1 <= n < 4
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        f"{k}.{s}" for k in range(1, n + 1) for s in ("wav", "srt")
    )
    assert all(read_audio(p).n_samples for p in folder.glob("*.wav"))
    rig.studio.export.takes(TakeFiles(folder, (1,), "{take}"))
    rig.until(lambda: len(told) == 2)
    assert told[1] == "Exported 1 file to out"


def test_an_edit_meanwhile_is_heard_first_and_is_not_in_the_files(rig, tmp_path: Path) -> None:
    window, workspace, told = sampled(rig, 1)
    stage = workspace.stage
    rig.studio.export.takes(TakeFiles(tmp_path / "out", (1, 2), "{take}", "WAV_FLOAT"))
    window.takes.use(2)
    rig.until(lambda: any("Exported" in line for line in told) and not workspace.output.stale.any())
    alone = stage_of_take(stage, 2, workspace.manifest)
    assert len(read_audio(tmp_path / "out" / "1.wav").samples[0]) == stage.sketch.n_frames * workspace.output.hop
    assert np.array_equal(read_audio(tmp_path / "out" / "2.wav").samples[0], workspace.output.samples)
    assert alone.sketch.n_frames == workspace.sketch.n_frames


def test_a_folder_that_cannot_be_made_is_told_and_nothing_is_written(rig, tmp_path: Path) -> None:
    window, _, _ = sampled(rig, 1)
    (tmp_path / "file").write_text("x")
    rig.studio.export.takes(TakeFiles(tmp_path / "file", (1, 2), "{take}"))
    assert "file was not exported" in window.notices.cards[0].accessibleName()
    assert not rig.studio.export.take_files.is_running and [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_comp_is_offered_beside_its_takes_and_one_take_alone_from_its_menu(rig) -> None:
    window, workspace, _ = sampled(rig, 1)
    words = workspace.sketch.words
    workspace.select(Selection("words", int(words.starts[1]), int(words.stops[1]), element=1))
    window.takes.use(2)
    window.book["export_takes"].trigger()
    window.takes_panel.sound_wanted.emit(2)
    assert [p.takes for p in rig.answers.proposed] == [(0, 1, 2), (2,)]


def test_the_sheet_says_what_the_files_are_called_and_refuses_what_makes_no_sense(rig, tmp_path: Path) -> None:
    window, workspace, _ = sampled(rig, 1)
    in_octave(rig, 1)
    proposal = TakeFiles(tmp_path / "out", (1, 3))
    sheet = TakeExportDialog(window.look, proposal, workspace.stage, workspace.manifest, "halt", window)
    sheet.show()
    QApplication.processEvents()
    assert sheet.pattern.text() == "{title}-{octave}-{take}" and sheet.count.text() == "2 files"
    assert [t._file for t in sheet.ticks] == ["", "halt-0-1.wav", "", "halt-1-3.wav"]
    QTest.mouseClick(sheet.all, Qt.MouseButton.LeftButton)
    assert sheet.answer.takes == (0, 1, 2, 3) and sheet.ticks[0]._file == "halt-1-sketch.wav"
    QTest.mouseClick(sheet.none, Qt.MouseButton.LeftButton)
    assert not sheet.foot.export.isEnabled()
    QTest.mouseClick(sheet.ticks[1], Qt.MouseButton.LeftButton)
    sheet.pattern.setText("{colour}")
    sheet.pattern.textEdited.emit("{colour}")
    assert not sheet.foot.export.isEnabled() and "not {colour}" in sheet._name_row.help.text()
    sheet.pattern.setText("{take}")
    sheet.pattern.textEdited.emit("{take}")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "1.wav").write_text("x")
    sheet._refresh()
    assert sheet.foot.trouble.text() == "It takes the place of 1 file."
    sheet.folder.setText(str(tmp_path / "no" / "where"))
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.isVisible() and sheet.foot.trouble.text() == "There is no folder no."
    sheet.folder.setText(str(tmp_path / "out"))
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert not sheet.isVisible() and sheet.answer == TakeFiles(tmp_path / "out", (1,), "{take}")
