"""LaneHeader: name, unit and axis of a lane at its left, with the eye (fold) and the padlock (lock)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from intermezzo.core.edits import regions
from intermezzo.core.layers import Mark, Region
from intermezzo.ui.fonts import font
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.text import paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.lane import Lane, MenuEntry

__all__ = ["HEADER_PX", "HeaderButton", "LaneHeader"]

HEADER_PX: Final = 96
_HIT_PX: Final = 24
_ICON_PX: Final = 14.0
_BUTTONS_FROM_PX: Final = 56
_LEFT_PX: Final = 8


class HeaderButton(QAbstractButton):
    """A small icon in a 24-px hit area."""

    def __init__(self, board: Board, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._board, self.icon_name = board, icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.resize(_HIT_PX, _HIT_PX)

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        if icon != self.icon_name:
            self.icon_name = icon
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_HIT_PX, _HIT_PX)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look = self._board.look
            lit = self.underMouse() or self.hasFocus()
            margin = (_HIT_PX - _ICON_PX) / 2
            paint_icon(painter, self.icon_name, margin, margin, _ICON_PX, look.color("t1" if lit else "t3"))
            if self.hasFocus():
                painter.setPen(look.color("sel"))
                painter.drawRect(QRectF(1.5, 1.5, _HIT_PX - 3, _HIT_PX - 3))


class ActionButton(HeaderButton):
    """A small icon with a word."""

    def __init__(self, board: Board, action: MenuEntry, parent: QWidget) -> None:
        super().__init__(board, action.icon, action.title, parent)
        self._title = action.title
        self.clicked.connect(action.act)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(round(_ICON_PX + 10 + text_width(font("value"), self._title)), _HIT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            colour = self._board.look.color("t1" if self.underMouse() or self.hasFocus() else "t3")
            paint_icon(painter, self.icon_name, 2, (_HIT_PX - _ICON_PX) / 2, _ICON_PX, colour)
            area = QRectF(_ICON_PX + 6, 0, self.width() - _ICON_PX - 6, _HIT_PX)
            paint_text(painter, area, self._title, font("value"), colour)
            if self.hasFocus():
                painter.setPen(self._board.look.color("sel"))
                painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, _HIT_PX - 1))


class LaneHeader(QWidget):
    """The left of a lane."""

    fold_wished = Signal()
    table_wished = Signal()

    def __init__(self, board: Board, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board, self.lane = board, lane
        self._from: QPointF | None = None
        self.folded = False
        self.setObjectName(f"header-{lane.name}")
        self.setAccessibleName(self.tr("{0} header").format(lane.title))
        self.setToolTip(lane.spec.help)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.eye = HeaderButton(board, "eye", self.tr("Fold {0}").format(lane.title), self)
        self.eye.clicked.connect(self.fold_wished)
        self.padlock = HeaderButton(board, "lock-open", self.tr("Lock or unlock {0}").format(lane.title), self)
        self.padlock.clicked.connect(self._on_padlock)
        action = lane.header_action
        self.action = None if action is None else ActionButton(board, action, self)
        board.look.changed.connect(self.update)
        board.shown.connect(self._on_shown)
        self._refresh()

    @property
    def is_output(self) -> bool:
        """Whether this is the header of the output, which has no layer."""
        return self.lane.name == "output"

    def set_folded(self, folded: bool) -> None:
        """Show the state of the eye."""
        self.folded = folded
        self.eye.show_icon("eye-slash" if folded else "eye")
        self._refresh()

    def _on_shown(self, old: object, new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        roomy = self.height() >= _BUTTONS_FROM_PX and not self.folded and not self.is_output
        self.padlock.setVisible(roomy and self.lane.is_layer)
        if self.action is not None:
            self.action.setVisible(roomy)
            self.action.move(_LEFT_PX - 2, self.height() - _HIT_PX - 4)
        self.eye.setVisible(roomy or (self.folded and not self.is_output))
        if roomy and self.action is not None:
            self.eye.move(HEADER_PX - _HIT_PX - 1, 2)
        elif roomy:
            self.eye.move(_LEFT_PX - 5, self.height() - _HIT_PX - 4)
            self.padlock.move(_LEFT_PX + 15, self.height() - _HIT_PX - 4)
            reason = "" if self.lane.may_edit() else self._board.workspace.why_not(self.lane.name)
            fixed = bool(reason) and self.lane.spec.editable  # the engine is the one who says no
            self.padlock.setEnabled(not fixed)
            self.padlock.setToolTip(reason if fixed else self.padlock.accessibleName())
            self.padlock.show_icon("lock" if fixed or self._wholly_locked() else "lock-open")
        else:
            self.eye.move(HEADER_PX - _HIT_PX - 2, (self.height() - _HIT_PX) // 2)

    def _wholly_locked(self) -> bool:
        layer = self.lane.layer
        if layer is None or self._board.busy or len(layer) == 0:
            return self.padlock.icon_name == "lock"
        marks = layer.marks(Region(0, 1))
        if not marks.size or not (marks & Mark.LOCKED).all():
            return False
        return bool((layer.marks() & Mark.LOCKED).all())

    def _on_padlock(self) -> None:
        layer, selection = self.lane.layer, self._board.workspace.selection
        if layer is None:
            return
        mine = bool(selection) and selection.layer in (None, self.lane.name)
        region = Region(0, len(layer))
        if mine:
            region = Region(selection.start, selection.stop, selection.low, selection.high)
        marks = layer.marks(region)
        on = not (marks.size and bool((marks & Mark.LOCKED).all()))
        place = self.lane.place(region.start, region.stop) if mine else ""
        label = f"{'Lock' if on else 'Unlock'} {self.lane.title.lower()}{place}"
        self._board.edit(label, lambda s: regions.lock(s, [self.lane.name], region, on), icon="lock")

    def resizeEvent(self, event: object) -> None:
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look, height = self._board.look, self.height()
            painter.fillRect(self.rect(), look.color("panel"))
            if not self.folded and height > 40:
                painter.save()
                self.lane.paint_axis(painter, QRectF(0, 0, self.width(), height))
                painter.restore()
            if self.lane.hasFocus():
                painter.fillRect(QRectF(0, 0, 2, height), look.color("sel"))
            unit = self.lane.unit_text()
            if height < 44 or self.folded:
                area = QRectF(_LEFT_PX, 0, self.width() - 30, height)
                paint_text(painter, area, self.lane.title, font("body_medium"), look.color("t1"))
            else:
                area = QRectF(_LEFT_PX, 6, 56, 16)
                paint_text(painter, area, self.lane.title, font("body_medium"), look.color("t1"))
                below = QRectF(_LEFT_PX, 22, 62 if self.lane.is_layer else 84, 14)
                paint_text(painter, below, unit, font("value"), look.color("t3"))
            if self.is_output:
                self._paint_drag_out(painter, height)

    def _paint_drag_out(self, painter: QPainter, height: int) -> None:
        look = self._board.look
        role: Role = "t1" if self.underMouse() else "t3"
        paint_icon(painter, "hand", _LEFT_PX, height - 22, 14.0, look.color(role))
        paint_text(
            painter, QRectF(_LEFT_PX + 18, height - 24, 70, 18), self.tr("drag out"), font("value"), look.color(role)
        )  # fmt: skip

    # The output is taken by its header; a drag names the part, the window provides the file.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.lane.setFocus(Qt.FocusReason.MouseFocusReason)
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        if self.is_output and self._from is not None and (event.position() - self._from).manhattanLength() >= far:
            self._from = None
            selection = self._board.workspace.selection
            wanted = (selection.start, selection.stop) if selection else None
            self.lane.drag_out_requested.emit(wanted)  # type: ignore[attr-defined]  # the output lane alone has it

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.is_output:
            self.fold_wished.emit()

    def enterEvent(self, event: object) -> None:
        if self.is_output:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()
