"""VelocityLane: how strong each note is, as stems under the roll; drag a stem, or draw over many."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import notes as note_edits
from intermezzo.core.layers import Notes, NotesSpec
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import counted_notes, step_name
from intermezzo.ui.timeline.beat_lines import paint_beat_lines
from intermezzo.ui.timeline.beats import place_text
from intermezzo.ui.timeline.board import Board, Drag
from intermezzo.ui.timeline.dirty import dirty_frames
from intermezzo.ui.timeline.gestures import EditGesture, Gesture, Modifiers
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.marks import EDITED, LOCKED
from intermezzo.ui.timeline.notes_painting import is_crowd, stem_colour
from intermezzo.ui.timeline.pictures import draw_columns
from intermezzo.ui.timeline.stamps import stamp_dot

__all__ = ["VelocityLane"]

_TOP_PX, _HEAD_PX, _REACH_PX = 7.0, 6.0, 7.0
_FULL: Final = 127.0
_HEIGHT_PX: Final = 46  # with the line under it and two lines of text in the header


class VelocityLane(Lane):
    """A second view of the same notes."""

    tools = frozenset({"select", "draw", "erase", "lock", "resample"})
    margin_px = 6
    is_exact = True

    def __init__(self, board: Board, spec: NotesSpec, parent: QWidget | None = None) -> None:
        title, told = (QCoreApplication.translate("VelocityLane", t) for t in ("Velocity", "How strong each note is."))
        super().__init__(board, replace(spec, title=title, help=told, height=_HEIGHT_PX), parent)
        self.setObjectName(f"lane-{spec.name}-velocity")
        self._was_crowd = False

    @property
    def notes(self) -> Notes | None:
        """The notes as they are shown now."""
        layer = self.layer
        return layer if isinstance(layer, Notes) else None

    def unit_text(self) -> str:
        return self.tr("1 to 127")

    def _y(self, velocity: float) -> float:
        bottom = float(self.height())
        return bottom - velocity / _FULL * (bottom - _TOP_PX)

    def velocity_at(self, y: float) -> int:
        """Return the velocity at a height."""
        bottom = float(self.height())
        return min(max(round((bottom - y) / max(bottom - _TOP_PX, 1.0) * _FULL), 1), 127)

    # Painting

    def _is_crowd(self, notes: Notes) -> bool:
        return is_crowd(
            len(range(*notes.begun(*self.board.frames_in(0, self.width())).indices(notes.count))), self.width()
        )

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        return [] if self.notes is not None and self._is_crowd(self.notes) == self._was_crowd else None

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        board, look, notes = self.board, self.board.look, self.notes
        painter.fillRect(rect, look.color("canvas"))
        paint_beat_lines(painter, board, self.width(), self.height())
        if notes is None or not notes.count:
            return
        inside = np.arange(*notes.begun(*board.frames_in(rect.left() - _REACH_PX, rect.right() + _REACH_PX)).indices(
            notes.count
        ))  # fmt: skip
        self._was_crowd = self._is_crowd(notes)
        if self._was_crowd:
            self._paint_crowd(painter, notes, inside, rect)
            return
        chosen = board.workspace.selection.notes if board.workspace.selection.layer == self.name else frozenset()
        bottom = self.height()
        rows = zip(
            np.rint(board.xs_of(notes.starts[inside])).tolist(), notes.velocities[inside].tolist(),
            notes.origin[inside].tolist(), notes.ids[inside].tolist(), strict=True,
        )  # fmt: skip
        stems = {
            marks: look.color("sel") if marks < 0 else stem_colour(board, marks) for marks in (-1, 0, EDITED, LOCKED)
        }
        fill, ratio = painter.fillRect, art.device_ratio(painter)
        for x, velocity, origin, note in rows:
            colour = stems[-1 if note in chosen else (origin & EDITED) or (origin & LOCKED)]
            y = round(self._y(velocity))
            fill(int(x) + 2, y, 2, bottom - y, colour)
            stamp_dot(painter, x + 3, y, _HEAD_PX / 2, colour, ratio)

    def _paint_crowd(self, painter: QPainter, notes: Notes, inside: NDArray[np.int64], rect: QRectF) -> None:
        """Very many stems: the strongest of each pixel column."""
        left, width = int(rect.left()), int(rect.width()) + 1
        x = np.rint(self.board.xs_of(notes.starts[inside])).astype(np.int64) - left
        seen = (x >= 0) & (x < width)
        strongest = np.zeros(width)
        np.maximum.at(strongest, x[seen], notes.velocities[inside][seen])
        tops = np.where(strongest > 0, self.height() - strongest / _FULL * (self.height() - _TOP_PX), np.nan)
        ratio = art.device_ratio(painter)
        draw_columns(painter, left, 1.0, tops, float(self.height()), self.board.look.color("pred"), ratio)

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        mine = new.layers.get(self.name) if new else None
        before = old.layers.get(self.name) if old else None
        if old is None or new is None or old.bars is not new.bars:
            self.update()
        elif (dirty := dirty_frames(before, mine)) is not None:
            self.update_frames(*dirty)

    def _on_selected(self, selection: Selection) -> None:
        before = self._selection
        super()._on_selected(selection)
        chosen = (selection.notes if selection.layer == self.name else None,
                  before.notes if before.layer == self.name else None)  # fmt: skip
        if chosen[0] != chosen[1]:
            self.update()

    # Hands

    def stem_at(self, x: float) -> int | None:
        """Return the id of the note whose stem is nearest to a pixel, within reach; a chosen one before others."""
        notes = self.notes
        if notes is None:
            return None
        inside = notes.begun(*self.board.frames_in(x - _REACH_PX - 3, x + _REACH_PX))
        away = np.abs(self.board.xs_of(notes.starts[inside]) + 3 - x)
        if not len(away) or away.min() > _REACH_PX:
            return None
        ids: list[int] = notes.ids[inside].tolist()
        chosen = self.board.workspace.selection.notes
        near = [note for note, px in zip(ids, away.tolist(), strict=True) if px <= float(away.min()) + 0.5]
        return next((note for note in near if note in chosen), near[-1])

    def values_at(self, at: QPointF) -> str:
        notes, note = self.notes, self.stem_at(at.x())
        where = place_text(self.board.sketch, max(self.board.frame_at(at.x()), 0.0))
        if notes is None or note is None:
            return f"{where} · {self.velocity_at(at.y())}"
        k = notes.index_of(note)
        said = f"{notes.lyrics[k]} · " if k is not None and notes.lyrics[k] else ""
        return f"{where} · {said}{notes.velocities[k] if k is not None else ''}"

    def begin_select(self, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        note = self.stem_at(at.x())
        if note is None or not self.may_edit():
            return None
        selection, notes = self.board.workspace.selection, self.notes
        drag = self.board.start_drag("sliders-horizontal")
        if drag is None or notes is None:
            return None
        ids = selection.notes if note in selection.notes else frozenset({note})
        return _PullStems(self, drag, at, note, ids)

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        drag = self.board.start_drag("pencil-simple" if tool == "draw" else "eraser")
        return _DrawStems(self, drag, at, erases=tool == "erase") if drag is not None else None


class _PullStems(EditGesture):
    """Makes chosen notes stronger or weaker by what the one in hand moves."""

    def __init__(self, lane: VelocityLane, drag: Drag, at: QPointF, note: int, ids: frozenset[int]) -> None:
        super().__init__(lane, drag)
        self._lane = lane
        notes = note_edits.notes_of(drag.start, lane.name)
        at_ids = note_edits.indices_of(notes, ids)
        self._before = dict(zip(notes.ids[at_ids].tolist(), notes.velocities[at_ids].tolist(), strict=True))
        self._note, self._offset = note, self._before[note] - lane.velocity_at(at.y())

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        by = self._lane.velocity_at(at.y()) + self._offset - self._before[self._note]
        wanted = {note: velocity + by for note, velocity in self._before.items()}
        what = counted_notes(len(wanted))
        now = min(max(wanted[self._note], 1), 127)
        self.drag.update(
            step_name("Velocity {0} on {1}", now, what),
            lambda s: note_edits.set_velocities(s, wanted, layer=self._lane.name),
        )


class _DrawStems(EditGesture):
    """Gives every note that the hand passes the height of the hand, or (erasing) what the engine gave it."""

    def __init__(self, lane: VelocityLane, drag: Drag, at: QPointF, *, erases: bool) -> None:
        super().__init__(lane, drag)
        self._lane, self._last, self._erases = lane, at, erases
        self._notes = note_edits.notes_of(drag.start, lane.name)
        self._wanted: dict[int, int] = {}
        self.move(at, Modifiers.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        lane, notes = self._lane, self._notes
        x0, x1 = sorted((self._last.x(), at.x()))
        inside = notes.begun(*lane.board.frames_in(x0 - _REACH_PX, x1 + _REACH_PX - 3))
        xs = lane.board.xs_of(notes.starts[inside]) + 3
        ends = (self._last, at) if self._last.x() <= at.x() else (at, self._last)
        heights = np.interp(xs, [ends[0].x(), ends[1].x()], [ends[0].y(), ends[1].y()])
        for k, y in zip(range(*inside.indices(notes.count)), heights.tolist(), strict=True):
            base = int(notes.base[k, 3]) or int(notes.velocities[k])
            self._wanted[int(notes.ids[k])] = base if self._erases else lane.velocity_at(y)
        self._last = at
        if self._wanted:
            wanted = dict(self._wanted)
            words = "Erase velocity of {0}" if self._erases else "Draw velocity of {0}"
            label = step_name(words, counted_notes(len(wanted)))
            self.drag.update(label, lambda s: note_edits.set_velocities(s, wanted, layer=lane.name))
