"""The frame grid and the band axes of the speech sketch."""

import numpy as np
import pytest

from intermezzo_engines.speech import features


@pytest.mark.parametrize(("n_samples", "frames"), [(0, 1), (1, 1), (255, 1), (256, 2), (24_000, 94)])
def test_frames_are_centred(n_samples: int, frames: int) -> None:
    assert features.frame_count(n_samples) == frames


@pytest.mark.parametrize("n_fft", [512, 1024, 2048])
def test_mel_filters_take_means(n_fft: int) -> None:
    filters = features.mel_filters(n_fft)
    assert filters.shape == (100, n_fft // 2 + 1)
    assert filters.sum(1) == pytest.approx(np.ones(100), abs=1e-5)
    assert filters.min() >= 0


def test_mel_scale_is_its_own_inverse_and_linear_below_1_khz() -> None:
    hz = np.array([0.0, 100.0, 500.0, 999.0, 1000.0, 4000.0, 12_000.0])
    assert features.mel_to_hz(features.hz_to_mel(hz)) == pytest.approx(hz)
    assert features.hz_to_mel(500.0) == pytest.approx(2 * features.hz_to_mel(250.0))


def test_interpolated_bands_keep_a_flat_envelope_flat() -> None:
    assert features.bands_to_bins(512).sum(0) == pytest.approx(np.ones(257), abs=1e-6)
    assert features.ap_to_bins(512).sum(0) == pytest.approx(np.ones(257), abs=1e-6)


def test_wide_bands_come_back_from_narrow_ones() -> None:
    wide = np.array([-4.0, -3.0, -2.0, -1.0, 0.0], np.float32)
    assert wide @ features.ap_to_bands() @ features.bands_to_ap() == pytest.approx(wide, abs=1e-6)


def test_energy_of_a_flat_envelope_is_its_level() -> None:
    env_ln = np.full((3, 100), np.log(0.1), np.float32)
    assert features.energy_db(env_ln) == pytest.approx(np.full(3, -20.0), abs=1e-4)


def test_decibels_and_natural_logarithms_are_inverse() -> None:
    ln = np.linspace(-11, 2, 9, dtype=np.float32)
    assert features.db_to_ln(features.ln_to_db(ln)) == pytest.approx(ln, abs=1e-6)
    assert features.ln_to_db(np.log(np.float32([10.0]))) == pytest.approx([20.0], abs=1e-5)
