"""Written syllables as they are sung: the vowel that is held, and how it begins."""

import numpy as np
import pytest

from intermezzo_engines.melody.sound.consonants import CONSONANTS, consonant_of
from intermezzo_engines.melody.sound.vowels import FORMANTS, ROUND, vowel_of

SUNG = {
    "i": "see dream me field sweet", "ɪ": "riv- hills sing in-", "e": "day rain made a-way", "ɛ": "tell yes- when Bett",
    "a": "lamps heart night time my down sound now mein", "o": "home low gold know soul beau",
    "u": "moon you blue through",
    "ɔ": "song for all Träu- voice", "ʌ": "the love come -de", "ʊ": "und sun put would", "ɝ": "burn- er word bird",
    "y": "für über", "ø": "schön cœur fleur",
}  # fmt: skip


@pytest.mark.parametrize(("vowel", "word"), [(vowel, word) for vowel, words in SUNG.items() for word in words.split()])
def test_a_syllable_is_sung_on_its_vowel(vowel: str, word: str) -> None:
    assert vowel_of(word) == vowel
    assert vowel_of(f"“{word.capitalize()}") in FORMANTS


def test_what_has_no_letters_is_hummed_and_any_script_is_sung() -> None:
    assert vowel_of("") == vowel_of("…") == ROUND
    assert all(vowel_of(text) in FORMANTS for text in ("歌", "ночь", "hm", "ñ", "2", "la-"))


def test_a_syllable_begins_with_its_consonant() -> None:
    wanted = {
        "murmur": "moon lamps riv- we knew young", "tap": "burn- gold", "stop": "tell care place", "hiss": "see city",
        "hush": "she schön choose joy", "breath": "for home the when Fluss", "": "over I hour ear- 歌",
    }  # fmt: skip
    for name, words in wanted.items():
        assert [consonant_of(word) for word in words.split()] == [name] * len(words.split())
    assert consonant_of("") == consonant_of("_") == ""
    for consonant in CONSONANTS.values():
        assert consonant.opening[0] < 0.1 and consonant.opening[-1] > 0.99
        assert np.abs(np.diff(consonant.opening)).max() < 0.02
