"""Sketches joined end to end are one sketch: values follow each other, ids stay different, nothing is copied twice."""

from dataclasses import replace

import numpy as np
import pytest
from trial import TRIAL, trial_sketch

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Spans
from intermezzo.core.sketch import Sketch


def edited() -> Sketch:
    sketch = curves.shift(trial_sketch(), "melody", 20, 60, 3.0)
    return matrices.add(sketch, "colour", 5, 0, np.full((9, 2), 4.0, np.float32))


def test_every_layer_is_the_first_followed_by_the_second() -> None:
    first, second = edited(), trial_sketch()
    both = first.joined(second)
    assert both.n_frames == first.n_frames + second.n_frames
    for name in ("melody", "level"):
        joined = both.layers[name]
        for part in ("values", "base", "origin"):
            ends = [getattr(s.layers[name], part) for s in (first, second)]
            assert np.array_equal(getattr(joined, part), np.concatenate(ends)), (name, part)
    assert np.array_equal(both.colour.values, np.concatenate([first.colour.values, second.colour.values]))
    assert np.array_equal(both.colour.marks(), np.concatenate([first.colour.marks(), second.colour.marks()]))
    assert both.sounds.labels == first.sounds.labels + second.sounds.labels
    assert np.array_equal(both.sounds.starts[first.sounds.count :], second.sounds.starts + first.n_frames)


def test_ids_stay_different_even_where_some_are_missing() -> None:
    first = spans.delete(trial_sketch(), 1)
    both = first.joined(trial_sketch()).joined(trial_sketch())
    for layer in both.layers.values():
        if isinstance(layer, Spans):
            assert len(set(layer.ids.tolist())) == layer.count


def test_blocks_are_shared_and_a_later_part_differs_from_the_first_stretch_only_where_it_grew() -> None:
    first, second = edited(), trial_sketch()
    both = first.joined(second)
    own = {id(block) for sketch in (first, second) for block in sketch.colour.base.blocks}
    assert {id(block) for block in both.colour.base.blocks} <= own


def test_another_type_cannot_follow() -> None:
    other = trial_sketch()
    odd = Sketch(replace(TRIAL, id="odd/1"), other.layers, other.made)
    with pytest.raises(SketchError, match="cannot follow"):
        trial_sketch().joined(odd)
