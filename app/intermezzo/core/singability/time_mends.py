"""Mends of time: gaps closed, overlaps cut, room for a breath, for a short syllable, for a comma."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from intermezzo.core.clock import SLOWEST_BPM, tempo_of
from intermezzo.core.edits import notes as edits
from intermezzo.core.layers import Spans
from intermezzo.core.singability.finding import Finding, Mend, Said
from intermezzo.core.singability.song import Song
from intermezzo.core.singability.time_rules import BREATH_S
from intermezzo.core.sketch import Sketch

__all__ = ["apart", "breathing", "closed", "longer", "stopped"]

Mends = Iterator[Mend]


def _until(song: Song, k: int, stop: int, said: Said) -> Mend:
    by = stop - int(song.stops[k])
    return Mend(said, partial(edits.resize, ids=[song.id(k)], stop_by=by, layer="notes"))


def closed(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Let a note last until the next of its word."""
    yield _until(song, at[0], int(song.starts[at[1]]), Said("close"))


def apart(song: Song, finding: Finding, at: list[int]) -> Mends:
    """End a note where the next begins; of two that begin together the lower goes."""
    k, before = at
    if song.starts[k] - song.starts[before] >= song.notes.spec.min_frames:
        yield _until(song, before, int(song.starts[k]), Said("cut", (song.called(before),)))
    else:
        lower = min(at, key=lambda i: int(song.pitches[i]))
        yield Mend(Said("delete", (song.name(lower),)), partial(edits.delete, ids=[song.id(lower)], layer="notes"))


def _frames(song: Song, k: int, seconds: float) -> int:
    clock = song.sketch.clock
    begin = float(clock.seconds_at(int(song.starts[k])))
    return int(np.ceil(float(clock.frames_at(begin + seconds)) - float(song.starts[k])))


def breathing(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Leave time for a breath at the end of a note."""
    k = at[0]
    stop = int(song.starts[k + 1]) - _frames(song, k, BREATH_S + 0.01) if k + 1 < song.count else int(song.stops[k])
    if stop - song.starts[k] >= max(song.notes.spec.min_frames, (song.stops[k] - song.starts[k]) // 4):
        said = Said("breathe", (song.word(k + 1),)) if k + 1 < song.count else Said("breathe_here")
        yield _until(song, k, stop, said)


def longer(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Give a short syllable time: the rest after it, else of the note after it, else of a slower tempo."""
    k, head = at
    wanted = int(song.starts[head]) + _frames(song, head, song.limits.syllable_s)
    following = int(song.starts[k + 1]) if k + 1 < song.count else song.sketch.n_frames
    if wanted <= following:
        yield _until(song, k, wanted, Said("lengthen"))
        return
    room = int(song.stops[k + 1]) - wanted if k + 1 < song.count else 0
    if room >= max(wanted - int(song.starts[head]), song.notes.spec.min_frames):
        own, its = song.id(k), song.id(k + 1)
        by, later = wanted - int(song.stops[k]), wanted - following

        def edit(sketch: Sketch) -> Sketch:
            moved = edits.resize(sketch, [its], start_by=later, layer="notes")
            return edits.resize(moved, [own], stop_by=by, layer="notes")

        yield Mend(Said("lengthen"), edit)
        return
    tempo = song.sketch.tempo
    index = tempo.index_at(int(song.starts[head])) if isinstance(tempo, Spans) else None
    bpm = tempo_of(tempo.labels[index]) if isinstance(tempo, Spans) and index is not None else None
    if isinstance(tempo, Spans) and index is not None and bpm is not None:
        lasts = float(song.seconds[k, 1] - song.seconds[head, 0])
        slower, at_tempo = max(int(bpm * lasts / song.limits.syllable_s), int(SLOWEST_BPM)), index
        yield Mend(Said("slow_down", (str(slower),)), lambda s: s.with_layer(s.tempo.with_label(at_tempo, str(slower))))


def stopped(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Leave a rest at a comma."""
    k = at[0]
    stop = int(song.starts[k + 1]) - _frames(song, k, BREATH_S + 0.01)
    if stop - song.starts[k] >= song.notes.spec.min_frames:
        yield _until(song, k, stop, Said("pause"))
