"""The 2-px blue ring around whatever has the keyboard focus, drawn once for the whole application.

The ring is a small transparent widget that follows the focus: a sibling of the focused widget, so layouts need no spare
room and scrolling carries it along. A widget changes it by dynamic properties: `ringRadius` (its own corner radius;
-1 = "I draw my focus myself") and `ringOnParent` (true = the ring goes around the parent, for a bare line edit in a
painted frame).
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.theme import Theme

_REACH_PX = 4
_DEFAULT_RADIUS = 4.0
_FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange)


class _Ring(QWidget):
    """The painted ring; its rectangle is already the outer one."""

    def __init__(self, parent: QWidget, theme: Callable[[], Theme]) -> None:
        super().__init__(parent)
        self._theme = theme
        self.radius = _DEFAULT_RADIUS
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_frame(painter, QRectF(self.rect()), self.radius + _REACH_PX, None, self._theme().color("sel"), 2.0)


class FocusRing(QObject):
    """Moves the ring to the widget that has the focus."""

    def __init__(self, app: QApplication, theme: Callable[[], Theme]) -> None:
        super().__init__(app)
        self._theme = theme
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        app.focusChanged.connect(self._on_focus_changed)

    @property
    def target(self) -> QWidget | None:
        """The widget that the ring is around, or None."""
        return self._target

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED:
            self._place()
        return False

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None and shiboken6.isValid(self._target):
            self._target.removeEventFilter(self)
        self._target = None
        if now is not None and not now.isWindow() and now.property("ringRadius") != -1:
            around = now.parentWidget() if now.property("ringOnParent") else now
            if around is not None and not around.isWindow():
                self._target = around
                around.installEventFilter(self)
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is not None and not shiboken6.isValid(target):
            target = self._target = None
        parent = target.parentWidget() if target is not None else None
        if target is None or parent is None or not target.isVisible():
            if self._ring is not None and shiboken6.isValid(self._ring):
                self._ring.hide()
            return
        ring = self._ring_on(parent)
        radius = target.property("ringRadius")
        ring.radius = _DEFAULT_RADIUS if radius is None else float(radius)
        outer: QRect = target.geometry().adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)
        ring.setGeometry(outer.intersected(parent.rect()))
        ring.show()
        ring.raise_()

    def _ring_on(self, parent: QWidget) -> _Ring:
        ring = self._ring
        # A parent that is deleted takes the ring with it.
        if ring is None or not shiboken6.isValid(ring):
            ring = self._ring = _Ring(parent, self._theme)
        elif ring.parentWidget() is not parent:
            ring.setParent(parent)
        return ring
