"""Intonation of a recording on another sketch of the same text: phone lengths, melody and loudness, as hand edits.

Phones are paired by their symbols; time between pairs runs evenly. The melody moves to the register of the target by
the difference of the medians in semitones; loudness follows the shape, not the level.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits import curves, spans
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Spans
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.speech import PAUSE, STRESS, UNKNOWN

__all__ = ["copy_intonation", "paired"]

_LEAST_PAIRED = 0.5
_MOST_DB = 15.0  # that loudness is moved: more would lift the noise of a closure
_FADE_FRAMES = 4
_LEAST_ALIKE = 3  # phones that are voiced in both, or there is no melody to copy


def copy_intonation(
    sketch: Sketch, guide: Sketch, *, timing: bool = True, pitch: bool = True, energy: bool = True,
    range_scale: float = 1.0,
) -> Sketch:  # fmt: skip
    """Put the phone lengths, the melody and the loudness of ``guide`` onto a sketch of the same text.

    Locked elements stay; pauses at both ends keep their own lengths. What lies under the edits should then be
    predicted again (`Studio.resample` over all frames), so that the colour of the voice answers to them.

    Args:
        sketch: what is to sound like the guide; both are speech sketches.
        guide: a recording with its text, or any other reading of it.
        timing: copy the length of each phone; pauses that only the guide makes are put in.
        pitch: copy the melody, moved to the register of the sketch.
        energy: copy how loudness moves.
        range_scale: 1 keeps the span of the melody, under 1 flattens it, over 1 widens it.

    Raises:
        EditError: if the two say different texts, or the range makes no sense.
    """
    if not 0 <= range_scale <= 4:
        raise EditError(f"A range of {range_scale:g} makes no sense; it is from 0 (flat) to 4.")
    target, source = spans.spans_of(sketch, "phones"), spans.spans_of(guide, "phones")
    pairs = paired(target, source)
    n_sounds = sum(label not in (PAUSE, UNKNOWN) for label in target.labels)
    if sum(target.labels[i] != PAUSE for i, _ in pairs) < max(_LEAST_PAIRED * n_sounds, 1):
        raise EditError("The recording says another text. Choose one in which this sentence is spoken.")
    if timing:
        sketch, pairs = _with_pauses(sketch, source, pairs)
        sketch = _with_lengths(sketch, source, pairs)
    at = _Places.of(spans.spans_of(sketch, "phones"), source, pairs)
    if pitch:
        sketch = _with_pitch(sketch, guide, at, range_scale)
    return _with_energy(sketch, guide, at) if energy else sketch


def paired(target: Spans, source: Spans) -> list[tuple[int, int]]:
    """Return pairs of phones (of the target, of the source) in order: equal ones, and runs of others as long."""
    first, second = ([_symbol(label) for label in s.labels] for s in (target, source))
    pairs: list[tuple[int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        both_sound = PAUSE not in (*first[a:b], *second[c:d]) and UNKNOWN not in (*first[a:b], *second[c:d])
        if tag == "equal" or (b - a == d - c and both_sound):
            pairs += zip(range(a, b), range(c, d), strict=True)
    return pairs


def _symbol(label: str) -> str:
    return label[1:] if label[:1] in STRESS else label


def _lengths(layer: Spans) -> NDArray[np.int64]:
    return (layer.stops - layer.starts).astype(np.int64)


def _is_outer(layer: Spans, index: int) -> bool:
    return index in (0, layer.count - 1) and layer.labels[index] == PAUSE


def _with_pauses(sketch: Sketch, source: Spans, pairs: list[tuple[int, int]]) -> tuple[Sketch, list[tuple[int, int]]]:
    """Put in the pauses that only the source makes between two phones that follow each other in both."""
    partner = {j: i for i, j in pairs}
    result = dict(pairs)
    for j in range(source.count - 2, 0, -1):  # from the end, so that places before stay what they are
        if source.labels[j] != PAUSE or j in partner:
            continue
        before, after = partner.get(j - 1), partner.get(j + 1)
        if before is None or after != before + 1:
            continue
        sketch = spans.insert(sketch, after, PAUSE, int(_lengths(source)[j]))
        result = {i + (i >= after): k for i, k in result.items()} | {after: j}
    return sketch, sorted(result.items())


def _with_lengths(sketch: Sketch, source: Spans, pairs: list[tuple[int, int]]) -> Sketch:
    target = spans.spans_of(sketch, "phones")
    theirs, ours, least = _lengths(source), _lengths(target), target.spec.min_frames
    wanted = {i: max(int(theirs[j]), least) for i, j in pairs}
    ends = [(-1, -1), *pairs, (target.count, source.count)]
    for (i0, j0), (i1, j1) in pairwise(ends):
        between, room = list(range(i0 + 1, i1)), int(theirs[j0 + 1 : j1].sum())
        silent = [i for i in between if target.labels[i] == PAUSE]
        sounding = [i for i in between if target.labels[i] != PAUSE]
        if not any(source.labels[j] == PAUSE for j in range(j0 + 1, j1)):
            wanted |= dict.fromkeys(silent, least)  # a pause that the source does not make
        own = max(int(ours[sounding].sum()), 1) if sounding else 1
        if sounding and room:
            wanted |= {i: max(round(int(ours[i]) * room / own), least) for i in sounding}
    free = {
        i: n for i, n in wanted.items() if not target.origin[i] & Mark.LOCKED and not _is_outer(target, i)
    }  # fmt: skip
    return spans.set_lengths(sketch, free)


@dataclass(frozen=True, eq=False)
class _Places:
    """For each frame of the target the place in the source that it shows, and whether it is of a paired sound."""

    place: NDArray[np.float64]
    sounds: NDArray[np.bool_]

    @classmethod
    def of(cls, target: Spans, source: Spans, pairs: list[tuple[int, int]]) -> "_Places":
        """Lay the paired phones over each other."""
        knots = {(0, 0), (len(target), len(source))}
        for i, j in pairs:
            knots |= {(int(target.starts[i]), int(source.starts[j])), (int(target.stops[i]), int(source.stops[j]))}
        ordered = sorted(knots)
        ours, theirs = [a for a, _ in ordered], [b for _, b in ordered]
        place = np.interp(np.arange(len(target)) + 0.5, ours, theirs) - 0.5
        sounds = np.zeros(len(target), bool)
        for k, label in enumerate(target.labels):
            if label != PAUSE:
                sounds[target.starts[k] : target.stops[k]] = True
        return cls(place, sounds)


def _with_pitch(sketch: Sketch, guide: Sketch, at: _Places, range_scale: float) -> Sketch:
    own, theirs = curves.curve_of(sketch, "pitch"), curves.curve_of(guide, "pitch")
    shown, heard = own.spec.to_display(own.values), theirs.spec.to_display(theirs.values)
    voiced, there = ~np.isnan(shown) & at.sounds, np.flatnonzero(~np.isnan(heard))
    if voiced.sum() < _LEAST_ALIKE or len(there) < _LEAST_ALIKE:
        raise EditError("There is no voice in one of the two, so there is no melody to copy.")
    melody = np.interp(at.place, there, heard[there])
    register, middle = float(np.median(shown[voiced])), float(np.median(melody[voiced]))
    moved = register + range_scale * (melody - middle)
    return curves.put(sketch, "pitch", 0, np.where(voiced, moved, np.nan))


def _with_energy(sketch: Sketch, guide: Sketch, at: _Places) -> Sketch:
    own, theirs = curves.curve_of(sketch, "energy"), curves.curve_of(guide, "energy")
    shape = np.interp(at.place, np.arange(len(theirs)), theirs.values.astype(np.float64))
    if not at.sounds.any():
        return sketch
    level = own.values.astype(np.float64)
    wanted = shape - np.median(shape[at.sounds]) + np.median(level[at.sounds])
    # Less and less towards pauses, which keep their own level.
    since = np.minimum(_distance(at.sounds), _distance(at.sounds[::-1])[::-1])
    fade = np.minimum(since / (_FADE_FRAMES + 1), 1.0)
    moved = level + fade * np.clip(wanted - level, -_MOST_DB, _MOST_DB)
    return curves.put(sketch, "energy", 0, np.where(at.sounds, moved, np.nan))


def _distance(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each frame how many frames ago the mask was last off (0 where it is off)."""
    index = np.arange(len(mask))
    last = np.maximum.accumulate(np.where(mask, -1, index))
    return np.where(last < 0, index + 1, index - last).astype(np.float64)
