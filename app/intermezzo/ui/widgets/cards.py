"""Framed surfaces: plain cards, cards that can be picked, the dashed frame of drop targets and empty places."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.painted import Painted

CARD_RADIUS: Final = 6.0
BIG_RADIUS: Final = 8.0
DASH: Final = (4.0, 3.0)


class Card(Painted):
    """A frame around other widgets, which go into `content`.

    Args:
        surface: role of the fill.
        border: role of the border.
        radius: corner radius, 6 for cards, 8 for dialogs and examples.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget | None = None,
        *,
        surface: Role = "panel",
        border: Role = "line",
        radius: float = CARD_RADIUS,
        padding: int = 12,
        spacing: int = 8,
    ) -> None:
        super().__init__(look, parent)
        self.surface: Role = surface
        self.border: Role = border
        self.radius = radius
        self.setProperty("ringRadius", radius)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(padding, padding, padding, padding)
        self.content.setSpacing(spacing)

    def set_colours(self, surface: Role, border: Role) -> None:
        """Change fill and border."""
        self.surface, self.border = surface, border
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_frame(
                painter, QRectF(self.rect()), self.radius, self.look.color(self.surface), self.look.color(self.border)
            )


class PickCard(Card):
    """A card that acts like a button: click, Enter or Space pick it; it lightens under the pointer.

    With `set_current(True)` it carries the 2-px amber edge at its left (the stage that is open).

    Attributes:
        picked: emitted when the card is clicked or activated by keyboard.
    """

    picked = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None, *, radius: float = CARD_RADIUS) -> None:
        super().__init__(look, parent, surface="panel", border="line", radius=radius)
        self._current = False
        self._rest: Role = "panel"
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_rest_surface(self, role: Role) -> None:
        """Choose the fill at rest, "raise" for cards on a panel."""
        self._rest = role
        self.update()

    def set_current(self, current: bool) -> None:
        """Mark the card as the open one."""
        self._current = current
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            lit = self.underMouse() or self.hasFocus()
            rect = QRectF(self.rect())
            fill = color("hover" if lit and self._rest == "raise" else "raise" if lit else self._rest)
            border = color("line2" if lit or self._current else "line")
            paint_frame(painter, rect, self.radius, fill, border)
            if self._current:
                painter.setClipRect(QRectF(1, 0, 6, rect.height()))
                paint_frame(painter, rect.adjusted(1, 0, 20, 0), self.radius, None, color("hand"), 2.0)


class DropZone(Painted):
    """A dashed frame that takes files; put what it says into `content`.

    Attributes:
        dropped: the local paths of the files that were dropped, a list of str.
    """

    dropped = Signal(list)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._inviting = False
        self.setAccessibleName(name)
        self.setAcceptDrops(True)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(16, 16, 16, 16)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._inviting = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._inviting = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._inviting = False
        self.update()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            fill = color("selbg") if self._inviting else None
            border = color("sel" if self._inviting else "line2")
            paint_frame(painter, QRectF(self.rect()), BIG_RADIUS, fill, border, 1.0, DASH)
