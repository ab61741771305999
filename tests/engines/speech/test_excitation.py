"""Pulses and noise as functions of absolute time."""

import numpy as np
import pytest

from intermezzo_engines.speech.excitation import noise, plan_pulses, pulses
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE


def two_runs() -> np.ndarray:
    f0 = np.zeros(80, np.float32)
    f0[5:30] = np.linspace(180, 240, 25)
    f0[35:70] = 150
    return f0


def test_any_stretch_of_pulses_is_cut_from_the_whole() -> None:
    plan = plan_pulses(two_runs())
    whole = pulses(plan, -3, 90)
    for first, count in ((-3, 4), (10, 7), (28, 12), (60, 27)):
        stretch = pulses(plan, first, count)
        assert np.array_equal(stretch, whole[(first + 3) * HOP : (first + 3 + count) * HOP])


def test_pulses_are_silent_where_unvoiced() -> None:
    whole = pulses(plan_pulses(two_runs()), 0, 80)
    assert not whole[: 4 * HOP].any()
    assert not whole[30 * HOP + 1 : 34 * HOP].any()
    assert not whole[70 * HOP :].any()


def test_an_edit_of_f0_ends_with_its_voiced_run() -> None:
    before, f0 = two_runs(), two_runs()
    f0[12] *= 1.2
    changed = np.flatnonzero(pulses(plan_pulses(before), 0, 80) != pulses(plan_pulses(f0), 0, 80))
    assert changed.min() > 11 * HOP
    assert changed.max() < 30 * HOP


@pytest.mark.parametrize("f0_hz", [71.0, 110.0, 233.0, 440.0, 880.0])
def test_power_density_does_not_depend_on_f0(f0_hz: float) -> None:
    sound = pulses(plan_pulses(np.full(200, f0_hz, np.float32)), 10, 180)
    assert np.mean(sound.astype(np.float64) ** 2) == pytest.approx(1.0, rel=0.1)


def test_pulses_come_at_the_drawn_rate() -> None:
    sound = pulses(plan_pulses(np.full(200, 200.0, np.float32)), 0, 200)[HOP:]
    peaks = np.flatnonzero((sound[1:-1] > 0.7 * sound.max()) & (sound[1:-1] >= sound[:-2]) & (sound[1:-1] > sound[2:]))
    assert np.diff(peaks) == pytest.approx(np.full(len(peaks) - 1, SAMPLE_RATE / 200.0), abs=1)


def test_noise_depends_on_absolute_time_and_seed_alone() -> None:
    whole = noise(-500, 4000, 7)
    assert np.array_equal(noise(120, 300, 7), whole[620:920])
    assert not np.array_equal(noise(-500, 4000, 8), whole)


def test_noise_is_white_and_of_unit_variance() -> None:
    x = noise(0, 240_000, 3).astype(np.float64)
    assert x.mean() == pytest.approx(0.0, abs=0.01)
    assert x.var() == pytest.approx(1.0, abs=0.01)
    power = np.abs(np.fft.rfft(x.reshape(-1, 2400), axis=1)) ** 2 / 2400
    bands = power.mean(0)[1:-1].reshape(-1, 11).mean(1)
    # 100 blocks x 11 bins a band: a standard error of 3 %.
    assert bands == pytest.approx(np.ones(len(bands)), abs=0.15)
    other = noise(0, 240_000, 4)
    assert abs(np.mean(x * other)) < 0.01
