"""The sound codec: 10 ms of sound are a cell of eight codes, which come back when they are heard and coded again.

A cell's 240 numbers (lapped.py) are taken apart into how loud each band is and the shape of what is in it. Levels 0
to 2 hold the loudness of the bands: its principal directions, each put on a few steps by the finite scalar quantiser
(tokens/fsq.py). The other levels hold shapes, each of a range of frequencies: one of 1,023 that were learned, or code
0, noise. Above the last range all is noise. Noise belongs to the place in time and is always the same there.

Each part is brought to exactly the loudness that its codes say, so coding a decoded sound finds the same loudness, and
then the same shapes. Nothing looks beyond its own cell, so a code is heard for 20 ms around it and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.sound.lapped import BLOCK, HOP, analysed, synthesised
from intermezzo_engines.tokens.fsq import code_of, digits_of, quantise, values_of

__all__ = ["BANDS", "CODES", "LEVELS", "LOUDNESS", "RANGES", "Codec", "loudness_db"]

Numbers: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]

CODES: Final = 1024
BANDS: Final = (0, 4, 8, 13, 18, 24, 31, 40, 52, 68, 88, 112, 144, 184, 240)  # edges; a number is 50 Hz wide
LOUDNESS: Final = (
    (16, 8, 8),
    (8, 8, 4, 4),
    (4, 4, 4, 4, 4),
)  # steps of the directions that each level of loudness holds
RANGES: Final = ((0, 8), (8, 18), (18, 31), (31, 52), (52, 88))  # the last ends at 4.4 kHz
LEVELS: Final = len(LOUDNESS) + len(RANGES)
_FLOOR: Final = 1e-10  # energy of a number that counts as nothing, -100 dB
_SILENT_DB: Final = -88.0
_LIKE_NOISE: Final = 0.999  # how alike a range and the noise of its place must be to be that noise
_FILL: Final = 0.15  # noise that is mixed into learned shapes, so that weak numbers between strong ones are not holes
_TOLD_APART: Final = 1.0  # bands count by their energy where shapes are compared (0: all alike)


def loudness_db(numbers: Numbers) -> Numbers:
    """Return the mean energy of each band in dB, (cells, bands)."""
    sizes = np.diff(BANDS)
    found: Numbers = 10 * np.log10(np.add.reduceat(numbers**2, BANDS[:-1], axis=1) / sizes + _FLOOR)
    return found


@dataclass(frozen=True, eq=False)
class Codec:
    """``mean`` (bands,) and ``directions`` (directions, bands) of loudness in dB, the ``scale`` of each direction.

    ``shapes`` has a float64 array (1023, numbers) for each range, each band of a shape of unit length; a range counts
    as noise if no shape is liker than its ``least``.
    """

    mean: Numbers
    directions: Numbers
    scale: Numbers
    shapes: tuple[Numbers, ...]
    least: tuple[float, ...]

    def encode(self, samples: NDArray[np.float32]) -> Codes:
        """Return the codes (cells, 8) of samples (n,), 24 kHz; the last cell is filled with silence."""
        cells = max(-(-len(samples) // HOP), 1)
        numbers = analysed(np.pad(samples.astype(np.float64), (0, cells * HOP - len(samples))))
        codes = np.zeros((cells, LEVELS), np.int64)
        for first in range(0, cells, BLOCK):
            codes[first : first + BLOCK] = self.coded(numbers[first : first + BLOCK], first)
        return codes

    def coded(self, numbers: Numbers, first: int) -> Codes:
        """Return the codes of the numbers of at most `BLOCK` cells from cell ``first`` on."""
        codes = np.zeros((len(numbers), LEVELS), np.int64)
        measured = loudness_db(numbers)
        latent = torch.from_numpy((measured - self.mean) @ self.directions.T / self.scale)
        at = 0
        for level, steps in enumerate(LOUDNESS):
            digits = quantise(latent[:, at : at + len(steps)], steps)[1]
            codes[:, level] = code_of(digits, steps).numpy()
            at += len(steps)
        told = self.told_db(codes)
        noise = _noise(first, len(numbers))
        parts = _shape(numbers)
        for level, (low, high) in enumerate(RANGES, len(LOUDNESS)):
            weight = weight_of(told, low, high)
            part, own = parts[:, low:high] * weight, noise[:, low:high]
            likeness = part @ self.shapes[level - len(LOUDNESS)].T
            best = likeness.argmax(axis=1)
            # A shape with its share of noise, as it is heard, decides; without it the first guess may be a neighbour.
            near = np.argsort(-likeness, axis=1)[:, :8]
            heard = shape_of(self.shapes[level - len(LOUDNESS)][near] + _FILL * own[:, None], low, high)
            rank = np.einsum("tk,tnk->tn", part, heard).argmax(axis=1)
            best = np.take_along_axis(near, rank[:, None], axis=1)[:, 0]
            shaped = np.take_along_axis(likeness, best[:, None], axis=1)[:, 0] >= self.least[level - len(LOUDNESS)]
            is_noise = np.einsum("tk,tk->t", part, own) >= _LIKE_NOISE
            codes[:, level] = np.where(shaped & ~is_noise, best + 1, 0)
        codes[(measured.max(axis=1) < _SILENT_DB) | (codes[:, 0] == 0)] = 0
        return codes

    def numbers(self, codes: Codes, first: int) -> Numbers:
        """Return the numbers (cells, 240) of codes (cells, 8) of at most `BLOCK` cells from cell ``first`` on."""
        noise = _noise(first, len(codes))
        shape = noise.copy()
        for level, (low, high) in enumerate(RANGES, len(LOUDNESS)):
            chosen = codes[:, level]
            learned = self.shapes[level - len(LOUDNESS)][np.maximum(chosen - 1, 0)] + _FILL * noise[:, low:high]
            shape[:, low:high] = np.where(chosen[:, None] > 0, learned, noise[:, low:high])
        energy = np.maximum(10 ** (self.told_db(codes) / 10) - _FLOOR, 0) * np.diff(BANDS)
        found: Numbers = _shape(shape) * np.repeat(np.sqrt(energy), np.diff(BANDS), axis=1)
        found[codes[:, 0] == 0] = 0
        return found

    def decode(self, codes: Codes, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Return the samples of cells ``start`` to ``stop`` of a sound of codes (cells, 8), 24 kHz."""
        cells = len(codes)
        stop = cells if stop is None else stop
        first = max(start - 1, 0) // BLOCK * BLOCK
        last = min(-(-(stop + 1) // BLOCK) * BLOCK, -(-cells // BLOCK) * BLOCK)
        sound = np.zeros((last - first + 1) * HOP)
        for at in range(first, last, BLOCK):
            block = np.zeros((BLOCK, LEVELS), np.int64)
            block[: max(min(cells - at, BLOCK), 0)] = codes[at : at + BLOCK]
            heard = synthesised(self.numbers(block, at), at, cells).reshape(BLOCK, 2, HOP)
            there = sound[(at - first) * HOP : (at - first + BLOCK + 1) * HOP].reshape(BLOCK + 1, HOP)
            there[:-1] += heard[:, 0]
            there[1:] += heard[:, 1]
        begin = (start - first) * HOP + HOP // 2
        return sound[begin : begin + (stop - start) * HOP].astype(np.float32)

    def told_db(self, codes: Codes) -> Numbers:
        """Return the loudness of the bands in dB that codes say, (cells, bands)."""
        latent = []
        for level, steps in enumerate(LOUDNESS):
            values = values_of(digits_of(torch.from_numpy(np.ascontiguousarray(codes[:, level])), steps), steps)
            latent.append(torch.atanh(values.double()).numpy())
        found: Numbers = np.concatenate(latent, axis=1) * self.scale @ self.directions + self.mean
        return found


def _shape(numbers: Numbers) -> Numbers:
    """Return numbers (cells, 240) with each band brought to unit length."""
    return shape_of(numbers, 0, HOP)


def shape_of(numbers: Numbers, low: int, high: int) -> Numbers:
    """Return numbers (..., high - low) of a range with each band brought to unit length."""
    edges = np.array([edge for edge in BANDS if low <= edge < high]) - low
    length = np.sqrt(np.add.reduceat(numbers**2, edges, axis=-1))
    found: Numbers = numbers / np.repeat(np.maximum(length, 1e-12), np.diff([*edges, high - low]), axis=-1)
    return found


def weight_of(told_db: Numbers, low: int, high: int) -> Numbers:
    """Return what each number of a range weighs, (cells, high - low); the bands of a cell add up to one."""
    inside = [k for k, edge in enumerate(BANDS[:-1]) if low <= edge < high]
    power = 10 ** (_TOLD_APART * (told_db[:, inside] - told_db[:, inside].max(axis=1, keepdims=True)) / 10)
    share = power / power.sum(axis=1, keepdims=True)
    found: Numbers = np.repeat(share, np.diff(BANDS)[inside], axis=1)
    return found


def _noise(first: int, cells: int) -> Numbers:
    """Return the noise of some cells, (cells, 240), nearly Gaussian, each band of unit length.

    Mixed from the numbers of the cell and of the coefficient by whole-number arithmetic (Steele et al., 2014,
    "SplitMix"), which is the same on every machine.
    """
    place = np.arange(first * HOP, (first + cells) * HOP, dtype=np.uint64)
    total = np.zeros(len(place))
    with np.errstate(over="ignore"):
        for draw in range(4):
            mixed = (place * np.uint64(4) + np.uint64(draw + 1)) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed = mixed ^ (mixed >> np.uint64(31))
            total += (mixed >> np.uint64(40)).astype(np.float64) / 2**24 - 0.5
    return _shape(total.reshape(cells, HOP))
