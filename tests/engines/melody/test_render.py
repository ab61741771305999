"""The renderer of tunes: in tune and in time, the same in any window, and silent where nothing sounds."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from drawn_melody import melodies
from drawn_tune import tune_sketch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from intermezzo.core import footprint
from intermezzo.core.edits import notes, spans
from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.layers import Notes, Spans
from intermezzo.core.media import Melody
from intermezzo.core.params import Value, checked_params
from intermezzo.core.registry import discover
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.render import END_FADE_S, TAIL_S, MelodyRenderer
from intermezzo_engines.melody.sound.styles import HYMN_HOLDS, STYLES

RATE = 44_100
MANIFEST = discover().engines["builtin.melody"]


class NoCache:
    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: NDArray[Any]) -> None:
        pass


class Job:
    cache = NoCache()

    def progress(self, fraction: float, what: str = "") -> None:
        assert 0 <= fraction <= 1


def rendered(sketch: Sketch, window: tuple[int, int] | None = None, seed: int = 1, **params: Value) -> NDArray[Any]:
    setting = checked_params(MANIFEST.params_of("render"), {"accompaniment": "none", "lead": "piano", **params})
    return MelodyRenderer().render(sketch, setting, seed=seed, window=window, job=Job()).samples  # type: ignore[union-attr]


def with_notes(sketch: Sketch, *rows: tuple[int, int, int, int]) -> Sketch:
    layer = sketch.layers["notes"]
    assert isinstance(layer, Notes)
    return sketch.with_layer(Notes.machine(layer.spec, layer.hop_s, len(layer), rows, ("la",) * len(rows)))


def cents_off(sound: NDArray[np.float32], hz: float) -> float:
    """Return how far the fundamental of a sound is from ``hz``: the drift of its phase against a sine of that pitch."""
    at_s = np.arange(len(sound)) / RATE
    window = round(4 * RATE / hz)
    turned = np.convolve(sound * np.exp(-2j * np.pi * hz * at_s), np.hanning(window) / window, "valid")
    phase = np.unwrap(np.angle(turned))
    slope = np.polyfit(at_s[: len(phase)], phase, 1)[0] / (2 * np.pi)
    return 1200 * float(np.log2(1 + slope / hz))


@pytest.mark.parametrize(("style", "lead", "tempo"), [("ballad", "voice ooh", "92"), ("hymn", "violin", "133.7")])
def test_a_window_is_to_the_bit_what_the_whole_has_there(style: str, lead: str, tempo: str) -> None:
    sketch = tune_sketch(tempo=tempo)
    setting: dict[str, Value] = {"accompaniment": style, "lead": lead, "gain_db": 6.0}
    whole = rendered(sketch, **setting)
    assert whole.shape == (2, sketch.clock.sample(sketch.n_frames, RATE)) and whole.dtype == np.float32
    rng = np.random.default_rng(4)
    for start in (0, 7, *rng.integers(0, sketch.n_frames, 4).tolist(), sketch.n_frames - 20):
        stop = min(start + int(rng.integers(1, 1500)), sketch.n_frames)
        first, last = sketch.clock.samples((start, stop), RATE).tolist()
        assert np.array_equal(rendered(sketch, (start, stop), **setting), whole[:, first:last])
    assert rendered(sketch, (9, 9)).shape == (2, 0)


def test_nothing_sounds_before_a_note_nor_after_its_tail() -> None:
    sketch = with_notes(tune_sketch(bars=4, tempo="120"), (960, 1440, 72, 100))
    whole = rendered(sketch)
    first = sketch.clock.sample(960, RATE)
    over = sketch.clock.sample(1440, RATE) + round(TAIL_S * RATE)
    assert not whole[:, :first].any() and np.abs(whole[:, first : first + 900]).max() > 0.01
    assert not whole[:, over:].any() and whole[:, over - 20_000 : over].any()
    assert not rendered(with_notes(sketch)).any()


def test_two_notes_are_in_tune_and_an_octave_apart() -> None:
    sketch = with_notes(tune_sketch(tempo="60"), (0, 960, 57, 90), (1920, 2880, 69, 90))
    whole = rendered(sketch, room=0.0)[0]
    for frame, hz in ((0, 220.0), (1920, 440.0)):
        at = sketch.clock.sample(frame, RATE)
        assert abs(cents_off(whole[at + RATE // 4 : at + RATE * 3 // 2], hz)) < 1


def _edits(sketch: Sketch) -> dict[str, Sketch]:
    layer = sketch.layers["notes"]
    assert isinstance(layer, Notes)
    ids = layer.ids.tolist()
    tempo = sketch.layers["tempo"]
    assert isinstance(tempo, Spans)
    slower = Spans.machine(tempo.spec, tempo.hop_s, len(tempo), (0, 4800), (4800, 7680), ("92", "71"))
    return {
        "pitch": notes.move(sketch, [ids[5]], 0, 3, layer="notes"),
        "onset": notes.move(sketch, [ids[8]], 240, 0, layer="notes"),
        "longer": notes.resize(sketch, [ids[2]], stop_by=480, layer="notes"),
        "removed": notes.delete(sketch, [ids[3]], layer="notes"),
        "chord": spans.relabel(sketch, "chords", 1, "Bb/D"),
        "tempo": sketch.with_layer(slower),
    }


@pytest.mark.parametrize("style", ["arpeggio", "hymn"])
@pytest.mark.parametrize("what", ["pitch", "onset", "longer", "removed", "chord", "tempo"])
def test_an_edit_is_heard_inside_its_footprint_alone(what: str, style: str) -> None:
    sketch = tune_sketch()
    edited = _edits(sketch)[what]
    before, after = (rendered(s, accompaniment=style, backing="organ") for s in (sketch, edited))
    shared = min(before.shape[1], after.shape[1])
    differs = (before[:, :shared] != after[:, :shared]).any(axis=0)
    assert differs.any()
    for start, stop in footprint.of_edit(sketch, edited, MANIFEST.reach):
        first, last = edited.clock.samples((start, stop), RATE).tolist()
        differs[first:last] = False
    assert not differs.any()


@settings(max_examples=12, deadline=None)
@given(melodies(), st.sampled_from(tuple(STYLES)), st.sampled_from(("voice", "piano", "strings")), st.data())
def test_any_tune_is_the_same_in_parts_and_an_edit_stays_where_it_is(
    tune: Melody, style: str, lead: str, data: st.DataObject
) -> None:
    sketch = to_sketch(tune, Made("builtin.melody", "1"))
    setting: dict[str, Value] = {"accompaniment": style, "lead": lead, "backing": "organ"}
    whole = rendered(sketch, **setting)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, sketch.n_frames)] * 2), "window"))
    first, last = sketch.clock.samples((start, stop), RATE).tolist()
    assert np.array_equal(rendered(sketch, (start, stop), **setting), whole[:, first:last])
    layer = sketch.layers["notes"]
    assert isinstance(layer, Notes)
    k = data.draw(st.integers(0, layer.count - 1), "note")
    by, to = (
        data.draw(st.sampled_from((-480, 0, 120, 960)), "by"),
        data.draw(st.sampled_from(("_", "see", "")), "syllable"),
    )
    other = notes.resize(sketch, [int(layer.ids[k])], stop_by=by, layer="notes").layers["notes"]
    assert isinstance(other, Notes)
    edited = sketch.with_layer(other.with_notes([k], other.values[[k]], [to]))
    differs = (rendered(edited, **setting) != whole).any(axis=0)
    for a, b in footprint.of_edit(sketch, edited, MANIFEST.reach):
        differs[slice(*sketch.clock.samples((a, b), RATE).tolist())] = False
    assert not differs.any()


def test_a_syllable_is_sung_on_all_its_notes_and_another_vowel_is_heard_as_far_as_they_go() -> None:
    sketch = with_notes(tune_sketch(), *[(480 * k, 480 * k + 480, 67, 90) for k in range(12)])
    layer = sketch.layers["notes"]
    assert isinstance(layer, Notes)
    texts = ("oh", "_", "_", *["la"] * 9)
    sung = sketch.with_layer(Notes.machine(layer.spec, layer.hop_s, len(layer), layer.values, texts))
    layer = sung.layers["notes"]
    assert isinstance(layer, Notes)
    other = sung.with_layer(layer.with_notes([0], layer.values[:1], ["see"]))
    before, after = (rendered(s, lead="voice")[0] for s in (sung, other))
    at = sung.clock.samples([480 * k for k in range(13)], RATE).tolist()
    heard = [float(np.abs(before[a:b] - after[a:b]).max()) for a, b in pairwise(at)]
    assert min(heard[:3]) > 0.05
    ((start, stop),) = footprint.of_edit(sung, other, MANIFEST.reach)
    first, last = sung.clock.samples((start, stop), RATE).tolist()
    assert first == 0 and last < at[7] and np.array_equal(before[last:], after[last:])
    assert np.array_equal(*(rendered(s, lead="voice ooh") for s in (sung, other)))


def test_the_manifest_promises_what_the_longest_tail_needs() -> None:
    reach = MANIFEST.reach
    assert all(reach[name].after_s >= TAIL_S + 1 / RATE for name in ("notes", "chords", "tempo", "metre"))
    assert reach["notes"].after >= HYMN_HOLDS and reach["tempo"].before_s > END_FADE_S
    assert set(reach) == set(tune_sketch().layers)


def test_a_piece_that_grows_changes_only_its_last_moment_and_ends_without_a_click() -> None:
    short, long = tune_sketch(), tune_sketch(repeat=2)
    before, after = (rendered(s, accompaniment="block") for s in (short, long))
    ((start, stop),) = footprint.of_edit(short, long, MANIFEST.reach)
    first = short.clock.sample(start, RATE)
    assert stop == long.n_frames and first > before.shape[1] - RATE // 3
    assert np.array_equal(before[:, :first], after[:, :first]) and np.abs(before[:, -9:]).max() < 1e-4


def test_low_keys_are_heard_on_the_left_and_the_tune_of_a_singer_in_the_middle() -> None:
    def louder_left(pitch: int, lead: str) -> float:
        left, right = rendered(with_notes(tune_sketch(), (0, 480, pitch, 90)), lead=lead, room=0.0).astype(np.float64)
        return float(10 * np.log10((left**2).sum() / (right**2).sum()))

    assert louder_left(38, "piano") > 1 and louder_left(80, "piano") < -1
    assert louder_left(50, "voice") == louder_left(76, "voice") == 0


def test_loud_chords_stay_below_the_ceiling_and_soft_ones_are_not_touched() -> None:
    rows = [(0, 1920, pitch, 127) for pitch in range(48, 84, 3)]
    loud = rendered(with_notes(tune_sketch(), *rows), gain_db=12.0)
    assert 0.7 < np.abs(loud).max() < 0.98
    one = with_notes(tune_sketch(), (0, 1920, 60, 60))
    np.testing.assert_allclose(rendered(one, gain_db=6.0), rendered(one) * 10 ** (6 / 20), rtol=1e-5, atol=1e-9)
