"""Transposing: the whole tune with its keys and chords, or some notes by steps of the scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from intermezzo.core.edits.notes import indices_of, notes_of
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Layer, Notes, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.chords import chord_of, named_in
from intermezzo.core.music.harmony import chord_layer, key_at, key_layer, keys_in
from intermezzo.core.music.keys import MODES, Key, key_of, letter_pitch_class
from intermezzo.core.sketch import Sketch

__all__ = ["by_scale_steps", "key_above", "transposed"]

_TONICS = tuple(letter + sign for letter in "CDEFGAB" for sign in ("", "#", "b"))


def key_above(key: Key, semitones: int) -> Key:
    """Return the key of the same mode so many semitones higher, the one that is written with the fewest signs."""
    wanted = (key.pitch_class + semitones) % 12
    named = [Key(tonic, key.mode) for tonic in _TONICS if letter_pitch_class(tonic) == wanted]
    return min(named, key=lambda found: (abs(found.fifths), found.fifths > 0))


def transposed(sketch: Sketch, semitones: int) -> Sketch:
    """Return a sketch in beats with all its notes, keys and chords higher by semitones; marks stay as they are.

    What the engine had made moves along, so that nothing counts as edited by it.

    Raises:
        EditError: if a note is locked or would leave the range.
    """
    if not semitones:
        return sketch
    layers: dict[str, Layer] = dict(sketch.layers)
    for name, layer in layers.items():
        if isinstance(layer, Notes):
            layers[name] = _moved(layer, semitones)
    keys, chords = key_layer(sketch), chord_layer(sketch)
    higher = [key_above(key, semitones) for key in keys_in(keys) if key is not None] if keys is not None else []
    if keys is not None:
        layers[keys.spec.name] = _relabelled(keys, lambda text, _: key_above(key_of(text), semitones).name)
    if chords is not None:
        main = higher[0] if higher else Key("C")

        def written_in(start: int) -> Key:
            key = key_at(sketch, start)
            return key_above(key, semitones) if key is not None else main

        layers[chords.spec.name] = _relabelled(chords, lambda text, at: _chord_above(text, semitones, written_in(at)))
    return replace(sketch, layers=layers)


def _moved(notes: Notes, semitones: int) -> Notes:
    notes.must_be_free(range(notes.count))
    values, base = notes.values.copy(), notes.base.copy()
    values[:, 2] += semitones
    if notes.count and not notes.spec.low <= values[:, 2].min() <= values[:, 2].max() <= notes.spec.high:
        raise EditError("A note would leave the keys of the piano.")
    base[:, 2] = np.clip(base[:, 2] + semitones, notes.spec.low, notes.spec.high)
    return replace(notes, values=frozen(values, np.int32), base=frozen(base, np.int32))


def _relabelled(spans: Spans, name: Callable[[str, int], str]) -> Spans:
    """Return spans with other labels, also under them and as alternatives; one that says nothing stays."""

    def of(text: str, start: int) -> str:
        try:
            return name(text, start)
        except SketchError:
            return text

    return spans.renamed(of)


def _chord_above(text: str, semitones: int, key: Key) -> str:
    chord = chord_of(text)
    if chord is None:
        return text
    root, bass = (_letter((letter_pitch_class(name) + semitones) % 12) if name else "" for name in
                  (chord.root, chord.bass))  # fmt: skip
    return named_in(replace(chord, root=root, bass=bass), key).name


def _letter(pitch_class: int) -> str:
    return next(name for name in _TONICS if letter_pitch_class(name) == pitch_class)


def by_scale_steps(sketch: Sketch, ids: Iterable[int], steps: int, *, layer: str | None = None) -> Sketch:
    """Move notes by steps of the scale in which each begins; one outside of it keeps its distance to the tone below.

    Raises:
        EditError: if a note is locked.
    """
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    if not at or not steps:
        return sketch
    rows = notes.values[at].astype(np.int64)
    moved = [_stepped(pitch, steps, key_at(sketch, start)) for start, _, pitch, _ in rows.tolist()]
    if any(not notes.spec.low <= pitch <= notes.spec.high for pitch in moved):
        return sketch  # as a block: none goes where the first would leave the range
    rows[:, 2] = moved
    return sketch.with_layer(notes.with_notes(at, rows))


def _stepped(pitch: int, steps: int, key: Key | None) -> int:
    if key is None:
        return pitch + steps
    scale = MODES[key.mode]
    octave, above = divmod(pitch - key.pitch_class, 12)
    degree = max(k for k, tone in enumerate(scale) if tone <= above)
    off = above - scale[degree]
    octaves, degree = divmod(degree + steps, len(scale))
    return key.pitch_class + 12 * (octave + octaves) + scale[degree] + off
