"""Ruler: seconds, or bars and beats, with adaptive ticks; the selection as a bar, and the playhead's handle."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.music.metre import Bars
from intermezzo.core.sketch import Sketch
from intermezzo.ui.fonts import font
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.beat_lines import bar_stride, shown_bars
from intermezzo.ui.timeline.beats import place_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.kept_picture import KeptPicture
from intermezzo.ui.timeline.overlay import verticals
from intermezzo.ui.timeline.stamps import stamp_text
from intermezzo.ui.timeline.words import time_text

__all__ = ["Ruler", "tick_step_s"]

HEIGHT_PX: Final = 24
_STEPS_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
_LEAST_MAJOR_PX: Final = 76.0
_LEAST_MINOR_PX: Final = 7.0
_GRIP_PX: Final = 4.0
_LEAST_BAR_PX: Final = 30.0
_NUMBER_PX: Final = 84
_TIE_PX: Final = 2.0**-20  # what lies half-way between two pixels falls on the same one however it is scrolled


def tick_step_s(seconds_per_px: float) -> tuple[float, float]:
    """Return (labelled step, finest step) in seconds for a zoom."""
    major = next((s for s in _STEPS_S if s / seconds_per_px >= _LEAST_MAJOR_PX), float(_STEPS_S[-1]))
    parts = next((p for p in (10, 5, 4, 2) if major / p / seconds_per_px >= _LEAST_MINOR_PX), 1)
    return float(major), float(major / parts)


class Ruler(QWidget):
    """Press or drag to move the playhead; Shift-drag selects time; the ends of the selection bar can be dragged."""

    def __init__(self, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._mode = ""
        self._from_frame = 0
        self._playhead_x = 0
        self._selection = Selection()
        self._kept = KeptPicture(self._paint_numbers)
        self._shown: tuple[object, ...] = ()
        self._start_s = 0.0
        self.setFixedHeight(HEIGHT_PX)
        self.setMouseTracking(True)
        self.setObjectName("ruler")
        self.setAccessibleName(self.tr("Ruler"))
        self.setAccessibleDescription(self.tr("Press to move the playhead; drag with Shift to select time."))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        board.view.changed.connect(self.update)
        board.look.changed.connect(self.update)
        board.workspace.selected.connect(self.update)
        board.workspace.moved.connect(self._on_moved)
        board.shown.connect(self._on_shown)

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        if (old.bars if old is not None else None) is not (new.bars if new is not None else None):
            self.update()

    def _on_moved(self, seconds: float) -> None:
        x = round(self._board.x_of_second(seconds))
        if x != self._playhead_x:
            self.update(self._playhead_x - 8, 0, 16, HEIGHT_PX)
            self.update(x - 8, 0, 16, HEIGHT_PX)
            self._playhead_x = x

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            board, view = self._board, self._board.view
            bars = board.sketch.bars if board.sketch is not None else None
            shown = view.seconds_per_px, board.hop_s, bars, board.look.theme
            by = (self._start_s - view.start_s) / view.seconds_per_px
            # A selection and the playhead move over the numbers, and the numbers with the view, without a new painting.
            if shown != self._shown or (by and not self._kept.scroll(by)):
                self._kept.spoil(self.rect())
            elif by:  # a number whose beginning is out of view is not shown
                self._kept.spoil(QRect(0, 0, _NUMBER_PX + ceil(max(by, 0.0)), HEIGHT_PX))
            self._shown, self._start_s = shown, view.start_s
            self._kept.show(painter, event.rect(), self.size())
            self._paint_selection(painter)
            self._paint_handle(painter)

    def _paint_numbers(self, painter: QPainter, rect: QRectF) -> None:
        look, sketch = self._board.look, self._board.sketch
        painter.fillRect(rect, look.color("panel"))
        if sketch is not None and sketch.bars is not None:
            self._paint_bars(painter, rect, sketch.bars)
        else:
            self._paint_seconds(painter, rect)
        painter.fillRect(QRectF(rect.left(), HEIGHT_PX - 1, rect.width(), 1), look.color("line"))

    def unit_text(self) -> str:
        """Say what it counts."""
        sketch = self._board.sketch
        return self.tr("bars") if sketch is not None and sketch.bars is not None else self.tr("seconds")

    def _paint_bars(self, painter: QPainter, rect: QRectF, bars: Bars) -> None:
        """Number the bars, as many as have room; tick the beats. The pick-up has no number."""
        board, look, bottom = self._board, self._board.look, HEIGHT_PX - 1
        px_per_frame = board.hop_s / board.view.seconds_per_px
        if bars.metres[0].beat_frames * px_per_frame >= _LEAST_MINOR_PX:
            start, stop = board.frames_in(rect.left() - 1, rect.right() + 1)
            verticals(painter, board.xs_of(bars.beats(start, stop)).tolist(), bottom - 4, bottom, look.color("t3"))
        if bars.n_frames / bars.count * px_per_frame >= _LEAST_MINOR_PX:
            minor = bars.starts[shown_bars(board, rect.left() - 1, rect.right() + 1, 1)]
            verticals(painter, board.xs_of(minor).tolist(), bottom - 7, bottom, look.color("t3"))
        named = shown_bars(board, rect.left() - 60, rect.right() + 1, bar_stride(board, bars, _LEAST_BAR_PX))
        xs, strong, face = board.xs_of(bars.starts[named]).tolist(), look.color("t2"), font("value")
        verticals(painter, xs, bottom - 9, bottom, strong)
        for x, number in zip(xs, (named + bars.first_number).tolist(), strict=True):
            if x + 4 >= 0 and number > 0:
                stamp_text(painter, QRectF(x + 4, 3, 80, 13), str(number), face, strong)

    def _paint_seconds(self, painter: QPainter, rect: QRectF) -> None:
        look, view = self._board.look, self._board.view
        major, minor = tick_step_s(view.seconds_per_px)
        digits = max(0, -int(np.floor(np.log10(major) + 1e-9)))
        per_major = round(major / minor)
        first = int(np.floor(view.s_of(rect.left() - 60) / minor))
        last = int(np.ceil(view.s_of(rect.right() + 1) / minor))
        bottom, strong, middle, weak = HEIGHT_PX - 1, look.color("t2"), look.color("t3"), look.color("line2")
        half = per_major // 2 if per_major % 2 == 0 else 0
        ticks = np.arange(max(first, 0), last + 1)
        xs = (ticks * minor - view.start_s) / view.seconds_per_px + _TIE_PX
        is_major = ticks % per_major == 0
        is_half = ~is_major & (ticks % half == 0) if half else np.zeros(len(ticks), bool)
        for those, high, colour in ((~is_major & ~is_half, 3, weak), (is_half, 7, middle), (is_major, 9, strong)):
            verticals(painter, xs[those].tolist(), bottom - high, bottom, colour)
        for k, x in zip(ticks[is_major].tolist(), xs[is_major].tolist(), strict=True):
            if x + 4 >= 0:  # else its beginning would be cut
                text = _label(k * minor, major, digits)
                stamp_text(painter, QRectF(x + 4, 3, 80, 13), text, font("value"), strong)

    def _paint_selection(self, painter: QPainter) -> None:
        selection = self._board.workspace.selection
        if selection:
            x0, x1 = round(self._board.x_of(selection.start)), round(self._board.x_of(selection.stop))
            painter.fillRect(QRectF(x0, HEIGHT_PX - 3, x1 - x0 + 1, 3), self._board.look.color("sel"))

    def _paint_handle(self, painter: QPainter) -> None:
        x = round(self._board.playhead_x) + 0.5
        colour = self._board.look.color("t1")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        shape = [(-5, 3), (5, 3), (5, 9), (0, 14), (-5, 9)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in shape]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(x - 0.5, 13, 1, HEIGHT_PX - 13), colour)

    def _grip_at(self, x: float) -> str:
        selection = self._board.workspace.selection
        if selection:
            if abs(x - self._board.x_of(selection.start)) <= _GRIP_PX:
                return "start"
            if abs(x - self._board.x_of(selection.stop)) <= _GRIP_PX:
                return "stop"
        return ""

    def _frame(self, x: float) -> int:
        return min(max(round(self._board.frame_at(x)), 0), self._board.n_frames)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x, selection = event.position().x(), self._board.workspace.selection
        grip = self._grip_at(x) if event.position().y() > HEIGHT_PX - 10 else ""
        if grip:
            self._mode, self._from_frame = "select", selection.stop if grip == "start" else selection.start
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._mode, self._from_frame = "select", self._frame(x)
        else:
            self._mode = "scrub"
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._mode == "scrub":
            self._board.workspace.set_playhead(max(self._board.second_at(x), 0.0))
        elif self._mode == "select":
            a, b = sorted((self._from_frame, self._frame(x)))
            self._board.workspace.select(Selection(None, a, b) if b > a else Selection())
        else:
            near = self._grip_at(x) and event.position().y() > HEIGHT_PX - 10
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        self._board.hovered.emit(self._place(x))

    def _place(self, x: float) -> str:
        sketch, seconds = self._board.sketch, time_text(max(self._board.second_at(x), 0.0))
        if sketch is None or sketch.bars is None:
            return seconds
        return f"{place_text(sketch, max(self._board.frame_at(x), 0.0))} · {seconds}"

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mode = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._board.on_wheel(event, event.position().x()):
            self._board.view.scroll_by(-event.angleDelta().y() * 0.6)
        event.accept()


def _label(seconds: float, step_s: float, digits: int) -> str:
    if step_s >= 1 and seconds >= 60:
        return f"{int(seconds // 60)}:{round(seconds % 60):02d}"
    return f"{seconds:.{digits}f}"
