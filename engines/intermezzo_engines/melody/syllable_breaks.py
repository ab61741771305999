"""Where words break into sung syllables: log-odds of each place from the letters around it, learned from scores.

A linear model over hashed stretches of letters and of their kinds, up to four on either side, one table a language. The
letters are those of the word between marks, and the last mark says what follows. `divided` takes the likeliest division
of which every part has a vowel.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from intermezzo_engines.weights import refused, shipped

__all__ = ["BUCKETS", "VOWELS", "break_log_odds", "context_of", "divided", "hashed_places"]

BUCKETS: Final = 1 << 14
VOWELS: Final = frozenset("aeiouyàáâäæãåèéêëìíîïòóôöœõøùúûüýÿ")
_AROUND: Final = 4
_SPANS: Final = tuple(
    (a, b) for a in range(-_AROUND, 1) for b in range(_AROUND + 1) if (a < 0 < b and b - a <= 6) or 0 < b - a <= 3
)
"""Stretches of letters that are looked at: from, to, counted from the place."""
_KIND_SPANS: Final = tuple((a, b) for a in range(-_AROUND, 0) for b in range(1, _AROUND + 1))
_KINDS: Final = str.maketrans(
    dict.fromkeys(VOWELS - {"y"}, "v") | dict.fromkeys("lr", "l") | {"n": "n", "m": "n"}
    | dict.fromkeys("bcdfgkpt", "t") | dict.fromkeys("jqsvwxzßç", "c") | {"h": "h"}
)  # fmt: skip
_SUREST: Final = 0.999


def context_of(following: str) -> str:
    """Return the mark of what follows a word: "|" a vowel or h, "_" a consonant, "$" nothing."""
    first = following[:1].lower()
    return "$" if not first else "|" if first in VOWELS or first == "h" else "_"


def hashed_places(word: str, context: str) -> list[list[int]]:
    """Return of each place inside a word (before its second to its last letter) the buckets of what stands around.

    Args:
        word: in small letters, straight apostrophes.
        context: see `context_of`.
    """
    text = "^" * _AROUND + word.replace("ß", "s") + context + "$" * _AROUND
    kinds = text.translate(_KINDS)
    return [
        [zlib.crc32(f"{a}{text[at + a : at + b]}".encode()) % BUCKETS for a, b in _SPANS]
        + [zlib.crc32(f"{a}:{kinds[at + a : at + b]}".encode()) % BUCKETS for a, b in _KIND_SPANS]
        for at in range(_AROUND + 1, _AROUND + len(word))
    ]


@cache
def _tables() -> Mapping[str, NDArray[np.float32]]:
    with shipped("melody_syllables") as path, refused("tables of syllables"):
        return {name: table.astype(np.float32) for name, table in load_file(path).items()}


def break_log_odds(word: str, language: str, following: str = "") -> list[float]:
    """Return the log-odds of a break at each place inside a word.

    Args:
        word: in small letters, straight apostrophes.
        language: "en", "de" or "fr".
        following: the word after it, "" for none.
    """
    table = _tables()[language]
    bias = float(table[BUCKETS])
    return [bias + float(table[place].sum()) for place in hashed_places(word, context_of(following))]


def divided(word: str, odds: Sequence[float], liking: Mapping[int, float] | None = None) -> list[int]:
    """Return where the parts of a word begin, the first at 0; each part has a vowel, but for a word without any.

    Of the places between two vowels one may be a break, as likely as all of them together: scores disagree about
    "ri-ver" and "riv-er", but not that there are two.

    Args:
        word: in small letters.
        odds: log-odds of a break at each place inside it.
        liking: what is added for a number of parts.
    """
    vowels = [k for k, letter in enumerate(word) if letter in VOWELS]
    candidates: list[tuple[float, int]] = []
    for one, other in pairwise(vowels):
        chances = [1 / (1 + exp(-odds[at - 1])) for at in range(one + 1, other + 1)]
        together = min(sum(chances), _SUREST)
        candidates.append((log(together / (1 - together)), one + 1 + chances.index(max(chances))))
    candidates.sort(reverse=True)
    wanted = liking or {}
    worth = accumulate((gain for gain, _ in candidates), initial=0.0)
    scores = [score + wanted.get(count, 0.0) for count, score in enumerate(worth, 1)]
    return [0, *sorted(at for _, at in candidates[: scores.index(max(scores))])]
