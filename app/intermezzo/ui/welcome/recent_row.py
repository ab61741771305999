"""One row of the recent list: a picture of the sketch, title, what is in it, and when it was open."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text, text_width
from intermezzo.ui.welcome.content import Recent, age_text
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.widgets.thumbnails import CurveStyle, paint_picture

HEIGHT: Final = 52
_THUMB: Final = QRectF(8, 8, 64, 36)
_TEXT_LEFT: Final = 84


class RecentRow(PaintedButton):
    """Opens a recent file; one that is gone is grey, says so, and can be taken off the list (button or Delete).

    Attributes:
        forgotten: the person wants it off the list.
    """

    forgotten = Signal()

    def __init__(self, look: Look, recent: Recent, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.recent = recent
        self._age = age_text(recent.opened_at, now)
        self.setProperty("ringRadius", 6.0)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        state = "" if recent.exists else self.tr(", missing")
        self.setAccessibleName(self.tr("{0}, {1}{2}").format(recent.title, self._age, state))
        self.setToolTip(str(recent.path))
        self.remove = ToolButton(look, "x", self.tr("Take {0} off the list").format(recent.title), extent=24)
        self.remove.setParent(self)
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remove.setToolTip(self.tr("Take off the list; the file stays"))
        self.remove.clicked.connect(self.forgotten)
        self.remove.hide()

    def sizeHint(self) -> QSize:
        return QSize(280, HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.remove.show()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.remove.hide()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.remove.move(self.width() - 28, (HEIGHT - 24) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.forgotten.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, exists = self.look.color, self.recent.exists
            lit = self.is_hovered() or self.hasFocus()
            if lit:
                paint_frame(painter, self.bounds(), 6.0, color("raise"), None)
            self._paint_thumb(painter)
            right = 32.0 if not self.remove.isHidden() else 8.0
            age = self.tr("missing") if not exists else self._age
            used = 0.0
            if self.remove.isHidden() or not exists:
                used = text_width(self.look.font("value"), age) + 12
            area = self.bounds().adjusted(_TEXT_LEFT, 9, -right - used, -25)
            title = color("t1" if exists else "t3")
            paint_text(painter, area, self.recent.title, self.look.font("body_medium"), title, LEFT)
            detail = color("t2" if lit else "t3")
            paint_text(painter, area.translated(0, 17), self.recent.detail, self.look.font("value"), detail, LEFT)
            if used:
                rest = self.bounds().adjusted(0, 0, -right, 0)
                paint_text(painter, rest, age, self.look.font("value"), color("t2" if lit else "t3"), RIGHT)

    def _paint_thumb(self, painter: QPainter) -> None:
        color = self.look.color
        shape = QPainterPath()
        shape.addRoundedRect(_THUMB, 4, 4)
        painter.fillPath(shape, color("alt"))
        if self.recent.kept is not None and self.recent.exists:
            painter.save()
            painter.setClipPath(shape)
            style = CurveStyle(color("hand"), color("hand"), 1.25)
            paint_picture(painter, _THUMB, self.recent.kept.picture, self.look.theme, style)
            painter.restore()
        else:
            icon = "file" if self.recent.exists else "prohibit"
            paint_icon(painter, icon, _THUMB.center().x() - 8, _THUMB.center().y() - 8, 16, color("t3"))
        paint_frame(painter, _THUMB, 4.0, None, color("line"))
