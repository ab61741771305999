"""Mends of pitch: to a tone of the chord or scale, into range, a smaller leap, an end that turns the other way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from intermezzo.core.edits import notes as edits
from intermezzo.core.music.harmony import fitting
from intermezzo.core.music.keys import pitch_name
from intermezzo.core.singability.finding import Finding, Mend, Said
from intermezzo.core.singability.song import Song

__all__ = ["nearer", "octaves", "to_goals", "turned"]

Mends = Iterator[Mend]


def _to(song: Song, k: int, pitch: int) -> Mend:
    up = pitch - int(song.pitches[k])
    return Mend(
        Said("move", (pitch_name(pitch, song.keys[k]),)),
        partial(edits.move, ids=[song.id(k)], semitones=up, layer="notes"),
    )


def to_goals(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Move the note to a pitch that the finding names."""
    for goal in finding.goal:
        yield _to(song, at[0], goal)


def octaves(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Bring a note into range by octaves, or to the edge of the range."""
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


def nearer(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Make a leap smaller: the other octave, or as far as the limit lets."""
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


def turned(song: Song, finding: Finding, at: list[int]) -> Mends:
    """Let a question end above, a statement below, the syllable before."""
    k, before = at
    way = 1 if finding.kind == "question" else -1
    goal = int(song.pitches[before]) + way
    frame = int(song.starts[k])
    fits = [p for p in range(goal, goal + way * 13, way) if fitting(song.sketch, frame, p, scale=True, chord=True) == p]
    inside = [p for p in fits if (song.limits.low or 0) <= p <= (song.limits.high or 127)]
    if inside:
        yield _to(song, k, inside[0])
