"""Which words of the source were touched by hand in the sketch; blocks of a matrix are looked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Curve, Mark, Matrix, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["EditedFrames", "Word", "source_spans", "words_of"]

Word = tuple[int, int, int, int]  # first and last character, first and last frame (each stop exclusive)


def source_spans(sketch: Sketch) -> Spans | None:
    """Return the first spans that know where in the source text they come from; the longest ones first."""
    known = [x for x in sketch.layers.values() if isinstance(x, Spans) and x.source is not None and x.count]
    return min(known, key=lambda spans: spans.count, default=None)


def words_of(sketch: Sketch, text: str) -> list[Word]:
    """Return the spans that still stand in the text as they did when it was converted."""
    spans = source_spans(sketch)
    if spans is None or spans.source is None:
        return []
    found = []
    for k, (first, last) in enumerate(spans.source.tolist()):
        if 0 <= first < last <= len(text) and _same(text[first:last], spans.base_labels[k]):
            found.append((first, last, int(spans.starts[k]), int(spans.stops[k])))
    return found


def _same(written: str, label: str) -> bool:
    a, b = ("".join(c for c in s.casefold() if c.isalnum()) for s in (written, label))
    return a == b or not b


class EditedFrames:
    """Remembers blocks of paint that it has seen, by identity, so that a stroke costs the blocks under it."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[NDArray[np.float32], NDArray[np.bool_]]] = {}

    def of(self, sketch: Sketch) -> NDArray[np.bool_]:
        """Return which frames carry a hand edit in any layer, bool (frames,)."""
        edited = np.zeros(sketch.n_frames, bool)
        seen: dict[int, tuple[NDArray[np.float32], NDArray[np.bool_]]] = {}
        for layer in sketch.layers.values():
            if isinstance(layer, Curve):
                edited |= (layer.origin & Mark.EDITED) != 0
            elif isinstance(layer, Spans):
                for span in np.flatnonzero(layer.origin & Mark.EDITED).tolist():
                    edited[layer.starts[span] : layer.stops[span]] = True
            elif isinstance(layer, Matrix):
                for k, block in enumerate(layer.paint.blocks):
                    known = self._seen.get(id(block)) or seen.get(id(block))
                    rows = known[1] if known and known[0] is block else np.any(block != 0, axis=1)
                    seen[id(block)] = (block, rows)
                    edited[layer.paint.starts[k] : layer.paint.starts[k + 1]] |= rows
        self._seen = seen
        return edited
