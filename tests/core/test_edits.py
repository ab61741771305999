"""Edits as hands and scripts call them: what they change, what they leave, and what they refuse."""

import numpy as np
import pytest
from trial import N_FRAMES, speech_sketch, trial_sketch

from intermezzo.core.codec import fingerprint
from intermezzo.core.edits import curves, matrices, regions, spans, speech
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Matrix, Region
from intermezzo.core.sketch import Sketch


@pytest.fixture
def sketch() -> Sketch:
    return trial_sketch()


# Curves


def test_a_drawn_line_is_straight_in_semitones_and_skips_gaps(sketch: Sketch) -> None:
    drawn = curves.draw(sketch, "melody", [(60, 57), (110, 69)])
    shown = drawn.melody.spec.to_display(drawn.melody.values)
    assert shown[60] == pytest.approx(57, abs=1e-4)
    assert shown[110] == pytest.approx(69, abs=1e-4)
    assert shown[65] == pytest.approx(57 + 12 * 5 / 50, abs=1e-4)
    assert (drawn.melody.values[70:100] == 0).all()
    filled = curves.draw(sketch, "melody", [(110, 69), (60, 57)], fill=True)
    assert (filled.melody.values[60:111] > 0).all()


def test_a_single_point_sets_the_nearest_frame(sketch: Sketch) -> None:
    drawn = curves.draw(sketch, "level", [(10.6, -3.0)])
    assert drawn.changed(sketch) == {"level": [(11, 12)]}
    assert curves.draw(sketch, "level", []) is sketch


def test_a_line_that_leaves_the_sketch_is_cut_there(sketch: Sketch) -> None:
    drawn = curves.draw(sketch, "level", [(-1e12, -10), (1e12, -10)])
    assert (drawn.level.values == -10).all()


@pytest.mark.parametrize("points", [[(400, 1)], [(-9, 1), (-5, 2)], [(np.nan, 1)], [(1, np.inf)]])
def test_lines_outside_or_without_numbers_are_refused(sketch: Sketch, points: list) -> None:
    with pytest.raises(EditError):
        curves.draw(sketch, "level", points)


def test_locked_frames_are_left_out_and_the_rest_is_drawn(sketch: Sketch) -> None:
    locked = regions.lock(sketch, ["melody"], Region(100, 120))
    shifted = curves.shift(locked, "melody", 50, 200, 2)
    assert np.array_equal(shifted.melody.values[100:120], sketch.melody.values[100:120])
    assert not np.array_equal(shifted.melody.values[50:70], sketch.melody.values[50:70])
    with pytest.raises(EditError, match="locked"):
        curves.shift(locked, "melody", 100, 120, 2)


def test_shift_moves_by_semitones_and_leaves_gaps(sketch: Sketch) -> None:
    up = curves.shift(sketch, "melody", 0, N_FRAMES, 12)
    there = sketch.melody.values > 0
    assert np.allclose(up.melody.values[there], 2 * sketch.melody.values[there], rtol=1e-5)
    assert np.array_equal(up.melody.values == 0, ~there)
    assert np.allclose(curves.shift(sketch, "level", 5, 6, 1.0).level.values[5], sketch.level.values[5] + 1)


def test_scale_widens_around_the_mean(sketch: Sketch) -> None:
    flat = curves.scale(sketch, "melody", 100, 200, 0)
    shown = flat.melody.spec.to_display(flat.melody.values[100:200])
    before = sketch.melody.spec.to_display(sketch.melody.values[100:200])
    assert np.ptp(shown) < 1e-4
    assert shown.mean() == pytest.approx(before.mean(), abs=1e-3)
    with pytest.raises(EditError, match="no values"):
        curves.scale(sketch, "melody", 70, 100, 2)


def test_smoothing_lowers_the_wiggle_and_touches_only_its_frames(sketch: Sketch) -> None:
    smooth = curves.smooth(sketch, "level", 50, 150)
    assert np.abs(np.diff(smooth.level.values[50:150])).mean() < np.abs(np.diff(sketch.level.values[50:150])).mean() / 2
    assert smooth.changed(sketch)["level"][0][0] >= 50
    assert smooth.changed(sketch)["level"][-1][1] <= 150
    assert np.array_equal(curves.smooth(sketch, "level", 0, 20, strength=0).level.values, sketch.level.values)


def test_smoothing_works_on_less_than_its_own_radius() -> None:
    short = speech_sketch(8)
    smooth = curves.smooth(curves.draw(short, "energy", [(3, -10)]), "energy", 0, 8, radius_frames=9)
    assert -20 < smooth.energy.values[3] < -10
    with pytest.raises(EditError):
        curves.smooth(short, "energy", 5, 5)


def test_vibrato_swings_by_its_depth_and_fades_in(sketch: Sketch) -> None:
    flat = curves.draw(sketch, "level", [(0, -30), (299, -30)])
    swung = curves.vibrato(flat, "level", 0, 300, rate_hz=5, depth=2, fade_s=0.2).level.values
    assert swung.max() == pytest.approx(-28, abs=0.05)
    assert swung.min() == pytest.approx(-32, abs=0.05)
    assert swung[0] == -30
    spectrum = np.abs(np.fft.rfft(swung + 30))
    assert np.argmax(spectrum) == 15  # 5 Hz in 3 s


def test_snap_pulls_to_whole_semitones(sketch: Sketch) -> None:
    snapped = curves.snap(sketch, "melody", 100, 300)
    shown = snapped.melody.spec.to_display(snapped.melody.values[100:300])
    assert np.allclose(shown, np.round(shown), atol=1e-4)
    half = curves.snap(sketch, "melody", 100, 300, strength=0.5)
    before = sketch.melody.spec.to_display(sketch.melody.values[100:300])
    assert np.allclose(half.melody.spec.to_display(half.melody.values[100:300]), (before + shown) / 2, atol=1e-4)
    with pytest.raises(EditError):
        curves.snap(sketch, "melody", 0, 10, step=0)


def test_gaps_are_made_and_filled_between_their_neighbours(sketch: Sketch) -> None:
    voiced = curves.set_gap(sketch, "melody", 70, 100, False)
    assert (voiced.melody.values > 0).all()
    silent = curves.set_gap(voiced, "melody", 0, 300, True)
    assert not silent.melody.values.any()
    with pytest.raises(EditError, match="no value anywhere"):
        curves.set_gap(silent, "melody", 0, 300, False)
    with pytest.raises(EditError, match="everywhere"):
        curves.set_gap(sketch, "level", 0, 10, True)


@pytest.mark.parametrize("edit", [curves.shift, curves.scale, curves.snap, curves.vibrato, curves.smooth])
def test_nothing_selected_is_refused(sketch: Sketch, edit) -> None:
    arguments = {curves.shift: (1,), curves.scale: (2,)}.get(edit, ())
    for start, stop in ((5, 5), (-9, -4), (900, 950), (20, 10)):
        with pytest.raises(EditError):
            edit(sketch, "level", start, stop, *arguments)


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: curves.shift(s, "colour", 0, 9, 1), lambda s: curves.shift(s, "nowhere", 0, 9, 1),
        lambda s: matrices.stroke(s, "melody", [(0, 0)], matrices.Brush(1, 2, 2)),
        lambda s: regions.lock(s, ["nowhere"], Region(0, 1)), lambda s: spans.relabel(s, "melody", 0, "a"),
    ],
)  # fmt: skip
def test_an_edit_of_a_layer_of_another_kind_is_refused(sketch: Sketch, edit) -> None:
    with pytest.raises(EditError, match="This sketch has no"):
        edit(sketch)


# Matrices


def test_a_stroke_is_full_at_its_centre_and_nothing_outside_its_radius(sketch: Sketch) -> None:
    painted = matrices.stroke(sketch, "colour", [(100, 6), (140, 6)], matrices.Brush(6, 5, 2))
    paint = painted.colour.paint.array()
    assert paint[100:141, 6] == pytest.approx(np.full(41, 6))
    assert paint.max() == pytest.approx(6)
    frames, bands = np.nonzero(paint)
    assert (frames.min(), frames.max()) == (96, 144)
    assert (bands.min(), bands.max()) == (5, 7)


def test_a_stroke_that_crosses_itself_does_not_add_twice(sketch: Sketch) -> None:
    brush = matrices.Brush(6, 5, 2)
    once = matrices.stroke(sketch, "colour", [(100, 6), (140, 6)], brush)
    twice = matrices.stroke(sketch, "colour", [(100, 6), (140, 6), (100, 6)], brush)
    assert np.allclose(once.colour.paint.array(), twice.colour.paint.array(), atol=1e-5)
    added = matrices.stroke(once, "colour", [(100, 6), (140, 6)], brush)
    assert added.colour.paint.array()[120, 6] == pytest.approx(12)


def test_a_pointer_far_outside_costs_nothing(sketch: Sketch) -> None:
    painted = matrices.stroke(sketch, "colour", [(150, 6), (1e9, -1e9)], matrices.Brush(6, 5, 2))
    assert painted.colour.paint.array()[150, 6] == pytest.approx(6)
    assert matrices.stroke(sketch, "colour", [(1e9, 5)], matrices.Brush(6, 5, 2)) is sketch
    assert matrices.smooth(sketch, "colour", [(-1e9, 5)], matrices.Brush(1, 5, 2)) is sketch


@pytest.mark.parametrize("path", [[], [(np.nan, 1.0)]])
def test_a_stroke_without_points_is_refused(sketch: Sketch, path: list) -> None:
    with pytest.raises(EditError):
        matrices.stroke(sketch, "colour", path, matrices.Brush(6, 5, 2))


@pytest.mark.parametrize("frame", [0, 150, 299])
def test_smoothing_pulls_a_peak_down(sketch: Sketch, frame: int) -> None:
    flat = Matrix.machine(sketch.colour.spec, sketch.type.hop_s, np.full((N_FRAMES, 12), -30.0))
    level = sketch.with_layer(flat)
    peak = matrices.add(level, "colour", frame, 6, np.full((1, 1), 20, np.float32))
    smooth = matrices.smooth(peak, "colour", [(frame, 6)], matrices.Brush(1, 3, 3))
    assert smooth.colour.values[frame, 6] < peak.colour.values[frame, 6] - 5


def test_a_copied_patch_is_pasted_elsewhere_with_its_values(sketch: Sketch) -> None:
    patch = matrices.copy(sketch, "colour", Region(10, 20, 3, 6))
    pasted = matrices.paste(sketch, "colour", 100, patch)
    reachable = np.abs(patch.values - sketch.colour.values[100:110, 3:6]) < 24
    assert np.allclose(pasted.colour.values[100:110, 3:6][reachable], patch.values[reachable], atol=1e-4)
    over_the_edge = matrices.paste(sketch, "colour", -4, patch, low=-1)
    assert over_the_edge.changed(sketch)["colour"][-1][1] <= 6
    for start, low in ((300, 0), (-10, 0), (0, 12), (0, -3)):
        with pytest.raises(EditError, match="no room"):
            matrices.paste(sketch, "colour", start, patch, low=low)
    with pytest.raises(EditError):
        matrices.copy(sketch, "colour", Region(5, 5))
    with pytest.raises(EditError, match="dB"):
        matrices.paste(sketch, "colour", 0, matrices.Patch(patch.values, 0, "Hz"))


# Regions


def test_locking_and_erasing_what_is_so_already_makes_no_step(sketch: Sketch) -> None:
    layers = list(sketch.layers)
    assert regions.erase(sketch, layers, Region(0, 300)) is sketch
    assert regions.lock(sketch, layers, Region(0, 300), False) is sketch
    locked = regions.lock(sketch, layers, Region(0, 300))
    assert all((layer.marks() & Mark.LOCKED).all() for layer in locked.layers.values())
    assert regions.lock(locked, layers, Region(0, 300)) is locked


# Spans and time


def test_stretching_a_span_shifts_all_that_is_later_in_every_layer(sketch: Sketch) -> None:
    longer = spans.set_lengths(sketch, {1: 60})
    assert longer.n_frames == 330
    assert longer.sounds.stops[1] == 100
    for name in ("melody", "level"):
        assert np.array_equal(longer.layers[name].values[100:], sketch.layers[name].values[70:])
        assert np.array_equal(longer.layers[name].values[:40], sketch.layers[name].values[:40])
    assert np.array_equal(longer.colour.values[100:], sketch.colour.values[70:])
    assert longer.phrases.stops.tolist() == [160, 330]
    assert longer.sounds.marks()[1] & Mark.EDITED
    assert spans.set_lengths(sketch, {1: 30}) is sketch


@pytest.mark.parametrize(("index", "length"), [(1, 1), (6, 20), (-1, 20)])
def test_lengths_that_cannot_be_are_refused(sketch: Sketch, index: int, length: int) -> None:
    with pytest.raises(EditError):
        spans.set_lengths(sketch, {index: length})


def test_a_boundary_takes_from_the_next_span_or_shifts_everything(sketch: Sketch) -> None:
    moved = spans.move_boundary(sketch, 1, 90)
    assert moved.n_frames == 300
    assert moved.sounds.stops.tolist() == [40, 90, 130, 200, 260, 300]
    assert spans.move_boundary(sketch, 1, 9999).sounds.stops[1] == 128
    assert spans.move_boundary(sketch, 1, 0).sounds.stops[1] == 42
    rippled = spans.move_boundary(sketch, 1, 90, ripple=True)
    assert rippled.n_frames == 320
    assert spans.move_boundary(sketch, 5, 310).n_frames == 310
    with pytest.raises(EditError):
        spans.move_boundary(sketch, 6, 10)
    with pytest.raises(EditError, match="locked"):
        spans.move_boundary(regions.lock(sketch, ["sounds"], Region(80, 90)), 1, 90)


def test_inserting_and_deleting_moves_time_and_back(sketch: Sketch) -> None:
    grown = spans.insert(sketch, 2, "e", 25)
    assert grown.n_frames == 325
    assert grown.sounds.labels == ("a", "b", "e", "c", "d", "e", "a")
    assert np.array_equal(grown.melody.values[95:], sketch.melody.values[70:])
    back = spans.delete(grown, 2)
    assert back.n_frames == 300
    assert back.sounds.labels == sketch.sounds.labels
    assert np.array_equal(back.melody.values, sketch.melody.values)
    assert np.array_equal(back.colour.values, sketch.colour.values)
    at_end = spans.insert(sketch, 6, "b", 1)
    assert at_end.sounds.stops.tolist()[-2:] == [300, 302], "never shorter than the shortest"
    for index in (7, -1):
        with pytest.raises(EditError):
            spans.insert(sketch, index, "a", 5)


def test_a_locked_neighbour_does_not_lock_what_is_inserted(sketch: Sketch) -> None:
    locked = regions.lock(sketch, list(sketch.layers), Region(0, 70))
    grown = spans.insert(locked, 2, "e", 25)
    for name in ("melody", "level", "colour"):
        assert not (grown.layers[name].marks(Region(70, 95)) & (Mark.LOCKED | Mark.EDITED)).any(), name


def test_spans_of_other_layers_go_when_their_time_goes(sketch: Sketch) -> None:
    result = sketch
    for _ in range(2):
        result = spans.delete(result, 0)
    result = spans.delete(result, 0)
    assert result.phrases.labels == ("two",)
    assert result.phrases.starts.tolist() == [0]


def test_the_last_span_and_locked_spans_cannot_be_deleted(sketch: Sketch) -> None:
    result = sketch
    for _ in range(5):
        result = spans.delete(result, 0)
    with pytest.raises(EditError, match="last"):
        spans.delete(result, 0)
    with pytest.raises(EditError, match="locked"):
        spans.delete(regions.lock(sketch, ["sounds"], Region(0, 10)), 0)
    with pytest.raises(EditError):
        spans.delete(sketch, 9)


def test_lengths_and_labels_are_given_back(sketch: Sketch) -> None:
    changed = spans.relabel(spans.set_lengths(sketch, {1: 60, 4: 10}), "sounds", 2, "e")
    back = spans.reset_lengths(changed, 0, changed.n_frames)
    assert back.sounds.starts.tolist() == sketch.sounds.starts.tolist()
    assert back.sounds.labels == sketch.sounds.labels
    assert not back.sounds.marks().any()
    assert spans.reset_lengths(sketch, 0, 300) is sketch
    locked = regions.lock(changed, ["sounds"], Region(0, 400))
    assert spans.reset_lengths(locked, 0, 400) is locked


def test_relabelling_to_the_same_makes_no_step(sketch: Sketch) -> None:
    assert spans.relabel(sketch, "sounds", 0, "a") is sketch
    assert spans.relabel(sketch, "sounds", 0, "b").sounds.labels[0] == "b"


def test_without_governing_spans_nothing_can_be_stretched(sketch: Sketch) -> None:
    from intermezzo.core.sketch import SketchType

    bare = SketchType("bare/1", "Bare", (sketch.level.spec,), hop_s=0.01)
    still = Sketch(bare, {"level": sketch.level}, sketch.made)
    with pytest.raises(EditError, match="stretched"):
        spans.set_lengths(still, {0: 10})


# Speech


def test_pitch_is_shifted_on_named_phones_only() -> None:
    sketch = speech_sketch()
    up = speech.shift_pitch(sketch, 12, phones=slice(1, 3))
    assert (up.pitch.values[30:90] == 400).all()
    assert (up.pitch.values[90:] == 200).all()
    assert (speech.shift_pitch(sketch, 12, phones=3).pitch.values[90:] == 400).all()
    assert (speech.shift_pitch(sketch, 12).pitch.values[30:] == 400).all()
    for nowhere in (slice(4, 9), 9, -9):
        with pytest.raises(EditError, match="phones 0 to 3"):
            speech.shift_pitch(sketch, 1, phones=nowhere)


def test_pitch_is_drawn_in_hertz_at_a_time() -> None:
    sketch = speech_sketch()
    drawn = speech.draw_pitch(sketch, 40 * sketch.type.hop_s, [300.0, 0.0, 310.0])
    assert drawn.pitch.values[40:43].tolist() == pytest.approx([300, 200, 310], rel=1e-5)
    assert speech.draw_pitch(sketch, 0.5, 250.0).changed(sketch) == {"pitch": [(47, 48)]}


def test_vibrato_and_stretching_speak_in_seconds() -> None:
    sketch = speech_sketch()
    assert speech.add_vibrato(sketch, 1).changed(sketch)["pitch"]
    longer = speech.stretch_phone(sketch, 1, 0.64)
    assert longer.phones.durations_s[1] == pytest.approx(0.64)


def test_the_envelope_is_painted_between_frequencies() -> None:
    sketch = speech_sketch()
    painted = speech.paint_envelope(sketch, 0.1, 0.2, 1000, 3000, 12)
    frames, bands = np.nonzero(painted.envelope.paint.array())
    assert (frames.min(), frames.max()) == (9, 18)
    centres = np.linspace(0, speech.mel(np.array(12_000.0)), 102)[1:-1]
    assert speech.mel(np.array(1000.0)) == 15
    assert abs(centres[bands.min()] - 15) < 0.6
    assert abs(centres[bands.max()] - speech.mel(np.array(3000.0))) < 0.6


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: speech.stretch_phone(s, 1, np.nan), lambda s: speech.stretch_phone(s, 99, 0.1),
        lambda s: speech.draw_pitch(s, np.inf, [100.0]), lambda s: speech.paint_envelope(s, 0, 0, 0, 99, 1),
        lambda s: speech.paint_envelope(s, 0, 1, np.nan, 99, 1), lambda s: speech.stretch_phone(s, 1, 0.0),
    ],
)  # fmt: skip
def test_speech_edits_without_sense_are_refused(edit) -> None:
    with pytest.raises(EditError):
        edit(speech_sketch())


def test_edits_never_change_what_they_were_given(sketch: Sketch) -> None:
    before = fingerprint(sketch)
    spans.set_lengths(sketch, {1: 60})
    spans.delete(spans.insert(sketch, 2, "e", 25), 0)
    matrices.stroke(sketch, "colour", [(1, 1)], matrices.Brush(6, 5, 2))
    regions.lock(sketch, list(sketch.layers), Region(0, 300))
    curves.shift(sketch, "melody", 0, 300, 2)
    assert fingerprint(sketch) == before
