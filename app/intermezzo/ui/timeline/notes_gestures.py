"""What hands do to notes: box, move, resize, draw, erase, glue, lock; each drag is computed from where it began."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from intermezzo.core.edits import notes as note_edits
from intermezzo.core.layers import Mark
from intermezzo.core.music.harmony import fitting
from intermezzo.core.sketch import Sketch
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import counted_notes, step_name
from intermezzo.ui.timeline.board import Drag
from intermezzo.ui.timeline.gestures import SHIFT, EditGesture, Modifiers

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane

__all__ = ["BoxGesture", "DrawNote", "MoveNotes", "ResizeNotes", "SweepNotes"]

_CLICK_PX = 3.0
_CTRL = Modifiers.ControlModifier


class BoxGesture:
    """Selects the notes that a box touches; Shift adds to those that are chosen. A click puts the playhead."""

    def __init__(self, lane: NotesLane, at: QPointF, modifiers: Modifiers) -> None:
        self._lane, self._from = lane, at
        self._before = lane.board.workspace.selection
        self._kept = lane.choice.ids() if modifiers & SHIFT else frozenset[int]()
        self.box: QRectF | None = None

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        if self.box is None and (at - self._from).manhattanLength() < _CLICK_PX:
            return
        self.box = QRectF(self._from, at).normalized()
        self._lane.choice.choose(self._kept | self._lane.choice.ids_in(self.box))
        self._lane.update_over()

    def finish(self) -> None:
        """A click without a move selects nothing and puts the playhead there."""
        if self.box is None:
            self._lane.board.workspace.set_playhead(max(self._lane.board.second_at(self._from.x()), 0.0))
            if not self._kept:
                self._lane.board.workspace.select(Selection())
        self.box = None
        self._lane.update_over()

    def cancel(self) -> None:
        """Select what was selected."""
        self.box = None
        self._lane.board.workspace.select(self._before)
        self._lane.update_over()


class _NoteGesture(EditGesture):
    """Base: the notes that were chosen at the press and where the hand took hold."""

    lane: NotesLane

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, note: int) -> None:
        super().__init__(lane, drag)
        self.lane, self.start, self.note = lane, at, note
        self.ids = lane.choice.ids()
        self.notes = note_edits.notes_of(drag.start, lane.name)
        k = self.notes.index_of(note)
        self.row = self.notes.values[k].tolist() if k is not None else [0, 1, 60, 1]
        self._before = lane.board.workspace.selection

    def name(self) -> str:
        """Return what is held, for the name of the step."""
        if len(self.ids) > 1:
            return counted_notes(len(self.ids))
        k = self.notes.index_of(self.note)
        return (self.notes.lyrics[k] if k is not None else "") or step_name("note")

    def snapped(self, frame: float, modifiers: Modifiers) -> int:
        """Return the nearest place of the grid; with Ctrl the frame itself."""
        return round(frame) if modifiers & _CTRL else self.lane.on_grid(frame)

    def tell(self, label: str, edit: Callable[[Sketch], Sketch]) -> None:
        """Preview, and let the selection follow."""
        if self.drag.update(label, edit):
            self.lane.choice.choose(self.ids)

    def cancel(self) -> None:
        super().cancel()
        self.lane.board.workspace.select(self._before)


class MoveNotes(_NoteGesture):
    """Moves what is chosen in time and pitch; Shift only one of both, Ctrl off the grid, Alt at the press copies."""

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, note: int, *, copies: bool, alone: bool) -> None:
        super().__init__(lane, drag, at, note)
        self._copies, self._alone, self._moved = copies, alone, False
        self._by: tuple[int, int] | None = None  # frames and semitones that are shown
        if copies:
            twins = note_edits.duplicate(drag.start, self.ids, 0, layer=lane.name)
            fresh = note_edits.notes_of(twins, lane.name).ids
            self._new = frozenset(fresh.tolist()) - frozenset(self.notes.ids.tolist())

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        dx, dy = at.x() - self.start.x(), at.y() - self.start.y()
        if not self._moved and abs(dx) + abs(dy) < _CLICK_PX:
            return
        self._moved = True
        pitch = self.lane.pitch
        by = self.snapped(self.row[0] + self.board.frame_at(at.x()) - self.board.frame_at(self.start.x()), modifiers)
        frames, up = by - self.row[0], pitch.pitch_at(at.y()) - pitch.pitch_at(self.start.y())
        if modifiers & SHIFT:
            frames, up = (frames, 0) if abs(dx) > abs(dy) else (0, up)
        if (frames, up) != self._by:  # most moves of a hand are no step of the grid
            self._by = frames, up
            self._preview(frames, up)

    def _preview(self, frames: int, up: int) -> None:
        lane, name, ids = self.lane, self.lane.name, self.ids
        settings = self.board.workspace.note_settings
        fits = bool(up) and (settings.to_scale or settings.to_chord)

        def edit(sketch: Sketch) -> Sketch:
            if self._copies:
                moved, held = note_edits.duplicate(sketch, ids, frames, up, layer=name), self._new
            else:
                moved, held = note_edits.move(sketch, ids, frames, up, layer=name), ids
            if not fits:
                return moved
            return note_edits.fit(moved, held, scale=settings.to_scale, chord=settings.to_chord, layer=name)

        label = step_name("Copy {0}" if self._copies else "Move {0}", self.name())
        if not self._copies and len(ids) == 1 and up:
            goal = fitting(
                self.drag.start, self.row[0] + frames, self.row[2] + up, scale=settings.to_scale,
                chord=settings.to_chord,
            )  # fmt: skip
            label = step_name("Move {0} to {1}", self.name(), lane.choice.pitch_name(goal, self.row[0]))
        if self.drag.update(label, edit):
            lane.choice.choose(self._new if self._copies else ids)

    def finish(self) -> None:
        """A click on one of several chosen notes chooses it alone, and puts the playhead where it begins."""
        super().finish()
        if not self._moved:
            if self._alone:
                self.lane.choice.choose(frozenset({self.note}))
            clock = self.drag.start.clock
            self.board.workspace.set_playhead(float(clock.seconds_at(self.row[0])))


class ResizeNotes(_NoteGesture):
    """Moves the beginnings or the ends of what is chosen by what the one in hand moves; Ctrl off the grid."""

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, note: int, *, at_start: bool) -> None:
        super().__init__(lane, drag, at, note)
        self._at_start = at_start
        self._edge = self.row[0 if at_start else 1]
        self._offset = lane.board.x_of(self._edge) - at.x()
        self._from = at

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        moved = (at - self._from).manhattanLength() >= _CLICK_PX
        by = self.snapped(self.board.frame_at(at.x() + self._offset), modifiers) - self._edge if moved else 0
        name, ids = self.lane.name, self.ids
        parts = {"start_by": by} if self._at_start else {"stop_by": by}
        self.tell(step_name("Stretch {0}", self.name()), lambda s: note_edits.resize(s, ids, **parts, layer=name))


class DrawNote(EditGesture):
    """Draws a note: from the place of the grid before the press as far as the hand goes, at the pitch under it."""

    lane: NotesLane

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        super().__init__(lane, drag)
        self.lane = lane
        step = lane.step()
        frame = lane.board.frame_at(at.x())
        place = round(frame) if modifiers & _CTRL else lane.on_grid(frame)
        self._start = place if place <= frame else max(lane.on_grid(frame - step), 0)
        self._least, self._from = step, at
        self._before = lane.board.workspace.selection
        self.move(at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        lane, start = self.lane, self._start
        frame = lane.board.frame_at(at.x())
        end = round(frame) if modifiers & _CTRL else lane.on_grid(frame)
        stop = max(end, start + self._least) if at.x() > self._from.x() + _CLICK_PX else start + self._least
        settings = self.board.workspace.note_settings
        pitch = fitting(self.drag.start, start, lane.pitch.pitch_at(at.y()), scale=settings.to_scale,
                        chord=settings.to_chord)  # fmt: skip
        label = step_name("Draw {0}", lane.choice.pitch_name(pitch, start))
        if self.drag.update(label, lambda s: note_edits.draw(s, start, stop, pitch, layer=lane.name)):
            lane.choice.choose(frozenset({int(note_edits.notes_of(self.drag.now, lane.name).ids.max())}))

    def cancel(self) -> None:
        super().cancel()
        self.lane.board.workspace.select(self._before)


class SweepNotes(EditGesture):
    """Does something to every note that the hand sweeps over: erase, lock or glue."""

    lane: NotesLane

    def __init__(self, lane: NotesLane, drag: Drag, at: QPointF, tool: str) -> None:
        super().__init__(lane, drag)
        self.lane, self._tool, self._last = lane, tool, at
        self._notes = note_edits.notes_of(drag.start, lane.name)
        self._ids: list[int] = []
        k = lane.choice.note_at(at)
        self._locks = k is None or not int(self._notes.origin[k]) & Mark.LOCKED
        self.move(at, Modifiers.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        path = QRectF(self._last, at).normalized().adjusted(-1, -1, 1, 1)
        self._last = at
        swept = self.lane.choice.ids_in(path, self._notes) - set(self._ids)
        if not swept:
            return
        self._ids += sorted(swept)
        ids, name = tuple(self._ids), self.lane.name
        said = counted_notes(len(ids))
        if self._tool == "erase":
            self.drag.update(step_name("Erase {0}", said), lambda s: note_edits.erase(s, ids, layer=name))
        elif self._tool == "lock":
            words, on = ("Lock {0}", True) if self._locks else ("Unlock {0}", False)
            self.drag.update(step_name(words, said), lambda s: note_edits.lock(s, ids, on, layer=name))
        elif len(ids) > 1:
            self.drag.update(step_name("Glue {0}", said), lambda s: note_edits.glue(s, ids, layer=name))

    def finish(self) -> None:
        """A click with the glue on one note glues the next one to it."""
        if self._tool == "glue" and len(self._ids) == 1:
            k = self._notes.index_of(self._ids[0])
            if k is not None and k + 1 < self._notes.count:
                pair, name = (self._ids[0], int(self._notes.ids[k + 1])), self.lane.name
                self.drag.update(
                    step_name("Glue {0}", counted_notes(2)), lambda s: note_edits.glue(s, pair, layer=name)
                )
        super().finish()
