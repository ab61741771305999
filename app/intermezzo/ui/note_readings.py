"""Readings of chosen notes: pitch, length and velocity, and how a typed figure becomes an edit of all of them."""

from __future__ import annotations

import numpy as np

from intermezzo.core.edits import notes as edits
from intermezzo.core.layers import Mark, Notes, strongest
from intermezzo.core.music.harmony import key_at
from intermezzo.core.sketch import Sketch
from intermezzo.ui.music_text import note_name
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.beats import length_text
from intermezzo.ui.wording import counted

__all__ = ["FIGURES", "chosen_notes", "note_figures", "notes_title", "with_note_figure"]

FIGURES = ("pitch", "length", "velocity")
_MOST_NAMED = 4


def chosen_notes(sketch: Sketch, selection: Selection) -> tuple[Notes, list[int]] | None:
    """Return the layer of notes that a selection is about and the indices in it; None where it is about none.

    Notes that were chosen one by one, else those that begin in the selected stretch of their layer or of all.
    """
    if not selection:
        return None
    layer = sketch.layers.get(selection.layer or "")
    if isinstance(layer, Notes):
        if selection.notes:
            return layer, edits.indices_of(layer, selection.notes)
        return layer, list(range(*layer.begun(selection.start, selection.stop).indices(layer.count)))
    if selection.layer is not None:
        return None
    found = next((x for x in sketch.layers.values() if isinstance(x, Notes)), None)
    return None if found is None else (
        found, list(range(*found.begun(selection.start, selection.stop).indices(found.count)))
    )  # fmt: skip


def notes_title(sketch: Sketch, notes: Notes, at: list[int]) -> str:
    """Return what is chosen in a few characters: pitch and syllable of one note, the pitches of some, or how many."""
    names = [note_name(int(notes.pitches[k]), key_at(sketch, int(notes.starts[k]))) for k in at[:_MOST_NAMED]]
    if len(at) == 1:
        return " · ".join(filter(None, (names[0], notes.lyrics[at[0]])))
    return " ".join(names) if len(at) <= _MOST_NAMED else counted(len(at), "1 note", "{0} notes")


def note_figures(sketch: Sketch, notes: Notes, at: list[int]) -> dict[str, tuple[float, str, str]]:
    """Return by name of `FIGURES` the mean over some notes, what stands beside it, and the strongest origin.

    Lengths are in quarters, or in milliseconds where the sketch is not in beats.
    """
    rows, base = notes.values[at].astype(np.float64), notes.base[at].astype(np.float64)
    state = strongest(int(np.bitwise_or.reduce(notes.origin[at])))
    unit = _length_unit(sketch, notes)
    drawn = bool(notes.drawn[at].any())
    values = {"pitch": rows[:, 2], "length": (rows[:, 1] - rows[:, 0]) / unit, "velocity": rows[:, 3]}
    under = {"pitch": base[:, 2], "length": (base[:, 1] - base[:, 0]) / unit, "velocity": base[:, 3]}
    shown = {
        "pitch": note_name(round(float(rows[:, 2].mean())), key_at(sketch, int(rows[0, 0]))),
        "length": length_text(sketch, round(float((rows[:, 1] - rows[:, 0]).mean()))), "velocity": "",
    }  # fmt: skip
    found = {}
    for name, figures in values.items():
        differs = drawn or bool((figures != under[name]).any())
        mark = state if state == "locked" or differs or state == "analysed" else "predicted"
        told = "" if drawn or not differs else f"predicted {float(under[name].mean()):g}"
        caption = " · ".join(filter(None, (shown[name], told))) if len(at) == 1 else "mean"
        found[name] = float(figures.mean()), caption, mark
    return found


def _length_unit(sketch: Sketch, notes: Notes) -> float:
    beats = sketch.type.beats
    return float(beats.frames_per_quarter) if beats is not None else 0.001 / notes.hop_s


def with_note_figure(sketch: Sketch, notes: Notes, at: list[int], name: str, value: float) -> Sketch:
    """Return the sketch in which the mean of a figure over some notes is another; all of them change by the same."""
    free = [k for k in at if not int(notes.origin[k]) & Mark.LOCKED]
    ids = notes.ids[free].tolist()
    if not ids:
        return sketch
    by = value - note_figures(sketch, notes, at)[name][0]
    layer = notes.spec.name
    if name == "pitch":
        return edits.move(sketch, ids, 0, round(by), layer=layer)
    if name == "length":
        return edits.resize(sketch, ids, stop_by=round(by * _length_unit(sketch, notes)), layer=layer)
    stronger = zip(ids, notes.velocities[free].tolist(), strict=True)
    return edits.set_velocities(sketch, {note: round(velocity + by) for note, velocity in stronger}, layer=layer)
