"""Which notes of a roll are chosen, which lie where, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from intermezzo.core.edits.notes import indices_of
from intermezzo.core.layers import Notes, strongest
from intermezzo.core.music.harmony import key_at
from intermezzo.ui.music_text import note_name
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import counted_notes
from intermezzo.ui.timeline.beats import length_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.pitch_view import PitchView

__all__ = ["NoteChoice"]

_EDGE_PX: Final = 5.0
_LEAST_GRIP_PX: Final = 14.0  # narrower notes are only moved by their inside


class NoteChoice:
    """Reads the shown notes of the layer ``name`` and the selection of the workspace."""

    def __init__(self, board: Board, name: str, pitch: PitchView, shown: Callable[[], Notes | None]) -> None:
        self._board, self._name, self._pitch, self._shown = board, name, pitch, shown

    def ids(self) -> frozenset[int]:
        """Return the ids of the chosen notes; those that begin in a selected stretch of this lane are chosen too."""
        selection, notes = self._board.workspace.selection, self._shown()
        if selection.layer != self._name or notes is None:
            return frozenset()
        if selection.notes or not selection:
            return selection.notes
        return frozenset(notes.ids[notes.begun(selection.start, selection.stop)].tolist())

    def indices(self) -> list[int]:
        """Return the indices of the chosen notes, rising."""
        notes = self._shown()
        return indices_of(notes, self.ids()) if notes is not None else []

    def choose(self, ids: frozenset[int]) -> None:
        """Choose notes by their ids."""
        notes = self._shown()
        at = np.flatnonzero(np.isin(notes.ids, np.fromiter(ids, np.int64))) if notes is not None else np.zeros(0, int)
        if notes is None or not len(at):
            self._board.workspace.select(Selection())
            return
        start, stop = int(notes.starts[at[0]]), int(notes.stops[at].max())  # notes lie in the order of their starts
        kept = ids if len(at) == len(ids) else frozenset(notes.ids[at].tolist())
        self._board.workspace.select(Selection(self._name, start, stop, notes=kept))

    def choose_all(self) -> None:
        """Choose every note."""
        notes = self._shown()
        if notes is not None:
            self.choose(frozenset(notes.ids.tolist()))

    def note_at(self, at: QPointF) -> int | None:
        """Return the note under a place, the one painted last where several lie there."""
        notes = self._shown()
        if notes is None:
            return None
        frame, pitch = int(np.floor(self._board.frame_at(at.x()))), self._pitch.pitch_at(at.y())
        there = notes.sounding(frame, frame + 1)
        there = there[notes.pitches[there] == pitch]
        return int(there[-1]) if len(there) else None

    def edge_at(self, at: QPointF) -> tuple[int, bool] | None:
        """Return (note, whether its beginning) within reach of a place."""
        k, notes = self.note_at(at), self._shown()
        if k is None or notes is None:
            return None
        x0, x1 = self._board.x_of(int(notes.starts[k])), self._board.x_of(int(notes.stops[k]))
        if x1 - x0 < _LEAST_GRIP_PX:
            return None
        return (k, True) if at.x() - x0 <= _EDGE_PX else (k, False) if x1 - at.x() <= _EDGE_PX else None

    def ids_in(self, box: QRectF, notes: Notes | None = None) -> frozenset[int]:
        """Return the ids of the notes (of those that are shown) that a rectangle touches."""
        notes = self._shown() if notes is None else notes
        if notes is None:
            return frozenset()
        start, stop = (int(np.floor(self._board.frame_at(x))) for x in (box.left(), box.right()))
        there = notes.sounding(start, max(stop, start + 1))
        high, low = self._pitch.pitch_at(box.top()), self._pitch.pitch_at(box.bottom())
        touched = there[(notes.pitches[there] >= low) & (notes.pitches[there] <= high)]
        return frozenset(notes.ids[touched].tolist())

    def pitch_name(self, pitch: int, frame: int) -> str:
        """Return the name of a pitch in the key at a frame."""
        sketch = self._board.sketch
        return note_name(pitch, key_at(sketch, frame) if sketch is not None else None)

    def said(self, ids: frozenset[int]) -> str:
        """Name notes for the name of a step: the syllable or pitch of one, the count of more."""
        notes = self._shown()
        at = indices_of(notes, ids) if notes is not None else []
        if notes is None or len(at) != 1:
            return counted_notes(len(ids))
        return notes.lyrics[at[0]] or self.pitch_name(int(notes.pitches[at[0]]), int(notes.starts[at[0]]))

    def text_of(self, k: int) -> str:
        """Say a note in words: syllable, pitch, length, velocity, state."""
        notes = self._shown()
        if notes is None or not 0 <= k < notes.count:
            return ""
        start, stop, pitch, velocity = notes.values[k].tolist()
        velocity_text = QCoreApplication.translate("NoteChoice", "velocity {0}").format(velocity)
        parts = [notes.lyrics[k], self.pitch_name(pitch, start), length_text(self._board.sketch, stop - start),
                 velocity_text, strongest(int(notes.origin[k]))]  # fmt: skip
        return " · ".join(part for part in parts if part)
