"""A column of sections that scrolls where it is too short for them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from intermezzo.ui.look import Look

__all__ = ["Column", "Side"]


class _Ground(QWidget):
    """The plain surface under the sections."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.color("panel"))


class Side(QWidget):
    """A column on its surface; as a drawer it lies over the timeline and has an edge of its own."""

    def __init__(self, look: Look, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.column = look, column
        self._is_drawer = False
        self.setMinimumWidth(column.minimumWidth())
        self.setMaximumWidth(column.maximumWidth())
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addWidget(column)
        look.changed.connect(self.update)

    def set_drawer(self, on: bool) -> None:
        """Lie over the timeline, or stand beside it."""
        self._is_drawer = on
        self._rows.setContentsMargins(1 if on else 0, 0, 0, 0)
        self.update()

    def sizeHint(self) -> QSize:
        return self.column.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.color("panel"))
            if self._is_drawer:
                painter.fillRect(0, 0, 1, self.height(), self._look.color("line2"))


class Column(QScrollArea):
    """Sections one above the other; ``add`` them, the last may take what height is left."""

    def __init__(self, look: Look, name: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width = width
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(200)
        self.setMaximumWidth(400)
        self._ground = ground = _Ground(look)
        self.rows = QVBoxLayout(ground)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self.setWidget(ground)
        ground.installEventFilter(self)

    def add(self, section: QWidget, stretch: int = 0) -> None:
        """Put a section below the others."""
        self.rows.addWidget(section, stretch)

    def finish(self) -> None:
        """Let the room that is left stay empty."""
        self.rows.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(self._width, 400)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Contents never get wider than the column: rows elide instead.
        if event.type() == QEvent.Type.LayoutRequest:
            self._ground.setMinimumWidth(0)
        return super().eventFilter(watched, event)
