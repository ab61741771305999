"""Which words and sounds of an old sketch are which of a new one: words first, sounds inside them.

A word that is the same keeps all that lies in it, also where it is pronounced otherwise now: its sounds are paired,
unlike ones too, and what has no partner shares its neighbour's. Words that were replaced are compared by their sounds;
where most of these stand in the same order again ("walk", "walked"), those that do are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.align import align, moved, rising
from intermezzo.core.edits.words import Words, put_in, words_layer
from intermezzo.core.layers import Mark, Notes, Piece, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["Matching", "hands", "matched", "matches", "same_spans"]

_ALIKE = 0.75  # share of the sounds of replaced words that must stand again
_RUN = 4  # or so many in a row


@dataclass
class Matching:
    """Two sketches of one type side by side; ``after`` and ``spans`` follow the new one while it is reshaped.

    ``words`` pairs groups that are the same word by (group, id of the new word, -1 for the lead-in); ``replaced``
    those that stand where another word stood. ``spans`` maps old governing spans to new ones, as far as anything by
    hand depends on them; ``loose`` are those pairs that lie in no same word. ``held`` says of each old frame whether a
    hand edited or locked anything in it.
    """

    before: Words
    after: Words
    held: NDArray[np.bool_]
    words: dict[int, int] = field(default_factory=dict)
    replaced: dict[int, int] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)
    loose: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    is_related: bool = False  # the new sketch was predicted from the spans of the old one as they stand

    def group_after(self, word_id: int) -> int | None:
        """Return the group of a new word by its id; None where a hand took all of it out."""
        if word_id < 0 or self.after.words is None:
            return 0
        at = np.flatnonzero(self.after.words.ids == word_id)
        return int(at[0]) + 1 if len(at) else None

    def pieces(self) -> list[Piece]:
        """Return the stretches of frames that belong together, as far as anything by hand lies in them."""
        found: list[Piece] = []
        for group, word_id in self.words.items():
            new = self.group_after(word_id)
            if group in self.touched and new is not None and self.before.words is not None:
                for inside in (True, False):
                    found += self._covering(group, new, inside)
        for group, word_id in self.replaced.items():
            new = self.group_after(word_id)
            if group in self.touched and new is not None:
                found += self._covering(group, new, False)
        old, now = self.before.spans, self.after.spans
        found += [
            (int(old.starts[i]), int(old.stops[i]), int(now.starts[j]), int(now.stops[j]))
            for i, j in self.spans.items()
            if i in self.loose
        ]
        return sorted(found)

    def word_pieces(self) -> list[Piece]:
        """Return the stretches of `pieces`, with each same word as one."""
        found = []
        for group, word_id in self.words.items():
            new = self.group_after(word_id)
            if group in self.touched and new is not None and self.before.words is not None:
                for inside in (True, False):
                    a, b = self.before.frames(group, inside)
                    c, d = self.after.frames(new, inside)
                    if b > a and d > c:
                        found.append((a, b, c, d))
        whole = {(a, b) for a, b, _, _ in found}
        rest = [p for p in self.pieces() if not any(a <= p[0] and p[1] <= b for a, b in whole)]
        return sorted(found + rest)

    def _covering(self, group: int, new: int, inside: bool) -> Iterator[Piece]:
        """Cover a part of a word from end to end, with joints where paired sounds begin and end."""
        (a, b), (c, d) = self.before.frames(group, inside), self.after.frames(new, inside)
        if b <= a or d <= c:
            return
        old, now = self.before.spans, self.after.spans
        theirs = set(self.after.part(new, inside))
        joints = [(a, c)]
        for i in self.before.part(group, inside):
            j = self.spans.get(i)
            if j in theirs and j is not None:
                joints += [(int(old.starts[i]), int(now.starts[j])), (int(old.stops[i]), int(now.stops[j]))]
        joints.append((b, d))
        found: list[list[int]] = []
        for (i, k), (j, m) in pairwise(joints):
            if j > i and m > k:
                found.append([i if found else a, j, k, m])
            elif j > i and found:  # without a partner: it shares its neighbour's place
                found[-1][1] = j
        for piece in found or [[a, b, c, d]]:
            yield piece[0], piece[1], piece[2], piece[3]


def hands(sketch: Sketch) -> NDArray[np.bool_]:
    """Return which frames of a sketch carry a hand edit or a lock in any layer, bool (frames,)."""
    held = np.zeros(sketch.n_frames, bool)
    for layer in sketch.layers.values():
        if isinstance(layer, (Spans, Notes)):
            for k in np.flatnonzero(layer.by_hand()).tolist():
                held[layer.starts[k] : layer.stops[k]] = True
        elif layer.timed:
            held |= layer.by_hand()
    return held


def same_spans(before: Spans, after: Spans) -> bool:
    """Tell whether both have the very same spans, put in by hand or not: one came from the other."""
    return before.base_labels == after.base_labels and bool(np.array_equal(before.ids, after.ids))


def matches(before: Spans, after: Spans) -> list[tuple[int, int]]:
    """Return the pairs (old index, new index) of spans that belong together by the engine's labels alone, in order."""
    if same_spans(before, after):
        return [(k, k) for k in range(before.count)]
    own = np.flatnonzero(~put_in(before)).tolist()
    both = align([before.base_labels[i] for i in own], after.base_labels)
    return [(own[i], j) for i, j in both.same]


def matched(old: Sketch, new: Sketch) -> Matching | None:
    """Match two sketches of one type; None where they have no governing spans."""
    layer = words_layer(new)
    name = layer.spec.name if layer is not None else None
    theirs = old.layers.get(name) if name else None
    if not isinstance(theirs, Spans) or not theirs.count:
        name = None
    before, after = Words.of(old, name), Words.of(new, name)
    if before is None or after is None:
        return None
    found = Matching(before, after, hands(old))
    own = ~put_in(before.spans)
    found.touched = _touched(before, found.held, own)
    if before.words is not None:
        for slots in old.layers.values():
            if not slots.timed and len(slots) == before.words.count:  # one for each word
                found.touched |= set((np.flatnonzero(slots.by_hand()) + 1).tolist())
    if same_spans(before.spans, after.spans) and before.labels == after.labels:
        found.spans, found.is_related = {k: k for k in range(before.spans.count)}, True
        ids = after.words.ids.tolist() if after.words else []
        found.words = {0: -1} | {k + 1: word_id for k, word_id in enumerate(ids)}
        found.loose = set(found.spans) if name is None else set()
        return found
    if name is None:
        mine = np.flatnonzero(own).tolist()
        pairs = _sounds(before.spans, after.spans, mine, range(after.spans.count), found.held)
        found.words = {0: -1}
        found.spans = dict(pairs)
        found.loose = set(found.spans)
        return found
    _match_words(found)
    for group, word_id in (*found.words.items(), *found.replaced.items()):
        other = found.group_after(word_id)
        if group not in found.touched or other is None:
            continue
        for inside in (True, False) if group in found.words else (False,):
            mine, others = [i for i in before.part(group, inside) if own[i]], list(after.part(other, inside))
            found.spans.update(
                _by_number(before.spans, after.spans, mine, others, own) or _by_label(found, mine, others)
            )
    _match_replaced(found, own)
    return found


def _touched(before: Words, held: NDArray[np.bool_], own: NDArray[np.bool_]) -> set[int]:
    """Return the groups in which, or beside which, a hand did anything."""
    frames = np.concatenate(([0], np.cumsum(held)))
    words = before.words
    starts = np.concatenate(([0], words.starts, [len(before.spans)])) if words else np.array([0, len(before.spans)])
    found = set(np.flatnonzero(np.diff(frames[starts])).tolist())
    mine = np.flatnonzero(own)
    # Machines count ids from 0 without a hole: a hole is what a hand took out.
    holes = np.flatnonzero(np.diff(before.spans.ids[mine], prepend=-1) != 1)
    for k in holes.tolist():
        found |= {int(before.group[mine[k]]), int(before.group[mine[max(k - 1, 0)]])}
    return found


def _match_words(found: Matching) -> None:
    before, after = found.before, found.after
    old, new = before.labels, after.labels
    both = align(old, new, [k + 1 in found.touched for k in range(len(old))])
    pairs = dict(both.same)
    free_old = [k for k in range(len(old)) if k not in pairs]
    taken = set(pairs.values())
    if any(k + 1 in found.touched for k in free_old):
        pairs.update(moved(old, new, free_old, [k for k in range(len(new)) if k not in taken]))
    taken = set(pairs.values())
    ids = after.words.ids.tolist() if after.words else []
    found.words = {0: -1} | {i + 1: ids[j] for i, j in pairs.items()}
    found.replaced = {i + 1: ids[j] for i, j in both.replaced if i not in pairs and j not in taken}


def _by_number(
    old: Spans, new: Spans, mine: list[int], theirs: list[int], own: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Pair the sounds of a word by the engine's count of them, which tells where a hand took some out.

    Returns nothing where their labels do not confirm it: the word is pronounced otherwise now.
    """
    if not mine:
        return []
    ids = old.ids
    places = [int(ids[i] - ids[mine[0]]) for i in mine]
    before = np.flatnonzero(own[: mine[0]])
    spare = int(ids[mine[0]]) - (int(ids[before[-1]]) if len(before) else -1) - 1
    for missing in range(min(spare, len(theirs) - places[-1] - 1) + 1):
        pairs = [(i, theirs[missing + k]) for i, k in zip(mine, places, strict=True) if missing + k < len(theirs)]
        if len(pairs) == len(mine) and all(old.base_labels[i] == new.base_labels[j] for i, j in pairs):
            return pairs
    return []


def _by_label(found: Matching, mine: list[int], theirs: list[int]) -> list[tuple[int, int]]:
    """Pair the sounds of a word by their labels, unlike ones too."""
    old, new = found.before.spans, found.after.spans
    both = align([old.base_labels[i] for i in mine], [new.base_labels[j] for j in theirs])
    return [(mine[i], theirs[j]) for i, j in (*both.same, *both.replaced)]


def _match_replaced(found: Matching, own: NDArray[np.bool_]) -> None:
    """Pair the sounds of words that were replaced with those that stand between the same neighbours now."""
    before, after = found.before, found.after
    n, m = len(before.labels) + 1, len(after.labels) + 1
    order = [(g, found.group_after(w) or 0) for g, w in found.words.items()]
    taken = {h for _, h in order}
    in_order = rising(sorted(order))
    for (g0, h0), (g1, h1) in pairwise([*in_order, (n, m)]):
        old = [g for g in range(g0 + 1, g1) if g not in found.words]
        new = [h for h in range(h0 + 1, h1) if h not in taken]
        if not new or not any(g in found.touched for g in old):
            continue
        mine = [i for g in old for i in before.part(g, True) if own[i]]
        theirs = [j for h in new for j in after.part(h, True)]
        pairs = _sounds(before.spans, after.spans, mine, theirs, found.held)
        if 2 * len(pairs) < _ALIKE * (len(mine) + len(theirs)):
            pairs = [pair for run in _runs(pairs) if len(run) >= _RUN for pair in run]
        found.spans.update(pairs)
        found.loose |= {i for i, _ in pairs}


def _sounds(
    old: Spans, new: Spans, mine: Sequence[int], theirs: Sequence[int], held: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Pair equal sounds in their order."""
    frames = np.concatenate(([0], np.cumsum(held)))
    precious = [bool(frames[old.stops[i]] > frames[old.starts[i]] or old.origin[i] & Mark.EDITED) for i in mine]
    both = align([old.base_labels[i] for i in mine], [new.base_labels[j] for j in theirs], precious)
    return [(mine[i], theirs[j]) for i, j in both.same]


def _runs(pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if found and found[-1][-1] == (pair[0] - 1, pair[1] - 1):
            found[-1].append(pair)
        else:
            found.append([pair])
    return found
