"""Notes while they are being made anew: what is known of each, which may change, and what is still wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intermezzo.core.edits.remade import NoteRow, note_rows
from intermezzo.core.layers import Notes
from intermezzo_engines.melody.hand import is_by_hand, made_anew

__all__ = ["LOUD", "Draft", "drafts_of"]

LOUD = 80
"""Velocity of a note whose place in the bar is not looked at."""


@dataclass
class Draft:
    """A note; ``free`` where it may be made anew, ``wanted`` where its pitch is to be chosen anew."""

    id: int
    start: int
    stop: int
    pitch: int
    velocity: int
    lyric: str
    free: bool = True
    wanted: bool = False

    @property
    def row(self) -> NoteRow:
        """The note as a row of its layer."""
        return self.id, self.start, self.stop, self.pitch, self.velocity, self.lyric


def drafts_of(before: Notes, after: Notes) -> list[Draft]:
    """Return the notes of a layer, in order; what an engine has made of them since ``before`` is as good as by hand."""
    anew = made_anew(before, after)
    held: Sequence[int] = after.origin.tolist()
    return [
        Draft(*row, free=not is_by_hand(mark) and row[0] not in anew)
        for row, mark in zip(note_rows(after), held, strict=True)
    ]
