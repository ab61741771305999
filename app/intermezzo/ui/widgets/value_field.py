"""A number in a field: double-click or just type, arrows step, drag sideways to scrub; amber once it is edited."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text, text_width
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import DISABLED_OPACITY, Painted
from intermezzo.ui.widgets.slider import modifier_factor
from intermezzo.ui.widgets.text_field import paint_caret

FIELD_WIDTH: Final = 56
FIELD_HEIGHT: Final = 20
_PAD: Final = 8
_PIXELS_PER_STEP: Final = 3


class _Editor(QLineEdit):
    """The line edit that appears inside the field while one types."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setFrame(False)
        self.setProperty("bare", True)
        self.setProperty("ringOnParent", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_caret(self, self._look)


class ValueField(Painted):
    """Shows one number and lets it be typed, stepped or dragged.

    A number outside the range stays in the field in red and is not applied; Esc brings the old one back.

    Attributes:
        changed_to: the value after every change by the user.
        committed: the value when a gesture is over; one undo step each.
        trouble: the allowed range in words while the typed number lies outside, "" when it is fine again.
    """

    changed_to = Signal(float)
    committed = Signal(float)
    trouble = Signal(str)

    def __init__(self, look: Look, spec: NumberSpec, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.spec = spec
        self._value: float | None = spec.default
        self._edited: bool | None = None
        self._rejected: str | None = None
        self._editor: _Editor | None = None
        self._press: tuple[float, float] | None = None
        self._dragged = False
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 4.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = text_width(self.look.font("value"), self.text()) + 2 * _PAD - 1
        return QSize(max(FIELD_WIDTH, round(wide)), FIELD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def number(self) -> float | None:
        """Return the value that is applied, or None where there is none to show."""
        return self._value

    def text(self) -> str:
        """Return what the field shows."""
        if self._rejected is not None:
            return self._rejected
        return "\u2014" if self._value is None else self.spec.format(self._value)

    def is_out_of_range(self) -> bool:
        """Return True while a typed number is refused."""
        return self._rejected is not None

    def set_number(self, value: float | None) -> None:
        """Show a value without emitting anything; None shows a dash."""
        self._value = value
        if self._rejected is not None:
            self._rejected = None
            self.trouble.emit("")
        self.setAccessibleDescription(self.text())
        self.updateGeometry()
        self.update()

    def set_edited(self, edited: bool | None) -> None:
        """Say whether the value came from the hand; None means: it differs from the default."""
        self._edited = edited
        self.update()

    def is_edited(self) -> bool:
        """Return True where the field is drawn amber."""
        if self._edited is not None:
            return self._edited
        return self._value is not None and self.spec.default is not None and self._value != self.spec.default

    def enter(self, text: str) -> bool:
        """Apply a typed text; return False where it is not a number or lies outside the range."""
        value = self.spec.parse(text)
        if value is None:
            return False
        if not self.spec.contains(value):
            self._rejected = self.spec.format(value)
            self.updateGeometry()
            self.update()
            self.trouble.emit(self.spec.range_text())
            return False
        self._change(value, final=True)
        return True

    def _change(self, value: float, *, final: bool) -> None:
        value = self.spec.clamp(value)
        if value != self._value or self._rejected is not None:
            self.set_number(value)
            self.changed_to.emit(value)
        if final:
            self.committed.emit(value)

    def start_typing(self, text: str | None = None) -> None:
        """Open the inline editor, with the bare number selected or with a first typed character."""
        if self._editor is None:
            self._editor = _Editor(self.look, self)
            self._editor.setFont(self.look.font("value"))
            self._editor.setAccessibleName(self.accessibleName())
            self._editor.installEventFilter(self)
        if text is None:
            shown = self._rejected or (self.spec.bare(self._value) if self._value is not None else "")
            self._editor.setText(shown)
            self._editor.selectAll()
        else:
            self._editor.setText(text)
        self._editor.setGeometry(4, 1, self.width() - 8, self.height() - 2)
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def is_typing(self) -> bool:
        """Return True while the inline editor is open."""
        return self._editor is not None and self._editor.isVisible()

    def _stop_typing(self, *, apply: bool) -> None:
        editor = self._editor
        if editor is None or not editor.isVisible():
            return
        had_focus = editor.hasFocus()
        editor.hide()
        if apply and editor.isModified() | (editor.text() != ""):
            self.enter(editor.text())
        elif self._rejected is not None:
            self.set_number(self._value)
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._editor and self._editor is not None:
            if event.type() == QEvent.Type.FocusOut:
                self._stop_typing(apply=True)
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    self._stop_typing(apply=True)
                    return True
                if event.key() == Qt.Key.Key_Escape:
                    self._stop_typing(apply=False)
                    return True
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
                # Single-letter shortcuts and Esc belong to the field while somebody types in it.
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._value is not None:
            direction = 1 if key == Qt.Key.Key_Up else -1
            steps = direction * modifier_factor(event.modifiers())
            self._change(self.spec.stepped(self._value, steps), final=True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.start_typing()
        elif key == Qt.Key.Key_Escape and self._rejected is not None:
            self.set_number(self._value)
        elif event.text() and event.text() in "0123456789.,-+":
            self.start_typing(event.text())
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or self._value is None:
            event.ignore()
            return
        turns = event.angleDelta().y() / 120.0 or event.angleDelta().x() / 120.0
        self._change(self.spec.stepped(self._value, turns * modifier_factor(event.modifiers())), final=True)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._value is not None:
            self._press = (event.position().x(), self._value)
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        start_x, start_value = self._press
        steps = int((event.position().x() - start_x) / _PIXELS_PER_STEP)
        if steps or self._dragged:
            self._dragged = True
            self._change(self.spec.stepped(start_value, steps * modifier_factor(event.modifiers())), final=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged and self._value is not None:
            self.committed.emit(self._value)
        self._press = None
        self._dragged = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = None
        self.start_typing()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(DISABLED_OPACITY)
            color = self.look.color
            border, ink = self._colours()
            rect = QRectF(self.rect())
            paint_frame(painter, rect, 4.0, color("canvas"), border)
            if not self.is_typing():
                align = RIGHT if self._value is not None or self._rejected else LEFT
                paint_text(
                    painter, rect.adjusted(6, 0, -_PAD + 0.5, 0), self.text(), self.look.font("value"), ink, align
                )

    def _colours(self) -> tuple[QColor, QColor]:
        color = self.look.color
        if self._rejected is not None:
            return color("err"), color("t1")
        if self.is_edited():
            return color("hand"), color("hand")
        return color("line2" if self.underMouse() else "line"), color("t1" if self._value is not None else "t3")
