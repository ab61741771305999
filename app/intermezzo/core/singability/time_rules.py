"""Rules of time: notes together, rests inside words, syllables too short, no time to breathe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from intermezzo.core.singability.finding import Finding, Said
from intermezzo.core.singability.song import Song

__all__ = ["BREATH_S", "breathless", "hasty", "overlaps", "rests_in_words"]

BREATH_S: Final = 0.2
"""A rest that is long enough to breathe in."""


def overlaps(song: Song) -> Iterator[Finding]:
    """Find notes that begin before the one before them has ended."""
    for k in np.flatnonzero(song.gaps < 0).tolist():
        yield Finding(
            "overlap", (song.id(k + 1), song.id(k)), int(song.starts[k + 1]),
            Said("overlap", (song.called(k + 1), song.called(k))),
        )  # fmt: skip


def rests_in_words(song: Song) -> Iterator[Finding]:
    """Find rests of half a beat and more between the notes of one word."""
    inside = (song.words[1:] == song.words[:-1]) & (2 * song.gaps >= song.beat_frames[:-1])
    for k in np.flatnonzero(inside).tolist():
        yield Finding("rest", (song.id(k), song.id(k + 1)), int(song.stops[k]), Said("rest", (song.word(k),)))


def hasty(song: Song) -> Iterator[Finding]:
    """Find syllables that are over before they can be sung."""
    lengths = song.seconds[song.tails, 1] - song.seconds[song.heads, 0]
    for j in np.flatnonzero(lengths < song.limits.syllable_s - 1e-6).tolist():
        k = int(song.heads[j])
        if song.text(k):
            yield Finding(
                "fast", (song.id(int(song.tails[j])), song.id(k)), int(song.starts[k]),
                Said("fast", (song.called(k), f"{lengths[j] * 1000:.0f}")),
            )  # fmt: skip


def breathless(song: Song) -> Iterator[Finding]:
    """Find stretches without a rest that are longer than a breath, and the best place in each for one."""
    begins, ends = song.seconds[:, 0], song.seconds[:, 1]
    breaks = np.flatnonzero(begins[1:] - ends[:-1] >= BREATH_S) + 1
    for first, stop in zip([0, *breaks.tolist()], [*breaks.tolist(), song.count], strict=True):
        while stop - first > 1 and ends[stop - 1] - begins[first] > song.limits.breath_s:
            place = _place(song, first, stop)
            if place is None:
                break
            yield Finding(
                "breath", (song.id(place),), int(song.starts[place]),
                Said("breath", (f"{ends[stop - 1] - begins[first]:.0f}", song.word(first))),
            )  # fmt: skip
            first = place + 1


def _place(song: Song, first: int, stop: int) -> int | None:
    """Return the note after which to breathe: the end of a phrase, clause or word, a long one, as late as goes."""
    begins, ends = song.seconds[:, 0], song.seconds[:, 1]
    most = song.limits.breath_s
    last = int(np.searchsorted(begins, begins[first] + most, side="right"))
    at = np.arange(first, min(stop - 1, last))
    late = ends[at] - begins[first]
    at = at[(late > most / 4) & (late <= most) & (song.words[at] != song.words[at + 1])]
    if not len(at):
        return None
    value = 2.0 * song.phrase_ends[at] + np.minimum(ends[at] - begins[at], 1.5) + (ends[at] - begins[first]) / most
    heads = song.heads[np.searchsorted(song.heads, at, side="right") - 1]
    value += [1.5 * bool(song.end_mark(k)) for k in heads.tolist()]
    return int(at[np.argmax(value)])
