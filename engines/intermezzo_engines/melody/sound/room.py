"""A small room that all parts share, as an impulse response of finite length, applied without any rounding.

Sound and response are whole numbers, so each sample of their convolution is one, too: the Fourier transform that
computes it is off by far less than a half, and rounding gives the exact sum. So a sample depends on what came before
it and on nothing else, to the bit, whatever blocks it was computed in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.rate import RATE, noise

__all__ = ["ROOM_SAMPLES", "in_room", "response"]

ROOM_SAMPLES: Final = round(0.9 * RATE)
"""How long the room is heard after a sound has ended."""
_SOUND_STEPS, _ROOM_STEPS = 2.0**18, 2.0**19
_SIZES: Final = (2**16, 2**17)
# Seconds in which each band dies away by 60 dB: upholstery takes the treble first.
_BANDS: Final = ((0.0, 250.0, 0.85), (250.0, 1_500.0, 0.80), (1_500.0, 5_000.0, 0.62), (5_000.0, 14_000.0, 0.40))
_WALLS_S: Final = (
    (0.0113, 0.0171, 0.0229, 0.0307, 0.0389, 0.0503), (0.0127, 0.0157, 0.0251, 0.0293, 0.0421, 0.0479),
)  # fmt: skip


@lru_cache(maxsize=1)
def response() -> NDArray[np.float64]:
    """Return what a click becomes on the left and on the right, whole numbers (2, ROOM_SAMPLES)."""
    return np.rint(np.stack([_side(k) for k in (0, 1)]) * _ROOM_STEPS)


def _side(k: int) -> NDArray[np.float64]:
    at_s = np.arange(ROOM_SAMPLES) / RATE
    size = scipy.fft.next_fast_len(2 * ROOM_SAMPLES)
    spectrum = scipy.fft.rfft(noise(1_201 + k, ROOM_SAMPLES), size)
    hz = scipy.fft.rfftfreq(size, 1 / RATE)
    tail = np.zeros(ROOM_SAMPLES)
    for low, high, fall_s in _BANDS:
        edge = np.clip((hz - low) / max(0.3 * low, 1.0), 0, 1) * np.clip((1.3 * high - hz) / (0.3 * high), 0, 1)
        tail += scipy.fft.irfft(spectrum * edge, size)[:ROOM_SAMPLES] * 10 ** (-3 * at_s / fall_s)
    tail *= np.clip((at_s - 0.008) / 0.035, 0, 1) * np.clip((at_s[-1] - at_s) / 0.15, 0, 1)
    tail /= np.sqrt((tail**2).sum())
    walls = np.zeros(ROOM_SAMPLES)
    for n, delay_s in enumerate(_WALLS_S[k]):
        walls[round(delay_s * RATE)] += 0.34 * (-0.86) ** n
    return 0.8 * tail + walls


@lru_cache(maxsize=len(_SIZES))
def _spectra(size: int) -> NDArray[np.complex128]:
    return np.stack([scipy.fft.rfft(side, size) for side in response()])


def in_room(sound: NDArray[np.float32], first: int) -> NDArray[np.float32]:
    """Return what the room makes of a sound, float32 (2, len(sound) - first), from sample ``first`` of it on.

    ``sound`` (n,) must begin ROOM_SAMPLES before ``first``, or where all begins.
    """
    n = len(sound)
    size = _SIZES[0] if n <= 2 * _SIZES[0] else _SIZES[1]
    block = size - ROOM_SAMPLES
    heard = np.zeros((2, n), np.float32)
    ringing = np.zeros((2, ROOM_SAMPLES))  # whole numbers, as all sums below
    for at in range(0, n, block):
        piece = np.rint(sound[at : at + block].astype(np.float64) * _SOUND_STEPS)
        spectrum = scipy.fft.rfft(piece, size) if piece.any() else None
        for k in (0, 1):
            summed = (
                np.zeros(size) if spectrum is None else np.rint(scipy.fft.irfft(spectrum * _spectra(size)[k], size))
            )
            summed[:ROOM_SAMPLES] += ringing[k]
            ringing[k] = summed[block:]
            heard[k, at : at + block] = summed[: min(block, n - at)] * (1.0 / (_SOUND_STEPS * _ROOM_STEPS))
    return heard[:, first:]
