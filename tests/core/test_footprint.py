"""Footprints: where an edit can be heard, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_tune import tune_sketch
from numpy.typing import NDArray
from trial import trial_sketch

from intermezzo.core import footprint
from intermezzo.core.edits import curves, regions, spans
from intermezzo.core.layers import Curve, Notes, Region, Spans
from intermezzo.core.manifest import Reach
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo.core.sketches.melody import MELODY

REACH = {name: Reach(before=2, after=3) for name in trial_sketch().layers} | {"melody": Reach(5, 1, run=True)}


@pytest.fixture
def sketch() -> Sketch:
    return trial_sketch()


def test_an_edit_is_heard_as_far_as_its_layer_promises(sketch: Sketch) -> None:
    assert footprint.of_range(sketch, "level", 10, 20, REACH) == (8, 23)
    assert footprint.of_range(sketch, "level", 0, 300, REACH) == (0, 300)
    assert footprint.of_range(sketch, "level", 10, 20, {}) == (0, 300)


def test_pitch_is_heard_to_the_end_of_its_voiced_run(sketch: Sketch) -> None:
    assert footprint.of_range(sketch, "melody", 10, 20, REACH) == (5, 71)
    assert footprint.of_range(sketch, "melody", 120, 130, REACH) == (115, 300)
    assert footprint.of_range(sketch, "colour", 1, 2, {"colour": Reach(run=True)}) == (1, 2)


def test_a_layer_with_one_value_a_span_is_heard_in_whole_spans(sketch: Sketch) -> None:
    first, second = (int(sketch.governing.stops[k]) for k in (0, 1))
    reach = {"level": Reach(before=1, after=2, spans=True)}
    assert footprint.of_range(sketch, "level", 3, 4, reach) == (0, first + 2)
    assert footprint.of_range(sketch, "level", first + 1, first + 2, reach) == (first - 1, second + 2)


def test_an_edit_changes_only_its_own_frames_and_ranges_are_merged(sketch: Sketch) -> None:
    once = curves.shift(sketch, "level", 10, 20, 1)
    assert footprint.of_edit(sketch, once, REACH) == [(8, 23)]
    twice = curves.shift(curves.shift(once, "level", 22, 24, 1), "level", 200, 210, 1)
    assert footprint.of_edit(sketch, twice, REACH) == [(8, 27), (198, 213)]
    assert footprint.of_edit(sketch, sketch, REACH) == []
    assert footprint.of_edit(sketch, regions.lock(sketch, ["level"], Region(0, 9)), REACH) == []


def test_a_pitch_that_voices_a_gap_is_heard_through_both_runs(sketch: Sketch) -> None:
    voiced = curves.set_gap(sketch, "melody", 70, 100, False)
    assert footprint.of_edit(sketch, voiced, REACH) == [(65, 300)]


def test_moved_time_is_heard_from_the_first_moved_span_on(sketch: Sketch) -> None:
    longer = spans.set_lengths(sketch, {2: 80})
    assert footprint.of_edit(sketch, longer, REACH) == [(65, 320)]
    assert footprint.of_edit(longer, sketch, REACH) == [(65, 300)]
    assert footprint.of_edit(sketch, longer, {}) == [(0, 320)]


def test_an_earlier_edit_is_not_forgotten_beside_moved_time(sketch: Sketch) -> None:
    both = curves.shift(spans.set_lengths(sketch, {4: 80}), "level", 10, 20, 1)
    assert footprint.of_edit(sketch, both, REACH) == [(8, 23), (195, 320)]


def test_a_deleted_span_among_equal_ones_is_heard_from_its_own_place(sketch: Sketch) -> None:
    even = spans.set_lengths(sketch, dict.fromkeys(range(6), 30))
    assert footprint.of_edit(even, spans.delete(even, 2), REACH) == [(55, 150)]


def test_without_governing_spans_another_length_is_heard_everywhere() -> None:
    spec = trial_sketch().level.spec
    bare = SketchType("bare/1", "Bare", (spec,), hop_s=0.01)
    short, long = (
        Sketch(bare, {"level": Curve.machine(spec, 0.01, np.full(n, -3.0))}, trial_sketch().made) for n in (50, 60)
    )
    assert footprint.of_edit(short, long, REACH) == [(0, 60)]


def test_a_layer_without_time_is_heard_everywhere(sketch: Sketch) -> None:
    noted = sketch.with_layer(sketch.notes.with_text(0, "loud"))
    assert footprint.of_edit(sketch, noted, REACH) == [(0, 300)]


def test_a_rest_that_goes_is_heard_to_the_end_of_the_next(sketch: Sketch) -> None:
    reach = REACH | {"sounds": Reach(before=2, after=3, rest="a", rest_frames=40)}
    renamed = spans.relabel(sketch, "sounds", 0, "b")  # 0 to 40; the next "a" of 40 frames ends at 300
    assert footprint.of_edit(sketch, renamed, reach) == [(0, 300)]
    other = spans.relabel(sketch, "sounds", 1, "c")
    assert footprint.of_edit(sketch, other, reach) == [(38, 73)]


def test_what_rings_on_is_heard_for_seconds_whatever_the_tempo() -> None:
    slow, fast = tune_sketch(tempo="60"), tune_sketch(tempo="120")
    reach = {"notes": Reach(after_s=0.5), "chords": Reach(before_s=0.25)}
    assert footprint.of_range(slow, "notes", 480, 960, reach) == (480, 960 + 240)
    assert footprint.of_range(fast, "notes", 480, 960, reach) == (480, 960 + 480)
    assert footprint.of_range(fast, "chords", 480, 960, reach) == (240, 960)
    assert footprint.of_range(fast, "notes", 7000, 7680, reach) == (7000, 7680)


def test_another_tempo_or_metre_is_heard_from_where_beats_and_bars_part() -> None:
    reach = {layer.name: Reach() for layer in MELODY.layers}
    old = tune_sketch()
    tempo = old.layers["tempo"]
    assert isinstance(tempo, Spans)
    halves = Spans.machine(tempo.spec, tempo.hop_s, len(old.notes), (0, 3840), (3840, 7680), ("92", "92"))
    whole, other = old.with_layer(halves), old.with_layer(halves.with_label(1, "60"))
    assert footprint.of_edit(whole, other, reach) == [(3840, 7680)]
    assert footprint.of_edit(other, other.with_layer(halves.with_label(0, "80")), reach) == [(0, 7680)]
    metre = old.layers["metre"]
    assert isinstance(metre, Spans)
    three = Spans.machine(metre.spec, metre.hop_s, 7680, (0, 3840), (3840, 7680), ("4/4", "3/4"))
    assert footprint.of_edit(old, old.with_layer(three), reach)[0][0] <= 3840
    assert footprint.of_edit(old, old.with_layer(three), reach)[-1][1] == 7680


def test_bars_at_the_end_change_nothing_before_them() -> None:
    reach = {layer.name: Reach() for layer in MELODY.layers} | {"tempo": Reach(before_s=0.1, onward=True)}
    short, long = tune_sketch(tempo="120"), tune_sketch(repeat=2, tempo="120")
    assert footprint.of_edit(short, long, reach) == [(7680 - 96, 15360)]


@pytest.mark.parametrize("promise", [Reach(9, 4), Reach(9, 4, before_s=0.2, after_s=1.5), Reach(0, 0, onward=True)])
def test_many_changed_notes_are_heard_where_each_of_them_is(promise: Reach) -> None:
    rng = np.random.default_rng(5)
    starts = np.cumsum(rng.integers(50, 4000, 60))
    values = np.column_stack((starts, starts + 40, rng.integers(60, 72, 60), np.full(60, 80)))
    spec = MELODY.spec("notes")
    tune = tune_sketch(repeat=32)
    n_frames = tune.n_frames
    assert starts[-1] + 40 < n_frames

    def with_values(rows: NDArray[np.int64]) -> Sketch:
        return replace(
            tune, layers=dict(tune.layers) | {"notes": Notes.machine(spec, MELODY.hop_s, n_frames, rows, ("la",) * 60)}
        )

    moved = values.copy()
    moved[::2, 2] += 1
    old, new = with_values(values), with_values(moved)
    reach = {"notes": promise}
    wanted = [
        footprint.of_range(sketch, "notes", a, b, reach)
        for sketch in (old, new) for a, b in old.layers["notes"].changed(new.layers["notes"])
    ]  # fmt: skip
    heard = np.zeros(new.n_frames + 1, bool)
    for a, b in wanted:
        heard[a:b] = True
    found = np.zeros(new.n_frames + 1, bool)
    for a, b in footprint.of_edit(old, new, reach):
        found[a:b] = True
    assert np.array_equal(found, heard)
