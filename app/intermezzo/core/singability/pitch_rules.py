"""Rules of pitch: against the chord, outside the scale, out of range, large leaps, questions and statements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.chords import Chord
from intermezzo.core.music.fit import key_fits, sung_scale
from intermezzo.core.music.harmony import key_layer
from intermezzo.core.music.keys import Key, pitch_name
from intermezzo.core.music.stress import asks_openly
from intermezzo.core.singability.finding import Code, Finding, Said
from intermezzo.core.singability.song import Song

__all__ = ["contours", "leaps", "out_of_range", "outside_scale", "unresolved"]

_STEP: Final = 2
_STRONG: Final = 2
_OPENING: Final = 3  # syllables of a line among which a question word stands


def _moves(song: Song) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the intervals into and out of each note; at the ends of the tune far more than any."""
    steps = np.diff(song.pitches)
    return np.concatenate(([99], steps)), np.concatenate((steps, [99]))


def unresolved(song: Song) -> Iterator[Finding]:
    """Find notes on strong beats that are no tone of their chord and neither pass, turn nor resolve by a step.

    Passing: steps in and out the same way. Turning: a step out and back. Resolving: a step to a tone of the next chord.
    """
    into, out = _moves(song)
    chords = song.chords
    for k in np.flatnonzero((song.weights >= _STRONG) & ~song.in_chord).tolist():
        chord = chords[k]
        assert chord is not None  # where none sounds, every note fits
        by, on = int(into[k]), int(out[k])
        if 0 < abs(on) <= _STEP:
            below = chords[k + 1]
            resolves = below is None or int(song.pitches[k + 1]) % 12 in below.tones
            passes = 0 < abs(by) <= _STEP and (by > 0) == (on > 0)
            if resolves or passes or by == -on:
                continue
        goals = _nearest(song, k, chord.tones)
        yield Finding(
            "chord", (song.id(k),), int(song.starts[k]),
            Said("chord", (song.name(k), _chord_name(chord))), goals,
        )  # fmt: skip


@lru_cache(maxsize=256)
def _chord_name(chord: Chord) -> str:
    return chord.name.replace("#", "♯") if "b" not in chord.name[1:2] else chord.root[0] + "♭" + chord.name[2:]


def _nearest(song: Song, k: int, tones: frozenset[int]) -> tuple[int, ...]:
    """Return the nearest pitch among some tones above and below a note, inside the singer's range.

    The nearer is first, but one that would make a leap of a singer's limit last.
    """
    pitch = int(song.pitches[k])
    beside = [int(song.pitches[j]) for j in (k - 1, k + 1) if 0 <= j < song.count]
    low, high = song.limits.low, song.limits.high
    found = []
    for way in (1, -1):
        goal = next((pitch + way * by for by in range(1, 12) if (pitch + way * by) % 12 in tones), pitch)
        if (low is None or goal >= low) and (high is None or goal <= high) and 0 < goal < 128 and goal != pitch:
            found.append(goal)

    def cost(goal: int) -> tuple[bool, int]:
        return max((abs(goal - other) for other in beside), default=0) > song.limits.leap, abs(goal - pitch)

    return tuple(sorted(found, key=cost))


def outside_scale(song: Song) -> Iterator[Finding]:
    """Find notes that are neither of the scale nor of the chord, and no half step between two halves."""
    spans = key_layer(song.sketch)
    if spans is None:
        return
    into, out = _moves(song)
    named = np.array([chord is not None for chord in song.chords], bool)
    foreign = ~key_fits(song.notes, spans) & ~(named & song.in_chord) & (np.abs(into) != 1) & (np.abs(out) != 1)
    for k in np.flatnonzero(foreign).tolist():
        key = song.keys[k]
        assert key is not None
        yield Finding(
            "key", (song.id(k),), int(song.starts[k]), Said("key", (song.name(k), _key_name(key))),
            _nearest(song, k, sung_scale(key)),
        )  # fmt: skip


def _key_name(key: Key) -> str:
    return f"{key.tonic[0]}{key.tonic[1:].replace('#', '♯').replace('b', '♭')} {key.mode}"


def out_of_range(song: Song) -> Iterator[Finding]:
    """Find notes that are too low or too high for who sings."""
    low, high = song.limits.low, song.limits.high
    sides: tuple[tuple[int | None, NDArray[np.bool_], Code], ...] = (
        (low, song.pitches < (low or 0), "too_low"), (high, song.pitches > (high or 127), "too_high"),
    )  # fmt: skip
    for bound, wrong, code in sides:
        for k in np.flatnonzero(wrong).tolist() if bound is not None else []:
            edge = pitch_name(bound or 0, song.keys[k])
            yield Finding("range", (song.id(k),), int(song.starts[k]), Said(code, (song.name(k), edge)))


def leaps(song: Song) -> Iterator[Finding]:
    """Find intervals inside a phrase that are larger than the limit."""
    steps = np.diff(song.pitches)
    wide = (np.abs(steps) > song.limits.leap) & ~song.phrase_ends[:-1]
    for k in np.flatnonzero(wide).tolist():
        yield Finding(
            "leap", (song.id(k + 1), song.id(k)), int(song.starts[k + 1]),
            Said("leap", (f"{abs(int(steps[k]))}", song.name(k), song.name(k + 1))),
        )  # fmt: skip


def contours(song: Song) -> Iterator[Finding]:
    """Find questions that fall to the tonic, and statements that end higher than they began and than before.

    After ReLyMe (arXiv 2207.05688), which asks every question to end higher and every statement to end lower than it
    began. True songs keep neither so strictly (42 and 54 %), so that only ends are found that sound like the other
    thing. Questions with a question word (who, why) fall in speech, too, and are let be.
    """
    line = 0
    ends = song.phrase_ends.tolist()
    for at, (head, tail) in enumerate(zip(song.heads.tolist(), song.tails.tolist(), strict=True)):
        mark = song.end_mark(head)
        if mark in ("?", ".") and at > line:
            first, before = int(song.pitches[song.heads[line]]), int(song.pitches[song.tails[at - 1]])
            last = int(song.pitches[tail])
            opening = [song.text(k) for k in song.heads[line : line + _OPENING].tolist()]
            key = song.keys[tail]
            closes = last < min(first, before) and key is not None and last % 12 == key.pitch_class
            if mark == "?" and closes and not any(map(asks_openly, opening)):
                yield Finding(
                    "question", (song.id(tail), song.id(int(song.tails[at - 1]))), int(song.starts[head]),
                    Said("question", (song.word(head),)),
                )  # fmt: skip
            elif mark == "." and last > max(first, before):
                yield Finding(
                    "statement", (song.id(tail), song.id(int(song.tails[at - 1]))), int(song.starts[head]),
                    Said("statement", (song.word(head),)),
                )  # fmt: skip
        if mark or ends[tail]:
            line = at + 1
