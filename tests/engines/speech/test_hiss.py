"""Voiced fricatives hiss: their pulses give way to noise of the same power, vowels and what hands took out do not."""

import numpy as np

from intermezzo_engines.speech.draft import N_BINS
from intermezzo_engines.speech.features import SAMPLE_RATE
from intermezzo_engines.speech.hiss import noise_share, shared

_HZ = np.linspace(0, SAMPLE_RATE / 2, N_BINS, dtype=np.float32)
_VOICED = np.ones((1, 1), np.float32)


def _share(tilt_db: float, share: float = 0.3, voicing: np.ndarray = _VOICED) -> np.ndarray:
    level = np.where(_HZ > 2500, 10 ** (tilt_db / 20), 1.0).astype(np.float32)[None]
    return noise_share(level, np.full((1, N_BINS), share, np.float32), voicing)[0]


def test_a_voiced_fricative_is_noise_above_three_kilohertz() -> None:
    found = _share(10.0)
    assert found[_HZ < 3000].max() == 0
    assert found[_HZ > 6000].min() > 0.9


def test_a_vowel_stays_as_it_is() -> None:
    assert _share(-30.0).max() < 0.01


def test_where_nothing_is_voiced_or_a_hand_took_the_breath_out_nothing_is_handed_over() -> None:
    assert _share(10.0, voicing=np.zeros((1, 1), np.float32)).max() == 0
    assert _share(10.0, share=0.001).max() < 0.01


def test_the_power_stays_and_noise_is_never_taken_away() -> None:
    rng = np.random.default_rng(1)
    pulses, noise, wanted = (rng.random((40, N_BINS)).astype(np.float32) for _ in range(3))
    less, more = shared(pulses, noise, wanted)
    assert np.allclose((pulses * less) ** 2 + more**2, pulses**2 + noise**2, rtol=1e-4)
    assert np.all(more >= noise - 1e-6)
    assert np.all(more**2 >= wanted * (pulses**2 + noise**2) - 1e-5)
