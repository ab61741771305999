"""Metres: which bar and beat a frame of musical time falls on, over changes of metre and a pick-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Layer, Spans

__all__ = ["FRAMES_PER_QUARTER", "Bars", "Metre", "Place", "bars_of", "metre_of"]

FRAMES_PER_QUARTER: Final = 480
"""Ticks of musical time: triplets, quintuplets and 128ths are whole numbers of them."""
_METRE: Final = re.compile(r"(\d{1,2})\s*/\s*(1|2|4|8|16|32)")
_COMMON: Final = {"c": "4/4", "c|": "2/2"}


@dataclass(frozen=True)
class Metre:
    """``beats`` over ``unit``: 6 over 8."""

    beats: int
    unit: int

    @property
    def name(self) -> str:
        """As labels say it: "6/8"."""
        return f"{self.beats}/{self.unit}"

    @property
    def bar_frames(self) -> int:
        """Length of a bar."""
        return self.beats * 4 * FRAMES_PER_QUARTER // self.unit

    @property
    def beat_frames(self) -> int:
        """Length of a beat as it is felt: three eighths in 6/8, 9/8 and 12/8."""
        unit = 4 * FRAMES_PER_QUARTER // self.unit
        return 3 * unit if self.is_compound else unit

    @property
    def is_compound(self) -> bool:
        """Whether its beats are felt in threes."""
        return self.unit >= 8 and self.beats % 3 == 0 and self.beats > 3

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """How strong each beat is: 3 the first, 2 the middle of an even bar, 1 others."""
        n = self.bar_frames // self.beat_frames
        return tuple(3 if k == 0 else 2 if n % 2 == 0 and k == n // 2 else 1 for k in range(n))


def metre_of(text: str) -> Metre:
    """Return the metre that a text names: "4/4", "6/8", "C", "C|".

    Raises:
        SketchError: if it names none.
    """
    plain = _COMMON.get(text.strip().lower(), text.strip())
    found = _METRE.fullmatch(plain)
    if found is None or not 1 <= int(found[1]) <= 32:
        raise SketchError(f"{text!r} is no metre. Write it like 4/4, 3/4 or 6/8.")
    return Metre(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Place:
    """``bar`` from 1 (0 is the pick-up), ``beat`` from 1, ``frame`` inside the beat."""

    bar: int
    beat: int
    frame: int


@dataclass(frozen=True, eq=False)
class Bars:
    """Bar lines of a piece: ``starts`` int64 (bars,) in frames, ``metres`` one each; the first may be a pick-up."""

    starts: NDArray[np.int64]
    metres: tuple[Metre, ...]
    n_frames: int
    pickup: int = 0

    @classmethod
    def of(cls, metres: Sequence[tuple[int, Metre]], n_frames: int, pickup: int = 0) -> Bars:
        """Lay bars over a piece.

        Args:
            metres: each (frame from which it holds, metre); before the first it holds too.
            n_frames: length of the piece.
            pickup: frames before the first full bar; 0 for none.

        Raises:
            SketchError: if there is no metre.
        """
        if not metres:
            raise SketchError("A sketch in bars needs a metre.")
        starts, kinds = ([0], [metres[0][1]]) if pickup > 0 else ([], [])
        at, changes = pickup, [*metres[1:], (n_frames + 1, metres[-1][1])]
        metre = metres[0][1]
        for change, following in changes:
            while at < min(change, n_frames):
                starts.append(at)
                kinds.append(metre)
                # A change inside a bar cuts it short.
                at = min(at + metre.bar_frames, change) if change < n_frames else at + metre.bar_frames
            metre = following
        if not starts:
            starts, kinds = [0], [metres[0][1]]
        return cls(np.array(starts, np.int64), tuple(kinds), n_frames, pickup)

    @property
    def count(self) -> int:
        """How many bars, the pick-up among them."""
        return len(self.metres)

    @property
    def first_number(self) -> int:
        """The number of the first bar: 0 where it is a pick-up."""
        return 0 if self.pickup else 1

    def index_at(self, frame: float) -> int:
        """Return the index of the bar that holds a frame."""
        return int(np.clip(np.searchsorted(self.starts, frame, side="right") - 1, 0, self.count - 1))

    def place(self, frame: float) -> Place:
        """Return where a frame lies; in a pick-up beats count as in the end of a full bar."""
        k = self.index_at(frame)
        inside, metre = int(frame) - int(self.starts[k]), self.metres[k]
        if k == 0 and self.pickup:
            inside += metre.bar_frames - self.pickup % metre.bar_frames if self.pickup % metre.bar_frames else 0
        return Place(k + self.first_number, inside // metre.beat_frames + 1, inside % metre.beat_frames)

    def beats(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the frames of all beats in ``start:stop``, bar lines among them."""
        found: list[int] = []
        for k in range(self.index_at(start), self.index_at(max(stop - 1, start)) + 1):
            first = int(self.starts[k])
            last = int(self.starts[k + 1]) if k + 1 < self.count else self.n_frames
            step = self.metres[k].beat_frames
            offset = (last - first) % step if k == 0 and self.pickup else 0
            if offset:
                found.append(first)
            found += range(first + offset, last, step)
        at = np.array(found, np.int64)
        return at[(at >= start) & (at < stop)]

    def weights_at(self, frames: Any) -> NDArray[np.int64]:
        """Return how strong each frame is, as `weight` does for one."""
        at = np.asarray(frames, np.int64)
        k = np.clip(np.searchsorted(self.starts, at, side="right") - 1, 0, self.count - 1)
        kinds = list(dict.fromkeys(self.metres))
        which = np.array([kinds.index(metre) for metre in self.metres], np.int64)[k]
        inside = at - self.starts[k]
        if self.pickup:
            bar = self.metres[0].bar_frames
            inside = np.where(k == 0, inside + (-self.pickup) % bar, inside)
        step = np.array([metre.beat_frames for metre in kinds])[which]
        most = max(len(metre.weights) for metre in kinds)
        table = np.array([np.resize(metre.weights, most) for metre in kinds])
        counts = np.array([len(metre.weights) for metre in kinds])[which]
        return np.where(inside % step == 0, table[which, inside // step % counts], 0)

    def weight(self, frame: int) -> int:
        """Return how strong a frame is: 3 on a bar line, 2 and 1 on beats, 0 between them."""
        place = self.place(frame)
        weights = self.metres[self.index_at(frame)].weights
        return weights[(place.beat - 1) % len(weights)] if place.frame == 0 else 0


@lru_cache(maxsize=64)
def bars_of(layer: Layer, n_frames: int) -> Bars:
    """Return the bars that a layer of metre spans lays over a piece.

    A first span shorter than one of its bars is a pick-up. Labels that say nothing are passed over, and where none
    says anything the metre is 4/4.
    """
    said: list[tuple[int, Metre]] = []
    pickup = 0
    if isinstance(layer, Spans):
        for k, label in enumerate(layer.labels):
            try:
                metre = metre_of(label)
            except SketchError:
                continue
            length = int(layer.stops[k] - layer.starts[k])
            if k == 0 and layer.count > 1 and length < metre.bar_frames:
                pickup = length
            said.append((int(layer.starts[k]), metre))
    return Bars.of(said or [(0, Metre(4, 4))], n_frames, pickup)
