"""F0 and voicing of sounds whose pitch is known."""

import numpy as np
import pytest
from drawn_voice import drawn_voice

from intermezzo_engines.speech.draft import render_whole
from intermezzo_engines.speech.features import HOP_S, frame_count
from intermezzo_engines.speech.pitch import estimate_f0, refine_f0


@pytest.mark.parametrize(("low_hz", "high_hz"), [(80.0, 120.0), (150.0, 260.0), (300.0, 600.0)])
def test_a_drawn_melody_is_found(low_hz: float, high_hz: float) -> None:
    env, breath, f0 = drawn_voice(300, low_hz, high_hz)
    found = estimate_f0(render_whole(env, breath, f0))[: len(f0)]
    inside = np.convolve(f0 > 0, np.ones(7), "same") > 6.5
    assert (found[inside] > 0).mean() > 0.97
    both = inside & (found > 0)
    cents = np.abs(1200 * np.log2(found[both] / f0[both]))
    assert np.median(cents) < 4
    assert (cents > 50).mean() < 0.03


def test_a_sine_is_found_to_three_cents() -> None:
    t = np.arange(24_000) / 24_000
    found = estimate_f0((0.3 * np.sin(2 * np.pi * 221.7 * t)).astype(np.float32))[8:-8]
    assert found == pytest.approx(np.full(len(found), 221.7), rel=0.0018)


def test_vibrato_is_followed() -> None:
    env, breath, f0 = drawn_voice(300)
    t = np.arange(len(f0)) * HOP_S
    f0 = np.where(f0 > 0, 220 * 2 ** (0.5 / 12 * np.sin(2 * np.pi * 5.5 * t)), 0).astype(np.float32)
    found = estimate_f0(render_whole(env, breath, f0))[: len(f0)]
    both = (np.convolve(f0 > 0, np.ones(7), "same") > 6.5) & (found > 0)
    assert np.median(np.abs(1200 * np.log2(found[both] / f0[both]))) < 5


def test_noise_whisper_and_silence_have_no_pitch() -> None:
    rng = np.random.default_rng(1)
    env, breath, f0 = drawn_voice(400)
    whisper = render_whole(env, np.zeros_like(breath), np.zeros_like(f0))
    assert (estimate_f0(whisper) > 0).mean() < 0.05
    assert not estimate_f0((0.1 * rng.standard_normal(48_000)).astype(np.float32)).any()
    assert not estimate_f0(np.zeros(24_000, np.float32)).any()


@pytest.mark.parametrize("n_samples", [0, 1, 100, 255, 256, 700])
def test_arrays_shorter_than_a_window_have_their_frames(n_samples: int) -> None:
    x = np.full(n_samples, 0.1, np.float32)
    assert estimate_f0(x).shape == (frame_count(n_samples),)


def test_refinement_corrects_a_guess_that_is_four_percent_off() -> None:
    t = np.arange(24_000) / 24_000
    sound = sum(np.cos(2 * np.pi * 180.0 * k * t) / k for k in range(1, 9)).astype(np.float32)
    guess = np.full(frame_count(len(sound)), 187.0, np.float32)
    once = refine_f0(sound, guess, harmonics=2)
    found = refine_f0(sound, once, harmonics=6)[6:-6]
    assert found == pytest.approx(np.full(len(found), 180.0), rel=0.0018)


def test_a_hiss_after_a_voice_has_no_melody_of_its_own() -> None:
    env, breath, f0 = drawn_voice(300)
    voice = np.where(f0 > 0, 220.0, 0.0).astype(np.float32)
    env[275:, :50] -= 3.0  # as in an s, which has little power below 3 kHz
    found = estimate_f0(render_whole(env, breath, voice))
    assert (found[275:] > 0).any()  # as such pulses copy it better than noise alone
    semitones = 12 * np.log2(found[found > 0] / 220.0)
    assert np.abs(semitones).max() < 3
