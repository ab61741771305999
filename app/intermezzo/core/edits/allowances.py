"""What a hand allowed of notes, taken over into a sketch that was made anew, where the same note is there again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Mark, Notes
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["with_allowances"]

_ALLOWED: Final = np.uint8(Mark.PITCH_ALLOWED | Mark.TIME_ALLOWED)


def with_allowances(old: Sketch, new: Sketch) -> Sketch:
    """Return the new sketch in which notes that lie, last and sing as an old one are allowed what that was."""
    for name, layer in old.layers.items():
        fresh = new.layers.get(name)
        if not isinstance(layer, Notes) or not isinstance(fresh, Notes) or not (layer.origin & _ALLOWED).any():
            continue
        allowed = {
            _key(layer, k): int(layer.origin[k] & _ALLOWED) for k in np.flatnonzero(layer.origin & _ALLOWED).tolist()
        }
        origin: NDArray[np.uint8] = fresh.origin.copy()
        for k in range(fresh.count):
            origin[k] |= np.uint8(allowed.get(_key(fresh, k), 0))
        if not np.array_equal(origin, fresh.origin):
            new = new.with_layer(replace(fresh, origin=frozen(origin, np.uint8)))
    return new


def _key(notes: Notes, k: int) -> tuple[object, ...]:
    return (*notes.values[k, :3].tolist(), notes.lyrics[k])
