"""A take in a list to choose from: a box to tick, colour, name, what it was made with, what its file is called."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text
from intermezzo.ui.widgets.painted import PaintedButton

__all__ = ["TakeTick"]

_HEIGHT: Final = 28
_NAME_WIDTH: Final = 120
_NOTE_WIDTH: Final = 130


class TakeTick(PaintedButton):
    """Ticked, it becomes a file; ``number`` 0 is the sketch as it stands, which has no colour of its own."""

    def __init__(self, look: Look, number: int, title: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.number, self.note, self._file = number, note, ""
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setProperty("ringRadius", 4.0)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_file(self, name: str) -> None:
        """Show what the file of it will be called."""
        self._file = name
        self.setAccessibleDescription(f"{self.note}, {name}" if name else self.note)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, on, rect = self.look.color, self.isChecked(), self.bounds()
            if self.is_hovered():
                paint_frame(painter, rect.adjusted(0, 1, 0, -1), 4.0, color("raise"), None)
            box = QRectF(6, (_HEIGHT - 14) / 2, 14, 14)
            if on:
                paint_frame(painter, box, 3.0, color("handfill"), None)
                paint_icon(painter, "check", box.x() + 1, box.y() + 1, 12, color("onhand"))
            else:
                paint_frame(painter, box, 3.0, color("canvas"), color("t3" if self.is_hovered() else "line2"))
            if self.number:
                bar = self.look.theme.take(self.number - 1)
                paint_frame(painter, QRectF(30, 6, 3, _HEIGHT - 12), 1.5, bar, None)
            left = 40.0
            name = QRectF(left, 0, _NAME_WIDTH, _HEIGHT)
            paint_text(painter, name, self.text(), self.look.font("body_medium"), color("t1" if on else "t2"), LEFT)
            note = QRectF(left + _NAME_WIDTH + 8, 0, _NOTE_WIDTH, _HEIGHT)
            paint_text(painter, note, self.note, self.look.font("value"), color("t2" if on else "t3"), LEFT)
            file = QRectF(note.right() + 8, 0, rect.width() - note.right() - 16, _HEIGHT)
            ink = color("t2" if on else "t3")
            paint_text(painter, file, self._file, self.look.font("value"), ink, RIGHT, Qt.TextElideMode.ElideLeft)
