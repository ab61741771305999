"""Chord symbols as other programs and people write them, brought near to one that chord lanes have."""

import re

from intermezzo.core.errors import SketchError
from intermezzo.core.music.chords import NO_CHORD, chord_of

__all__ = ["symbol_near"]

_NAMED = re.compile(r"\(?([A-Ga-g])([#♯b♭]?)((?:[^/]|/(?=[0-9]))*?)(?:/([A-G][#♯b♭]?))?\)?")
_KIND = re.compile(
    r"(?:major|minor|maj|min|mi|ma|m|M|-|\+|°|ø|Δ|hdim|dim|aug|sus|add|omit|no|alt|h?o(?=\d|$)|/?\d{1,2}|[#b♯♭^,()])*"
)
_RICHER = re.compile(r"1[13]")


def symbol_near(text: str) -> tuple[str, bool]:
    """Return the symbol that a text names, and whether its kind had to be reduced ("G7b9" is G7); '' if it names none.

    "c" for a minor chord is understood, as are brackets around a symbol.
    """
    plain = text.strip()
    if plain.upper() in ("N.C.", "NC", "N.C", "TACET"):
        return NO_CHORD, False
    found = _NAMED.fullmatch(plain)
    if found is None:
        return "", False
    letter, sign, kind, bass = found.groups()
    if letter.islower():
        letter, kind = letter.upper(), f"m{kind}"
    below = f"/{bass}" if bass else ""
    kind = kind.replace("(", "").replace(")", "").replace(" ", "")
    if _KIND.fullmatch(kind) is None:
        return "", False  # a word that happens to begin with a letter of a chord
    fewer = _RICHER.sub("9", kind)
    for length in range(len(fewer), -1, -1):
        try:
            chord = chord_of(letter + sign + fewer[:length] + below)
        except SketchError:
            continue
        if chord is not None:
            return chord.name, fewer[:length] != kind
    return "", False
