"""Alternatives of spans: kept through edits, files and splices, and there to go back to after a hand chose."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core import codec
from intermezzo.core.edits import spans, transpose
from intermezzo.core.edits.comp_bars import in_key_of
from intermezzo.core.edits.remade import remade_spans, span_rows
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Alternatives, Mark, Region, Spans
from intermezzo.core.sketch import Sketch
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json

BAR = 1920
THOUGHT: tuple[Alternatives, ...] = (
    (("G", 0.6), ("C", 0.2)), (("G", 0.5), ("Em", 0.25), ("Bm", 0.125)), (("C", 0.75),), (),
)  # fmt: skip


def tune(*, thought: tuple[Alternatives, ...] | None = THOUGHT, key: str = "G major") -> Sketch:
    sketch = tune_sketch(key=key)
    return sketch.with_layer(replace(sketch.chords, alternatives=thought))


def chords(sketch: Sketch) -> Spans:
    layer = sketch.layers["chords"]
    assert isinstance(layer, Spans)
    return layer


def test_a_hand_that_takes_an_alternative_leaves_them_all_to_go_back_to() -> None:
    taken = spans.choose(tune(), "chords", 1, "Bm")
    assert chords(taken).labels[1] == "Bm" and chords(taken).origin[1] & Mark.EDITED
    assert chords(taken).alternatives == THOUGHT
    back = spans.choose(taken, "chords", 1, "Em")
    assert chords(back).labels[1] == "Em" and not chords(back).origin[1] & Mark.EDITED
    erased = chords(taken).erase(Region(BAR, 2 * BAR))
    assert erased.labels[1] == "Em" and erased.alternatives == THOUGHT


def test_the_engines_own_label_at_another_place_is_still_an_edit() -> None:
    layer = chords(spans.choose(tune(), "chords", 1, "Bm"))
    stops, starts = layer.stops.copy(), layer.starts.copy()
    stops[1], starts[2] = 2 * BAR - 480, 2 * BAR - 480
    moved = tune().with_layer(replace(layer.with_lengths_edited(1, 2), stops=stops, starts=starts))
    assert chords(spans.choose(moved, "chords", 1, "Em")).origin[1] & Mark.EDITED


def test_a_locked_span_takes_no_alternative() -> None:
    locked = tune().with_layer(chords(tune()).lock(Region(BAR, BAR + 1), True))
    with pytest.raises(EditError, match="locked"):
        spans.choose(locked, "chords", 1, "Bm")


@given(st.lists(st.lists(st.floats(0, 0.2), max_size=4), min_size=4, max_size=4))
def test_files_bring_alternatives_back_to_the_bit(shares: list[list[float]]) -> None:
    names = ("Em", "F#m7b5", "Bb7/D", "N.C.")
    thought = tuple(tuple(zip(names, row, strict=False)) for row in shares)
    sketch = tune(thought=thought)
    document, arrays = codec.pack(sketch)
    assert chords(codec.unpack(document, arrays.__getitem__)).alternatives == thought
    assert chords(read_sketch_json(written_sketch_json(sketch))).alternatives == thought


def test_a_file_without_alternatives_is_read_as_ever() -> None:
    document, arrays = codec.pack(tune(thought=None))
    assert "alternatives" not in document["layers"]["chords"]
    assert chords(codec.unpack(document, arrays.__getitem__)).alternatives is None


@pytest.mark.parametrize(
    "wrong",
    [
        [], "Em", [[["Em", 0.5]]], [[["Em", 2.0]], [], [], []], [[["Em", -0.1]], [], [], []], [[[1, 0.5]], [], [], []],
        [[["Em", 0.3], ["Em", 0.2]], [], [], []], [[["Em", True]], [], [], []], [[["Em", float("nan")]], [], [], []],
        [[["Em", 0.9], ["G", 0.9]], [], [], []], [[["x" * 2000, 0.1]], [], [], []],
    ],
)  # fmt: skip
def test_alternatives_that_are_none_are_refused(wrong: object) -> None:
    layer = chords(tune())
    document, arrays = layer.parts()
    with pytest.raises(SketchError, match="Chords"):
        Spans.from_parts(layer.spec, {**document, "alternatives": wrong}, arrays)


def test_alternatives_go_with_their_spans() -> None:
    layer = chords(tune())
    assert layer.subset([1, 2]).alternatives == THOUGHT[1:3]
    assert layer.without(0).alternatives == THOUGHT[1:]
    assert layer.cut(BAR, 3 * BAR).alternatives == THOUGHT[1:3]
    assert layer.joined(layer).alternatives == THOUGHT + THOUGHT
    assert layer.without(2).with_span(2, 2 * BAR, 3 * BAR, "Am").alternatives == (*THOUGHT[:2], (), THOUGHT[3])
    other = replace(layer, alternatives=((("D", 1.0),),) * 4)
    spliced = layer.splice(BAR, 2 * BAR, other, BAR, 2 * BAR)
    assert spliced.alternatives == (THOUGHT[0], (("D", 1.0),), *THOUGHT[2:])
    assert layer.carry(chords(spans.choose(tune(), "chords", 1, "Bm")), [(0, len(layer), 0, len(layer))]) \
        .alternatives == THOUGHT  # fmt: skip


def test_what_an_engine_makes_anew_has_the_old_alternatives_no_more() -> None:
    layer = chords(tune())
    rows = span_rows(layer)
    rows[1] = (*rows[1][:3], "A7")
    assert remade_spans(layer, rows).alternatives == (THOUGHT[0], (), *THOUGHT[2:])


def test_a_tune_in_another_key_has_the_alternatives_of_that_key() -> None:
    higher = chords(transpose.transposed(tune(), 2))
    assert higher.labels[1] == "F#m"
    assert higher.alternatives_at(1) == (("A", 0.5), ("F#m", 0.25), ("C#m", 0.125))
    taken = chords(in_key_of(tune_sketch(key="A major"), tune(), 0, 0))
    assert taken.labels[0] == "A" and taken.alternatives_at(0) == (("A", 0.6), ("D", 0.2))


def test_alternatives_that_become_the_same_are_one() -> None:
    layer = chords(tune()).renamed(lambda label, _: label[0])
    assert layer.alternatives_at(1) == (("G", 0.5), ("E", 0.25), ("B", 0.125))
    both = replace(chords(tune()), alternatives=((("C", 0.25), ("Em", 0.25), ("E", 0.125)), (), (), ()))
    assert both.renamed(lambda label, _: label[0]).alternatives_at(0) == (("E", 0.375), ("C", 0.25))


def test_a_layer_with_too_few_alternatives_is_refused() -> None:
    with pytest.raises(SketchError, match="differ in length"):
        replace(chords(tune()), alternatives=THOUGHT[:2])
    assert np.array_equal(chords(tune()).origin, np.zeros(4))
