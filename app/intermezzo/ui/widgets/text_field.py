"""Fields for text: one line, and the search field of the top bar with its key chip; the caret is blue."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.painted import Painted


def paint_caret(edit: QLineEdit, look: Look) -> None:
    """Draw the caret of a focused line edit in blue, over Qt's own: blue is where you are."""
    if not edit.hasFocus() or edit.isReadOnly():
        return
    box: QRect = edit.cursorRect()
    with QPainter(edit) as painter:
        painter.fillRect(QRectF(round(box.center().x()), box.top() + 1, 1, box.height() - 2), look.color("sel"))


class TextField(QLineEdit):
    """One line of text with the theme's frame, a blue caret and a focus ring."""

    def __init__(self, look: Look, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("ringRadius", 4.0)
        self.setMinimumHeight(24)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_caret(self, self.look)


class SearchField(Painted):
    """A framed field with a magnifying glass and a key chip.

    Attributes:
        edit: the line edit inside; read its text and its signals.
        pressed: emitted when the field is clicked, for a field that opens a palette instead of taking text itself.
    """

    pressed = Signal()

    def __init__(
        self, look: Look, placeholder: str, key: str = "", *, framed: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent)
        self._key = key_text(key)
        self._framed = framed
        self.setProperty("ringRadius", 4.0)
        self.edit = TextField(look, placeholder, placeholder, self)
        self.edit.setMinimumHeight(0)
        self.edit.setFrame(False)
        self.edit.setProperty("bare", True)
        self.edit.setProperty("ringOnParent", framed)
        if not framed:
            self.edit.setProperty("ringRadius", -1)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(316, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 24)

    def set_opens_palette(self, on: bool) -> None:
        """Make a click emit `pressed` instead of typing in place."""
        self.edit.setReadOnly(on)
        self.edit.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.IBeamCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        chip = chip_width(self.look, self._key)
        left = 27 if self._framed else 31
        self.edit.setGeometry(left, 0, self.width() - left - (round(chip) + 14 if chip else 8), self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.MouseButtonPress:
            self.pressed.emit()
        if watched is self.edit and self.edit.isReadOnly() and event.type() == QEvent.Type.ShortcutOverride:
            event.ignore()  # nothing is typed here, so keys keep their meaning
            return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            if self._framed:
                border = color("line2" if self.underMouse() else "line")
                paint_frame(painter, QRectF(self.rect()), 4.0, color("canvas"), border)
            middle = self.height() / 2
            paint_icon(painter, "magnifying-glass", 8 if self._framed else 11, middle - 7, 14, color("t3"))
            if self._key:
                left = self.width() - chip_width(self.look, self._key) - 8
                paint_chip(painter, self.look, left, middle, self._key)
