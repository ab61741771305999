"""Excerpts: some bars of a tune as a tune of their own, for a score that shows what is in view and no more."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from intermezzo.core.media import Melody

__all__ = ["Excerpt", "excerpt_of"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Excerpt:
    """``melody`` counts its frames from ``start``; its note k is note ``notes[k]`` of the whole."""

    melody: Melody
    start: int
    notes: tuple[int, ...]
    is_end: bool


def excerpt_of(melody: Melody, start: int, stop: int) -> Excerpt:
    """Return frames ``start:stop`` of a tune, both on bar lines; notes and chords that lead beyond them are cut.

    A note or chord that began before has its syllable or symbol there, and none here.
    """
    values = melody.notes
    # Notes are in order of their starts; those that begin before and last into it are few but may lie anywhere.
    chosen = np.nonzero((values[:, 0] < stop) & (values[:, 1] > start))[0]
    notes = values[chosen].copy()
    lyrics = ["" if values[k, 0] < start else melody.lyrics[k] for k in chosen.tolist()]
    notes[:, :2] = np.clip(notes[:, :2], start, stop) - start
    order = np.lexsort((notes[:, 2], notes[:, 0]))
    pickup = max(melody.pickup - start, 0)
    return Excerpt(
        Melody(
            notes[order], tuple(lyrics[k] for k in order.tolist()), stop - start,
            ((0, melody.tempi[0][1]),), tuple(_during(melody.metres, start, stop)),
            tuple(_during(melody.keys, start, stop)),
            tuple((a - start, min(b, stop) - start, label) for a, b, label in melody.chords if start <= a < stop),
            pickup=pickup, language=melody.language,
        ), start, tuple(chosen[order].tolist()), stop >= melody.n_frames,
    )  # fmt: skip


def _during(changes: Sequence[tuple[int, _T]], start: int, stop: int) -> list[tuple[int, _T]]:
    """Return what holds at ``start``, and what changes until ``stop``."""
    k = max(bisect_right(changes, start, key=lambda change: change[0]) - 1, 0)
    return [(max(frame - start, 0), what) for frame, what in changes[k:] if frame < stop or frame <= start]
