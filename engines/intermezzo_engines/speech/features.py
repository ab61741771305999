"""The frame grid and the band axes of the speech sketch, and the units on both sides of the engine's door.

Inside the engine everything is natural logarithms of amplitude (``env_ln``, ``ap_ln``); a sketch holds decibels.
Frames are centred: frame ``k`` looks at the signal around sample ``k * HOP``, and ``n`` samples have ``n // HOP + 1``
frames. The envelope is free of harmonics and calibrated: ``exp(2 * env_ln)`` is a power density against white noise
of unit variance.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE: Final = 24_000
HOP: Final = 256
HOP_S: Final = HOP / SAMPLE_RATE
N_BANDS: Final = 100
AP_EDGES_HZ: Final = (0.0, 1_000.0, 2_000.0, 4_000.0, 7_000.0, 12_000.0)
N_AP: Final = len(AP_EDGES_HZ) - 1

ENV_FLOOR_LN: Final = -11.5  # 1e-5 of full scale: below the noise of any 16-bit recording
ENV_CEIL_LN: Final = 4.6
AP_FLOOR_LN: Final = float(np.log(1e-3))
DB_PER_LN: Final = 20.0 / float(np.log(10.0))


def frame_count(n_samples: int) -> int:
    """Return the number of centred frames of a signal of ``n_samples`` samples at 24 kHz."""
    return n_samples // HOP + 1


def hz_to_mel(hz: ArrayLike) -> NDArray[np.float64]:
    """Return the Slaney mel value of ``hz``: linear below 1 kHz, logarithmic above (Slaney 1998, Auditory Toolbox)."""
    f = np.asarray(hz, np.float64)
    return np.where(f < 1000.0, f * 0.015, 15.0 + np.log(np.maximum(f, 1.0) / 1000.0) * (27.0 / np.log(6.4)))


def mel_to_hz(mel: ArrayLike) -> NDArray[np.float64]:
    """Return the frequency in Hz of a Slaney mel value; the inverse of `hz_to_mel`."""
    m = np.asarray(mel, np.float64)
    return np.where(m < 15.0, m / 0.015, 1000.0 * np.exp((m - 15.0) * (np.log(6.4) / 27.0)))


@cache
def band_edges_hz() -> NDArray[np.float64]:
    """Return the ``N_BANDS + 2`` corner frequencies of the triangles, 0 Hz to half the sample rate."""
    return mel_to_hz(np.linspace(0.0, float(hz_to_mel(SAMPLE_RATE / 2)), N_BANDS + 2))


@cache
def band_centres_hz() -> NDArray[np.float64]:
    """Return the centre frequency of every envelope band, ``(N_BANDS,)``."""
    return band_edges_hz()[1:-1]


@cache
def mel_filters(n_fft: int) -> Floats:
    """Return the mel triangles over the bins of an ``n_fft``-point spectrum, ``(N_BANDS, n_fft // 2 + 1)``; rows
    sum to 1."""
    edges = band_edges_hz()
    bins = np.arange(n_fft // 2 + 1) * (SAMPLE_RATE / n_fft)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(np.minimum(up, down), 0.0)
    return np.asarray(triangles / triangles.sum(1, keepdims=True), np.float32)


@cache
def bands_to_bins(n_fft: int) -> Floats:
    """Return the matrix ``(N_BANDS, n_fft // 2 + 1)`` that interpolates bands to bins linearly on the mel axis."""
    bins_mel = hz_to_mel(np.arange(n_fft // 2 + 1) * (SAMPLE_RATE / n_fft))
    return _linear_weights(hz_to_mel(band_centres_hz()), bins_mel)


@cache
def ap_to_bands() -> Floats:
    """Return the matrix ``(N_AP, N_BANDS)`` that gives every envelope band the aperiodicity of the wide band it
    lies in."""
    owner = np.clip(np.searchsorted(AP_EDGES_HZ, band_centres_hz(), side="right") - 1, 0, N_AP - 1)
    return np.eye(N_AP, dtype=np.float32)[:, owner]


@cache
def ap_to_bins(n_fft: int) -> Floats:
    """Return the matrix ``(N_AP, n_fft // 2 + 1)`` from wide aperiodicity bands to bins, by way of the envelope
    bands."""
    return ap_to_bands() @ bands_to_bins(n_fft)


@cache
def bands_to_ap() -> Floats:
    """Return the matrix ``(N_BANDS, N_AP)`` that averages envelope bands within each wide aperiodicity band."""
    member = ap_to_bands().T
    return np.asarray(member / member.sum(0, keepdims=True), np.float32)


@cache
def band_power_weights() -> Floats:
    """Return the share of the spectrum that each band stands for, ``(N_BANDS,)``, sum 1."""
    edges = band_edges_hz()
    widths = edges[2:] - edges[:-2]
    return np.asarray(widths / widths.sum(), np.float32)


def energy_db(env_ln: Floats) -> Floats:
    """Return the level of each frame in dB re full scale (mean square 1.0 is 0 dB).

    Args:
        env_ln: natural-log envelope ``(T, N_BANDS)``.

    Returns:
        ``10 log10`` of the mean power that the envelope implies, ``(T,)`` float32.
    """
    power = np.exp(2.0 * env_ln.astype(np.float64)) @ band_power_weights()
    return (10.0 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)


def ln_to_db(values_ln: Floats) -> Floats:
    """Return natural-log amplitudes as decibels, float32."""
    return (values_ln * DB_PER_LN).astype(np.float32)


def db_to_ln(values_db: Floats) -> Floats:
    """Return decibels as natural-log amplitudes, float32."""
    return (values_db / DB_PER_LN).astype(np.float32)


def _linear_weights(knots: NDArray[np.float64], points: NDArray[np.float64]) -> Floats:
    """Return ``(knots, points)`` weights of linear interpolation, constant beyond the outer knots."""
    position = np.interp(points, knots, np.arange(len(knots)))
    low = np.minimum(position.astype(int), len(knots) - 2)
    weights = np.zeros((len(knots), len(points)), np.float32)
    columns = np.arange(len(points))
    weights[low, columns] = 1.0 - (position - low)
    weights[low + 1, columns] += position - low
    return weights
