"""Recordings in the window: their text typed in place or lying beside the file, and one word said anew as another."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.ui.window.conftest import TEXT, Rig

from intermezzo.core.edits import curves
from intermezzo.core.layers import Mark
from intermezzo.core.media import Audio, Text
from intermezzo.storage.audio_files import AudioEncoding, write_audio
from intermezzo.ui.selection import Selection


@pytest.fixture
def recording(rig: Rig, tmp_path: Path) -> Path:
    """What the mock hums for a text of five words, as a file; the window is empty again."""
    output = rig.converted().studio.workspace.output
    path = tmp_path / "tune.wav"
    write_audio(path, Audio(output.samples[None].copy(), output.sample_rate), AudioEncoding.WAV_24)
    rig.studio.document.new()
    return path


def opened(rig: Rig, path: Path) -> None:
    workspace = rig.studio.workspace
    rig.studio.document.open(path)
    rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
    rig.studio.window.refresh()


def labels(rig: Rig) -> list[str]:
    return list(rig.studio.workspace.sketch.words.labels)


def test_the_text_is_asked_for_in_place_and_gives_the_words_their_names(rig: Rig, recording: Path) -> None:
    opened(rig, recording)
    workspace, source = rig.studio.workspace, rig.studio.window.source
    assert source.spoken.isVisible() and not source.text.isVisible()
    assert set(labels(rig)) == {"…"}
    QTest.keyClicks(source.spoken, "Oh are you in Iowa")
    assert source.convert.isVisible() and source.convert.text() == "Find the words"
    QTest.mouseClick(source.convert, Qt.MouseButton.LeftButton)
    rig.until(lambda: labels(rig) == ["Oh", "are", "you", "in", "Iowa"])
    assert not source.convert.isVisible()
    workspace.undo()
    assert set(labels(rig)) == {"…"}
    workspace.undo()
    assert source.spoken.toPlainText() == ""


def test_what_was_drawn_before_the_text_came_stays_where_it_was_drawn(rig: Rig, recording: Path) -> None:
    opened(rig, recording)
    workspace, source = rig.studio.workspace, rig.studio.window.source
    workspace.edit("Draw", lambda s: curves.draw(s, "loudness", [(10, -20.0), (30, -20.0)]))
    drawn = workspace.sketch.loudness
    QTest.keyClicks(source.spoken, "Oh are you in Iowa")
    QTest.mouseClick(source.convert, Qt.MouseButton.LeftButton)
    rig.until(lambda: "Iowa" in labels(rig))
    assert np.array_equal(workspace.sketch.loudness.values, drawn.values)
    assert (workspace.sketch.loudness.origin[10:31] & Mark.EDITED).all()
    assert workspace.stage.dropped == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tune.txt", "Oh, are you in Iowa?"),
        ("tune.srt", "1\n00:00:00,000 --> 00:00:02,000\nOh, are you\nin Iowa?\n"),
        ("tune.lab", "0 1 Oh\n1 2 are\n2 3 you\n3 4 in\n4 5 Iowa\n"),
    ],
)
def test_a_text_that_lies_beside_the_file_is_taken_at_once(
    rig: Rig, recording: Path, name: str, content: str
) -> None:  # fmt: skip
    recording.with_name(name).write_text(content, encoding="utf-8")
    opened(rig, recording)
    assert [word.strip(",?") for word in labels(rig)] == ["Oh", "are", "you", "in", "Iowa"]
    assert "Iowa" in rig.studio.window.source.spoken.toPlainText()


def test_a_text_that_is_dropped_on_a_recording_is_what_is_said_in_it(
    rig: Rig, recording: Path, tmp_path: Path
) -> None:  # fmt: skip
    opened(rig, recording)
    script = tmp_path / "script.txt"
    script.write_text("Oh, are you in Iowa?", encoding="utf-8")
    rig.studio.document.take_files([script])
    rig.until(lambda: "Iowa" in labels(rig))
    assert isinstance(rig.studio.workspace.stage.source, Audio)


def test_a_text_that_does_not_fit_can_be_left_out_by_one_click(rig: Rig, recording: Path) -> None:
    troubles = []
    rig.studio.workspace.troubled.connect(troubles.append)
    recording.with_suffix(".txt").write_text("Quite another text with many more words in it")
    rig.studio.document.open(recording)
    rig.until(lambda: bool(troubles))
    assert "words" in troubles[0].detail
    words, go = troubles[0].remedy
    assert words == "Go on without the text"
    go()
    rig.until(lambda: rig.studio.workspace.sketch is not None)


def test_a_new_recording_does_not_keep_the_text_of_the_last(rig: Rig, recording: Path, tmp_path: Path) -> None:
    recording.with_suffix(".txt").write_text(TEXT)
    opened(rig, recording)
    other = tmp_path / "other.wav"
    other.write_bytes(recording.read_bytes())
    rig.studio.document.import_file(other)
    rig.until(lambda: set(labels(rig)) == {"…"})
    assert rig.studio.window.source.spoken.toPlainText() == ""


def test_another_word_is_said_in_the_place_of_one_and_the_text_follows(rig: Rig) -> None:
    workspace, window = rig.converted().studio.workspace, rig.studio.window
    before = workspace.sketch
    words = before.words
    workspace.select(Selection("words", int(words.starts[1]), int(words.stops[1]), element=1))
    window.selection_panel.refresh()
    row = window.selection_panel.word
    assert row.isVisible() and row.field.text() == "are"
    row.field.selectAll()
    QTest.keyClicks(row.field, "ooooo")
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    rig.until(lambda: labels(rig)[1] == "ooooo")
    after, start = workspace.sketch, int(words.starts[1])
    assert workspace.stage.source == Text("Oh, ooooo you in Iowa?")
    assert not workspace.stage.is_stale(workspace.manifest)
    assert np.array_equal(after.pitch.values[:start], before.pitch.values[:start])
    rest = before.n_frames - int(words.stops[1])
    assert np.array_equal(after.pitch.values[-rest:], before.pitch.values[-rest:])
    text = workspace.stage.source.text
    spelled = [text[a:b] for (a, b) in after.words.source.tolist()]
    assert spelled == ["Oh", "ooooo", "you", "in", "Iowa"]
    workspace.undo()
    assert workspace.sketch is before and workspace.stage.source == Text(TEXT)


def test_a_word_of_a_recording_is_said_anew_and_its_text_follows(rig: Rig, recording: Path) -> None:
    recording.with_suffix(".txt").write_text(TEXT)
    opened(rig, recording)
    workspace = rig.studio.workspace
    workspace.rewording.reword("words", 4, "Ohio")
    rig.until(lambda: labels(rig)[4] == "Ohio")
    assert rig.studio.window.source.spoken.toPlainText() == "Oh, are you in Ohio?"
    assert isinstance(workspace.stage.source, Audio)
    workspace.rewording.reword("words", 0, "")
    rig.until(lambda: len(labels(rig)) == 4)
