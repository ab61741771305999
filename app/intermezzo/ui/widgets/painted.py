"""The base of painted widgets: they know the look, repaint when it changes, and lighten under the pointer."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QWidget

from intermezzo.ui.look import Look


class Painted(QWidget):
    """A widget that paints itself from the theme's roles."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        look.changed.connect(self.update)


class PaintedButton(QAbstractButton):
    """A clickable thing that paints itself; the pointer does not give it the focus, the Tab key does.

    So the focus ring appears where somebody works by keyboard, and a click leaves the focus where it was.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.changed.connect(self.update)

    def is_hovered(self) -> bool:
        """Return True while an enabled button lies under the pointer."""
        return self.isEnabled() and self.underMouse()

    def begin(self) -> QPainter:
        """Return a painter on the widget with antialiasing on, faded where the widget is disabled."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(DISABLED_OPACITY)
        return painter

    def bounds(self) -> QRectF:
        """Return the widget's rectangle in floating point."""
        return QRectF(self.rect())


DISABLED_OPACITY = 0.45
