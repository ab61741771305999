"""Which key and chord hold at a frame of a sketch in beats, and which pitch near another fits them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Spans
from intermezzo.core.music.chords import Chord, chord_of
from intermezzo.core.music.keys import Key, key_of
from intermezzo.core.sketch import Sketch

__all__ = ["chord_at", "chord_layer", "chords_in", "fitting", "key_at", "key_layer", "keys_in"]


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


def fitting(sketch: Sketch, frame: int, pitch: int, *, scale: bool = False, chord: bool = False) -> int:
    """Return the pitch nearest to another that is a tone of the chord or of the scale at a frame; of two the lower.

    The chord comes first; where nothing is named, or neither is asked for, the pitch is as it was.
    """
    harmony = chord_at(sketch, frame) if chord else None
    key = key_at(sketch, frame) if scale else None
    tones: Iterable[int] = harmony.tones if harmony else key.scale if key else ()
    steps = [(pitch - tone) % 12 for tone in tones]  # how far below it the tone lies
    if not steps:
        return pitch
    return pitch + min((-s if s <= 6 else 12 - s for s in steps), key=lambda by: (abs(by), by))
