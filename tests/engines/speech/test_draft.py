"""The renderer without weights."""

import numpy as np
import pytest

from intermezzo_engines.speech import draft
from intermezzo_engines.speech.features import HOP, energy_db


def test_spectrum_and_overlap_add_give_the_samples_back() -> None:
    x = np.random.default_rng(0).standard_normal(8 * draft.N_FFT).astype(np.float32)
    y = draft.overlap_add(draft.spectrum(x))
    inner = slice(draft.N_FFT, -draft.N_FFT)
    assert y[inner] == pytest.approx(x[inner], abs=1e-5)


@pytest.mark.parametrize("f0_hz", [0.0, 120.0, 300.0])
def test_level_follows_the_envelope_voiced_or_not(f0_hz: float) -> None:
    n = 120
    env = np.full((n, 100), np.log(0.05), np.float32)
    breath = np.full((n, 5), -2.0, np.float32)
    sound = draft.render_whole(env, breath, np.full(n, f0_hz, np.float32))
    level = 10 * np.log10(np.mean(sound[10 * HOP : -10 * HOP] ** 2))
    assert level == pytest.approx(float(energy_db(env)[0]), abs=0.5)


def test_silence_stays_silent() -> None:
    n = 40
    sound = draft.render_whole(
        np.full((n, 100), -11.5, np.float32), np.zeros((n, 5), np.float32), np.zeros(n, np.float32)
    )
    assert np.abs(sound).max() < 1e-4


def test_frames_beyond_the_ends_repeat_the_edge_or_take_a_value() -> None:
    values = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert draft.pad_frames(values, -1, 5)[:, 0].tolist() == [0, 0, 2, 4, 4]
    assert draft.pad_frames(values, -1, 5, outside=9.0)[:, 0].tolist() == [9, 0, 2, 4, 9]
    assert values[0, 0] == 0
