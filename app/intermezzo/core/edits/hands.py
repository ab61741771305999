"""Whether what hands edited and locked in a sketch is still as they left it, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Grid, Layer, Mark, Notes, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["touched_by_hand"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def touched_by_hand(before: Sketch, after: Sketch) -> str:
    """Return the title of a layer in which an element by hand is another one or is gone; empty where all are the same.

    Spans and notes are compared by their ids, with all that they say, what lies under them and their marks.
    """
    for name, layer in before.layers.items():
        other = after.layers.get(name)
        if layer is other or not layer.is_touched:
            continue
        if type(other) is not type(layer) or other is None or not _same(layer, other):
            return layer.spec.title
    return ""


def _same(mine: Layer, theirs: Layer) -> bool:
    if isinstance(mine, (Spans, Notes)) and isinstance(theirs, (Spans, Notes)):
        return _ids_same(mine, theirs)
    if len(mine) != len(theirs):
        return False
    if isinstance(mine, Grid) and isinstance(theirs, Grid):
        held = (mine.origin & _BY_HAND) != 0
        # Under a code by hand the prediction may be another one; under a lock it is what is heard.
        kept = held & ((mine.origin & np.uint8(Mark.EDITED)) == 0)
        return (
            bool(np.array_equal(mine.origin[held], theirs.origin[held]))
            and bool(np.array_equal(mine.hand[held], theirs.hand[held]))
            and bool(np.array_equal(mine.base[kept], theirs.base[kept]))
        )
    held, others = (layer.marks() for layer in (mine, theirs))
    at = (held & _BY_HAND) != 0
    rows = mine.by_hand()
    return bool(np.array_equal(held[at], others[at])) and not any(rows[a:b].any() for a, b in mine.changed(theirs))


def _ids_same(mine: Spans | Notes, theirs: Spans | Notes) -> bool:
    place = {note: k for k, note in enumerate(theirs.ids.tolist())}
    at = np.flatnonzero((mine.origin & _BY_HAND) != 0).tolist()
    if any(int(mine.ids[k]) not in place for k in at):
        return False
    there = [place[int(mine.ids[k])] for k in at]
    return all(_rows_same(a, b, at, there) for a, b in zip(_columns(mine), _columns(theirs), strict=True))


def _columns(layer: Spans | Notes) -> list[Any]:
    """Return all that a layer says of its elements, the sureness of the engine left out."""
    if isinstance(layer, Notes):
        return [layer.values, layer.lyrics, layer.base, layer.base_lyrics, layer.origin]
    under = np.zeros(layer.count) if layer.base_starts is None else layer.base_starts
    return [layer.starts, layer.stops, layer.labels, layer.base_labels, layer.base_frames, under, layer.origin]


def _rows_same(mine: Any, theirs: Any, at: list[int], there: list[int]) -> bool:
    if isinstance(mine, tuple):
        return [mine[k] for k in at] == [theirs[k] for k in there]
    first: NDArray[Any] = mine[at]
    return bool(np.array_equal(first, theirs[there]))
