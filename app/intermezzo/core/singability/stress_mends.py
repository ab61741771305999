"""The mend of stress: the stressed syllable gets the beat, the one that had it makes room before or after."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from intermezzo.core.edits import lyrics
from intermezzo.core.edits import notes as edits
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.singability.finding import Finding, Mend, Said
from intermezzo.core.singability.song import Song
from intermezzo.core.sketch import Sketch

__all__ = ["on_beat"]

Mends = Iterator[Mend]


def on_beat(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Put the stressed syllable on the beat that the other has; the other makes room before or after it."""
    other, stressed = at
    beat, least = int(song.starts[other]), song.notes.spec.min_frames
    tail = int(song.tails[np.searchsorted(song.heads, stressed, side="right") - 1])
    said = Said("to_beat", (song.called(stressed),))
    other_tail = int(song.tails[np.searchsorted(song.heads, other, side="right") - 1])
    if other_tail + 1 == stressed:
        # The unstressed one becomes an upbeat: it takes of the rest or the note before.
        length = int(song.stops[other] - song.starts[other])
        before = int(song.starts[other - 1]) if other else 0
        room = beat - (int(song.stops[other - 1]) if other else 0)
        upbeat = min(length, room if room >= length else (beat - before) // 2)
        if upbeat < least or (other and beat - upbeat - before < least):
            return
        if other_tail > other:
            yield Mend(said, partial(_new_upbeat, song=song, other=other, stressed=stressed, upbeat=upbeat))
            return
        moves = [(other, -upbeat, -length, False), (stressed, -length, 0, False)]
        if other and song.stops[other - 1] > beat - upbeat:
            moves.insert(0, (other - 1, 0, beat - upbeat - int(song.stops[other - 1]), False))
    elif stressed < other and tail + 1 == other:
        half = int(song.stops[other] - song.starts[other]) // 2
        by = beat - int(song.starts[stressed])
        if half < least or tail != stressed:
            return
        moves = [(other, half, 0, False), (stressed, by, beat + half - int(song.stops[stressed]), False)]
        if stressed and song.stops[stressed - 1] == song.starts[stressed]:
            moves.append((stressed - 1, 0, by, False))
    else:
        return
    steps = [(song.id(k), start, stop) for k, start, stop, _ in moves]

    def edit(sketch: Sketch) -> Sketch:
        for note, start_by, stop_by in steps:
            sketch = edits.resize(sketch, [note], start_by=start_by, layer="notes") if start_by < 0 else sketch
            sketch = edits.resize(sketch, [note], stop_by=stop_by, layer="notes") if stop_by else sketch
            sketch = edits.resize(sketch, [note], start_by=start_by, layer="notes") if start_by > 0 else sketch
        return sketch

    yield Mend(said, edit)


def _new_upbeat(sketch: Sketch, song: Song, other: int, stressed: int, upbeat: int) -> Sketch:
    """Give the notes of a held syllable to the stressed one behind it, and itself a new note before them."""
    beat, text = int(song.starts[other]), song.notes.lyrics
    if other and song.stops[other - 1] > beat - upbeat:
        by = beat - upbeat - int(song.stops[other - 1])
        sketch = edits.resize(sketch, [song.id(other - 1)], stop_by=by, layer="notes")
    sketch = lyrics.set_syllable(sketch, song.id(other), text[stressed], layer="notes")
    sketch = lyrics.set_syllable(sketch, song.id(stressed), HOLD, layer="notes")
    return edits.draw(
        sketch, beat - upbeat, beat, int(song.pitches[other]), velocity=int(song.notes.velocities[other]),
        lyric=text[other], layer="notes",
    )  # fmt: skip
