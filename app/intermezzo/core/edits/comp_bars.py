"""Where a stretch of one tune can take the place of one of another: in the same bars, on the same words, in one key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from intermezzo.core.edits.carry_bars import chord_up
from intermezzo.core.edits.words import words_layer
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.harmony import key_at
from intermezzo.core.sketch import Sketch

__all__ = ["in_key_of", "same_words"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def same_words(sketch: Sketch, take: Sketch, start: int, stop: int) -> tuple[int, int]:
    """Return frames ``start:stop``, or the whole bars around them, if the same words begin there in both tunes.

    Raises:
        EditError: if the take has other bars there, or other words.
    """
    mine, its = sketch.bars, take.bars
    if mine is None or its is None:
        raise EditError("This take has no bars.")
    first, last = mine.index_at(start), mine.index_at(max(stop - 1, start))
    edge = int(mine.starts[last + 1]) if last + 1 < mine.count else sketch.n_frames
    other = int(its.starts[last + 1]) if last + 1 < its.count else take.n_frames
    shared = last < its.count and np.array_equal(mine.starts[: last + 1], its.starts[: last + 1]) and edge == other
    if not shared or mine.metres[: last + 1] != its.metres[: last + 1]:
        raise EditError("This take has other bars here. Use all of it, or sample takes of the selection.")
    for a, b in ((start, stop), (int(mine.starts[first]), edge)):
        if _words(sketch, a, b) == _words(take, a, b):
            return a, b
    raise EditError("In this take other words are sung here. Select whole lines, or sample takes of the selection.")


def _words(sketch: Sketch, start: int, stop: int) -> list[str]:
    layer = words_layer(sketch)
    if layer is None:
        return []
    inside = (layer.starts >= start) & (layer.starts < stop)
    if layer.base_starts is not None:
        inside &= layer.base_starts >= 0  # what a hand put in is no engine's word
    return [layer.base_labels[k] for k in np.flatnonzero(inside).tolist()]


def in_key_of(sketch: Sketch, take: Sketch, frame: int) -> Sketch:
    """Return a take with chords and notes moved into the key that the sketch has at a frame; what is by hand stays."""
    own, its = key_at(sketch, frame), key_at(take, frame)
    if own is None or its is None or own.pitch_class == its.pitch_class:
        return take
    by = (own.pitch_class - its.pitch_class + 5) % 12 - 5
    for layer in take.layers.values():
        if isinstance(layer, Notes):
            take = take.with_layer(_notes_up(layer, by))
        elif isinstance(layer, Spans) and take.type.beats is not None and layer.spec.name == take.type.beats.chords:
            free = (layer.origin & _BY_HAND) == 0
            labels = tuple(chord_up(x, by, own) if f else x for x, f in zip(layer.labels, free, strict=True))
            take = take.with_layer(replace(layer, labels=labels, base_labels=tuple(
                chord_up(label, by, own) for label in layer.base_labels)))  # fmt: skip
    return take


def _notes_up(notes: Notes, by: int) -> Notes:
    values, base = notes.values.copy(), notes.base.copy()
    free = (notes.origin & _BY_HAND) == 0
    values[free, 2] = np.clip(values[free, 2] + by, notes.spec.low, notes.spec.high)
    base[:, 2] = np.clip(base[:, 2] + by, notes.spec.low, notes.spec.high)
    return replace(notes, values=frozen(values, np.int32), base=frozen(base, np.int32))
