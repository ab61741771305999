"""The marks of origin as plain integers: enum arithmetic in a paint loop costs more than the painting."""

from typing import Final

import numpy as np

from intermezzo.core.layers import Mark, Spans

__all__ = ["ANALYSED", "EDITED", "LOCKED", "box_marks"]

ANALYSED: Final = int(Mark.ANALYSED)
EDITED: Final = int(Mark.EDITED)
LOCKED: Final = int(Mark.LOCKED)


def box_marks(spans: Spans, inside: slice, governing: Spans | None) -> list[int]:
    """Return what boxes show: their own marks, edited where any, locked where all of the spans under them are."""
    own: list[int] = spans.origin[inside].tolist()
    if governing is None or governing is spans or not governing.count:
        return own
    first = np.searchsorted(governing.stops, spans.starts[inside], side="right")
    last = np.maximum(np.searchsorted(governing.starts, spans.stops[inside], side="left"), first)
    marks = governing.origin
    edited = np.concatenate(([0], np.cumsum((marks & EDITED) != 0)))
    locked = np.concatenate(([0], np.cumsum((marks & LOCKED) != 0)))
    some = edited[last] > edited[first]
    whole = (locked[last] - locked[first] == last - first) & (last > first)
    return [m | EDITED * e | LOCKED * w for m, e, w in zip(own, some.tolist(), whole.tolist(), strict=True)]
