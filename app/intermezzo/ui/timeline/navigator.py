"""Navigator: the whole document in 16 pixels, with the view as a window that is dragged and stretched."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import Notes
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.time_axis import axis_of
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.kept_picture import KeptPicture
from intermezzo.ui.timeline.note_strip import NoteStrip
from intermezzo.ui.timeline.pictures import columns_of, draw_mapped
from intermezzo.ui.timeline.wave_peaks import WavePeaks

__all__ = ["Navigator"]

HEIGHT_PX: Final = 16
_EDGE_PX: Final = 4.0


class Navigator(QWidget):
    """Drag the window to scroll, its edges to zoom; a press elsewhere brings that place into view."""

    def __init__(self, board: Board, peaks: WavePeaks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board, self._peaks = board, peaks
        self._grip = ""
        self._from_x, self._from_range = 0.0, (0.0, 0.0)
        self.setFixedHeight(HEIGHT_PX)
        self.setMouseTracking(True)
        self.setObjectName("navigator")
        self.setAccessibleName(self.tr("Navigator"))
        self.setAccessibleDescription(self.tr("The whole document; drag the window to scroll, its edges to zoom."))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        board.view.changed.connect(self.update)
        board.look.changed.connect(self.update)
        board.workspace.sound_changed.connect(self._on_sound)
        board.workspace.moved.connect(self._on_moved)
        board.shown.connect(self._on_shown)
        self._playhead_x = 0
        self._strip = NoteStrip()
        self._near = KeptPicture(partial(self._paint_whole, near=True))
        self._far = KeptPicture(partial(self._paint_whole, near=False))
        self._shown: tuple[object, ...] = ()

    def _notes(self) -> Notes | None:
        """Return the first layer of notes, which say more of a tune than its wave."""
        sketch = self._board.sketch
        layers = sketch.layers.values() if sketch is not None else ()
        return next((layer for layer in layers if isinstance(layer, Notes)), None)

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        if self._notes() is not None:
            self.update()

    def _key(self, notes: Notes | None) -> tuple[object, ...]:
        """Return all that decides how the whole looks, but for the sound that comes and goes; kept, and so unique."""
        values = None if notes is None else notes.values
        return self._board.look.theme, values, self._board.workspace.output.grid, self._peaks.loudest

    def _x(self, seconds: float) -> float:
        return seconds / max(self._board.view.duration_s, 1e-6) * self.width()

    def _s(self, x: float) -> float:
        return x / max(self.width(), 1) * self._board.view.duration_s

    def _window(self) -> tuple[float, float]:
        view = self._board.view
        x0, x1 = max(self._x(view.start_s), 0.0), min(self._x(view.stop_s), float(self.width()))
        return x0, max(x1, x0 + 4)

    def _on_sound(self, start: int, stop: int) -> None:
        hop_s = self._board.hop_s
        # While a document is exchanged, its length and its sound may belong to two of them for a moment.
        left, right = (min(max(self._x(at * hop_s), 0.0), float(self.width())) for at in (start, stop))
        area = QRect(int(left) - 1, 0, int(right - left) + 3, HEIGHT_PX)
        if self._notes() is None:
            self._near.spoil(area)
            self._far.spoil(area)
            self.update(area)

    def _on_moved(self, seconds: float) -> None:
        # The playhead may lie behind the end, where the next stage has no sketch yet and so no length.
        x = int(min(max(self._x(axis_of(self._board.sketch, seconds)), 0.0), float(self.width())))
        if x != self._playhead_x:
            self.update(self._playhead_x - 1, 0, 3, HEIGHT_PX)
            self.update(x - 1, 0, 3, HEIGHT_PX)
            self._playhead_x = x

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look, rect = self._board.look, event.rect()
            x0, x1 = self._window()
            key = self._key(self._notes())
            if [*map(id, key[:-1]), key[-1]] != [*map(id, self._shown[:-1]), *self._shown[-1:]]:
                self._shown = key
                for picture in (self._near, self._far):
                    picture.spoil(self.rect())
            window = QRect(round(x0), 0, round(x1) - round(x0), HEIGHT_PX)
            if not window.contains(rect):
                self._far.show(painter, rect, self.size())
            if window.intersects(rect):
                self._near.show(painter, window.intersected(rect), self.size())
            painter.setPen(QPen(look.color("sel"), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(round(x0) + 0.5, 0.5, round(x1) - round(x0) - 1, HEIGHT_PX - 1))
            painter.fillRect(
                QRectF(round(self._x(axis_of(self._board.sketch, self._board.workspace.playhead_s))), 0, 1, HEIGHT_PX),
                look.color("t1"),
            )

    def _paint_whole(self, painter: QPainter, rect: QRectF, *, near: bool) -> None:
        """Paint the document as it looks inside of the window, or outside of it."""
        look, output, notes = self._board.look, self._board.workspace.output, self._notes()
        painter.fillRect(rect, look.color("alt"))
        if near:
            painter.fillRect(rect, look.color("selbg"))
        ink = look.color("ink" if near else "t3")
        if output.n_blocks and notes is None:
            ratio = art.device_ratio(painter)
            columns = np.arange(round(rect.left() * ratio), round(rect.right() * ratio) + 1)
            frames = columns / ratio / max(self.width(), 1) * output.grid.n_frames
            low, high = self._peaks.columns(output.grid.blocks_at(frames))
            height = round(HEIGHT_PX * ratio)
            gain = 0.9 / max(self._peaks.loudest, 1e-3) * height / 2
            top = np.clip(np.floor(height / 2 - high * gain), 0, height - 1)
            bottom = np.clip(np.ceil(height / 2 - low * gain), top + 1, height)
            cells = columns_of(top, bottom, 1, height)
            table = np.array([0, ink.rgb()], np.uint32)
            draw_mapped(painter, columns[0] / ratio, 0, cells, table, ratio, opaque=False)
        if notes is not None:
            self._strip.paint(painter, notes, QRectF(self.rect()), art.device_ratio(painter), ink)

    def _grip_at(self, x: float) -> str:
        x0, x1 = self._window()
        if abs(x - x0) <= _EDGE_PX:
            return "left"
        if abs(x - x1) <= _EDGE_PX:
            return "right"
        return "window" if x0 < x < x1 else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        view, x = self._board.view, event.position().x()
        self._grip = self._grip_at(x)
        if not self._grip:
            view.scroll_by((self._s(x) - (view.start_s + view.stop_s) / 2) / view.seconds_per_px)
            self._grip = "window"
        self._from_x, self._from_range = x, (view.start_s, view.stop_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        view, x = self._board.view, event.position().x()
        if not self._grip:
            at = self._grip_at(x)
            edge = at in ("left", "right")
            self.setCursor(
                Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.OpenHandCursor
                if at else Qt.CursorShape.ArrowCursor
            )  # fmt: skip
            return
        by, (start, stop) = self._s(x - self._from_x), self._from_range
        self._board.stir()
        if self._grip == "window":
            view.scroll_by((start + by - view.start_s) / view.seconds_per_px)
        elif self._grip == "left":
            view.show_range(min(max(start + by, 0.0), stop - 0.02), stop)
        else:
            view.show_range(start, max(min(stop + by, view.duration_s), start + 0.02))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        view = self._board.view
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._board.stir()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            view.zoom_at(view.width_px / 2, 1.0015**-delta)
        else:
            view.scroll_by(-delta * 0.6)
        event.accept()
