"""Which words of the source were touched by hand in the sketch; blocks of a matrix are looked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Curve, Mark, Matrix, Notes, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["EditedFrames", "StandingWords", "source_spans"]


def source_spans(sketch: Sketch) -> Spans | None:
    """Return the first spans that know where in the source text they come from; the longest ones first."""
    known = [x for x in sketch.layers.values() if isinstance(x, Spans) and x.source is not None and x.count]
    return min(known, key=lambda spans: spans.count, default=None)


class StandingWords:
    """Remembers which spans still stand in the text as they did when it was converted; compares a text once."""

    def __init__(self) -> None:
        self._for: tuple[object, object, str] = (None, None, "")
        self._kept: NDArray[np.int64] = np.empty(0, np.int64)

    def of(self, sketch: Sketch, text: str) -> NDArray[np.int64]:
        """Return int64 (words, 4): first and last character, first and last frame, each stop exclusive."""
        spans = source_spans(sketch)
        if spans is None or spans.source is None:
            return np.empty((0, 4), np.int64)
        key = (spans.source, spans.base_labels, text)
        if not (self._for[0] is key[0] and self._for[1] is key[1] and self._for[2] == text):
            places = spans.source.tolist()
            self._kept = np.array(
                [k for k, (a, b) in enumerate(places) if 0 <= a < b and _same(text[a:b], spans.base_labels[k])],
                np.int64,
            )
            self._for = key
        kept = self._kept
        found: NDArray[np.int64] = np.column_stack((spans.source[kept], spans.starts[kept], spans.stops[kept]))
        return found.astype(np.int64)


def _same(written: str, label: str) -> bool:
    if written == label:
        return True
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
            elif isinstance(layer, (Spans, Notes)):
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
