"""Labels onto a sketch: boundaries and texts that another program moved or wrote become edits of the spans.

There are two ways, because the same file can mean two things:

- ``stretch``, for a sketch that an engine predicted: the sound follows. A governing span gets the length that its
  interval has in the file, and everything on it stretches along. Spans that are missing in the file are taken out,
  new ones put in. Where the file has only words (or subtitles), the spans inside stretch in proportion.
- ``place``, for a sketch that was analysed from a recording: the sound stays. Boundaries and labels move over it.

Moments are rounded to frames, each from the start, so that no error adds up. What changed is marked as edited; a
locked span refuses. All of it is one edit.
"""

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits import spans as span_edits
from intermezzo.core.edits.label_tiers import Item, items_of, layers_of
from intermezzo.core.errors import EditError
from intermezzo.core.labels import Labels, Tier
from intermezzo.core.layers import Mark, Spans, Warp
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["How", "apply_labels", "way_of"]

How = Literal["auto", "stretch", "place"]
_LEAST_ALIKE = 0.5  # of the labels, before a file counts as one about another sketch
_BEYOND_S = 0.1


@dataclass(frozen=True)
class _Plan:
    """Which item of the file belongs to which governing span: pairs, what is new, what is gone."""

    pairs: list[tuple[int, int]]
    new: list[int]
    gone: list[int]


def way_of(sketch: Sketch) -> Literal["stretch", "place"]:
    """Return what labels do to a sketch unless somebody says otherwise: 'stretch' it, or be 'place'd over it."""
    spans = sketch.governing
    if spans is None or not spans.count:
        return "place"
    analysed = (spans.origin & np.uint8(Mark.ANALYSED)) != 0
    return "place" if 2 * int(analysed.sum()) >= spans.count else "stretch"


def apply_labels(sketch: Sketch, labels: Labels, how: How = "auto") -> tuple[Sketch, tuple[str, ...]]:
    """Return the sketch with the labels drawn onto it, and a line for each thing worth telling.

    Raises:
        EditError: if no tier fits, a label is no symbol of its layer, a locked span would change, or the file is
            about another sketch.
    """
    found, notes = layers_of(sketch, labels)
    way = way_of(sketch) if how == "auto" else how
    main = sketch.governing
    own = main.spec.name if main is not None else ""
    result = sketch
    if main is not None and own in found:
        items = items_of(main, found[own], labels.duration_s)
        result, told = _stretched(sketch, main, items) if way == "stretch" else _placed(sketch, main, items, found)
        notes += told
    elif main is not None and main.count and way == "stretch":
        name, tier = next(iter(found.items()))
        result = _stretched_by_words(sketch, main, sketch.layers[name], tier)
        found = {k: v for k, v in found.items() if k != name}
    for name, tier in found.items():
        if name != own:
            result, told = _others(result, name, tier, labels.duration_s, way)
            notes += told
    return result, (*notes, *labels.left_out)


# Stretch


def _stretched(sketch: Sketch, main: Spans, items: list[Item]) -> tuple[Sketch, tuple[str, ...]]:
    plan = _plan(main, items, must_be_alike=True)
    result = sketch
    for k in reversed(plan.gone):
        result = span_edits.delete(result, k)
    named = [item for item in items if item.label]
    for k in plan.new:
        length = max(round((named[k].stop_s - named[k].start_s) / main.hop_s), 1)
        result = span_edits.insert(result, k, named[k].label, length)
    spans = span_edits.spans_of(result)
    changed = [k for k, item in enumerate(named) if item.label != spans.labels[k]]
    if changed:
        marked = spans.with_lengths_edited(*changed)
        result = result.with_layer(replace(marked, labels=tuple(item.label for item in named)))
    edges = _snapped(items, main.hop_s, main.spec.min_frames)
    at = [k for k, item in enumerate(items) if item.label]
    starts, stops = edges[at], edges[np.asarray(at) + 1]
    return _laid(result, starts, stops, int(edges[-1])), _counted(len(plan.new), len(plan.gone), main)


def _laid(sketch: Sketch, starts: NDArray[np.int64], stops: NDArray[np.int64], n_frames: int) -> Sketch:
    """Return the sketch on the time axis on which its governing spans lie at these frames."""
    spans = span_edits.spans_of(sketch)
    moved = np.flatnonzero(stops - starts != spans.stops - spans.starts).tolist()
    marked = spans.with_lengths_edited(*moved) if moved else spans
    if not moved and np.array_equal(starts, spans.starts) and n_frames == len(spans):
        return sketch
    old, new = [0], [0]
    for knots in zip(np.ravel([spans.starts, spans.stops], "F"), np.ravel([starts, stops], "F"), strict=True):
        if (old[-1], new[-1]) != knots:
            old.append(int(knots[0]))
            new.append(int(knots[1]))
    if (old[-1], new[-1]) != (len(spans), n_frames):
        old.append(len(spans))
        new.append(n_frames)
    result = sketch.with_layer(marked).retime(Warp(tuple(old), tuple(new)))
    placed = replace(
        span_edits.spans_of(result), starts=frozen(starts, np.int32), stops=frozen(stops, np.int32)
    )  # a boundary that opened into a gap would go to its far end
    return result.with_layer(placed)


def _stretched_by_words(sketch: Sketch, main: Spans, words: object, tier: Tier) -> Sketch:
    """Stretch the governing spans so that the words (one or several an interval) lie where the file says."""
    if not isinstance(words, Spans):
        raise EditError("This sketch has no words to stretch.")
    told = [interval for interval in tier.intervals if interval.label.strip()]
    sizes = [1] * len(told) if len(told) == words.count else [len(interval.label.split()) for interval in told]
    if sum(sizes) != words.count or not told:
        raise EditError(
            f"The file has {sum(sizes)} of {words.spec.title.lower()}, the sketch {words.count}: "
            "it belongs to another text. Convert that text first."
        )
    old, new, k = [0.0], [0.0], 0
    for interval, size in zip(told, sizes, strict=True):
        knots = ((words.starts[k], interval.start_s), (words.stops[k + size - 1], interval.stop_s))
        for frame, second in knots:
            place = second / main.hop_s
            if place < new[-1] - 0.5:
                raise EditError(f"{_line(interval.line)}{interval.label[:40]!r} begins before the one before it ends.")
            if frame > old[-1]:
                old.append(float(frame))
                new.append(max(place, new[-1]))
        k += size
    old.append(float(len(main)))
    new.append(new[-1] + old[-1] - old[-2])
    edges = np.interp(np.ravel([main.starts, main.stops], "F"), old, new)
    least = np.tile([main.spec.min_frames, 0], main.count)[: 2 * main.count - 1]
    whole = _spaced(edges, least)
    total = int(whole[-1]) + len(main) - int(main.stops[-1])
    return _laid(sketch, whole[::2], whole[1::2], total)


# Place


def _placed(sketch: Sketch, main: Spans, items: list[Item], found: dict[str, Tier]) -> tuple[Sketch, tuple[str, ...]]:
    plan = _plan(main, items, must_be_alike=False)
    named = [item for item in items if item.label]
    if named and named[-1].stop_s > len(main) * main.hop_s + _BEYOND_S:
        raise EditError(
            f"The labels go on to {named[-1].stop_s:.2f} s, the sketch ends at {len(main) * main.hop_s:.2f} s: "
            "they belong to another recording."
        )
    edges = _held(_snapped(items, main.hop_s, main.spec.min_frames), items, main)
    at = np.asarray([k for k, item in enumerate(items) if item.label], np.int64)
    starts, stops = edges[at], edges[at + 1]
    old_of = {j: i for i, j in plan.pairs}
    first_id, fresh = int(main.ids.max(initial=-1)) + 1, iter(range(len(named)))
    ids, origin, base_frames, base_labels, rows = [], [], [], [], []
    for j, item in enumerate(named):
        i = old_of.get(j, -1)
        same = i >= 0 and (main.starts[i], main.stops[i], main.labels[i]) == (starts[j], stops[j], item.label)
        if i >= 0 and not same and main.origin[i] & Mark.LOCKED:
            raise EditError(f"{main.labels[i]!r} is locked; unlock it first.")
        ids.append(int(main.ids[i]) if i >= 0 else first_id + next(fresh))
        origin.append(int(main.origin[i]) if same else (int(main.origin[i]) if i >= 0 else 0) | int(Mark.EDITED))
        base_frames.append(int(main.base_frames[i]) if i >= 0 else int(stops[j] - starts[j]))
        base_labels.append(main.base_labels[i] if i >= 0 else item.label)
        rows.append(i)
    _refuse_locked(main, plan.gone)
    placed = replace(
        main, starts=frozen(starts, np.int32), stops=frozen(stops, np.int32),
        labels=tuple(item.label for item in named), ids=frozen(np.asarray(ids), np.int32),
        base_labels=tuple(base_labels), base_frames=frozen(np.asarray(base_frames), np.int32),
        origin=frozen(np.asarray(origin), np.uint8), score=_taken(main.score, rows, 1.0),
        source=_taken(main.source, rows, -1), base_starts=_taken(main.base_starts, rows, -1),
        alternatives=None if main.alternatives is None else tuple(main.alternatives_at(i) for i in rows),
    )  # fmt: skip
    result = sketch.with_layer(placed)
    if not plan.new and not plan.gone:
        result = _followed(result, main, placed, {*found, main.spec.name})
    return result, _counted(len(plan.new), len(plan.gone), main)


def _held(edges: NDArray[np.int64], items: list[Item], main: Spans) -> NDArray[np.int64]:
    """Push boundaries that lie beyond the end back into the recording."""
    held, limit = edges.copy(), len(main)
    for k in range(len(held) - 1, -1, -1):
        held[k] = min(held[k], limit)
        if k:
            limit = int(held[k]) - (main.spec.min_frames if items[k - 1].label else 0)
    if len(held) and held[0] < 0:
        raise EditError("There are more labels in the file than the recording has room for.")
    return held


def _followed(sketch: Sketch, before: Spans, after: Spans, told: set[str]) -> Sketch:
    """Move the other spans whose boundaries were boundaries of the governing ones along with them."""
    old = np.ravel([before.starts, before.stops], "F")
    new = np.ravel([after.starts, after.stops], "F")
    kept = np.append(np.diff(old) > 0, True)
    knots = np.append(old[kept], len(before)), np.append(new[kept], len(before))
    for name, layer in sketch.layers.items():
        if isinstance(layer, Spans) and name not in told and layer.count:
            starts, stops = (np.rint(np.interp(edge, *knots)).astype(np.int32) for edge in (layer.starts, layer.stops))
            sketch = sketch.with_layer(replace(layer, starts=frozen(starts, np.int32), stops=frozen(stops, np.int32)))
    return sketch


def _others(sketch: Sketch, name: str, tier: Tier, duration_s: float, way: str) -> tuple[Sketch, tuple[str, ...]]:
    """Apply a tier to a layer that does not govern: it labels; where the sound follows, its times are given already."""
    layer = sketch.layers[name]
    if not isinstance(layer, Spans):
        return sketch, ()
    items = [item for item in items_of(layer, tier, duration_s) if item.label]
    labels = tuple(item.label for item in items)
    if way == "place":
        edges = _spaced(
            np.ravel([[i.start_s for i in items], [i.stop_s for i in items]], "F") / layer.hop_s, np.zeros(0, np.int64)
        )
        edges = np.minimum(edges, len(layer))
        if labels == layer.labels:
            moved = replace(layer, starts=frozen(edges[::2], np.int32), stops=frozen(edges[1::2], np.int32))
            same = np.array_equal(edges[::2], layer.starts) and np.array_equal(edges[1::2], layer.stops)
            return sketch if same else sketch.with_layer(moved), ()
        _refuse_locked(layer, list(range(layer.count)))
        return sketch.with_layer(
            Spans.machine(layer.spec, layer.hop_s, len(layer), edges[::2], edges[1::2], labels, Mark.ANALYSED)
        ), ()
    if labels == layer.labels:
        return sketch, ()
    if layer.spec.editable and len(labels) == layer.count:
        for k, label in enumerate(labels):
            sketch = span_edits.relabel(sketch, name, k, label)
        return sketch, ()
    return sketch, (f"{layer.spec.title} keep their labels: they come from the source.",)


# Both


def _plan(main: Spans, items: list[Item], *, must_be_alike: bool) -> _Plan:
    """Pair the items of a file that have a label with the governing spans, by their labels where the number differs."""
    mine, theirs = list(main.labels), [item.label for item in items if item.label]
    if not theirs:
        raise EditError(f"The file has no labels for {main.spec.title.lower()}.")
    if len(mine) == len(theirs):
        return _Plan([(k, k) for k in range(len(mine))], [], [])
    pairs: list[tuple[int, int]] = []
    n_alike = 0
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            pairs += zip(range(a, b), range(c, d), strict=True)
            n_alike += (b - a) * (kind == "equal")
    if must_be_alike and n_alike < _LEAST_ALIKE * max(len(mine), len(theirs)):
        raise EditError(
            f"Only {n_alike} of {len(theirs)} labels in the file are in this sketch too: they belong to another text."
        )
    new = sorted(set(range(len(theirs))) - {j for _, j in pairs})
    return _Plan(pairs, new, sorted(set(range(len(mine))) - {i for i, _ in pairs}))


def _snapped(items: list[Item], hop_s: float, min_frames: int) -> NDArray[np.int64]:
    """Return the frames of the boundaries of items that follow each other, (items + 1,)."""
    edges = np.asarray([items[0].start_s, *(item.stop_s for item in items)]) / hop_s
    return _spaced(edges, np.asarray([min_frames if item.label else 0 for item in items], np.int64))


def _spaced(edges: NDArray[np.float64], least: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round boundaries to frames, each at least ``least`` after the one before (0 where that is not said)."""
    whole = np.rint(edges).astype(np.int64)
    for k in range(1, len(whole)):
        whole[k] = max(whole[k], whole[k - 1] + (int(least[k - 1]) if k - 1 < len(least) else 0))
    return whole


def _taken(array: NDArray[Any] | None, rows: list[int], fresh: float) -> NDArray[Any] | None:
    """Return the rows of an array by index, ``fresh`` for an index of -1."""
    if array is None:
        return None
    return frozen(np.concatenate([array, np.full((1, *array.shape[1:]), fresh, array.dtype)])[rows], array.dtype)


def _refuse_locked(spans: Spans, indices: list[int]) -> None:
    locked = next((k for k in indices if spans.origin[k] & Mark.LOCKED), None)
    if locked is not None:
        raise EditError(f"{spans.labels[locked]!r} is locked; unlock it first.")


def _counted(n_new: int, n_gone: int, main: Spans) -> tuple[str, ...]:
    title = main.spec.title.lower()
    lines = [f"{n_new} of {title} were put in."] * bool(n_new) + [f"{n_gone} of {title} were taken out."] * bool(n_gone)
    return tuple(lines)


def _line(line: int) -> str:
    return f"Line {line}: " if line else ""
