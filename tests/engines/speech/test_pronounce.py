"""Words sound as their neighbours ask, endings are regular, and nothing is left out."""

import pytest

from intermezzo_engines.speech.pronounce import Pronouncer

PRONOUNCER = Pronouncer()


def sounds(text: str) -> list[str]:
    return [" ".join(phones) for phones in PRONOUNCER.pronounce(text.split())]


def test_the_article_listens_to_the_next_sound() -> None:
    assert sounds("the apple the pear") == ["DH IY0", "AE1 P AH0 L", "DH AH0", "P EH1 R"]


@pytest.mark.parametrize(
    ("noun", "verb", "word"),
    [
        ("the record", "to record", 1),
        ("a present", "to present", 1),
        ("a live", "they live", 1),
        ("the use", "to use", 1),
    ],
)
def test_nouns_and_verbs_differ(noun: str, verb: str, word: int) -> None:
    assert sounds(noun)[word] != sounds(verb)[word]


def test_weak_words_are_full_at_the_end_of_a_phrase() -> None:
    assert sounds("can you")[0] == "K AH0 N"
    assert sounds("you can")[1] == "K AE1 N"
    assert sounds("to you")[0] != sounds("you to")[1]


def test_regular_endings_follow_the_stem() -> None:
    assert sounds("neild's")[0].endswith("Z")
    assert PRONOUNCER.candidates("zilch's")[0][-2:] == ("IH0", "Z")
    assert PRONOUNCER.candidates("wretches")[0][-3:] == ("CH", "IH0", "Z")


def test_compounds_are_put_together() -> None:
    assert sounds("whitefisherman")[0].startswith("W AY1 T F IH2 SH")


def test_unknown_words_are_pronounced_and_remembered() -> None:
    assert sounds("zorblatt")[0]
    assert sounds("zorblatt") == sounds("zorblatt")


def test_an_aligner_is_offered_every_variant() -> None:
    assert {("DH", "AH0"), ("DH", "IY0")} <= set(PRONOUNCER.candidates("the"))
