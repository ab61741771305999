"""Free spans of one layer in the place of those of another in a stretch; what is by hand is neither cut nor lost.

Spans belong to the stretch in which they begin. One that reaches out of it gives way where it ends, and what is left
of an own one behind it stays; a span that lies over the whole stretch, from before it to behind it, stays alone.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers.base import Mark, frozen
from intermezzo.core.layers.warp import Warp

if TYPE_CHECKING:
    from intermezzo.core.layers.spans import Spans

__all__ = ["shifted_places", "spliced"]


def spliced(spans: Spans, start: int, stop: int, other: Spans, first: int, last: int) -> Spans:
    """Return spans with those that begin in frames ``first:last`` of another in the place of those in ``start:stop``.

    Both are free and know the engine's places. What is later moves by the difference of the lengths.
    """
    by = (last - first) - (stop - start)
    end = stop + by
    room = Warp((0, start, stop, spans.n_frames), (0, start, end, spans.n_frames + by))
    moved = spans.retime(room)
    theirs = np.flatnonzero((other.starts >= first) & (other.starts < last)).tolist()
    if not theirs or bool(np.any((spans.starts < start) & (spans.stops > stop))):
        return moved
    inside = (spans.starts >= start) & (spans.starts < stop)
    front = moved.subset(np.flatnonzero(spans.starts < start).tolist())
    rest = moved.subset(np.flatnonzero(spans.starts >= stop).tolist())
    ends = int(rest.starts[0]) if rest.count else moved.n_frames
    laid = other.subset(theirs)
    starts, stops = laid.starts + (start - first), laid.stops + (start - first)
    held = _by_hand(laid)
    limit = np.where(held, ends, end)
    if front.count and _by_hand(front)[-1]:
        starts = np.maximum(starts, front.stops[-1])
    stops = np.minimum(stops, limit)
    kept = np.flatnonzero(stops > starts).tolist()
    next_id = int(max(spans.ids.max(initial=-1), 0)) + 1
    given = spans.ids[inside].tolist()[: len(kept)]
    ids = [*given, *range(next_id, next_id + len(kept) - len(given))]
    laid = replace(
        laid.subset(kept), n_frames=moved.n_frames, starts=frozen(starts[kept], np.int32),
        stops=frozen(stops[kept], np.int32), ids=frozen(np.array(ids), np.int32),
        base_starts=frozen(shifted_places(laid.subset(kept).base_starts, start - first), np.int32),
    )  # fmt: skip
    if front.count and laid.count and not _by_hand(front)[-1]:
        cut = front.stops.copy()
        cut[-1] = min(int(cut[-1]), int(laid.starts[0]))
        front = replace(front, stops=frozen(cut, np.int32))
    tail = _tail(spans, moved, inside, stop, int(laid.stops[-1]) if laid.count else end, end, next_id + len(kept))
    return _in_a_row(front, laid, *([tail] if tail is not None else []), rest)


def _by_hand(spans: Spans) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (spans.origin & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0
    return found


def _tail(
    spans: Spans, moved: Spans, inside: NDArray[np.bool_], stop: int, at: int, end: int, number: int
) -> Spans | None:
    """Return what is left behind the stretch of the engine's span that reached out of it."""
    reaching = np.flatnonzero(inside & (spans.stops > stop))
    if not len(reaching) or bool(_by_hand(spans)[reaching[-1]]):
        return None
    k = int(reaching[-1])
    start, until = max(at, end), int(moved.stops[k])
    if until <= start:
        return None
    own = moved.subset([k])
    return replace(
        own, starts=frozen(np.array([start]), np.int32), stops=frozen(np.array([until]), np.int32),
        ids=frozen(np.array([number]), np.int32), base_starts=frozen(np.array([start]), np.int32),
        base_frames=frozen(np.array([until - start]), np.int32), base_labels=own.labels,
    )  # fmt: skip


def _in_a_row(*parts: Spans) -> Spans:
    """Return spans of one time axis and in order as one layer; they keep their ids."""

    def all_of(name: str) -> Any:
        columns = [getattr(part, name) for part in parts]
        if any(column is None for column in columns):
            return None
        if isinstance(columns[0], tuple):
            return tuple(label for column in columns for label in column)
        return frozen(np.concatenate(columns), columns[0].dtype)

    names = [f.name for f in fields(parts[0]) if f.name not in ("spans_spec", "hop_s", "n_frames")]
    return replace(parts[0], **{name: all_of(name) for name in names})


def shifted_places(base_starts: NDArray[np.int32] | None, by: int) -> NDArray[np.int32]:
    """Move the engine's places, those that are any; what would lie before the first frame is put on it."""
    assert base_starts is not None
    moved: NDArray[np.int32] = np.where(base_starts < 0, -1, np.maximum(base_starts + by, 0)).astype(np.int32)
    return moved
