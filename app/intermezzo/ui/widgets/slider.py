"""A slider with a tick at its default value; the full accessible slider interface comes from QAbstractSlider."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import DISABLED_OPACITY

_KNOB: Final = 8.0
_GAP: Final = 2.0
EDGE_PX: Final = 10  # room at both ends for the knob and its focus ring
_FINEST: Final = 10  # positions per step: Alt moves by a tenth of a step
_ARROW_STEPS: Final = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
}  # fmt: skip


class Slider(QAbstractSlider):
    """Drag, click, arrows, wheel (while focused or held) or double-click for the default.

    Attributes:
        moved: the value after every change by the user.
        committed: the value when a gesture is over; one undo step each.
    """

    moved = Signal(float)
    committed = Signal(float)

    def __init__(self, look: Look, spec: NumberSpec, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.spec = spec
        self._exact = spec.minimum if spec.default is None else spec.default
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, max(1, round((spec.maximum - spec.minimum) / spec.step * _FINEST)))
        self.setSingleStep(_FINEST)
        self.setPageStep(10 * _FINEST)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_number(self._exact)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(128 + 2 * EDGE_PX, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(48 + 2 * EDGE_PX, 24)

    def number(self) -> float:
        """Return the value in the spec's unit."""
        return self._exact

    def set_number(self, value: float) -> None:
        """Show a value without emitting anything; outside the range the knob stays at the end."""
        self._exact = value
        inside = self.spec.clamp(value)
        blocked = self.blockSignals(True)
        self.setValue(round((inside - self.spec.minimum) / self.spec.step * _FINEST))
        self.blockSignals(blocked)
        self.update()

    def _change(self, value: float, *, final: bool) -> None:
        value = self.spec.clamp(value)
        if value != self._exact:
            self.set_number(value)
            self.moved.emit(value)
        if final:
            self.committed.emit(value)

    def _track(self) -> tuple[float, float]:
        return float(EDGE_PX), float(self.width() - EDGE_PX)

    def _fraction(self, value: float) -> float:
        return (self.spec.clamp(value) - self.spec.minimum) / (self.spec.maximum - self.spec.minimum)

    def _knob_x(self, fraction: float) -> float:
        left, right = self._track()
        return left + fraction * (right - left)

    def _value_at(self, x: float) -> float:
        left, right = self._track()
        fraction = (x - left) / max(1.0, right - left)
        raw = self.spec.minimum + min(1.0, max(0.0, fraction)) * (self.spec.maximum - self.spec.minimum)
        return self.spec.clamp(self.spec.rounded(raw))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._change(self._value_at(event.position().x()), final=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._change(self._value_at(event.position().x()), final=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)
            self.committed.emit(self._exact)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.spec.default is not None:
            self._change(self.spec.default, final=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Home:
            self._change(self.spec.minimum, final=True)
        elif key == Qt.Key.Key_End:
            self._change(self.spec.maximum, final=True)
        elif key in _ARROW_STEPS:
            steps = _ARROW_STEPS[key] * modifier_factor(event.modifiers())
            self._change(self.spec.stepped(self._exact, steps), final=True)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Unfocused sliders let the panel scroll, so that passing over them changes nothing by accident.
        if not self.hasFocus():
            event.ignore()
            return
        turns = event.angleDelta().y() / 120.0 or event.angleDelta().x() / 120.0
        self._change(self.spec.stepped(self._exact, turns * modifier_factor(event.modifiers())), final=True)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isEnabled():
                painter.setOpacity(DISABLED_OPACITY)
            color = self.look.color
            middle = self.height() / 2
            x = self._knob_x(self._fraction(self._exact))
            left, right = self._track()
            reach = _KNOB / 2 + _GAP
            painter.fillRect(QRectF(left, middle - 1, max(0.0, x - reach - left), 2), color("t2"))
            painter.fillRect(QRectF(x + reach, middle - 1, max(0.0, right - x - reach), 2), color("line2"))
            default = self.spec.default
            if default is not None and abs(self._knob_x(self._fraction(default)) - x) > reach:
                tick = round(self._knob_x(self._fraction(default)))
                painter.fillRect(QRectF(tick, middle - 4, 1, 8), color("t3"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("t1"))
            painter.drawEllipse(QPointF(x, middle), _KNOB / 2, _KNOB / 2)
            if self.hasFocus():
                ring = QRectF(x - 10, middle - 10, 20, 20)
                paint_frame(painter, ring, 10.0, None, color("sel"), 2.0)


def modifier_factor(modifiers: Qt.KeyboardModifier) -> float:
    """Return how many steps one press takes: 10 with Shift, a tenth with Alt, else 1."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return 0.1
    return 1.0
