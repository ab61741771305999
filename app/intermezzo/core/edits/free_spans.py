"""Edits of spans that govern nothing: edges move, spans are put in, split and taken out; time stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from intermezzo.core.edits.spans import spans_of
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["move_edge", "put", "split", "take_out"]


def move_edge(sketch: Sketch, layer: str, index: int, frame: int, *, at_start: bool = False) -> Sketch:
    """Move the end (or the beginning) of a span; a neighbour that touches it there gives or takes.

    The edge stops where a span would be shorter than the shortest, or meet one that it does not touch.

    Raises:
        EditError: if the span, or the neighbour that touches it, is locked.
    """
    spans = spans_of(sketch, layer)
    other = index - 1 if at_start else index + 1
    there = 0 <= other < spans.count
    edge, beyond = (spans.starts, spans.stops) if at_start else (spans.stops, spans.starts)
    touches = there and int(edge[index]) == int(beyond[other])
    least = spans.spec.min_frames
    if at_start:
        low = int(spans.starts[other]) + least if touches else int(spans.stops[other]) if there else 0
        high = int(spans.stops[index]) - least
    else:
        low = int(spans.starts[index]) + least
        high = int(spans.stops[other]) - least if touches else int(spans.starts[other]) if there else spans.n_frames
    to = min(max(frame, min(low, int(edge[index]))), max(high, int(edge[index])))
    if to == int(edge[index]):
        return sketch
    edited = spans.with_lengths_edited(*((index, other) if touches else (index,)))
    starts, stops = spans.starts.copy(), spans.stops.copy()
    (starts if at_start else stops)[index] = to
    if touches:
        (stops if at_start else starts)[other] = to
    return sketch.with_layer(replace(edited, starts=frozen(starts, np.int32), stops=frozen(stops, np.int32)))


def put(sketch: Sketch, layer: str, start: int, stop: int, label: str) -> Sketch:
    """Put a span in; what lies under it makes room, whole spans in it are gone, one around it goes on behind it.

    Raises:
        EditError: if something in the way is locked, the label is no symbol, or the span would leave the axis.
    """
    spans = spans_of(sketch, layer)
    if not 0 <= start < stop <= spans.n_frames:
        raise EditError("There is no room for it here.")
    under = range(*spans.inside(start, stop).indices(spans.count))
    locked = next((k for k in under if spans.origin[k] & Mark.LOCKED), None)
    if locked is not None:
        raise EditError(f"{spans.labels[locked]!r} is locked; unlock it first.")
    starts, stops, origin = spans.starts.copy(), spans.stops.copy(), spans.origin.copy()
    behind: tuple[int, int, str] | None = None
    for k in under:
        if starts[k] < start and stops[k] > stop:
            behind = stop, int(stops[k]), spans.labels[k]
        if starts[k] < start:
            stops[k] = start
        elif stops[k] > stop:
            starts[k] = stop
        origin[k] |= np.uint8(Mark.EDITED)
    gone = {k for k in under if spans.starts[k] >= start and spans.stops[k] <= stop}
    cut = replace(
        spans, starts=frozen(np.where(np.isin(np.arange(spans.count), list(gone)), spans.starts, starts), np.int32),
        stops=frozen(stops, np.int32), origin=frozen(origin, np.uint8),
    )  # fmt: skip
    kept = cut.subset([k for k in range(cut.count) if k not in gone])
    at = int(np.searchsorted(kept.starts, start))
    made = kept.with_span(at, start, stop, label)
    return sketch.with_layer(made.with_span(at + 1, *behind) if behind is not None else made)


def split(sketch: Sketch, layer: str, index: int, frame: int) -> Sketch:
    """Cut a span in two of the same label.

    Raises:
        EditError: if it is locked or a part would be too short.
    """
    spans = spans_of(sketch, layer)
    start, stop, least = int(spans.starts[index]), int(spans.stops[index]), spans.spec.min_frames
    if frame - start < least or stop - frame < least:
        raise EditError(f"{spans.labels[index]!r} is too short to be split here.")
    edited = spans.with_lengths_edited(index)
    stops = spans.stops.copy()
    stops[index] = frame
    shorter = replace(edited, stops=frozen(stops, np.int32))
    return sketch.with_layer(shorter.with_span(index + 1, frame, stop, spans.labels[index]))


def take_out(sketch: Sketch, layer: str, index: int) -> Sketch:
    """Take a span out and leave a gap; raises EditError if it is locked."""
    spans: Spans = spans_of(sketch, layer)
    return sketch.with_layer(spans.without(index))
