"""Envelope and aperiodicity of sounds that were drawn."""

import numpy as np
import pytest
from drawn_voice import drawn_voice

from intermezzo_engines.speech import envelope
from intermezzo_engines.speech.draft import render_whole
from intermezzo_engines.speech.excitation import plan_pulses, pulses
from intermezzo_engines.speech.features import DB_PER_LN


@pytest.mark.parametrize("f0_hz", [90.0, 180.0, 350.0])
def test_smooth_power_of_pulses_holds_no_harmonics(f0_hz: float) -> None:
    f0 = np.full(60, f0_hz, np.float32)
    smooth = envelope.smooth_power(pulses(plan_pulses(f0), 0, 60), f0)[10:-10, 20:450]
    # Pulses have a power density of 1; a normal spectrum would ripple by 30 dB.
    assert np.abs(10 * np.log10(smooth)).max() < 1.5


def test_smooth_power_matches_the_power_of_noise() -> None:
    x = np.random.default_rng(2).standard_normal(256 * 400).astype(np.float32)
    smooth = envelope.smooth_power(x, np.zeros(401, np.float32))[10:-10]
    # The mean of a log of noise lies 0 to 2.5 dB low, by how many bins are averaged.
    assert -2.5 < 10 * np.log10(smooth).mean() < 0.5


@pytest.mark.parametrize("f0_hz", [110.0, 240.0])
def test_band_means_sum_harmonics_to_a_constant(f0_hz: float) -> None:
    f0 = np.full(60, f0_hz, np.float32)
    spectra = envelope.power(pulses(plan_pulses(f0), 0, 60), 60)
    level = 10 * np.log10(envelope.band_means(spectra, f0, 1.0)[10:-10, 5:95])
    assert np.abs(level - np.median(level)).max() < 1.0


def test_the_drawn_envelope_comes_back() -> None:
    env, breath, f0 = drawn_voice(200)
    sound = render_whole(env, breath, f0)
    found = envelope.envelope_of(envelope.smooth_power(sound, f0))
    found = envelope.refine(found, envelope.aperiodicity(envelope.power(sound, len(f0)), f0), f0, sound)
    inside = np.convolve(f0 > 0, np.ones(9), "same") > 8.5
    error_db = DB_PER_LN * np.abs(found - env)[inside]
    assert np.median(error_db) < 1.5
    assert error_db.mean() < 2.5


def test_breathy_sounds_are_found_more_aperiodic_than_clear_ones() -> None:
    env, breath, f0 = drawn_voice(200)
    voiced = f0 > 0
    clear, breathy = (
        envelope.aperiodicity(envelope.power(render_whole(env, level, f0), len(f0)), f0)[voiced].mean(0)
        for level in (np.where(voiced[:, None], -6.0, 0.0).astype(np.float32) + 0 * breath, breath * 0)
    )
    assert (breathy - clear > 1.0).all()
    assert clear.max() <= 0.0


def test_unvoiced_frames_are_wholly_aperiodic() -> None:
    x = np.random.default_rng(3).standard_normal(256 * 40).astype(np.float32)
    assert not envelope.aperiodicity(envelope.power(x, 41), np.zeros(41, np.float32)).any()


def test_refinement_of_silence_stays_finite_and_silent() -> None:
    silence = np.zeros(256 * 20, np.float32)
    start = envelope.envelope_of(envelope.smooth_power(silence, np.zeros(21, np.float32)))
    found = envelope.refine(start, np.zeros((21, 5), np.float32), np.zeros(21, np.float32), silence)
    assert np.isfinite(found).all()
    assert found.max() < -9
