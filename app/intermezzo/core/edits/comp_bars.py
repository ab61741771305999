"""Where a stretch of one tune can take the place of one of another: in whole bars, on the same words, in one key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from intermezzo.core.edits.bar_matching import bar_matched
from intermezzo.core.edits.carry_bars import chord_up
from intermezzo.core.edits.words import words_layer
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.harmony import key_at
from intermezzo.core.sketch import Sketch

__all__ = ["in_key_of", "same_words"]

_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def same_words(sketch: Sketch, take: Sketch, start: int, stop: int) -> tuple[int, int, int, int]:
    """Return a stretch of the sketch and the stretch of the take in which the same words are sung.

    It is frames ``start:stop`` themselves where both tunes have the same bars up to there, else the whole bars around
    them, or one bar more on a side where a line begins or ends in the middle of one.

    Raises:
        EditError: if there is no such stretch in the take.
    """
    mine, its = sketch.bars, take.bars
    found = bar_matched(sketch, take)
    if mine is None or its is None or found is None:
        raise EditError("This take is no tune in bars.")
    first, last = mine.index_at(start), mine.index_at(max(stop - 1, start)) + 1
    edges = (*mine.starts.tolist(), sketch.n_frames), (*its.starts.tolist(), take.n_frames)
    if edges[0][: last + 1] == edges[1][: last + 1] and _words(sketch, start, stop) == _words(take, start, stop):
        return start, stop, start, stop
    has_bars = False
    for a, b in ((first, last), (first - 1, last), (first, last + 1), (first - 1, last + 1)):
        if a < 0 or b > mine.count:
            continue
        own = edges[0][a], edges[0][b]
        sung = [found.pairs[i] for i in found.syllables_in(*own) if i in found.pairs]
        if not sung:
            continue
        onsets = found.words[1].starts
        c, d = its.index_at(int(onsets[min(sung)])), its.index_at(int(onsets[max(sung)])) + 1
        other = edges[1][c], edges[1][d]
        if set(mine.metres[a:b]) == set(its.metres[c:d]):
            has_bars = True
            if _words(sketch, *own) == _words(take, *other):
                return *own, *other
    if not has_bars:
        raise EditError("This take has another metre here. Use all of it, or sample takes of the selection.")
    raise EditError("In this take other words are sung here. Select whole lines, or sample takes of the selection.")


def _words(sketch: Sketch, start: int, stop: int) -> list[str]:
    layer = words_layer(sketch)
    if layer is None:
        return []
    inside = (layer.starts >= start) & (layer.starts < stop)
    if layer.base_starts is not None:
        inside &= layer.base_starts >= 0  # what a hand put in is no engine's word
    return [layer.base_labels[k] for k in np.flatnonzero(inside).tolist()]


def in_key_of(sketch: Sketch, take: Sketch, frame: int, its_frame: int) -> Sketch:
    """Return a take with chords and notes moved from the key at a frame of it into that at a frame of the sketch.

    What is by hand stays.
    """
    own, its = key_at(sketch, frame), key_at(take, its_frame)
    if own is None or its is None or own.pitch_class == its.pitch_class:
        return take
    by = (own.pitch_class - its.pitch_class + 5) % 12 - 5
    for layer in take.layers.values():
        if isinstance(layer, Notes):
            take = take.with_layer(_notes_up(layer, by))
        elif isinstance(layer, Spans) and take.type.beats is not None and layer.spec.name == take.type.beats.chords:
            free = (layer.origin & _BY_HAND) == 0
            take = take.with_layer(layer.renamed(lambda label, _: chord_up(label, by, own), free.__getitem__))
    return take


def _notes_up(notes: Notes, by: int) -> Notes:
    values, base = notes.values.copy(), notes.base.copy()
    free = (notes.origin & _BY_HAND) == 0
    values[free, 2] = np.clip(values[free, 2] + by, notes.spec.low, notes.spec.high)
    base[:, 2] = np.clip(base[:, 2] + by, notes.spec.low, notes.spec.high)
    return replace(notes, values=frozen(values, np.int32), base=frozen(base, np.int32))
