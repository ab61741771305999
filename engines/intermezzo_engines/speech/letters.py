"""What the text front ends of all languages share: foreign letters refused by name, and numerals in one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from intermezzo.core.errors import SourceError

__all__ = ["latin", "signs"]

_LIGATURES = str.maketrans(
    {"’": "'", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "œ": "oe"}
)
_LONGEST_SHOWN = 20


def latin(raw: str, language: str, greek: Mapping[str, str], kept: str = "") -> str:
    """Return a word in plain Latin letters: accents dropped but for the letters ``kept``, Greek letters by name.

    Args:
        raw: a word as it stands in the text.
        language: the name of the language, for the message.
        greek: names of Greek letters.
        kept: lower-case letters that the language has of its own.

    Raises:
        SourceError: for letters of another script.
    """
    result = ""
    for letter in unicodedata.normalize("NFC", raw):
        if letter.lower() in kept:
            result += letter
            continue
        plain = unicodedata.normalize("NFKD", ("ss" if letter == "ß" else letter).translate(_LIGATURES))
        result += "".join(ch for ch in plain if not unicodedata.combining(ch))
    if result.lower() in greek:
        return greek[result.lower()]
    foreign = [ch for ch in result if ch.isalpha() and not ch.isascii() and ch.lower() not in kept]
    if foreign:
        script = unicodedata.name(foreign[0], "unknown").split()[0].capitalize().replace("Cjk", "Chinese")
        shown = raw if len(raw) <= _LONGEST_SHOWN else raw[:_LONGEST_SHOWN] + "…"
        raise SourceError(
            f"“{shown}” is written in {script} letters. This voice speaks {language} only: write it in Latin letters."
        )
    return result


def signs(
    raw: str, symbols: Mapping[str, tuple[str, ...]], fraction: Callable[[int, int], tuple[str, ...]],
    cardinal: Callable[[int], tuple[str, ...]],
) -> tuple[str, ...]:  # fmt: skip
    """Return what is said for numerals in one character each: "²" -> two, "½" -> one half, "Ⅷ" -> eight."""
    said: list[str] = []
    for sign in raw:
        value = unicodedata.numeric(sign)
        top, slash, bottom = unicodedata.normalize("NFKD", sign).partition("\N{FRACTION SLASH}")
        if sign in symbols:
            said += symbols[sign]
        elif slash and top.isdigit() and bottom.isdigit():
            said += fraction(int(top), int(bottom))
        elif value == int(value) >= 0:
            said += cardinal(int(value))
    return tuple(said)
