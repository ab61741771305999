"""A stretch is predicted again from what stands around it, in the voice of a recording where it is one."""

from dataclasses import replace

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.edits import curves
from intermezzo.core.layers import Mark
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.resample import recording_stats

TEXT = "The harbour lights were already burning when we came around the point."


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(threads=1)


@pytest.fixture(scope="module")
def recording(studio: Studio) -> Sketch:
    """A recording of somebody with a longer throat and a lower voice than any shipped one, with its text."""
    audio = studio.run("speech", TEXT, params={"voice": "cathy", "pitch_st": -6.0, "formant_st": -2.5})
    return studio.analyse("speech", audio, params={"text": TEXT})


def word(sketch: Sketch, index: int) -> tuple[int, int]:
    return int(sketch.words.starts[index]), int(sketch.words.stops[index])


def test_only_analysed_sketches_are_somebodys(studio: Studio, recording: Sketch) -> None:
    own = recording_stats(recording)
    assert own is not None
    voiced = recording.pitch.values[recording.pitch.values > 0]
    assert own.pitch[0] == pytest.approx(float(np.log(voiced).mean()), abs=1e-3)
    assert recording_stats(studio.convert("speech", TEXT, seed=1)) is None


def test_a_word_of_a_recording_is_said_anew_in_its_own_voice(studio: Studio, recording: Sketch) -> None:
    start, stop = word(recording, 5)  # "burning"
    again = studio.resample(recording, start, stop, seed=3, params={"voice": "ljs"})
    outside = np.r_[0:start, stop : recording.n_frames]
    for name in ("pitch", "energy"):
        assert np.array_equal(getattr(again, name).values[outside], getattr(recording, name).values[outside])
    assert np.array_equal(again.envelope.values[outside], recording.envelope.values[outside])
    assert not (again.envelope.origin[start:stop] & Mark.ANALYSED).any()
    # What was there is the best guess that there can be: the new word resembles it more than ljs would.
    new, old = again.envelope.values[start:stop], recording.envelope.values[start:stop]
    other = studio.convert("speech", TEXT, seed=3, params={"voice": "ljs"})
    foreign = other.envelope.values[slice(*word(other, 5))].mean(0)
    assert np.abs(new.mean(0) - old.mean(0)).mean() < 0.7 * np.abs(foreign - old.mean(0)).mean()
    both = (again.pitch.values[start:stop] > 0) & (recording.pitch.values[start:stop] > 0)
    semitones = 12 * np.log2(again.pitch.values[start:stop][both] / recording.pitch.values[start:stop][both])
    assert abs(float(np.median(semitones))) < 5


def test_a_resampled_stretch_joins_what_stands(studio: Studio) -> None:
    sketch = studio.convert("speech", TEXT, seed=1)
    start, stop = word(sketch, 4)
    raised = curves.shift(sketch, "pitch", 0, start, 5.0)
    raised = curves.shift(raised, "pitch", stop, sketch.n_frames, 5.0)
    plain, higher = (studio.resample(s, start, stop, seed=2).pitch.values[start:stop] for s in (sketch, raised))
    both = (plain > 0) & (higher > 0)
    assert float((12 * np.log2(higher[both] / plain[both])).mean()) > 1.0  # its neighbours are higher, so it is higher


def test_different_seeds_are_different_readings_and_the_same_seed_the_same(studio: Studio) -> None:
    sketch = studio.convert("speech", TEXT, seed=1)
    start, stop = word(sketch, 4)
    first, second, again = (studio.resample(sketch, start, stop, seed=s) for s in (2, 3, 2))
    assert np.array_equal(first.pitch.values, again.pitch.values)
    assert not np.array_equal(first.pitch.values, second.pitch.values)
    assert not np.array_equal(first.envelope.values, second.envelope.values)


def test_sounds_without_a_name_end_the_context(studio: Studio) -> None:
    sketch = studio.convert("speech", TEXT, seed=1)
    labels = tuple("?" if k < 6 else label for k, label in enumerate(sketch.phones.labels))
    unnamed = replace(sketch, layers={**sketch.layers, "phones": replace(sketch.phones, labels=labels)})
    start, stop = word(sketch, 6)
    again = studio.resample(unnamed, start, stop, seed=2)
    assert not np.array_equal(again.pitch.values[start:stop], sketch.pitch.values[start:stop])
