"""The person's own pronunciations: which words they hold for, how they are written, and what is refused."""

import pytest

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.own_words import own_words
from intermezzo_engines.speech.phones import base_arpabet
from intermezzo_engines.speech.pronounce import Phones, load_pronouncer
from intermezzo_engines.speech.spelling import read_ipa, symbols_of
from intermezzo_engines.speech.text import phrases

ENGLISH, GERMAN = load_pronouncer("en"), load_pronouncer("de")
WIN = ("W", "IH1", "N")


def said(text: str, dictionary: str, language: str = "en") -> list[Phones]:
    """Return the phones of all words; those that the dictionary leaves alone are ("-",)."""
    own = own_words({"dictionary": dictionary}, ENGLISH if language == "en" else GERMAN, language)
    (phrase,) = phrases(text, language)
    return own.said([("-",)] * len(phrase.words), phrase.tokens, text)


def test_a_whole_word_is_said_so_whatever_its_case() -> None:
    found = said("Nguyen, NGUYEN and nguyens in Nguyenland", "Nguyen\ten\t/wɪn/")
    assert found == [WIN, WIN, ("-",), ("-",), ("-",), ("-",)]


def test_a_word_in_capitals_holds_for_capitals_only() -> None:
    assert said("US and us", "US\ten\tyou-ESS") == [("Y", "UW0", "EH1", "S"), ("-",), ("-",)]


def test_a_possessive_keeps_its_ending() -> None:
    assert said("Nguyen's and Bruce’s", "Nguyen\ten\t/wɪn/\nbruce\ten\t/bɹus/") == [
        (*WIN, "Z"), ("-",), ("B", "R", "UW1", "S", "IH0", "Z"),
    ]  # fmt: skip


def test_a_run_of_signs_and_parts_of_a_word_with_hyphens_are_found() -> None:
    assert said("our B2B deal", "B2B\ten\t/wɪn/") == [("-",), WIN, (), (), ("-",)]
    assert said("Smith-Nguyen", "Nguyen\ten\t/wɪn/") == [("-",), WIN]
    assert said("Müller-Nguyen", "Nguyen\tde\t/viːn/", "de") == [("-",), ("V", "IY1", "N")]


def test_letters_that_sound_like_a_word_are_read_by_the_engine_and_capitals_are_stressed() -> None:
    (siobhan,) = said("Siobhan", "Siobhan\ten\tshiv-AWN")
    assert siobhan[:3] == ("SH", "IH0", "V") and siobhan[-1] == "N" and any(p.endswith("1") for p in siobhan[3:])
    (goethe,) = said("Goethe", "Goethe\tde\tgöte", "de")
    assert goethe == GERMAN.pronounce(["göte"])[0]


def test_another_language_is_left_alone() -> None:
    assert said("Gift", "Gift\tde\t/ɡɪft/") == [("-",)]


@pytest.mark.parametrize(
    ("dictionary", "why"),
    [
        ("loch\ten\t/lɔx/", r"Pronunciation of “loch”: “x” in “/lɔx/” is no sound of English"),
        ("this\tde\t/θɪs/", r"“θ” in “/θɪs/” is no sound of German"),
        ("click\ten\t/kǃ/", r"“ǃ” in “/kǃ/” is no sound of English"),
        ("win\ten\tw1n", r"“1” in “w1n” is no letter"),
    ],
)
def test_what_is_no_sound_of_the_language_is_named(dictionary: str, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        said("word", dictionary)


def test_german_reads_ipa_as_german_is_written() -> None:
    assert read_ipa("/ˈʁeːɡən/", "de") == read_ipa("ˈreɡən", "de") == ("RR", "EE1", "G", "AH0", "N")


@pytest.mark.parametrize("pronouncer", [(ENGLISH, "en"), (GERMAN, "de")])
def test_the_engine_itself_says_no_sound_that_the_language_does_not_have(pronouncer: tuple) -> None:  # type: ignore[type-arg]
    speaks, language = pronouncer
    allowed = {base_arpabet(read_ipa(symbol)[0]) for symbol in symbols_of(language)}
    words = "the quick brown fox jumps over lazy dogs" if language == "en" else "die schnelle Katze springt über Bäche"
    for phones in speaks.pronounce(words.lower().split()):
        assert {base_arpabet(p) for p in phones} <= allowed


def test_signs_that_are_one_sound_in_german_are_two_in_english() -> None:
    assert read_ipa("/ˈkæts/", "en") == ("K", "AE1", "T", "S")
    assert read_ipa("/tsaɪt/", "de")[0] == "TS"
    with pytest.raises(SourceError, match="no sound of English"):
        read_ipa("/ˈkyts/", "en")
