"""Harmonic-free envelope and aperiodicity of a signal whose F0 is known.

The start is a power spectrum under a window of three pitch periods, smoothed over one harmonic spacing and liftered (after
CheapTrick, Morise 2015, Speech Communication 67). Aperiodicity compares the signal's spectrum with that of a pulse train at
the same F0. Then the whole is refined by synthesis: draft sound and recording are compared in bands at least one harmonic
wide, and the envelope takes most of the difference (shared notes, Spike: PESQ 2.4 -> 2.95 with no training).
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from intermezzo_engines.speech.draft import render_whole
from intermezzo_engines.speech.excitation import plan_pulses, pulses
from intermezzo_engines.speech.features import (
    AP_FLOOR_LN,
    ENV_CEIL_LN,
    ENV_FLOOR_LN,
    HOP,
    SAMPLE_RATE,
    Floats,
    band_centres_hz,
    band_edges_hz,
    bands_to_ap,
    frame_count,
    mel_filters,
)

N_FFT: Final = 1024
_HANN: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)
_STEPS_PER_OCTAVE: Final = 48


def power(samples: Floats, n_frames: int) -> Floats:
    """Return ``|STFT|^2`` in 1024-sample Hann windows at the sketch's frames, ``(n_frames, 513)``; noise of variance 1 gives 1."""
    padded = np.zeros((n_frames - 1) * HOP + N_FFT, np.float32)
    used = min(len(samples), len(padded) - N_FFT // 2)
    padded[N_FFT // 2 : N_FFT // 2 + used] = samples[:used]
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    spectra = fft.rfft(frames * _HANN, axis=1)
    return np.asarray((spectra.real**2 + spectra.imag**2) / np.sum(_HANN**2), np.float32)


def band_means(spectra: Floats, f0_hz: Floats, periods: float) -> Floats:
    """Return means of power spectra in triangles whose half-width is the band's or ``periods * f0_hz``, whichever is wider.

    A triangle one harmonic wide on each side sums any harmonics to a constant: no ripple at multiples of F0 remains.

    Args:
        spectra: ``(T, 513)``.
        f0_hz: ``(T,)``, 0 unvoiced (band's own width).
        periods: half-width in harmonic spacings.

    Returns:
        ``(T, N_BANDS)`` float32.
    """
    out = np.empty((len(spectra), len(band_centres_hz())), np.float32)
    width = np.where(f0_hz > 0, f0_hz * periods, 1.0)
    step = np.round(np.log2(width) * _STEPS_PER_OCTAVE).astype(int)
    for value in np.unique(step):
        rows = step == value
        out[rows] = spectra[rows] @ _triangles(int(value))
    return out


def over_frames(values: Floats) -> Floats:
    """Return ``values`` smoothed over frames with weights 1/4, 1/2, 1/4; the ends are repeated."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    return (0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]).astype(np.float32)


def fitted_aperiodicity(signal: Floats, f0_hz: Floats) -> Floats:
    """Return the noise share of each band by a least-squares fit of the pulse spectrum to the signal's.

    In bands 1.5 harmonics wide on each side ``signal = alpha * pulses + beta``; the share is ``beta / (alpha + beta)``.

    Args:
        signal: power spectra of the recording, ``(T, 513)``.
        f0_hz: ``(T,)``, 0 unvoiced.

    Returns:
        Power share ``(T, N_BANDS)`` in .003 .. 1; meaningless where unvoiced.
    """
    pulse = power(pulses(plan_pulses(f0_hz), 0, len(f0_hz)), len(f0_hz))

    def mean(values: Floats) -> Floats:
        return over_frames(band_means(values, f0_hz, 1.5))

    mean_signal, mean_pulse = mean(signal), mean(pulse)
    covariance = mean(signal * pulse) - mean_signal * mean_pulse
    variance = mean(pulse * pulse) - mean_pulse * mean_pulse
    alpha = np.maximum(covariance / np.maximum(variance, 1e-9), 0.0)
    beta = np.maximum(mean_signal - alpha * mean_pulse, 0.0)
    return np.clip(beta / np.maximum(alpha + beta, 1e-20), 0.003, 1.0).astype(np.float32)


def combine_aperiodicity(coarse: Floats, fitted: Floats, f0_hz: Floats) -> Floats:
    """Return the sketch's aperiodicity ``(T, N_AP)``, natural log, from a coarse and a fitted estimate ``(T, N_BANDS)``."""
    share_ln = np.clip(0.5 * np.log(coarse) + 1.5 * np.log(fitted), AP_FLOOR_LN, 0.0) @ bands_to_ap()
    return np.where(f0_hz[:, None] > 0, share_ln, 0.0).astype(np.float32)


def refine(env_ln: Floats, ap_ln: Floats, f0_hz: Floats, samples: Floats, passes: int = 2) -> Floats:
    """Return the envelope after ``passes`` comparisons of the draft sound with the recording.

    Args:
        env_ln: first guess ``(T, N_BANDS)``.
        ap_ln: aperiodicity ``(T, N_AP)``.
        f0_hz: ``(T,)``.
        samples: the recording, 24 kHz mono.
        passes: how often to compare.
    """
    n_frames = len(f0_hz)
    target = over_frames(band_means(_raw_power(samples, n_frames), f0_hz, 1.0))
    for _ in range(passes):
        drawn = render_whole(env_ln, ap_ln, f0_hz)
        found = over_frames(band_means(_raw_power(drawn, n_frames), f0_hz, 1.0))
        step = np.clip(0.4 * np.log((target + 1e-6) / (found + 1e-6)), -1.0, 1.0)
        env_ln = np.clip(env_ln + step, ENV_FLOOR_LN, ENV_CEIL_LN).astype(np.float32)
    return env_ln


def envelope_of(smooth_power: Floats) -> Floats:
    """Return the envelope ``(T, N_BANDS)``, natural log, of smooth power spectra ``(T, 513)``."""
    bands = smooth_power @ mel_filters(N_FFT).T
    return np.clip(0.5 * np.log(np.maximum(bands, 1e-20)), ENV_FLOOR_LN, ENV_CEIL_LN).astype(np.float32)


def _raw_power(samples: Floats, n_frames: int) -> Floats:
    """Power spectra before division by the window: the refinement's small constants are in these units."""
    return power(samples, n_frames) * np.float32(np.sum(_HANN**2))


@lru_cache(maxsize=512)
def _triangles(step: int) -> NDArray[np.float32]:
    """Return ``(513, N_BANDS)`` triangles of half-width ``2 ** (step / 48)`` Hz or the band's own; columns sum to 1."""
    edges = band_edges_hz()
    half = np.maximum(0.5 * (edges[2:] - edges[:-2]), 2.0 ** (step / _STEPS_PER_OCTAVE))
    bins = np.arange(N_FFT // 2 + 1) * (SAMPLE_RATE / N_FFT)
    centres = band_centres_hz()
    weights = np.zeros((len(bins), len(centres)))
    # Spectra are even around 0 Hz and half the rate: what a triangle finds beyond is folded back.
    for image in (bins, -bins, SAMPLE_RATE - bins):
        weights += np.maximum(1.0 - np.abs(image[:, None] - centres) / half, 0.0)
    return (weights / weights.sum(0)).astype(np.float32)


__all__ = [
    "N_FFT",
    "band_means",
    "combine_aperiodicity",
    "envelope_of",
    "fitted_aperiodicity",
    "frame_count",
    "over_frames",
    "power",
    "refine",
]
