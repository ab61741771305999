"""What a new conversion could not keep, told by layer and word, each with a cutting that can be put back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.matching import Matching
from intermezzo.core.edits.words import Words
from intermezzo.core.layers import Curve, Grid, Layer, Mark, Matrix, Notes, Piece, Slots, Spans
from intermezzo.core.layers.base import runs
from intermezzo.core.sketch import Sketch

__all__ = ["lost_edits", "lost_slots", "nearest_frame", "told"]

_THIN = "\u2009"
_Place = tuple[int, int, int]  # group, 0 in the word or 1 after it, and one number more where there are no words


def nearest_frame(found: Matching, frame: int) -> int:
    """Return where in the new sketch the surroundings of an old frame are."""
    group, inside = found.before.at(frame)
    pairs = {g: found.group_after(w) for g, w in (*found.replaced.items(), *found.words.items())}
    for g in range(group, -1, -1):
        after = pairs.get(g)
        if after is not None:
            a, b = found.before.frames(g, inside)
            c, d = found.after.frames(after, inside if g == group else False)
            if g != group:
                return min(d, max(len(found.after.spans) - 1, 0))
            share = (frame - a) / (b - a) if b > a else 0.0
            return min(c + int(min(max(share, 0.0), 1.0) * (d - c)), max(len(found.after.spans) - 1, 0))
    return 0


def lost_edits(
    old: Sketch, found: Matching, pieces: list[Piece], kept: dict[str, set[int]], back: list[tuple[int, int]]
) -> tuple[Dropped, ...]:
    """Return what has no place in the new sketch, in the order of time.

    ``kept`` names the elements of spans and slots that have one; ``back`` counts sounds that were taken out and are
    back, with the sound that follows. What was only locked in several layers of a word is one lock.
    """
    gone = np.ones(old.n_frames, bool)
    for a, b, _, _ in pieces:
        gone[a:b] = False
    drops: list[Dropped] = []
    locked: dict[_Place, dict[str, Layer]] = defaultdict(dict)
    for name, layer in old.layers.items():
        if isinstance(layer, Slots):
            drops += lost_slots(layer, kept.get(name, set()))
        for place, a, b in _lost(found, layer, gone, kept.get(name, set())):
            clip = layer.cut(a, b)
            start, stop = _range(found, place)
            if not (clip.marks() & np.uint8(Mark.EDITED)).any():
                locked[place][name] = layer.cut(min(a, start), max(b, stop))
                continue
            n = stop - start
            share = ((a - start) / n, (b - start) / n) if start <= a < b <= stop else (0.0, 1.0)
            drops.append(_record(found, place, told(clip), a, share, {name: clip}))
    for place, clips in locked.items():
        drops.append(_record(found, place, "Lock", _range(found, place)[0], (0.0, 1.0), clips))
    hop_s, spans = old.type.hop_s, found.before.spans
    for count, index in back:
        at = int(spans.starts[index])
        what = f"{count} deleted of {spans.spec.title} before {spans.labels[index]} at {at * hop_s:.2f}{_THIN}s"
        drops.append(Dropped(what, start_s=at * hop_s, near_s=nearest_frame(found, at) * hop_s))
    return tuple(sorted(drops, key=lambda drop: drop.start_s))


def _range(found: Matching, place: _Place) -> tuple[int, int]:
    if found.before.words is None:
        spans = found.before.spans
        return int(spans.starts[place[2]]), int(spans.stops[place[2]])
    return found.before.frames(place[0], place[1] == 0)


def _record(
    found: Matching, place: _Place, what: str, start: int, share: tuple[float, float], clips: dict[str, Layer]
) -> Dropped:
    hop_s, before = found.before.spans.hop_s, found.before
    word = before.spans.labels[place[2]] if before.words is None else before.name(place[0])
    return Dropped(
        what, word, place[1] == 1 and before.words is not None, start * hop_s, nearest_frame(found, start) * hop_s,
        share, clips,
    )  # fmt: skip


def _lost(found: Matching, layer: Layer, gone: NDArray[np.bool_], kept: set[int]) -> Iterator[tuple[_Place, int, int]]:
    """Yield where a layer is by hand and has no place, from the first to the last frame of it in each word."""
    extents: dict[_Place, tuple[int, int]] = {}

    def grow(place: _Place, a: int, b: int) -> None:
        first, last = extents.get(place, (a, b))
        extents[place] = min(first, a), max(last, b)

    if isinstance(layer, Spans):
        for k in np.flatnonzero(layer.by_hand()).tolist():
            if k not in kept:
                a, b = int(layer.starts[k]), int(layer.stops[k])
                grow(_parts(found.before, a, a + 1)[0][2], a, b)
    elif isinstance(layer, Notes):
        for k in np.flatnonzero(layer.by_hand() & gone[np.minimum(layer.starts, len(gone) - 1)]).tolist():
            a, b = int(layer.starts[k]), int(layer.stops[k])
            grow(_parts(found.before, a, a + 1)[0][2], a, b)
    elif layer.timed:
        for a, b in runs(layer.by_hand() & gone):
            for start, stop, place in _parts(found.before, a, b):
                grow(place, start, stop)
    for place, (a, b) in extents.items():
        yield place, a, b


def _parts(before: Words, a: int, b: int) -> list[tuple[int, int, _Place]]:
    """Cut a stretch of frames at the borders of words and what follows them, or of governing spans."""
    if before.words is None:
        spans, found = before.spans, list[tuple[int, int, _Place]]()
        k = int(np.searchsorted(spans.stops, a, side="right"))
        for k in range(*spans.inside(a, b).indices(spans.count)):
            start, stop = max(a, int(spans.starts[k])), min(b, int(spans.stops[k]))
            found.append((start, stop, (0, 1, k)))
        return found or [(a, b, (0, 1, min(k, spans.count - 1)))]
    parts = []
    while a < b:
        group, inside = before.at(a)
        stop = min(max(before.frames(group, inside)[1], a + 1), b)
        parts.append((a, stop, (group, 0 if inside else 1, 0)))
        a = stop
    return parts


def lost_slots(layer: Slots, kept: set[int]) -> list[Dropped]:
    """Return the slots by hand that are not among the kept ones."""
    lost = [k for k in np.flatnonzero(layer.by_hand()).tolist() if k not in kept]
    return [
        Dropped(f"{layer.spec.title} “{layer.texts[k]}”", clips={layer.spec.name: layer.cut(k, k + 1)}) for k in lost
    ]


def told(clip: Layer) -> str:
    """Say in a few words what was edited: 'Pitch +3.2 st', 'Envelope −6 dB', 'ˈɛ for æ'."""
    title = clip.spec.title
    if isinstance(clip, Curve):
        edited = (clip.origin & np.uint8(Mark.EDITED)) != 0
        if clip.spec.gaps and (clip.values[edited] == 0).all():
            return f"{title} silenced"
        above = clip.spec.to_display(clip.values) - clip.spec.to_display(clip.base)
        known = above[edited & ~np.isnan(above)]
        mean = float(known.mean()) if len(known) else 0.0
        unit = "st" if clip.spec.scale == "log" else clip.spec.unit
        return f"{title} {_signed(mean, 1)}{_THIN}{unit}".rstrip() if abs(mean) >= 0.05 else f"{title} drawn"
    if isinstance(clip, Matrix):
        paint = clip.paint.array()
        mean = float(paint[paint != 0].mean()) if paint.any() else 0.0
        return f"{title} {_signed(mean, 0)}{_THIN}{clip.spec.unit}".rstrip() if abs(mean) >= 0.5 else f"{title} painted"
    if isinstance(clip, Spans):
        return ", ".join(_span_told(clip, k) for k in np.flatnonzero(clip.by_hand()).tolist()[:3])
    if isinstance(clip, Notes):
        said = [clip.lyrics[k] or str(int(clip.pitches[k])) for k in np.flatnonzero(clip.by_hand()).tolist()]
        return f"{title} {' '.join(said[:3])}" + (" …" if len(said) > 3 else "")
    if isinstance(clip, Grid):
        cells = int(((clip.marks() & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0).sum())
        return f"{title}: {cells} cells" if cells != 1 else f"{title}: 1 cell"
    return title


def _span_told(clip: Spans, k: int) -> str:
    n = int(clip.stops[k] - clip.starts[k])
    if clip.labels[k] != clip.base_labels[k]:
        return f"{clip.labels[k]} for {clip.base_labels[k]}"
    if clip.base_starts is not None:
        return f"{clip.labels[k]} put in" if clip.base_starts[k] < 0 else f"{clip.labels[k]} moved"
    if n != clip.base_frames[k]:
        return f"{clip.labels[k]} {n * clip.hop_s * 1000:.0f}{_THIN}ms"
    return f"{clip.labels[k]} put in"


def _signed(value: float, decimals: int) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value):.{decimals}f}"
