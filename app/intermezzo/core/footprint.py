"""Footprints: where in the output an edit can be heard, from what the engine's manifest promises."""

from bisect import bisect_right
from collections.abc import Mapping

import numpy as np

from intermezzo.core.layers import Curve, Layer, Spans, Warp
from intermezzo.core.manifest import Reach
from intermezzo.core.sketch import Sketch

__all__ = ["of_edit", "of_range"]


def of_range(sketch: Sketch, layer: str, start: int, stop: int, reach: Mapping[str, Reach]) -> tuple[int, int]:
    """Return the frames of the output that an edit of ``layer`` in frames ``start:stop`` can change.

    A layer without a promised reach changes everything.
    """
    if layer not in reach:
        return 0, sketch.n_frames
    promise = reach[layer]
    spans = sketch.governing
    if promise.spans and spans is not None and stop > start:
        touched = spans.inside(start, stop)
        if touched.stop > touched.start:
            start = min(start, int(spans.starts[touched.start]))
            stop = max(stop, int(spans.stops[touched.stop - 1]))
    if promise.run:
        stop = _end_of_run(sketch.layers[layer], stop)
    return max(start - promise.before, 0), min(stop + promise.after, sketch.n_frames)


def of_edit(old: Sketch, new: Sketch, reach: Mapping[str, Reach]) -> list[tuple[int, int]]:
    """Return the frames of the output that differ between two versions of a sketch, merged and in order.

    Where the time axis changed in length, everything from the first moved span on is new. A change of a layer
    without time can be heard everywhere.
    """
    ranges: list[tuple[int, int]] = []
    if new.n_frames != old.n_frames:
        same = _frames_before_moves(old, new) if set(new.layers) <= set(reach) else 0
        ranges.append((max(same - max((r.before for r in reach.values()), default=0), 0), new.n_frames))
        old, new = (s.retime(Warp((0, same, s.n_frames), (0, same, same))) for s in (old, new))
    for layer, stretches in new.changed(old).items():
        if not new.layers[layer].timed:
            ranges.append((0, new.n_frames))
            continue
        for start, stop in stretches:
            after_new = of_range(new, layer, start, stop, reach)
            after_old = of_range(old, layer, start, stop, reach)
            ranges.append((min(after_new[0], after_old[0]), max(after_new[1], after_old[1])))
        if layer in reach and reach[layer].rest:
            ranges += _changed_rests(old.layers[layer], new.layers[layer], reach[layer])
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(r for r in ranges if r[1] > r[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def _changed_rests(old: Layer, new: Layer, promise: Reach) -> list[tuple[int, int]]:
    """Return the frames from each rest that is only in one version to the end of the next that is in both."""
    before, after = _rest_ends(old, promise), _rest_ends(new, promise)
    shared = sorted(before & after)
    found: list[tuple[int, int]] = []
    for end in before ^ after:
        k = bisect_right(shared, end)
        found.append((max(end - promise.rest_frames, 0), shared[k] if k < len(shared) else len(new)))
    return found


def _rest_ends(layer: Layer, promise: Reach) -> set[int]:
    if not isinstance(layer, Spans):
        return set()
    long = np.flatnonzero(layer.stops - layer.starts >= promise.rest_frames)
    return {int(layer.stops[k]) for k in long if layer.labels[k] == promise.rest}


def _frames_before_moves(old: Sketch, new: Sketch) -> int:
    """Return how many frames at the beginning belong to the same spans at the same places in both versions."""
    if new.governing is None or old.governing is None:
        return 0
    same = 0
    for mine, theirs in zip(_places(new.governing), _places(old.governing), strict=False):
        if mine != theirs:
            break
        same = mine[2]
    return same


def _places(spans: Spans) -> list[tuple[int, int, int]]:
    return list(zip(spans.ids.tolist(), spans.starts.tolist(), spans.stops.tolist(), strict=True))


def _end_of_run(layer: Layer, stop: int) -> int:
    if not isinstance(layer, Curve):
        return stop
    silent = np.flatnonzero(layer.values[stop:] == 0)
    return stop + int(silent[0]) if len(silent) else len(layer)
