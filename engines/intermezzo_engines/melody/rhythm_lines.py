"""Lines of a song in time: what of it is written while it is written, and how its lines are laid on whole bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.metre import Metre
from intermezzo_engines.melody.lyrics import Line, Lyrics
from intermezzo_engines.melody.rhythm_features import NONE, TWELFTH, Told, step_class, told_of
from intermezzo_engines.melody.template import Span

__all__ = ["Drawn", "Placed", "SoFar", "laid", "whole_bars"]

_BARS: Final = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True)
class Placed:
    """Lyrics in musical time.

    Attributes:
        n_frames: a pick-up and whole bars.
        rhythm: one span a syllable.
        phrases: (start, stop, index of the line) of each line.
        pickup: frames before the first full bar.
        alike: of each line, the index of the first line whose rhythm it shares.
    """

    n_frames: int
    rhythm: tuple[Span, ...]
    phrases: tuple[tuple[int, int, int], ...]
    pickup: int
    alike: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A line in twelfths: onsets after its first bar line (a pick-up before it), rests before each, and whole bars."""

    onsets: tuple[int, ...]
    rests: tuple[int, ...]
    n_bars: int


class SoFar:
    """What the network is told of all syllables, and the rhythm of the lines that are written."""

    def __init__(self, told: Told, sizes: Sequence[int]) -> None:
        self.told = told
        self.firsts = [0, *accumulate(sizes)]
        self.drawn: list[Drawn] = []
        self._steps = np.full(self.firsts[-1], NONE)
        self._places = np.full(self.firsts[-1], -1)

    @classmethod
    def of(cls, lyrics: Lyrics, metre: str) -> SoFar:
        """Return the beginning: nothing is written."""
        sung = [[syllable.sung for syllable in line.syllables] for line in lyrics.lines]
        ends = [k + 1 == len(line) for line in sung for k in range(len(line))]
        texts = [text for line in sung for text in line]
        return cls(told_of(texts, ends, lyrics.language, metre), [len(line) for line in sung])

    def add(self, line: Drawn, kind: Metre) -> None:
        """Write the next line."""
        part = slice(self.firsts[len(self.drawn)], self.firsts[len(self.drawn) + 1])
        onsets = np.array(line.onsets)
        self._steps[part] = np.concatenate([[NONE], step_class(np.diff(onsets))])
        self._places[part] = onsets % (kind.bar_frames // TWELFTH)
        self.drawn.append(line)

    def models(
        self, k: int, steps: NDArray[np.int64], places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return int64 (drawn, 6) steps and places of the earlier syllables that may return at syllable k of the line
        that is drawn; ``steps`` and ``places`` (drawn, N) are those of this line."""
        first = self.firsts[len(self.drawn)]
        which = self.told.models[first + k]
        step, place = self._steps[np.maximum(which, 0)], self._places[np.maximum(which, 0)]
        inside = np.clip(which - first, 0, steps.shape[1] - 1)
        step = np.where(which >= first, steps[:, inside], step)
        place = np.where(which >= first, places[:, inside], place)
        return np.where(which < 0, NONE, step), np.where(which < 0, -1, place)


def whole_bars(last: int, kind: Metre) -> int:
    """Return how many bars a line takes whose last syllable begins at ``last``: two beats are left for it."""
    bar, beat = kind.bar_frames // TWELFTH, kind.beat_frames // TWELFTH
    needed = last + 2 * beat
    return next((count for count in _BARS if count * bar >= needed), -(-needed // bar))


def laid(lines: Sequence[Line], drawn: Sequence[Drawn], kind: Metre, alike: tuple[int, ...]) -> Placed:
    """Return the lines one after the other; a line whose successor begins early gets a bar more where it needs one."""
    bar, beat = kind.bar_frames // TWELFTH, kind.beat_frames // TWELFTH
    pickup = max(-drawn[0].onsets[0], 0)
    at, rhythm, phrases = pickup, [], []
    for k, (line, one) in enumerate(zip(lines, drawn, strict=True)):
        early = max(-drawn[k + 1].onsets[0], 0) if k + 1 < len(lines) else 0
        late = max(drawn[k + 1].onsets[0], 0) if k + 1 < len(lines) else 0
        n_bars = one.n_bars
        while n_bars * bar - early - one.onsets[-1] < 2 * beat:
            n_bars += n_bars % 2 + 1 if n_bars > 1 else 1
        room = n_bars * bar - early + late - one.onsets[-1]
        starts = [at + onset for onset in one.onsets]
        stops = [start - rest for start, rest in zip(starts[1:], one.rests[1:], strict=True)]
        stops.append(starts[-1] + _last_length(room, beat, bar))
        for start, stop, syllable in zip(starts, stops, line.syllables, strict=True):
            rhythm.append((start * TWELFTH, stop * TWELFTH, syllable.sung))
        phrases.append((starts[0] * TWELFTH, stops[-1] * TWELFTH, k))
        at += n_bars * bar
    return Placed(at * TWELFTH, tuple(rhythm), tuple(phrases), pickup * TWELFTH, alike)


def _last_length(room: int, beat: int, bar: int) -> int:
    """Return how long the last syllable of a line is sung: a breath remains before the next line."""
    if room <= 2 * beat:
        return max(room - beat // 2, beat)
    return min(room - beat, bar)
