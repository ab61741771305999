"""Edits are counted on the words that stayed, and those that are gone are missed."""

import numpy as np
from drawn_sketch import drawn_sketch

from intermezzo.core.edits import curves, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo_engines.speech.kept import edited_everywhere, kept_edits, with_other_words


def test_one_word_in_ten_is_another() -> None:
    text = "The harbour lights were already burning when we came around the point and saw the village below us there."
    changed, words = with_other_words(text, "She measured nineteen grams of flour", np.random.default_rng(0))
    before, after = text.split(), changed.split()
    assert len(before) == len(after)
    different = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(different) == 2
    assert {w.lower().strip(".") for pair in different for w in pair} == words


def test_all_edits_are_kept_by_a_sketch_that_is_the_same() -> None:
    edited = edited_everywhere(drawn_sketch(), np.random.default_rng(1))
    kept = kept_edits(edited, edited, set())
    assert kept is not None
    assert kept.had == kept.kept > 100 and kept.phones_had == kept.phones_kept > 0 and kept.error_st == 0


def test_a_new_prediction_without_the_edits_keeps_none() -> None:
    edited = edited_everywhere(drawn_sketch(), np.random.default_rng(1))
    kept = kept_edits(edited, drawn_sketch(), set())
    assert kept is not None and kept.had > 0 and kept.kept == 0 and kept.phones_kept == 0


def test_edits_of_words_that_went_do_not_count() -> None:
    sketch = drawn_sketch()
    edited = curves.shift(sketch, "energy", int(sketch.words.starts[1]), int(sketch.words.stops[1]), 3.0)
    kept = kept_edits(edited, drawn_sketch(("one", "zwei", "three", "four")), {"two", "zwei"})
    assert kept is not None and kept.had == 0
    kept = kept_edits(edited, drawn_sketch(), set())
    assert kept is not None and kept.had == 28


def test_edits_follow_their_phones_to_another_length() -> None:
    edited = curves.shift(drawn_sketch(), "pitch", 25, 35, 3.0)
    slower = spans.set_lengths(drawn_sketch(), {2: 48})
    again, _ = carry_over(edited, slower)
    kept = kept_edits(edited, again, set())
    assert kept is not None and kept.had == kept.kept == 10 and kept.error_st < 0.3


def test_sketches_of_other_word_counts_are_not_compared() -> None:
    sketch = drawn_sketch()
    assert kept_edits(sketch, sketch.with_layer(sketch.words.subset([0, 1])), set()) is None
