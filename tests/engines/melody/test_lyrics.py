"""Lyrics into syllables: counts, stress, hyphens, headings, scripts and languages."""

import pytest

from intermezzo.core.errors import SourceError
from intermezzo_engines.melody.lyrics import lyrics_of


def _sung(text: str, language: str = "auto") -> str:
    return " ".join(syllable.sung for line in lyrics_of(text, language).lines for syllable in line.syllables)


@pytest.mark.parametrize(
    ("text", "language", "sung"),
    [
        ("the river turns to gold,", "en", "the ri- ver turns to gold,"),
        ("beautiful little people whispered", "en", "beau- ti- ful lit- tle peo- ple whis- pered"),
        ("and are re-told", "en", "and are re- told"),
        ("Über allen Gipfeln ist Ruh’, Frauen", "de", "Ü- ber al- len Gip- feln ist Ruh’, Frau- en"),
        ("quatre filles chantaient rien", "fr", "qua- tre fil- les chan- taient rien"),
        ("月が きれい", "auto", "月 が き れ い"),
    ],
)
def test_words_are_cut_as_they_are_sung(text: str, language: str, sung: str) -> None:
    assert _sung(text, language) == sung


def test_stress_comes_from_the_dictionary_and_small_words_have_none() -> None:
    (line,) = lyrics_of("the forgotten river", "en").lines
    assert [syllable.stress for syllable in line.syllables] == [0, 0, 1, 0, 1, 0]
    assert line.syllables[0].is_function and not line.syllables[1].is_function


def test_headings_name_stanzas_and_are_not_sung() -> None:
    lyrics = lyrics_of("[Verse 1]\none two\n\nChorus:\nla la la\n")
    assert [(stanza.label, len(stanza.lines)) for stanza in lyrics.stanzas] == [("Verse 1", 1), ("Chorus", 1)]


def test_syllables_know_where_they_stand_in_the_source() -> None:
    text = "Take a\r\n  turn, river!"
    for line in lyrics_of(text, "en").lines:
        for syllable in line.syllables:
            assert text[syllable.start : syllable.stop] == syllable.text.removesuffix("-")


@pytest.mark.parametrize("text", ["...\n!!", "\n\n", "Привет мир", "مرحبا", "x\n" * 30_000])
def test_what_cannot_be_sung_is_told_in_one_line(text: str) -> None:
    with pytest.raises(SourceError) as told:
        lyrics_of(text)
    assert "\n" not in str(told.value)
