"""Scores into what trainings learn from: where lines of verse end, and art songs in Humdrum."""

from intermezzo_engines.melody.corpus import melody_of
from intermezzo_engines.melody.kern_songs import row_of, unseen
from intermezzo_engines.melody.line_ends import lines_guessed


def _lines(text: str, language: str) -> list[str]:
    syllables = [part for word in text.split() for part in word.replace("-", "-~").split("~")]
    lines, line = [], ""
    for syllable, ends in zip(syllables, lines_guessed(syllables, language), strict=True):
        line += syllable.removesuffix("-") + ("" if syllable.endswith("-") else " ")
        if ends:
            lines.append(line.strip())
            line = ""
    assert not line
    return lines


def test_lines_end_where_small_words_have_capitals_but_not_before_nouns() -> None:
    verse = "Und ich ging im Wal-de So für mich hin, Und nichts zu su-chen, Das war mein Sinn."
    lines = ["Und ich ging im Walde", "So für mich hin,", "Und nichts zu suchen,", "Das war mein Sinn."]
    assert _lines(verse, "de") == lines


def test_lines_end_at_punctuation_where_capitals_say_nothing() -> None:
    verse = "the sun is ri-sing on the hill, the mill-er sleeps be-side the mill, the wheel is still, and I am still."
    lines = _lines(verse, "en")
    assert lines[:2] == ["the sun is rising on the hill,", "the miller sleeps beside the mill,"]


_KERN = """**kern\t**silbe
*M3/4\t*
4r\t.
{8cc\t{Scho2-
8dd\t|
[4b-\t-ne
=2\t=2
4b-]\t|
gq\t.
2a}\tWelt,}
*-\t*-
"""


def test_humdrum_songs_have_ties_held_syllables_umlauts_and_bars() -> None:
    row = row_of(_KERN, "de")
    assert row is not None
    assert row["notes"] == [[12, 6, 72], [18, 6, 74], [24, 24, 70], [48, 24, 69]]
    assert row["lyrics"] == [["Schö-", "", "ne", "Welt,"]]
    assert row["bars"] == [0, 36]
    melody = melody_of(row)
    assert melody is not None and melody.lyrics == ("Schö-", "_", "ne", "Welt,") and melody.language == "de"


def test_a_song_that_is_known_is_not_taken_again() -> None:
    notes = [[12 * k, 12, 60 + (5 * k) % 11] for k in range(40)]
    row = {
        "title": "", "id": "", "key": None, "ts": [[0, 4, 4]], "bars": list(range(0, 480, 48)), "notes": notes,
        "lyrics": [["la"] * 40], "chords": [], "lang": "de",
    }  # fmt: skip
    song = melody_of(row)
    higher = melody_of(row | {"notes": [[a, b, pitch + 3] for a, b, pitch in notes]})
    other = melody_of(row | {"notes": [[a, b, 60 + (7 * k) % 13] for k, (a, b, _) in enumerate(notes)]})
    assert song is not None and higher is not None and other is not None
    assert list(unseen(iter([higher, other, other]), [song])) == [other]
