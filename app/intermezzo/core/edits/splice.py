"""Other spans in the place of some: a word that is said anew as another one, with its own sounds and its own length.

All that is later moves; what stands before and after stays as it is to the last bit. Under the new spans every layer
is drawn from edge to edge, without edits, until the engine predicts it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.spans import spans_of
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Layer, Mark, Matrix, Region, Spans, Warp
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["NewSpan", "put_spans", "splice", "text_range"]

NewSpan = tuple[str, int, float, tuple[int, int]]
"""Label, frames, score 0 to 1, and the character range in the source, (-1, -1) for none."""


def splice(sketch: Sketch, first: int, last: int, new: Sequence[NewSpan]) -> Sketch:
    """Return the sketch with governing spans ``first:last`` replaced by others; spans of other layers are only moved.

    Raises:
        EditError: if there are no such spans, something in them is locked, or nothing would be left.
    """
    spans = spans_of(sketch)
    if not 0 <= first < last <= spans.count:
        raise EditError(f"{spans.spec.title} has no elements {first} to {last}.")
    if not new and last - first == spans.count:
        raise EditError(f"The last of the {spans.spec.title.lower()} cannot be deleted.")
    if any(n < spans.spec.min_frames for _, n, _, _ in new):
        raise EditError(f"A new element of {spans.spec.title.lower()} is too short.")
    start, stop = int(spans.starts[first]), int(spans.stops[last - 1])
    for layer in sketch.layers.values():
        if layer.timed and (layer.marks(Region(start, stop)) & np.uint8(Mark.LOCKED)).any():
            raise EditError(f"{layer.spec.title} is locked here; unlock it first.")
    n, total = sum(n for _, n, _, _ in new), len(spans)
    warp = Warp((0, start, stop, total), (0, start, start + n, total - (stop - start) + n))
    bare = _bare(sketch, start, stop).retime(warp)
    moved = spans_of(bare)
    layers: dict[str, Layer] = {}
    for name, layer in bare.layers.items():
        layers[name] = _bridged(layer, start, start + n) if n else layer
    layers[spans.spec.name] = put_spans(moved, first, last, start, new)
    return replace(bare, layers=layers)


def put_spans(spans: Spans, first: int, last: int, start: int, new: Sequence[NewSpan]) -> Spans:
    """Return spans with ``first:last`` replaced by others that lie end to end from frame ``start`` on, as hand-made."""
    lengths = np.array([n for _, n, _, _ in new], np.int64)
    stops = start + np.cumsum(lengths)
    ids = int(spans.ids.max(initial=-1)) + 1 + np.arange(len(new))

    def put(old: NDArray[np.generic], fresh: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.concatenate([old[:first], fresh.astype(old.dtype).reshape(-1, *old.shape[1:]), old[last:]])

    labels = tuple(label for label, _, _, _ in new)
    source = np.array([place for _, _, _, place in new], np.int64)
    return replace(
        spans,
        starts=frozen(put(spans.starts, stops - lengths), np.int32), stops=frozen(put(spans.stops, stops), np.int32),
        labels=(*spans.labels[:first], *labels, *spans.labels[last:]),
        base_labels=(*spans.base_labels[:first], *labels, *spans.base_labels[last:]),
        ids=frozen(put(spans.ids, ids), np.int32), base_frames=frozen(put(spans.base_frames, lengths), np.int32),
        origin=frozen(put(spans.origin, np.full(len(new), int(Mark.EDITED))), np.uint8),
        score=None if spans.score is None
        else frozen(put(spans.score, np.array([s for _, _, s, _ in new])), np.float32),
        source=None if spans.source is None else frozen(put(spans.source, source), np.int32),
        base_starts=None if spans.base_starts is None
        else frozen(put(spans.base_starts, np.full(len(new), -1)), np.int32),
        alternatives=None if spans.alternatives is None
        else (*spans.alternatives[:first], *[()] * len(new), *spans.alternatives[last:]),
    )  # fmt: skip


def text_range(spans: Spans, first: int, last: int) -> tuple[int, int] | None:
    """Return the characters of the source that spans ``first:last`` show, closing punctuation included, if any."""
    if spans.source is None or not 0 <= first < last <= spans.count or spans.source[first, 0] < 0:
        return None
    end = int(spans.source[last - 1, 0]) + len(spans.labels[last - 1])
    return int(spans.source[first, 0]), max(end, int(spans.source[last - 1, 1]))


def _bare(sketch: Sketch, start: int, stop: int) -> Sketch:
    """Take hand edits in a stretch back, so that none is stretched into what is new."""
    region = Region(start, stop)
    for layer in sketch.layers.values():
        if isinstance(layer, (Curve, Matrix)):
            sketch = sketch.with_layer(layer.erase(region))
    return sketch


def _bridged(layer: Layer, start: int, stop: int) -> Layer:
    """Draw a stretch of a curve or matrix from its left neighbour to its right one, as predicted."""
    share = (np.arange(stop - start) + 1) / (stop - start + 1)
    before, after = max(start - 1, 0), min(stop, len(layer) - 1)
    before, after = (after, after) if start == 0 else (before, before) if stop == len(layer) else (before, after)
    if isinstance(layer, Curve):
        left, right = layer.spec.to_display(layer.base[[before, after]])
        drawn = layer.spec.from_display(left + share * (right - left))  # a gap on either side makes a gap
        base, values, origin = layer.base.copy(), layer.values.copy(), layer.origin.copy()
        base[start:stop] = values[start:stop] = drawn
        origin[start:stop] = int(Mark.PREDICTED)
        return replace(
            layer, base=frozen(base, np.float32), values=frozen(values, np.float32), origin=frozen(origin, np.uint8)
        )
    if isinstance(layer, Matrix):
        left_row, right_row = layer.base.window(before, before + 1), layer.base.window(after, after + 1)
        rows = (left_row + share[:, None] * (right_row - left_row)).astype(np.float32)
        origin = layer.origin.copy()
        origin[start:stop] = int(Mark.PREDICTED)
        return replace(layer, base=layer.base.splice(start, stop, rows), origin=frozen(origin, np.uint8))
    return layer
