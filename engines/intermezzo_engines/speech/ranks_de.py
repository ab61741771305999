"""The endings of German ranks, and Roman numerals: rulers, numbered parts, and initials that look like them."""

from __future__ import annotations

import re

from intermezzo_engines.speech import numbers_de as numbers
from intermezzo_engines.speech.numbers import roman_value
from intermezzo_engines.speech.words import spell, word_set
from intermezzo_engines.speech.words_de import NUMBERED_PARTS, QUEENS, RULERS, TITLES, WEAK_BEFORE

__all__ = ["bare_roman", "ending", "roman"]

_AFTER_PREPOSITION = frozenset(
    ("in", "an", "auf", "aus", "bei", "mit", "nach", "von", "vor", "zu", "seit", "während", "über")
)
_ARTICLES = word_set("der die das diese dieses jede eine")


def ending(before: str) -> str:
    """Return the ending that a rank takes after some words: "en" after am, vom, in der; "e" after der, die, das."""
    words = re.findall(r"[^\W\d_]+", before.lower())[-2:]
    last = words[-1] if words else ""
    if last == "der":
        return "en" if words[0] in _AFTER_PREPOSITION and len(words) == 2 else "e"
    if last in _ARTICLES:
        return "e"
    if last in WEAK_BEFORE:
        return "en"
    return "er"


def roman(numeral: str, before: str) -> tuple[str, ...]:
    """Return what a Roman numeral with a full stop is read as, or the letter that an initial is."""
    words = _words_before(before)
    last = words[-1] if words else ""
    ranked = last.lower() in _ARTICLES | WEAK_BEFORE | NUMBERED_PARTS
    named = last[:1].isupper() and last.lower() not in TITLES
    if roman_value(numeral) is None or (len(numeral) == 1 and not (named or ranked)):
        return spell(numeral)
    return _ruler(numeral, words) if named and not ranked else _counted_part(numeral, last, before)


def _counted_part(numeral: str, last: str, before: str) -> tuple[str, ...]:
    value = roman_value(numeral) or 0
    return numbers.cardinal(value) if last.lower() in NUMBERED_PARTS else numbers.ordinal(value, ending(before))


def _ruler(numeral: str, words: list[str]) -> tuple[str, ...]:
    """Return "der zweite" for the II of "Friedrich II", in the case that the words before ask for."""
    value, name, queen = roman_value(numeral) or 0, words[-1].lower(), words[-1].lower() in QUEENS
    if any(word.lower() in ("von", "mit", "unter", "bei", "vom", "zu", "nach", "dem", "am") for word in words[:-1]):
        return ("der" if queen else "dem", *numbers.ordinal(value, "en"))
    if name.endswith("s") and name[:-1] in RULERS | QUEENS:
        return ("der" if name[:-1] in QUEENS else "des", *numbers.ordinal(value, "en"))
    return ("die" if queen else "der", *numbers.ordinal(value, "e"))


def bare_roman(numeral: str, before: str) -> tuple[str, ...]:
    """Return what a numeral without a full stop is read as ("Kapitel IV"); nothing where it is none."""
    words, value = _words_before(before), roman_value(numeral)
    if not words or value is None:
        return ()
    if words[-1].lower() in _ARTICLES | WEAK_BEFORE | NUMBERED_PARTS:
        return _counted_part(numeral, words[-1], before)
    return _ruler(numeral, words) if words[-1].istitle() else numbers.cardinal(value)


def _words_before(before: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", re.split(r"[.,;:!?()]", before)[-1])[-3:]
