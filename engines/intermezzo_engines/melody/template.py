"""The music template of a tune: key, metre, chords, rhythm by syllable, cadences and sections.

`template_of` is a deterministic pure function of the notes: training, the analyser and the measure of obedience all use
it. The rules are TeleMelody's (Ju et al. 2022, arXiv 2109.09617), with these differences: all metres instead of 4/4,
the exact rhythm instead of the beat, chords as written where the tune has symbols, and sections.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.media import Melody
from intermezzo.core.music.chords import NO_CHORD
from intermezzo.core.music.keys import Key, key_of
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import HOLD
from intermezzo_engines.melody.harmony import chords_heard
from intermezzo_engines.melody.key_finding import find_key
from intermezzo_engines.melody.phrases import phrases_of
from intermezzo_engines.melody.sections import sections_of

__all__ = ["Span", "Template", "at_frames", "chords_written", "rhythm_of", "template_of"]

Span = tuple[int, int, str]
"""Start and stop in frames, label."""


@dataclass(frozen=True)
class Template:
    """What a tune follows, in frames of 1/480 quarter; all spans are in order and do not overlap.

    Attributes:
        n_frames: length of the piece.
        keys: (frame from which it holds, key); before the first it holds too.
        metres: (frame from which it holds, "6/8").
        pickup: frames before the first full bar.
        chords: chord symbols, "N.C." for none.
        rhythm: one span a syllable ("riv-" goes on in its word, "" is a note without text); gaps are rests.
        cadence: one span a phrase: authentic, half or weak.
        sections: letters, a prime for variation.
    """

    n_frames: int
    keys: tuple[tuple[int, Key], ...]
    metres: tuple[tuple[int, str], ...]
    pickup: int
    chords: tuple[Span, ...]
    rhythm: tuple[Span, ...]
    cadence: tuple[Span, ...]
    sections: tuple[Span, ...]

    @cached_property
    def bars(self) -> Bars:
        """The bars that the metres lay."""
        return Bars.of([(at, metre_of(name)) for at, name in self.metres], self.n_frames, self.pickup)

    def key_at(self, frame: int) -> Key:
        """Return the key that holds at a frame."""
        return self.keys[max(bisect_right([at for at, _ in self.keys], frame) - 1, 0)][1]


def template_of(melody: Melody) -> Template:
    """Return the template of a tune; notes may not sound together."""
    notes, n = melody.notes, melody.count
    bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
    keys = _keys(melody)
    chords = chords_written(melody) if melody.chords else _heard(notes, bars, keys)
    onsets = notes[:, 0].tolist()
    at_onset = [keys[max(bisect_right([at for at, _ in keys], onset) - 1, 0)][1] for onset in onsets]
    phrases = phrases_of(notes, melody.lyrics, at_frames(chords, onsets), at_onset, bars) if n else []
    cadence = tuple((onsets[first], int(notes[last - 1, 1]), label) for first, last, label in phrases)
    if melody.sections:
        sections = melody.sections
    else:
        parts = sections_of(notes, phrases)
        edges = [onsets[first] for first, _, _ in parts] + [melody.n_frames]
        sections = tuple((edges[k], edges[k + 1], label) for k, (_, _, label) in enumerate(parts))
    return Template(melody.n_frames, keys, melody.metres, melody.pickup, chords, rhythm_of(melody), cadence, sections)


def at_frames(spans: Sequence[Span], frames: Sequence[int], default: str = NO_CHORD) -> list[str]:
    """Return the label that holds at each frame; ``default`` in gaps."""
    starts = [start for start, _, _ in spans]
    found = []
    for frame in frames:
        k = bisect_right(starts, frame) - 1
        found.append(spans[k][2] if k >= 0 and frame < spans[k][1] else default)
    return found


def _keys(melody: Melody) -> tuple[tuple[int, Key], ...]:
    """Return the key of each stretch with one signature, major or minor as its notes say."""
    written: list[tuple[int, Key | None]] = [(at, key_of(name)) for at, name in melody.keys]
    written = written or [(0, None)]
    found: list[tuple[int, Key]] = []
    for k, (at, key) in enumerate(written):
        stop = written[k + 1][0] if k + 1 < len(written) else melody.n_frames
        inside = melody.notes[(melody.notes[:, 0] >= (at if k else 0)) & (melody.notes[:, 0] < stop)]
        chosen = find_key(inside, key)
        if not found or found[-1][1] != chosen:
            found.append((at if k else 0, chosen))
    return tuple(found)


def chords_written(melody: Melody) -> tuple[Span, ...]:
    """Return the chords of the tune with gaps closed by "N.C."."""
    found: list[Span] = []
    at = 0
    for start, stop, label in (*melody.chords, (melody.n_frames, melody.n_frames, "")):
        if start > at:
            found.append((at, start, NO_CHORD))
        if stop > start:
            found.append((start, stop, label))
        at = stop
    return tuple(found)


def _heard(notes: NDArray[np.int32], bars: Bars, keys: Sequence[tuple[int, Key]]) -> tuple[Span, ...]:
    if len(keys) == 1:
        return chords_heard(notes, bars, keys[0][1])
    found: list[Span] = []
    for k, (at, key) in enumerate(keys):
        stop = keys[k + 1][0] if k + 1 < len(keys) else bars.n_frames
        for start, end, label in chords_heard(notes, bars, key):
            if max(start, at) < min(end, stop):
                found.append((max(start, at), min(end, stop), label))
    return tuple(found)


def rhythm_of(melody: Melody) -> tuple[Span, ...]:
    """Return a span for each syllable, to the end of the last note that holds it."""
    found: list[Span] = []
    for (start, stop, _, _), text in zip(melody.notes.tolist(), melody.lyrics, strict=True):
        if text == HOLD and found:
            found[-1] = (found[-1][0], max(stop, found[-1][1]), found[-1][2])
        else:
            found.append((start, stop, "" if text == HOLD else text))
    return tuple(found)
