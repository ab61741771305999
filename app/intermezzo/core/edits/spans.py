"""Edits of spans: boundaries, lengths, labels, and whole spans put in or taken out.

Edits of the governing spans move time itself: every other layer, paint included, stretches and shifts with them.
"""

from dataclasses import replace

import numpy as np

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Spans, Warp
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["choose", "delete", "insert", "join", "move_boundary", "relabel", "reset_lengths", "set_lengths", "spans_of"]


def spans_of(sketch: Sketch, layer: str | None = None) -> Spans:
    """Return a spans layer by name, or the governing one; raises EditError if there is none."""
    found = sketch.governing if layer is None else sketch.layers.get(layer)
    if not isinstance(found, Spans):
        raise EditError(f"This sketch has no spans {layer!r}." if layer else "Nothing in this sketch can be stretched.")
    return found


def set_lengths(sketch: Sketch, lengths: dict[int, int]) -> Sketch:
    """Give governing spans new lengths in frames, by index; all that is later shifts.

    Raises:
        EditError: if a span is missing or locked, or a length is below the shortest.
    """
    spans = spans_of(sketch)
    missing = next((k for k in lengths if not 0 <= k < spans.count), None)
    if missing is not None:
        raise EditError(f"{spans.spec.title} has no element {missing}.")
    wanted = {k: n for k, n in lengths.items() if n != spans.stops[k] - spans.starts[k]}
    if not wanted:
        return sketch
    short = next((k for k, n in wanted.items() if n < spans.spec.min_frames), None)
    if short is not None:
        shortest_ms = spans.spec.min_frames * spans.hop_s * 1000
        raise EditError(f"{spans.labels[short]!r} cannot be shorter than {shortest_ms:.0f} ms.")
    marked = spans.with_lengths_edited(*wanted)
    return sketch.with_layer(marked).retime(_warp(spans, wanted))


def _warp(spans: Spans, lengths: dict[int, int]) -> Warp:
    """Return the warp that gives spans these lengths and leaves the gaps between them."""
    old, new = [0], [0]

    def knot(frame: int, length: int) -> None:
        if frame > old[-1]:
            old.append(frame)
            new.append(new[-1] + length)

    for k in sorted(lengths):
        start, stop = int(spans.starts[k]), int(spans.stops[k])
        knot(start, start - old[-1])
        knot(stop, lengths[k])
    knot(len(spans), len(spans) - old[-1])
    return Warp(tuple(old), tuple(new))


def move_boundary(sketch: Sketch, index: int, frame: int, *, ripple: bool = False) -> Sketch:
    """Move the end of governing span ``index`` to ``frame``.

    The next span gives or takes the time, so that the total stays; with ``ripple`` all that is later shifts. The
    boundary stops where a span would become too short.

    Raises:
        EditError: if a span that would change is locked.
    """
    spans = spans_of(sketch)
    if not 0 <= index < spans.count:
        raise EditError(f"{spans.spec.title} has no boundary {index}.")
    least = spans.spec.min_frames
    start, stop = int(spans.starts[index]), int(spans.stops[index])
    has_next = index + 1 < spans.count and int(spans.starts[index + 1]) == stop
    if ripple or not has_next:
        return set_lengths(sketch, {index: max(frame - start, least)})
    end = int(spans.stops[index + 1])
    frame = min(max(frame, start + least), end - least)
    return set_lengths(sketch, {index: frame - start, index + 1: end - frame})


def relabel(sketch: Sketch, layer: str, index: int, label: str) -> Sketch:
    """Give one span another label; raises EditError if it is locked or the label does not belong here."""
    spans = spans_of(sketch, layer)
    if 0 <= index < spans.count and spans.labels[index] == label:
        return sketch
    return sketch.with_layer(spans.with_label(index, label))


def choose(sketch: Sketch, layer: str, index: int, label: str) -> Sketch:
    """Give one span another label, as `relabel` does; the engine's own, at its place, is no edit any more.

    Raises:
        EditError: if it is locked or the label does not belong here.
    """
    spans = spans_of(sketch, layer)
    if not 0 <= index < spans.count or spans.labels[index] == label:
        return relabel(sketch, layer, index, label)
    changed = spans.with_label(index, label)
    laid = spans.base_starts is None or spans.base_starts[index] == spans.starts[index]
    if (
        laid
        and label == spans.base_labels[index]
        and spans.stops[index] - spans.starts[index] == spans.base_frames[index]
    ):
        origin = changed.origin.copy()
        origin[index] &= ~np.uint8(Mark.EDITED)
        changed = replace(changed, origin=frozen(origin, np.uint8))
    return sketch.with_layer(changed)


def insert(sketch: Sketch, index: int, label: str, n_frames: int) -> Sketch:
    """Put a new governing span of ``n_frames`` before span ``index``; all that is later shifts.

    What other layers show in it is drawn out from the left neighbour until the engine predicts it.
    """
    spans = spans_of(sketch)
    if not 0 <= index <= spans.count:
        raise EditError(f"{spans.spec.title} has no place {index}.")
    n = max(n_frames, spans.spec.min_frames)
    at = int(spans.starts[index]) if index < spans.count else int(spans.stops[-1]) if spans.count else 0
    total = len(spans)
    warp = Warp((0, at, at, total), (0, at, at + n, total + n))
    moved = replace(
        spans, n_frames=total + n,
        starts=frozen(spans.starts + n * (np.arange(spans.count) >= index), np.int32),
        stops=frozen(spans.stops + n * (np.arange(spans.count) >= index), np.int32),
    )  # fmt: skip
    with_new = moved.with_span(index, at, at + n, label)
    return replace(sketch, layers={**sketch.retime(warp).layers, spans.spec.name: with_new})


def join(sketch: Sketch, index: int, neighbour: int) -> Sketch:
    """Let what other layers say of a governing span hold for the one beside it, ``index``: a word reaches round it.

    For a span that was put in at the edge of a word, and therefore outside.
    """
    spans = spans_of(sketch)
    start, stop = int(spans.starts[index]), int(spans.stops[index])
    for layer in sketch.layers.values():
        if not isinstance(layer, Spans) or layer.spec.governs:
            continue
        starts, stops = layer.starts.copy(), layer.stops.copy()
        if neighbour > index:
            starts[starts == stop] = start
        else:
            stops[stops == start] = stop
        if (starts != layer.starts).any() or (stops != layer.stops).any():
            joined = replace(layer, starts=frozen(starts, np.int32), stops=frozen(stops, np.int32))
            sketch = sketch.with_layer(joined)
    return sketch


def delete(sketch: Sketch, index: int) -> Sketch:
    """Take a governing span out with its time; spans of other layers that become empty go with it.

    Raises:
        EditError: if the span is locked or the only one.
    """
    spans = spans_of(sketch)
    if spans.count <= 1:
        raise EditError(f"The last of the {spans.spec.title.lower()} cannot be deleted.")
    rest = spans.without(index)
    start, stop = int(spans.starts[index]), int(spans.stops[index])
    total, n = len(spans), stop - start
    warp = Warp((0, start, stop, total), (0, start, start, total - n))
    moved = replace(
        rest, n_frames=total - n,
        starts=frozen(rest.starts - n * (np.arange(rest.count) >= index), np.int32),
        stops=frozen(rest.stops - n * (np.arange(rest.count) >= index), np.int32),
    )  # fmt: skip
    layers = {**sketch.retime(warp).layers, spans.spec.name: moved}
    for name, layer in layers.items():
        if isinstance(layer, Spans):
            kept = np.flatnonzero(layer.stops > layer.starts).tolist()
            layers[name] = layer if len(kept) == layer.count else layer.subset(kept)
    return replace(sketch, layers=layers)


def reset_lengths(sketch: Sketch, start: int, stop: int) -> Sketch:
    """Give the unlocked governing spans in frames ``start:stop`` the engine's own lengths and labels back."""
    spans = spans_of(sketch)
    inside = range(*spans.inside(start, stop).indices(spans.count))
    free = [k for k in inside if not spans.origin[k] & Mark.LOCKED]
    result = set_lengths(sketch, {k: int(spans.base_frames[k]) for k in free})
    moved = spans_of(result)
    origin = moved.origin.copy()
    origin[free] &= ~np.uint8(Mark.EDITED)
    labels = tuple(moved.base_labels[k] if k in free else label for k, label in enumerate(moved.labels))
    if result is sketch and labels == spans.labels and (origin == spans.origin).all():
        return sketch
    return result.with_layer(replace(moved, labels=labels, origin=frozen(origin, np.uint8)))
