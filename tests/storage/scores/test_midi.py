"""MIDI: our own tunes come back whole, other programs' files are understood, and broken ones refused in one line."""

import struct
from pathlib import Path

import numpy as np
import pytest
from drawn_melody import melodies, same
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.formats import read_score, reading_of, write_score
from intermezzo.storage.scores.midi_read import read_midi
from intermezzo.storage.scores.midi_write import written_midi


def number(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def meta(kind: int, data: bytes, delta: int = 0) -> bytes:
    return number(delta) + bytes((0xFF, kind)) + number(len(data)) + data


def midi(*tracks: bytes, division: int = 96, kind: int | None = None) -> bytes:
    kind = (0 if len(tracks) == 1 else 1) if kind is None else kind
    body = b"".join(b"MTrk" + struct.pack(">I", len(t) + 4) + t + b"\0\xff\x2f\0" for t in tracks)
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks), division) + body


def scale_track(*texts: bytes, kind: int = 5, name: bytes = b"", first: int = 60) -> bytes:
    """Quarters at 96 ticks with running status, a text before each."""
    track = meta(3, name) if name else b""
    for k, text in enumerate(texts):
        track += (meta(kind, text) if text != b"?" else b"") + bytes((0, 0x90, first + k, 100)) + b"\x60"
        track += bytes((first + k, 0))  # note on with velocity 0, status left out
    return track


@given(melodies())
def test_a_tune_comes_back_from_midi_whole(melody: Melody) -> None:
    same(read_midi(written_midi(melody), "").melody, melody)


def test_notes_struck_together_and_nested_on_one_pitch_come_back() -> None:
    rows = np.array([(0, 960, 60, 80), (0, 480, 64, 80), (240, 480, 60, 70), (480, 960, 60, 80)], np.int32)
    melody = Melody(rows, ("", "ah", "", ""), 1920)
    same(read_midi(written_midi(melody), "").melody, melody)


def test_spaces_end_words_and_empty_events_hold() -> None:
    tune = read_midi(midi(scale_track(b"riv", b"er", b"", b" runs\r", b"on ")), "").melody
    assert tune.lyrics == ("riv-", "er", "_", "runs", "on")
    assert tune.notes[:, 0].tolist() == [0, 480, 960, 1440, 1920]
    assert tune.notes[:, 2].tolist() == [60, 61, 62, 63, 64]


def test_hyphens_join_where_no_space_marks_words() -> None:
    assert read_midi(midi(scale_track(b"riv-", b"er", b"runs")), "").melody.lyrics == ("riv-", "er", "runs")


def test_karaoke_texts_and_headers_are_read() -> None:
    heads = b"".join(meta(1, text) for text in (b"@KMIDI KARAOKE FILE", b"@TOld song", b"@LENGL", b"\\Down"))
    text_track = heads + b"".join(meta(1, text, 96) for text in (b" by", b" the", b"/riv", b"er"))
    tune = read_midi(midi(text_track, scale_track(*[b"?"] * 5), scale_track(*[b"?"] * 3, first=80)), "").melody
    assert tune.lyrics == ("Down", "by", "the", "riv-", "er")
    assert (tune.title, tune.language) == ("Old song", "ENGL")


@pytest.mark.parametrize(
    ("text", "encoding"), [("größer", "utf-8"), ("größer", "latin-1"), ("l’été", "cp1252"), ("さくら花", "shift-jis")]
)
def test_the_encoding_of_lyrics_is_guessed(text: str, encoding: str) -> None:
    assert read_midi(midi(scale_track(text.encode(encoding) + b" ", b"la ")), "").melody.lyrics == (text, "la")


def test_the_named_track_sings_else_the_one_with_words_else_the_highest() -> None:
    low, high = scale_track(*[b"?"] * 4, first=40), scale_track(*[b"?"] * 4, first=80)
    assert read_midi(midi(high, scale_track(*[b"?"] * 4, name=b"Vocals")), "").melody.notes[0, 2] == 60
    assert read_midi(midi(high, scale_track(b"la ", b"la ")), "").melody.notes[0, 2] == 60
    assert read_midi(midi(low, high), "").melody.notes[0, 2] == 80
    assert read_midi(midi(low, high), "1").melody.notes[0, 2] == 40
    with pytest.raises(Unsound, match="no part 'flute'"):
        read_midi(midi(low, high), "flute")


def test_drums_are_no_tune() -> None:
    drums = bytes((0, 0x99, 38, 100)) + b"\x60" + bytes((38, 0))
    assert read_midi(midi(scale_track(b"?") + drums), "").melody.count == 1
    with pytest.raises(Unsound, match="no notes"):
        read_midi(midi(drums), "")


def test_tempo_metre_key_and_a_short_first_bar_are_read() -> None:
    first = meta(0x51, (500000).to_bytes(3, "big")) + meta(0x58, bytes((1, 2, 24, 8))) + meta(0x59, bytes((254, 1)))
    first += meta(0x58, bytes((3, 2, 24, 8)), 96) + meta(0x51, (652174).to_bytes(3, "big"))
    tune = read_midi(midi(first, scale_track(*[b"?"] * 4)), "").melody
    assert tune.tempi == ((0, 120.0), (480, 92.0))
    assert (tune.metres, tune.pickup, tune.keys) == (((0, "3/4"),), 480, ((0, "G minor"),))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no MIDI file"), (b"RIFF....WAVE" * 9, "no MIDI file"), (b"MThd\0\0\0\6\0\1\0\2\0`", "0 of the 2 tracks"),
        (midi(scale_track(b"a"), division=0xE728), "SMPTE"), (midi(scale_track(b"a"), division=0), "header is damaged"),
        (midi(scale_track(b"a"), kind=2), "format 2"), (midi(scale_track(b"la"))[:-9], "middle of track 1"),
        (midi(meta(0x51, b"\0\0\0") + scale_track(b"a")), "tempo of 0"), (midi(b"\0\x40\x40"), "no MIDI. "),
        (midi(b"\0\x90\x40"), "middle of an event|out of range"), (midi(b"\xff\xff\xff\xff\x7f"), "four bytes"),
        (midi(b"\0\x90\x90\x40"), "out of range"),
        (midi(b"\0\x90\x40\x40\xff\xff\xff\x7f\x40\0", division=1), "quarter"),
        (midi(meta(1, b"x")), "no notes"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(content)
    with pytest.raises(FileError, match=says) as refused:
        read_score(path)
    assert "\n" not in str(refused.value) and str(refused.value).startswith("song.mid cannot be read: ")


@given(st.data())
def test_no_damage_gives_another_error(data: st.DataObject) -> None:
    content = bytearray(written_midi(Melody(np.array([(0, 480, 60, 80), (480, 960, 62, 80)]), ("ri-", "ver"), 1920)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_midi(bytes(content[: data.draw(st.integers(1, len(content)))]), "")
    except Unsound as problem:
        assert "\n" not in str(problem)


def test_a_file_is_written_and_read_by_its_suffix(tmp_path: Path) -> None:
    melody = Melody(np.array([(0, 480, 60, 80)]), ("la",), 1920)
    write_score(melody, tmp_path / "a.mid")
    same(read_score(tmp_path / "a.mid"), melody)
    assert reading_of(tmp_path / "a.mid").remarks == ()
    with pytest.raises(FileError, match="read, but not written"):
        write_score(melody, tmp_path / "a.kar")
    with pytest.raises(FileError, match="no suffix of a score"):
        read_score(tmp_path / "a.xyz")
    with pytest.raises(FileError, match="Check the name"):
        read_score(tmp_path / "b.mid")
