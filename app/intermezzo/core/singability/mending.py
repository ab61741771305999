"""The mends of each kind of finding: pure edits of notes that do as little as mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from intermezzo.core.clock import SLOWEST_BPM, tempo_of
from intermezzo.core.edits import lyrics
from intermezzo.core.edits import notes as edits
from intermezzo.core.layers import Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.harmony import fitting
from intermezzo.core.music.keys import pitch_name
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.singability.finding import KINDS, Finding, Mend
from intermezzo.core.singability.song import Song
from intermezzo.core.singability.time_rules import BREATH_S
from intermezzo.core.sketch import Sketch

__all__ = ["allow", "allowance", "mends"]

Mends = Iterator[Mend]


def allow(sketch: Sketch, ids: Iterable[int], mark: int) -> Sketch:
    """Return the sketch in which notes bear a mark of what is allowed; also locked ones, for they stay as they are."""
    notes = edits.notes_of(sketch, "notes")
    at, origin = edits.indices_of(notes, ids), notes.origin.copy()
    origin[at] |= np.uint8(mark)
    return sketch.with_layer(replace(notes, origin=frozen(origin, np.uint8)))


def allowance(finding: Finding) -> Mend:
    """Return the mend that lets a finding stand."""
    kind = KINDS[finding.kind]
    return Mend(kind.allow, partial(allow, ids=finding.notes[:1], mark=int(kind.mark)))


def mends(song: Song, finding: Finding) -> Mends:
    """Return the mends that change notes."""
    at = [song.notes.index_of(note) for note in finding.notes]
    if all(k is not None for k in at):
        yield from _BY_KIND[finding.kind](song, finding, [k for k in at if k is not None])


def _to(song: Song, k: int, pitch: int) -> Mend:
    up = pitch - int(song.pitches[k])
    return Mend(
        f"Move to {pitch_name(pitch, song.keys[k])}", partial(edits.move, ids=[song.id(k)], semitones=up, layer="notes")
    )


def _to_goals(song: Song, finding: Finding, at: list[int]) -> Mends:
    for goal in finding.goal:
        yield _to(song, at[0], goal)


def _octaves(song: Song, finding: Finding, at: list[int]) -> Mends:
    k = at[0]
    low, high = song.limits.low or 0, song.limits.high or 127
    pitch = int(song.pitches[k])
    nearest = pitch + 12 * (-((pitch - low) // 12)) if pitch < low else pitch - 12 * (-((high - pitch) // 12))
    if low <= nearest <= high:
        yield _to(song, k, nearest)
    edge = _in_scale(song, k, low if pitch < low else high, 1 if pitch < low else -1)
    if edge is not None and edge != nearest:
        yield _to(song, k, edge)


def _in_scale(song: Song, k: int, pitch: int, way: int) -> int | None:
    """Return the first pitch from one on, going one way, that is of the scale at a note and in range."""
    low, high = song.limits.low or 0, song.limits.high or 127
    frame = int(song.starts[k])
    goals = (pitch + way * by for by in range(12))
    return next((p for p in goals if low <= p <= high and fitting(song.sketch, frame, p, scale=True) == p), None)


def _nearer(song: Song, finding: Finding, at: list[int]) -> Mends:
    k, before = at
    pitch, from_ = int(song.pitches[k]), int(song.pitches[before])
    way = 1 if pitch > from_ else -1
    octave = pitch - 12 * way
    following = int(song.pitches[k + 1]) if k + 1 < song.count else octave
    inside = (song.limits.low or 0) <= octave <= (song.limits.high or 127)
    if abs(octave - from_) <= song.limits.leap and abs(following - octave) <= song.limits.leap and inside:
        yield _to(song, k, octave)
    shorter = _in_scale(song, k, from_ + way * song.limits.leap, -way)
    if shorter is not None and shorter not in (octave, pitch):
        yield _to(song, k, shorter)


def _turned(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Let a question end above, a statement below, the syllable before."""
    k, before = at
    way = 1 if finding.kind == "question" else -1
    goal = int(song.pitches[before]) + way
    frame = int(song.starts[k])
    fits = [p for p in range(goal, goal + way * 13, way) if fitting(song.sketch, frame, p, scale=True, chord=True) == p]
    inside = [p for p in fits if (song.limits.low or 0) <= p <= (song.limits.high or 127)]
    if inside:
        yield _to(song, k, inside[0])


def _until(song: Song, k: int, stop: int, name: str) -> Mend:
    by = stop - int(song.stops[k])
    return Mend(name, partial(edits.resize, ids=[song.id(k)], stop_by=by, layer="notes"))


def _closed(song: Song, finding: Finding, at: list[int]) -> Mends:
    yield _until(song, at[0], int(song.starts[at[1]]), "Close the gap")


def _apart(song: Song, finding: Finding, at: list[int]) -> Mends:
    k, before = at
    if song.starts[k] - song.starts[before] >= song.notes.spec.min_frames:
        yield _until(song, before, int(song.starts[k]), f"Cut {song.called(before)} short")
    else:
        lower = min(at, key=lambda i: int(song.pitches[i]))
        yield Mend(f"Delete {song.name(lower)}", partial(edits.delete, ids=[song.id(lower)], layer="notes"))


def _frames(song: Song, k: int, seconds: float) -> int:
    clock = song.sketch.clock
    begin = float(clock.seconds_at(int(song.starts[k])))
    return int(np.ceil(float(clock.frames_at(begin + seconds)) - float(song.starts[k])))


def _breathing(song: Song, finding: Finding, at: list[int]) -> Mends:
    k = at[0]
    stop = int(song.starts[k + 1]) - _frames(song, k, BREATH_S + 0.01) if k + 1 < song.count else int(song.stops[k])
    if stop - song.starts[k] >= max(song.notes.spec.min_frames, (song.stops[k] - song.starts[k]) // 4):
        following = song.word(k + 1) if k + 1 < song.count else ""
        yield _until(song, k, stop, f"Breathe before {following}")


def _longer(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Give a short syllable time: the rest after it, else of the note after it, else of a slower tempo."""
    k, head = at
    wanted = int(song.starts[head]) + _frames(song, head, song.limits.syllable_s)
    following = int(song.starts[k + 1]) if k + 1 < song.count else song.sketch.n_frames
    if wanted <= following:
        yield _until(song, k, wanted, "Make it longer")
        return
    room = int(song.stops[k + 1]) - wanted if k + 1 < song.count else 0
    if room >= max(wanted - int(song.starts[head]), song.notes.spec.min_frames):
        own, its = song.id(k), song.id(k + 1)
        by, later = wanted - int(song.stops[k]), wanted - following

        def edit(sketch: Sketch) -> Sketch:
            moved = edits.resize(sketch, [its], start_by=later, layer="notes")
            return edits.resize(moved, [own], stop_by=by, layer="notes")

        yield Mend("Make it longer", edit)
        return
    tempo = song.sketch.tempo
    index = tempo.index_at(int(song.starts[head])) if isinstance(tempo, Spans) else None
    bpm = tempo_of(tempo.labels[index]) if isinstance(tempo, Spans) and index is not None else None
    if isinstance(tempo, Spans) and index is not None and bpm is not None:
        lasts = float(song.seconds[k, 1] - song.seconds[head, 0])
        slower, at_tempo = max(int(bpm * lasts / song.limits.syllable_s), int(SLOWEST_BPM)), index
        yield Mend(f"Slow down to {slower} bpm", lambda s: s.with_layer(s.tempo.with_label(at_tempo, str(slower))))


def _on_beat(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Put the stressed syllable on the beat that the other has; the other makes room before or after it."""
    other, stressed = at
    beat, least = int(song.starts[other]), song.notes.spec.min_frames
    tail = int(song.tails[np.searchsorted(song.heads, stressed, side="right") - 1])
    name = f"Put {song.called(stressed)} on the beat"
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
            yield Mend(name, partial(_new_upbeat, song=song, other=other, stressed=stressed, upbeat=upbeat))
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

    yield Mend(name, edit)


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


def _stopped(song: Song, finding: Finding, at: list[int]) -> Mends:
    k = at[0]
    stop = int(song.starts[k + 1]) - _frames(song, k, BREATH_S + 0.01)
    if stop - song.starts[k] >= song.notes.spec.min_frames:
        yield _until(song, k, stop, "Leave a rest at the comma")


_BY_KIND: Final[dict[str, Callable[[Song, Finding, list[int]], Mends]]] = {
    "overlap": _apart, "rest": _closed, "range": _octaves, "leap": _nearer, "breath": _breathing, "fast": _longer,
    "stress": _on_beat, "chord": _to_goals, "key": _to_goals, "question": _turned, "statement": _turned,
    "comma": _stopped,
}  # fmt: skip
