"""The order of notes, and where two versions of them differ, found without looking at each of thousands in Python."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from intermezzo.core.layers.notes import Notes

__all__ = ["changed_ranges", "in_order", "reordered"]


_MIX = np.array([-7046029254386353131, -4417276706812531889], np.int64)  # odd, with bits everywhere


def in_order(values: NDArray[Any]) -> NDArray[np.int64] | None:
    """Return the indices that put rows as `Notes.values` in order of start and pitch; None where they are."""
    starts, pitches = values[:, 0], values[:, 2]
    later = starts[1:] > starts[:-1]
    if bool((later | ((starts[1:] == starts[:-1]) & (pitches[1:] >= pitches[:-1]))).all()):
        return None
    order: NDArray[np.int64] = np.lexsort((pitches, starts))
    return order


def reordered(texts: tuple[str, ...], order: NDArray[np.int64]) -> tuple[str, ...]:
    """Return texts in another order; what stays in its place at both ends is taken as it is."""
    moved = np.flatnonzero(order != np.arange(len(order)))
    if len(moved) < 2 or len(order) != len(texts):
        return tuple(texts[k] for k in order.tolist())
    first, last = int(moved[0]), int(moved[-1]) + 1
    return (*texts[:first], *itemgetter(*order[first:last].tolist())(texts), *texts[last:])


def changed_ranges(mine: Notes, theirs: Notes) -> list[tuple[int, int]]:
    """Return the frames (start, stop) of each note that only one of two versions has, in order."""
    if mine.values is theirs.values and mine.lyrics is theirs.lyrics:
        return []
    # What is the same at both ends is not looked at: an edit touches few of many notes.
    first, last = _common(mine, theirs), _common(mine, theirs, from_end=True)
    last = min(last, min(mine.count, theirs.count) - first)
    parts = [(notes.values[first : notes.count - last], notes.lyrics[first : notes.count - last])
             for notes in (mine, theirs)]  # fmt: skip
    if mine.lyrics is theirs.lyrics:
        texts = [_codes(mine.lyrics)[first : notes.count - last] for notes in (mine, theirs)]
    else:
        codes = _codes((*parts[0][1], *parts[1][1]))
        texts = [codes[: len(parts[0][1])], codes[len(parts[0][1]) :]]
    values = np.concatenate([values for values, _ in parts]).astype(np.int64)
    # Two numbers say all of a note. Sorted by a mix of them, notes that are the same in both versions lie side by side
    # (were another note of the same mix between them, they would be taken for changed ones, which does no harm).
    places, rest = (
        values[:, 0] << 32 | values[:, 1],
        np.concatenate(texts) << 32 | values[:, 2] << 16 | values[:, 3],
    )
    side = np.repeat((1, 2), [len(values) for values, _ in parts])
    order = np.argsort(places * _MIX[0] ^ rest * _MIX[1])
    places, rest, side = places[order], rest[order], side[order]
    heads = np.flatnonzero(np.append(True, (places[1:] != places[:-1]) | (rest[1:] != rest[:-1]))[: len(places)])
    alone = heads[np.bitwise_or.reduceat(side, heads) != 3] if len(heads) else heads
    found = np.unique(places[alone])
    return list(zip((found >> 32).tolist(), (found & 0xFFFFFFFF).tolist(), strict=True))


@lru_cache(maxsize=2)  # a hand that moves notes asks again and again
def _codes(texts: tuple[str, ...]) -> NDArray[np.int64]:
    """Return a number for each text, the same for the same ones."""
    codes: dict[str, int] = {}
    return np.array([codes.setdefault(text, len(codes)) for text in texts], np.int64)


def _common(mine: Notes, theirs: Notes, *, from_end: bool = False) -> int:
    """Return how many notes at the beginning (or end) of both are the same."""
    n = min(mine.count, theirs.count)
    step = -1 if from_end else 1
    a, b = (notes.values[::step][:n] for notes in (mine, theirs))
    unlike = np.flatnonzero((a != b).any(axis=1))
    same = int(unlike[0]) if len(unlike) else n
    if mine.lyrics is theirs.lyrics:
        return same
    ours, its = (
        notes.lyrics[len(notes.lyrics) - same :] if from_end else notes.lyrics[:same] for notes in (mine, theirs)
    )
    if ours == its:
        return same
    return next(k for k, (x, y) in enumerate(zip(ours[::step], its[::step], strict=True)) if x != y)
