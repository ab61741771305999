"""Footprints: where in the output an edit can be heard, from what the engine's manifest promises."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import ceil, floor

import numpy as np

from intermezzo.core.layers import Curve, Grid, Layer, Notes, Spans, Warp
from intermezzo.core.manifest import Reach
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Sketch

__all__ = ["of_edit", "of_range"]

_SAME_S = 1e-9
_FEW = 8


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
        stop = _end_of_run(sketch.layers[layer], start, stop)
    start, stop = max(start - promise.before, 0), min(stop + promise.after, sketch.n_frames)
    if promise.before_s:
        start = max(floor(sketch.clock.frames_at(sketch.clock.seconds_at(start) - promise.before_s)), 0)
    if promise.after_s:
        stop = min(ceil(sketch.clock.frames_at(sketch.clock.seconds_at(stop) + promise.after_s)), sketch.n_frames)
    return start, sketch.n_frames if promise.onward else stop


def of_edit(old: Sketch, new: Sketch, reach: Mapping[str, Reach]) -> list[tuple[int, int]]:
    """Return the frames of the output that differ between two versions of a sketch, merged and in order.

    Where the time axis changed in length, everything from the first moved span on is new; so is, in a sketch in beats,
    everything from where a beat falls on another second or a bar line on another beat. A change of a layer without time
    can be heard everywhere. Of a picture the frames are the rows of its grid (cells.footprint_px tells the pixels).
    """
    ranges: list[tuple[int, int]] = []
    if _counts_beats_anew(old, new):
        ranges.append((_frames_in_step(old, new), new.n_frames))
    if new.n_frames != old.n_frames:
        same = _frames_before_moves(old, new) if set(new.layers) <= set(reach) else 0
        before_s = max((r.before_s for r in reach.values()), default=0.0)
        earlier = floor(new.clock.frames_at(new.clock.seconds_at(same) - before_s)) if before_s else same
        ranges.append((max(earlier - max((r.before for r in reach.values()), default=0), 0), new.n_frames))
        old, new = (s.retime(Warp((0, same, s.n_frames), (0, same, same))) for s in (old, new))
    for layer, stretches in new.changed(old).items():
        if not new.layers[layer].timed and (new.timed or not isinstance(new.layers[layer], Grid)):
            ranges.append((0, new.n_frames))
            continue
        # Thousands of notes that were moved together are one stretch, and so are those whose reaches meet.
        near = reach[layer].before + reach[layer].after if layer in reach else 0
        merged = _merged(stretches, near)
        if len(merged) > _FEW and layer in reach and not (reach[layer].run or reach[layer].spans):
            ranges += _of_many(old, new, merged, reach[layer])
            merged = []
        for start, stop in merged:
            after_new = of_range(new, layer, start, stop, reach)
            after_old = of_range(old, layer, start, stop, reach)
            ranges.append((min(after_new[0], after_old[0]), max(after_new[1], after_old[1])))
        if layer in reach and reach[layer].rest:
            ranges += _changed_rests(old.layers[layer], new.layers[layer], reach[layer])
    return _merged([r for r in ranges if r[1] > r[0]])


def _of_many(old: Sketch, new: Sketch, stretches: Sequence[tuple[int, int]], promise: Reach) -> list[tuple[int, int]]:
    """Return for each of many stretches the hull of what `of_range` returns in both versions; not of spans and runs."""
    edges, n_frames = np.array(stretches, np.int64), new.n_frames
    starts, stops = np.maximum(edges[:, 0] - promise.before, 0), np.minimum(edges[:, 1] + promise.after, n_frames)
    early, late = [starts], [stops]
    for clock in (old.clock, new.clock):
        if promise.before_s:
            early.append(np.floor(clock.frames_at(clock.seconds_at(starts) - promise.before_s)).astype(np.int64))
        if promise.after_s:
            late.append(np.ceil(clock.frames_at(clock.seconds_at(stops) + promise.after_s)).astype(np.int64))
    starts = np.clip(np.minimum.reduce(early), 0, n_frames)
    stops = np.clip(np.maximum.reduce(late), 0, n_frames)
    return [
        (start, n_frames if promise.onward else stop)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]


def _merged(ranges: Sequence[tuple[int, int]], gap: int = 0) -> list[tuple[int, int]]:
    """Return ranges in order, those joined that touch or leave no more than a gap between them."""
    if len(ranges) < 2:
        return list(ranges)
    edges = np.array(ranges, np.int64)
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    ends = np.maximum.accumulate(edges[:, 1])
    first = np.flatnonzero(np.append(True, edges[1:, 0] > ends[:-1] + gap))
    return list(zip(edges[first, 0].tolist(), ends[np.append(first[1:] - 1, len(ends) - 1)].tolist(), strict=True))


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
    """Return how many frames at the beginning belong to the same spans at the same places in both versions.

    Where beats count the time, and not the lengths of spans, nothing moves: frames come or go at the end.
    """
    if new.governing is None or old.governing is None:
        return min(new.n_frames, old.n_frames) if new.type.beats and old.type.beats else 0
    same = 0
    for mine, theirs in zip(_places(new.governing), _places(old.governing), strict=False):
        if mine != theirs:
            break
        same = mine[2]
    return same


def _counts_beats_anew(old: Sketch, new: Sketch) -> bool:
    beats = new.type.beats
    if beats is None or old.type.beats != beats:
        return False
    return any(new.layers[name] is not old.layers[name] for name in (beats.tempo, beats.metre))


def _frames_in_step(old: Sketch, new: Sketch) -> int:
    """Return up to which frame two sketches in beats have the same tempi and bar lines; ``new.n_frames`` for all."""
    shared = min(old.n_frames, new.n_frames)
    found = new.n_frames
    knots = np.unique(np.concatenate([old.clock.frames, new.clock.frames, [shared]]))
    knots = knots[knots <= shared]
    apart = np.flatnonzero(np.abs(old.clock.seconds_at(knots) - new.clock.seconds_at(knots)) > _SAME_S)
    if len(apart):
        found = int(knots[max(apart[0] - 1, 0)])
    before, after = old.bars, new.bars
    if before is not None and after is not None:
        theirs, ours = (list(zip(b.starts.tolist(), b.metres, strict=True)) for b in (before, after))
        differs = [k for k, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b]
        if differs or before.pickup != after.pickup:
            first = min(differs, default=0) if before.pickup == after.pickup else 0
            found = min(found, int(before.starts[max(first - 1, 0)]))
    return found


def _places(spans: Spans) -> list[tuple[int, int, int]]:
    return list(zip(spans.ids.tolist(), spans.starts.tolist(), spans.stops.tolist(), strict=True))


def _end_of_run(layer: Layer, start: int, stop: int) -> int:
    """Return where a run that frames ``start:stop`` touch ends: of voice in a curve, of one syllable in notes."""
    if isinstance(layer, Notes):
        for k in range(int(np.searchsorted(layer.starts, start)), layer.count):
            if layer.starts[k] >= stop and layer.lyrics[k] != HOLD:
                break
            stop = max(stop, int(layer.stops[k])) if layer.lyrics[k] == HOLD else stop
        return stop
    if not isinstance(layer, Curve):
        return stop
    silent = np.flatnonzero(layer.values[stop:] == 0)
    return stop + int(silent[0]) if len(silent) else len(layer)
