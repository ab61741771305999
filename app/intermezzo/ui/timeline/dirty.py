"""Which frames of a lane must be painted again when one frozen layer takes the place of another."""

from bisect import bisect_right
from functools import lru_cache
from operator import is_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Curve, Layer, Matrix, Notes, Rope, Spans

__all__ = ["dirty_frames"]

Frames = tuple[int, int]
Blocks = tuple[NDArray[Any], ...]


def dirty_frames(old: Layer | None, new: Layer | None) -> Frames | None:
    """Return a hull of the frames that look different, or None if nothing does; cheap where blocks are shared."""
    if old is new:
        return None
    longest = max(len(x) for x in (old, new) if x is not None)
    if old is None or new is None or type(old) is not type(new) or not new.timed:
        return 0, max(longest, 1)
    if isinstance(old, Curve) and isinstance(new, Curve):
        return _hull(_arrays(old.values, new.values), _arrays(old.origin, new.origin), _arrays(old.base, new.base))
    if isinstance(old, Matrix) and isinstance(new, Matrix):
        return _hull(_ropes(old.base, new.base), _ropes(old.paint, new.paint), _ropes(old.locks, new.locks))
    if isinstance(old, Spans) and isinstance(new, Spans):
        return _spans(old, new)
    if isinstance(old, Notes) and isinstance(new, Notes):
        return _notes(old, new)
    return 0, max(longest, 1)


def _hull(*parts: Frames | None) -> Frames | None:
    there = [p for p in parts if p is not None]
    return (min(p[0] for p in there), max(p[1] for p in there)) if there else None


def _arrays(old: NDArray[np.generic], new: NDArray[np.generic]) -> Frames | None:
    if old is new:
        return None
    shared = min(len(old), len(new))
    different = np.flatnonzero(old[:shared] != new[:shared])
    first = int(different[0]) if len(different) else shared
    if len(old) != len(new):
        return first, max(len(old), len(new))
    return (first, int(different[-1]) + 1) if len(different) else None


def _ropes(old: Rope, new: Rope) -> Frames | None:
    if old is new:
        return None
    shared = _alike(old.blocks, new.blocks)
    first = old.starts[min(shared, len(old.starts) - 1)]
    if len(old) != len(new):
        return first, max(len(old), len(new))
    stop = new.starts[len(new.blocks) - _alike(old.blocks[shared:][::-1], new.blocks[shared:][::-1])]
    if stop <= first:
        return None
    if old.starts == new.starts:
        first += _differing(old, new, first)[0]
        tail = new.starts[bisect_right(new.starts, stop - 1) - 1]
        stop = tail + _differing(old, new, tail)[1]
    return first, stop


def _alike(old: Blocks, new: Blocks) -> int:
    """Return how many blocks at the beginning are the very same."""
    same = list(map(is_, old, new))
    return same.index(False) if False in same else len(same)


def _differing(old: Rope, new: Rope, start: int) -> Frames:
    """Return the hull of the rows that differ inside the block that begins at a row."""
    k = bisect_right(new.starts, start) - 1
    rows = np.flatnonzero((old.blocks[k] != new.blocks[k]).any(axis=1))
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(new.blocks[k]))


def _spans(old: Spans, new: Spans) -> Frames | None:
    if old.count != new.count or len(old) != len(new):
        shared = min(old.count, new.count)
        same = (old.starts[:shared] == new.starts[:shared]) & (old.stops[:shared] == new.stops[:shared])
        different = np.flatnonzero(~same)
        labels = next((k for k in range(shared) if old.labels[k] != new.labels[k]), shared)
        k = min(int(different[0]) if len(different) else shared, labels)
        return (int(new.starts[k]) if k < new.count else 0), max(len(old), len(new))
    changed = (old.starts != new.starts) | (old.stops != new.stops) | (old.origin != new.origin)
    if old.labels is not new.labels:
        changed = changed | np.array([a != b for a, b in zip(old.labels, new.labels, strict=True)], bool)
    at = np.flatnonzero(changed)
    if not len(at):
        return None
    first, last = int(at[0]), int(at[-1])
    return int(min(old.starts[first], new.starts[first])), int(max(old.stops[last], new.stops[last]))


@lru_cache(maxsize=1)  # the roll and the lane of velocities ask one after the other
def _notes(old: Notes, new: Notes) -> Frames | None:
    """Return the hull of the notes that only one has; those before and after them are the same in both."""
    shared = min(old.count, new.count)
    first = _alike_notes(old, new, shared)
    last = _alike_notes(old, new, shared - first, from_end=True)
    edges = [rows.values[first : rows.count - last, :2] for rows in (old, new)]
    return _hull(*((int(part[:, 0].min()), int(part[:, 1].max())) for part in edges if len(part)))


def _alike_notes(old: Notes, new: Notes, most: int, *, from_end: bool = False) -> int:
    """Return how many notes at the beginning (or end) of both look the same, of ``most``."""
    step = -1 if from_end else 1
    pairs: list[tuple[NDArray[Any] | None, NDArray[Any] | None]] = [
        (old.values, new.values), (old.origin, new.origin), (old.ids, new.ids), (old.score, new.score)
    ]  # fmt: skip
    for a, b in pairs:
        if a is b:
            continue
        if a is None or b is None:
            return 0
        different = a[::step][:most] != b[::step][:most]
        at = np.flatnonzero(different.any(axis=1) if different.ndim > 1 else different)
        most = int(at[0]) if len(at) else most
    if old.lyrics is not new.lyrics:
        texts, others = (rows.lyrics[::step][:most] for rows in (old, new))
        if texts != others:
            most = next(k for k, (a, b) in enumerate(zip(texts, others, strict=True)) if a != b)
    return most
