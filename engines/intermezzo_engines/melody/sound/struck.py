"""Instruments whose strings, bars and tongues are struck: piano, electric piano, marimba, music box."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from intermezzo_engines.melody.sound.loudness import levelled
from intermezzo_engines.melody.sound.modes import Modes
from intermezzo_engines.melody.sound.rate import HIGHEST_HZ, below_limit, hz_of, noise, strength_of

__all__ = ["electric_piano", "marimba", "music_box", "piano"]

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
    corner_hz = (400.0 + 1_900.0 * strength**1.6) * (f / 262.0) ** 0.42
    felt = 1.0 / (1.0 + (hz / corner_hz) ** 2) ** (1.2 - 0.25 * strength)
    strike = 0.12 + np.abs(np.sin(np.pi * k * 0.124))
    uneven = 1.0 + 0.35 * noise(7 * pitch + 3, len(k))
    amplitude = below_limit(hz) * felt * strike * uneven / k**0.75
    slow = (0.29 + 0.10 * (f / 262.0) ** 0.9) * (1.0 + (hz / 2_100.0) ** 1.1) * (f / 262.0) ** 0.25
    beat_hz = 0.04 + 0.0001 * hz
    strings = [(1.0, 3.4 * slow, 0.0 * hz), (0.23, slow, beat_hz), (0.23, 1.08 * slow, -beat_hz)]
    parts = [
        Modes(hz + shift, decay, share * amplitude, np.mod(0.25 + 0.17 * noise(91 * pitch + n, len(k)), 1.0))
        for n, (share, decay, shift) in enumerate(strings)
    ]
    whole = Modes.joined(*parts)
    level = levelled(whole.hz, whole.amplitudes, whole.decays, whole.phases)
    knock = (0.10 + 0.16 * strength) * float(np.abs(level).max(initial=0.0))
    board = Modes(
        _BOARD_HZ, 22.0 + 0.12 * _BOARD_HZ, knock * 0.4 * (1 + noise(pitch, 8)) * min((f / 262.0) ** 0.35, 2.0),
        np.full(8, 0.25),
    )  # fmt: skip
    return Modes.joined(Modes(whole.hz, whole.decays, level, whole.phases), board)


@lru_cache(maxsize=512)
def electric_piano(pitch: int, layer: int) -> Modes:
    """A tine beside a pickup: few harmonics, more of them when struck hard, a short bell, and a slow tremolo.

    The tine's second and third modes (6.27 and 17.5 times its first, as of a clamped bar) die away at once.
    """
    f, strength = hz_of(pitch), strength_of(layer)
    k = np.arange(1, 13, dtype=np.float64)
    growing = 0.10 + 0.62 * strength
    amplitude = growing ** (k - 1) * np.where(k % 2 == 0, 1.15, 0.8) / k**0.5
    amplitude[0] = 1.0
    decays = 0.55 * (f / 262.0) ** 0.45 * (1.0 + 0.33 * (k - 1))
    hz = np.append(k * f, (6.27 * f, 17.5 * f))
    amplitude = np.append(amplitude, (0.10 + 0.16 * strength, 0.02 + 0.08 * strength))
    decays = np.append(decays, (9.0, 24.0))
    amplitude *= below_limit(hz)
    tone = Modes(hz, decays, levelled(hz, amplitude, decays), np.mod(0.25 + 0.11 * noise(pitch, len(hz)), 1.0))
    return Modes.joined(tone, *_swaying(tone, 4.6, 0.14))


@lru_cache(maxsize=512)
def marimba(pitch: int, layer: int) -> Modes:
    """A wooden bar, its second mode tuned two octaves up, its third near the tenth harmonic; a soft mallet."""
    f, strength = hz_of(pitch), strength_of(layer)
    hz = f * np.array([1.0, 3.98, 9.9, 16.0])
    amplitude = np.array([1.0, 0.10 + 0.28 * strength, 0.03 + 0.15 * strength**1.5, 0.06 * strength**2])
    decays = 2.7 * (f / 131.0) ** 0.62 * np.array([1.0, 2.6, 6.0, 11.0])
    amplitude *= below_limit(hz)
    tone = Modes(hz, decays, levelled(hz, amplitude, decays), np.full(4, 0.25))
    knock_hz = np.array([310.0, 540.0, 870.0, 1_330.0])
    knock = Modes(knock_hz, np.full(4, 95.0), 0.05 * (0.4 + strength) * (1.2 + noise(pitch, 4)) / 2, np.full(4, 0.25))
    return Modes.joined(tone, knock)


@lru_cache(maxsize=512)
def music_box(pitch: int, layer: int) -> Modes:
    """A plucked steel tongue: the modes of a clamped bar over a long clear tone that beats slightly with its comb."""
    f, strength = hz_of(pitch), strength_of(layer)
    hz = f * np.array([1.0, 1.0, 2.0, 3.0, 6.27, 17.55])
    hz[1] *= 1.0009
    amplitude = np.array([1.0, 0.16, 0.06, 0.05, 0.20 + 0.25 * strength, 0.05 + 0.09 * strength])
    decays = np.array([1.5, 1.1, 3.0, 4.0, 6.5, 19.0]) * (f / 1_047.0) ** 0.35
    amplitude *= below_limit(hz)
    phases = np.mod(0.25 + 0.1 * noise(pitch, 6), 1.0)
    return Modes(hz, decays, levelled(hz, amplitude, decays, phases), phases)


def _swaying(tone: Modes, sway_hz: float, depth: float) -> tuple[Modes, Modes]:
    """Return the side bands that make a tone swell and shrink ``sway_hz`` times a second."""
    above, below = (
        Modes(np.abs(tone.hz + by), tone.decays, depth / 2 * tone.amplitudes, tone.phases) for by in (sway_hz, -sway_hz)
    )
    return above, below
