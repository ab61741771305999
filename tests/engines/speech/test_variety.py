"""Takes are compared phone by phone on warped time."""

import numpy as np
import pytest
from drawn_sketch import drawn_sketch

from intermezzo.core.edits import curves, spans
from intermezzo_engines.speech.variety import length_difference, pitch_differences_cents


def test_a_take_equals_itself() -> None:
    sketch = drawn_sketch()
    assert np.abs(pitch_differences_cents(sketch, sketch)).max() == 0
    assert length_difference(sketch, sketch) == 0


def test_a_semitone_is_a_hundred_cents() -> None:
    sketch = drawn_sketch()
    higher = curves.shift(sketch, "pitch", 0, sketch.n_frames, 1.0)
    assert np.allclose(pitch_differences_cents(sketch, higher), 100, atol=0.1)


def test_other_lengths_alone_are_no_other_melody() -> None:
    sketch = drawn_sketch()
    slower = spans.set_lengths(sketch, {1: 2 * int(sketch.phones.stops[1] - sketch.phones.starts[1])})
    assert np.sqrt(np.mean(pitch_differences_cents(sketch, slower) ** 2)) < 15
    assert length_difference(sketch, slower) == pytest.approx(0.5 / sketch.phones.count)


def test_takes_of_other_phones_are_no_takes_of_one_sentence() -> None:
    sketch = drawn_sketch()
    with pytest.raises(ValueError, match="zip"):
        pitch_differences_cents(sketch, spans.delete(sketch, 2))
