"""On and off: the amber switch, the neutral A/B switch, and a row of mutually exclusive segments."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text, text_width
from intermezzo.ui.widgets.painted import Painted, PaintedButton


class Switch(PaintedButton):
    """A 28 x 16 switch, amber when on."""

    def __init__(self, look: Look, name: str, *, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 8.0)
        self.setFixedSize(28, 16)

    def sizeHint(self) -> QSize:
        return QSize(28, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, on = self.look.color, self.isChecked()
            rect = self.bounds()
            if on:
                paint_frame(painter, rect, 8.0, color("handfill"), None)
            else:
                paint_frame(painter, rect, 8.0, color("canvas"), color("t3" if self.is_hovered() else "line2"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("onhand" if on else "t2"))
            painter.drawEllipse(QPointF(20.0 if on else 8.0, 8.0), 6.0 if on else 5.0, 6.0 if on else 5.0)


class TwoWaySwitch(PaintedButton):
    """The 44 x 18 switch between two equal sides, A (unchecked) and B (checked): neither is amber."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 9.0)
        self.setFixedSize(44, 18)

    def sizeHint(self) -> QSize:
        return QSize(44, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color = self.look.color
            paint_frame(painter, self.bounds(), 9.0, color("canvas"), color("t3" if self.is_hovered() else "line2"))
            left = 21.0 if self.isChecked() else 3.0
            paint_frame(painter, QRectF(left, 3, 20, 12), 6.0, color("t2"), None)


_SEGMENT_PAD: Final = 10


class Segments(Painted):
    """A few exclusive choices side by side; arrows move between them.

    Attributes:
        chosen: index of the segment that the user picked.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, name: str, labels: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._labels = labels
        self._index = 0
        self._name = name
        self.setProperty("ringRadius", 5.0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_index(0)

    def index(self) -> int:
        """Return the chosen segment."""
        return self._index

    def set_index(self, index: int) -> None:
        """Choose a segment without emitting."""
        self._index = index
        self.setAccessibleName(f"{self._name}: {self._labels[index]}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()), 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _widths(self) -> list[int]:
        font = self.look.font("body")
        return [round(text_width(font, label)) + 2 * _SEGMENT_PAD for label in self._labels]

    def _pick(self, index: int) -> None:
        index = min(len(self._labels) - 1, max(0, index))
        if index != self._index:
            self.set_index(index)
            self.chosen.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        right = 0
        for index, width in enumerate(self._widths()):
            right += width
            if event.position().x() < right:
                self._pick(index)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._pick(self._index - 1)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._pick(self._index + 1)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            rect = QRectF(self.rect())
            paint_frame(painter, rect, 5.0, color("canvas"), color("line"))
            left = 0.0
            for index, (label, width) in enumerate(zip(self._labels, self._widths(), strict=True)):
                cell = QRectF(left, 0, width, rect.height())
                active = index == self._index
                if active:
                    paint_frame(painter, cell, 5.0, color("hover"), color("line2"))
                paint_text(painter, cell, label, self.look.font("body"), color("t1" if active else "t2"), CENTRE)
                left += width
