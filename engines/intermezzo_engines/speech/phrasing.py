"""Where phrases begin in a sketch: shortly before the end of each long pause, by the phones layer alone.

The renderer counts its chunks and its noise from there. So what an edit before a phrase does to its place in time
changes none of its samples: a phrase that only moved is found in the cache, to the bit. Pitch, energy and envelope
have no say in it, or an edit of them would be heard far away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from intermezzo.core.layers import Spans
from intermezzo_engines.speech.phones import PAUSE

__all__ = ["LEAD", "REST", "Chunk", "chunks_of", "phrase_starts"]

REST: Final = 24
"""Frames (0.26 s) from which on a pause parts two phrases; the manifest says it to the studio as ``rest_frames``."""
LEAD: Final = 12
"""Frames of that pause that belong to the phrase after it."""


class Chunk(NamedTuple):
    """Frames ``first:stop`` of absolute time, in the phrase that begins at ``start``; the next begins at ``end``.

    ``end`` is None in the last phrase, which goes on beyond the end of the sketch.
    """

    first: int
    stop: int
    start: int
    end: int | None


def phrase_starts(phones: Spans) -> tuple[int, ...]:
    """Return the first frame of each phrase, rising; the first is 0."""
    long = np.flatnonzero(phones.stops - phones.starts >= REST)
    return (0, *(int(phones.stops[k]) - LEAD for k in long if phones.labels[k] == PAUSE))


def chunks_of(starts: Sequence[int], first: int, stop: int, size: int) -> Iterator[Chunk]:
    """Yield the chunks that hold frames ``first:stop``: ``size`` frames each, the last one of a phrase shorter."""
    k = max(bisect_right(starts, first) - 1, 0)
    while k < len(starts) and starts[k] < stop:
        start, end = starts[k], starts[k + 1] if k + 1 < len(starts) else None
        begin = start + max(first - start, 0) // size * size
        for at in range(begin, stop if end is None else min(end, stop), size):
            yield Chunk(at, at + size if end is None else min(at + size, end), start, end)
        k += 1
