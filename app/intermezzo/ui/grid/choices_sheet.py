"""The contact sheet: what a token could be, each drawn in its place, with how likely it is; a click takes it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import checker_brush, device_ratio, paint_frame
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.choices_loop import MOST, ChoicesLoop
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, LEFT, paint_text, text_width
from intermezzo.ui.widgets.painted import Painted

__all__ = ["ChoicesSheet"]

_COLUMNS, _GAP, _LEAST = 6, 6.0, 44.0


class ChoicesSheet(Painted):
    """Two rows of six."""

    def __init__(self, look: Look, desk: GridDesk, loop: ChoicesLoop, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._desk, self._loop = desk, loop
        self.setAccessibleName(self.tr("Alternatives of the token"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 4.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._at = 0
        loop.changed.connect(self._on_changed)
        desk.workspace.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(416, 120)

    def _rect(self, k: int) -> QRectF:
        row, column = divmod(k, _COLUMNS)
        width = max((self.width() - (_COLUMNS - 1) * _GAP) / _COLUMNS, _LEAST)
        height = min((self.height() - _GAP) / 2, width)
        return QRectF(column * (width + _GAP), row * (height + _GAP), width, height)

    def _on_changed(self) -> None:
        self._at = min(self._at, max(len(self._loop.choices) - 1, 0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            choices, grid, cell = self._loop.choices, self._desk.grid, self._loop.cell
            if not choices or grid is None or cell is None:
                told = self.tr("Mask a token (M) to see what else the engine thinks it could be.")
                paint_text(painter, QRectF(self.rect()), told, font("body"), self.look.color("t3"), LEFT)
                return
            now = int(grid.codes[cell])
            for k, choice in enumerate(choices[:MOST]):
                place = self._rect(k)
                painter.save()
                painter.setClipRect(place)
                painter.fillRect(place, checker_brush(self.look.theme, 6, device_ratio(painter)))
                if choice.pixels is not None:
                    size = choice.pixels.shape[0]
                    image = QImage(choice.pixels.data, size, size, QImage.Format.Format_RGBA8888)
                    side = max(place.width(), place.height())
                    square = QRectF(0, 0, side, side)
                    square.moveCenter(place.center())
                    painter.drawImage(square, image)
                painter.restore()
                is_now = choice.code == now
                paint_frame(
                    painter, place, 4.0, None, self.look.color("hand" if is_now else "line2"), 2.0 if is_now else 1.0
                )
                self._chip(painter, place, f"{choice.probability:.2f}")

    def _chip(self, painter: QPainter, place: QRectF, text: str) -> None:
        face = font("axis")
        width = text_width(face, text) + 8
        chip = QRectF(place.right() - width - 3, place.bottom() - 16, width, 13)
        paint_frame(painter, chip, 3.0, self.look.color("canvas", 0.85), None)
        paint_text(painter, chip, text, face, self.look.color("t1"), CENTRE)

    def take(self, k: int) -> None:
        """Give the token the alternative of this number, counted from 0."""
        cell = self._loop.cell
        if cell is not None and 0 <= k < len(self._loop.choices):
            self._desk.set_code(cell, self._loop.choices[k].code)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        found = next((k for k in range(len(self._loop.choices)) if self._rect(k).contains(at)), None)
        if found is not None:
            self._at = found
            self.take(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_COLUMNS, Qt.Key.Key_Down: _COLUMNS,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is None or not self._loop.choices:
            super().keyPressEvent(event)
            return
        self._at = min(max(self._at + step, 0), len(self._loop.choices) - 1)
        self.take(self._at)
