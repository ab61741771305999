"""Tones that stand as they are while a key is held: an organ's pipes, and an ensemble of strings."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from intermezzo_engines.melody.sound.loudness import levelled
from intermezzo_engines.melody.sound.modes import Modes
from intermezzo_engines.melody.sound.rate import HIGHEST_HZ, below_limit, hz_of, noise, strength_of

__all__ = ["organ", "strings"]

# Flue stops of 8', 4', 2 2/3' and 2': harmonic, strength, how fast overtones fall off, cents beside the tuning.
_STOPS: Final = ((1.0, 1.0, 1.15, 0.0), (2.0, 0.62, 1.3, 0.0), (3.0, 0.16, 2.0, 0.3), (4.0, 0.30, 1.6, -0.3))
# Pairs of players beside the leader: cents above and below, and the strength of each.
_PAIRS: Final = ((4.3, 0.17), (8.6, 0.14), (12.9, 0.10))


@lru_cache(maxsize=512)
def organ(pitch: int, layer: int) -> Modes:
    """Flue stops of a small organ; a harder touch opens no swell, only loudness follows it."""
    f = hz_of(pitch)
    parts = []
    for n, (octave, strength, slope, cents) in enumerate(_STOPS):
        k = np.arange(1, 13, dtype=np.float64)
        hz = octave * k * f * 2 ** (cents / 1200)
        k, hz = k[hz < HIGHEST_HZ], hz[hz < HIGHEST_HZ]
        amplitude = strength * below_limit(hz) * k**-slope * np.where(k % 2 == 0, 0.6, 1.0) / (1 + (hz / 5_000.0) ** 2)
        parts.append(Modes(hz, np.zeros(len(hz)), amplitude, np.mod(noise(41 * pitch + n, len(hz)), 1.0)))
    pipes = Modes.joined(*parts)
    level = levelled(pipes.hz, pipes.amplitudes, pipes.decays, pipes.phases)
    chiff_hz = f * np.array([2.02, 3.05, 5.1, 6.15])
    loud = 0.10 * float(level.max(initial=0.0)) * below_limit(chiff_hz) * (1 + noise(pitch, 4))
    chiff = Modes(chiff_hz, np.full(4, 28.0), loud, np.full(4, 0.25))
    return Modes.joined(Modes(pipes.hz, pipes.decays, level, pipes.phases), chiff)


@lru_cache(maxsize=512)
def strings(pitch: int, layer: int) -> Modes:
    """A section of strings: seven players a little apart in tuning, so that each partial shimmers by itself."""
    f, strength = hz_of(pitch), strength_of(layer)
    k = np.arange(1, 65, dtype=np.float64)
    k = k[k * f < HIGHEST_HZ]
    hz = k * f
    corner_hz = (1_500.0 + 2_600.0 * strength) * (f / 262.0) ** 0.3
    body = 1.0 + 0.45 * noise(17 * pitch + 2, len(k)) * np.minimum(hz / 400.0, 1.0)
    amplitude = below_limit(hz) * body / k / (1.0 + (hz / corner_hz) ** 2.2)
    phases = np.mod(0.5 + 0.5 * noise(pitch, len(k)), 1.0)
    parts = [Modes(hz, np.zeros(len(k)), amplitude, phases)]
    for n, (cents, share) in enumerate(_PAIRS):
        # One is as much ahead as the other is behind: they move the leader's loudness, never its pitch.
        ahead = 0.5 * noise(1_000 * n + pitch, len(k))
        for sign in (1, -1):
            ratio, theirs = 2 ** (sign * cents / 1200), share * np.minimum(0.35 + 0.12 * k, 1.4) * amplitude
            parts.append(Modes(hz * ratio, np.zeros(len(k)), theirs, np.mod(phases + sign * ahead, 1.0)))
    section = Modes.joined(*parts)
    level = levelled(section.hz, section.amplitudes)
    return Modes(section.hz, section.decays, level, section.phases)
