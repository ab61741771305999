"""Where lines of verse end in songs that do not mark them: the division that suits punctuation, capitals and lengths.

Scores write lyrics without line ends. A line may end at punctuation or before a capital; which of these places are ends
is found by dynamic programming: lines of usual length, and of lengths that return, are likelier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Final

from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.syllabify import FUNCTION_WORDS
from intermezzo_engines.speech.words import word_set

__all__ = ["STRONG_STOP", "WEAK_STOP", "lines_guessed"]

STRONG_STOP, WEAK_STOP = re.compile(r"[.!?;:…]"), re.compile(",")
_ALWAYS_CAPITAL: Final = word_set("i i'm i'll i've i'd o god he his him thee thou thy thine")
_SMALLEST, _LONGEST, _USUAL = 2, 30, 7.5
_STRONG, _WEAK, _LINE = 2.0, 1.0, -1.0
_SURE_CAPITAL, _CAPITAL, _NOUN, _SMALL = 2.5, 1.3, 0.6, -1.5
_OFTEN: Final = 1.5


def lines_guessed(texts: Sequence[str], language: str) -> list[bool]:
    """Return of each syllable whether a line ends with it, the last one's does.

    Args:
        texts: as they are sung, "riv-" where a word goes on, punctuation after.
        language: "en", "de", "fr"; of others capitals say less.
    """
    places = _places(texts, language)
    first = _divided(places, len(texts), {})
    sizes = Counter(b - a for a, b in zip([0, *first], first, strict=False))
    usual = {size: count / len(first) for size, count in sizes.items()}
    ends = set(_divided(places, len(texts), usual))
    return [k + 1 in ends for k in range(len(texts))]


def _places(texts: Sequence[str], language: str) -> list[tuple[int, float]]:
    """Return where lines may end (syllables before the end) and how much speaks for it."""
    small_words = FUNCTION_WORDS.get(language, frozenset())
    found: list[tuple[int, float, int]] = []
    sure = 0
    for k in range(1, len(texts)):
        if goes_on(texts[k - 1]):
            continue
        stop = _STRONG if STRONG_STOP.search(texts[k - 1]) else _WEAK if WEAK_STOP.search(texts[k - 1]) else 0.0
        word = re.sub(r"^\W+|\W+$", "", texts[k]).replace("’", "'")
        capital = 0
        if word[:1].isupper() and not goes_on(texts[k]) and word.lower() in small_words | _ALWAYS_CAPITAL:
            capital = 1 if word.lower() in _ALWAYS_CAPITAL else 3
        elif word[:1].isupper():
            capital = 1 if language == "de" else 2
        sure += capital == 3 and stop < _STRONG
        if stop or capital:
            found.append((k, stop, capital))
    small = _SMALL if sure >= max(2, len(texts) / 60) else 0.0
    worth = (small, _NOUN, _CAPITAL, _SURE_CAPITAL)
    return [(k, stop + worth[capital]) for k, stop, capital in found]


def _divided(places: Sequence[tuple[int, float]], n: int, usual: Mapping[int, float]) -> list[int]:
    """Return the ends of the best division of n syllables."""
    ends = [0, *(k for k, _ in places), n]
    worth = [0.0, *(w for _, w in places), 0.0]
    best = [0.0] + [float("-inf")] * (len(ends) - 1)
    came = [0] * len(ends)
    for j in range(1, len(ends)):
        for i in range(j - 1, -1, -1):
            size = ends[j] - ends[i]
            if size > _LONGEST and i < j - 1:
                break
            score = best[i] + worth[j] + _LINE + _length_worth(size) + _OFTEN * usual.get(size, 0.0)
            if score > best[j]:
                best[j], came[j] = score, i
    found, j = [], len(ends) - 1
    while j > 0:
        found.append(ends[j])
        j = came[j]
    return found[::-1]


def _length_worth(size: int) -> float:
    return -2.5 * log(size / _USUAL) ** 2 - (3.0 if size <= _SMALLEST else 0.0)
