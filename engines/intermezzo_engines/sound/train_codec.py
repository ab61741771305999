"""Learn what the sound codec needs: the directions of loudness, and the shapes of each range; takes two minutes.

Shapes are found by k-means on the sphere (Dhillon and Modha, 2001), for which each band has unit length and counts as
the codec compares it. Seed 0; nothing that is held out is heard.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.sound import codec as codecs
from intermezzo_engines.sound.codec import BANDS, CODES, LOUDNESS, RANGES, Codec, loudness_db
from intermezzo_engines.sound.lapped import HOP, analysed
from intermezzo_engines.sound.recordings import recordings

__all__ = ["learned"]

_SPREAD = 1.7  # scale of a direction against its deviation: the outer steps reach further than a Gaussian needs
_REACHED = 0.998  # of the cells lie within the outer steps of the directions of level 0, so that a kick stays dark
_NOISE_SHARE = 0.03  # of the cells are least like any shape and count as noise
_ROUNDS = 12
_MOST_CELLS = 60_000


def learned(folder: Path, progress: Callable[[float, str], None] = lambda share, what: None) -> Codec:
    """Learn a codec from the recordings below a data folder."""
    random = np.random.default_rng(0)
    numbers = np.concatenate([_numbers(r.samples) for r in recordings(folder) if not r.held_out])
    told = loudness_db(numbers)
    heard = told.max(axis=1) > -80
    numbers, told = numbers[heard], told[heard]
    mean = told.mean(axis=0)
    count = sum(len(steps) for steps in LOUDNESS)
    values, vectors = np.linalg.eigh(np.cov((told - mean).T))
    order = np.argsort(-values)[:count]
    directions = vectors[:, order].T
    scale = _SPREAD * np.sqrt(values[order])
    along = np.quantile(np.abs((told - mean) @ directions.T), _REACHED, axis=0)
    for k, steps in enumerate(LOUDNESS[0]):
        scale[k] = max(along[k] / np.arctanh(1 - 1 / steps), 0.7 * scale[k])
    chosen = random.permutation(len(numbers))[:_MOST_CELLS]
    shapes, least = [], []
    for k, (low, high) in enumerate(RANGES):
        progress(k / len(RANGES), f"shapes of {low * 50} to {high * 50} Hz")
        found, like = _shapes(numbers[chosen], told[chosen], low, high, random)
        shapes.append(found)
        least.append(like)
    return Codec(mean, directions, scale, tuple(shapes), tuple(least))


def _numbers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    cells = max(-(-len(samples) // HOP), 1)
    return analysed(np.pad(samples.astype(np.float64), (0, cells * HOP - len(samples))))


def _shapes(
    numbers: NDArray[np.float64], told: NDArray[np.float64], low: int, high: int, random: np.random.Generator
) -> tuple[NDArray[np.float64], float]:
    """Return 1,023 shapes of a range, and how like its own a cell must be not to count as noise (0 to 1)."""
    parts = codecs.shape_of(numbers[:, low:high], low, high).astype(np.float32)
    # Loud cells teach more than soft ones, but not by their energy, or little else would be learned.
    loud = 10 ** (0.02 * np.clip(told[:, [k for k, e in enumerate(BANDS[:-1]) if low <= e < high]].max(axis=1), -80, 0))
    weighted = (parts * codecs.weight_of(told, low, high)).astype(np.float32)
    found = parts[random.choice(len(parts), CODES - 1, replace=False)]
    like = 0.0
    for _ in range(_ROUNDS):
        likeness = weighted @ found.T
        own = likeness.argmax(axis=1)
        best = likeness[np.arange(len(own)), own]
        like = float(np.quantile(best, _NOISE_SHARE))
        total = np.zeros((CODES - 1, high - low))
        np.add.at(total, own, weighted * loud[:, None])
        empty = ~np.isin(np.arange(CODES - 1), own)
        total[empty] = parts[np.argsort(best)[: int(empty.sum())]]
        found = codecs.shape_of(total, low, high).astype(np.float32)
    return found.astype(np.float64), like
