"""What the harmony network is told of each step: metre, place in the bar and in the phrase, cadence, and the manner.

A step is half a bar where the bar has a middle, else a bar (`harmony.steps`). A phrase owns the steps from its first
strong beat on; its goal is the step in which its last syllable begins. Chords are numbered from the tonic, root times
kind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.chords import KINDS
from intermezzo.core.music.keys import Key, letter_pitch_class
from intermezzo.core.music.metre import Bars
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, WEAK
from intermezzo_engines.melody.harmony import KINDS_HEARD, chord_named, root_name, steps
from intermezzo_engines.melody.template import Span, Template

__all__ = [
    "CHORDS", "FIELDS", "HANDS", "PACES", "UNKNOWN", "Grid", "Manner", "chord_label", "chord_number", "grid_of",
    "manner_of", "step_features", "written_steps",
]  # fmt: skip

CHORDS: Final = 12 * len(KINDS_HEARD)
"""How many chords there are; one number more stands for none."""
HANDS: Final = ("hymn", "song", "lead sheet")
"""Whose chords they are like: hymns and art songs (chords heard in the tune), lead sheets (chords as written)."""
PACES: Final = (0.55, 0.85, 1.15, 1.5)
"""Chord changes a bar that part the classes of `Manner.pace`."""
_COLOURS: Final = (0.03, 0.15)
_METRES: Final = ("4/4", "2/2", "2/4", "3/4", "6/8", "3/8", "9/8", "12/8")
_CADENCES: Final = (WEAK, HALF, AUTHENTIC)
_FAR: Final = 15
UNKNOWN: Final = (5, 3)
"""The classes of a pace and a colour that are not told."""
FIELDS: Final = {
    "mode": 2, "metre": 9, "hand": 3, "pace": 6, "colour": 4, "middle": 2, "index": 16, "left": 18, "cadence": 3,
    "place": 4,
}  # fmt: skip
"""Names and sizes of the whole numbers that each step has, in order."""


@dataclass(frozen=True)
class Manner:
    """How chords are written: ``hand`` an index of `HANDS`, ``pace`` 0 to 4 by `PACES`, ``colour`` 0 to 2: triads and
    dominant sevenths only, a few other sevenths, many."""

    hand: int
    pace: int
    colour: int


@dataclass(frozen=True, eq=False)
class Grid:
    """Steps of a piece: ``edges`` frames (N + 1,), and of each step its ``phrase``.

    Of each phrase, ``first`` is the step after its pick-up, and ``goal`` that in which its last syllable begins.
    """

    edges: tuple[int, ...]
    phrase: NDArray[np.int64]
    first: NDArray[np.int64]
    goal: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many steps."""
        return len(self.edges) - 1


def chord_number(label: str, key: Key) -> int:
    """Return the number of a chord in a key; `CHORDS` for none."""
    chord = chord_named(label)
    if chord is None:
        return CHORDS
    root = (letter_pitch_class(chord.root) - key.pitch_class) % 12
    kind = chord.kind
    if kind not in KINDS_HEARD:
        kind = "m" if 3 in KINDS[kind] else ""
    return root * len(KINDS_HEARD) + KINDS_HEARD.index(kind)


def chord_label(number: int, key: Key) -> str:
    """Return the symbol of a chord below `CHORDS` as a key writes it."""
    root, kind = divmod(number, len(KINDS_HEARD))
    return root_name((root + key.pitch_class) % 12, key) + KINDS_HEARD[kind]


def grid_of(bars: Bars, phrases: Sequence[tuple[int, int]], onsets: Sequence[int]) -> Grid:
    """Lay steps over a piece.

    Args:
        bars: its bars.
        phrases: (start, stop) of each phrase, in order.
        onsets: onsets of its syllables, in order.
    """
    edges = steps(bars)
    n = len(edges) - 1
    firsts, goals = [], []
    for start, stop in phrases:
        k = min(max(bisect_right(edges, start) - 1, 0), n - 1)
        late = start - edges[k] > 0 and k + 1 < n
        firsts.append(k + 1 if late else k)
        last = onsets[max(bisect_right(onsets, stop - 1) - 1, 0)] if len(onsets) else start
        goals.append(min(max(bisect_right(edges, last) - 1, firsts[-1]), n - 1))
    phrase = np.zeros(n, np.int64)
    for k in range(1, len(firsts)):
        phrase[firsts[k] :] = k
    # What begins in the last step of the one before has no step of its own.
    if firsts and firsts[0] == 0 and bars.pickup and n > 2 and edges[1] < edges[2] - edges[1]:
        firsts[0] = 1
    return Grid(tuple(edges), phrase, np.array(firsts or [0], np.int64), np.array(goals or [n - 1], np.int64))


def manner_of(numbers: Sequence[int], n_bars: int, hand: int) -> Manner:
    """Return the manner of a piece from the chords of its steps."""
    changes = 1 + sum(a != b for a, b in pairwise(numbers))
    kinds = [KINDS_HEARD[number % len(KINDS_HEARD)] for number in numbers if number < CHORDS]
    coloured = sum(kind in ("maj7", "m7", "dim", "+", "m7b5") for kind in kinds) / max(len(kinds), 1)
    return Manner(hand, bisect_right(PACES, changes / max(n_bars, 1)), bisect_right(_COLOURS, coloured))


def step_features(grid: Grid, bars: Bars, minor: bool, cadences: Sequence[str], manner: Manner) -> NDArray[np.int64]:
    """Return int64 (N, fields), see `FIELDS`."""
    found = np.zeros((grid.count, len(FIELDS)), np.int64)
    lines = set(bars.starts.tolist())
    last = len(cadences) - 1
    first_of: dict[int, int] = {}
    for k in range(grid.count):
        p = int(grid.phrase[k])
        first = first_of.setdefault(p, k)
        left = int(grid.goal[min(p, len(grid.goal) - 1)]) - k
        name = bars.metres[bars.index_at(grid.edges[k])].name
        found[k] = (
            minor, _METRES.index(name) if name in _METRES else 8, manner.hand, manner.pace, manner.colour,
            grid.edges[k] not in lines, min(k - first, _FAR), min(left, _FAR) if left >= 0 else _FAR + 2 - (left < -1),
            _CADENCES.index(cadences[p]) if cadences else 0, 0 if p == 0 else 3 if p == last else 1 + p % 2,
        )  # fmt: skip
    return found


def written_steps(template: Template, grid: Grid) -> list[int]:
    """Return the number of the chord that sounds longest in each step."""
    found = []
    k = 0
    spans: tuple[Span, ...] = template.chords
    for start, stop in pairwise(grid.edges):
        while k < len(spans) and spans[k][1] <= start:
            k += 1
        best, label, j = 0, "", k
        while j < len(spans) and spans[j][0] < stop:
            shared = min(stop, spans[j][1]) - max(start, spans[j][0])
            if shared > best:
                best, label = shared, spans[j][2]
            j += 1
        found.append(chord_number(label, template.key_at(start)) if label else CHORDS)
    return found
