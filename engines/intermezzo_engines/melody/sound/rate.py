"""The clockwork that all instruments share: rate, pages, layers of loudness, and where a pitch lies in Hz."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.sketches.melody import SAMPLE_RATE

__all__ = ["HIGHEST_HZ", "LAYERS", "PAGE", "RATE", "below_limit", "hz_of", "layer_of", "noise", "strength_of"]

RATE: Final = SAMPLE_RATE
PAGE: Final = 16_384
"""Samples of a page: notes are synthesised and kept in pages, so that a window makes only those it needs."""
LAYERS: Final = 8
"""How many shades of brightness an instrument has between soft and loud; loudness itself has no steps."""
HIGHEST_HZ: Final = 19_000.0
_FADED_HZ: Final = 15_000.0


def hz_of(pitch: float) -> float:
    """Return the frequency of a MIDI pitch in Hz, equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def layer_of(velocity: int) -> int:
    """Return the shade, 0 to LAYERS - 1, of a velocity 1 to 127."""
    return min(velocity * LAYERS // 128, LAYERS - 1)


def strength_of(layer: int) -> float:
    """Return how hard a note of a shade is played, 0 (softest) to 1."""
    return layer / (LAYERS - 1)


def below_limit(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of partials that may sound: 1, fading from 15 kHz to 0 at 19 kHz, so that nothing folds down."""
    share: NDArray[np.float64] = np.clip((HIGHEST_HZ - hz) / (HIGHEST_HZ - _FADED_HZ), 0.0, 1.0)
    return share


def noise(seed: int, n: int) -> NDArray[np.float64]:
    """Return ``n`` numbers between -1 and 1 that depend on the seed alone (SplitMix64, Vigna 2015)."""
    with np.errstate(over="ignore"):
        x = np.arange(n, dtype=np.uint64) + np.uint64(seed % 2**32) * np.uint64(0x9E3779B97F4A7C15)
        x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return x.astype(np.float64) / 2**63 - 1
