"""Lyrics into syllables: counts, stress, hyphens, headings, scripts and languages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("comme une âme, l'heure des yeux", "fr", "comme une â- me, l'heu- re des yeux"),
        ("our hour of fire, o’er the flower", "en", "our hour of fire, o’er the flow- er"),
        ("Vöglein, hinaus! Glückliche Straße", "de", "Vög- lein, hin- aus! Glück- li- che Stra- ße"),
        ("Naïve café in 1985", "en", "Na- ïve ca- fé in nine- teen eigh- ty five"),
        ("riv·er and a ro-bin", "en", "riv- er and a ro- bin"),
        ("月が きれい", "auto", "月 が き れ い"),
    ],
)
def test_words_are_cut_as_they_are_sung(text: str, language: str, sung: str) -> None:
    assert _sung(text, language) == sung


def test_stress_comes_from_the_dictionary_and_small_words_have_none() -> None:
    (line,) = lyrics_of("the forgotten river", "en").lines
    assert [syllable.stress for syllable in line.syllables] == [0, 0, 1, 0, 1, 0]
    assert line.syllables[0].is_function and not line.syllables[1].is_function


def test_marks_open_before_a_syllable_or_close_after_it_and_digits_are_said() -> None:
    assert _sung("Rock 'n' roll — 42 times (oh yeah)", "en") == "Rock 'n' roll— for- ty two times (oh yeah)"


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_any_text_is_sung_letter_by_letter_in_order(language: str) -> None:
    @given(st.text(st.sampled_from("abdeehilnorstuyäéß'’-,.! \n"), max_size=80))
    def holds(text: str) -> None:
        try:
            syllables = [s for line in lyrics_of(text, language).lines for s in line.syllables]
        except SourceError:
            assert not any(sign.isalpha() for sign in text)
            return
        letters = "".join(sign for sign in text if sign.isalpha())
        assert "".join(sign for s in syllables for sign in s.text if sign.isalpha()) == letters
        assert all(a.stop <= b.start for a, b in pairwise(syllables))
        assert all(text[s.start : s.stop] == s.text.removesuffix("-") for s in syllables)

    holds()


def test_headings_name_stanzas_and_are_not_sung() -> None:
    lyrics = lyrics_of("[Verse 1]\none two\n\nChorus:\nla la la\nBridge 2: so it goes\nand on\n")
    labels = [(stanza.label, len(stanza.lines)) for stanza in lyrics.stanzas]
    assert labels == [("Verse 1", 1), ("Chorus", 1), ("Bridge 2", 2)]
    assert lyrics.stanzas[2].lines[0].syllables[0].text == "so"


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
