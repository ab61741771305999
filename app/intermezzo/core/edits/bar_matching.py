"""Which syllables of one tune are which of another, and where in the one a place of the other is, counted in bars.

For sketches in beats without spans that govern time. Syllables are the finest spans. They are paired by what they say;
where nothing is said, by their place in the bar. A place keeps its beat: it moves by whole bars, as far as the syllable
moved that is sung there; what a hand laid out in time moves as one, as far as its first syllable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.align import align, moved
from intermezzo.core.edits.words import plain, words_layer
from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.music.harmony import key_at
from intermezzo.core.music.metre import Bars
from intermezzo.core.sketch import Sketch

__all__ = ["BarMatching", "bar_matched", "is_laid_out", "length_by_hand", "own_places"]

Place = tuple[int, int]


@dataclass
class BarMatching:
    """``words`` are the syllables before and after, ``pairs`` says which is which, ``shifts`` how many bars each moved.

    ``places`` are where the engine had the old syllables; ``firsts`` where what a hand laid out around one begins.
    """

    old: Sketch
    new: Sketch
    words: tuple[Spans, Spans]
    places: list[Place]
    pairs: dict[int, int]
    exactly: bool = False
    shifts: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of the old syllables in the order in which the engine had them, and their onsets.

        Those that a hand put in are not among them.
        """
        starts = np.array([start for start, _ in self.places], np.int64)
        order = np.argsort(starts, kind="stable")
        if self.words[0].base_starts is not None:
            order = order[self.words[0].base_starts[order] >= 0]
        return order, starts[order]

    def syllables_in(self, start: int, stop: int) -> list[int]:
        """Return the old syllables that the engine had begin in frames ``start:stop``, in order."""
        order, starts = self._order
        first, last = np.searchsorted(starts, (start, stop)).tolist()
        found: list[int] = order[first:last].tolist()
        return found

    def syllable_at(self, frame: int) -> int | None:
        """Return the old syllable in which a frame lay as the engine had it."""
        order, starts = self._order
        k = int(np.searchsorted(starts, frame, side="right")) - 1
        return int(order[k]) if k >= 0 and frame < self.places[int(order[k])][1] else None

    def shift_of(self, start: int, stop: int) -> int | None:
        """Return by how many bars frames ``start:stop`` moved; None where all that was sung in them is gone."""
        bars = _bars(self.old)
        inside = self.syllables_in(start, max(stop, start + 1))
        known = [self.shifts[i] for i in inside if i in self.shifts]
        if known:
            return known[0]
        if len(inside):
            return None
        first = int(bars.starts[bars.index_at(start)])
        near = [i for i in self.syllables_in(first, self.old.n_frames) if i in self.shifts][:1]
        near = [i for i in self.syllables_in(0, start) if i in self.shifts][-1:] or near
        return self.shifts[near[0]] if near else 0

    def place(self, frame: int, shift: int) -> int | None:
        """Return where an old frame is in the new sketch, ``shift`` bars on; None beyond its ends."""
        old, new = _bars(self.old), _bars(self.new)
        k = old.index_at(frame)
        bar = k + shift
        if frame >= self.old.n_frames and bar + 1 >= new.count:
            return self.new.n_frames
        if not 0 <= bar < new.count:
            return None
        inside, own, other = frame - int(old.starts[k]), old.metres[k].bar_frames, new.metres[bar].bar_frames
        if own != other:
            inside = round(inside * other / own)
        return min(int(new.starts[bar]) + inside, self.new.n_frames)

    def laid_out(self, start: int, stop: int, syllable: int | None) -> Place | None:
        """Return where a syllable that a hand laid out in time lies: as long as it was, as far from its neighbours."""
        shift = self.shifts.get(syllable) if syllable is not None else self.shift_of(start, start + 1)
        first = self.firsts.get(syllable, start) if syllable is not None else start
        at = self.place(first, shift) if shift is not None else None
        if at is None or not 0 <= at + start - first < self.new.n_frames:
            return None
        return at + start - first, min(at + stop - first, self.new.n_frames)

    def transposed_by(self, frame: int, to: int) -> int:
        """Return the semitones, -5 to 6, from the key at an old frame to that at a new one; 0 where one has none."""
        old, new = key_at(self.old, frame), key_at(self.new, to)
        return 0 if self.exactly or old is None or new is None else (new.pitch_class - old.pitch_class + 5) % 12 - 5


def bar_matched(old: Sketch, new: Sketch, *, exactly: bool = False) -> BarMatching | None:
    """Match two sketches in beats of one type; None where they are none, or time is governed by spans.

    ``exactly``: what is by hand keeps its pitch in whatever key.
    """
    layer = words_layer(new) or words_layer(old)
    if old.type.beats is None or old.governing is not None or layer is None:
        return None
    before, after = old.layers[layer.spec.name], new.layers[layer.spec.name]
    if not isinstance(before, Spans) or not isinstance(after, Spans):
        return None
    places = own_places(before)
    found = BarMatching(old, new, (before, after), places, _pairs(old, new, before, after, places), exactly)
    bars = _bars(old), _bars(new)
    for i, k in sorted(found.pairs.items()):
        found.shifts[i] = bars[1].index_at(int(after.starts[k])) - bars[0].index_at(places[i][0])
    for run in _runs(sorted(_laid_out(found))):
        first = next((found.shifts[i] for i in run if i in found.shifts), None)
        if first is not None:
            found.shifts.update((i, first) for i in run if i in found.pairs)
            found.firsts.update((i, places[run[0]][0]) for i in run)
    return found


def own_places(spans: Spans) -> list[Place]:
    """Return where the engine had each span; of those that a hand put in, where they are."""
    if spans.base_starts is None:
        return list(zip(spans.starts.tolist(), spans.stops.tolist(), strict=True))
    rows = zip(spans.base_starts.tolist(), spans.base_frames.tolist(), spans.starts.tolist(), spans.stops.tolist(),
               strict=True)  # fmt: skip
    return [(a, b) if base < 0 else (base, base + n) for base, n, a, b in rows]


def is_laid_out(layer: Spans | Notes, k: int) -> bool:
    """Tell whether a hand said where in time an element begins: by moving, drawing or locking it."""
    mark = int(layer.origin[k])
    if mark & Mark.LOCKED:
        return True
    if not mark & Mark.EDITED:
        return False
    if isinstance(layer, Notes):
        return bool(layer.drawn[k]) or bool(layer.values[k, 0] != layer.base[k, 0])
    return layer.base_starts is not None and bool(layer.base_starts[k] != layer.starts[k])


def length_by_hand(layer: Spans | Notes, k: int) -> int | None:
    """Return the length of an element where a hand chose it."""
    under = layer.base[k, 1] - layer.base[k, 0] if isinstance(layer, Notes) else layer.base_frames[k]
    length = int(layer.stops[k] - layer.starts[k])
    return length if layer.origin[k] & Mark.EDITED and length != under else None


def _bars(sketch: Sketch) -> Bars:
    bars = sketch.bars
    assert bars is not None
    return bars


def _pairs(old: Sketch, new: Sketch, before: Spans, after: Spans, places: list[Place]) -> dict[int, int]:
    order = sorted(range(before.count), key=lambda i: places[i])
    mine = [i for i in order if before.base_starts is None or before.base_starts[i] >= 0]
    said, now = [plain(before.base_labels[i]) for i in mine], [plain(label) for label in after.base_labels]
    if not any(said) or not any(now):
        spots = {_spot(new, int(start)): k for k, start in enumerate(after.starts)}
        return {i: spots[spot] for i in mine if (spot := _spot(old, places[i][0])) in spots}
    both = align(said, now)
    pairs = dict(both.same)
    left = [i for i in range(len(said)) if i not in pairs]
    pairs.update(moved(said, now, left, [k for k in range(len(now)) if k not in set(pairs.values())]))
    used = set(pairs.values())
    pairs.update((i, k) for i, k in both.replaced if i not in pairs and k not in used)
    return {mine[i]: k for i, k in pairs.items()}


def _spot(sketch: Sketch, frame: int) -> tuple[int, int]:
    bars = _bars(sketch)
    k = bars.index_at(frame)
    return k, frame - int(bars.starts[k])


def _laid_out(found: BarMatching) -> set[int]:
    """Return the old syllables that a hand laid out in time, as spans or by their notes."""
    words = found.words[0]
    held = {i for i in range(words.count) if is_laid_out(words, i)}
    for layer in found.old.layers.values():
        if isinstance(layer, Notes):
            for k in np.flatnonzero(layer.by_hand()).tolist():
                if is_laid_out(layer, k):
                    at = found.syllable_at(int(layer.values[k, 0] if layer.drawn[k] else layer.base[k, 0]))
                    held |= set() if at is None else {at}
    return held


def _runs(indices: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for i in indices:
        if found and i - found[-1][-1] <= 2:
            found[-1].append(i)
        else:
            found.append([i])
    return found
