"""Which parts of a tune repeat: phrases of equal rhythm and contour share a letter, a prime marks a variation.

Phrases are compared from their first onsets: all lengths and intervals equal is a repeat (also on another step: the
contour counts), equal onsets with most of its moves equal a variation. Phrases that always follow each other are then
joined, so that A B A B becomes two sections, and a through-composed stretch one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.phrases import Phrase

__all__ = ["Section", "letter_of", "sections_of"]

Section = tuple[int, int, str]
"""First note, note after the last, letter with or without a prime."""
_SAME_INTERVALS: Final = 0.6
_FEWEST: Final = 3
_MOST_PHRASES: Final = 8


def sections_of(notes: NDArray[np.int32], phrases: Sequence[Phrase]) -> list[Section]:
    """Return the sections of a tune, in order; they begin with a phrase and hold all notes."""
    letters: list[int] = []
    primes: list[bool] = []
    models: list[Phrase] = []
    for phrase in phrases:
        kinds = [_compare(notes, model, phrase) for model in models]
        if "same" in kinds:
            letters.append(kinds.index("same"))
            primes.append(False)
        elif "varied" in kinds:
            letters.append(kinds.index("varied"))
            primes.append(True)
        else:
            letters.append(len(models))
            primes.append(False)
            models.append(phrase)
    blocks = [[k] for k in range(len(phrases))]
    names = list(letters)
    while (joined := _joined(blocks, names)) is not None:
        blocks, names = joined
    order: dict[int, str] = {}
    found: list[Section] = []
    for block, name in zip(blocks, names, strict=True):
        letter = order.setdefault(name, letter_of(len(order)))
        prime = "'" if any(primes[k] for k in block) else ""
        found.append((phrases[block[0]][0], phrases[block[-1]][1], letter + prime))
    return found


def _compare(notes: NDArray[np.int32], model: Phrase, phrase: Phrase) -> str:
    a, b = notes[model[0] : model[1]], notes[phrase[0] : phrase[1]]
    if len(a) != len(b) or len(a) < _FEWEST or np.any(np.diff(a[:, 0]) != np.diff(b[:, 0])):
        return "other"
    one, other = np.diff(a[:, 2]), np.diff(b[:, 2])
    moves = (one != 0) | (other != 0)
    equal = float(np.mean(one[moves] == other[moves])) if moves.any() else 1.0
    return "same" if equal == 1.0 else "varied" if equal >= _SAME_INTERVALS else "other"


def _joined(blocks: list[list[int]], names: list[int]) -> tuple[list[list[int]], list[int]] | None:
    """Return blocks with one pair joined wherever it stands: the first whose two names never stand apart."""
    for left, right in pairwise(names):
        if left == right or names.count(left) != names.count(right):
            continue
        together = [k for k in range(len(names) - 1) if (names[k], names[k + 1]) == (left, right)]
        longest = max(len(blocks[k]) + len(blocks[k + 1]) for k in together)
        if len(together) != names.count(left) or longest > _MOST_PHRASES:
            continue
        new_blocks, new_names, k = [], [], 0
        while k < len(names):
            if k in together:
                new_blocks.append(blocks[k] + blocks[k + 1])
                k += 1
            else:
                new_blocks.append(blocks[k])
            new_names.append(names[k] if names[k] != right else left)
            k += 1
        return new_blocks, new_names
    return None


def letter_of(index: int) -> str:
    """Return A to Z, AA, AB ..."""
    return chr(ord("A") + index) if index < 26 else letter_of(index // 26 - 1) + letter_of(index % 26)
