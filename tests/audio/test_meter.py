"""The level meter."""

import numpy as np
import pytest

from intermezzo.audio.meter import Meter


def test_it_tells_left_from_right_and_peak_from_rms() -> None:
    meter = Meter(48000)
    phase = 2 * np.pi * 1000 * np.arange(960) / 48000
    block = np.stack([0.5 * np.sin(phase), 0.1 * np.sin(phase)], axis=1).astype(np.float32)
    for _ in range(150):  # 3 s
        meter.follow(block)
    assert meter.level.peak == pytest.approx((0.5, 0.1), rel=0.01)
    assert meter.level.rms == pytest.approx((0.5 / np.sqrt(2), 0.1 / np.sqrt(2)), rel=0.01)


def test_a_peak_falls_by_twenty_decibels_a_second() -> None:
    meter = Meter(48000)
    meter.follow(np.ones((960, 2), np.float32))
    for _ in range(50):
        meter.follow(np.zeros((960, 2), np.float32))
    assert meter.level.peak[0] == pytest.approx(0.1, rel=0.01)
