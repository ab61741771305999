"""A verse as it is typed or pasted, cut into the syllables of notes.

Spaces and new lines part words, a hyphen inside a word or "--" after it parts its syllables, "_" (or "-" alone) holds
the syllable before it over another note, "+" puts the next syllable of the same word there.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from intermezzo.core.music.syllables import HOLD

__all__ = ["divided", "verse_syllables"]

_VOWELS: Final = re.compile("[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ]+", re.IGNORECASE)
_TOGETHER: Final = re.compile(
    r"(?:[ptkbdgfv]r|[pkbgf]l|sch|ch|sh|th|ph|wh|gn|qu|st|sp|ck)$", re.IGNORECASE
)  # consonants that begin a syllable together
_HOLDS: Final = (HOLD, "-", "–", "—")


def verse_syllables(text: str) -> list[str]:
    """Return the syllables of a text, one a note: "riv-er runs _" is "riv-", "er", "runs", "_"."""
    found: list[str] = []
    for token in re.sub(r"(?<=[^\W_])\s+--(?=\s|$)", "-", text).split():
        word = token.rstrip("+")
        if word in _HOLDS:
            found.append(HOLD)
        elif word:
            found += _parts(word)
        if len(token) > len(word):
            _spread(found, len(token) - len(word))
    return found


def _parts(token: str) -> list[str]:
    """Cut a word at its hyphens; underscores at its end are holds of their own."""
    word = token.rstrip("_")
    pieces = [piece for piece in re.split("[-\u2010\u2011·]", word) if piece]
    goes_on = word.endswith(("-", "\u2010", "\u2011"))
    parts = [piece + "-" if k + 1 < len(pieces) or goes_on else piece for k, piece in enumerate(pieces)]
    return parts + [HOLD] * (len(token) - len(word))


def _spread(found: list[str], more: int) -> None:
    """Share the last word among ``more`` further notes; what was shared before is shared anew."""
    first = len(found) - 1
    while first > 0 and found[first - 1].endswith("-"):
        first -= 1
    if first < 0 or found[first] == HOLD:
        found += [HOLD] * more
        return
    word = "".join(part.removesuffix("-") for part in found[first:])
    found[first:] = divided(word, len(found) - first + more)


def divided(word: str, n: int) -> list[str]:
    """Cut a word by its spelling into ``n`` syllables with hyphens; what it has too few of is held.

    A rule of thumb for any language with Latin letters, not a dictionary: a syllable begins before the consonant that
    stands before a vowel.
    """
    vowels = list(_VOWELS.finditer(word))
    if len(vowels) > 1 and len(vowels) > n and vowels[-1].group().lower() == "e" and vowels[-1].end() == len(word):
        vowels.pop()  # a final e that is not heard
    cuts = [0]
    for left, right in pairwise(vowels):
        between = word[left.end() : right.start()]
        together = _TOGETHER.search(between)
        onset = len(together.group()) if together else min(len(between), 1)
        cuts.append(right.start() - onset)
    cuts = [*cuts[:n], len(word)]
    parts = [word[a:b] for a, b in pairwise(cuts)]
    return [part + "-" for part in parts[:-1]] + parts[-1:] + [HOLD] * (n - len(parts))
