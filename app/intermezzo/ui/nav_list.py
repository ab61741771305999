"""A row of a list of pages: icon and title; the page that is open is marked blue."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.widgets.painted import PaintedButton

__all__ = ["NAV_WIDTH", "NavRow"]

NAV_WIDTH = 220
_HEIGHT = 30


class NavRow(PaintedButton):
    """One page; ``name`` is what it is called in code. Up and Down go to its neighbours."""

    def __init__(self, look: Look, name: str, title: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.name, self._icon = name, icon
        self.setCheckable(True)
        self.setText(title)
        self.setAccessibleName(title)
        self.setFixedHeight(_HEIGHT)
        self.setProperty("ringRadius", 5.0)

    def sizeHint(self) -> QSize:
        return QSize(NAV_WIDTH - 24, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        # Whoever opens the page marks its row; a click on the open page must not unmark it.
        return

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            on, color = self.isChecked(), self.look.color
            if on or self.is_hovered():
                paint_frame(painter, self.bounds(), 5.0, color("hover" if on else "raise"), None)
            ink = color("t1" if on or self.is_hovered() else "t2")
            paint_icon(painter, self._icon, 8, 7, 16, color("sel") if on else ink)
            font = self.look.font("body_medium" if on else "body")
            paint_text(painter, self.bounds().adjusted(32, 0, -6, 0), self.text(), font, ink, LEFT)
