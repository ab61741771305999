"""Humdrum: songs with their syllables are understood, broken files refused in one line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.formats import read_score
from intermezzo.storage.scores.kern_read import read_kern
from intermezzo.storage.scores.round_trip import round_trip

_SONG = """!!!OTL: Gru2sse
!!!TXO: Deutsch
**kern	**silbe
*clefG2	*
*k[b-]	*
*M2/4	*
*MM96	*
8r	.
8f	{Fru2h-
=1	=1
(8f	-lings-
8g)	|
8.a	|
16qb	.
16b-}	kleid,}
=2	=2
[4cc#	mu2-
8cc#]	|
12d-	-de
=3	=3
2r	.
*-	*-
"""


def kern(*lines: str, part: str = "") -> Melody:
    return read_kern(("\n".join(lines) + "\n").encode(), part).melody


def test_a_song_is_read_with_its_syllables_and_what_stands_before_it() -> None:
    tune = read_kern(_SONG.encode(), "").melody
    assert tune.notes[:, :3].tolist() == [
        [240, 480, 65], [480, 720, 65], [720, 960, 67], [960, 1320, 69], [1320, 1440, 70], [1440, 2160, 73],
        [2160, 2320, 61],
    ]  # fmt: skip
    assert tune.lyrics == ("Früh-", "lings-", "_", "_", "kleid,", "mü-", "de")
    assert (tune.title, tune.language, tune.pickup) == ("Grüsse", "de", 480)
    assert tune.keys == ((0, "F major"),) and tune.tempi == ((0, 96.0),) and tune.metres[0] == (0, "2/4")


def test_accents_and_the_hyphens_of_compounds_are_letters() -> None:
    tokens = ("peut~", "~e^-", "-tre", "me\\-", "-re", "ai-", "-mez", "~moi", "c5a", "jus-", "-te a-", "-mi")
    tune = kern("**kern\t**text", *(f"4c\t{token}" for token in tokens), "*-\t*-")
    assert tune.lyrics == ("peut‑-", "ê-", "tre", "mè-", "re", "ai-", "mez‑-", "moi", "ça", "jus-", "te‿a-", "mi")


def test_of_many_spines_the_one_that_sings_is_followed_through_splits() -> None:
    lines = [
        "**kern\t**kern\t**silbe", '*I"Piano\t*I"Voice\t*', "4C\t4cc\tLa", "*^\t*\t*", "4E\t4G\t4dd\tla",
        "*v\t*v\t*\t*",
        "4F\t4ee\tla", "*-\t*-\t*-",
    ]  # fmt: skip
    assert kern(*lines).notes[:, 2].tolist() == [72, 74, 76]
    below = read_kern("\n".join(lines).encode(), "piano")
    assert below.melody.notes[:, 2].tolist() == [48, 52, 53] and any("1 notes of further" in r for r in below.remarks)
    with pytest.raises(Unsound, match="1 Voice, 2 Piano"):
        kern(*lines, part="harp")


def test_a_text_may_begin_in_the_middle() -> None:
    assert kern("**kern\t**text", "4c\tla", "*\t*+", "*\t*\t**text", "4d\tlu\tlo", "*-\t*-\t*-").lyrics == ("la", "lu")


def test_keys_lengths_and_transpositions_are_read_as_written() -> None:
    tune = kern("**kern", "*Trd-1c-2", "*d:dor", "0c", "3%2c 3%2e", "4..B-", "*-")
    assert tune.keys == ((0, "D dorian"),)
    assert tune.notes[:, :3].tolist() == [[0, 3840, 58], [3840, 5120, 58], [3840, 5120, 62], [5120, 5960, 56]]


def test_what_was_read_comes_back_from_musicxml(tmp_path: Path) -> None:
    path = tmp_path / "song.krn"
    path.write_text(_SONG, encoding="utf-8")
    kept = round_trip(path)
    assert kept.whole and (kept.notes, kept.syllables) == (7, 7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no spines"), ("hello\n", "line 1 should name its spines"), ("**silbe\nla\n*-\n", "no \\*\\*kern spine"),
        ("**kern\n*M4/4\n*-\n", "no notes"), ("**kern\t**kern\n4c\t4d\t4e\n", "line 2 has 3 columns where 2 belong"),
        ("**kern\n4cccccccccc\n", "out of range"), ("**kern\n4%0c\n", "divided by zero"),
        ("**kern\n*MM0\n4c\n", "tempo of 0"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "song.krn"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=says) as refusal:
        read_score(path)
    assert "\n" not in str(refusal.value)


@given(st.data())
def test_no_damage_gives_another_error(data: st.DataObject) -> None:
    whole = bytearray(_SONG.replace("4cc#\t", "*^\t*\n4cc#\t4e\t").encode())
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        read_kern(bytes(whole[:cut]), "")
    except (Unsound, FileError) as problem:
        assert "\n" not in str(problem)
