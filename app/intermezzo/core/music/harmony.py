"""Which key and chord hold at a frame of a sketch in beats, and which pitch near another fits them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Spans
from intermezzo.core.music.chords import Chord, chord_of
from intermezzo.core.music.keys import Key, key_of
from intermezzo.core.sketch import Sketch

__all__ = ["chord_at", "chord_layer", "chords_in", "fitted", "fitting", "key_at", "key_layer", "keys_in"]


def key_layer(sketch: Sketch) -> Spans | None:
    """Return the spans that name the keys, if the sketch has such."""
    return _named(sketch, sketch.type.beats.key if sketch.type.beats else "")


def chord_layer(sketch: Sketch) -> Spans | None:
    """Return the spans that name the chords, if the sketch has such."""
    return _named(sketch, sketch.type.beats.chords if sketch.type.beats else "")


def _named(sketch: Sketch, name: str) -> Spans | None:
    layer = sketch.layers.get(name) if name else None
    return layer if isinstance(layer, Spans) else None


@lru_cache(maxsize=16)
def keys_in(spans: Spans) -> tuple[Key | None, ...]:
    """Return the key that each span names; None where its label is no key."""
    return tuple(_read(label) for label in spans.labels)


@lru_cache(maxsize=512)
def _read(label: str) -> Key | None:
    try:
        return key_of(label)
    except SketchError:
        return None


@lru_cache(maxsize=16)
def chords_in(spans: Spans) -> tuple[Chord | None, ...]:
    """Return the chord that each span names; None where its label is none."""
    return tuple(_chord(label) for label in spans.labels)


def _chord(label: str) -> Chord | None:
    try:
        return chord_of(label)
    except SketchError:
        return None


def key_at(sketch: Sketch, frame: int) -> Key | None:
    """Return the key at a frame: the last one named so far, before the first that one."""
    spans = key_layer(sketch)
    if spans is None:
        return None
    found = None
    for start, key in zip(spans.starts.tolist(), keys_in(spans), strict=True):
        if key is not None and (found is None or start <= frame):
            found = key
    return found


def chord_at(sketch: Sketch, frame: int) -> Chord | None:
    """Return the chord that sounds at a frame."""
    spans = chord_layer(sketch)
    k = spans.index_at(frame) if spans is not None else None
    return chords_in(spans)[k] if spans is not None and k is not None else None


@lru_cache(maxsize=1024)
def _shifts(tones: frozenset[int]) -> NDArray[np.int64]:
    """Return for each pitch class how far the nearest of some tones is, of two as near the lower; int64 (12,)."""
    if not tones:
        return np.zeros(12, np.int64)
    away = [[-s if s <= 6 else 12 - s for s in ((pitch - tone) % 12 for tone in tones)] for pitch in range(12)]
    return np.array([min(steps, key=lambda by: (abs(by), by)) for steps in away], np.int64)


def fitted(sketch: Sketch, frames: Any, pitches: Any, *, scale: bool = False, chord: bool = False) -> NDArray[np.int64]:
    """Return for each pitch the nearest that is a tone of the chord or of the scale at its frame; of two the lower.

    The chord comes first; where nothing is named, or neither is asked for, a pitch is as it was.
    """
    at, result = np.asarray(frames, np.int64), np.array(pitches, np.int64)
    free = np.ones(len(at), bool)
    spans = chord_layer(sketch) if chord else None
    if spans is not None and spans.count:
        k = np.maximum(np.searchsorted(spans.starts, at, side="right") - 1, 0)
        chords = chords_in(spans)
        table = np.stack([_shifts(c.tones if c is not None else frozenset()) for c in chords])
        sounds = np.array([c is not None for c in chords])[k] & (spans.starts[k] <= at) & (at < spans.stops[k])
        result[sounds] += table[k[sounds], result[sounds] % 12]
        free = ~sounds
    spans = key_layer(sketch) if scale else None
    named = [] if spans is None else [
        (start, key) for start, key in zip(spans.starts.tolist(), keys_in(spans), strict=True) if key is not None
    ]  # fmt: skip
    if named:
        k = np.maximum(np.searchsorted([start for start, _ in named], at, side="right") - 1, 0)
        table = np.stack([_shifts(frozenset(key.scale)) for _, key in named])
        result[free] += table[k[free], result[free] % 12]
    return result


def fitting(sketch: Sketch, frame: int, pitch: int, *, scale: bool = False, chord: bool = False) -> int:
    """Return what `fitted` makes of one pitch."""
    return int(fitted(sketch, [frame], [pitch], scale=scale, chord=chord)[0])
