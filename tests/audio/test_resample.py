"""Rate conversion: exact where it can be, local, and clean."""

import numpy as np
import pytest

from intermezzo.audio.resample import RateConverter


def test_the_same_rate_changes_nothing() -> None:
    block = np.random.default_rng(0).standard_normal((100, 1)).astype(np.float32)
    assert np.array_equal(RateConverter(24000, 24000).convert(block), block)


def test_doubling_keeps_the_original_samples() -> None:
    converter = RateConverter(24000, 48000)
    padded = np.random.default_rng(0).standard_normal((1000 + 2 * converter.reach, 1)).astype(np.float32)
    converted = converter.convert(padded)
    assert converted.shape == (2000, 1)
    np.testing.assert_allclose(converted[::2], padded[converter.reach : -converter.reach], atol=1e-6)


@pytest.mark.parametrize(("rate", "device_rate"), [(24000, 48000), (24000, 44100), (22050, 48000), (96000, 48000)])
def test_a_tone_stays_that_tone(rate: int, device_rate: int) -> None:
    converter = RateConverter(rate, device_rate)
    n = converter.down * (8000 // converter.down)
    times_s = np.arange(-converter.reach, n + converter.reach) / rate
    tone = np.sin(2 * np.pi * 3000 * times_s)[:, None].astype(np.float32)
    converted = converter.convert(tone)[:, 0]
    expected = np.sin(2 * np.pi * 3000 * np.arange(len(converted)) / device_rate)
    assert np.abs(converted - expected).max() < 1e-3  # -60 dB


def test_what_the_device_cannot_carry_is_removed_not_folded() -> None:
    converter = RateConverter(48000, 24000)
    times_s = np.arange(4800 + 2 * converter.reach) / 48000
    tone = np.sin(2 * np.pi * 18000 * times_s)[:, None].astype(np.float32)
    assert np.abs(converter.convert(tone)).max() < 1e-3


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 44100, 88200, 96000])
def test_rates_in_use_are_met_exactly(rate: int) -> None:
    converter = RateConverter(rate, 48000)
    assert converter.up * rate == converter.down * 48000


def test_an_odd_rate_is_met_within_a_cent() -> None:
    converter = RateConverter(11999, 48000)
    assert abs(1200 * np.log2(converter.up / converter.down * 11999 / 48000)) < 1.0


def test_places_map_both_ways() -> None:
    converter = RateConverter(24000, 44100)
    assert converter.to_device(24000) == 44100
    assert converter.to_sound(44100) == pytest.approx(24000)
