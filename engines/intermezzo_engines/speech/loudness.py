"""A differentiable measure of audible difference: Bark loudness and its disturbances, after the PESQ model.

Follows the perceptual part of ITU-T P.862 (Beerends et al. 2002, J. Audio Eng. Soc. 50) as far as a training loss can:
power in 49 bands of equal width in Bark, Zwicker's loudness, a dead zone for masking, and a second disturbance that
counts what was added more than what was left out. Time alignment and the compensation of filters are left out. The
threshold in quiet is Terhardt's (1979). Used by the renderer's training only; figures come from the real PESQ.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import torch
from torch import Tensor

__all__ = ["audible_difference", "band_power"]

N_FFT: Final = 768  # 32 ms at 24 kHz
_HOP: Final = 192
_SAMPLE_RATE: Final = 24_000
_TOP_HZ: Final = 8_000.0
_N_BARK: Final = 49
_EXPONENT: Final = 0.23
_SPEECH_POWER: Final = 1e7  # what the active band of speech is scaled to
_SPEECH_DB_SPL: Final = 79.0


def band_power(sound: Tensor) -> Tensor:
    """Return the mean power between 350 and 3,250 Hz of (..., n) samples in the units of `audible_difference`."""
    spectra = _power(sound)
    bins_hz = _bins_hz(sound.device)
    return spectra[..., (bins_hz > 350) & (bins_hz < 3250), :].sum(-2).mean(-1)


def audible_difference(sound: Tensor, target: Tensor, speech_power: Tensor) -> Tensor:
    """Return what the two disturbances take from a PESQ score, mean over the batch; 0 for equal sounds.

    Args:
        sound: (B, n) samples at 24 kHz.
        target: (B, n), the recording.
        speech_power: (B,) `band_power` of the whole recording that the target was cut from, at the target's level.
    """
    scale = (_SPEECH_POWER / speech_power.clamp_min(1e-12))[:, None, None]
    made, wanted = (torch.einsum("kf,bft->bkt", _bark_bands(sound.device), _power(x)) * scale for x in (sound, target))
    loud, right = _loudness(made), _loudness(wanted)
    dead = 0.25 * torch.minimum(loud, right)
    off = torch.relu((loud - right).abs() - dead)
    added = ((made + 50.0) / (wanted + 50.0)) ** 1.2
    added = torch.where(added < 3.0, torch.zeros_like(added), added.clamp_max(12.0))
    width = 1.0 / _N_BARK
    symmetric = torch.sqrt((off.square() * width).sum(1) + 1e-6) * 7.0
    asymmetric = (off * added * width).sum(1) * 7.0
    weight = ((wanted.sum(1) + 1e5) / 1e7) ** 0.04
    frames = 0.1 * (symmetric / weight).clamp_max(45.0) + 0.0309 * (asymmetric / weight).clamp_max(45.0)
    # Between a mean over time and the worst moments, which PESQ counts most.
    return 0.5 * frames.mean() + 0.5 * torch.sqrt(frames.square().mean(1) + 1e-6).mean()


def _power(sound: Tensor) -> Tensor:
    window = torch.hann_window(N_FFT, device=sound.device)
    spectra = torch.stft(sound, N_FFT, _HOP, window=window, center=False, return_complex=True)
    return torch.view_as_real(spectra).square().sum(-1)[..., : len(_bins_hz(sound.device)), :]


def _loudness(power: Tensor) -> Tensor:
    threshold = _threshold(power.device)[:, None]
    density = (threshold / 0.5) ** _EXPONENT * ((0.5 + 0.5 * power / threshold) ** _EXPONENT - 1.0)
    return torch.relu(density)


@cache
def _bins_hz(device: torch.device) -> Tensor:
    return torch.arange(int(_TOP_HZ / (_SAMPLE_RATE / N_FFT)), device=device) * (_SAMPLE_RATE / N_FFT)


def _bark(hz: Tensor) -> Tensor:
    """Return Bark of Hz (Traunmueller 1990)."""
    return 26.81 * hz / (1960.0 + hz) - 0.53


@cache
def _edges(device: torch.device) -> Tensor:
    low, high = _bark(torch.tensor([50.0, _TOP_HZ], device=device))
    return torch.linspace(float(low), float(high), _N_BARK + 1, device=device)


@cache
def _bark_bands(device: torch.device) -> Tensor:
    """Return (49, bins) triangles one band wide on each side, so that no band is empty at low frequencies."""
    edges = _edges(device)
    centres, width = 0.5 * (edges[1:] + edges[:-1]), float(edges[1] - edges[0])
    weights = (1.0 - (_bark(_bins_hz(device))[None] - centres[:, None]).abs() / width).clamp_min(0.0)
    return weights / weights.sum(0, keepdim=True).clamp_min(1e-3)


@cache
def _threshold(device: torch.device) -> Tensor:
    """Return the threshold in quiet of every band, in the units of scaled power."""
    edges = _edges(device)
    bark = 0.5 * (edges[1:] + edges[:-1])
    khz = 1960.0 * (bark + 0.53) / (26.28 - bark) / 1000.0
    quiet_db = 3.64 * khz**-0.8 - 6.5 * torch.exp(-0.6 * (khz - 3.3) ** 2) + 1e-3 * khz**4
    return 10.0 ** ((quiet_db - _SPEECH_DB_SPL) / 10.0) * _SPEECH_POWER
