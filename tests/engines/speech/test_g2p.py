"""The letter-to-sound model pronounces any word, always the same way, with one primary stress."""

from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo_engines.speech.g2p import collapse, encode_word, load_g2p
from intermezzo_engines.speech.lexicon import STRESSED_ARPABET

G2P = load_g2p()


def test_repeats_merge_and_blanks_separate() -> None:
    first, second = STRESSED_ARPABET[0], STRESSED_ARPABET[4]
    assert collapse([0, 1, 1, 0, 1, 5, 5, 0]) == (first, first, second)


def test_letters_are_encoded_without_accents_and_foreign_signs() -> None:
    assert encode_word("Café!") == encode_word("cafe")
    assert encode_word("…") == []


def test_plain_words_sound_plain() -> None:
    bare = [tuple(p.rstrip("012") for p in phones) for phones in G2P.pronounce(["bat", "splint", "nap"])]
    assert bare == [("B", "AE", "T"), ("S", "P", "L", "IH", "N", "T"), ("N", "AE", "P")]


def test_a_word_is_pronounced_alike_alone_and_in_company() -> None:
    words = ["zorbling", "a", "quixotrim", "schoeffer"]
    assert G2P.pronounce(words) == [G2P.pronounce([word])[0] for word in words]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=40))
def test_any_letters_give_phones_with_at_most_one_primary_stress(word: str) -> None:
    phones = G2P.pronounce([word])[0]
    assert phones
    vowels = [p for p in phones if p[-1].isdigit()]
    assert sum(p.endswith("1") for p in vowels) == (1 if vowels else 0)


def test_no_words_give_no_pronunciations() -> None:
    assert G2P.pronounce([]) == []
    assert G2P.pronounce([""]) == [()]
