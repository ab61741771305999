"""Plucked strings: nylon guitar, harp, bass.

Partial k of a string plucked at a share p of its length has the amplitude |sin(k pi p)| / k (of velocity), the softer
the fingertip the fewer of them; the body answers at a few resonances of its own (Fletcher and Rossing 1998).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.loudness import levelled
from intermezzo_engines.melody.sound.modes import Modes
from intermezzo_engines.melody.sound.rate import HIGHEST_HZ, below_limit, hz_of, noise, strength_of

__all__ = ["bass", "harp", "nylon_guitar"]

_GUITAR_BODY = ((102.0, 9.0, 1.1), (204.0, 12.0, 1.4), (391.0, 14.0, 0.8), (560.0, 12.0, 0.5), (980.0, 8.0, 0.4))
_BASS_BODY = ((62.0, 6.0, 0.9), (98.0, 7.0, 1.0), (170.0, 9.0, 0.7), (310.0, 9.0, 0.5))
_HARP_BODY = ((150.0, 5.0, 0.6), (240.0, 6.0, 0.7), (420.0, 6.0, 0.5), (800.0, 4.0, 0.4))
_Body = tuple[tuple[float, float, float], ...]


@lru_cache(maxsize=512)
def nylon_guitar(pitch: int, layer: int) -> Modes:
    """A classical guitar, plucked over the edge of its hole; each string sways in two planes that die away apart."""
    f, strength = hz_of(pitch), strength_of(layer)
    k, hz, amplitude = _string(pitch, 5e-5, 0.21, (950.0 + 1_900.0 * strength) * (f / 196.0) ** 0.35)
    amplitude *= _resonance(hz, _GUITAR_BODY)
    decays = (1.25 + 0.7 * (f / 196.0) ** 0.8) * (1.0 + 0.055 * k**1.35)
    return _ringing(pitch, hz, amplitude, decays, knock=_GUITAR_BODY, loud=0.05 + 0.10 * strength, plane=0.3)


@lru_cache(maxsize=512)
def harp(pitch: int, layer: int) -> Modes:
    """A concert harp: plucked near the middle with the flesh of the finger, ringing long."""
    f, strength = hz_of(pitch), strength_of(layer)
    k, hz, amplitude = _string(pitch, 4e-5, 0.37, (800.0 + 1_300.0 * strength) * (f / 262.0) ** 0.45)
    amplitude *= _resonance(hz, _HARP_BODY)
    decays = (0.45 + 0.42 * (f / 262.0) ** 0.75) * (1.0 + 0.07 * k**1.3)
    return _ringing(pitch, hz, amplitude, decays, knock=_HARP_BODY, loud=0.02 + 0.05 * strength, plane=0.2)


@lru_cache(maxsize=512)
def bass(pitch: int, layer: int) -> Modes:
    """An upright bass, plucked: a full low tone with a short growl above it."""
    f, strength = hz_of(pitch), strength_of(layer)
    k, hz, amplitude = _string(pitch, 9e-5, 0.16, (430.0 + 900.0 * strength) * (f / 65.0) ** 0.3)
    amplitude *= _resonance(hz, _BASS_BODY)
    decays = (1.9 + 0.9 * (f / 65.0) ** 0.6) * (1.0 + 0.22 * (k - 1.0) ** 1.05)
    return _ringing(pitch, hz, amplitude, decays, knock=_BASS_BODY, loud=0.05 + 0.1 * strength, plane=0.25)


def _string(
    pitch: int, stiffness: float, place: float, corner_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return number, frequency and amplitude of a plucked string's partials."""
    k = np.arange(1, 61, dtype=np.float64)
    hz = k * hz_of(pitch) * np.sqrt((1 + stiffness * k**2) / (1 + stiffness))
    k, hz = k[hz < HIGHEST_HZ], hz[hz < HIGHEST_HZ]
    finger = 1.0 / (1.0 + (hz / corner_hz) ** 2)
    plucked = 0.06 + np.abs(np.sin(np.pi * k * place))
    return k, hz, below_limit(hz) * finger * plucked / k * (1.0 + 0.25 * noise(13 * pitch + 5, len(k)))


def _resonance(hz: NDArray[np.float64], body: _Body) -> NDArray[np.float64]:
    """Return how strongly a body answers: 1 and more near its resonances (Hz, Q, gain)."""
    answer = np.ones(len(hz))
    for centre, q, gain in body:
        answer += gain / (1.0 + (q * (hz / centre - centre / hz)) ** 2)
    return answer


def _ringing(
    pitch: int, hz: NDArray[np.float64], amplitude: NDArray[np.float64], decays: NDArray[np.float64],
    *, knock: _Body, loud: float, plane: float,
) -> Modes:  # fmt: skip
    """Return a string that sways in two planes, of which ``plane`` lasts longer, and the knock of a body."""
    phases = np.mod(0.25 + 0.12 * noise(29 * pitch + 1, len(hz)), 1.0)
    string = Modes.joined(
        Modes(hz, decays, (1.0 - plane) * amplitude, phases),
        Modes(1.0003 * hz, 0.45 * decays, plane * amplitude, phases),
    )
    level = levelled(string.hz, string.amplitudes, string.decays, string.phases)
    body_hz, q, gain = (np.array(column) for column in zip(*knock, strict=True))
    thump = Modes(
        body_hz, np.pi * body_hz / q + 9.0, loud * gain * float(level.max(initial=0.0)), np.full(len(knock), 0.25)
    )
    return Modes.joined(Modes(string.hz, string.decays, level, string.phases), thump)
