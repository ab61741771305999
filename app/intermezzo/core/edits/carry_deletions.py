"""Syllables that a hand took out of a tune are taken out of the next one, too, where they stand between the same ones.

Engines count ids from 0 without a hole: a hole is what was taken out. How many are missing must be how many stand there
anew; where more or fewer do, they stay and are told of.
"""

from __future__ import annotations

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.align import rising
from intermezzo.core.edits.bar_matching import BarMatching
from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["taken_out_again"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def taken_out_again(found: BarMatching, new: Sketch) -> tuple[Sketch, tuple[Dropped, ...]]:
    """Return the new sketch, hands carried over already, without what a hand took out; and what could not be."""
    old, words = found.words
    lost: list[Dropped] = []
    out: list[int] = []
    for number, left, right in _holes(old):
        a, b = (found.pairs.get(left, -1) if left is not None else -1), found.pairs.get(right)
        if b is None or (left is not None and a < 0):
            continue
        back = [k for k in range(a + 1, b) if k not in set(found.pairs.values())]
        if len(back) == number:
            out += back
        elif back:
            at = int(old.starts[right])
            what = f"{number} deleted of {old.spec.title} before {old.labels[right]}"
            near_s = int(words.starts[b]) * words.hop_s
            lost.append(Dropped(what, start_s=float(found.old.clock.seconds_at(at)), near_s=near_s))
    return _without(new, words, out), tuple(lost)


def _holes(spans: Spans) -> list[tuple[int, int | None, int]]:
    """Return (how many are missing, span before, span behind) for each hole in the ids of what an engine had."""
    own = [k for k in range(spans.count) if spans.base_starts is None or spans.base_starts[k] >= 0]
    order = rising([(n, int(spans.ids[k])) for n, k in enumerate(own)])
    rows = [(own[n], number) for n, number in order]
    found: list[tuple[int, int | None, int]] = []
    before: tuple[int | None, int] = None, -1
    for k, number in rows:
        if number > before[1] + 1:
            found.append((number - before[1] - 1, before[0], k))
        before = k, number
    return found


def _without(sketch: Sketch, words: Spans, out: list[int]) -> Sketch:
    gone = {int(words.ids[k]) for k in out}
    if not gone:
        return sketch
    frames = [(int(words.starts[k]), int(words.stops[k])) for k in out]
    for layer in sketch.layers.values():
        held = (layer.marks() & _BY_HAND) != 0
        if isinstance(layer, Spans) and layer.spec.name == words.spec.name:
            kept = [k for k, number in enumerate(layer.ids.tolist()) if number not in gone or held[k]]
            sketch = sketch.with_layer(layer.subset(kept))
        elif isinstance(layer, Notes):
            starts = layer.starts.tolist()
            kept = [k for k, at in enumerate(starts) if held[k] or not any(a <= at < b for a, b in frames)]
            sketch = sketch.with_layer(layer.subset(kept))
    return sketch
