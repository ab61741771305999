"""Texts beside a recording give their words, whatever kind of file they are."""

from pathlib import Path

import pytest

from intermezzo.core.errors import FileError
from intermezzo.storage.transcripts import beside, read_transcript

SRT = "1\n00:00:00,500 --> 00:00:02,000\n<i>Good</i> morning,\n\n2\n00:00:02,000 --> 00:00:03,000\n12 of us.\n"
LAB = "0.0 0.5 sil\n0.5 0.9 good\n0.9 1.4 morning\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "\ufeffGood morning.\r\nAll of you.", "Good morning.\nAll of you."),
        ("a.srt", SRT, "Good morning,\n12 of us."),
        ("a.vtt", "WEBVTT\n\n" + SRT.replace(",500", ".500").replace(",000", ".000"), "Good morning,\n12 of us."),
        ("a.lab", LAB, "good morning"),
        ("a.lab", "Good morning to you", "Good morning to you"),
    ],
)
def test_words_without_times(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_transcript(tmp_path / name) == words


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a\0b", b"\xe9\xe8", b" \n "])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(FileError):
        read_transcript(path)


def test_the_text_of_the_same_name_is_found(tmp_path: Path) -> None:
    recording = tmp_path / "line.wav"
    assert beside(recording) is None
    (tmp_path / "line.lab").write_text("hello", encoding="utf-8")
    assert beside(recording) == tmp_path / "line.lab"
    with pytest.raises(FileError):
        read_transcript(tmp_path / "other.txt")
