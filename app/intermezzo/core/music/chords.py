"""Chords: reading and writing their symbols, their tones, and their roman numerals in a key."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from intermezzo.core.errors import SketchError
from intermezzo.core.music.keys import Key, letter_pitch_class

__all__ = ["KINDS", "NO_CHORD", "Chord", "chord_of", "named_in", "roman"]

NO_CHORD: Final = "N.C."
KINDS: Final = {
    "": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "dim": (0, 3, 6),
    "+": (0, 4, 8), "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "sus4": (0, 5, 7), "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9), "7sus4": (0, 5, 7, 10), "mmaj7": (0, 3, 7, 11), "9": (0, 4, 7, 10, 2),
    "add9": (0, 4, 7, 2), "m9": (0, 3, 7, 10, 2), "maj9": (0, 4, 7, 11, 2), "+7": (0, 4, 8, 10), "5": (0, 7),
}  # fmt: skip
"""Semitones above the root by kind; the first eight are those of TeleMelody."""
_ALIASES: Final = {
    "maj": "", "M": "", "major": "", "min": "m", "-": "m", "mi": "m", "minor": "m", "dom7": "7", "M7": "maj7",
    "ma7": "maj7", "Δ": "maj7", "Δ7": "maj7", "major7": "maj7", "min7": "m7", "-7": "m7", "mi7": "m7", "o": "dim",
    "°": "dim", "aug": "+", "ø": "m7b5", "ø7": "m7b5", "min7b5": "m7b5", "-7b5": "m7b5", "hdim7": "m7b5", "o7": "dim7",
    "°7": "dim7", "sus": "sus4", "maj6": "6", "min6": "m6", "-6": "m6", "7sus": "7sus4", "mM7": "mmaj7",
    "minmaj7": "mmaj7", "aug7": "+7", "7#5": "+7", "min9": "m9", "M9": "maj9", "2": "add9",
}  # fmt: skip
_SYMBOL: Final = re.compile(r"([A-G])([#♯b♭]?)([^/]*)(?:/([A-G][#♯b♭]?))?")
_NUMERALS: Final = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(frozen=True)
class Chord:
    """``root`` a letter with a sign, ``kind`` a name of `KINDS`, ``bass`` another letter below it or empty."""

    root: str
    kind: str = ""
    bass: str = ""

    @property
    def name(self) -> str:
        """As labels say it: "D7/F#"."""
        return self.root + self.kind + (f"/{self.bass}" if self.bass else "")

    @cached_property
    def tones(self) -> frozenset[int]:
        """Pitch classes of the chord; the bass counts."""
        root = letter_pitch_class(self.root)
        below = {letter_pitch_class(self.bass)} if self.bass else set()
        return frozenset({(root + step) % 12 for step in KINDS[self.kind]} | below)


@lru_cache(maxsize=4096)
def chord_of(text: str) -> Chord | None:
    """Return the chord of a symbol ("Bm", "F#m7b5", "C/E"), None for no chord ("N.C.").

    Raises:
        SketchError: if it is no symbol that we know.
    """
    plain = text.strip().replace("♯", "#").replace("♭", "b")
    if plain.upper() in ("N.C.", "NC", "N", ""):
        return None
    found = _SYMBOL.fullmatch(plain)
    if found is None:
        raise SketchError(f"{text!r} is no chord. Write it like G, Em, D7, Cmaj7 or C/E, or N.C. for none.")
    letter, sign, kind, bass = found.groups()
    kind = kind.strip("() ")
    kind = _ALIASES.get(kind, kind)
    if kind not in KINDS:
        raise SketchError(f"{text!r} is of a kind that we do not know; known are {', '.join(k for k in KINDS if k)}.")
    return Chord(letter + sign, kind, bass or "")


def named_in(chord: Chord, key: Key) -> Chord:
    """Return the chord with root and bass spelled as the key writes them."""
    return replace(chord, root=_letter(chord.root, key), bass=_letter(chord.bass, key) if chord.bass else "")


def _letter(name: str, key: Key) -> str:
    from intermezzo.core.music.keys import spelled

    letter, sign, _ = spelled(60 + letter_pitch_class(name), key)
    return letter + ("#" * sign if sign >= 0 else "b" * -sign)


@lru_cache(maxsize=512)  # a lane asks for each chord in view, in every frame
def roman(chord: Chord | None, key: Key) -> str:
    """Return a chord's roman numeral in a key: "iii", "V⁷", "♭VII"; small letters for a small third, "" for none."""
    if chord is None:
        return ""
    above = (letter_pitch_class(chord.root) - key.pitch_class) % 12
    steps = [(pitch_class - key.pitch_class) % 12 for pitch_class in key.scale]
    if above in steps:
        numeral, sign = _NUMERALS[steps.index(above)], ""
    elif above + 1 in steps:
        numeral, sign = _NUMERALS[steps.index(above + 1)], "♭"
    else:
        numeral, sign = _NUMERALS[steps.index(above - 1)], "♯"
    tones = KINDS[chord.kind]
    numeral = numeral.lower() if 3 in tones else numeral
    mark = "°" if tones[:3] == (0, 3, 6) and chord.kind != "m7b5" else "ø" if chord.kind == "m7b5" else ""
    mark = "+" if tones[:3] == (0, 4, 8) else mark
    figures = {"7": "⁷", "maj7": "maj⁷", "m7": "⁷", "m7b5": "⁷", "dim7": "⁷", "6": "⁶", "m6": "⁶", "9": "⁹", "m9": "⁹",
               "maj9": "maj⁹", "sus4": "sus⁴", "sus2": "sus²", "7sus4": "⁷sus⁴", "mmaj7": "maj⁷", "+7": "⁷",
               "add9": "add⁹", "5": "⁵"}  # fmt: skip
    if chord.bass and letter_pitch_class(chord.bass) != letter_pitch_class(chord.root):
        interval = (letter_pitch_class(chord.bass) - letter_pitch_class(chord.root)) % 12
        inversion = {3: "⁶", 4: "⁶", 6: "⁶₄", 7: "⁶₄", 8: "⁶₄"}.get(interval)
        if inversion and not figures.get(chord.kind):
            return f"{sign}{numeral}{mark}{inversion}"
    return f"{sign}{numeral}{mark}{figures.get(chord.kind, '')}"
