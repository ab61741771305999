"""Keys: their names, signatures and scales, and how to spell a pitch in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from intermezzo.core.errors import SketchError

__all__ = ["MODES", "Key", "key_of", "letter_pitch_class", "pitch_name", "spelled"]

MODES: Final = {
    "major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10), "lydian": (0, 2, 4, 6, 7, 9, 11), "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}  # fmt: skip
"""Scale steps in semitones above the tonic."""
_OFFSET: Final = {"major": 0, "minor": -3, "dorian": -2, "phrygian": -4, "lydian": 1, "mixolydian": -1, "locrian": -5}
"""Fifths of a mode's signature, its tonic being that of the major key with none."""
_LETTERS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS: Final = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_ORDER: Final = "FCGDAEB"
_SIGNS: Final = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1, "##": 2, "bb": -2}
_KEY: Final = re.compile(r"([A-Ga-g])(##|bb|[#♯b♭]?)\s*(\w*)")


@dataclass(frozen=True)
class Key:
    """``tonic`` as a letter with ``#`` or ``b`` ("Bb"), ``mode`` a name of `MODES`."""

    tonic: str
    mode: str = "major"

    @property
    def name(self) -> str:
        """As labels say it: "G major"."""
        return f"{self.tonic} {self.mode}"

    @cached_property
    def pitch_class(self) -> int:
        """The tonic, 0 (C) to 11 (B)."""
        return letter_pitch_class(self.tonic)

    @cached_property
    def fifths(self) -> int:
        """Sharps of the signature, flats below 0."""
        return _FIFTHS[self.tonic[0]] + 7 * _SIGNS[self.tonic[1:]] + _OFFSET[self.mode]

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """The pitch classes of the scale from the tonic on."""
        return tuple((self.pitch_class + step) % 12 for step in MODES[self.mode])

    @property
    def is_minor(self) -> bool:
        """Whether its third is small."""
        return MODES[self.mode][2] == 3


def key_of(text: str) -> Key:
    """Return the key that a text names: "G major", "g", "Em", "F# dorian", "B♭".

    Raises:
        SketchError: if it names none.
    """
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise SketchError(f"{text!r} is no key. Write it like “G major”, “E minor” or “D dorian”.")
    letter, sign, mode = found.groups()
    sign = sign.replace("♯", "#").replace("♭", "b")
    wanted = mode.lower()
    names = [name for name in MODES if wanted and name.startswith(wanted)]
    if wanted in ("m", "min", "moll") or (not wanted and letter.islower()):
        chosen = "minor"
    elif wanted in ("", "maj", "dur", "ionian"):
        chosen = "major"
    elif wanted == "aeolian":
        chosen = "minor"
    elif names:
        chosen = names[0]
    else:
        raise SketchError(f"{text!r} is no key: the mode is one of {', '.join(MODES)}.")
    key = Key(letter.upper() + sign, chosen)
    if abs(key.fifths) > 7:
        raise SketchError(f"{key.name} would need {abs(key.fifths)} accidentals. Name the same key more simply.")
    return key


def letter_pitch_class(name: str) -> int:
    """Return 0 to 11 for a letter with signs ("Bb" is 10)."""
    return (_LETTERS[name[0].upper()] + _SIGNS[name[1:]]) % 12


def spelled(pitch: int, key: Key) -> tuple[str, int, int]:
    """Return (letter, semitones of its sign, octave) of a MIDI pitch as a key writes it; C4 is pitch 60.

    Of the names on the line of fifths it takes the one nearest to the middle of the signature, which writes leading
    notes sharp and lowered steps flat.
    """
    centre = key.fifths + 2  # D in C major: the scale lies evenly around it
    fifths = min(range(-15, 20), key=lambda f: ((f * 7 - pitch) % 12 != 0, abs(f - centre - 0.5)))
    letter = _ORDER[(fifths + 1) % 7]
    sign = (fifths + 1) // 7
    return letter, sign, (pitch - sign - _LETTERS[letter]) // 12 - 1


@lru_cache(maxsize=4096)
def pitch_name(pitch: int, key: Key | None = None) -> str:
    """Return the name of a MIDI pitch as a key (without one: C major) writes it: "F♯4"; C4 is pitch 60."""
    letter, sign, octave = spelled(pitch, key or _C_MAJOR)
    return f"{letter}{'♯' * sign if sign > 0 else '♭' * -sign}{octave}"


_C_MAJOR: Final = Key("C")
