"""Edits of notes: draw, move, resize, split, glue, duplicate, delete, and what fits them to grid, scale and chord.

Notes are named by their ids, which last while their order changes. Every edit refuses locked notes, changes none that
it was not told to, and returns the sketch itself where nothing changes. Notes are moved as one block, which stops where
its first note meets the end of the time axis or of the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Notes
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.grid import on_grid
from intermezzo.core.music.harmony import fitted
from intermezzo.core.music.syllables import HOLD, goes_on, is_sung, shown
from intermezzo.core.sketch import Sketch

__all__ = [
    "VELOCITY", "delete", "draw", "duplicate", "erase", "fit", "glue", "indices_of", "lock", "move", "notes_of",
    "paste", "quantise", "resize", "set_velocities", "split",
]  # fmt: skip

VELOCITY = 88
"""Velocity of a note that is drawn."""
Ids = Iterable[int]


def notes_of(sketch: Sketch, layer: str | None = None) -> Notes:
    """Return a layer of notes by name, or the first there is; raises EditError if there is none."""
    found = (
        sketch.layers.get(layer) if layer else next((x for x in sketch.layers.values() if isinstance(x, Notes)), None)
    )
    if not isinstance(found, Notes):
        raise EditError(f"This sketch has no notes {layer!r}." if layer else "This sketch has no notes.")
    return found


def indices_of(notes: Notes, ids: Ids) -> list[int]:
    """Return the indices of some notes, rising; ids that are not there any more are left out."""
    wanted: list[int] = _places(notes, ids).tolist()
    return wanted


def _places(notes: Notes, ids: Ids) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(notes.ids, np.fromiter(ids, np.int64)))


def draw(
    sketch: Sketch, start: int, stop: int, pitch: int, *, velocity: int = VELOCITY, lyric: str = "",
    layer: str | None = None,
) -> Sketch:  # fmt: skip
    """Return the sketch with one more note, drawn by hand, in frames ``start:stop``; its id is the greatest."""
    notes = notes_of(sketch, layer)
    return sketch.with_layer(notes.with_new([(start, stop, pitch, velocity)], [lyric]))


def move(sketch: Sketch, ids: Ids, frames: int = 0, semitones: int = 0, *, layer: str | None = None) -> Sketch:
    """Move notes in time and pitch, all by the same, as far as the axis and the range let them."""
    notes = notes_of(sketch, layer)
    at = _places(notes, ids)
    if not len(at):
        return sketch
    rows = notes.values[at].astype(np.int64)
    spec = notes.spec
    by = min(max(frames, -int(rows[:, 0].min())), notes.n_frames - int(rows[:, 1].max()))
    up = min(max(semitones, spec.low - int(rows[:, 2].min())), spec.high - int(rows[:, 2].max()))
    return _put(sketch, notes, at, rows + np.array([by, by, up, 0]))


def resize(
    sketch: Sketch, ids: Ids, *, start_by: int = 0, stop_by: int = 0, layer: str | None = None
) -> Sketch:  # fmt: skip
    """Move the beginnings or the ends of notes; none gets shorter than the shortest note or leaves the axis."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    rows = notes.values[at].astype(np.int64)
    least = np.minimum(notes.spec.min_frames, rows[:, 1] - rows[:, 0])
    rows[:, 0] = np.clip(rows[:, 0] + start_by, 0, rows[:, 1] - least)
    rows[:, 1] = np.clip(rows[:, 1] + stop_by, rows[:, 0] + least, notes.n_frames)
    return _put(sketch, notes, at, rows)


def split(sketch: Sketch, ids: Ids, frame: int, *, layer: str | None = None) -> Sketch:
    """Cut the notes that sound at a frame in two there; the second holds the syllable of the first.

    Raises:
        EditError: if none of them sounds there, one is locked, or a part would be too short.
    """
    notes = notes_of(sketch, layer)
    at = [k for k in indices_of(notes, ids) if notes.starts[k] < frame < notes.stops[k]]
    if not at:
        raise EditError("No note sounds here.")
    rows = notes.values[at].astype(np.int64)
    if min(frame - int(rows[:, 0].max()), int(rows[:, 1].min()) - frame) < notes.spec.min_frames:
        raise EditError("This note is too short to be split here.")
    second = [HOLD if notes.lyrics[k] else "" for k in at]
    left, right = rows.copy(), rows.copy()
    left[:, 1] = right[:, 0] = frame
    return sketch.with_layer(notes.with_notes(at, left).with_new(right, second))


def glue(sketch: Sketch, ids: Ids, *, layer: str | None = None) -> Sketch:
    """Make one note of several: the first, long enough to end with the last; it says all that they said.

    Raises:
        EditError: if there are fewer than two, or one is locked.
    """
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    if len(at) < 2:
        raise EditError("Select two or more notes to glue them.")
    first, rest = at[0], at[1:]
    row = notes.values[[first]].astype(np.int64)
    row[0, 1] = int(notes.stops[at].max())
    text = _said([notes.lyrics[k] for k in at])
    notes.must_be_free(rest)
    longer = notes.with_notes([first], row, [text])
    return sketch.with_layer(longer.without(indices_of(longer, notes.ids[rest].tolist())))


def _said(syllables: Sequence[str]) -> str:
    """Return what syllables say on one note: "riv-" and "er" are "river"."""
    sung = [text for text in syllables if is_sung(text)]
    if not sung:
        return syllables[0]
    parts = [shown(a) + ("" if goes_on(a) else " ") for a, _ in pairwise(sung)]
    return "".join(parts) + sung[-1]


def delete(sketch: Sketch, ids: Ids, *, layer: str | None = None) -> Sketch:
    """Take notes out."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    return sketch.with_layer(notes.without(at)) if at else sketch


def duplicate(sketch: Sketch, ids: Ids, frames: int, semitones: int = 0, *, layer: str | None = None) -> Sketch:
    """Return the sketch with copies of notes, moved as one block; their ids are the greatest, in the same order."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    if not at:
        return sketch
    rows = notes.values[at].astype(np.int64)
    by = min(max(frames, -int(rows[:, 0].min())), notes.n_frames - int(rows[:, 1].max()))
    up = min(max(semitones, notes.spec.low - int(rows[:, 2].min())), notes.spec.high - int(rows[:, 2].max()))
    return sketch.with_layer(notes.with_new(rows + np.array([by, by, up, 0]), [notes.lyrics[k] for k in at]))


def paste(
    sketch: Sketch, values: Any, lyrics: Sequence[str], start: int, *, layer: str | None = None
) -> Sketch:  # fmt: skip
    """Return the sketch with notes (rows as `Notes.values`) put in so that the first begins at frame ``start``.

    Raises:
        EditError: if they do not all lie on the time axis there.
    """
    notes = notes_of(sketch, layer)
    rows = np.asarray(values, np.int64).reshape(-1, 4).copy()
    rows[:, :2] += start - rows[:, 0].min(initial=start)
    if len(rows) and (rows[:, 0].min() < 0 or rows[:, 1].max() > notes.n_frames):
        raise EditError("The copied notes are longer than what is left here; paste them earlier.")
    return sketch.with_layer(notes.with_new(rows, lyrics)) if len(rows) else sketch


def quantise(
    sketch: Sketch, ids: Ids, step: int, *, strength: float = 1.0, ends: bool = False, layer: str | None = None
) -> Sketch:
    """Pull the beginnings of notes (with ``ends`` their ends too) to the grid of ``step`` frames, by ``strength`` 0..1.

    Lengths stay where the ends are not pulled; a note that would lose all its length keeps one step.
    """
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    rows = notes.values[at].astype(np.int64)
    lengths = rows[:, 1] - rows[:, 0]

    def pulled(frames: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.rint(frames + strength * (on_grid(frames, step, sketch.bars) - frames)).astype(np.int64)

    rows[:, 0] = np.minimum(pulled(rows[:, 0]), notes.n_frames - lengths)
    stops = pulled(notes.values[at, 1].astype(np.int64)) if ends else rows[:, 0] + lengths
    rows[:, 1] = np.where(stops - rows[:, 0] >= notes.spec.min_frames, stops, rows[:, 0] + min(step, notes.n_frames))
    return _put(sketch, notes, at, rows)


def fit(
    sketch: Sketch, ids: Ids, *, scale: bool = False, chord: bool = False, layer: str | None = None
) -> Sketch:  # fmt: skip
    """Move notes to the nearest tone of the scale, or of the chord, under which they begin."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    rows = notes.values[at].astype(np.int64)
    found = fitted(sketch, rows[:, 0], rows[:, 2], scale=scale, chord=chord)
    rows[:, 2] = _inside(found, notes.spec.low, notes.spec.high)
    return _put(sketch, notes, at, rows)


def _inside(pitches: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    """Bring pitches into a range by octaves."""
    pitches = np.where(pitches < low, pitches + 12 * -((pitches - low) // 12), pitches)
    return np.where(pitches > high, pitches - 12 * -((high - pitches) // 12), pitches)


def set_velocities(
    sketch: Sketch, velocities: dict[int, int], *, layer: str | None = None
) -> Sketch:  # fmt: skip
    """Give notes velocities, by id; held inside 1 to 127."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, velocities)
    rows = notes.values[at].astype(np.int64)
    rows[:, 3] = [velocities[note] for note in notes.ids[at].tolist()]
    return _put(sketch, notes, at, rows)


def lock(sketch: Sketch, ids: Ids, on: bool = True, *, layer: str | None = None) -> Sketch:
    """Lock or unlock notes."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)
    origin = notes.origin.copy()
    origin[at] = origin[at] | np.uint8(Mark.LOCKED) if on else origin[at] & ~np.uint8(Mark.LOCKED)
    if np.array_equal(origin, notes.origin):
        return sketch
    return sketch.with_layer(replace(notes, origin=frozen(origin, np.uint8)))


def erase(sketch: Sketch, ids: Ids, *, layer: str | None = None) -> Sketch:
    """Give notes back to what the engine made of them; those that a hand drew are gone, locked ones stay."""
    notes = notes_of(sketch, layer)
    at = [k for k in indices_of(notes, ids) if notes.origin[k] & (Mark.EDITED | Mark.LOCKED) == Mark.EDITED]
    return sketch.with_layer(notes.erased(at)) if at else sketch


def _put(sketch: Sketch, notes: Notes, at: Sequence[int] | NDArray[np.int64], rows: NDArray[Any]) -> Sketch:
    """Return the sketch in which some notes have other numbers; itself where they have not."""
    if not len(at) or np.array_equal(rows, notes.values[at]):
        return sketch
    changed = notes.with_notes(at, rows)
    return sketch if np.array_equal(changed.values, notes.values) else sketch.with_layer(changed)
