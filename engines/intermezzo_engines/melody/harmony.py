"""Chords that a tune implies: a Viterbi path over 8 kinds x 12 roots and none, one step a half bar.

A step is half a bar where the bar has a middle (4/4, 2/2, 6/8, 12/8), else the bar. In each step the notes speak for
the chords they are tones of, by their length and stress; chords of the key are likelier, changes cost, and a root that
falls by a fifth costs less. Nothing is learned, so the same notes always give the same chords.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.music.chords import KINDS, NO_CHORD, Chord, chord_of
from intermezzo.core.music.keys import Key, spelled
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, Bars, Metre

__all__ = ["KINDS_HEARD", "chord_named", "chords_heard", "root_name", "steps"]

KINDS_HEARD: Final = ("", "m", "7", "maj7", "m7", "dim", "+", "m7b5")
_DIATONIC: Final = {
    "major": {(0, ""): 0.30, (7, ""): 0.16, (7, "7"): 0.12, (5, ""): 0.15, (2, "m"): 0.05, (9, "m"): 0.07,
              (4, "m"): 0.02, (2, "m7"): 0.03, (2, "7"): 0.02, (0, "7"): 0.01, (9, "7"): 0.01, (4, "7"): 0.005,
              (11, "dim"): 0.005, (5, "m"): 0.005, (10, ""): 0.005},
    "minor": {(0, "m"): 0.30, (7, ""): 0.13, (7, "7"): 0.14, (5, "m"): 0.12, (3, ""): 0.08, (8, ""): 0.07,
              (10, ""): 0.06, (7, "m"): 0.02, (2, "dim"): 0.01, (2, "m7b5"): 0.01, (5, ""): 0.01, (0, ""): 0.005,
              (10, "7"): 0.01},
}  # fmt: skip
"""How usual chords are, by root above the tonic."""
_ELSEWHERE, _NONE = 0.0008, 0.0004
_TONE, _SCALE, _FOREIGN = 0.90, 0.085, 0.015
_STAY, _FALL = 0.9, 0.5
_EVIDENCE = 1.3  # how much a quarter's length of notes weighs against the prior


def chord_named(label: str) -> Chord | None:
    """Return the chord of a symbol; none also for a symbol that nobody knows."""
    try:
        return chord_of(label)
    except SketchError:
        return None


def chords_heard(notes: NDArray[np.int32], bars: Bars, key: Key) -> tuple[tuple[int, int, str], ...]:
    """Return (start, stop, label) from the first frame to the last, neighbours joined; roots as the key writes them."""
    edges = steps(bars)
    labels = _path(_masses(notes, edges, bars), key)
    found: list[tuple[int, int, str]] = []
    for start, stop, label in zip(edges[:-1], edges[1:], labels, strict=True):
        if found and found[-1][2] == label:
            found[-1] = (found[-1][0], stop, label)
        else:
            found.append((start, stop, label))
    return tuple(found)


def root_name(pitch_class: int, key: Key) -> str:
    """Return a root as the key writes it ("Bb"); where that would take two signs, as C major does."""
    letter, sign, _ = spelled(60 + pitch_class, key)
    if abs(sign) > 1:
        letter, sign, _ = spelled(60 + pitch_class, Key("C"))
    return letter + ("#" * sign if sign > 0 else "b" * -sign)


def steps(bars: Bars) -> list[int]:
    """Return the edges of the steps, from 0 to the last frame."""
    edges = {0, bars.n_frames}
    for k, metre in enumerate(bars.metres):
        start = int(bars.starts[k])
        stop = int(bars.starts[k + 1]) if k + 1 < bars.count else bars.n_frames
        edges.add(start)
        half = _step(metre)
        if k == 0 and bars.pickup:
            edges |= {e for e in range(stop, start, -half) if e - start >= half}
        else:
            edges |= set(range(start, stop, half))
    return sorted(edge for edge in edges if 0 <= edge <= bars.n_frames)


def _step(metre: Metre) -> int:
    halves = metre.beats % 2 == 0 and metre.bar_frames >= 3 * FRAMES_PER_QUARTER
    return metre.bar_frames // 2 if halves else metre.bar_frames


def _masses(notes: NDArray[np.int32], edges: list[int], bars: Bars) -> NDArray[np.float64]:
    """Return how much each pitch class sounds in each step (steps, 12), in quarters, stressed notes up to double."""
    mass = np.zeros((len(edges) - 1, 12))
    for start, stop, pitch, _ in notes.tolist():
        stress = 1 + bars.weight(start) / 3
        k = max(int(np.searchsorted(edges, start, side="right")) - 1, 0)
        while k < len(mass) and edges[k] < stop:
            sounds = min(stop, edges[k + 1]) - max(start, edges[k])
            mass[k, pitch % 12] += sounds / FRAMES_PER_QUARTER * (stress if start >= edges[k] else 1.0)
            k += 1
    return mass


@lru_cache(maxsize=32)
def _tables(key: Key) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return labels (97,), log-likelihood of pitch classes (97, 12), log prior (97,), log transition (97, 97)."""
    usual = _DIATONIC["minor" if key.is_minor else "major"]
    scale = {*key.scale, (key.pitch_class + 11) % 12} if key.is_minor else set(key.scale)
    labels, tones, prior, roots = [], [], [], []
    for root in range(12):
        for kind in KINDS_HEARD:
            labels.append(root_name(root, key) + kind)
            inside = [(root + step) % 12 for step in KINDS[kind]]
            row = np.array([_SCALE / 5 if pc in scale else _FOREIGN / 5 for pc in range(12)])
            # The fourth tone of a chord is heard less than the triad.
            row[inside] = _TONE * np.array([0.36, 0.34, 0.30, 0.18][: len(inside)])
            tones.append(row / row.sum())
            prior.append(usual.get(((root - key.pitch_class) % 12, kind), _ELSEWHERE))
            roots.append(root)
    labels.append(NO_CHORD)
    tones.append(np.full(12, 1 / 12))
    prior.append(_NONE)
    log_prior = np.log(np.array(prior))
    fall = (np.subtract.outer(roots, roots) % 12) == 7  # from a row's root down a fifth to the column's
    change = np.zeros((len(labels), len(labels)))
    change[:-1, :-1] += _FALL * fall
    move = change + log_prior[None]
    move[np.diag_indices(len(labels))] = np.log(0.5) + _STAY - 1.0
    return tuple(labels), np.log(np.stack(tones)), log_prior, move


def _path(mass: NDArray[np.float64], key: Key) -> list[str]:
    labels, tones, prior, move = _tables(key)
    heard = _EVIDENCE * mass @ tones.T
    best = prior + heard[0]
    back = []
    for row in heard[1:]:
        options = best[:, None] + move
        back.append(options.argmax(0))
        best = options.max(0) + row
    at = int(best.argmax())
    path = [at]
    for step in reversed(back):
        at = int(step[at])
        path.append(at)
    return [labels[k] for k in reversed(path)]
