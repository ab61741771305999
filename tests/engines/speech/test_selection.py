"""Whatever changes outside a selection is counted, in every layer, to the bit."""

from dataclasses import replace

import numpy as np
from drawn_sketch import drawn_sketch

from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.layers import Region
from intermezzo_engines.speech.selection import changed_outside


def test_nothing_changes_when_nothing_is_done() -> None:
    assert changed_outside(drawn_sketch(), drawn_sketch(), 40, 60) == 0


def test_what_happens_inside_does_not_count() -> None:
    sketch = drawn_sketch()
    inside = curves.shift(sketch, "energy", 30, 50, 2.0)
    inside = matrices.add(inside, "envelope", 30, 10, np.ones((20, 5), np.float32))
    assert changed_outside(sketch, inside, 30, 50) == 0
    assert changed_outside(sketch, inside, 30, 49) > 0


def test_one_value_outside_is_seen_in_each_layer() -> None:
    sketch = drawn_sketch()
    for layer in ("pitch", "energy"):
        assert changed_outside(sketch, curves.shift(sketch, layer, 30, 31, 0.01), 40, 60) >= 2  # value and mark
    painted = matrices.add(sketch, "breath", 30, 2, np.full((1, 1), -0.5, np.float32))
    assert changed_outside(sketch, painted, 40, 60) == 1
    assert changed_outside(sketch, regions.lock(sketch, ["envelope"], Region(30, 31)), 40, 60) == 100


def test_a_base_that_moved_under_a_kept_value_is_seen() -> None:
    sketch = drawn_sketch()
    base = sketch.pitch.base.copy()
    base[30] = np.nextafter(base[30], np.float32(1000))
    assert changed_outside(sketch, sketch.with_layer(replace(sketch.pitch, base=base)), 40, 60) == 1


def test_a_span_outside_with_another_name_is_seen() -> None:
    sketch = drawn_sketch()
    assert changed_outside(sketch, spans.relabel(sketch, "phones", 1, "t"), 40, 60) == 2  # one row went, one came
    assert changed_outside(sketch, spans.relabel(sketch, "phones", 3, "s"), 40, 60) == 0


def test_another_length_changes_all() -> None:
    sketch = drawn_sketch()
    assert changed_outside(sketch, spans.set_lengths(sketch, {3: 20}), 40, 60) > 100
