"""Where free spans go when what hands did to them is erased: back to the engine's places, as far as others leave room.

An edge that a span shares with a neighbour, and shared as the engine laid them, goes back for both. What stays by hand
is never moved or covered: a span that meets it is cut there, and one that has no room left stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from intermezzo.core.layers.base import Mark

if TYPE_CHECKING:
    from intermezzo.core.layers.spans import Spans

__all__ = ["given_back"]

_Edges = tuple[int, int]


def given_back(spans: Spans, wanted: Iterable[int]) -> tuple[dict[int, _Edges], set[int]]:
    """Return the new (start, stop) of the spans that move, by index, and the spans that are gone: a hand made them.

    Args:
        spans: free spans, with the engine's places.
        wanted: indices of those to give back, none of them locked.
    """
    assert spans.base_starts is not None
    own = [(int(a), int(a + n)) for a, n in zip(spans.base_starts, spans.base_frames, strict=True)]
    now = list(zip(spans.starts.tolist(), spans.stops.tolist(), strict=True))
    back = set(wanted)
    gone = {k for k in back if own[k][0] < 0}
    back -= gone
    locked = (spans.origin & np.uint8(Mark.LOCKED)) != 0
    # Neighbours that go along at a shared edge are no obstacle there.
    along: dict[int, list[int]] = {}
    for k in back:
        for j, side in ((k - 1, 1), (k + 1, 0)):
            if 0 <= j < len(now) and j not in back and j not in gone and not locked[j] and own[j][0] >= 0:
                shares = now[j][side] == now[k][1 - side] and own[j][side] == own[k][1 - side]
                if shares and now[j][side] != own[j][side]:
                    along.setdefault(j, []).append(side)
    moved: dict[int, _Edges] = {}
    for j, sides in along.items():
        both = (own[j][0] if 0 in sides else now[j][0], own[j][1] if 1 in sides else now[j][1])
        if both[1] > both[0]:
            moved[j] = both
    fixed = sorted(moved.get(j, now[j]) for j in range(len(now)) if j not in back and j not in gone)
    for k in sorted(back):
        edges = _room(own[k], fixed)
        if edges is None:
            fixed = sorted([*fixed, now[k]])
        else:
            moved[k] = edges
    return {k: edges for k, edges in moved.items() if edges != now[k]}, gone


def _room(wanted: _Edges, fixed: list[_Edges]) -> _Edges | None:
    """Return the longest part of a place that nothing else takes."""
    at, best = wanted[0], (0, 0)
    for start, stop in [*fixed, (wanted[1], wanted[1])]:
        if min(start, wanted[1]) - at > best[1] - best[0]:
            best = at, min(start, wanted[1])
        at = max(at, stop)
    return best if best[1] > best[0] else None
