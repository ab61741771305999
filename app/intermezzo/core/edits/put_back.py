"""Bring an edit back that could not be kept: on to the word that its place has now, or on to any stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.carry_cells import cells_back
from intermezzo.core.edits.free_spans import put
from intermezzo.core.edits.notes import notes_of
from intermezzo.core.edits.spans import insert, set_lengths
from intermezzo.core.edits.words import Words, put_in, words_layer
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Grid, Layer, Mark, Notes, Region, Slots, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["place_of", "put_back"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def place_of(sketch: Sketch, drop: Dropped) -> tuple[int, int]:
    """Return the frames where an edit belongs now: the word, or what follows a word, that is nearest to it."""
    layer = words_layer(sketch)
    words = Words.of(sketch, layer.spec.name if layer is not None else None)
    hop_s = sketch.type.hop_s or 1.0
    frame = min(max(round(drop.near_s / hop_s), 0), max(sketch.n_frames - 1, 0))
    if words is None and drop.clips and all(isinstance(clip, Grid) for clip in drop.clips.values()):
        longest = max(len(clip) for clip in drop.clips.values())
        start = max(min(frame, sketch.n_frames - longest), 0)
        return start, min(start + longest, sketch.n_frames)
    if words is None:
        longest = max((len(clip) for clip in drop.clips.values() if clip.timed), default=sketch.n_frames)
        start = min(frame, max(sketch.n_frames - longest, 0)) if sketch.type.beats else 0
        return start, min(start + longest, sketch.n_frames) if sketch.type.beats else sketch.n_frames
    if words.words is None:
        k = min(int(np.searchsorted(words.spans.stops, frame, side="right")), words.spans.count - 1)
        return int(words.spans.starts[k]), int(words.spans.stops[k])
    group, _ = words.at(frame)
    if drop.pause:
        start, stop = words.frames(group, False)
        if stop > start:
            return start, stop
    return words.frames(min(max(group, 1), words.words.count), True)


def put_back(sketch: Sketch, drop: Dropped, start: int, stop: int) -> Sketch:
    """Apply an edit to frames ``start:stop``, which take the place of the word it was on.

    Curves keep their distance to the prediction; frames that have no value (unvoiced ones) keep none. Sounds take
    labels and lengths one by one.

    Raises:
        EditError: if nothing is known of the edit, or everything there is locked.
    """
    if not drop.clips:
        raise EditError("Of this edit only the name is known; it was dropped by an earlier version.")
    first, last = drop.share
    governing = sketch.governing
    if governing is None and sketch.type.beats is not None:
        return _laid_back(sketch, drop, start)
    for name, clip in drop.clips.items():
        if isinstance(clip, Spans) and governing is not None and name == governing.spec.name:
            part = _part(start, stop, (first, last))
            before = sketch.n_frames
            sketch = _with_sounds(sketch, clip, *part)
            stop += sketch.n_frames - before
    for name, clip in drop.clips.items():
        layer = sketch.layers.get(name)
        if layer is None or type(layer) is not type(clip) or layer.spec.name != clip.spec.name:
            raise EditError(f"This sketch has no {clip.spec.title.lower()} to bring it back to.")
        if isinstance(clip, Grid):
            sketch = sketch.with_layer(cells_back(layer, clip, start))
        elif layer is not sketch.governing:
            sketch = sketch.with_layer(_applied(layer, clip, *_part(start, stop, (first, last))))
    return sketch


def _laid_back(sketch: Sketch, drop: Dropped, start: int) -> Sketch:
    """Put free spans and notes in from a frame on, as long as they were; what lies under them makes room."""
    for name, clip in drop.clips.items():
        layer = sketch.layers.get(name)
        if layer is None or type(layer) is not type(clip) or not isinstance(clip, (Spans, Notes)):
            raise EditError(f"This sketch has no {clip.spec.title.lower()} to bring it back to.")
        rows = [
            (start + int(a), min(start + int(b), sketch.n_frames)) for a, b in zip(clip.starts, clip.stops, strict=True)
        ]
        rows = [row for row in rows if row[0] < row[1]]
        if len(rows) < clip.count or not rows:
            raise EditError("There is no room for it here; bring it back to an earlier place.")
        if isinstance(clip, Spans):
            for (a, b), label in zip(rows, clip.labels, strict=True):
                sketch = put(sketch, name, a, b, label)
        else:
            sketch = _notes_laid(sketch, name, clip, rows)
    return sketch


def _notes_laid(sketch: Sketch, name: str, clip: Notes, rows: Sequence[tuple[int, int]]) -> Sketch:
    notes = notes_of(sketch, name)
    under = [k for k in range(notes.count) if any(a < notes.stops[k] and notes.starts[k] < b for a, b in rows)]
    values = [(a, b, int(pitch), int(loud)) for (a, b), (pitch, loud) in zip(rows, clip.values[:, 2:], strict=True)]
    return sketch.with_layer(notes.without(under).with_new(values, clip.lyrics))


def _part(start: int, stop: int, share: tuple[float, float]) -> tuple[int, int]:
    n = stop - start
    first = start + round(share[0] * n)
    return first, max(start + round(share[1] * n), first + 1)


def _applied(layer: Layer, clip: Layer, start: int, stop: int) -> Layer:
    if isinstance(layer, Slots):
        raise EditError(f"{layer.spec.title} have no place in time; write it again in its slot.")
    stop = min(stop, len(layer))
    region = Region(start, stop)
    marks = layer.marks(region)
    locked = (marks & np.uint8(Mark.LOCKED)) != 0
    if stop <= start or (locked.size and locked.all()):
        raise EditError(f"{layer.spec.title} is locked here; unlock it first.")
    if isinstance(layer, Spans) and isinstance(clip, Spans):
        picked = range(*layer.inside(start, stop).indices(layer.count))
        return layer.taking(clip, [(j, k) for j, k in enumerate(picked) if j < clip.count])
    new = layer.carry(clip, [(0, len(clip), start, stop)], relative=True)
    if isinstance(layer, Curve) and isinstance(new, Curve):
        at = slice(start, stop)
        keep = locked | ((layer.values[at] == 0) & (new.values[at] != 0) if layer.spec.gaps else np.False_)
        values, base, origin = new.values.copy(), new.base.copy(), new.origin.copy()
        for array, before in ((values, layer.values), (base, layer.base), (origin, layer.origin)):
            array[at][keep] = before[at][keep]
        return replace(
            new, values=frozen(values, np.float32), base=frozen(base, np.float32), origin=frozen(origin, np.uint8)
        )
    return new


def _with_sounds(sketch: Sketch, clip: Spans, start: int, stop: int) -> Sketch:
    """Give the sounds in a stretch the labels, lengths and locks of others, one by one, and put in what was put in."""
    spans = sketch.governing
    if spans is None:
        return sketch
    new_ones = put_in(clip)
    picked = [k for k in range(*spans.inside(start, stop).indices(spans.count)) if spans.starts[k] >= start]
    picked = picked or list(range(*spans.inside(start, stop).indices(spans.count)))
    if picked and all(spans.origin[k] & np.uint8(Mark.LOCKED) for k in picked):
        raise EditError(f"{spans.spec.title} are locked here; unlock them first.")
    pairs: dict[int, int] = {}
    shift, k = 0, 0
    for j in range(clip.count):
        if new_ones[j]:
            at = picked[k] + shift if k < len(picked) else picked[-1] + shift + 1 if picked else 0
            sketch = insert(sketch, at, clip.labels[j], int(clip.stops[j] - clip.starts[j]))
            shift += 1
        elif k < len(picked):
            pairs[j] = picked[k] + shift
            k += 1
    spans = sketch.governing
    if spans is None:
        return sketch
    lengths, labels, origin = {}, list(spans.labels), spans.origin.copy()
    for j, at in pairs.items():
        if not clip.origin[j] & _BY_HAND or spans.origin[at] & np.uint8(Mark.LOCKED):
            continue
        n = int(clip.stops[j] - clip.starts[j])
        if n != clip.base_frames[j] or clip.origin[j] & np.uint8(Mark.LOCKED):
            lengths[at] = max(n, spans.spec.min_frames)
        if clip.labels[j] != clip.base_labels[j]:
            labels[at] = clip.labels[j]
    sketch = set_lengths(sketch, lengths) if lengths else sketch
    spans = sketch.governing or spans
    for j, at in pairs.items():
        if clip.origin[j] & _BY_HAND and not origin[at] & np.uint8(Mark.LOCKED):
            origin[at] = clip.origin[j]
    return sketch.with_layer(replace(spans, labels=tuple(labels), origin=frozen(origin, np.uint8)))
