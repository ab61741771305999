"""Notes that were played on a keyboard, put into a tune: on the grid, one after the other, in the place of what was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intermezzo.core.edits.notes import notes_of
from intermezzo.core.layers import Mark, Notes
from intermezzo.core.music.grid import on_grid
from intermezzo.core.sketch import Sketch

__all__ = ["Played", "with_played"]

Played = tuple[float, float, int, int]
"""Start and stop in frames, MIDI pitch, velocity."""


def with_played(sketch: Sketch, played: Sequence[Played], step: int = 0, *, layer: str | None = None) -> Sketch:
    """Return the sketch with played notes drawn by hand; notes that lie under them give way and leave their syllable.

    Args:
        sketch: with notes.
        played: in any order; of notes that sound together the later one cuts the earlier.
        step: frames of the grid to which they are pulled; 0 leaves them where they were played.
        layer: name of the notes; the first where None.
    """
    notes = notes_of(sketch, layer)
    rows = _placed(sketch, notes, played, step)
    locked = (notes.origin & np.uint8(Mark.LOCKED)) != 0
    rows = [row for row in rows if not np.any(locked & (notes.starts < row[1]) & (notes.stops > row[0]))]
    if not rows:
        return sketch
    under = np.zeros(notes.count, bool)
    cut: dict[int, int] = {}
    lyrics = []
    for start, stop, _, _ in rows:
        short = (notes.starts < start) & (notes.stops > start) & (start - notes.starts < notes.spec.min_frames)
        begins = ((notes.starts >= start) & (notes.starts < stop) | short) & ~locked
        words = [notes.lyrics[k] for k in np.flatnonzero(begins & ~under) if notes.lyrics[k]]
        lyrics.append(words[0] if words else "")
        under |= begins
        for k in np.flatnonzero((notes.starts < start) & (notes.stops > start) & ~locked & ~short).tolist():
            cut[k] = min(cut.get(k, start), start)
    cut = {k: at for k, at in cut.items() if not under[k]}
    if cut:
        values = notes.values[list(cut)].astype(np.int64)
        values[:, 1] = list(cut.values())
        notes = notes.with_notes(list(cut), values)
    notes = notes.without(np.flatnonzero(under).tolist())
    return sketch.with_layer(notes.with_new(rows, lyrics))


def _placed(sketch: Sketch, notes: Notes, played: Sequence[Played], step: int) -> list[tuple[int, int, int, int]]:
    """Return played notes on the grid, in order, none over another."""
    least, spec = max(step, notes.spec.min_frames), notes.spec
    found: list[tuple[int, int, int, int]] = []
    for start, stop, pitch, velocity in sorted(played):
        first, last = round(start), round(stop)
        if step:
            first, last = (int(k) for k in on_grid(np.array([first, last]), step, sketch.bars))
        first = min(max(first, 0), sketch.n_frames - least)
        last = min(max(last, first + least), sketch.n_frames)
        if found and first - found[-1][0] < spec.min_frames:
            found.pop()  # struck together, or nearer than a note can be short: the later key is the tune
        elif found and found[-1][1] > first:
            found[-1] = (found[-1][0], first, *found[-1][2:])
        found.append((first, last, min(max(pitch, spec.low), spec.high), min(max(velocity, 1), 127)))
    return found
