"""Permanence of grids: what a hand set or locked stays at its cell; what has none any more is listed and can come back.

A cell is a place, in a picture as in a sound: the eye that was painted stays where it is, whatever the prompt is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.losses import told
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid, Layer, Mark, Region
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["carried_cells", "cells_back", "returned_cells"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def carried_cells(old: Grid, new: Grid, hop_s: float) -> tuple[Grid, list[Dropped]]:
    """Return the new grid with the edits and locks of the old one at their places, and what has none there."""
    if not old.by_hand().any():
        return new, []
    name = old.spec.name
    if old.shape[1:] != new.shape[1:] or old.spec.codebook != new.spec.codebook:
        return new, [Dropped(f"{told(old)}: the new grid is another one", clips={name: old})]
    n = min(len(old), len(new))
    carried = new.carry(old, [(0, n, 0, n)])
    beyond = np.flatnonzero(old.by_hand()[n:]) + n
    if not len(beyond):
        return carried, []
    start, stop = int(beyond[0]), int(beyond[-1]) + 1
    clip = old.cut(start, stop)
    where = f"at {start * hop_s:.2f}\u2009s" if old.timed else f"from row {start + 1} on"
    drop = Dropped(f"{told(clip)} {where}", start_s=start * hop_s, near_s=start * hop_s, clips={name: clip})
    return carried, [drop]


def returned_cells(new: Sketch, waiting: Sequence[Dropped]) -> tuple[Sketch, list[Dropped]]:
    """Give cells back to a sketch that has room for them again; return also what still waits."""
    still: list[Dropped] = []
    for drop in waiting:
        start = round(drop.start_s / new.type.hop_s) if new.type.hop_s else 0
        layers = [(clip, new.layers.get(name)) for name, clip in drop.clips.items()]
        if not layers or not all(_has_room(clip, layer, start) for clip, layer in layers):
            still.append(drop)
            continue
        for clip, layer in layers:
            assert isinstance(layer, Grid) and isinstance(clip, Grid)
            new = new.with_layer(_laid(layer, clip, start))
    return new, still


def cells_back(layer: Layer, clip: Grid, start: int) -> Grid:
    """Return a grid with the cells that a hand had set in a clip, from step ``start`` on, as far as there is room.

    Raises:
        EditError: if the grid is another one, or everything there is locked.
    """
    if not isinstance(layer, Grid) or layer.shape[1:] != clip.shape[1:] or layer.spec.codebook != clip.spec.codebook:
        raise EditError(f"This sketch has no {clip.spec.title.lower()} of this size to bring it back to.")
    start = max(min(start, len(layer) - len(clip)), 0)
    there = layer.marks(Region(start, start + len(clip)))
    wanted = (clip.origin[: len(there)] & _BY_HAND) != 0
    if not (wanted & ((there & np.uint8(Mark.LOCKED)) == 0)).any():
        raise EditError(f"{layer.spec.title} is locked here; unlock it first.")
    return _laid(layer, clip, start)


def _has_room(clip: Layer, layer: Layer | None, start: int) -> bool:
    if not isinstance(clip, Grid) or not isinstance(layer, Grid):
        return False
    return clip.shape[1:] == layer.shape[1:] and clip.spec.codebook == layer.spec.codebook and (
        start + len(clip) <= len(layer)
    )  # fmt: skip


def _laid(layer: Grid, clip: Grid, start: int) -> Grid:
    n = min(len(clip), len(layer) - start)
    marks = np.zeros(layer.origin.shape, np.uint8)
    marks[start : start + n] = clip.origin[:n]
    # What is locked where it comes back to stays as it is.
    marks[(layer.origin & np.uint8(Mark.LOCKED)) != 0] = 0
    codes = np.zeros(layer.origin.shape, np.uint16)
    codes[start : start + n] = clip.codes.reshape(len(clip), -1)[:n]
    edited, locked = ((marks & mark) != 0 for mark in (Mark.EDITED, Mark.LOCKED))
    # A code that was only locked was the engine's: it lies under the lock as it did.
    base = np.where(locked & ~edited, codes, layer.base)
    origin = np.where(edited | locked, (layer.origin & ~_BY_HAND) | (marks & _BY_HAND), layer.origin)
    return replace(
        layer, base=frozen(base, np.uint16), hand=frozen(np.where(edited, codes, layer.hand), np.uint16),
        origin=frozen(origin, np.uint8),
    )  # fmt: skip
