"""Folders of recordings: their texts wherever they stand, what a look at them says, and files that are no sound."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from intermezzo.core.errors import FileError
from intermezzo_engines.speech.recordings import find_recordings, material, read_recording


def write(path: Path, seconds: float = 1.0, rate: int = 16_000, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full((int(seconds * rate), channels), 0.25, np.float32), rate)
    return path


def test_texts_are_found_beside_and_in_tables_above(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text(" Hello\n there. ", encoding="utf-8")
    write(tmp_path / "b.flac")
    (tmp_path / "b.lab").write_text("Good morning", encoding="utf-8")
    write(tmp_path / "deep" / "wavs" / "c.wav")
    (tmp_path / "deep" / "metadata.csv").write_text('c|Raw 5.|Said "five".\nd|no such file\nodd line\n', "utf-8")
    write(tmp_path / "e.ogg")
    found = {recording.path.name: recording.text for recording in find_recordings(tmp_path)}
    assert found == {"a.wav": "Hello there.", "b.flac": "Good morning", "c.wav": 'Said "five".', "e.ogg": ""}


def test_a_text_beside_wins_over_a_table(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text("Beside", encoding="utf-8")
    (tmp_path / "metadata.csv").write_text("a.wav|Table\n", encoding="utf-8")
    assert find_recordings(tmp_path)[0].text == "Beside"


def test_recordings_come_in_the_order_of_their_names_whatever_their_case(tmp_path: Path) -> None:
    for name in ("2.WAV", "1.wav", "3.wav"):
        write(tmp_path / name)
    assert [r.path.name for r in find_recordings(tmp_path)] == ["1.wav", "2.WAV", "3.wav"]


@pytest.mark.parametrize("make", [False, True])
def test_no_folder_and_an_empty_one_are_refused(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "voice"
    if make:
        folder.mkdir()
        (folder / "notes.txt").write_text("no sound here")
    with pytest.raises(FileError, match="holds no recordings" if make else "is no folder"):
        find_recordings(folder)


def test_a_recording_is_read_as_mono_at_24_khz(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", 0.5, 48_000, 2)
    samples = read_recording(find_recordings(tmp_path)[0])
    assert samples.dtype == np.float32 and samples.shape == (12_000,)
    assert np.abs(samples[1000:-1000] - 0.25).max() < 0.01


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(b"RIFF nothing of the kind")
    with pytest.raises(FileError, match=r"noise\.wav cannot be read"):
        read_recording(find_recordings(tmp_path)[0])


def test_a_look_counts_length_texts_and_broken_files(tmp_path: Path) -> None:
    for k in range(3):
        write(tmp_path / f"{k}.wav", 40.0)
        (tmp_path / f"{k}.txt").write_text("Some words.")
    write(tmp_path / "3.wav", 20.0)
    (tmp_path / "4.wav").write_bytes(b"junk")
    found = material(tmp_path)
    assert found.line == "4 recordings, 2.3 minutes; 3 with text; 1 cannot be read"
    assert found.enough and found.advice == ""
    assert found.figures == {
        "recordings": 4.0, "recorded_s": 140.0, "with_text": 3.0, "with_text_s": 120.0, "unreadable": 1.0,
    }  # fmt: skip


def test_recordings_of_a_telephone_are_told(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", 100.0)
    write(tmp_path / "b.wav", 100.0, 8000)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Some words.")
    assert material(tmp_path).advice == "1 of them is as dull as a telephone (under 16 kHz); so will the voice be."


def test_a_look_says_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "0.wav", 20.0)
    short = material(tmp_path)
    assert not short.enough and "30 seconds or more" in short.advice
    write(tmp_path / "1.wav", 20.0)
    silent = material(tmp_path)
    assert silent.enough and "90 seconds whose text is known" in silent.advice
    assert silent.line == "2 recordings, 40 seconds; 0 with text"
