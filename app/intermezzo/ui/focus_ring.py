"""The 2-px blue ring around whatever has the keyboard focus, drawn once for the whole application.

The ring is a small transparent widget that follows the focus: a sibling of the focused widget, so layouts need no spare
room and scrolling carries it along. A widget changes it by dynamic properties: `ringRadius` (its own corner radius;
-1 = "I draw my focus myself") and `ringOnParent` (true = the ring goes around the parent, for a bare line edit in a
painted frame).
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QSplitter, QWidget

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
        with QPainter(self) as painter:
            paint_frame(painter, QRectF(self.rect()), self.radius + _REACH_PX, None, self._theme().color("sel"), 2.0)


def _surface_of(target: QWidget) -> QWidget | None:
    """Return the nearest ancestor with room for the whole ring; stops at a window and at what a scroll area scrolls.

    A splitter is never it: it would take the ring for one of its panes, and Qt crashes when that leaves.
    """
    surface = target.parentWidget()
    while surface is not None:
        outer = _outer(target, surface)
        above = surface.parentWidget()
        if isinstance(surface, QSplitter):
            surface = above
            continue
        scrolled = above is not None and isinstance(above.parentWidget(), QAbstractScrollArea)
        if surface.rect().contains(outer) or surface.isWindow() or above is None or scrolled:
            return surface
        surface = above
    return None


def _outer(target: QWidget, surface: QWidget) -> QRect:
    corner = target.mapTo(surface, QPoint(0, 0))
    return QRect(corner, target.size()).adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)


class FocusRing(QObject):
    """Moves the ring to the widget that has the focus."""

    def __init__(self, app: QApplication, theme: Callable[[], Theme]) -> None:
        super().__init__(app)
        self._theme = theme
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
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
        self._target = None
        if now is not None and not now.isWindow() and now.property("ringRadius") != -1:
            around = now.parentWidget() if now.property("ringOnParent") else now
            if around is not None and not around.isWindow():
                self._target = around
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is not None and not shiboken6.isValid(target):
            target = self._target = None
        surface = _surface_of(target) if target is not None and target.isVisible() else None
        self._watch(target, surface)
        if target is None or surface is None:
            if self._ring is not None and shiboken6.isValid(self._ring):
                self._ring.hide()
            return
        ring = self._ring_on(surface)
        ring.radius = _radius_of(target)
        ring.setGeometry(_outer(target, surface).intersected(surface.rect()))
        ring.show()
        ring.raise_()

    def _watch(self, target: QWidget | None, surface: QWidget | None) -> None:
        """Follow the target and everything between it and the surface that the ring lies on."""
        wanted: list[QWidget] = []
        at = target
        while at is not None and at is not surface:
            wanted.append(at)
            at = at.parentWidget()
        if wanted == self._watched:
            return
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        for widget in wanted:
            widget.installEventFilter(self)
        self._watched = wanted

    def _ring_on(self, parent: QWidget) -> _Ring:
        ring = self._ring
        # A parent that is deleted takes the ring with it.
        if ring is None or not shiboken6.isValid(ring):
            ring = self._ring = _Ring(parent, self._theme)
        elif ring.parentWidget() is not parent:
            ring.setParent(parent)
        return ring


class FocusMark(QObject):
    """A ring that stays around one widget, for pictures of the focused state."""

    def __init__(self, target: QWidget, theme: Callable[[], Theme]) -> None:
        super().__init__(target)
        self._target = target
        self._theme = theme
        self._ring: _Ring | None = None
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        surface = _surface_of(self._target) if event.type() in _FOLLOWED else None
        if surface is not None:
            if self._ring is None:
                self._ring = _Ring(surface, self._theme)
            self._ring.setParent(surface)
            self._ring.radius = _radius_of(self._target)
            self._ring.setGeometry(_outer(self._target, surface))
            self._ring.show()
        return False


def _radius_of(target: QWidget) -> float:
    radius = target.property("ringRadius")
    return _DEFAULT_RADIUS if radius is None else float(radius)
