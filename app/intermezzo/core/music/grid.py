"""The grid of musical time: places a step apart, counted anew from each bar line (in a pick-up from its end)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.metre import Bars

__all__ = ["on_grid", "places", "whole_stretch"]


def on_grid(frames: Any, step: int, bars: Bars | None = None) -> NDArray[np.int64]:
    """Return the place of the grid that is nearest to each frame, int64; bar lines are places too.

    Args:
        frames: (fractional) frames, any shape.
        step: frames between two places, 1 or more.
        bars: the bars of the piece; without them the grid counts from frame 0.
    """
    at = np.asarray(frames, np.float64)
    if bars is None:
        return (np.rint(at / step) * step).astype(np.int64)
    edges = np.append(bars.starts, bars.n_frames)
    k = np.clip(np.searchsorted(bars.starts, at, side="right") - 1, 0, bars.count - 1)
    first, last = edges[k], edges[k + 1]
    zero = np.where((k == 0) & (bars.pickup > 0), last, first)
    found = np.clip(zero + np.rint((at - zero) / step) * step, first, last)
    nearer = np.abs(last - at) < np.abs(found - at)
    return np.where(nearer, last, found).astype(np.int64)


def places(start: int, stop: int, step: int, bars: Bars | None = None) -> NDArray[np.int64]:
    """Return all places of the grid in frames ``start:stop``, rising, bar lines among them."""
    if stop <= start:
        return np.zeros(0, np.int64)
    if bars is None:
        return np.arange(-(-start // step) * step, stop, step, dtype=np.int64)
    first, last = bars.index_at(start), bars.index_at(max(stop - 1, start))
    edges = np.append(bars.starts, bars.n_frames)
    found = []
    for k in range(first, last + 1):
        a, b = int(edges[k]), int(edges[k + 1])
        offset = (b - a) % step if k == 0 and bars.pickup else 0
        found.append(np.unique(np.concatenate(([a], np.arange(a + offset, b, step, dtype=np.int64)))))
    whole = np.concatenate(found)
    inside: NDArray[np.int64] = whole[(whole >= start) & (whole < stop)]
    return inside


def whole_stretch(start: int, stop: int, bars: Bars) -> tuple[int, int]:
    """Return the whole bars around frames ``start:stop``; of a stretch shorter than a bar its whole beats."""
    last = bars.index_at(max(stop - 1, start))
    if stop - start >= min(metre.bar_frames for metre in bars.metres[bars.index_at(start) : last + 1]):
        edges = np.append(bars.starts, bars.n_frames)
    else:
        edges = np.append(bars.beats(0, bars.n_frames), bars.n_frames)
    first = int(np.searchsorted(edges, start, side="right")) - 1
    following = int(np.searchsorted(edges, stop, side="left"))
    return int(edges[max(first, 0)]), int(edges[min(following, len(edges) - 1)])
