"""ScoreLane: a line of staff notation under the lanes; it is no layer: it shows the notes, and chooses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import CurveSpec, Mark, Notes
from intermezzo.core.music.syllables import joined_words
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.background import Background
from intermezzo.ui.fonts import font
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.score_view import ScoreView
from intermezzo.ui.score.sheet_painting import paint_sheet
from intermezzo.ui.selection import Selection
from intermezzo.ui.text import CENTRE, paint_text
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.beats import place_text, stretch_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.gestures import SHIFT
from intermezzo.ui.timeline.lane import Lane, MenuEntry
from intermezzo.ui.timeline.note_choice import NoteChoice
from intermezzo.ui.timeline.pitch_view import PitchView

__all__ = ["ScoreLane"]

_HEIGHT_PX: Final = 160
_ZOOM: Final = 0.064
"""Pixels for a unit of the sheet at that height: 11.5 px lie between two staff lines."""
_SMALLEST, _LARGEST = 0.6, 1.8
_SIDE_PX: Final = 14.0
_AIR_PX: Final = 5.0
_STAFF_AT: Final = 0.47  # of the height: where the middle line of the staff lies
_REACH_PX: Final = 7.0


class ScoreLane(Lane):
    """Shows the bars around what is played, selected or in view; a click on a note chooses it in the roll."""

    tools = frozenset({"select", "resample"})
    export_wanted = Signal()
    chosen = Signal()  # notes were chosen here: the roll shows them
    typing_wanted = Signal()  # the syllable of the chosen note is to be typed in the roll
    is_layer = False
    least_height = 72

    def __init__(self, board: Board, engraver: Engraver, background: Background, parent: QWidget | None = None) -> None:
        title, help_ = board.workspace.tr("Score"), board.workspace.tr("The notes as a singer reads them.")
        super().__init__(board, CurveSpec("score", title, help_, _HEIGHT_PX), parent)
        self.default_height = _HEIGHT_PX
        self.view = ScoreView(board, engraver, background, self)
        self.view.changed.connect(self._on_line)
        self.view.playing_changed.connect(self.renew)
        self.header_action = MenuEntry(self.tr("PDF, SVG"), "printer", self.export_wanted.emit)
        self._chosen: frozenset[int] = frozenset()
        self._picture: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()
        # Its notes are those of the roll, whose heights do not matter here.
        self.choice = NoteChoice(board, "notes", PitchView(0, 127), lambda: self.notes)
        self.roll: Callable[[], Lane | None] = lambda: None  # the lane whose keys work here too
        board.look.changed.connect(self._forget)

    @property
    def notes(self) -> Notes | None:
        """The notes as they are shown now."""
        layer = self.board.sketch.layers.get("notes") if self.board.sketch else None
        return layer if isinstance(layer, Notes) else None

    def refusal(self, tool: str) -> str:
        return "" if tool in self.tools else self.tr("The score follows from the notes; edit the lanes above.")

    def unit_text(self) -> str:
        line = self.view.line
        return "" if line is None else stretch_text(self.board.sketch, line.start, line.stop)

    def values_at(self, at: QPointF) -> str:
        k = self._note_at(at)
        if k is None or self.notes is None:
            return ""
        return f"{place_text(self.board.sketch, int(self.notes.starts[k]))} · {self.choice.text_of(k)}"

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.PointingHandCursor if self._note_at(at) is not None else Qt.CursorShape.ArrowCursor

    def menu_entries(self) -> list[MenuEntry]:
        return [MenuEntry(self.tr("Export score…"), "printer", self.export_wanted.emit)]

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_room()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.view.set_room(0)

    def _tell_room(self) -> None:
        is_seen = self.isVisible() and self.height() >= self.least_height / 2
        self.view.set_room((self.width() - 2 * _SIDE_PX) / (self._zoom() * 10) if is_seen else 0)

    def _zoom(self) -> float:
        return _ZOOM * min(max(self.height() / _HEIGHT_PX, _SMALLEST), _LARGEST)

    def _placed(self) -> QTransform:
        """Return the way from the sheet to the widget: the staff at its height, moved or shrunk where it must be."""
        line = self.view.line
        if line is None:
            return QTransform()
        sheet, room = line.sheet, self.height() - 2 * _AIR_PX
        scale = min(self._zoom(), (self.width() - 2 * _SIDE_PX) / sheet.width, room / max(sheet.height, 1.0))
        top = self.height() * _STAFF_AT - sheet.staff_middle * scale
        top = min(max(top, _AIR_PX), self.height() - _AIR_PX - sheet.height * scale)
        return QTransform().translate(_SIDE_PX, top).scale(scale, scale)

    # What is under the hand

    def _note_at(self, at: QPointF) -> int | None:
        """Return the index of the note nearest to a place, within reach."""
        line, notes = self.view.line, self.notes
        if line is None or notes is None:
            return None
        placed = self._placed()
        near = [(_distance(placed.mapRect(area), at), sign) for sign, area in line.areas.items()]
        distance, sign = min(near, default=(_REACH_PX, ""))
        return notes.index_of(line.ids[sign]) if distance < _REACH_PX and sign in line.ids else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        k, notes = self._note_at(event.position()), self.notes
        if k is None or notes is None:
            self.choice.choose(frozenset())
            return
        at = self.choice.indices() if event.modifiers() & SHIFT else []
        first, last = min([k, *at]), max([k, *at])
        self._choose(frozenset(notes.ids[first : last + 1].tolist()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        k, notes = self._note_at(event.position()), self.notes
        if event.button() == Qt.MouseButton.LeftButton and k is not None and notes is not None:
            self._choose(frozenset({int(notes.ids[k])}))
            self.typing_wanted.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hover_at(event.position())

    def _choose(self, ids: frozenset[int]) -> None:
        self.choice.choose(ids)
        self.chosen.emit()

    def step_element(self, by: int) -> bool:
        notes, at = self.notes, self.choice.indices()
        if notes is None or not notes.count:
            return False
        k = (at[-1] + 1 if by > 0 else at[0] - 1) if at else int((notes.starts < self.board.playhead_frame).sum())
        if not 0 <= k < notes.count:
            return False
        self._choose(frozenset({int(notes.ids[k])}))
        self.board.hovered.emit(self.choice.text_of(k))
        return True

    def claims(self, event: QKeyEvent) -> bool:
        roll = self.roll()
        return roll is not None and roll.claims(event)

    def on_key(self, event: QKeyEvent) -> bool:
        roll = self.roll()
        return roll is not None and roll.on_key(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        if not event.modifiers() and abs(delta.y()) > abs(delta.x()):
            self.view.turn_by(-1 if delta.y() > 0 else 1)
            event.accept()
        else:
            super().wheelEvent(event)

    # What changes: nothing here lies at the frames that it belongs to

    def _on_sound(self, start: int, stop: int) -> None:
        """Sound does not change the score."""

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        """What changed is painted when it is engraved."""

    def _on_selected(self, selection: Selection) -> None:
        chosen = self.choice.ids()
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def _on_view(self) -> None:
        """The line stays until another one comes into view."""

    def _on_moved(self, seconds: float) -> None:
        pass

    def _on_footprint(self, old: tuple[int, int] | None, new: tuple[int, int] | None) -> None:
        pass

    def _on_rested(self) -> None:
        pass

    def _on_line(self) -> None:
        self._hover_area = QRect()
        self.setAccessibleDescription(f"{self.spec.help} {self._said()}")
        self.update()

    def _said(self) -> str:
        """Say what is shown, for assistive tools: the bars and their words."""
        line, notes = self.view.line, self.notes
        if line is None or notes is None:
            return ""
        words = joined_words(notes.lyrics[notes.begun(line.start, line.stop)])
        return f"{self.unit_text()}: {words}" if words else self.unit_text()

    def _forget(self) -> None:
        self._picture = None
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setClipRect(event.rect())
            is_folded = self.height() < self.least_height / 2
            painter.fillRect(event.rect(), self.board.look.color("canvas" if is_folded else "paper"))
            line = self.view.line
            if line is not None and not is_folded:
                self._paint_washes(painter)
                painter.drawPixmap(0, 0, self._painted(art.device_ratio(painter)))
            if self.view.trouble and not is_folded:
                area = QRectF(self.rect()).adjusted(12, 0, -12, 0)
                paint_text(painter, area, self.view.trouble, font("body"), self.board.look.color("paperink"), CENTRE)

    def _paint_washes(self, painter: QPainter) -> None:
        """Paint the ground of what is selected, and round what sounds."""
        line, look = self.view.line, self.board.look
        assert line is not None
        chosen, placed = self.choice.ids(), self._placed()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for sign, id_ in line.ids.items():
            if id_ not in chosen and id_ != self.view.playing:
                continue
            box = placed.mapRect(line.areas[sign]).adjusted(-4, -3, 4, 3)
            painter.setBrush(look.color("paperselbg"))
            is_playing = id_ == self.view.playing
            painter.setPen(QPen(look.color("papersel"), 1.25) if is_playing else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 4, 4)

    def _painted(self, ratio: float) -> QPixmap:
        """Return the line as it was painted last, or anew if anything in it differs."""
        line, look = self.view.line, self.board.look
        assert line is not None
        colours = self._colours()
        drawn = (line, self.width(), self.height(), ratio, look.theme, tuple(sorted(colours.items())))
        if self._picture is None or drawn != self._drawn:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            with QPainter(picture) as painter:
                painter.setTransform(self._placed(), True)
                by_role = {sign: look.color(role) for sign, role in colours.items()}
                paint_sheet(painter, line.sheet, look.color("paperink"), by_role, as_text=False)
            self._picture, self._drawn = picture, drawn
        return self._picture

    def _colours(self) -> dict[str, Role]:
        """Return the colours of signs by their ids, as roles; what is not among them is ink."""
        line, notes = self.view.line, self.notes
        if line is None or notes is None:
            return {}
        chosen = self.choice.ids()
        found: dict[str, Role] = {}
        at = np.flatnonzero(np.isin(notes.ids, list(line.ids.values())))
        edited = set(notes.ids[at[(notes.origin[at] & Mark.EDITED) != 0]].tolist())
        for sign, id_ in line.ids.items():
            if id_ in chosen:
                found[sign] = "papersel"
            elif id_ in edited:
                found[sign] = "paperhand"
        return found


def _distance(area: QRectF, at: QPointF) -> float:
    """Return how far a place lies outside a rectangle."""
    dx = max(area.left() - at.x(), at.x() - area.right(), 0.0)
    dy = max(area.top() - at.y(), at.y() - area.bottom(), 0.0)
    return float((dx * dx + dy * dy) ** 0.5)
