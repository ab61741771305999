"""Lyrics onto bars by rule: each line takes whole bars, stressed syllables fall on strong beats, line ends are long.

A dynamic programme chooses the onsets of a line among the eighths (or quarters) of its bars. It needs no weights and is
what the trained writer falls back to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.metre import Metre, metre_of
from intermezzo_engines.melody.lyrics import Line, Lyrics
from intermezzo_engines.melody.template import Span

__all__ = ["Placed", "place"]

_EIGHTH: Final = 240
_STRONG: Final = 2.2
_MISPLACED: Final = 1.8
_JITTER: Final = 0.7
_GAP_COST: Final = 0.45


@dataclass(frozen=True)
class Placed:
    """Lyrics in musical time.

    Attributes:
        n_frames: a pick-up and whole bars.
        rhythm: one span a syllable.
        phrases: (start, stop, index of the line) of each line.
        pickup: frames before the first full bar.
    """

    n_frames: int
    rhythm: tuple[Span, ...]
    phrases: tuple[tuple[int, int, int], ...]
    pickup: int


def place(lyrics: Lyrics, metre: str, seed: int) -> Placed:
    """Return the lyrics on bars; lines of equal length and stress share their rhythm."""
    kind = metre_of(metre)
    rng = np.random.default_rng((seed, 7))
    slots_a_bar = kind.bar_frames // _EIGHTH
    known: dict[tuple[int, ...], tuple[list[int], int, int]] = {}
    lines = lyrics.lines
    drawn = []
    for line in lines:
        shape = tuple(s.stress == 1 for s in line.syllables)
        if shape not in known:
            known[shape] = _line(line, kind, slots_a_bar, rng)
        drawn.append(known[shape])
    pickup = max(drawn[0][1], 0) * _EIGHTH
    rhythm: list[Span] = []
    phrases: list[tuple[int, int, int]] = []
    at = pickup
    for k, (line, (onsets, before, n_bars)) in enumerate(zip(lines, drawn, strict=True)):
        following = drawn[k + 1][1] if k + 1 < len(drawn) else 0
        room = n_bars * slots_a_bar - following
        starts = [at + (slot - before) * _EIGHTH for slot in onsets]
        last = min(max(room - (onsets[-1] - before) - 1, 1), 4)
        stops = [*starts[1:], starts[-1] + last * _EIGHTH]
        for j, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            rhythm.append((start, stop, line.syllables[j].sung))
        phrases.append((starts[0], stops[-1], k))
        at += n_bars * kind.bar_frames
    return Placed(at, tuple(rhythm), tuple(phrases), pickup)


def _line(line: Line, kind: Metre, per_bar: int, rng: np.random.Generator) -> tuple[list[int], int, int]:
    """Return onsets in slots (0 is the first of the pick-up), how many slots of pick-up, and how many bars."""
    stresses = [s.stress for s in line.syllables]
    n = len(stresses)
    first = next((k for k, stress in enumerate(stresses) if stress == 1), 0)
    before = min(first, per_bar // 2) if first <= 2 else 0
    n_bars = 1
    while n_bars * per_bar * 0.72 < n - before + 1:
        n_bars *= 2
    n_bars = max(n_bars, 2)
    slots = before + n_bars * per_bar - 2
    value = np.array([_value(kind, (slot - before) % per_bar) for slot in range(max(slots, n))])
    best = _best(value, stresses, n_bars * per_bar / max(n - before + 1, 1), before, rng)
    return best, before, n_bars


def _value(kind: Metre, slot: int) -> float:
    frame = slot * _EIGHTH
    weights = kind.weights
    return float(weights[frame // kind.beat_frames]) if frame % kind.beat_frames == 0 else 0.0


def _best(
    value: NDArray[np.float64], stresses: list[int], usual: float, before: int, rng: np.random.Generator
) -> list[int]:
    """Return the onsets of most agreement between stress and beat, with steps near the usual one."""
    n, slots = len(stresses), len(value)
    gain = np.array(
        [[_STRONG * v if stress == 1 else -_MISPLACED * max(v - 1, 0) for v in value] for stress in stresses]
    )
    gain += _JITTER * rng.standard_normal(gain.shape)
    total = np.full((n, slots), -np.inf)
    back = np.zeros((n, slots), np.int64)
    for k in range(before + 1 if before else 0):  # the pick-up leads to its stress on the first beat
        gain[k, np.arange(slots) != k] = -np.inf
    total[0, :2] = gain[0, :2]
    for k in range(1, n):
        for slot in range(k, slots):
            steps = np.arange(1, min(slot, 6) + 1)
            came = total[k - 1, slot - steps] - _GAP_COST * (steps - usual) ** 2
            at = int(came.argmax())
            total[k, slot] = came[at] + gain[k, slot]
            back[k, slot] = slot - steps[at]
    slot = int(total[-1].argmax())
    onsets = [slot]
    for k in range(n - 1, 0, -1):
        slot = int(back[k, slot])
        onsets.append(slot)
    return onsets[::-1]
