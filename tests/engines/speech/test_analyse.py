"""Recordings of every kind become complete sketches."""

import numpy as np
import pytest
from drawn_voice import drawn_voice
from scipy import signal

from intermezzo.core.errors import Cancelled, SourceError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.analyse import SpeechAnalyser, analyse_samples, mono_24k, segments
from intermezzo_engines.speech.draft import render_whole
from intermezzo_engines.speech.features import SAMPLE_RATE, frame_count
from intermezzo_engines.speech.render import SpeechRenderer


class QuietJob:
    """Keeps nothing; gives up after ``limit`` calls of progress."""

    def __init__(self, limit: int = 10**9) -> None:
        self.told: list[float] = []
        self._limit = limit
        self.cache = self

    def get(self, key: str) -> None:
        return None

    def put(self, key: str, array: object) -> None:
        return None

    def progress(self, fraction: float, what: str = "") -> None:
        self.told.append(fraction)
        if len(self.told) > self._limit:
            raise Cancelled("stopped")


def analysed(samples: np.ndarray, rate: int = SAMPLE_RATE) -> Sketch:
    return SpeechAnalyser().analyse(Audio(np.atleast_2d(samples), rate), {}, job=QuietJob())


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return render_whole(*drawn_voice(250))


def test_analysis_of_a_rendering_gives_the_drawing_back(speech: np.ndarray) -> None:
    env, _, f0 = drawn_voice(250)
    found = analyse_samples(speech)
    inside = np.convolve(f0 > 0, np.ones(9), "same") > 8.5
    assert (found.f0_hz[:250][inside] > 0).mean() > 0.97
    assert np.median(np.abs(found.env_ln[:250] - env)[inside]) < 0.2


def test_copy_of_a_recording_keeps_its_level_and_its_pitch(speech: np.ndarray) -> None:
    renderer = SpeechRenderer()
    renderer.load("cpu")
    copy = renderer.render(analysed(speech), {}, seed=1, window=None, job=QuietJob()).samples[0][: len(speech)]
    blocks = len(speech) // 4096 * 4096
    level = [10 * np.log10(np.mean(x[:blocks].reshape(-1, 4096) ** 2, axis=1) + 1e-6) for x in (speech, copy)]
    assert np.median(np.abs(level[0] - level[1])) < 1.0
    before, after = analyse_samples(speech).f0_hz, analyse_samples(copy).f0_hz
    both = (before[: len(after)] > 0) & (after[: len(before)] > 0)
    assert np.median(np.abs(1200 * np.log2(after[both] / before[both]))) < 10


def test_every_layer_is_marked_as_analysed(speech: np.ndarray) -> None:
    sketch = analysed(speech)
    assert sketch.n_frames == frame_count(len(speech))
    assert (sketch.pitch.marks() == Mark.ANALYSED).all()
    assert (sketch.envelope.marks() == Mark.ANALYSED).all()
    assert sketch.words.count == 0
    assert sketch.phones.starts[0] == 0
    assert sketch.phones.stops[-1] == sketch.n_frames
    assert (sketch.phones.starts[1:] == sketch.phones.stops[:-1]).all()
    assert set(sketch.phones.labels) == {"·", "?"}


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
def test_any_rate_gives_the_same_melody(speech: np.ndarray, rate: int) -> None:
    resampled = signal.resample_poly(speech, rate // 25, SAMPLE_RATE // 25).astype(np.float32)
    sketch = analysed(resampled, rate)
    reference = analyse_samples(speech).f0_hz
    count = min(sketch.n_frames, len(reference))
    found = sketch.pitch.values[:count]
    both = (found > 0) & (reference[:count] > 0)
    assert both.sum() > 0.9 * (reference > 0).sum()
    assert np.median(np.abs(1200 * np.log2(found[both] / reference[:count][both]))) < 5


def test_channels_are_mixed(speech: np.ndarray) -> None:
    eight = np.tile(speech, (8, 1))
    assert np.allclose(mono_24k(Audio(eight, SAMPLE_RATE)), speech, atol=1e-6)


@pytest.mark.parametrize("n_samples", [0, 1, 100, 300, 1500])
def test_very_short_recordings_have_their_frames(n_samples: int) -> None:
    sketch = analysed(np.full(n_samples, 0.01, np.float32))
    assert sketch.n_frames == frame_count(n_samples)


def test_silence_is_one_unvoiced_pause() -> None:
    sketch = analysed(np.zeros(SAMPLE_RATE, np.float32))
    assert not sketch.pitch.values.any()
    assert sketch.phones.labels == ("·",)
    assert sketch.envelope.values.max() < -75


def test_clipped_speech_is_finite_and_voiced(speech: np.ndarray) -> None:
    sketch = analysed(np.clip(speech * 10, -1, 1).astype(np.float32))
    assert np.isfinite(sketch.envelope.values).all()
    assert (sketch.pitch.values > 0).mean() > 0.5


def test_a_whisper_is_unvoiced_and_renders() -> None:
    env, breath, f0 = drawn_voice(250)
    sketch = analysed(render_whole(env, np.zeros_like(breath), np.zeros_like(f0)))
    assert (sketch.pitch.values > 0).mean() < 0.05


def test_blocks_of_long_recordings_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch, speech: np.ndarray) -> None:
    whole = analyse_samples(speech)
    monkeypatch.setattr("intermezzo_engines.speech.analyse._BLOCK_FRAMES", 70)
    blocks = analyse_samples(speech)
    assert np.array_equal(whole.f0_hz, blocks.f0_hz)
    assert np.abs(whole.env_ln - blocks.env_ln).max() < 1e-3
    assert np.abs(whole.ap_ln - blocks.ap_ln).max() < 1e-3


def test_pauses_are_found_between_sounds() -> None:
    energy = np.full(100, -20.0, np.float32)
    energy[40:60] = -80.0
    energy[70:73] = -80.0
    bounds, labels = segments(energy, np.full(100, 120.0, np.float32))
    # The short dip is the closure of a stop: a cut, not a pause.
    assert bounds == [0, 40, 60, 71, 100]
    assert labels == ["?", "·", "?", "?"]


def test_sounds_are_cut_where_the_level_dips_between_syllables() -> None:
    frames = np.arange(90)
    energy = (-25.0 + 6.0 * np.cos(2 * np.pi * frames / 30.0)).astype(np.float32)
    bounds, labels = segments(energy, np.full(90, 120.0, np.float32))
    assert labels == ["?"] * (len(bounds) - 1)
    assert [abs(b - cut) <= 1 for b, cut in zip(bounds, (0, 15, 45, 75, 90), strict=True)] == [True] * 5


def test_text_is_refused_and_work_can_be_stopped(speech: np.ndarray) -> None:
    with pytest.raises(SourceError, match="recording"):
        SpeechAnalyser().analyse(Text("hello"), {}, job=QuietJob())
    with pytest.raises(Cancelled):
        SpeechAnalyser().analyse(Audio(speech[None], SAMPLE_RATE), {}, job=QuietJob(limit=1))


def test_hours_of_sound_and_absurd_rates_are_refused() -> None:
    with pytest.raises(SourceError, match="hour"):
        mono_24k(Audio(np.zeros((1, 3700), np.float32), 1))
    with pytest.raises(SourceError, match="sample rate"):
        mono_24k(Audio(np.zeros((1, 3700), np.float32), 500))
