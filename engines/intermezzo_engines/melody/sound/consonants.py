"""Consonants: how a sung syllable begins, read from its first letters: with a hiss, a stop, a murmur, or on the vowel.

What comes before the vowel begins on the beat here, inside the note: a moment of noise or of closed lips. It parts
syllables on one pitch from each other, which vowels alone would not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.loudness import REFERENCE_RMS
from intermezzo_engines.melody.sound.rate import PAGE, RATE
from intermezzo_engines.melody.sound.sung import noise_around

__all__ = ["CONSONANTS", "Consonant", "consonant_of"]


@dataclass(frozen=True, eq=False)
class Consonant:
    """``closed_s``: how long the vowel waits, at a share ``murmur`` of its level; then it opens in ``opening_s``.

    ``noise`` is the level of a noise around ``hz``, ``octaves`` wide, against the vowel, that begins on the beat and
    lasts ``noise_s``.
    """

    closed_s: float
    opening_s: float
    murmur: float = 0.0
    noise: float = 0.0
    hz: float = 0.0
    octaves: float = 1.0
    noise_s: float = 0.0

    @cached_property
    def opening(self) -> NDArray[np.float32]:
        """The fade in of the vowel, float32."""
        n, m = round(self.closed_s * RATE), round(self.opening_s * RATE)
        lips = self.murmur * np.minimum(np.arange(n) / (0.012 * RATE), 1.0)
        opened = self.murmur + (1.0 - self.murmur) * (0.5 - 0.5 * np.cos(np.pi * np.arange(m) / m))
        fade: NDArray[np.float32] = np.concatenate([lips, opened]).astype(np.float32)
        return fade

    def page(self, pitch: int, layer: int, index: int) -> NDArray[np.float32] | None:
        """Return a page of its noise, the same on every pitch; None after the first."""
        if index:
            return None
        n = round(self.noise_s * RATE)
        burst = np.zeros(PAGE)
        burst[:n] = noise_around(self.hz, self.octaves)[:n] * np.sin(np.pi * np.arange(n) / n) ** 0.8
        return (self.noise * REFERENCE_RMS * burst).astype(np.float32)


CONSONANTS: Final = {
    "": Consonant(0.0, 0.036),
    "murmur": Consonant(0.045, 0.040, murmur=0.28),  # m, n, l, r, w
    "tap": Consonant(0.028, 0.022, murmur=0.12, noise=0.10, hz=1_800.0, octaves=2.0, noise_s=0.012),  # b, d, g
    "stop": Consonant(0.042, 0.022, noise=0.30, hz=3_000.0, octaves=2.4, noise_s=0.030),  # p, t, k
    "hiss": Consonant(0.062, 0.028, noise=0.20, hz=7_500.0, octaves=0.9, noise_s=0.075),  # s, z
    "hush": Consonant(0.058, 0.028, noise=0.24, hz=3_600.0, octaves=1.0, noise_s=0.070),  # sh, ch, j
    "breath": Consonant(0.045, 0.030, noise=0.12, hz=3_200.0, octaves=2.6, noise_s=0.055),  # f, th, h
}
"""Ways to begin a syllable by name; "" is on the vowel."""
_FIRST: Final = (
    ("hush", ("sch", "sh", "ch", "j", "tch")), ("breath", ("th", "ph", "f", "h", "wh")),
    ("murmur", ("kn", "wr", "gn", "m", "n", "l", "r", "w", "v", "ñ")), ("hiss", ("s", "z", "ce", "ci", "cy", "ç", "ß")),
    ("stop", ("p", "t", "k", "q", "c", "x")), ("tap", ("b", "d", "g")),
)  # fmt: skip
_ON_VOWELS: Final = ("hour", "heir", "honest", "honour")


@lru_cache(maxsize=4096)
def consonant_of(syllable: str) -> str:
    """Return how a written syllable begins, a key of `CONSONANTS`; "" where with a vowel or nothing that we know."""
    plain = "".join(letter for letter in syllable.lower() if letter.isalpha())
    if plain.startswith(_ON_VOWELS):
        return ""
    return next((name for name, letters in _FIRST if plain.startswith(letters)), "murmur" if _glides(plain) else "")


def _glides(plain: str) -> bool:
    return len(plain) > 1 and plain[0] == "y" and plain[1] in "aeiou"
