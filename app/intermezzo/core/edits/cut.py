"""A stretch of a sketch as a sketch of its own, with the part of the text that it says."""

from dataclasses import replace

import numpy as np

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Layer, Spans, Warp
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["cut"]


def cut(sketch: Sketch, start: int, stop: int, place: tuple[int, int] | None = None) -> Sketch:
    """Return frames ``start:stop`` of a sketch; every value, edit and lock in them stays as it is.

    Spans at the edges keep what lies inside. ``place``: the characters of the source that the stretch says; spans then
    count their places from its start. Layers without time stay whole.

    Raises:
        EditError: if the sketch has no such frames.
    """
    if not 0 <= start < stop <= sketch.n_frames:
        raise EditError(f"The sketch has no frames {start} to {stop}.")
    n = stop - start
    part = sketch.retime(Warp((0, start, stop, sketch.n_frames), (0, 0, n, n)))
    layers: dict[str, Layer] = {}
    for name, layer in part.layers.items():
        layers[name] = layer
        if isinstance(layer, Spans):
            layers[name] = _placed(layer.subset(np.flatnonzero(layer.stops > layer.starts).tolist()), place)
    return replace(part, layers=layers)


def _placed(spans: Spans, place: tuple[int, int] | None) -> Spans:
    if spans.source is None or place is None:
        return spans
    inside = (spans.source[:, :1] >= place[0]) & (spans.source[:, 1:] <= place[1])
    return replace(spans, source=frozen(np.where(inside, spans.source - place[0], -1), np.int32))
