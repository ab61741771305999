"""Gestures that every lane knows: select a stretch, lock a stretch, move the view, and what a gesture is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, Qt

from intermezzo.core.edits import regions
from intermezzo.core.layers import Mark, Region
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.board import Board, Drag

if TYPE_CHECKING:
    from intermezzo.ui.timeline.lane import Lane

__all__ = ["ALT", "SHIFT", "EditGesture", "Gesture", "LockGesture", "PanGesture", "Rest", "SelectGesture"]

Modifiers = Qt.KeyboardModifier
SHIFT, ALT = Modifiers.ShiftModifier, Modifiers.AltModifier
_CLICK_PX = 3.0


class Gesture(Protocol):
    """What happens between pressing and releasing a mouse button."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""

    def finish(self) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """Esc: put everything back."""


class EditGesture:
    """Base of gestures that edit: owns the `Drag`."""

    def __init__(self, lane: Lane, drag: Drag) -> None:
        self.lane, self.board, self.drag = lane, lane.board, drag

    def finish(self) -> None:
        """The button was released."""
        self.drag.finish()

    def cancel(self) -> None:
        """Esc: put everything back."""
        self.drag.cancel()


class PanGesture:
    """Moves the view with the hand."""

    def __init__(self, board: Board, at: QPointF) -> None:
        self._board, self._x, self._start_s = board, at.x(), board.view.start_s

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        self._board.stir()
        self._board.view.scroll_by(self._x - at.x())
        self._x = at.x()

    def finish(self) -> None:
        """Nothing is left to do."""

    def cancel(self) -> None:
        """Go back to where the view was."""
        view = self._board.view
        view.scroll_by((self._start_s - view.start_s) / view.seconds_per_px)


class SelectGesture:
    """Selects a stretch of time, in a matrix a box; Shift adds to what is selected; a click puts the playhead."""

    def __init__(self, lane: Lane, at: QPointF, modifiers: Modifiers) -> None:
        self._lane, self._board, self._from = lane, lane.board, at
        self._before = lane.board.workspace.selection
        self._anchor = self._before if modifiers & SHIFT and self._before else None
        self._moved = False

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        if not self._moved and (at - self._from).manhattanLength() < _CLICK_PX:
            return
        self._moved = True
        self._board.workspace.select(self._range(at))

    def _range(self, at: QPointF) -> Selection:
        start, stop = self._lane.snapped(self._from.x(), at.x())
        low, high = self._lane.bands_between(self._from.y(), at.y())
        if self._anchor is not None:
            start, stop = min(start, self._anchor.start), max(stop, self._anchor.stop)
        return Selection(self._lane.name, start, stop, low, high)

    def finish(self) -> None:
        """A click without a move selects the element under it and puts the playhead there."""
        if self._moved:
            return
        if self._anchor is not None:
            self._board.workspace.select(self._range(self._from))
            return
        self._board.workspace.set_playhead(max(self._board.second_at(self._from.x()), 0.0))
        self._board.workspace.select(self._lane.selection_at(self._from))

    def cancel(self) -> None:
        """Select what was selected."""
        self._board.workspace.select(self._before)


class LockGesture(EditGesture):
    """Locks what it sweeps over; unlocks it when it begins on something locked."""

    def __init__(self, lane: Lane, drag: Drag, at: QPointF) -> None:
        super().__init__(lane, drag)
        self._from = at
        frame = int(self.board.frame_at(at.x()))
        low, high = lane.bands_between(at.y(), at.y())
        layer = lane.layer
        marks = layer.marks(Region(frame, frame + 1, low, high)) if layer is not None else None
        self._on = marks is None or not bool(marks.size and (marks & Mark.LOCKED).any())
        self.move(at, Modifiers.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        start, stop = self.lane.snapped(self._from.x(), at.x())
        low, high = self.lane.bands_between(self._from.y(), at.y())
        region = Region(start, max(stop, start + 1), low, high)
        words = "Lock {0}{1}" if self._on else "Unlock {0}{1}"
        label = step_name(words, self.lane.title.lower(), self.lane.place(start, stop))
        self.drag.update(label, lambda s: regions.lock(s, [self.lane.name], region, self._on))


class Rest:
    """Does nothing until the button is released: the press said it all."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Nothing follows the pointer."""

    def finish(self) -> None:
        """Nothing is left to do."""

    def cancel(self) -> None:
        """Nothing is to be put back."""
