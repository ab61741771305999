"""Permanence counted element by element: frames of curves, cells of matrices, spans, notes, slots.

What the carry-over did is not asked; the layers of the two sketches are compared under the words that are known to be
the same. An element is kept if what stands at its place in its sound is by hand, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.words import Words, words_layer
from intermezzo.core.layers import Grid, Mark, Notes, Piece, Slots, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["Kept", "counted", "held_in_bars", "places"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


@dataclass(frozen=True)
class Kept:
    """How many elements were by hand on the words that are the same, and how many of them still are."""

    had: int = 0
    kept: int = 0

    @property
    def percent(self) -> float:
        """The share that was kept; all where there was none."""
        return 100.0 * self.kept / self.had if self.had else 100.0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.had + other.had, self.kept + other.kept)


def counted(old: Sketch, new: Sketch, same: Mapping[int, int] | None = None) -> Kept:
    """Count what was by hand in the words that are the same: ``same`` maps old word to new one (None: all in order)."""
    if old.governing is None and old.type.beats is not None:
        return _in_bars(old, new, same)
    stretches, pairs, words = places(old, new, same)
    total = Kept()
    for name, layer in old.layers.items():
        other = new.layers[name]
        if isinstance(layer, Spans) and isinstance(other, Spans):
            if layer is old.governing:
                total += _sounds(layer, other, pairs)
            elif words is not None and name == words[0]:
                total += _marked(layer.origin, other.origin, words[1])
        elif isinstance(layer, Slots) and isinstance(other, Slots):
            if words is not None and len(layer) == words[2]:
                total += _marked(layer.origin, other.origin, words[1])
        elif isinstance(layer, Grid) and isinstance(other, Grid) and old.governing is None:
            total += _cells(layer, other)
        else:
            total += _frames(layer.marks(), other.marks(), stretches)
    return total


def _in_bars(old: Sketch, new: Sketch, same: Mapping[int, int] | None) -> Kept:
    """Count by what is said: each note by hand stands again with its syllable, and as many spans of each lane do."""
    total = Kept()
    for name, layer in old.layers.items():
        other = new.layers[name]
        if isinstance(layer, (Spans, Notes)) and isinstance(other, (Spans, Notes)):
            had, now = Counter(_said(layer, held_in_bars(old, layer, same))), Counter(_said(other, _held(other)))
            if isinstance(layer, Spans):
                total += Kept(had.total(), min(had.total(), now.total()))
            else:
                total += Kept(had.total(), (had & now).total())
    return total


def held_in_bars(sketch: Sketch, layer: Spans | Notes, same: Mapping[int, int] | None) -> list[int]:
    """Return the elements by hand that begin in syllables that are the same (None: all), or in none."""
    words = words_layer(sketch)
    found = _held(layer)
    if words is None or same is None:
        return found
    at = [words.index_at(int(layer.starts[k])) for k in found]
    return [k for k, word in zip(found, at, strict=True) if word is None or word in same]


def _held(layer: Spans | Notes) -> list[int]:
    found: list[int] = np.flatnonzero((layer.origin & _BY_HAND) != 0).tolist()
    return found


def _said(layer: Spans | Notes, at: list[int]) -> list[str]:
    return [layer.lyrics[k] if isinstance(layer, Notes) else layer.labels[k] for k in at]


def places(
    old: Sketch, new: Sketch, same: Mapping[int, int] | None
) -> tuple[list[Piece], list[tuple[int, int]], tuple[str, list[tuple[int, int]], int] | None]:
    """Return stretches of frames, pairs of governing spans, and (layer, pairs, count) of words that are the same."""
    layer = words_layer(old)
    name = layer.spec.name if layer is not None else None
    before, after = Words.of(old, name), Words.of(new, name)
    if before is None or after is None:
        return [(0, old.n_frames, 0, new.n_frames)], [], None
    if before.words is None or after.words is None or layer is None:
        pairs = [(k, k) for k in range(min(before.spans.count, after.spans.count))]
        return list(_of_spans(before.spans, after.spans, pairs)), pairs, None
    mapping = same if same is not None else {k: k for k in range(before.words.count)}
    stretches: list[Piece] = []
    pairs = []
    for old_word, new_word in mapping.items():
        follows = mapping.get(old_word + 1) == new_word + 1 or (
            old_word + 1 == before.words.count and new_word + 1 == after.words.count
        )
        for inside in (True, False) if follows else (True,):
            theirs, ours = before.part(old_word + 1, inside), after.part(new_word + 1, inside)
            if len(theirs) == len(ours):
                joined = list(zip(theirs, ours, strict=True))
                pairs += joined
                stretches += _of_spans(before.spans, after.spans, joined)
            else:
                stretches.append((*before.frames(old_word + 1, inside), *after.frames(new_word + 1, inside)))
    return stretches, pairs, (layer.spec.name, list(mapping.items()), before.words.count)


def _of_spans(old: Spans, new: Spans, pairs: list[tuple[int, int]]) -> Iterator[Piece]:
    for i, j in pairs:
        yield int(old.starts[i]), int(old.stops[i]), int(new.starts[j]), int(new.stops[j])


def _frames(old: NDArray[np.uint8], new: NDArray[np.uint8], stretches: list[Piece]) -> Kept:
    total = Kept()
    for a, b, c, d in stretches:
        held = (old[a:b] & _BY_HAND) != 0
        if not held.any():
            continue
        if d <= c:
            total += Kept(int(held.sum()), 0)
            continue
        landed = c + ((np.arange(b - a) + 0.5) * ((d - c) / (b - a))).astype(int)
        total += Kept(int(held.sum()), int((held & ((new[landed] & _BY_HAND) != 0)).sum()))
    return total


def _cells(old: Grid, new: Grid) -> Kept:
    """Count cells that both have and a hand set or locked: kept where marks and code are what they were."""
    if old.shape[1:] != new.shape[1:]:
        return Kept(int(((old.origin & _BY_HAND) != 0).sum()), 0)
    n = min(len(old), len(new))
    held = (old.origin[:n] & _BY_HAND) != 0
    codes = (grid.codes.reshape(len(grid), -1)[:n] for grid in (old, new))
    same = np.equal(*codes) & ((old.origin[:n] ^ new.origin[:n]) & _BY_HAND == 0)
    return Kept(int(held.sum()), int((held & same).sum()))


def _marked(old: NDArray[np.uint8], new: NDArray[np.uint8], pairs: list[tuple[int, int]]) -> Kept:
    held = [(i, j) for i, j in pairs if old[i] & _BY_HAND]
    return Kept(len(held), sum(bool(new[j] & _BY_HAND) for _, j in held))


def _sounds(old: Spans, new: Spans, pairs: list[tuple[int, int]]) -> Kept:
    """Count spans by hand whose label is the same, or was not by hand, and whose marks are the same."""
    had = [(i, j) for i, j in pairs if old.origin[i] & _BY_HAND]
    kept = [
        (i, j) for i, j in had
        if (new.origin[j] & _BY_HAND) == (old.origin[i] & _BY_HAND)
        and (old.labels[i] == old.base_labels[i] or old.labels[i] == new.labels[j])
    ]  # fmt: skip
    return Kept(len(had), len(kept))
