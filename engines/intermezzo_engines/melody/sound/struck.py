"""Instruments whose strings, bars and tongues are struck: piano, electric piano, marimba, music box."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from intermezzo_engines.melody.sound.loudness import levelled
from intermezzo_engines.melody.sound.modes import Modes
from intermezzo_engines.melody.sound.rate import HIGHEST_HZ, below_limit, hz_of, noise, strength_of

__all__ = ["piano"]

_BOARD_HZ = np.array([88.0, 112.0, 137.0, 176.0, 214.0, 263.0, 338.0, 421.0])  # knocks of the soundboard


@lru_cache(maxsize=512)
def piano(pitch: int, layer: int) -> Modes:
    """A grand piano: stiff strings in threes that pull each other's decay apart, and the knock of the hammer.

    Partial k of a stiff string lies at k f sqrt(1 + B k^2) (Fletcher 1964); a group of strings first loses its sound
    quickly through the bridge, then slowly (Weinreich 1977).
    """
    f, strength = hz_of(pitch), strength_of(layer)
    stiffness = float(np.exp(0.088 * pitch - 13.0) + np.exp(-0.16 * pitch - 4.8))
    k = np.arange(1, 81, dtype=np.float64)
    hz = k * f * np.sqrt((1 + stiffness * k**2) / (1 + stiffness))
    k, hz = k[hz < HIGHEST_HZ], hz[hz < HIGHEST_HZ]
    # The felt of the hammer is a low pass that opens with force; it strikes at an eighth of the string.
    corner_hz = (560.0 + 1_500.0 * strength**1.4) * (f / 262.0) ** 0.42
    felt = 1.0 / (1.0 + (hz / corner_hz) ** 2) ** (1.15 - 0.25 * strength)
    strike = 0.12 + np.abs(np.sin(np.pi * k * 0.124))
    uneven = 1.0 + 0.35 * noise(7 * pitch + 3, len(k))
    amplitude = below_limit(hz) * felt * strike * uneven / np.sqrt(k)
    slow = (0.16 + 0.055 * (f / 262.0) ** 0.9) * (1.0 + (hz / 2_100.0) ** 1.1) * (f / 262.0) ** 0.25
    beat_hz = 0.11 + 0.0006 * hz
    strings = [(1.0, 4.2 * slow, 0.0 * hz), (0.24, slow, beat_hz), (0.20, 1.3 * slow, -0.7 * beat_hz)]
    parts = [
        Modes(hz + shift, decay, share * amplitude, np.mod(0.25 + 0.17 * noise(91 * pitch + n, len(k)), 1.0))
        for n, (share, decay, shift) in enumerate(strings)
    ]
    whole = Modes.joined(*parts)
    level = levelled(whole.hz, whole.amplitudes, whole.decays)
    knock = (0.10 + 0.16 * strength) * float(np.abs(level).max(initial=0.0))
    board = Modes(
        _BOARD_HZ, 22.0 + 0.12 * _BOARD_HZ, knock * 0.4 * (1 + noise(pitch, 8)) * min((f / 262.0) ** 0.35, 2.0),
        np.full(8, 0.25),
    )  # fmt: skip
    return Modes.joined(Modes(whole.hz, whole.decays, level, whole.phases), board)
