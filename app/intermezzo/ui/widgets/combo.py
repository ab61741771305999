"""A combo box with the theme's frame and a thin caret; its list is Qt's own, styled by the sheet."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.widgets.painted import DISABLED_OPACITY


class Combo(QComboBox):
    """A choice from a list; 22 px high, amber when it differs from its default."""

    def __init__(
        self, look: Look, name: str, options: tuple[str, ...] | list[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self._edited = False
        view = QListView(self)
        view.setUniformItemSizes(True)
        view.setAccessibleName(name)
        self.setView(view)
        self.addItems(list(options))
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 4.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        font = self.look.font("body")
        widest = max((text_width(font, self.itemText(i)) for i in range(self.count())), default=60.0)
        return QSize(round(widest) + 40, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(56, 22)

    def set_edited(self, edited: bool) -> None:
        """Draw the choice amber: it came from the hand."""
        self._edited = edited
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isEnabled():
                painter.setOpacity(DISABLED_OPACITY)
            color = self.look.color
            border = color("hand") if self._edited else color("line2" if self.underMouse() else "line")
            rect = QRectF(self.rect())
            paint_frame(painter, rect, 4.0, color("canvas"), border)
            ink = color("hand" if self._edited else "t1")
            paint_text(painter, rect.adjusted(7, 0, -26, 0), self.currentText(), self.look.font("body"), ink, LEFT)
            paint_icon(painter, "caret-down", rect.width() - 18, rect.height() / 2 - 6, 12, color("t2"))
