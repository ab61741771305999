"""German text to spoken words: what each kind of token is read as. Words are lower case and keep ä, ö, ü and ß."""

from __future__ import annotations

import re
import unicodedata

from intermezzo.core.errors import SourceError

__all__ = ["TOKEN", "speak"]

TOKEN = re.compile(
    r"""
    (?P<word>[^\W\d_]+(?:['’ʻ-][^\W\d_]+)*['’]?)
  | (?P<number>\d{1,400})
  | (?P<mark>\.{3,}|…|--+|[.,;:!?—–()\[\]{}]|\n[ \t]*\n+|\ [-]\ )
  | (?P<other>\S)
    """,
    re.VERBOSE,
)
_KEPT = "äöüß"
_UNITS = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_LETTERS_READ = re.compile(r"[bcdfghjklmnpqrstvwxz]+$")


def speak(kind: str, raw: str, before: str = "", after: str = "") -> tuple[str, ...]:
    """Return the words said for one token of a kind that `TOKEN` names."""
    if kind == "word":
        return tuple(word for piece in raw.split("-") for word in _word(piece))
    if kind == "number":
        return tuple(_UNITS[int(digit)] for digit in raw) if int(raw) >= 20 else (_UNITS[int(raw)],)
    return ()


def _word(raw: str) -> tuple[str, ...]:
    plain = _latin(raw)
    if 1 < len(plain) <= 5 and plain.isupper() and not re.search("[AEIOUÄÖÜY]", plain):
        return tuple(f"{letter}." for letter in plain.lower() if letter.isalpha())
    lower = plain.lower().strip("'")
    return (lower,) if lower else ()


def _latin(raw: str) -> str:
    said = []
    for letter in raw.replace("’", "'").replace("ʻ", ""):
        if letter.lower() in _KEPT:
            said.append(letter)
            continue
        plain = unicodedata.normalize("NFKD", letter.replace("æ", "ä").replace("ø", "ö").replace("ł", "l"))
        said.append("".join(ch for ch in plain if not unicodedata.combining(ch)))
    result = "".join(said)
    foreign = [ch for ch in result if ch.isalpha() and not ch.isascii() and ch.lower() not in _KEPT]
    if foreign:
        script = unicodedata.name(foreign[0], "unknown").split()[0].capitalize().replace("Cjk", "Chinese")
        shown = raw if len(raw) <= 20 else raw[:20] + "…"
        raise SourceError(
            f"“{shown}” is written in {script} letters. This voice speaks German only: write it in Latin letters."
        )
    return result
