"""A melody that was followed correlates wholly, one that was not does not, and lengths differ by what they differ."""

import numpy as np
import pytest
from drawn_sketch import drawn_sketch

from intermezzo.core.edits import curves, spans
from intermezzo_engines.speech.features import HOP_S
from intermezzo_engines.speech.intonation import length_errors_ms, matched_phones, melody_correlation, paired_pitch


def test_a_sketch_follows_itself() -> None:
    sketch = drawn_sketch()
    f, g = paired_pitch(sketch, sketch.pitch.values, sketch, sketch.pitch.values)
    assert len(f) == 88 and melody_correlation(f, g) == pytest.approx(1)
    assert set(length_errors_ms(sketch, sketch)) == {0.0}


def test_another_register_and_tempo_are_still_the_same_melody() -> None:
    sketch = drawn_sketch()
    other = spans.set_lengths(curves.shift(sketch, "pitch", 0, sketch.n_frames, -7.0), {2: 36})
    f, g = paired_pitch(other, other.pitch.values, sketch, sketch.pitch.values)
    assert melody_correlation(f, g) > 0.97 and np.median(f - g) == pytest.approx(-7, abs=0.1)
    assert length_errors_ms(other, sketch)[1] == pytest.approx(1000 * HOP_S * 12)


def test_a_melody_upside_down_is_another() -> None:
    sketch = drawn_sketch()
    f, g = paired_pitch(sketch, sketch.pitch.values, sketch, sketch.pitch.values)
    assert melody_correlation(f, -g) == pytest.approx(-1)
    assert melody_correlation(f, np.full_like(g, 200.0)) == 0


def test_phones_that_only_one_has_are_left_out() -> None:
    sketch = drawn_sketch()
    shorter = spans.delete(sketch, 3)
    assert len(matched_phones(shorter.phones, sketch.phones)) == 7
    assert set(length_errors_ms(shorter, sketch)) == {0.0}
