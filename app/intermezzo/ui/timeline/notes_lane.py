"""NotesLane: the piano roll. Choose, draw, move, stretch, split, glue, erase and lock notes; type their syllables."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import Notes, NotesSpec
from intermezzo.core.music import grid
from intermezzo.core.music.harmony import chord_layer, key_at, key_layer
from intermezzo.core.singability import Finding
from intermezzo.core.sketch import Sketch
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import notes_gestures as hands
from intermezzo.ui.timeline import notes_painting as painting
from intermezzo.ui.timeline.beat_lines import grid_step
from intermezzo.ui.timeline.beats import place_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.dirty import dirty_frames
from intermezzo.ui.timeline.gestures import ALT, SHIFT, Gesture, Modifiers, Rest
from intermezzo.ui.timeline.lane import Lane, MenuEntry
from intermezzo.ui.timeline.melisma_gesture import StretchSyllable
from intermezzo.ui.timeline.note_choice import NoteChoice
from intermezzo.ui.timeline.note_commands import NoteCommands
from intermezzo.ui.timeline.note_marks import MARK_PX, NoteMarks
from intermezzo.ui.timeline.overlay import vertical
from intermezzo.ui.timeline.pitch_view import PitchView
from intermezzo.ui.timeline.roll_ground import RollGround
from intermezzo.ui.timeline.syllable_layout import LABEL_REACH_PX, SyllableLayout
from intermezzo.ui.timeline.syllable_typing import SyllableTyping
from intermezzo.ui.wording import counted

__all__ = ["NotesLane"]

_CTRL = Modifiers.ControlModifier
_AROUND_PX = 4  # how far the outline of a chosen note reaches beyond it


class NotesLane(Lane):
    """Notes over pitch and time."""

    tools = frozenset({"select", "draw", "erase", "split", "glue", "lock", "resample"})
    least_height = 60
    comes_first = True
    is_exact = True

    def __init__(self, board: Board, spec: NotesSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self.default_height = 320
        self.pitch = PitchView(spec.low, spec.high)
        self.ground = RollGround(board, self.pitch)
        self.commands = NoteCommands(self)
        self.choice = NoteChoice(board, spec.name, self.pitch, lambda: self.notes)
        self.typing = SyllableTyping(self)
        self.marks = NoteMarks(self)
        self._layout = SyllableLayout()
        self._was_crowd = False
        self._lit: int | None = None
        self._lit_area = QRect()
        self._chosen = self.choice.ids()
        board.workspace.replaced.connect(self._refit)
        board.workspace.tool_changed.connect(self.renew)
        board.workspace.review.changed.connect(self.renew)
        board.workspace.review.wanted.connect(self._show_finding)

    @property
    def notes(self) -> Notes | None:
        """The notes as they are shown now."""
        layer = self.layer
        return layer if isinstance(layer, Notes) else None

    # The grid and names

    def step(self) -> int:
        """Return the frames of the grid."""
        return grid_step(self.board)

    def on_grid(self, frame: float) -> int:
        """Return the place of the grid nearest to a frame."""
        bars = self.board.sketch.bars if self.board.sketch is not None else None
        return int(grid.on_grid(frame, self.step(), bars))

    def unit_text(self) -> str:
        return counted(self.notes.count, self.tr("1 note"), self.tr("{0} notes")) if self.notes is not None else ""

    def describe(self, selection: Selection) -> str:
        at = self.choice.indices()
        if len(at) == 1:
            return self._read_out(at[0])
        return self.choice.said(selection.notes) if at else super().describe(selection)

    def values_at(self, at: QPointF) -> str:
        frame = max(self.board.frame_at(at.x()), 0.0)
        marked = self.marks.at(at)
        if marked is not None:
            return self.marks.text(marked)
        k = self.choice.note_at(at)
        shown = (
            self.choice.text_of(k) if k is not None else self.choice.pitch_name(self.pitch.pitch_at(at.y()), int(frame))
        )
        return f"{place_text(self.board.sketch, frame)} · {shown}"

    # What is chosen and what is where

    def step_element(self, by: int) -> bool:
        notes = self.notes
        if notes is None or not notes.count:
            return False
        at = self.choice.indices()
        if at:
            k = at[-1] + 1 if by > 0 else at[0] - 1
        else:
            k = int(np.searchsorted(notes.starts, self.board.playhead_frame, side="left"))
            k = min(k, notes.count - 1)
        if not 0 <= k < notes.count:
            return False
        self.choice.choose(frozenset({int(notes.ids[k])}))
        self.reveal_chosen()
        self.board.hovered.emit(self._read_out(k))
        return True

    def _read_out(self, k: int) -> str:
        return " · ".join(filter(None, (self.choice.text_of(k), self.marks.text(k))))

    def reveal_chosen(self) -> None:
        """Scroll so that the chosen notes are in view, in time and in pitch."""
        notes, selection = self.notes, self.board.workspace.selection
        at = self.choice.indices()
        if notes is None or not at:
            return
        self.reveal(selection)
        if self.pitch.reveal(int(notes.pitches[at].min()), int(notes.pitches[at].max())):
            self._pitch_moved()

    def _show_finding(self, finding: Finding) -> None:
        self.marks.show(finding)

    def selection_at(self, at: QPointF) -> Selection:
        return Selection()

    def layout_of(self, k: int) -> float:
        """Return how far to the right the syllable under a note reaches; 0 where none stands there."""
        return self._layout.under_px(self.notes, k) if self.notes is not None else 0.0

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        if self.marks.at(at) is not None:
            return Qt.CursorShape.PointingHandCursor
        if tool in ("select", "draw") and self.may_edit():
            if self.choice.edge_at(at) is not None:
                return Qt.CursorShape.SizeHorCursor
            if tool == "draw" and self.choice.note_at(at) is not None:
                return Qt.CursorShape.ArrowCursor
        return super().cursor_at(tool, at)

    # Painting

    def paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        key = key_at(self.board.sketch, int(max(self.board.frame_at(0), 0))) if self.board.sketch is not None else None
        self.pitch.paint_keys(painter, rect, self.board.look, key)

    def _is_crowd(self, notes: Notes) -> bool:
        """Tell whether too many notes are in view to be painted as such, whatever part of it is painted."""
        shown = notes.sounding(*self.board.frames_in(-LABEL_REACH_PX, self.width() + 2))
        return painting.is_crowd(len(shown), self.width())

    def _near(self, notes: Notes, rect: QRectF) -> NDArray[np.int64]:
        """Return the indices of the notes of which anything can be seen in a rectangle."""
        left, right = rect.left() - LABEL_REACH_PX - MARK_PX, rect.right() + _AROUND_PX
        found, shown = notes.sounding(*self.board.frames_in(left, right)), self.pitch.shown
        if not len(shown):
            return found[:0]
        pitches = notes.pitches[found]
        seen: NDArray[np.int64] = found[(pitches >= shown[0] - 1) & (pitches <= shown[-1] + 1)]
        return seen

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        """Syllables and marks keep in view where their notes begin left of it: those at the edge go other ways."""
        notes = self.notes
        if notes is None or self._is_crowd(notes) != self._was_crowd:
            return None
        if self._was_crowd:
            return []
        edge = max(by, 0.0) + MARK_PX
        at = notes.sounding(*self.board.frames_in(min(by, 0.0), edge))
        if not len(at):
            return []
        right = min(self.board.x_of(int(notes.stops[at].max())), edge + LABEL_REACH_PX) + 2 * MARK_PX
        return [QRect(0, 0, ceil(right), self.height())]

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        self.ground.paint(painter, rect, float(self.width()))
        notes = self.notes
        if notes is None or not notes.count:
            return
        chosen = self.choice.ids()
        self._was_crowd = self._is_crowd(notes)
        if self._was_crowd:
            inside = notes.sounding(*self.board.frames_in(rect.left() - 1, rect.right() + 1))
            painting.paint_crowd(painter, self.board, self.pitch, notes, inside, chosen, rect.left(), rect.width())
            return
        painting.lay_out(self.board, self.pitch, notes, self._layout)
        at = self._near(notes, rect)
        boxes = painting.note_rects(self.board, self.pitch, notes, at)
        painting.paint_notes(
            painter, self.board, self.pitch, notes, at, boxes, chosen, self._lit, self._layout
        )  # fmt: skip
        self.marks.paint(painter, notes, at, boxes)

    def paint_ghost(self, painter: QPainter, rect: QRectF) -> None:
        if self.notes is not None:
            painting.paint_note_ghosts(painter, rect, self.board, self.pitch, self.notes)

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        super().paint_selected(painter, rect)
        box = self.gesture.box if isinstance(self.gesture, hands.BoxGesture) else None
        if box is not None:
            painter.fillRect(box, self.board.look.color("selbg"))
            painter.setPen(self.board.look.color("sel"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                QRectF(round(box.left()) + 0.5, round(box.top()) + 0.5, round(box.width()), round(box.height()))
            )

    def hover_area(self, at: QPointF) -> QRectF:
        k, notes = self.choice.note_at(at), self.notes
        if self.board.workspace.tool != "split" or k is None or notes is None:
            return QRectF()
        x = round(self.board.x_of(self.on_grid(self.board.frame_at(at.x()))))
        box = painting.note_rect(self.board, self.pitch, notes, k)
        return QRectF(x, box.top() - 3, 1, box.height() + 6)

    def paint_hover(self, painter: QPainter, at: QPointF) -> QRectF:
        area = self.hover_area(at)
        if not area.isEmpty():
            vertical(painter, area.left(), area.top(), area.bottom(), self.board.look.color("t1"))
        return area

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        if self.board.drag is None and not self.pitch.is_set_by_hand and not self.pitch.holds(self.notes):
            self.pitch.fit(self.notes)
        if old is None or new is None or _ground(old) != _ground(new):
            self.update()
            return
        dirty = dirty_frames(old.layers.get(self.name), new.layers.get(self.name))
        if dirty is not None:
            self._update_notes(*dirty)

    def _update_notes(self, start: int, stop: int) -> None:
        """Have the notes in frames ``start:stop`` painted again, and those whose syllables have other places now."""
        left, right = self.board.x_of(start), self.board.x_of(stop)
        notes, before = self.notes, self._layout.by_id()
        if notes is not None and not self._is_crowd(notes):
            painting.lay_out(self.board, self.pitch, notes, self._layout)
            after = self._layout.by_id()
            others = [note for note, level in after.items() if before.get(note) != level]
            others += [note for note in before if note not in after]
            at = np.flatnonzero(np.isin(notes.ids, others)) if others else ()
            if len(at):
                left = min(left, self.board.x_of(int(notes.starts[at].min())))
                right = max(right, self.board.x_of(int(notes.stops[at].max())))
        x0, x1 = max(left - _AROUND_PX, -1.0), min(right + LABEL_REACH_PX, self.width() + 1.0)
        if x1 > x0:
            self.update(QRect(int(x0), 0, int(x1 - x0) + 1, self.height()))

    def _on_selected(self, selection: Selection) -> None:
        super()._on_selected(selection)
        chosen, before = self.choice.ids(), self._chosen
        if chosen != before:
            self._chosen = chosen
            self._update_ids(chosen ^ before)

    def _update_ids(self, ids: frozenset[int]) -> None:
        """Have notes painted again whose outlines come or go."""
        notes = self.notes
        at = np.flatnonzero(np.isin(notes.ids, np.fromiter(ids, np.int64))) if notes is not None else ()
        if notes is None or not len(at):
            self.update()
            return
        x0 = self.board.x_of(int(notes.starts[at].min())) - _AROUND_PX
        x1 = self.board.x_of(int(notes.stops[at].max())) + _AROUND_PX
        x0, x1 = max(x0, -1.0), min(x1, self.width() + 1.0)
        if x1 > x0:
            self.update(QRect(int(x0), 0, int(x1 - x0) + 1, self.height()))

    def _pitch_moved(self) -> None:
        self.board.stir()
        self.update()
        self._tell_header()
        header = getattr(self.parentWidget(), "header", None)
        if isinstance(header, QWidget):
            header.update()

    def _refit(self) -> None:
        self.pitch.is_set_by_hand = False
        self.pitch.fit(self.notes)
        self._pitch_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        first = self.pitch.height == 0
        self.pitch.resize(float(self.height()))
        if first or not self.pitch.is_set_by_hand:
            self.pitch.fit(self.notes)

    # Hands

    def _begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        marked = self.marks.at(at)
        if marked is not None and self.notes is not None:
            self.choice.choose(frozenset({int(self.notes.ids[marked])}))
            self.marks.open(marked)
            return None
        if tool == "lock" and not self.refusal(tool):
            drag = self.board.start_drag("lock")
            return hands.SweepNotes(self, drag, at, tool) if drag is not None else None
        return super()._begin(tool, at, modifiers)

    def begin_select(self, at: QPointF, modifiers: Modifiers) -> Gesture:
        k, notes = self.choice.note_at(at), self.notes
        if k is None or notes is None:
            return hands.BoxGesture(self, at, modifiers)
        note, chosen = int(notes.ids[k]), self.choice.ids()
        if modifiers & SHIFT:
            self.choice.choose(chosen - {note} if note in chosen else chosen | {note})
            return Rest()
        edge = self.choice.edge_at(at)
        if note not in chosen:
            self.choice.choose(frozenset({note}))
        drag = (
            self.board.start_drag("arrows-left-right" if edge else "arrows-out-cardinal") if self.may_edit() else None
        )
        if drag is None:
            return Rest()
        if edge is not None and not modifiers & ALT:
            return hands.ResizeNotes(self, drag, at, note, at_start=edge[1])
        if edge is not None and not edge[1]:
            return StretchSyllable(self, drag, at, note)
        return hands.MoveNotes(self, drag, at, note, copies=bool(modifiers & ALT), alone=note in chosen)

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        if tool == "split":
            self.commands.split_at(at)
            return Rest()
        if tool == "draw" and self.choice.note_at(at) is not None:
            return self.begin_select(at, modifiers)
        icon = {"draw": "pencil-simple", "erase": "eraser", "glue": "link-simple"}[tool]
        drag = self.board.start_drag(icon)
        if drag is None:
            return None
        return hands.DrawNote(self, drag, at, modifiers) if tool == "draw" else hands.SweepNotes(self, drag, at, tool)

    def _hover_at(self, at: QPointF) -> None:
        super()._hover_at(at)
        self._light(self.choice.note_at(at))

    def _light(self, k: int | None) -> None:
        """Have the note under the pointer painted with its grips, and the one that was there without."""
        area = self._columns_of(k)
        if k != self._lit or area != self._lit_area:
            for spoilt in (self._lit_area, area):
                if not spoilt.isEmpty():
                    self.update(spoilt)
            self._lit, self._lit_area = k, area

    def _columns_of(self, k: int | None) -> QRect:
        """Return the columns of a note with what lies around it; empty for none."""
        notes = self.notes
        if k is None or notes is None or k >= notes.count:
            return QRect()
        box = painting.note_rect(self.board, self.pitch, notes, k)
        x0, x1 = max(box.left(), 0.0), min(box.right(), float(self.width()))
        return QRect(int(x0) - _AROUND_PX, 0, int(x1 - x0) + 2 * _AROUND_PX, self.height())

    def _on_view(self) -> None:
        super()._on_view()
        self._lit_area = self._columns_of(self._lit)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self.marks.tip(QPointF(event.pos()), event.globalPos())
        return super().event(event)

    def leaveEvent(self, event: object) -> None:
        self.marks.hide_tip()
        super().leaveEvent(event)  # type: ignore[arg-type]  # Qt hands over a QEvent
        self._light(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, modifiers, y = event.angleDelta(), event.modifiers(), event.position().y()
        zooms = modifiers & ALT or (modifiers & _CTRL and modifiers & SHIFT)
        if zooms:
            self.pitch.zoom_at(y, 1.0018 ** (delta.y() or delta.x()))
            self._pitch_moved()
            event.accept()
        elif not modifiers and abs(delta.y()) >= abs(delta.x()) and self.pitch.scroll(delta.y() * 0.5):
            self._pitch_moved()
            event.accept()
        else:
            super().wheelEvent(event)

    # Syllables

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        k, notes = self.choice.note_at(event.position()), self.notes
        if event.button() == Qt.MouseButton.LeftButton and k is not None and notes is not None:
            self.choice.choose(frozenset({int(notes.ids[k])}))
            self.edit_syllable()
        elif event.button() == Qt.MouseButton.LeftButton and self._is_free(event.position()):
            self.commands.draw_at(event.position())

    def _is_free(self, at: QPointF) -> bool:
        """Tell whether a double click draws a note at a place."""
        may_draw = self.board.workspace.tool == "select" and not self.refusal("draw")
        return may_draw and self.choice.note_at(at) is None and self.marks.at(at) is None

    def edit_syllable(self) -> None:
        """Open a field on the first chosen note."""
        self.typing.begin()

    # Keys

    def menu_entries(self) -> list[MenuEntry]:
        return self.commands.menu()

    def claims(self, event: QKeyEvent) -> bool:
        return self.commands.claims(event)

    def on_key(self, event: QKeyEvent) -> bool:
        return self.commands.on_key(event)


def _ground(sketch: Sketch) -> tuple[object, ...]:
    """Return what the ground shows of a sketch; layers are compared by identity."""
    return key_layer(sketch), chord_layer(sketch), sketch.bars
