"""ABC: own tunes come back whole, other people's are understood, broken ones refused in one line."""

from pathlib import Path

import numpy as np
import pytest
from drawn_melody import PARTS, melodies, same
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.abc_read import read_abc
from intermezzo.storage.scores.abc_write import written_abc
from intermezzo.storage.scores.formats import read_score, write_score

_HEAD = "X:1\nT:Song\nM:4/4\nL:1/4\nK:{}\n"


def abc(body: str, key: str = "C", head: str = _HEAD) -> Melody:
    return read_abc((head.format(key) + body).encode(), "").melody


def pitches(body: str, key: str = "C") -> list[int]:
    return abc(body, key).notes[:, 2].tolist()


def times(body: str, head: str = _HEAD) -> list[tuple[int, int]]:
    return [(start, stop) for start, stop in abc(body, head=head).notes[:, :2].tolist()]


@given(melodies(with_verses=True))
def test_a_tune_comes_back_from_abc_whole(melody: Melody) -> None:
    """All but what ABC has no signs for: loudness, and words of notes that sound under others."""
    ends = np.maximum.accumulate(np.r_[0, melody.notes[:-1, 1]])
    is_alone = bool((melody.notes[:, 0] >= ends).all())
    found = read_abc(written_abc(melody), "").melody
    assert found.notes[:, :3].tolist() == melody.notes[:, :3].tolist()
    parts = PARTS if is_alone else tuple(part for part in PARTS if part != "lyrics")
    for part in (*parts, "verses") if is_alone and any(melody.lyrics) else [p for p in parts if p != "lyrics"]:
        assert getattr(found, part) == getattr(melody, part), part


def test_dynamics_are_written_for_tunes_that_have_the_loudness_of_one() -> None:
    notes = np.array([[0, 480, 60, 60], [480, 960, 62, 105], [960, 1440, 64, 105]], np.int32)
    tune = Melody(notes, ("", "", ""), 1920)
    content = written_abc(tune)
    assert content.count(b"!f!") == 1
    same(tune, read_abc(content, "").melody)


def test_keys_accidentals_and_octaves_say_the_pitch() -> None:
    assert pitches("C, C c c' F", "G") == [48, 60, 72, 84, 66]
    assert pitches("^F f F | F", "C") == [66, 78, 66, 65]  # to the bar line, in all octaves
    assert pitches("^F-|F F", "C") == [66, 65]  # a tie carries the sign over the bar line, and no further
    assert pitches("B E _B =B", "Ddor") == [71, 64, 70, 71]
    assert pitches("F C", "D exp _c") == [65, 59]
    assert pitches("c", "C clef=treble-8") == [60]
    assert abc("C", "F#m").keys == ((0, "F# minor"),) and abc("C", "A Mixolydian").keys == ((0, "A mixolydian"),)
    assert abc("C", "none").keys == ()


def test_lengths_broken_rhythms_tuplets_and_rests_say_the_time() -> None:
    assert times("C2 D/ E// F3/2") == [(0, 960), (960, 1200), (1200, 1320), (1320, 2040)]
    assert times("C>D E<<F") == [(0, 720), (720, 960), (960, 1080), (1080, 1920)]
    assert times("(3CDE F z G") == [(0, 320), (320, 640), (640, 960), (960, 1440), (1920, 2400)]
    assert times("(3:2:2 C2 D E") == [(0, 640), (640, 960), (960, 1440)]
    assert times("Z2 | C") == [(3840, 4320)]
    assert times("C", "X:1\nM:2/4\nK:C\n") == [(0, 120)]  # a sixteenth under 3/4, else an eighth
    assert times("{g}C !trill!D [I:x y] E- | E") == [(0, 480), (480, 960), (960, 1920)]


def test_words_are_laid_under_notes_by_their_signs() -> None:
    tune = abc("C D E F | G A B c\nw: 1.~A-men, so_ | let~it * be\nw: 2.~Two\n")
    assert tune.lyrics == ("A-", "men,", "so", "_", "let it", "_", "be", "")
    assert tune.verses == (("Two", "", "", "", "", "", "", ""),)
    assert abc("(CD) E2\nw: Fa- ther\n").lyrics == ("Fa-", "ther", "")
    assert abc("(CD) z E\nw: sun * moon\n").lyrics == ("sun", "_", "moon")  # a slur
    assert abc("C z D E\nw: sun * moon\n").lyrics == ("sun", "", "moon")  # a rest ends it
    assert abc('C D|\nw: well\\-known \\"Uber\n').lyrics == ("well-known", "Über")
    assert abc("C D|E F|\nw: one | two\n").lyrics == ("one", "", "two", "")
    assert abc("C D\\\nE F\nw: a b c d\n").lyrics == ("a", "b", "c", "d")


def test_the_first_voice_is_the_tune_and_others_are_named(tmp_path: Path) -> None:
    text = (
        'X:1\nL:1/4\nV:T name="Tenor" clef=treble-8\nV:B clef=bass\nK:C\n[V:T] c d\nw: high er\n[V:B] C, D,\n[V:T] e\n'
    )
    reading = read_abc(text.encode(), "")
    assert reading.melody.notes[:, 2].tolist() == [60, 62, 64] and "Tenor" in reading.remarks[0]
    assert read_abc(text.encode(), "2").melody.notes[:, 2].tolist() == [48, 50]
    assert read_abc(text.encode(), "tenor").melody.lyrics == ("high", "er", "")
    with pytest.raises(Unsound, match="1 Tenor, 2 B"):
        read_abc(text.encode(), "flute")
    book = _HEAD.format("C") + "C\n\nX:2\nT:Other\nK:C\nD E\n"
    assert read_abc(book.encode(), "other").melody.title == "Other"
    assert "2 tunes" in read_abc(book.encode(), "").remarks[0]


def test_chords_parts_tempi_and_metres_stand_where_they_begin() -> None:
    tune = abc('[P:A]"G"C2 "^slowly"D"D7b9"E | [M:3/4][Q:1/8=120] "c"F3 | [P:B] "Fine"G3 |]\n')
    assert tune.chords == ((0, 1440, "G"), (1440, 1920, "D7"), (1920, 4800, "Cm"))
    assert tune.sections == ((0, 3360, "A"), (3360, 4800, "B"))
    assert tune.tempi == ((0, 120.0), (1920, 60.0)) and tune.metres == ((0, "4/4"), (1920, "3/4"))


def test_a_pickup_and_bars_that_a_repeat_cuts_keep_the_metre() -> None:
    tune = abc("C | D E F G | A B c :: C | D E F G |]\n")
    assert tune.pickup == 480 and tune.metres == ((0, "4/4"),)
    assert abc("C D E | F G A | B\n", head="X:1\nM:none\nL:1/4\nK:C\n").notes[-1, 0] == 2880


def test_typesetting_blocks_comments_and_old_encodings_are_no_music() -> None:
    text = "%%begintext\nX:9 no tune\n%%endtext\n" + _HEAD.format("C") + "C % D\nw: K\xfchl\n%%MIDI program 1\nW: E F\n"
    tune = read_abc(text.encode("latin-1"), "").melody
    assert tune.lyrics == ("Kühl",) and tune.title == "Song"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no tune"), ("hello there\nmy friend", "no tune"), ("X:1\nK:C\n", "no tune"),
        ("X:1\nK:C\nz4|z4|\n", "no notes"), ("X:1\nK:G#\nC\n", "G# major would need"),
        ("X:1\nK:C\nC/0\n", "divided by zero"), ("X:1\nK:C\nc''''''\n", "out of range"),
        ("X:1\nQ:1/4=0\nK:C\nC\n", "tempo of 0"), ("X:1\nK:C\nC99999\nC99999C99999C99999C99999C99999\n", "far longer"),
    ],
)  # fmt: skip
def test_a_broken_tune_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "tune.abc"
    path.write_bytes(text.encode())
    with pytest.raises(FileError, match=says) as refusal:
        read_score(path)
    assert "\n" not in str(refusal.value) and str(refusal.value).startswith("tune.abc cannot be read: ")


@given(st.data())
def test_no_damage_gives_another_error(data: st.DataObject) -> None:
    whole = bytearray(_SAMPLE.encode())
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        read_abc(bytes(whole[:cut]), "")
    except (Unsound, FileError) as problem:
        assert "\n" not in str(problem)


_SAMPLE = (
    "X:1\nT:A & B\nM:6/8\nL:1/8\nQ:1/4=90\nV:1\nV:2 clef=bass\nK:Bb % flat\n"
    '[V:1]"Bb"(3BAG [Bd]2-|[Bd] {g}F>G A/ z/|1 [K:C]"C/E"c,3- c3:|2 Z|]\nw: A-men *_ so~|be\n[V:2] B,3 & D,3|]\n'
)


def test_a_file_is_written_and_read_by_its_suffix(tmp_path: Path) -> None:
    tune = abc("C D E F|]\nw: to sing_ *\n")
    write_score(tune, tmp_path / "tune.abc")
    same(tune, read_score(tmp_path / "tune.abc"))
