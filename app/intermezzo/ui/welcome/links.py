"""The links at the foot of the side panel: an icon, a line, and the key that does the same."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.painted import PaintedButton


class FootLink(PaintedButton):
    """A quiet row of 28 px that acts like a button."""

    def __init__(self, look: Look, icon: str, text: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._icon, self._key = icon, key_text(key)
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("ringRadius", 4.0)
        self.setFixedHeight(28)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key_text(key)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            ink = self.look.color("t1" if self.is_hovered() else "t2")
            paint_icon(painter, self._icon, 0, 6, 16, ink)
            paint_text(painter, self.bounds().adjusted(26, 0, -40, 0), self.text(), self.look.font("body"), ink, LEFT)
            if self._key:
                width = chip_width(self.look, self._key)
                paint_chip(painter, self.look, self.width() - width, 14, self._key)
