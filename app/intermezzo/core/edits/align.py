"""Alignment of two rows of labels: which elements of the old row are which of the new one.

Needleman and Wunsch (1970), with three cares for rows of words that a person has edited: an equal label outweighs all
else, so that what is put in, taken out or repeated shifts nothing to a wrong neighbour; of two equal labels of which
one must go, the one without hand edits goes; and what was moved to another place is found there.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["Alignment", "align", "moved", "rising"]

_EQUAL, _GAP, _PRECIOUS = 64, 1, 1  # the worth of an equal pair, the cost of a gap, the worth of hand edits in a pair
_MARGIN = 24  # elements of the equal ends that are looked at again, for repetitions at the seam
_MOST_CELLS = 4_000_000
_GRAM = 3
_NEAR = 40  # elements within which a single one is taken for moved; longer runs may have come from anywhere
_MOST_MOVES = 1_000_000  # pairs of elements to look at


@dataclass(frozen=True)
class Alignment:
    """Index pairs (old, new), in order: ``same`` have equal labels, ``replaced`` stand in each other's place."""

    same: tuple[tuple[int, int], ...] = ()
    replaced: tuple[tuple[int, int], ...] = ()


def align(old: Sequence[str], new: Sequence[str], precious: Sequence[bool] | None = None) -> Alignment:
    """Align two rows; ``precious`` says which old elements carry hand edits. Pairs rise on both sides."""
    shorter = min(len(old), len(new))
    head = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    tail = next((k for k in range(shorter - head) if old[-1 - k] != new[-1 - k]), shorter - head)
    if precious is not None and len(old) != len(new):
        head, tail = max(head - _MARGIN, 0), max(tail - _MARGIN, 0)
    numbers: dict[str, int] = {}
    a, b = (
        np.array([numbers.setdefault(label, len(numbers)) for label in row[head : len(row) - tail]], np.int64)
        for row in (old, new)
    )
    worth = np.zeros(len(a), np.int64) if precious is None else np.array(precious[head : len(old) - tail], np.int64)
    same = [(k, k) for k in range(head)]
    replaced: list[tuple[int, int]] = []
    for (i0, i1), (j0, j1) in _stretches(a, b):
        for i, j in _aligned(a[i0:i1], b[j0:j1], worth[i0:i1]):
            pair = head + i0 + i, head + j0 + j
            (same if a[i0 + i] == b[j0 + j] else replaced).append(pair)
    same += [(len(old) - k, len(new) - k) for k in range(tail, 0, -1)]
    return Alignment(tuple(same), tuple(replaced))


def _stretches(a: NDArray[np.int64], b: NDArray[np.int64]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Cut long rows at runs of labels that occur once in both; what is still too long together is left out."""
    if len(a) * len(b) <= _MOST_CELLS:
        return [((0, len(a)), (0, len(b)))]
    cuts = [(0, 0), *_anchors(a.tolist(), b.tolist()), (len(a), len(b))]
    found = [((i, k), (j, m)) for (i, j), (k, m) in pairwise(cuts)]
    return [((i, k), (j, m)) for (i, k), (j, m) in found if (k - i) * (m - j) <= _MOST_CELLS]


def _anchors(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    places: list[dict[tuple[int, ...], int]] = []
    for row in (a, b):
        grams = [tuple(row[k : k + _GRAM]) for k in range(len(row) - _GRAM + 1)]
        once = Counter(grams)
        places.append({gram: k for k, gram in enumerate(grams) if once[gram] == 1})
    return rising(sorted((i, places[1][gram]) for gram, i in places[0].items() if gram in places[1]))


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest row of pairs that rises on both sides, out of pairs that rise on the first (patience)."""
    ends: list[int] = []
    best: list[int] = []
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        ends[at : at + 1], best[at : at + 1] = [j], [k]
        before[k] = best[at - 1] if at else -1
    found, k = list[tuple[int, int]](), best[-1] if best else -1
    while k >= 0:
        found.append(pairs[k])
        k = before[k]
    return found[::-1]


def _aligned(a: NDArray[np.int64], b: NDArray[np.int64], worth: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the pairs of the best alignment, equal or not, by dynamic programming one row at a time."""
    n, m = len(a), len(b)
    if not n or not m:
        return []
    steps = _GAP * np.arange(m + 1)
    table = np.empty((n + 1, m + 1), np.int32)
    table[0] = -steps
    for i in range(n):
        row = np.empty(m + 1, np.int64)
        row[0] = table[i, 0] - _GAP
        pair = np.where(b == a[i], _EQUAL + _PRECIOUS * worth[i], 0)
        row[1:] = np.maximum(table[i, :-1] + pair, table[i, 1:] - _GAP)
        # The gaps of a row depend on one another: with them taken off, the best so far is a running maximum.
        table[i + 1] = np.maximum.accumulate(row + steps) - steps
    pairs = []
    i, j = n, m
    while i and j:
        gain = _EQUAL + _PRECIOUS * int(worth[i - 1]) if a[i - 1] == b[j - 1] else 0
        if table[i, j] == table[i - 1, j - 1] + gain:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif table[i, j] == table[i - 1, j] - _GAP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def moved(
    old: Sequence[str], new: Sequence[str], free_old: Sequence[int], free_new: Sequence[int]
) -> list[tuple[int, int]]:
    """Pair elements that found no partner in order but stand elsewhere in the new row, longest runs first.

    A single element counts only if its label is free once on both sides and within `_NEAR` elements.
    """
    if len(free_old) * len(free_new) > _MOST_MOVES:
        return []
    places: dict[str, list[int]] = defaultdict(list)
    for j in free_new:
        places[new[j]].append(j)
    left, right = set(free_old), set(free_new)
    times = Counter(old[i] for i in free_old)
    runs = []
    for i in free_old:
        for j in places[old[i]]:
            if i - 1 in left and j - 1 in right and old[i - 1] == new[j - 1]:
                continue  # not where a run begins
            n = 1
            while i + n in left and j + n in right and old[i + n] == new[j + n]:
                n += 1
            if n > 1 or (times[old[i]] == len(places[old[i]]) == 1 and abs(i - j) <= _NEAR):
                runs.append((-n, abs(i - j), i, j))
    pairs = []
    for n, _, i, j in sorted(runs):
        for k in range(-n):
            if i + k in left and j + k in right:
                left.discard(i + k)
                right.discard(j + k)
                pairs.append((i + k, j + k))
    return sorted(pairs)
