"""Phones and punctuation as the numbers that the converter's network reads, alike in training and in use.

Everything is a function of the phone sequence itself (labels, words, pause marks), never of how a text was cut into
phrases, so that a stretch of a finished sketch gives the same numbers again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.speech.phones import GERMAN_PHONES, PAUSE, SYMBOLS, split_label
from intermezzo_engines.speech.words import FUNCTION_WORDS
from intermezzo_engines.speech.words_de import FUNCTION_WORDS_DE

__all__ = ["MARKS", "N_DISTANCES", "PhoneInputs", "SpokenPhone", "phone_inputs"]

MARKS = ("phone", "", ",", ";", ".", "!", "?", "start")
"""What a pause stands for; entry 0 is "no pause at all"."""
_STRONG = (";", ".", "!", "?", "start")
N_DISTANCES = 4
_SYMBOL_IDS = {symbol: i for i, symbol in enumerate(SYMBOLS)}
_GERMAN_ONLY = frozenset(phone.symbol for phone in GERMAN_PHONES)


@dataclass(frozen=True)
class SpokenPhone:
    """One phone: its label, its word (an index, -1 for pauses), that word's letters, and a pause's mark."""

    label: str
    word: int
    letters: str = ""
    mark: str = ""


@dataclass(frozen=True)
class PhoneInputs:
    """Network inputs of N phones: int64 (N,) `symbol`, `stress`, `place`, `weak`, `mark`; float32 (N, 4) `distance`."""

    symbol: NDArray[np.int64]
    stress: NDArray[np.int64]
    place: NDArray[np.int64]
    weak: NDArray[np.int64]
    mark: NDArray[np.int64]
    distance: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.symbol)


def phone_inputs(phones: Sequence[SpokenPhone]) -> PhoneInputs:
    """Return the inputs of a phone sequence; raises SketchError for a label outside the inventory.

    `place` is 0 pause, 1 first, 2 inside, 3 last, 4 only phone of its word; `distance` counts phones since and until
    the nearest pause and the nearest strong pause, on a logarithmic scale from 0 to about 1.
    """
    split = [split_label(p.label) for p in phones]
    pause = np.array([symbol == PAUSE for symbol, _ in split], bool)
    words = [p.word for p in phones]
    # English "die" and "war" are strong words, German ones weak: the sounds of a phrase say which language it is in.
    weak_words = FUNCTION_WORDS if _GERMAN_ONLY.isdisjoint(symbol for symbol, _ in split) else FUNCTION_WORDS_DE
    first = np.array([i == 0 or words[i - 1] != w for i, w in enumerate(words)], bool)
    last = np.array([i + 1 == len(words) or words[i + 1] != w for i, w in enumerate(words)], bool)
    place = np.select([pause, first & last, first, last], [0, 4, 1, 3], 2)
    strong = np.array([is_pause and p.mark in _STRONG for is_pause, p in zip(pause, phones, strict=True)], bool)
    return PhoneInputs(
        symbol=np.array([_SYMBOL_IDS[symbol] for symbol, _ in split], np.int64),
        stress=np.array([stress for _, stress in split], np.int64),
        place=place.astype(np.int64),
        weak=np.array([p.letters in weak_words for p in phones], np.int64),
        mark=np.array([MARKS.index(p.mark) if q else 0 for p, q in zip(phones, pause, strict=True)], np.int64),
        distance=np.stack([_since(pause), _since(pause[::-1])[::-1], _since(strong), _since(strong[::-1])[::-1]], 1),
    )


def _since(hits: NDArray[np.bool_]) -> NDArray[np.float32]:
    index = np.arange(len(hits))
    last = np.maximum.accumulate(np.where(hits, index, -1))
    return (np.log1p(np.minimum(index - last, 60)) / 4).astype(np.float32)
