"""Lyrics of ABC: the signs of w: lines, and syllables laid under notes in our convention."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intermezzo.core.music.syllables import HOLD, goes_on, is_sung
from intermezzo.storage.scores.abc_text import plain_text
from intermezzo.storage.scores.reading import MOST_CHARS

__all__ = ["Sung", "aligned", "held", "lyric_line"]

_SKIP = "*"
_BAR = "|"
_VERSE_NUMBER = re.compile(r"(\d{1,2}[.)](\s+|$))+")
_SPECIAL = re.compile(r"[\\\-_*~|%&]")


@dataclass(frozen=True)
class Sung:
    """What syllables need to know of a note: its bar, whether a slur leads to it, whether it follows at once."""

    bar: int
    is_slurred: bool
    is_joined: bool


def aligned(line: str, bars: Sequence[int]) -> list[str | None]:
    """Return the sign of a w: line for each note of a line of music; ``bars`` are those of its notes.

    A sign is a syllable ("riv-" goes on), `HOLD`, "*" for a note that is skipped, or None where the line says nothing.
    """
    found: list[str | None] = [None] * len(bars)
    k, bar = 0, bars[0] if bars else 0
    for sign in _signs(line):
        if sign == _BAR:
            bar += 1
            while k < len(bars) and bars[k] < bar:
                k += 1
        elif k < len(bars):
            found[k] = sign
            k += 1
    return found


def _signs(line: str) -> list[str]:
    found: list[str] = []
    text = ""
    at = 0
    while at < len(line):
        char = line[at]
        if char == "\\" and at + 1 < len(line):
            text += line[at : at + 2]
            at += 2
            continue
        at += 1
        if char == "-":
            found.append(_syllable(text)[: MOST_CHARS - 1] + "-" if text else HOLD)
            text = ""
        elif char in "_*|" or char.isspace():
            if text:
                found.append(_syllable(text))
                text = ""
            if char == "_":
                found.append(HOLD)
            elif not char.isspace():
                found.append(char)
        else:
            text += " " if char == "~" else char
    return [*found, _syllable(text)] if text else found


def _syllable(text: str) -> str:
    plain = plain_text(text)[:MOST_CHARS]
    return plain if plain and plain not in (HOLD, _SKIP, _BAR) else _SKIP


def held(signs: Sequence[str | None], notes: Sequence[Sung], *, guesses: bool) -> list[str]:
    """Return the syllables of a verse: what a skipped note means follows from what is before it.

    It holds a syllable inside a word, under a slur, and where it follows a sung note at once; else it has none. Where
    the line says nothing, only the first two count. Files of our own say which notes hold (``guesses`` False), and
    their syllables may begin with the number of a verse.
    """
    found: list[str] = []
    inside = sounds = False
    for sign, note in zip(signs, notes, strict=True):
        text = "" if sign is None or sign == _SKIP else sign
        if guesses:
            text = _VERSE_NUMBER.sub("", text, count=1) if text[:1].isdecimal() else text
            if not text and (inside or (note.is_joined and sounds and (note.is_slurred or sign == _SKIP))):
                text = HOLD
        if is_sung(text):
            inside = goes_on(text)
        sounds = bool(text)
        found.append(text)
    return found


def lyric_line(syllables: Sequence[str]) -> str:
    """Return the content of a w: line."""
    found = ""
    for text in syllables:
        if text == HOLD:
            found += "_ "
        elif not text:
            found += "* "
        else:
            body = text[:-1] if goes_on(text) else text
            body = _SPECIAL.sub(lambda char: f"\\u{ord(char[0]):04x}", " ".join(body.split())).replace(" ", "~")
            found += body + ("-" if goes_on(text) else "") + " "
    return found.rstrip(" *").rstrip()
