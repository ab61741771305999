"""What the rhythm network is told of each syllable, and the steps it predicts, in twelfths of a quarter."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.metre import FRAMES_PER_QUARTER, Metre
from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.syllabify import FUNCTION_WORDS, LANGUAGES, cut_word
from intermezzo_engines.melody.tune_features import METRE_NAMES

__all__ = [
    "FIELDS", "NONE", "PLACES", "RESTS", "STEPS", "TWELFTH", "Told", "lines_guessed", "metre_index", "rest_class",
    "same_places", "step_class", "told_of",
]  # fmt: skip

TWELFTH: Final = FRAMES_PER_QUARTER // 12
STEPS: Final = np.array(
    [2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 21, 24, 27, 30, 33, 36, 42, 48, 54, 60, 66, 72, 84, 96, 108, 120, 144, 192]
)
"""Lengths from onset to onset that the network knows."""
RESTS: Final = np.array([0, 3, 6, 12, 18, 24, 36, 48])
"""Rests before the next onset that it knows."""
PLACES: Final = 72
"""Places in a bar: 12/8 is the longest."""
NONE: Final = len(STEPS)
_HASHED: Final = 2048
FIELDS: Final = {
    "syllable": _HASHED, "stress": 4, "kind": 5, "left": 4, "after": 5, "begun": 17, "to_end": 17, "line": 24,
    "capital": 3, "letters": 9, "language": 4, "metre": 8,
}  # fmt: skip
"""Names and sizes of the whole numbers of each syllable; 0 is "not told" but for the last two."""
_STRONG, _WEAK = re.compile(r"[.!?;:…]"), re.compile(",")
_SHORTEST_LINE: Final = 4


@dataclass(frozen=True, eq=False)
class Told:
    """``whole`` int64 (N, fields); ``begun`` int64 (N,): index of the syllable in its line, ``lines`` of its line."""

    whole: NDArray[np.int64]
    begun: NDArray[np.int64]
    lines: NDArray[np.int64]


def told_of(texts: Sequence[str], ends: Sequence[bool], language: str, metre: str, blank: bool = False) -> Told:
    """Return what is told of syllables.

    Args:
        texts: as they are sung, "riv-" where a word goes on, punctuation after.
        ends: whether a line ends with each.
        language: "en", "de", "fr", or another.
        metre: as labels say it.
        blank: whether all but language and metre is kept back.
    """
    n = len(texts)
    whole = np.zeros((n, len(FIELDS)), np.int64)
    lines = np.concatenate([[0], np.cumsum(np.array(ends[:-1], np.int64))]) if n else np.zeros(0, np.int64)
    firsts = np.flatnonzero(np.diff(lines, prepend=-1))
    begun = np.arange(n) - firsts[lines] if n else lines
    sizes = np.bincount(lines, minlength=len(firsts)) if n else lines
    whole[:, -2] = 1 + LANGUAGES.index(language) if language in LANGUAGES else 0
    whole[:, -1] = metre_index(metre)
    if blank or not n:
        return Told(whole, np.zeros(n, np.int64), np.zeros(n, np.int64))
    for k, (stress, kind, left, after, plain, capital) in enumerate(_words(texts, language)):
        whole[k, :5] = (1 + zlib.crc32(plain.encode()) % (_HASHED - 1), stress + 1, kind, left, after)
        whole[k, 8:10] = (1 + capital, 1 + min(len(plain.rstrip("-")), 7))
    whole[:, 5] = 1 + np.minimum(begun, 15)
    whole[:, 6] = 1 + np.minimum(sizes[lines] - 1 - begun, 15)
    whole[:, 7] = 1 + np.minimum(sizes[lines], 22)
    return Told(whole, begun, lines)


def lines_guessed(texts: Sequence[str]) -> list[bool]:
    """Return where lines of verse end, in lyrics that do not mark them: at punctuation, or before a capital."""
    ends, since = [], 0
    for k, text in enumerate(texts):
        since += 1
        following = texts[k + 1] if k + 1 < len(texts) else ""
        end = k + 1 == len(texts)
        if not end and not goes_on(text) and since >= _SHORTEST_LINE:
            capital = following[:1].isupper() and following.rstrip(",;!.") not in ("I", "I'm", "I'll", "God", "O")
            strong, weak = _STRONG.search(text) is not None, _WEAK.search(text) is not None
            end = strong or (capital and (weak or since >= 6)) or (weak and since >= 8)
        ends.append(end)
        since = 0 if end else since
    return ends


def metre_index(metre: str) -> int:
    """Return the number of a metre; of one that the network does not know, that of its like."""
    if metre in METRE_NAMES:
        return METRE_NAMES.index(metre)
    return METRE_NAMES.index("3/4" if Metre(*map(int, metre.split("/"))).beats % 3 == 0 else "4/4")


def step_class(twelfths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of each length from onset to onset: the nearest."""
    nearest: NDArray[np.int64] = np.abs(np.log(np.maximum(twelfths, 1)[:, None] / STEPS)).argmin(1)
    return nearest


def rest_class(twelfths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of each rest: the longest that is not longer."""
    return np.searchsorted(RESTS, np.maximum(twelfths, 0), side="right") - 1


def same_places(told: Told, steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64 (N, 3): the step at the same place of the line before, of the last line of equal length, and where
    the same two syllables were last sung.

    Args:
        told: of the syllables.
        steps: (N,) class of the step that led to each.
    """
    found = np.full((len(steps), 3), NONE, np.int64)
    if not len(steps) or not told.whole[:, 5].any():
        return found
    firsts = np.flatnonzero(np.diff(told.lines, prepend=-1))
    sizes = np.diff(np.append(firsts, len(steps)))
    last_of: dict[int, int] = {}
    for line, (first, size) in enumerate(zip(firsts.tolist(), sizes.tolist(), strict=True)):
        for column, model in enumerate((line - 1, last_of.get(size, -1))):
            if model >= 0:
                n = min(size, int(sizes[model]))
                found[first : first + n, column] = steps[firsts[model] : firsts[model] + n]
        last_of[size] = line
    sung: dict[tuple[int, int], int] = {}
    for k, pair in enumerate(zip(told.whole[:-1, 0].tolist(), told.whole[1:, 0].tolist(), strict=True), 1):
        found[k, 2] = sung.get(pair, NONE)
        sung[pair] = int(steps[k])
    return found


def _words(texts: Sequence[str], language: str) -> list[tuple[int, int, int, int, str, bool]]:
    """Return of each syllable its stress, kind, syllables left in the word, punctuation, plain text and capital."""
    found: list[tuple[int, int, int, int, str, bool]] = []
    k = 0
    while k < len(texts):
        stop = k
        while stop + 1 < len(texts) and goes_on(texts[stop]):
            stop += 1
        parts = [re.sub(r"[^\w'’]", "", text) for text in texts[k : stop + 1]]
        stresses = _stresses("".join(parts), len(parts), language)
        is_function = "".join(parts).lower().replace("’", "'") in FUNCTION_WORDS.get(language, ())
        for j, (part, text) in enumerate(zip(parts, texts[k : stop + 1], strict=True)):
            kind = (1 if is_function else 2) if len(parts) == 1 else 3 if j == 0 else 4
            stress = 0 if kind == 1 else stresses[j]
            after = 2 if _STRONG.search(text) else 3 if _WEAK.search(text) else 1
            left = min(len(parts) - 1 - j, 3)
            plain = part.lower().replace("’", "'") + ("-" if goes_on(text) else "")
            found.append((stress, kind, left, after, plain, part[:1].isupper()))
        k = stop + 1
    return found


@lru_cache(maxsize=50_000)
def _stresses(word: str, n: int, language: str) -> tuple[int, ...]:
    if not word or language not in LANGUAGES:
        return (1, *([0] * (n - 1)))
    stresses = [cut.stress for cut in cut_word(word, language)]
    return tuple((stresses + [0] * n)[:n])
