"""Permanence: carry hand edits and locks from an old sketch over to a new prediction, and list what was lost.

The governing spans of both are aligned by their engine labels (longest matching blocks); inside matched spans every
layer takes over its edited and locked elements, stretched with the span. Sketches without governing spans are matched
frame by frame where they have the same length.
"""

from dataclasses import replace
from difflib import SequenceMatcher

from intermezzo.core.edits.spans import set_lengths
from intermezzo.core.layers import Mark, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch

__all__ = ["carry_over"]


def carry_over(old: Sketch, new: Sketch) -> tuple[Sketch, tuple[str, ...]]:
    """Return the new sketch with the edits of the old one, and a line for each stretch that could not be kept."""
    if old.type.id != new.type.id:
        return new, (f"All edits: a {new.type.title} sketch has other layers.",) if _has_edits(old) else ()
    before, after = old.governing, new.governing
    if before is None or after is None:
        if old.n_frames != new.n_frames:
            return new, ("All edits: the new sketch has another length.",) if _has_edits(old) else ()
        pieces = [(0, old.n_frames, 0, new.n_frames)]
        matched: list[tuple[int, int]] = []
    else:
        matched = _matches(before, after)
        new = _with_hand_lengths(before, new, matched)
        after = new.governing or after
        pieces = [
            (int(before.starts[i]), int(before.stops[i]), int(after.starts[j]), int(after.stops[j]))
            for i, j in matched
        ]  # fmt: skip
    for name, layer in old.layers.items():
        new = new.with_layer(new.layers[name].carry(layer, pieces))
    return new, _lost(old, before, matched) if before is not None else ()


def _matches(before: Spans, after: Spans) -> list[tuple[int, int]]:
    old, new = before.base_labels, after.base_labels
    # What is alike at both ends needs no search, which would take seconds on ten minutes of speech.
    shorter = min(len(old), len(new))
    head = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    tail = next((k for k in range(shorter - head) if old[-1 - k] != new[-1 - k]), shorter - head)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    pairs = [(k, k) for k in range(head)]
    pairs += [
        (head + block.a + k, head + block.b + k) for block in middle.get_matching_blocks() for k in range(block.size)
    ]
    return pairs + [(len(old) - k, len(new) - k) for k in range(tail, 0, -1)]


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
    after = stretched.governing
    if after is None:
        return stretched
    origin = after.origin.copy()
    for i, j in matched:
        if j in lengths:
            origin[j] = before.origin[i]
    return stretched.with_layer(replace(after, origin=frozen(origin, "uint8")))


def _length_edited(spans: Spans, index: int) -> bool:
    return int(spans.stops[index] - spans.starts[index]) != int(spans.base_frames[index])


def _has_edits(sketch: Sketch) -> bool:
    return any(bool((layer.marks() & (Mark.EDITED | Mark.LOCKED)).any()) for layer in sketch.layers.values())


def _lost(old: Sketch, before: Spans, matched: list[tuple[int, int]]) -> tuple[str, ...]:
    gone = sorted(set(range(before.count)) - {i for i, _ in matched})
    lines = []
    for i in gone:
        start, stop = int(before.starts[i]), int(before.stops[i])
        touched = []
        for layer in old.layers.values():
            if layer.timed and not (isinstance(layer, Spans) and layer is not before):
                marks = layer.marks()[i : i + 1] if isinstance(layer, Spans) else layer.marks()[start:stop]
                if (marks & (Mark.EDITED | Mark.LOCKED)).any():
                    touched.append(layer.spec.title)
        if touched:
            lines.append(f"{', '.join(touched)} on {before.labels[i]} at {start * before.hop_s:.2f} s")
    return tuple(lines)
