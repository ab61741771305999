"""Melisma by hand: the end of a note dragged with Alt holds its syllable over the notes that it is dragged over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from intermezzo.core.edits import lyrics
from intermezzo.core.edits import notes as note_edits
from intermezzo.core.sketch import Sketch
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.board import Drag
from intermezzo.ui.timeline.gestures import EditGesture, Modifiers

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane

__all__ = ["StretchSyllable"]


class StretchSyllable(EditGesture):
    """To the right it holds on, and the syllables behind move on; back to the left it gives notes back to them."""

    lane: NotesLane

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, note: int) -> None:
        super().__init__(lane, drag)
        self.lane, self._note = lane, note
        self._notes = note_edits.notes_of(drag.start, lane.name)
        self._k = self._notes.index_of(note) or 0
        self._before = lane.board.workspace.selection
        self._held = lyrics.held_after(drag.start, note, layer=lane.name)
        self._left: list[str] = []

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer: notes whose first half it has passed are held."""
        frame = self.board.frame_at(at.x())
        later = self._notes.values[self._k + 1 :, :2].astype(np.float64)
        held = int(np.count_nonzero(later.mean(axis=1) <= frame)) if len(later) else 0
        if held == self._held and self.drag.now is self.drag.start:
            return
        name, note = self.lane.name, self._note

        def edit(sketch: Sketch) -> Sketch:
            changed, self._left = lyrics.stretch(sketch, note, held, layer=name)
            return changed

        said = self._notes.lyrics[self._k] or self.lane.choice.said(frozenset({note}))
        if self.drag.update(step_name("Hold {0} over {1} notes", said, held + 1), edit):
            self.lane.choice.choose(frozenset(self._notes.ids[self._k : self._k + held + 1].tolist()))

    def finish(self) -> None:
        """Tell which syllables found no note."""
        super().finish()
        if self._left:
            text = QCoreApplication.translate("StretchSyllable", "No note is left in this phrase for: {0}")
            self.board.workspace.told.emit("warn", text.format(" ".join(self._left[:8])))

    def cancel(self) -> None:
        super().cancel()
        self.board.workspace.select(self._before)
