"""Chord charts: what people type is read as bars of chords, and written so that it is read again."""

import numpy as np
import pytest
from drawn_melody import melodies
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.chart_read import is_chart, read_chart
from intermezzo.storage.scores.chart_write import written_chart

BAR = 1920


def chart(*lines: str) -> Melody:
    return read_chart("\n".join(lines).encode()).melody


def chords(*lines: str) -> list[tuple[float, str]]:
    """Where each chord begins, in bars of four quarters."""
    return [(start / BAR, label) for start, _, label in chart(*lines).chords]


def test_bars_are_shared_as_a_player_would() -> None:
    assert chords("| G | Em | C D7 | G |") == [(0, "G"), (1, "Em"), (2, "C"), (2.5, "D7"), (3, "G")]
    assert chords("| C . . F/A | % |") == [(0, "C"), (0.75, "F/A"), (1, "C"), (1.75, "F/A")]
    assert chords("C G D |") == [(0, "C"), (0.5, "G"), (0.75, "D")]
    assert chords("Am F C G") == [(0, "Am"), (1, "F"), (2, "C"), (3, "G")]
    assert chords("| 3/4 C | G N.C. |") == [(0, "C"), (0.75, "G"), (1.25, "N.C.")]


def test_repeats_are_played_out() -> None:
    assert [label for _, label in chords("|: C |", "| G :|", "| F |")] == ["C", "G", "C", "G", "F"]
    assert [label for _, label in chords("| C | G | x3")] == ["C", "G"] * 3
    assert [label for _, label in chords("| C | G :| x3")] == ["C", "G"] * 3


def test_headings_say_title_key_metre_tempo_and_sections() -> None:
    tune = chart(
        "# mine", "Title: A song", "Key: Em   Time: 3/4   Tempo: 1/4 = 92.5", "Pickup: 1/4", "",
        "[Verse]", "| Em | D |", "Chorus:", "Key: G", "Metre: 4/4", "Bridge: | G |",
    )  # fmt: skip
    assert (tune.title, tune.pickup, tune.n_frames) == ("A song", 480, 480 + 2 * 1440 + 1920)
    assert tune.keys == ((0, "E minor"), (3360, "G major")) and tune.tempi == ((0, 92.5),)
    assert tune.metres == ((0, "3/4"), (3360, "4/4"))
    assert tune.sections[0] == (480, 3360, "Verse")
    assert tune.count == 0


def test_lyrics_are_no_chart() -> None:
    assert is_chart("Key: G\n| G | Em | C D7 | G |")
    assert not is_chart("I am here | and you are there | for a day") and not is_chart("A day\nin May")


def at_frame(tune: Melody, frame: int) -> str:
    return next((label for start, stop, label in tune.chords if start <= frame < stop), "N.C.")


@given(melodies())
def test_a_chart_says_again_which_chord_sounds_where(melody: Melody) -> None:
    """At the beginning of every eighth of all full bars; gaps and no chord are the same."""
    if not melody.chords:
        return
    found = read_chart(written_chart(melody)).melody
    assert (found.metres, found.pickup, found.tempi) == (melody.metres, melody.pickup, melody.tempi) or (
        len(melody.tempi) > 1 or len(melody.metres) > 1
    )
    bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
    for frame in range(int(bars.starts[1 if melody.pickup else 0]), melody.n_frames, 240):
        mine, theirs = (at_frame(tune, frame) for tune in (melody, found))
        assert mine == theirs, frame


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no chords"), ("| G | Hallo |", "line 1: 'Hallo' is no chord"), ("Key: H\n| G |", "line 1: 'H' is no key"),
        ("Tempo: fast\n| G |", "no number"), ("Tempo: 0\n| G |", "tempo of 0"), ("Metre: 0/4\n| G |", "no metre"),
        ("Pickup: 1/0\n| G |", "no pick-up"), ("| C | x99\n" * 99, "over 4,000 bars"), ("\0", "no text"),
    ],
)  # fmt: skip
def test_a_wrong_chart_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(Unsound, match=says):
        read_chart(text.encode())


@given(st.text("|:% GCm7/4x.[]\nKey=Tempo0123456789", max_size=80))
def test_no_text_gives_another_error(text: str) -> None:
    try:
        read_chart(text.encode())
    except (Unsound, FileError) as problem:
        assert "\n" not in str(problem)


def test_a_tune_without_chords_is_no_chart() -> None:
    with pytest.raises(Unsound, match="no chords"):
        written_chart(Melody(np.array([[0, 480, 60, 80]], np.int32), ("",), 1920))
