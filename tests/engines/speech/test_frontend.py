"""Network inputs are a function of the phone sequence alone."""

import numpy as np
import pytest

from intermezzo.core.errors import SketchError
from intermezzo_engines.speech.frontend import MARKS, SpokenPhone, phone_inputs
from intermezzo_engines.speech.phones import PAUSE

SEQUENCE = [
    SpokenPhone(PAUSE, -1, "", "start"), SpokenPhone("ð", 0, "the"), SpokenPhone("ə", 0, "the"),
    SpokenPhone("ˈaɪ", 1, "eye"), SpokenPhone(PAUSE, -1, "", ","), SpokenPhone("ɡ", 2, "go"),
    SpokenPhone("ˈoʊ", 2, "go"),
]  # fmt: skip


def test_places_stress_marks_and_weak_words() -> None:
    inputs = phone_inputs(SEQUENCE)
    assert inputs.place.tolist() == [0, 1, 3, 4, 0, 1, 3]
    assert inputs.stress.tolist() == [0, 0, 0, 1, 0, 0, 1]
    assert inputs.weak.tolist() == [0, 1, 1, 0, 0, 0, 0]
    assert [MARKS[m] for m in inputs.mark] == ["start", "phone", "phone", "phone", ",", "phone", "phone"]


def test_weak_words_are_those_of_the_language_that_the_sounds_tell() -> None:
    german = [SpokenPhone("d", 0, "die"), SpokenPhone("i", 0, "die"), SpokenPhone("ˈʏ", 1, "hütte")]
    english = [SpokenPhone("d", 0, "die"), SpokenPhone("ˈaɪ", 0, "die")]
    assert phone_inputs(german).weak.tolist() == [1, 1, 0]
    assert phone_inputs(english).weak.tolist() == [0, 0]


def test_distances_count_phones_to_the_nearest_pauses() -> None:
    counted = np.expm1(phone_inputs(SEQUENCE).distance * 4).round().astype(int)
    assert counted[:, 0].tolist() == [0, 1, 2, 3, 0, 1, 2]
    assert counted[:, 1].tolist() == [0, 3, 2, 1, 0, 2, 1]
    assert counted[:, 2].tolist() == [0, 1, 2, 3, 4, 5, 6]  # a comma is no strong pause


def test_an_unknown_sound_is_refused() -> None:
    with pytest.raises(SketchError):
        phone_inputs([SpokenPhone("?", 0, "x")])
