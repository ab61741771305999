"""Hand edits of the governing spans themselves, done again on a new prediction: put in, taken out, renamed, stretched.

All of them change the time axis, so they come before anything else is carried over.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from intermezzo.core.edits.matching import Matching, same_spans
from intermezzo.core.edits.spans import delete, insert, join, set_lengths
from intermezzo.core.edits.words import Words, put_in
from intermezzo.core.layers import Mark, Piece, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["renamed_pieces", "reshaped"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def reshaped(found: Matching, new: Sketch, tempo: float) -> tuple[Sketch, list[tuple[int, int]]]:
    """Return the new sketch with the old one's spans, and (count, old index) of what could not be taken out again.

    Lengths by hand keep their frames, times ``tempo`` where they are not locked. ``found`` follows the sketch.
    """
    back: list[tuple[int, int]] = []
    if not same_spans(found.before.spans, found.after.spans):
        new, back = _taken_out(found, new)
        new = _put_in(found, new)
    new = _stretched(found, new, tempo)
    after = _following(found, new)
    labels, origin = list(after.labels), after.origin.copy()
    before = found.before.spans
    for i, j in found.spans.items():
        if before.origin[i] & _BY_HAND and after.spec.allows(before.labels[i]):
            labels[j], origin[j] = before.labels[i], before.origin[i]
    if tuple(labels) == after.labels and (origin == after.origin).all():
        return new, back
    new = new.with_layer(replace(after, labels=tuple(labels), origin=frozen(origin, np.uint8)))
    _following(found, new)
    return new, back


def _following(found: Matching, new: Sketch) -> Spans:
    """Let the matching look at the new sketch as it is now."""
    words = Words.of(new, found.after.words.spec.name if found.after.words is not None else None)
    if words is None:
        raise TypeError("a sketch without governing spans")
    found.after = words
    return words.spans


def _taken_out(found: Matching, new: Sketch) -> tuple[Sketch, list[tuple[int, int]]]:
    before, after = found.before, found.after
    ids = before.spans.ids
    own = np.flatnonzero(~put_in(before.spans)).tolist()
    gone: set[int] = set()
    back: list[tuple[int, int]] = []
    taken = set(found.spans.values())
    for k, i in enumerate(own):
        left = own[k - 1] if k else -1
        # Machines count ids from 0 without a hole: a hole is what a hand took out.
        missing = int(ids[i]) - (int(ids[left]) if k else -1) - 1
        if missing <= 0:
            continue
        first = found.spans.get(left, None) if k else -1
        last = found.spans.get(i)
        extra: list[int] = []
        if first is not None and last is not None and first < last:
            extra = [j for j in range(first + 1, last) if j not in taken]
        if not extra or len(extra) != missing:
            edges = _edge(after, taken, first, 1) if first is not None and first >= 0 else []
            edges += _edge(after, taken, last, -1) if last is not None else []
            edges = sorted(set(edges))
            if len(edges) > missing:
                back.append((missing, i))
                continue
            extra = edges
        gone |= set(extra)
    for j in sorted(gone, reverse=True):
        if after.spans.count - len(gone) < 1:
            break
        new = delete(new, j)
        found.spans = {i: k - (k > j) for i, k in found.spans.items()}
    if gone:
        _following(found, new)
    return new, back


def _edge(after: Words, taken: set[int], start: int, step: int) -> list[int]:
    """Return the spans beside one, in its own word, that have no partner."""
    inside = set(after.part(int(after.group[start]), bool(after.inside[start])))
    found, j = list[int](), start + step
    while j in inside and j not in taken:
        found.append(j)
        j += step
    return found


def _put_in(found: Matching, new: Sketch) -> Sketch:
    before = found.before
    by_hand = put_in(before.spans)
    last = before.spans.count - 1
    if last >= 0 and last not in found.spans and before.spans.origin[last] & np.uint8(Mark.EDITED):
        by_hand = by_hand | (np.arange(last + 1) == last)  # put in at the very end, no id tells
    for i in np.flatnonzero(by_hand).tolist():
        at = _place(found, i)
        if at is None:
            continue
        new = insert(new, at, before.spans.base_labels[i], int(before.spans.stops[i] - before.spans.starts[i]))
        if before.inside[i]:
            word = before.part(int(before.group[i]), True)
            is_first = not any(found.spans.get(k) == at - 1 for k in range(word.start, i))
            new = join(new, at, at + 1 if is_first else at - 1)
        found.spans = {k: j + (j >= at) for k, j in found.spans.items()} | {i: at}
        if any(k in found.loose for k in (i - 1, i + 1)):
            found.loose.add(i)
        _following(found, new)
    return new


def _place(found: Matching, index: int) -> int | None:
    """Return where a span that was put in belongs: beside a neighbour in its word, or between both its neighbours."""
    before = found.before
    part = before.part(int(before.group[index]), bool(before.inside[index]))
    left = next((k for k in range(index - 1, part.start - 1, -1) if k in found.spans), None)
    if left is not None:
        return found.spans[left] + 1
    right = next((k for k in range(index + 1, part.stop) if k in found.spans), None)
    if right is not None:
        return found.spans[right]
    sides = found.spans.get(index - 1), found.spans.get(index + 1)
    if sides[0] is not None and sides[1] == sides[0] + 1:
        return sides[1]
    return 0 if index == 0 and sides[1] == 0 else None


def _stretched(found: Matching, new: Sketch, tempo: float) -> Sketch:
    before, after = found.before.spans, found.after.spans
    lengths = {}
    for i, j in found.spans.items():
        n = int(before.stops[i] - before.starts[i])
        if before.origin[i] & np.uint8(Mark.LOCKED):
            lengths[j] = n
        elif before.origin[i] & np.uint8(Mark.EDITED) and (
            n != before.base_frames[i] or before.labels[i] == before.base_labels[i]
        ):
            lengths[j] = max(round(n * tempo), after.spec.min_frames)
    if not lengths:
        return new
    new = set_lengths(new, {j: max(n, after.spec.min_frames) for j, n in lengths.items()})
    _following(found, new)
    return new


def renamed_pieces(found: Matching) -> list[Piece]:
    """Return the stretches of sounds that a hand put in or renamed: there the old prediction is the only one."""
    before, after = found.before.spans, found.after.spans
    new_ones = put_in(before)
    if found.is_related:
        return []
    return [
        (int(before.starts[i]), int(before.stops[i]), int(after.starts[j]), int(after.stops[j]))
        for i, j in sorted(found.spans.items())
        if (new_ones[i] or before.labels[i] != before.base_labels[i]) and before.labels[i] == after.labels[j]
    ]
