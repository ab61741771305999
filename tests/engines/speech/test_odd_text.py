"""Texts and numbers that nobody would write, through the whole engine: a sound or one clear line, never a fault."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Layer, Matrix
from intermezzo.core.media import Audio


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


@pytest.mark.parametrize(
    "text", ["a" * 5000, "x²½ ∑∫√∞", "a\0b\x1b[31m", "z" + "\u0301" * 2000, "'''o'''", "\u202eabc\ufeff"]
)
def test_odd_text_becomes_sound(studio: Studio, text: str) -> None:
    sketch = studio.convert("speech", text)
    assert sketch.words.count and all(len(label) <= 100 for label in sketch.words.labels)
    assert studio.render(sketch, window=(0, min(sketch.n_frames, 40))).n_samples


@pytest.mark.parametrize("text", ["", " \n\t", "😀", "?!…", "你好", "مرحبا", "\ue000"])
def test_what_cannot_be_said_is_one_short_line(studio: Studio, text: str) -> None:
    with pytest.raises(SourceError) as caught:
        studio.convert("speech", text)
    assert len(str(caught.value)) < 150 and "\n" not in str(caught.value)


@pytest.mark.parametrize("quality", ["network", "draft"])
@pytest.mark.parametrize(
    ("layer", "value"), [("energy", 1e30), ("energy", -3e38), ("envelope", 3e38), ("envelope", -3e38)]
)
def test_absurd_numbers_of_a_file_become_a_sound(studio: Studio, layer: str, value: float, quality: str) -> None:
    sketch = studio.convert("speech", "Hello there.")
    old = sketch.layers[layer]
    if isinstance(old, Curve):
        values = np.full(sketch.n_frames, value, np.float32)
        values.flags.writeable = False
        hostile: Layer = replace(old, values=values)
    else:
        assert isinstance(old, Matrix)
        hostile = Matrix.machine(old.spec, old.hop_s, np.full((sketch.n_frames, old.spec.bands), value, np.float32))
    audio = studio.render(replace(sketch, layers={**sketch.layers, layer: hostile}), params={"quality": quality})
    assert isinstance(audio, Audio) and np.abs(audio.samples).max() <= 1.0
