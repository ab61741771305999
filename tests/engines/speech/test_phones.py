"""The phone inventory is one with the sketch type's palette and loses nothing on the way from and to ARPAbet."""

import pytest

from intermezzo.core.errors import SketchError
from intermezzo.core.sketches.speech import PAUSE, PHONES
from intermezzo_engines.speech import phones
from intermezzo_engines.speech.lexicon import STRESSED_ARPABET


def test_the_palette_of_the_sketch_type_is_this_inventory() -> None:
    palette = {symbol for _, group in PHONES for symbol in group}
    assert palette - {"?"} == set(phones.SYMBOLS)  # "?" is a sound of a recording without its text
    assert phones.PAUSE == PAUSE


@pytest.mark.parametrize("phone", STRESSED_ARPABET)
def test_arpabet_survives_the_round_trip(phone: str) -> None:
    assert phones.label_to_arpabet(phones.arpabet_to_label(phone)) == phone


def test_labels_carry_stress_and_reduced_vowels() -> None:
    assert phones.arpabet_to_labels(("EH1", "AH0", "AH2", "ER0", "NG")) == ("ˈɛ", "ə", "ˌʌ", "ɚ", "ŋ")
    assert phones.split_label("ˌʌ") == ("ʌ", 2)


def test_classes_follow_phonetics() -> None:
    assert phones.is_vowel("ˈaɪ")
    assert not phones.is_vowel("s")
    assert [phones.is_voiced(label) for label in ("z", "s", "ˈɛ", PAUSE)] == [True, False, True, False]
    assert phones.phone_classes()["nasal"] == ("m", "n", "ŋ")
    assert sum(len(group) for group in phones.phone_classes().values()) == len(phones.SYMBOLS)


@pytest.mark.parametrize("label", ["?", "", "q", "ˈ", "ˈˈɛ"])
def test_a_foreign_label_is_refused(label: str) -> None:
    with pytest.raises(SketchError, match="no phone"):
        phones.split_label(label)
