"""Sketches hold together, and come back from JSON and arrays as they were."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import HOP_S, TRIAL, trial_sketch

from intermezzo.core import codec, fingerprint
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Curve, CurveSpec, LayerSpec, Mark, Region, SpansSpec, Warp, strongest
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo.core.sketches import SPEECH


@pytest.fixture
def sketch() -> Sketch:
    return trial_sketch()


def again(sketch: Sketch) -> Sketch:
    document, arrays = codec.pack(sketch)
    return codec.unpack(json.loads(json.dumps(document)), arrays.__getitem__)


def test_layers_are_attributes_and_the_time_axis_is_theirs(sketch: Sketch) -> None:
    assert sketch.melody is sketch.layers["melody"]
    assert (sketch.n_frames, sketch.duration_s) == (300, pytest.approx(3.0))
    assert sketch.governing is sketch.sounds
    with pytest.raises(AttributeError, match="nothing"):
        _ = sketch.nothing


def test_layers_that_miss_or_differ_are_refused(sketch: Sketch) -> None:
    layers = dict(sketch.layers)
    short = Curve.machine(TRIAL.spec("level"), HOP_S, np.zeros(299))
    slow = Curve.machine(TRIAL.spec("level"), 0.02, np.zeros(300))
    other = Curve.machine(replace(TRIAL.spec("level"), unit="Hz"), HOP_S, np.zeros(300))
    for wrong in ({**layers, "level": short}, {**layers, "level": slow}, {**layers, "level": other},
                  {**layers, "level": sketch.colour}, {**layers, "more": short},
                  {k: v for k, v in layers.items() if k != "level"}):  # fmt: skip
        with pytest.raises(SketchError):
            Sketch(TRIAL, wrong, sketch.made)
    with pytest.raises(SketchError):
        sketch.with_layer(short)
    with pytest.raises(SketchError, match="no layer"):
        TRIAL.spec("nothing")


def test_a_warp_for_another_length_is_refused(sketch: Sketch) -> None:
    with pytest.raises(EditError, match="299"):
        sketch.retime(Warp((0, 299), (0, 300)))


def test_differences_are_told_by_layer(sketch: Sketch) -> None:
    other = curves.shift(sketch, "level", 10, 12, 1)
    other = other.with_layer(other.notes.with_text(1, "x"))
    assert other.changed(sketch) == {"level": [(10, 12)], "notes": [(1, 2)]}
    longer = spans.set_lengths(sketch, {0: 50})
    assert longer.changed(sketch)["level"] == [(0, 310)]


def test_a_sketch_comes_back_from_its_document(sketch: Sketch) -> None:
    edited = matrices.stroke(sketch, "colour", [(5, 5), (90, 9)], matrices.Brush(6, 9, 2))
    edited = regions.lock(spans.insert(edited, 2, "e", 9), ["melody", "colour"], Region(3, 60, 2, 4))
    back = again(edited)
    assert codec.fingerprint(back) == codec.fingerprint(edited)
    assert back.type == edited.type
    assert dict(back.made.params) == dict(edited.made.params)
    for name, layer in back.layers.items():
        assert (layer.marks() == edited.layers[name].marks()).all()
        assert layer.changed(edited.layers[name]) == []


def test_fingerprints_see_every_change(sketch: Sketch) -> None:
    variants = [
        sketch, curves.shift(sketch, "level", 0, 1, 1), regions.lock(sketch, ["level"], Region(0, 1)),
        sketch.with_layer(sketch.notes.with_text(0, "x")), spans.relabel(sketch, "sounds", 0, "b"),
        replace(sketch, made=replace(sketch.made, seed=2)), trial_sketch(2),
    ]  # fmt: skip
    assert len({codec.fingerprint(v) for v in variants}) == len(variants)


def test_an_unknown_type_is_read_by_its_own_description_and_a_known_one_wins(sketch: Sketch) -> None:
    document, arrays = codec.pack(sketch)
    assert codec.unpack(document, arrays.__getitem__).type == TRIAL
    titled = replace(TRIAL, title="Renamed")
    assert codec.unpack(document, arrays.__getitem__, {"trial/1": titled}).type.title == "Renamed"


def broken(change) -> dict:
    document = json.loads(json.dumps(codec.pack(trial_sketch())[0]))
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("layers"), lambda d: d.pop("made"), lambda d: d["layers"].pop("level"),
        lambda d: d["layers"]["level"]["arrays"].pop("base"), lambda d: d["layers"]["level"].update(hop_s=None),
        lambda d: d["layers"]["level"].update(hop_s=float("nan")), lambda d: d["layers"].update(level=[]),
        lambda d: d["layers"]["level"]["arrays"].update(values="missing"), lambda d: d.update(sketch_type=7),
        lambda d: d["sketch_type"].update(layers=[{"kind": "pixels"}]),
        lambda d: d["sketch_type"].update(hop_samples=float("inf")), lambda d: d["sketch_type"].update(hop_s=-1),
        lambda d: d["sketch_type"]["layers"][2].update(low="x"), lambda d: d["sketch_type"]["layers"][2].update(z=1),
        lambda d: d["sketch_type"]["layers"][2].pop("title"), lambda d: d["made"].update(seed="x"),
        lambda d: d["layers"]["colour"]["blocks"].update(base=10**9), lambda d: d["layers"]["sounds"].update(labels=5),
        lambda d: d["layers"]["sounds"].update(n_frames=10**400), lambda d: d["made"].update(params=3),
        lambda d: d["layers"]["colour"]["arrays"].update({"base.0": d["layers"]["level"]["arrays"]["values"]}),
    ],
)  # fmt: skip
def test_a_malformed_document_is_refused_in_one_line(change) -> None:
    arrays = codec.pack(trial_sketch())[1]
    with pytest.raises(SketchError) as refusal:
        codec.unpack(broken(change), arrays.__getitem__)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "fields",
    [{"layers": ()}, {"layers": (CurveSpec("a b", "x"),)}, {"layers": (CurveSpec("a", "x"), SpansSpec("a", "y"))},
     {"hop_s": float("nan")}, {"hop_samples": -1}, {"sample_rate": -1}],
)  # fmt: skip
def test_a_sketch_type_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(SketchError):
        replace(TRIAL, **fields)


def test_sketch_types_come_back_from_plain_tables() -> None:
    for sketch_type in (TRIAL, SPEECH):
        assert SketchType.from_document(json.loads(json.dumps(sketch_type.document()))) == sketch_type
    assert TRIAL.governing == TRIAL.spec("sounds")
    assert replace(TRIAL, layers=TRIAL.layers[:1]).governing is None


def test_specs_take_whole_numbers_for_decimals_but_no_words() -> None:
    spec = CurveSpec.from_document({"name": "a", "title": "A", "low": 0, "high": 2})
    assert isinstance(spec.high, float)
    for wrong in ({"name": "a"}, {"name": "a", "title": "A", "low": "0"}, {"name": "a", "title": "A", "gaps": 1}):
        with pytest.raises(SketchError):
            CurveSpec.from_document(wrong)
    assert isinstance(spec, LayerSpec)


def test_a_sketch_without_time_has_no_frames() -> None:
    notes = trial_sketch().notes
    script = SketchType("script/1", "Script", (notes.spec,))
    sketch = Sketch(script, {"notes": notes}, trial_sketch().made)
    assert (sketch.n_frames, sketch.duration_s, sketch.governing) == (0, 0, None)
    assert codec.fingerprint(again(sketch)) == codec.fingerprint(sketch)


@given(mark=st.integers(0, 7))
def test_the_strongest_mark_is_shown(mark: int) -> None:
    order = [(Mark.LOCKED, "locked"), (Mark.EDITED, "edited"), (Mark.ANALYSED, "analysed")]
    assert strongest(mark) == next((name for bit, name in order if mark & bit), "predicted")


def test_hashes_tell_type_shape_and_bytes_apart_and_are_remembered() -> None:
    a = np.arange(12, dtype=np.float32)
    variants = [a, a.astype(np.float64), a.reshape(3, 4), a[::-1], np.asfortranarray(a.reshape(3, 4)) + 1, a[:0]]
    assert len({fingerprint.of_array(v) for v in variants}) == len(variants)
    assert fingerprint.of_array(np.asfortranarray(a.reshape(3, 4))) == fingerprint.of_array(a.reshape(3, 4))
    own = frozen(a.copy(), np.float32)
    assert fingerprint.of_array(own) == fingerprint.of_array(own) == fingerprint.of_array(a)
    del own
    fresh = frozen(a + 1, np.float32)
    assert fingerprint.of_array(fresh) == fingerprint.of_array(a + 1)


def test_values_hash_alike_whatever_the_order_of_their_keys() -> None:
    assert fingerprint.of_value({"a": 1, "b": [2.5, "x"]}) == fingerprint.of_value({"b": [2.5, "x"], "a": 1})
    assert fingerprint.of_value("\ud800") != fingerprint.of_value("\ud801")
    with pytest.raises(ValueError, match="JSON"):
        fingerprint.of_value(float("nan"))
