"""Permanence: carry hand edits and locks from an old sketch over to a new prediction, and list what was lost.

The governing spans of both are aligned by their engine labels (longest matching blocks); inside matched spans every
layer takes over its edited and locked elements, stretched with the span. Spans that a hand put in or took out are put
in and taken out again where their neighbours are still neighbours. Sketches without governing spans are matched frame
by frame where they have the same length, and so are values of the same ground under other spans: a recording that was
analysed before its text was known.
"""

from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.spans import delete, insert, set_lengths, spans_of
from intermezzo.core.layers import Curve, Mark, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["carry_over", "has_edits", "matches"]


def carry_over(old: Sketch, new: Sketch) -> tuple[Sketch, tuple[str, ...]]:
    """Return the new sketch with the edits of the old one, and a line for each stretch that could not be kept."""
    if old.type.id != new.type.id:
        return new, (f"All edits: a {new.type.title} sketch has other layers.",) if has_edits(old) else ()
    before, after = old.governing, new.governing
    back: tuple[str, ...] = ()
    if before is None or after is None:
        if old.n_frames != new.n_frames:
            return new, ("All edits: the new sketch has another length.",) if has_edits(old) else ()
        pieces = [(0, old.n_frames, 0, new.n_frames)]
        matched: list[tuple[int, int]] = []
    else:
        matched = matches(before, after)
        if not _same_spans(before, after):
            new, matched, back = _with_hand_spans(before, new, matched)
        new = _with_hand_lengths(before, new, matched)
        after = new.governing or after
        pieces = [
            (int(before.starts[i]), int(before.stops[i]), int(after.starts[j]), int(after.stops[j]))
            for i, j in matched
        ]  # fmt: skip
    same = before is not None and _same_ground(old, new)
    for name, layer in old.layers.items():
        whole = same and not isinstance(layer, Spans)
        new = new.with_layer(new.layers[name].carry(layer, [(0, old.n_frames, 0, new.n_frames)] if whole else pieces))
    lost = _lost(old, before, matched, spans_only=same) if before is not None else ()
    return new, (*lost, *back, *_fewer(old, new))


def _same_ground(old: Sketch, new: Sketch) -> bool:
    """Tell whether the same values, frame by frame, were found in one recording, under whatever spans."""
    spans = new.governing
    if spans is None or bool((spans.origin != Mark.ANALYSED).any()):
        return False
    curves = [(layer, new.layers[name]) for name, layer in old.layers.items() if isinstance(layer, Curve)]
    return bool(curves) and all(isinstance(b, Curve) and np.array_equal(a.base, b.base) for a, b in curves)


def _same_spans(before: Spans, after: Spans) -> bool:
    """Tell whether both have the very same spans, put in by hand or not: one came from the other."""
    return before.base_labels == after.base_labels and bool(np.array_equal(before.ids, after.ids))


def matches(before: Spans, after: Spans) -> list[tuple[int, int]]:
    """Return the pairs (old index, new index) of spans that belong together by the engine's labels, in order."""
    if _same_spans(before, after):
        return [(k, k) for k in range(before.count)]
    own = np.flatnonzero(~_put_in(before)).tolist()
    old, new = [before.base_labels[i] for i in own], list(after.base_labels)
    # What is alike at both ends needs no search, which would take seconds on ten minutes of speech.
    shorter = min(len(old), len(new))
    head = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    tail = next((k for k in range(shorter - head) if old[-1 - k] != new[-1 - k]), shorter - head)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    pairs = [(k, k) for k in range(head)]
    pairs += [
        (head + block.a + k, head + block.b + k) for block in middle.get_matching_blocks() for k in range(block.size)
    ]
    pairs += [(len(old) - k, len(new) - k) for k in range(tail, 0, -1)]
    return [(own[i], j) for i, j in pairs]


def _with_hand_spans(
    before: Spans, new: Sketch, matched: list[tuple[int, int]]
) -> tuple[Sketch, list[tuple[int, int]], tuple[str, ...]]:
    """Take out and put in again what hands did: the sketch, the pairs as they are then, and a line for what is back."""
    pairs = dict(matched)
    by_hand = _put_in(before)
    own = np.flatnonzero(~by_hand).tolist()
    back: list[str] = []
    # Machines count ids from 0 without a hole: a hole is what a hand took out. From the end, so that places hold.
    for k in range(len(own) - 1, -1, -1):
        i, left = own[k], own[k - 1] if k else -1
        if i not in pairs or (k and left not in pairs):
            continue
        gone = int(before.ids[i]) - (int(before.ids[left]) if k else -1) - 1
        first = pairs[left] + 1 if k else 0
        extra = pairs[i] - first
        if 0 < gone == extra:
            for _ in range(extra):
                new = delete(new, first)
            pairs = {old: j - extra * (j > first) for old, j in pairs.items()}
        elif gone > 0 and extra > 0:
            place = f"before {before.labels[i]} at {int(before.starts[i]) * before.hop_s:.2f} s"
            back.append(f"{gone} deleted of {before.spec.title} {place}")
    for i in np.flatnonzero(by_hand).tolist():
        right = next(k for k in own if k > i)
        at = pairs.get(i - 1, -2) + 1 if i else 0
        if at >= 0 and pairs.get(right) == at:
            new = insert(new, at, before.base_labels[i], int(before.base_frames[i]))
            pairs = {old: j + (j >= at) for old, j in pairs.items()} | {i: at}
    return new, sorted(pairs.items()), tuple(reversed(back))


def _put_in(spans: Spans) -> NDArray[np.bool_]:
    """Tell which spans a hand put in: they have later ids than the engine's spans that follow."""
    lowest = np.minimum.accumulate(spans.ids[::-1])[::-1]
    found: NDArray[np.bool_] = (spans.ids > lowest) & ((spans.origin & np.uint8(Mark.EDITED)) != 0)
    return found


def _with_hand_lengths(before: Spans, new: Sketch, matched: list[tuple[int, int]]) -> Sketch:
    kept = Mark.EDITED | Mark.LOCKED
    lengths = {
        j: int(before.stops[i] - before.starts[i])
        for i, j in matched
        if before.origin[i] & kept and (before.origin[i] & Mark.LOCKED or _length_edited(before, i))
    }
    if not lengths:
        return new
    stretched = set_lengths(new, lengths)
    after = spans_of(stretched)
    origin = after.origin.copy()
    for i, j in matched:
        if j in lengths:
            origin[j] = before.origin[i]
    return stretched.with_layer(replace(after, origin=frozen(origin, "uint8")))


def _length_edited(spans: Spans, index: int) -> bool:
    return int(spans.stops[index] - spans.starts[index]) != int(spans.base_frames[index])


def has_edits(sketch: Sketch) -> bool:
    """Tell whether a hand has drawn or locked anything in a sketch."""
    return any(layer.is_touched for layer in sketch.layers.values())


def _fewer(old: Sketch, new: Sketch) -> list[str]:
    """Return a line for each layer outside the frames of the governing spans that has fewer edits than before."""
    lines = []
    for name, layer in old.layers.items():
        if not layer.timed or (isinstance(layer, Spans) and layer is not old.governing):
            before, after = (
                int(((marks & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0).sum())
                for marks in (layer.marks(), new.layers[name].marks())
            )
            if after < before:
                lines.append(f"{before - after} of {layer.spec.title}")
    return lines


def _lost(
    old: Sketch, before: Spans, matched: list[tuple[int, int]], *, spans_only: bool = False
) -> tuple[str, ...]:  # fmt: skip
    gone = sorted(set(range(before.count)) - {i for i, _ in matched})
    if not gone:
        return ()
    by_hand: dict[str, NDArray[np.bool_]] = {}  # per span or per frame; taken once, for a sketch may have 10,000 spans
    for layer in old.layers.values():
        if layer.timed and (layer is before or not (isinstance(layer, Spans) or spans_only)):
            marks = layer.marks() & np.uint8(Mark.EDITED | Mark.LOCKED)
            by_hand[layer.spec.name] = np.asarray(marks.reshape(len(marks), -1).any(axis=1), np.bool_)
    by_hand = {name: held for name, held in by_hand.items() if held.any()}
    lines = []
    for i in gone:
        start, stop = int(before.starts[i]), int(before.stops[i])
        touched = [
            old.type.spec(name).title
            for name, held in by_hand.items()
            if (held[i] if name == before.spec.name else held[start:stop].any())
        ]
        if touched:
            lines.append(f"{', '.join(touched)} on {before.labels[i]} at {start * before.hop_s:.2f} s")
    return tuple(lines)
