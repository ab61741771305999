"""Tones with breath and vibrato: harmonics whose pitch sways, each as loud as the resonances let it be where it is.

Everything is a function of the time since the onset in closed form, so any page can be made without those before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.exact import exact_product
from intermezzo_engines.melody.sound.loudness import levelled
from intermezzo_engines.melody.sound.rate import PAGE, RATE, below_limit, noise

__all__ = ["MOST_HARMONICS", "Breath", "Tone", "Vibrato", "noise_around", "page_of", "steady"]

_STEP: Final = 512  # samples from one shape of the wave to the next; straight lines between
_FINE: Final = 4_096  # samples of a wave: so many that straight lines between them are 60 dB from any harmonic
_BEND_STEP: Final = 16
_LOOP: Final = 2**16
MOST_HARMONICS: Final = 64
_ROWS: Final = np.repeat(np.arange(PAGE // _STEP) * (_FINE + 1), _STEP)
_FADE: Final = np.tile(np.arange(_STEP, dtype=np.float32) / np.float32(_STEP), PAGE // _STEP)
_OCTAVE_PER_CENT: Final = np.log(2) / 1200


@dataclass(frozen=True)
class Vibrato:
    """Depth in cents and rate in Hz, from ``delay_s`` on and full after ``rise_s`` more.

    At first the pitch is ``scoop_cents`` below; ``swell`` is how much loudness sways with it, as a share.
    """

    cents: float = 0.0
    hz: float = 5.5
    delay_s: float = 0.2
    rise_s: float = 0.4
    scoop_cents: float = 0.0
    scoop_s: float = 0.03
    swell: float = 0.0


@dataclass(frozen=True)
class Breath:
    """Noise of the air: its level against the tone, its middle in Hz and its width in octaves."""

    level: float
    hz: float
    octaves: float


@dataclass(frozen=True, eq=False)
class Tone:
    """A held tone: ``hz``, the source's amplitude of each harmonic, and ``answer``, what resonances make of each Hz.

    Harmonics come in one after the other: harmonic k is at 1 - 1/e after ``onset_s`` * k ** 0.5.
    """

    hz: float
    source: NDArray[np.float64]
    answer: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    vibrato: Vibrato
    breath: Breath | None
    onset_s: float
    seed: int


def steady(tone: Tone) -> Tone:
    """Return the tone at the reference loudness; its harmonics have signs that keep its wave from piling up."""
    k = np.arange(1, len(tone.source) + 1, dtype=np.float64)
    heard = np.abs(tone.source) * tone.answer(k * tone.hz)
    factor = levelled(k * tone.hz, heard) / np.maximum(heard, 1e-30)
    # Rudin-Shapiro signs: the peak of the sum stays near the square root of the number of harmonics.
    signs = np.array([(-1.0) ** bin(n & n >> 1).count("1") for n in range(len(k))])
    return Tone(tone.hz, tone.source * factor * signs, tone.answer, tone.vibrato, tone.breath, tone.onset_s, tone.seed)


def page_of(tone: Tone, index: int) -> NDArray[np.float32]:
    """Return page ``index`` of a tone, float32 (PAGE,)."""
    begins = index * PAGE
    knots_s = (begins + np.arange(0, PAGE + 1, _STEP)) / RATE
    bend = _OCTAVE_PER_CENT * _bend_cents(tone, knots_s)
    k = np.arange(1, len(tone.source) + 1)
    hz = tone.hz * np.outer(k, 1.0 + bend)
    swell = 1.0 + tone.vibrato.swell * bend / (_OCTAVE_PER_CENT * max(tone.vibrato.cents, 1e-9))
    come = -np.expm1(-knots_s / (tone.onset_s * np.sqrt(k)[:, None])) if tone.onset_s else 1.0
    amplitudes = tone.source[:, None] * tone.answer(hz) * below_limit(hz) * swell * come
    sound = _harmonics(_cycles(tone, begins), amplitudes)
    if tone.breath is not None:
        loop = noise_around(tone.breath.hz, tone.breath.octaves)
        level = np.float32(tone.breath.level * float(np.sqrt((amplitudes[:, -1] ** 2).sum() / 2)))
        sound += level * np.take(loop, np.arange(begins, begins + PAGE) + 7_919 * tone.seed, mode="wrap")
    return sound


def _cycles(tone: Tone, begins: int) -> NDArray[np.float64]:
    """Return the phase of the fundamental in cycles, float64 (PAGE,); bent along short straight lines."""
    at_s = (begins + np.arange(0, PAGE + 1, _BEND_STEP)) / RATE
    bent = tone.hz * _OCTAVE_PER_CENT * _bent_cents_s(tone, at_s)
    steps = np.arange(_BEND_STEP) / _BEND_STEP
    lines = bent[:-1, None] + np.diff(bent)[:, None] * steps
    whole: NDArray[np.float64] = np.mod(tone.hz / RATE * np.arange(begins, begins + PAGE) + lines.reshape(-1), 1.0)
    return whole


def _harmonics(cycles: NDArray[np.float64], amplitudes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the sum of a_k cos(2 pi k cycles), amplitudes (harmonics, knots), by way of one wave at each knot."""
    waves = exact_product(amplitudes.T, _cosines()[: len(amplitudes)]).ravel()
    at = cycles * _FINE
    whole = at.astype(np.int64)
    part = (at - whole).astype(np.float32)
    places = _ROWS + np.minimum(whole, _FINE - 1)
    before, after = _read(waves, places, part), _read(waves, places + (_FINE + 1), part)
    after -= before
    after *= _FADE
    before += after
    return before


def _read(waves: NDArray[np.float32], places: NDArray[np.int64], part: NDArray[np.float32]) -> NDArray[np.float32]:
    here = waves.take(places)
    between = waves.take(places + 1)
    between -= here
    between *= part
    between += here
    return between


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    """Return one wave of each harmonic, its first sample again at its end, float64 (MOST_HARMONICS, _FINE + 1)."""
    k, at = np.arange(1, MOST_HARMONICS + 1), np.arange(_FINE + 1)
    waves: NDArray[np.float64] = np.cos(2 * np.pi * np.mod(np.outer(k, at), _FINE) / _FINE)
    return waves


def _bend_cents(tone: Tone, at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the pitch is from the note at each moment, in cents."""
    v = tone.vibrato
    since = np.maximum(at_s - v.delay_s, 0.0)
    grown = np.minimum(since / v.rise_s, 1.0)
    cents: NDArray[np.float64] = v.cents * grown * np.sin(_omega(tone) * since) - v.scoop_cents * np.exp(
        -at_s / v.scoop_s
    )
    return cents


def _bent_cents_s(tone: Tone, at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the integral of `_bend_cents` from the onset on."""
    v, omega = tone.vibrato, _omega(tone)
    since = np.maximum(at_s - v.delay_s, 0.0)
    rising = np.minimum(since, v.rise_s)
    grown = (np.sin(omega * rising) / omega - rising * np.cos(omega * rising)) / (omega * v.rise_s)
    full = (np.cos(omega * rising) - np.cos(omega * since)) / omega
    bent: NDArray[np.float64] = v.cents * (grown + full) + v.scoop_cents * v.scoop_s * np.expm1(-at_s / v.scoop_s)
    return bent


def _omega(tone: Tone) -> float:
    """Each pitch sways at a rate of its own, so that two never sway as one."""
    return 2 * np.pi * tone.vibrato.hz * (1.0 + 0.04 * float(noise(tone.seed, 1)[0]))


@lru_cache(maxsize=16)
def noise_around(hz: float, octaves: float) -> NDArray[np.float32]:
    """Return noise around a frequency that repeats without a seam, float32 (65536,), RMS 1."""
    spectrum = scipy.fft.rfft(noise(round(hz), _LOOP))
    at = np.maximum(scipy.fft.rfftfreq(_LOOP, 1 / RATE), 1.0)
    around = np.exp(-0.5 * (np.log2(at / hz) / (octaves / 2)) ** 2) * below_limit(at)
    loop = scipy.fft.irfft(spectrum * around, _LOOP)
    repeated: NDArray[np.float32] = (loop / np.sqrt(np.mean(loop**2))).astype(np.float32)
    return repeated
