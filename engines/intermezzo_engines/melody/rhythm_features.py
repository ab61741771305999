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
from intermezzo_engines.melody.line_ends import STRONG_STOP, WEAK_STOP
from intermezzo_engines.melody.syllabify import FUNCTION_WORDS, LANGUAGES, cut_word
from intermezzo_engines.melody.tune_features import METRE_NAMES

__all__ = [
    "FIELDS", "HASHED", "MODELS", "NONE", "PLACES", "RESTS", "STEPS", "TWELFTH", "Told", "metre_index", "rest_class",
    "step_class", "told_of",
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
MODELS: Final = 6
"""Earlier syllables whose steps may return: at the same place of the line before, of that before it, of the last line
of equal length, as far from the end of the line before, after the same word, and after the same two syllables."""
_HASHED, _RIMES, _SIZES = 2048, 128, 24
HASHED: Final = ("syllable", "nucleus")
"""Fields in which rare values are many."""
FIELDS: Final = {
    "syllable": _HASHED, "nucleus": _RIMES, "stress": 4, "kind": 5, "left": 4, "after": 5, "begun": 17, "to_end": 17,
    "line": _SIZES, "line_after": _SIZES, "line_before": _SIZES, "capital": 3, "onset": 5, "coda": 5, "rhymes": 4,
    "said_before": 3, "language": 4, "metre": 8,
}  # fmt: skip
"""Names and sizes of the whole numbers of each syllable; 0 is "not told" but for the last two."""
_PARTS: Final = re.compile("((?:qu|gu(?=[eiéèêy])|[^aeiouyàâäæéèêëïîôöœùûü])*)(.[aeiouyàâäæéèêëïîôöœùûü]*)?(.*)")


@dataclass(frozen=True, eq=False)
class Told:
    """``whole`` int64 (N, fields); ``models`` int64 (N, 6) the syllables of `MODELS`, -1 where there is none."""

    whole: NDArray[np.int64]
    models: NDArray[np.int64]


@dataclass(frozen=True)
class _Heard:
    """A syllable: its stress, kind, syllables left in the word, punctuation, text in small letters, and capital."""

    stress: int
    kind: int
    left: int
    after: int
    plain: str
    capital: bool


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
    whole[:, -2] = 1 + LANGUAGES.index(language) if language in LANGUAGES else 0
    whole[:, -1] = metre_index(metre)
    if blank or not n:
        return Told(whole, np.full((n, MODELS), -1))
    lines = np.concatenate([[0], np.cumsum(np.array(ends[:-1], np.int64))])
    firsts = np.flatnonzero(np.diff(lines, prepend=-1))
    sizes = np.bincount(lines, minlength=len(firsts))
    heard = _heard(texts, language)
    begun = np.arange(n) - firsts[lines]
    around = np.concatenate([[-1], sizes, [-1]])
    columns = {
        "begun": np.minimum(begun, 15), "to_end": np.minimum(sizes[lines] - 1 - begun, 15),
        "line": np.minimum(sizes[lines], _SIZES - 2), "line_after": np.minimum(around[lines + 2], _SIZES - 2),
        "line_before": np.minimum(around[lines], _SIZES - 2),
    }  # fmt: skip
    names = list(FIELDS)
    for name, values in columns.items():
        whole[:, names.index(name)] = 1 + values
    for k, one in enumerate(heard):
        onset, nucleus, coda = _parts(one.plain)
        whole[k, :6] = (
            1 + zlib.crc32(one.plain.encode()) % (_HASHED - 1), 1 + zlib.crc32(nucleus.encode()) % (_RIMES - 1),
            one.stress + 1, one.kind, one.left, one.after,
        )  # fmt: skip
        whole[k, 11:14] = (1 + one.capital, 1 + min(onset, 3), 1 + min(len(coda), 3))
    whole[:, 14] = _rhymes([one.plain for one in heard], lines, firsts, sizes)
    models = _models([one.plain for one in heard], lines, firsts, sizes)
    whole[:, 15] = 1 + (models[:, 5] >= 0)
    return Told(whole, models)


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


def _models(
    plain: Sequence[str], lines: NDArray[np.int64], firsts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    found = np.full((len(plain), MODELS), -1)
    last_of: dict[int, int] = {}
    for line, (first, size) in enumerate(zip(firsts.tolist(), sizes.tolist(), strict=True)):
        for column, model in enumerate((line - 1, line - 2, last_of.get(size, -1))):
            if model >= 0:
                n = min(size, int(sizes[model]))
                found[first : first + n, column] = np.arange(n) + firsts[model]
        if line:
            n = min(size, int(sizes[line - 1]))
            found[first + size - n : first + size, 3] = np.arange(first - n, first)
        last_of[size] = line
    said: dict[tuple[str, ...], int] = {}
    for k in range(len(plain)):
        for column, key in ((4, tuple(plain[max(k - 1, 0) : k + 1])), (5, tuple(plain[max(k - 2, 0) : k + 1]))):
            found[k, column] = said.get(key, -1)
            said[key] = k
    found[0] = -1
    return found


def _rhymes(
    plain: Sequence[str], lines: NDArray[np.int64], firsts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return of each syllable 1, or 2 or 3 if its line rhymes with the one before or with an earlier one of four."""
    rimes = []
    for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True):
        last = plain[first + size - 1]
        _, nucleus, coda = _parts(last)
        weak = nucleus in ("e", "") and size > 1
        rimes.append(("".join(_parts(plain[first + size - 2])[1:]) if weak else "", nucleus + coda))
    found = np.ones(len(rimes), np.int64)
    for k, rime in enumerate(rimes):
        if k and rimes[k - 1] == rime:
            found[k] = 2
        elif rime in rimes[max(k - 4, 0) : k]:
            found[k] = 3
    return found[lines]


@lru_cache(maxsize=20_000)
def _parts(plain: str) -> tuple[int, str, str]:
    """Return how many consonants a syllable begins with, its vowels, and its consonants after these."""
    found = _PARTS.match(plain.rstrip("-"))
    assert found is not None
    return len(found[1]), found[2] or "", found[3]


def _heard(texts: Sequence[str], language: str) -> list[_Heard]:
    found: list[_Heard] = []
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
            after = 2 if STRONG_STOP.search(text) else 3 if WEAK_STOP.search(text) else 1
            left = min(len(parts) - 1 - j, 3)
            plain = part.lower().replace("’", "'") + ("-" if goes_on(text) else "")
            found.append(_Heard(stress, kind, left, after, plain, part[:1].isupper()))
        k = stop + 1
    return found


@lru_cache(maxsize=50_000)
def _stresses(word: str, n: int, language: str) -> tuple[int, ...]:
    if not word or language not in LANGUAGES:
        return (1, *([0] * (n - 1)))
    stresses = [cut.stress for cut in cut_word(word, language)]
    return tuple((stresses + [0] * n)[:n])
