"""Voicings: which pitches a chord is played with. A function of the chord alone, so an edit is heard where it was made.

Each voicing lies as near as it can to one fixed place of the keyboard, so tones that two chords share stay where they
are and the others move by the shortest way: smooth leading without any memory of the chord before.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Final

from intermezzo.core.music.chords import KINDS, Chord
from intermezzo.core.music.keys import letter_pitch_class

__all__ = ["bass_of", "broken", "close", "inner_voices"]

_CENTRE: Final = 59.5
_LOWEST_BASS: Final = 38
_FIFTH: Final = (7, 6, 8)


@lru_cache(maxsize=1024)
def bass_of(chord: Chord, lowest: int = _LOWEST_BASS) -> int:
    """Return the bass tone of a chord, in the octave from ``lowest`` up: what its slash names, or its root."""
    return lowest + (letter_pitch_class(chord.bass or chord.root) - lowest) % 12


@lru_cache(maxsize=1024)
def close(chord: Chord, centre: float = _CENTRE) -> tuple[int, ...]:
    """Return the chord in close position around ``centre``, three or four tones, rising.

    Of a ninth chord the root is left to the bass, or the fifth where the bass has another tone.
    """
    root = letter_pitch_class(chord.root)
    steps = list(KINDS[chord.kind])
    if len(steps) > 4:
        steps.remove(0 if not chord.bass else next(step for step in _FIFTH if step in steps))
    classes = sorted((root + step) % 12 for step in steps)
    found: list[tuple[int, ...]] = []
    for turn in range(len(classes)):
        inverted = [*classes[turn:], *(c + 12 for c in classes[:turn])]
        for octave in range(2, 8):
            found.append(tuple(12 * octave + c for c in inverted))
    return min(found, key=lambda pitches: (abs(sum(pitches) / len(pitches) - centre), pitches))


@lru_cache(maxsize=1024)
def broken(chord: Chord) -> tuple[int, ...]:
    """Return the tones of a wide broken chord for the left hand: bass, a fifth or what is near it, octave, tenth."""
    bass = bass_of(chord)
    middle = _nearest(chord, bass + 7, bass + 4, bass + 10)
    return (bass, middle, bass + 12, _nearest(chord, bass + 16, bass + 13, bass + 19))


@lru_cache(maxsize=4096)
def inner_voices(chord: Chord, tune: int) -> tuple[int, int, int]:
    """Return bass, tenor and alto of a four-part setting under a tone of the tune.

    All tones of a triad are there where four voices can hold them; thirds and sevenths are not doubled, voices neither
    cross nor lie more than an octave apart (tenor and bass: a twelfth).
    """
    root = letter_pitch_class(chord.root)
    third, colour = _third_of(chord, root), _colour_of(chord, root)
    lower = min(tune - 57, 0)  # how far the tune lies below where the other voices would be
    places = [p for p in range(45 + lower, tune) if p % 12 in chord.tones] or [tune - 12]
    bass_class = letter_pitch_class(chord.bass or chord.root)

    def strain(voices: tuple[int, int, int]) -> float:
        bass, tenor, alto = voices
        sung = [p % 12 for p in (*voices, tune)]
        cost = abs(alto - 62.0 - lower) + abs(tenor - 55.0 - lower) + 0.5 * abs(bass - 46.0 - lower)
        cost += 25.0 * (third is not None and third not in sung) + 15.0 * (colour is not None and colour not in sung)
        cost += 8.0 * (root not in sung) + 9.0 * (third is not None and sung.count(third) > 1)
        cost += 9.0 * (colour is not None and sung.count(colour) > 1)
        cost += 6.0 * max(tune - alto - 12, 0) + 6.0 * max(alto - tenor - 12, 0) + 3.0 * max(tenor - bass - 19, 0)
        return cost + 4.0 * (tenor == bass)

    pairs = list(combinations(places, 2)) or [(places[0], places[0])]
    basses = [p for p in range(36 + lower, tune) if p % 12 == bass_class]
    found = [(b, t, a) for t, a in pairs for b in basses if b <= t] or [(bass_of(chord), places[0], places[-1])]
    return min(found, key=lambda voices: (strain(voices), voices))


def _nearest(chord: Chord, wanted: int, low: int, high: int) -> int:
    tones = [p for p in range(low, high + 1) if p % 12 in chord.tones]
    return min(tones or [wanted // 12 * 12 + letter_pitch_class(chord.root)], key=lambda p: (abs(p - wanted), p))


def _third_of(chord: Chord, root: int) -> int | None:
    """Return what says major or minor, or hangs in its place."""
    return next(((root + s) % 12 for s in (3, 4, 5, 2) if s in KINDS[chord.kind]), None)


def _colour_of(chord: Chord, root: int) -> int | None:
    """Return the seventh or sixth, if the chord has one."""
    steps = [s for s in KINDS[chord.kind] if s in (9, 10, 11)]
    return (root + steps[0]) % 12 if steps else None
