"""Boundary differences are nothing between equals and what they are elsewhere."""

import pytest
from drawn_sketch import drawn_sketch

from intermezzo_engines.speech.aligner import AlignedPhone, AlignedWord
from intermezzo_engines.speech.alignment_check import differences_ms, known_differences_ms, words_of
from intermezzo_engines.speech.features import HOP_S
from intermezzo_engines.speech.phones import PAUSE, base_arpabet, label_to_arpabet
from intermezzo_engines.speech.teacher import Segment


def found(shift: int = 0) -> list[AlignedWord]:
    sketch = drawn_sketch()
    places = zip(sketch.phones.labels, sketch.phones.starts, sketch.phones.stops, strict=True)
    phones = [AlignedPhone(label_to_arpabet(label), int(a) + shift, int(b) + shift) for label, a, b in places]
    inner = phones[1:-1]
    words = [AlignedWord(k, tuple(inner[2 * k : 2 * k + 2])) for k in range(4)]
    return [AlignedWord(-1, (phones[0],)), *words, AlignedWord(-1, (phones[-1],))]


def test_known_times_found_again_differ_by_nothing() -> None:
    assert known_differences_ms(drawn_sketch(), found()) == [0.0] * 8


def test_a_frame_late_is_a_frame_in_milliseconds() -> None:
    assert known_differences_ms(drawn_sketch(), found(1)) == pytest.approx([1000 * HOP_S] * 8)


def test_the_words_of_a_sketch_are_read_as_they_will_be_aligned() -> None:
    assert words_of(drawn_sketch()) == [("S", "A1"), ("T", "EH1")] * 2


def test_a_second_method_is_compared_by_phone_starts() -> None:
    phones = drawn_sketch().phones
    rows = [(a, b, c) for a, b, c in zip(phones.labels, phones.starts, phones.stops, strict=True) if a != PAUSE]
    theirs = [
        Segment(base_arpabet(label_to_arpabet(label)), (int(a) - 0.5) * HOP_S + 0.012, int(b) * HOP_S)
        for label, a, b in rows
    ]
    assert differences_ms(phones, [Segment("SIL", 0.0, 0.1), *theirs]) == pytest.approx([12.0] * 8)


def test_other_pronunciations_are_not_compared() -> None:
    assert differences_ms(drawn_sketch().phones, [Segment("T", 0.1, 0.2)]) == []
