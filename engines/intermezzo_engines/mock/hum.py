"""What converter, analyser and renderer agree on: the sketch type, the letters, and what loud and bright mean.

Keep such facts in one place: an analyser that measures loudness otherwise than the renderer makes it breaks the first
promise (what you draw is what you get) without any line of code being wrong.
"""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import CurveSpec, MatrixSpec, SlotsSpec, SpansSpec
from intermezzo.core.manifest import read_manifest
from intermezzo.core.sketch import SketchType

__all__ = [
    "BANDS",
    "FULL_TONE",
    "HOP",
    "HOP_S",
    "MOOD_TILTS_DB",
    "PROFILES_DB",
    "REST",
    "SAMPLE_RATE",
    "SILENT_DB",
    "VOWELS",
    "Specs",
    "frames_of",
    "profile",
    "sketch_type",
    "specs",
]  # fmt: skip

SAMPLE_RATE, HOP, HOP_S, BANDS = 16_000, 160, 0.01, 8
SILENT_DB = -60.0
FULL_TONE = 0.2  # amplitude of the loudest overtone at 0 dB; its root mean square is this by the root of two
REST = "·"
VOWELS = "aeiou"

# Overtones 1 to 8 of each hummed letter in dB, the loudest at 0. Invented, but in the order of real vowels.
PROFILES_DB: dict[str, tuple[float, ...]] = {
    "a": (-3, 0, -4, -9, -15, -20, -26, -32),
    "e": (0, -5, -16, -9, -12, -22, -28, -34),
    "i": (0, -18, -28, -14, -10, -18, -26, -32),
    "o": (0, -2, -10, -20, -28, -34, -38, -42),
    "u": (0, -12, -22, -30, -36, -40, -44, -48),
}

# Each overtone is this much louder than the one below it, by the text of the slot; other words change nothing.
MOOD_TILTS_DB = {"bright": 2.0, "dark": -3.0, "soft": -1.5}


@cache
def sketch_type() -> SketchType:
    """Return the sketch type as engines.toml declares it: said once, there, and read here."""
    text = files("intermezzo_engines").joinpath("engines.toml").read_text(encoding="utf-8")
    return next(t for t in read_manifest(text).sketch_types if t.id == "mock/1")


class Specs:
    """The layer specs by name, each as its own kind, so that type checkers know what is what."""

    def __init__(self, kind: SketchType) -> None:
        by_name = {spec.name: spec for spec in kind.layers}
        words, letters, pitch = by_name["words"], by_name["letters"], by_name["pitch"]
        loudness, colour, moods = by_name["loudness"], by_name["colour"], by_name["moods"]
        if not (isinstance(words, SpansSpec) and isinstance(letters, SpansSpec) and isinstance(pitch, CurveSpec)):
            raise TypeError("engines.toml and mock/hum.py disagree")
        if not (isinstance(loudness, CurveSpec) and isinstance(colour, MatrixSpec) and isinstance(moods, SlotsSpec)):
            raise TypeError("engines.toml and mock/hum.py disagree")
        self.words, self.letters, self.pitch = words, letters, pitch
        self.loudness, self.colour, self.moods = loudness, colour, moods


@cache
def specs() -> Specs:
    """Return the specs of all layers."""
    return Specs(sketch_type())


def profile(letter: str, *, reedy: bool) -> NDArray[np.float32]:
    """Return the colour of a letter in dB, float32 (8,); letters that are not hummed have that of 'a'."""
    colour = np.array(PROFILES_DB.get(letter, PROFILES_DB["a"]), np.float32)
    if reedy:
        colour = colour + 2 * np.arange(BANDS, dtype=np.float32)
    result: NDArray[np.float32] = colour - colour.max()
    return result


def frames_of(letter: str, letter_s: float) -> int:
    """Return how many frames a letter lasts where a vowel lasts ``letter_s`` seconds."""
    share = 1.0 if letter in VOWELS else 0.5
    return max(round(share * letter_s / HOP_S), 2)
