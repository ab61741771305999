"""Fields of ABC that say numbers and keys: K:, L: and Q:, in the header, on lines of their own and inside music."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from intermezzo.core.errors import SketchError
from intermezzo.core.music.keys import Key, key_of
from intermezzo.storage.documents import Unsound

__all__ = ["AbcKey", "abc_key", "abc_tempo", "unit_for", "unit_length"]

_KEY = re.compile(r"([A-G])([#b♯♭]?)\s*([a-zA-Z]*)")
_MODES = {"": "major", "maj": "major", "ion": "major", "m": "minor", "min": "minor", "aeo": "minor", "dor": "dorian",
          "phr": "phrygian", "lyd": "lydian", "mix": "mixolydian", "loc": "locrian"}  # fmt: skip
_ALTERED = re.compile(r"(?<!\S)(\^\^|__|\^|_|=)([A-Ga-g])(?!\S)")
_SIGNS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
_FRACTION = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_BPM = re.compile(r"\d{1,6}(?:\.\d{1,9})?")


@dataclass(frozen=True)
class AbcKey:
    """``key`` None for none; ``altered`` semitones by letter; ``shift`` semitones that a clef or octave adds.

    ``is_said`` False: the field only changes the clef.
    """

    key: Key | None
    altered: dict[str, int] = field(default_factory=dict)
    shift: int = 0
    is_said: bool = True


def abc_key(text: str) -> AbcKey:
    """Return what a K: field (or the end of a V: field) says.

    Raises:
        Unsound: if the key would need over seven signs.
    """
    shift = _shift(text)
    bare = re.sub(r"\b\w+\s*=\s*\S+|(?<!\S)(?:treble|bass|alto|tenor|perc)\S*", "", text).strip()
    altered = {letter.upper(): _SIGNS[sign] for sign, letter in _ALTERED.findall(bare)}
    if re.match(r"(?i)hp(?!\S)", bare):
        return AbcKey(Key("A", "mixolydian"), {"F": 1, "C": 1} | altered, shift)
    if re.match(r"(?i)none(?!\S)", bare):
        return AbcKey(None, altered, shift)
    found = _KEY.match(bare)
    if found is None:
        return AbcKey(None, altered, shift, is_said=bool(altered))
    letter, sign, mode = found.groups()
    mode = mode.lower()
    name = _MODES.get(mode if mode in ("", "m") else mode[:3])
    if name is None:
        name = "major"
        is_only = mode == "exp"
    else:
        is_only = re.search(r"(?i)(?<!\S)exp(?!\S)", bare) is not None
    try:
        key = key_of(f"{letter}{sign} {name}")
    except SketchError as problem:
        raise Unsound(f"the key {text.strip()[:30]!r} cannot be read: {problem}") from None
    order = "FCGDAEB" if key.fifths >= 0 else "BEADGCF"
    own = {} if is_only else dict.fromkeys(order[: abs(key.fifths)], 1 if key.fifths > 0 else -1)
    return AbcKey(key, own | altered, shift)


def _shift(text: str) -> int:
    found = 0
    if clef := re.search(r"(?:clef\s*=\s*|(?<!\S))(?:treble|bass|alto|tenor|[GFC][1-5]?)([-+])(8|15)", text):
        found += (12 if clef[2] == "8" else 24) * (1 if clef[1] == "+" else -1)
    if octave := re.search(r"\boctave\s*=\s*([-+]?\d)(?!\d)", text):
        found += 12 * int(octave[1])
    if transpose := re.search(r"\btranspose\s*=\s*([-+]?\d{1,2})(?!\d)", text):
        found += int(transpose[1])
    return found


def unit_length(text: str) -> Fraction | None:
    """Return the unit of an L: field in quarters; None where it says none."""
    found = _FRACTION.match(text.strip())
    if found is None:
        return Fraction(4) if text.strip() == "1" else None
    above, below = int(found[1]), int(found[2])
    return Fraction(4 * above, below) if above and below else None


def unit_for(metre: str) -> Fraction:
    """Return the unit in quarters where no L: field says it: a sixteenth for metres under 3/4, else an eighth."""
    found = _FRACTION.match(metre)
    is_short = found is not None and int(found[2]) and Fraction(int(found[1]), int(found[2])) < Fraction(3, 4)
    return Fraction(1, 4) if is_short else Fraction(1, 2)


def abc_tempo(text: str, unit: Fraction) -> float | None:
    """Return the quarters a minute of a Q: field; None where it only has words."""
    bare = re.sub(r'"[^"]*"', "", text)
    beat, equals, number = bare.rpartition("=")
    said = _BPM.search(number)
    if said is None:
        return None
    lengths = [Fraction(int(a), int(b)) * 4 for a, b in _FRACTION.findall(beat) if int(b)]
    return float(said[0]) * float(sum(lengths) if lengths else unit if not equals or "C" in beat else Fraction(1))
