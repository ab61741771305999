"""Timing, melody and loudness of one reading on another: copied as hand edits, in the register of the target."""

import numpy as np
import pytest
from drawn_sketch import drawn_sketch

from intermezzo.core.edits import curves, regions, spans, speech
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.sketch import Sketch


def guide() -> Sketch:
    """The same sentence, an octave up, with a bend, and with one sound twice as long."""
    sketch = drawn_sketch()
    k = next(i for i, label in enumerate(sketch.phones.labels) if label != "·")
    longer = spans.set_lengths(sketch, {k: 2 * int(sketch.phones.stops[k] - sketch.phones.starts[k])})
    bent = curves.vibrato(longer, "pitch", 0, longer.n_frames, rate_hz=2.0, depth=2.0)
    return curves.shift(bent, "pitch", 0, longer.n_frames, 12.0)


def test_lengths_and_melody_are_those_of_the_guide_in_the_own_register() -> None:
    sketch, other = drawn_sketch(), guide()
    copied = speech.copy_intonation(sketch, other)
    assert (copied.phones.stops - copied.phones.starts).tolist() == (other.phones.stops - other.phones.starts).tolist()
    both = (copied.pitch.values > 0) & (other.pitch.values > 0)
    apart = 12 * np.log2(other.pitch.values[both] / copied.pitch.values[both])
    assert np.ptp(apart) < 0.01  # the same melody, moved as a whole
    register = [12 * np.log2(np.median(s.pitch.values[s.pitch.values > 0])) for s in (sketch, copied)]
    assert abs(register[0] - register[1]) < 1.0
    assert (copied.pitch.origin[both] & Mark.EDITED).all()


def test_the_range_can_be_flattened_and_timing_left_alone() -> None:
    sketch, other = drawn_sketch(), guide()
    flat = speech.copy_intonation(sketch, other, timing=False, energy=False, range_scale=0.0)
    assert flat.n_frames == sketch.n_frames
    assert flat.energy is sketch.energy
    changed = (flat.pitch.origin & Mark.EDITED) != 0
    assert np.ptp(flat.pitch.values[changed]) < 0.01


def test_locked_pitch_stays() -> None:
    sketch = drawn_sketch()
    locked = regions.lock(sketch, ["pitch"], Region(0, 30))
    copied = speech.copy_intonation(locked, guide(), timing=False)
    assert (copied.pitch.values[:30] == sketch.pitch.values[:30]).all()


def test_another_text_is_refused() -> None:
    sketch = drawn_sketch()
    other = sketch
    for k, label in enumerate(sketch.phones.labels):
        if label != "·":
            other = spans.relabel(other, "phones", k, "?")
    with pytest.raises(EditError, match="another text"):
        speech.copy_intonation(sketch, other)
    with pytest.raises(EditError, match="range"):
        speech.copy_intonation(sketch, guide(), range_scale=-1.0)
