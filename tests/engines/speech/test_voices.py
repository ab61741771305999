"""Voices do what their parameters say, measured on the sketch and on the sound: mixtures, tension, breath, throats."""

import numpy as np
import pytest
from numpy.typing import NDArray

from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.analyse import Analysis, analyse_samples
from intermezzo_engines.speech.convert import SpeechConverter
from intermezzo_engines.speech.features import band_centres_hz
from intermezzo_engines.speech.render import SpeechRenderer

TEXT = "The harbour lights were already burning when we came around the point."


class Job:
    """A job that keeps nothing."""

    def __init__(self) -> None:
        self.cache = self

    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: object) -> None:
        return None

    def progress(self, fraction: float, what: str = "") -> None:
        return None

    def partial(self, piece: Sketch) -> None:
        return None


CONVERTER, RENDERER = SpeechConverter(), SpeechRenderer()
CONVERTER.load("cpu")
RENDERER.load("cpu")


def spoken(**params: float | str) -> Sketch:
    """Return a line of ljs, as much the same from call to call as the parameters allow."""
    return CONVERTER.convert(Text(TEXT), {"voice": "ljs", **params}, seed=4, job=Job())


def heard(sketch: Sketch) -> Analysis:
    audio = RENDERER.render(sketch, {}, seed=1, window=None, job=Job())
    assert isinstance(audio, Audio)
    return analyse_samples(audio.samples[0])


def voiced_db(sketch: Sketch) -> NDArray[np.float64]:
    """Return the mean envelope of the voiced frames, dB in 100 bands."""
    return np.asarray(sketch.envelope.values[sketch.pitch.values > 0].mean(0), np.float64)


def centroid_hz(sketch: Sketch) -> float:
    power = 10 ** (sketch.envelope.values[sketch.pitch.values > 0] / 10)
    return float((power.sum(0) @ band_centres_hz()) / power.sum())


def mean_pitch_st(sketch: Sketch) -> float:
    pitch_hz = sketch.pitch.values
    return float(12 * np.log2(pitch_hz[pitch_hz > 0]).mean())


def mean_breath_db(sketch: Sketch) -> float:
    return float(sketch.breath.values[sketch.pitch.values > 0].mean())


def tilt_db(envelope_db: NDArray[np.float64]) -> float:
    """Return how much stronger 2 to 5 kHz is than what lies below 1 kHz."""
    hz = band_centres_hz()
    return float(envelope_db[(hz > 2000) & (hz < 5000)].mean() - envelope_db[hz < 1000].mean())


@pytest.fixture(scope="module")
def plain() -> Sketch:
    return spoken()


def test_half_way_lies_between_the_voices_and_the_ends_are_the_voices(plain: Sketch) -> None:
    half, whole = spoken(mix_with="cathy", mix=0.5), spoken(mix_with="cathy", mix=1.0)
    other = CONVERTER.convert(Text(TEXT), {"voice": "cathy"}, seed=4, job=Job())
    for measure in (mean_pitch_st, centroid_hz):
        low, high = sorted((measure(plain), measure(other)))
        room = 0.15 * (high - low)
        assert low - room < measure(half) < high + room
    # An end of the mixture is the other voice, but for the randomness of its colour.
    assert mean_pitch_st(whole) == pytest.approx(mean_pitch_st(other), abs=0.5)
    ends = np.abs(voiced_db(plain) - voiced_db(other)).mean()
    assert np.abs(voiced_db(whole) - voiced_db(other)).mean() < 0.3 * ends
    for end in (plain, other):
        assert np.abs(voiced_db(half) - voiced_db(end)).mean() < 0.9 * ends


def test_tension_moves_tilt_and_breath_and_nothing_else(plain: Sketch) -> None:
    soft, pressed = spoken(tension=-1.0), spoken(tension=1.0)
    tilts = [tilt_db(voiced_db(s)) for s in (soft, plain, pressed)]
    assert tilts[1] - tilts[0] > 3 and tilts[2] - tilts[1] > 3
    breaths = [mean_breath_db(s) for s in (soft, plain, pressed)]
    assert breaths[0] - breaths[1] > 2 and breaths[1] - breaths[2] > 4
    for other in (soft, pressed):
        assert np.array_equal(other.pitch.values, plain.pitch.values)
        assert np.array_equal(other.energy.values, plain.energy.values)
    found = [heard(s) for s in (soft, pressed)]
    spectra = [f.env_ln[f.f0_hz > 0].mean(0) * 20 / np.log(10) for f in found]
    assert tilt_db(spectra[1]) - tilt_db(spectra[0]) > 5  # and it is heard


def test_breath_is_breath(plain: Sketch) -> None:
    more = spoken(breath_db=6.0)
    voiced = plain.pitch.values > 0
    moved = (more.breath.values - plain.breath.values)[voiced]
    assert moved.max() <= 6.01 and np.median(moved) == pytest.approx(6.0, abs=0.5)
    assert np.array_equal(more.envelope.values, plain.envelope.values)
    quiet, loud = (f.ap_ln[f.f0_hz > 0, 1:4].mean() for f in (heard(plain), heard(more)))
    assert loud - quiet > 0.2  # natural log: 0.2 are 1.7 dB


def test_a_lower_throat_moves_formants_by_its_ratio_and_leaves_the_melody(plain: Sketch) -> None:
    lower = spoken(formant_st=-4.0)
    assert np.array_equal(lower.pitch.values, plain.pitch.values)
    assert formant_shift_st(voiced_db(plain), voiced_db(lower)) == pytest.approx(-4.0, abs=0.5)


def test_low_pitch_and_a_long_throat_give_a_voice_like_a_mans(plain: Sketch) -> None:
    low = heard(spoken(pitch_st=-7.0, formant_st=-4.0))
    middle_hz = float(np.exp(np.log(low.f0_hz[low.f0_hz > 0]).mean()))
    assert 110 < middle_hz < 145
    usual = heard(plain)
    spectra = [f.env_ln[f.f0_hz > 0].mean(0) * 20 / np.log(10) for f in (usual, low)]
    assert formant_shift_st(*spectra) == pytest.approx(-4.0, abs=1.0)


def formant_shift_st(before_db: NDArray[np.float64], after_db: NDArray[np.float64]) -> float:
    """Return by how many semitones the spectrum of 400 Hz to 5 kHz was moved, by the best correlation."""
    hz = band_centres_hz()
    grid_st = np.arange(12 * np.log2(400), 12 * np.log2(5000), 0.1)
    after = np.interp(grid_st, 12 * np.log2(hz), after_db)
    shifts = np.arange(-8.0, 8.05, 0.1)
    fits = [
        np.corrcoef(np.interp(grid_st - shift, 12 * np.log2(hz), before_db), after)[0, 1] for shift in shifts
    ]  # fmt: skip
    return float(shifts[int(np.argmax(fits))])
