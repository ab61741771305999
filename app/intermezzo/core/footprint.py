"""Footprints: where in the output an edit can be heard, from what the engine's manifest promises."""

from collections.abc import Mapping

import numpy as np

from intermezzo.core.layers import Curve, Layer
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
    if promise.run:
        stop = _end_of_run(sketch.layers[layer], stop)
    return max(start - promise.before, 0), min(stop + promise.after, sketch.n_frames)


def of_edit(old: Sketch, new: Sketch, reach: Mapping[str, Reach]) -> list[tuple[int, int]]:
    """Return the frames of the output that differ between two versions of a sketch, merged and in order.

    Where the time axis changed in length, everything from the first change on is new.
    """
    ranges: list[tuple[int, int]] = []
    for layer, stretches in new.changed(old).items():
        if len(new.layers[layer]) != len(old.layers[layer]) or not new.layers[layer].timed:
            ranges.append((_first_difference(old, new, reach), new.n_frames))
            continue
        for start, stop in stretches:
            after_new = of_range(new, layer, start, stop, reach)
            after_old = of_range(old, layer, start, stop, reach)
            ranges.append((min(after_new[0], after_old[0]), max(after_new[1], after_old[1])))
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(r for r in ranges if r[1] > r[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def _first_difference(old: Sketch, new: Sketch, reach: Mapping[str, Reach]) -> int:
    governing, before = new.governing, old.governing
    if governing is None or before is None or any(layer not in reach for layer in new.layers):
        return 0
    shared = min(governing.count, before.count)
    same = (governing.starts[:shared] == before.starts[:shared]) & (governing.stops[:shared] == before.stops[:shared])
    different = np.flatnonzero(~same)
    first = int(governing.starts[different[0]]) if len(different) else int(governing.stops[shared - 1]) if shared else 0
    return max(first - max((r.before for r in reach.values()), default=0), 0)


def _end_of_run(layer: Layer, stop: int) -> int:
    if not isinstance(layer, Curve):
        return stop
    silent = np.flatnonzero(layer.values[stop:] == 0)
    return stop + int(silent[0]) if len(silent) else len(layer)
