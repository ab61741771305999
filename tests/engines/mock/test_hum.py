"""The mock engine keeps its word: it is what the rest of the tests stand on, and what authors of plugins copy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core import codec, footprint
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Region, Slots
from intermezzo.core.media import Audio, Text
from intermezzo.core.params import Value
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request

HOP = 160
REGISTRY = discover()
RUNNER = InlineRunner(REGISTRY)


def hum(text: str = "Oh, are you in Iowa?", seed: int = 1, **params: Value) -> Sketch:
    result = RUNNER.run(Request("convert", "mock", params, seed, source=Text(text)))
    assert isinstance(result, Sketch)
    return result


def sound(sketch: Sketch, window: tuple[int, int] | None = None, seed: int = 1, **params: Value) -> np.ndarray:
    result = RUNNER.run(Request("render", "mock", params, seed, sketch=sketch, window=window))
    assert isinstance(result, Audio)
    return result.samples[0]


def heard(samples: np.ndarray, sample_rate: int = 16_000) -> Sketch:
    result = RUNNER.run(Request("analyse", "mock", source=Audio(np.atleast_2d(samples), sample_rate)))
    assert isinstance(result, Sketch)
    return result


def curve(sketch: Sketch, name: str) -> Curve:
    layer = sketch.layers[name]
    assert isinstance(layer, Curve)
    return layer


class TestConverter:
    def test_every_letter_is_a_span_and_knows_its_place_in_the_text(self) -> None:
        sketch = hum("Aha! Öl")
        assert sketch.letters.labels == ("a", "x", "a", "·", "o", "x", "·")
        assert sketch.words.labels == ("Aha", "Öl")
        assert [tuple(r) for r in sketch.letters.source] == [(0, 1), (1, 2), (2, 3), (-1, -1), (5, 6), (6, 7), (-1, -1)]
        assert sketch.moods.texts == ("plain", "plain")

    @pytest.mark.parametrize("text", ["", "   ", "?!…", "🎵🎶", "\n"])
    def test_a_text_without_letters_is_refused(self, text: str) -> None:
        with pytest.raises(SourceError, match="no letter"):
            hum(text)

    def test_a_megabyte_of_text_is_refused_in_a_moment(self) -> None:
        with pytest.raises(SourceError, match="too long"):
            hum("la " * 350_000)

    @pytest.mark.parametrize("text", ["漢字", "привет", "12 34", "ﬁn"])
    def test_other_scripts_and_figures_hum_too(self, text: str) -> None:
        assert len(sound(hum(text))) == hum(text).n_frames * HOP

    def test_the_same_seed_gives_the_same_sketch_and_another_seed_another(self) -> None:
        assert codec.fingerprint(hum(seed=5)) == codec.fingerprint(hum(seed=5))
        assert not np.array_equal(hum(seed=5).pitch.values, hum(seed=6).pitch.values)

    @pytest.mark.parametrize(
        ("params", "differs"),
        [({"letter_s": 0.3}, "letters"), ({"octave": 1}, "pitch"), ({"voice": "reedy"}, "colour"),
         ({"ending": "amen"}, "words"), ({"glide": False}, "pitch")],
    )  # fmt: skip
    def test_every_parameter_matters(self, params: Mapping[str, Any], differs: str) -> None:
        plain, other = hum(), hum(**params)
        assert other.n_frames != plain.n_frames or other.layers[differs].changed(plain.layers[differs])
        assert other.made.params == {**plain.made.params, **params}

    def test_predicting_a_letter_again_changes_it_alone_and_keeps_what_was_drawn(self) -> None:
        sketch = hum()
        start, stop = int(sketch.letters.starts[3]), int(sketch.letters.stops[5])
        drawn = curves.put(sketch, "pitch", start, np.full(4, 60.0))
        drawn = matrices.add(drawn, "colour", start, 1, np.full((3, 2), 5, np.float32))
        drawn = regions.lock(drawn, ["colour"], Region(start + 5, start + 7, 0, 2))
        again = RUNNER.run(Request("resample", "mock", seed=99, sketch=drawn, window=(start, stop)))
        assert isinstance(again, Sketch)
        assert np.array_equal(
            curve(again, "pitch").values[start : start + 4], curve(drawn, "pitch").values[start : start + 4]
        )
        assert np.allclose(again.colour.values[start : start + 3, 1:3], drawn.colour.values[start : start + 3, 1:3])
        assert np.allclose(
            again.colour.values[start + 5 : start + 7, :2], drawn.colour.values[start + 5 : start + 7, :2]
        )
        for name in ("pitch", "loudness"):
            old, new = curve(drawn, name), curve(again, name)
            outside = np.ones(len(old), bool)
            outside[start:stop] = False
            assert np.array_equal(old.values[outside], new.values[outside])
        assert not np.array_equal(curve(again, "pitch").base, curve(drawn, "pitch").base)

    def test_a_renamed_letter_sounds_when_it_is_predicted_again(self) -> None:
        sketch = hum("bob")
        renamed = spans.relabel(sketch, "letters", 0, "u")
        start, stop = int(sketch.letters.starts[0]), int(sketch.letters.stops[0])
        again = RUNNER.run(Request("resample", "mock", sketch=renamed, window=(start, stop)))
        assert isinstance(again, Sketch)
        assert (again.pitch.values[start:stop] > 0).all() and not sketch.pitch.values[start:stop].any()


class TestRenderer:
    def test_it_sounds_and_does_not_clip(self) -> None:
        peak = np.abs(sound(hum("Oh, are you in Iowa? Lulla lullaby, xylophone."))).max()
        assert 0.05 < peak < 0.9

    @given(st.data())
    def test_any_window_is_bit_for_bit_the_whole(self, data: st.DataObject) -> None:
        sketch = hum()
        start = data.draw(st.integers(0, sketch.n_frames - 1))
        stop = data.draw(st.integers(start + 1, sketch.n_frames))
        assert np.array_equal(sound(sketch, (start, stop)), sound(sketch)[start * HOP : stop * HOP])

    @given(st.data())
    def test_an_edit_is_heard_inside_its_footprint_and_nowhere_else(self, data: st.DataObject) -> None:
        sketch = hum()
        layer = data.draw(st.sampled_from(["pitch", "loudness", "colour", "gap", "letters", "moods"]))
        start = data.draw(st.integers(0, sketch.n_frames - 8))
        if layer == "colour":
            edited = matrices.add(sketch, "colour", start, 2, np.full((6, 3), -9, np.float32))
        elif layer == "gap":
            edited = curves.set_gap(sketch, "pitch", start, start + 6, data.draw(st.booleans()))
        elif layer == "letters":
            edited = spans.relabel(sketch, "letters", data.draw(st.integers(0, sketch.letters.count - 1)), "x")
        elif layer == "moods":
            moods = sketch.layers["moods"]
            assert isinstance(moods, Slots)
            edited = sketch.with_layer(moods.with_text(data.draw(st.integers(0, len(moods) - 1)), "bright"))
        else:
            edited = curves.shift(sketch, layer, start, start + 6, -3.0)
        different = sound(sketch) != sound(edited)
        for a, b in footprint.of_edit(sketch, edited, REGISTRY.find("mock").reach):
            different[a * HOP : b * HOP] = False
        assert not different.any()

    def test_noise_depends_on_the_seed(self) -> None:
        sketch = hum("sh")
        assert np.array_equal(sound(sketch, seed=3), sound(sketch, seed=3))
        assert not np.array_equal(sound(sketch, seed=3), sound(sketch, seed=4))

    def test_a_mood_makes_its_word_brighter_and_leaves_the_next_alone(self) -> None:
        sketch = hum("oo aa")
        moods = sketch.layers["moods"]
        assert isinstance(moods, Slots)
        bright = sketch.with_layer(moods.with_text(0, "bright"))
        before, after = sound(sketch), sound(bright)
        word = slice(int(sketch.words.starts[1] + 1) * HOP, None)
        assert np.array_equal(before[word], after[word]) and not np.array_equal(before, after)

    def test_half_the_gain_is_half_the_sound(self) -> None:
        sketch = hum()
        assert np.allclose(sound(sketch, gain_db=-6.0206), 0.5 * sound(sketch), atol=1e-5)

    def test_ten_minutes_render_in_windows_of_constant_cost(self) -> None:
        sketch = hum("Oh, are you in Iowa? " * 60)
        n = sketch.n_frames
        assert len(sound(sketch, (n - 30, n))) == 30 * HOP

    def test_silence_renders_to_silence(self) -> None:
        sketch = hum("a")
        silent = sketch.with_layer(replace(curve(sketch, "pitch"), values=np.zeros(sketch.n_frames, np.float32)))
        assert not sound(silent).any()


class TestAnalyser:
    def test_what_was_drawn_is_heard(self) -> None:
        drawn = curves.vibrato(curves.shift(hum(), "pitch", 0, 10_000, 4.0), "pitch", 0, 10_000, depth=0.3)
        found = heard(sound(drawn))
        both = (drawn.pitch.values > 0) & (found.pitch.values > 0)
        cents = np.abs(1200 * np.log2(found.pitch.values[both] / drawn.pitch.values[both]))
        assert np.median(cents) < 5 and both.sum() > 0.85 * (drawn.pitch.values > 0).sum()
        assert np.median(np.abs(found.loudness.values - drawn.loudness.values)) < 0.5
        assert np.median(np.abs(found.colour.values - drawn.colour.values)) < 1

    def test_everything_is_marked_as_analysed(self) -> None:
        found = heard(sound(hum()))
        assert all((layer.marks() == 1).all() for layer in found.layers.values())

    @pytest.mark.parametrize("sample_rate", [8_000, 22_050, 96_000])
    def test_any_rate_keeps_the_pitch(self, sample_rate: int) -> None:
        at_s = np.arange(int(0.5 * sample_rate)) / sample_rate
        found = heard(0.2 * np.sin(2 * np.pi * 220 * at_s), sample_rate)
        voiced = found.pitch.values[found.pitch.values > 0]
        assert len(voiced) > 40 and abs(np.median(voiced) - 220) < 1

    def test_eight_channels_are_mixed(self) -> None:
        tone = np.tile(sound(hum("a")), (8, 1))
        assert heard(tone).n_frames == tone.shape[1] // HOP

    @pytest.mark.parametrize("level", [0.0, 1.0])
    def test_silence_and_clipping_give_a_sound_sketch(self, level: float) -> None:
        rng = np.random.default_rng(0)
        found = heard(np.clip(level * 20 * rng.standard_normal(8000), -1, 1))
        assert found.n_frames == 50 and len(sound(found)) == 8000

    def test_a_click_is_too_short(self) -> None:
        with pytest.raises(SourceError, match="too short"):
            heard(np.ones(100))


def test_the_manifest_declares_a_reach_for_every_layer(registry: Registry) -> None:
    manifest = registry.find("mock")
    assert set(manifest.reach) == {spec.name for spec in registry.sketch_type(manifest).layers}
    assert {p.kind for p in manifest.params} == {"float", "int", "choice", "text", "bool", "dictionary"}
    assert {p.stage for p in manifest.params} == {"convert", "render", "analyse", "train"}


@pytest.fixture
def registry() -> Registry:
    """What is installed."""
    return REGISTRY
