"""Harmonic-free envelope and aperiodicity of a signal whose F0 is known.

The start is a power spectrum under a window of three pitch periods, smoothed over one harmonic spacing and liftered
(after CheapTrick, Morise 2015, Speech Communication 67). Aperiodicity compares the signal's spectrum with that of a
pulse train at the same F0. Then the whole is refined by synthesis: draft sound and recording are compared in bands at
least one harmonic wide, and the envelope takes most of the difference (shared notes, Spike: PESQ 2.4 -> 2.95 with no
training).
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
    ap_to_bins,
    band_centres_hz,
    band_edges_hz,
    bands_to_ap,
    bands_to_bins,
    mel_filters,
)

N_FFT: Final = 1024
_HANN: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)
_STEPS_PER_OCTAVE: Final = 48
_SMALL: Final = 1e-6 / float(np.sum(_HANN**2))  # keeps silence from being refined
LOWEST_HZ: Final = 71.0  # three periods still fit the window
UNVOICED_HZ: Final = 500.0


def power(samples: Floats, n_frames: int) -> Floats:
    """Return ``|STFT|^2`` in 1024-sample Hann windows at the sketch's frames, ``(n_frames, 513)``; noise of
    variance 1 gives 1."""
    padded = np.zeros((n_frames - 1) * HOP + N_FFT, np.float32)
    used = min(len(samples), len(padded) - N_FFT // 2)
    padded[N_FFT // 2 : N_FFT // 2 + used] = samples[:used]
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    spectra = fft.rfft(frames * _HANN, axis=1)
    return np.asarray((spectra.real**2 + spectra.imag**2) / np.sum(_HANN**2), np.float32)


def band_means(spectra: Floats, f0_hz: Floats, periods: float) -> Floats:
    """Return means of power spectra in triangles whose half-width is the band's or ``periods * f0_hz``, whichever is
    wider.

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
    return np.asarray(np.clip(beta / np.maximum(alpha + beta, 1e-20), 0.003, 1.0), np.float32)


def aperiodicity(signal: Floats, f0_hz: Floats) -> Floats:
    """Return the sketch's aperiodicity ``(T, N_AP)``, natural log, 0 where unvoiced.

    The fitted share to the power 1.5 times a prior that rises from 1 % at 0 Hz to 1 at the top. Measured: the prior
    does better than a second estimator (D4C) in its place, PESQ-wb 3.05 against 3.01 (ljs), 3.14 against 3.11 (cathy).

    Args:
        signal: power spectra of the recording, ``(T, 513)``.
        f0_hz: ``(T,)``, 0 unvoiced.
    """
    prior_ln = np.interp(band_centres_hz(), (0.0, 3_000.0, 12_000.0), (-4.6, -1.5, 0.0))
    share_ln = np.clip(prior_ln + 1.5 * np.log(fitted_aperiodicity(signal, f0_hz)), AP_FLOOR_LN, 0.0) @ bands_to_ap()
    return np.where(f0_hz[:, None] > 0, share_ln, 0.0).astype(np.float32)


def refine(env_ln: Floats, ap_ln: Floats, f0_hz: Floats, samples: Floats, passes: int = 2) -> Floats:
    """Return the envelope after ``passes`` comparisons of the draft sound with the recording.

    The pulses are rendered; of the noise the expected power is taken, so that no single draw of it leaves its mark.

    Args:
        env_ln: first guess ``(T, N_BANDS)``.
        ap_ln: aperiodicity ``(T, N_AP)``.
        f0_hz: ``(T,)``.
        samples: the recording, 24 kHz mono.
        passes: how often to compare.
    """
    n_frames = len(f0_hz)
    target = over_frames(band_means(power(samples, n_frames), f0_hz, 1.0))
    voiced = (f0_hz > 0).astype(np.float32)[:, None]
    noise_share = voiced * np.exp(np.minimum(ap_ln, 0.0) @ ap_to_bins(N_FFT)) + 1.0 - voiced
    for _ in range(passes):
        noise_power = over_frames(np.exp(2.0 * (env_ln @ bands_to_bins(N_FFT))) * noise_share)
        pulse_power = power(render_whole(env_ln, ap_ln, f0_hz, seed=None), n_frames)
        found = over_frames(band_means(pulse_power + noise_power, f0_hz, 1.0))
        step = np.clip(0.4 * np.log((target + _SMALL) / (found + _SMALL)), -1.0, 1.0)
        env_ln = np.clip(env_ln + step, ENV_FLOOR_LN, ENV_CEIL_LN).astype(np.float32)
    return env_ln


def envelope_of(smooth_power: Floats) -> Floats:
    """Return the envelope ``(T, N_BANDS)``, natural log, of smooth power spectra ``(T, 513)``."""
    bands = smooth_power @ mel_filters(N_FFT).T
    return np.asarray(np.clip(0.5 * np.log(np.maximum(bands, 1e-20)), ENV_FLOOR_LN, ENV_CEIL_LN), np.float32)


def smooth_power(samples: Floats, f0_hz: Floats) -> Floats:
    """Return power spectra without harmonics, ``(T, 513)`` float32, noise of variance 1 giving 1.

    A Hann window of three periods (Hann of 6 ms where unvoiced), a box of 2/3 harmonic spacing, and a lifter that
    removes what ripple is left and restores the peaks (Morise 2015, eq. 8 to 11, q1 = -0.15).
    """
    pitch = np.where(f0_hz > 0, np.maximum(f0_hz, LOWEST_HZ), UNVOICED_HZ).astype(np.float64)[:, None]
    padded = np.zeros((len(f0_hz) - 1) * HOP + N_FFT, np.float32)
    used = min(len(samples), len(padded) - N_FFT // 2)
    padded[N_FFT // 2 : N_FFT // 2 + used] = samples[:used]
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    place = np.arange(-N_FFT // 2, N_FFT // 2) / SAMPLE_RATE
    turns = np.clip(place * pitch / 3.0, -0.5, 0.5)
    window = (0.5 + 0.5 * np.cos(2 * np.pi * turns)).astype(np.float32)
    window /= np.sqrt((window * window).sum(1, keepdims=True))
    windowed = frames * window
    windowed -= window * (windowed.sum(1, keepdims=True) / window.sum(1, keepdims=True))
    spectra = fft.rfft(windowed, axis=1)
    energy = (spectra.real**2 + spectra.imag**2).astype(np.float64)
    energy += 1e-12 + 1e-9 * energy.mean(1, keepdims=True)
    energy = _filled_below_f0(energy, pitch)
    energy = _boxed(energy, pitch * (2.0 / 3.0))
    cepstrum = fft.irfft(np.log(energy), N_FFT, axis=1)[:, : N_FFT // 2 + 1]
    quefrency = np.arange(N_FFT // 2 + 1) / SAMPLE_RATE
    periods = quefrency * pitch
    cepstrum *= np.sinc(periods) * (1.3 - 0.3 * np.cos(2 * np.pi * periods))
    mirrored = np.concatenate([cepstrum, cepstrum[:, -2:0:-1]], axis=1)
    return np.asarray(np.exp(fft.rfft(mirrored, axis=1).real), np.float32)


def _filled_below_f0(energy: NDArray[np.float64], pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add to each bin below F0 the power mirrored around F0 / 2: the gap below the first harmonic is no property
    of the voice."""
    count = int(1200.0 / (SAMPLE_RATE / N_FFT))
    bins = np.arange(count)
    position = pitch / (SAMPLE_RATE / N_FFT) - bins
    low = np.clip(np.floor(position).astype(int), 0, energy.shape[1] - 2)
    rows = np.arange(len(energy))[:, None]
    mirrored = energy[rows, low] + (energy[rows, low + 1] - energy[rows, low]) * np.clip(position - low, 0.0, 1.0)
    out = energy.copy()
    out[:, :count] += np.where(position >= 0, mirrored, 0.0)
    return out


def _boxed(energy: NDArray[np.float64], width_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over a box of ``width_hz`` around each bin; the spectrum is mirrored at both ends."""
    margin = 48
    wide = np.concatenate([energy[:, margin:0:-1], energy, energy[:, -2 : -2 - margin : -1]], axis=1)
    total = np.concatenate([np.zeros((len(wide), 1)), np.cumsum(wide, axis=1)], axis=1)
    half = np.clip(width_hz / (SAMPLE_RATE / N_FFT) / 2.0, 0.5, margin - 1.0)
    centre = np.arange(energy.shape[1]) + margin + 0.5

    def integral(at: NDArray[np.float64]) -> NDArray[np.float64]:
        low = np.floor(at).astype(int)
        rows = np.arange(len(total))[:, None]
        return np.asarray(total[rows, low] + (total[rows, low + 1] - total[rows, low]) * (at - low), np.float64)

    return np.asarray(np.maximum((integral(centre + half) - integral(centre - half)) / (2.0 * half), 1e-14), np.float64)


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
    return np.asarray(weights / weights.sum(0), np.float32)
