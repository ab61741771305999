"""Edits of the syllables of notes: one, a whole verse over many, and melisma."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intermezzo.core.edits.notes import indices_of, notes_of
from intermezzo.core.layers import Notes
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.music.verse import verse_syllables
from intermezzo.core.sketch import Sketch

__all__ = ["hold", "set_syllable", "write_verse"]


def set_syllable(sketch: Sketch, note: int, text: str, *, layer: str | None = None) -> Sketch:
    """Give a note, by its id, a syllable: "riv-" goes on in its word, "_", "-" or "+" alone holds the one before."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, [note])
    typed = text.strip()
    return _said(sketch, notes, at, [HOLD if typed in ("-", "+") else typed][: len(at)])


def write_verse(
    sketch: Sketch, ids: Iterable[int], text: str, *, layer: str | None = None
) -> tuple[Sketch, list[str]]:  # fmt: skip
    """Write a verse over notes, in their order, a syllable on each.

    Returns:
        The sketch, and the syllables for which there was no note; notes beyond the verse keep what they say.
    """
    notes = notes_of(sketch, layer)
    at, syllables = indices_of(notes, ids), verse_syllables(text)
    n = min(len(at), len(syllables))
    return _said(sketch, notes, at[:n], syllables[:n]), syllables[n:]


def hold(sketch: Sketch, ids: Iterable[int], *, layer: str | None = None) -> Sketch:
    """Let the first of some notes be held over all the others (melisma)."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)[1:]
    return _said(sketch, notes, at, [HOLD] * len(at))


def _said(sketch: Sketch, notes: Notes, at: Sequence[int], texts: Sequence[str]) -> Sketch:
    if all(notes.lyrics[k] == text for k, text in zip(at, texts, strict=True)):
        return sketch
    return sketch.with_layer(notes.with_notes(at, notes.values[list(at)], texts))
