"""Instruments that are sung, blown and bowed: voices, flute, clarinet, violin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.rate import HIGHEST_HZ, hz_of, strength_of
from intermezzo_engines.melody.sound.sung import Breath, Tone, Vibrato, steady
from intermezzo_engines.melody.sound.vowels import FORMANTS

__all__ = ["clarinet", "flute", "violin", "voice"]

_Answer = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_UPPER_HZ: Final = ((3_000.0, 3_500.0), (3_400.0, 4_250.0))  # the fourth and fifth formant of a man and of a woman
_SINGERS_HZ: Final = (2_800.0, 3_100.0)
_WIDTHS_HZ: Final = (70.0, 90.0, 130.0, 160.0, 220.0)
_RING: Final = 2.4
# A violin's air, its body's two strongest modes, and the hill of the bridge: Hz, Q, gain.
_VIOLIN: Final = (
    (275.0, 9.0, 1.3), (460.0, 12.0, 1.6), (550.0, 14.0, 1.7), (715.0, 14.0, 0.6), (860.0, 16.0, 0.9),
    (1_110.0, 12.0, 0.8), (1_420.0, 14.0, 0.7), (2_000.0, 8.0, 0.9), (2_650.0, 4.0, 1.6), (3_500.0, 6.0, 0.7),
)  # fmt: skip


@lru_cache(maxsize=2048)
def voice(vowel: str, pitch: int, layer: int) -> Tone:
    """A singer on a vowel: vibrato after a moment, a slight scoop into each note; a man below, a woman above.

    Singers draw their upper formants together, which carries over other sounds (Sundberg 1974), and open the mouth
    rather than let the fundamental rise above the first.
    """
    f, strength = hz_of(pitch), strength_of(layer)
    womanly = float(np.clip((pitch - 48) / 14.0, 0.0, 1.0))
    man, woman = ((*three, *upper) for three, upper in zip(FORMANTS[vowel], _UPPER_HZ, strict=True))
    formants = [low + (high - low) * womanly for low, high in zip(man, woman, strict=True)]
    formants[0] = max(formants[0], 1.03 * f)
    formants[1] = max(formants[1], 1.25 * formants[0])
    formants[2] = max(formants[2], 1.1 * formants[1])
    ring_hz = _SINGERS_HZ[0] + (_SINGERS_HZ[1] - _SINGERS_HZ[0]) * womanly
    k = _numbers(f, 48)
    vibrato = Vibrato(cents=32.0, hz=5.5, delay_s=0.22, rise_s=0.45, scoop_cents=28.0, scoop_s=0.035, swell=0.05)
    breath = Breath(0.012, 2_600.0, 2.2)
    source = k ** (0.8 * (strength - 0.5) - 1.05)
    return steady(Tone(f, source, _tract(formants, ring_hz), vibrato, breath, 0.012, 3 * pitch))


@lru_cache(maxsize=512)
def flute(pitch: int, layer: int) -> Tone:
    """A concert flute: a near-pure tone whose overtones grow with force, swaying in loudness, with breath."""
    f, strength = hz_of(pitch), strength_of(layer)
    k = _numbers(f, 16)
    # A low note's second harmonic comes near its first; high notes are almost sines.
    second = float(np.clip((0.35 + 0.75 * strength) * (300.0 / f) ** 0.7, 0.03, 1.1))
    fall = float(np.clip((0.32 + 0.22 * strength) * (300.0 / f) ** 0.25, 0.1, 0.6))
    source = np.where(k == 1, 1.0, second * fall ** (k - 2))
    vibrato = Vibrato(cents=14.0, hz=5.1, delay_s=0.25, rise_s=0.5, scoop_cents=10.0, scoop_s=0.02, swell=0.16)
    breath = Breath(0.014 + 0.010 * strength, max(1.9 * f, 900.0), 1.6)
    return steady(Tone(f, source, _low_pass(4_500.0, 2.0), vibrato, breath, 0.012, 3 * pitch + 1))


@lru_cache(maxsize=512)
def clarinet(pitch: int, layer: int) -> Tone:
    """A clarinet: a closed pipe, so odd harmonics in its low register, all of them above its cut-off near 1.5 kHz."""
    f, strength = hz_of(pitch), strength_of(layer)
    k = _numbers(f, 56)
    even = np.clip(0.04 + 0.5 * (k * f / 2_600.0) ** 2, 0.0, 0.75)
    source = np.where(k % 2 == 1, 1.0, even) / k ** (1.0 - 0.35 * strength)
    vibrato = Vibrato(cents=2.5, hz=4.3, delay_s=0.3, rise_s=0.6, scoop_cents=6.0, scoop_s=0.02, swell=0.03)
    answer = _low_pass(1_500.0 + 900.0 * strength, 2.6)
    return steady(Tone(f, source, answer, vibrato, Breath(0.008, 1_800.0, 2.0), 0.010, 3 * pitch + 2))


@lru_cache(maxsize=512)
def violin(pitch: int, layer: int) -> Tone:
    """A violin, and below its range a viola and a cello: a saw tooth through the resonances of a wooden body."""
    f, strength = hz_of(pitch), strength_of(layer)
    k = _numbers(f, 56)
    size = 2.0 ** (max(55 - pitch, 0) * 0.6 / 12)  # of the body against a violin's
    body, dark = _resonances(_VIOLIN, size), _low_pass((2_000.0 + 4_200.0 * strength) / size**0.5, 2.0)
    vibrato = Vibrato(cents=22.0, hz=5.8, delay_s=0.16, rise_s=0.35, scoop_cents=14.0, scoop_s=0.025)
    return steady(Tone(
        f, k**-1.0, lambda hz: body(hz) * dark(hz), vibrato, Breath(0.010, 2_400.0, 2.4), 0.014, 3 * pitch + 3
    ))  # fmt: skip


def _numbers(f: float, most: int) -> NDArray[np.float64]:
    return np.arange(1, max(min(most, int(HIGHEST_HZ / f)), 1) + 1, dtype=np.float64)


def _tract(formants: Sequence[float], ring_hz: float) -> _Answer:
    """Return the answer of a vocal tract: resonances one after the other, and the ring of a trained singer."""

    def answer(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        heard = np.ones(np.shape(hz))
        for centre, width in zip(formants, _WIDTHS_HZ, strict=True):
            heard = heard * centre**2 / np.hypot(centre**2 - hz**2, hz * max(width, 0.11 * centre))
        return heard * (1.0 + _RING / (1.0 + (3.5 * (hz / ring_hz - ring_hz / hz)) ** 2))

    return answer


def _resonances(body: Sequence[tuple[float, float, float]], size: float) -> _Answer:
    def answer(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        heard = np.full(np.shape(hz), 0.45)
        for centre, q, gain in body:
            away = hz * size / centre
            heard = heard + gain / (1.0 + (q * (away - 1.0 / away)) ** 2)
        return heard

    return answer


def _low_pass(corner_hz: float, order: float) -> _Answer:
    return lambda hz: 1.0 / (1.0 + (hz / corner_hz) ** order)
