"""The list of orders: name, state and progress of each; moved by drag and by Alt with the arrows."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView

from intermezzo.jobs.protocol import Progress
from intermezzo.queue.orders import Order
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.status_bar import time_left_text
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.row_painter import Index, RowPainter

__all__ = ["OrderList"]

_ROW: Final = 44
_MARKS: Final[dict[str, tuple[str, Role]]] = {
    "waiting": ("circle", "t3"), "running": ("spinner", "hand"), "done": ("check-circle", "ok"),
    "failed": ("x-circle", "err"), "cancelled": ("x", "t3"),
}  # fmt: skip


class _Orders(QAbstractListModel):
    """The orders as they stand in the line, with the words of their states."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: tuple[Order, ...] = ()
        self.states: tuple[str, ...] = ()
        self.progress = Progress(0.0)

    def show_orders(self, orders: tuple[Order, ...], progress: Progress) -> None:
        is_same = [o.number for o in orders] == [o.number for o in self.orders]
        if not is_same:
            self.beginResetModel()
        self.orders, self.progress = orders, progress
        self.states = tuple(self._words(order) for order in orders)
        if not is_same:
            self.endResetModel()
        elif orders:
            self.dataChanged.emit(self.index(0), self.index(len(orders) - 1))

    def _words(self, order: Order) -> str:
        if order.state == "running":
            left = self.progress.seconds_left
            more = "" if left is None else self.tr(" · {0} left").format(time_left_text(left))
            return self.tr("Running, {0:.0f}\u2009%").format(100 * self.progress.fraction) + more
        if order.state == "failed":
            return self.tr("Failed: {0}").format(order.reason)
        return {
            "waiting": self.tr("Waiting"), "done": self.tr("Done"), "cancelled": self.tr("Cancelled"),
        }[order.state]  # fmt: skip

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self.orders)

    def flags(self, index: Index) -> Qt.ItemFlag:
        drop = Qt.ItemFlag.ItemIsDropEnabled
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else drop

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Any: Qt's variant
        order, state = self.orders[index.row()], self.states[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{Path(order.path).name}: {state}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{order.path}\n{state}"
        return None


class _Rows(RowPainter):
    """Paints an order on two lines, with a bar below while it runs."""

    def paint_row(self, painter: QPainter, rect: QRectF, index: Index, is_selected: bool) -> None:
        model = index.model()
        if not isinstance(model, _Orders):
            return
        order, words = model.orders[index.row()], model.states[index.row()]
        color, font = self._look.color, self._look.font
        icon, ink = _MARKS[order.state]
        paint_icon(painter, icon, rect.left() + 12, rect.top() + 14, 16, color(ink))
        left, width = rect.left() + 40, rect.width() - 52
        about = order.text or Path(order.source).name
        name = f"{Path(order.path).name}   {about}" if about else Path(order.path).name
        name = " ".join(name.split(" "))[:300].replace("\n", " ")
        paint_text(painter, QRectF(left, rect.top() + 4, width, 18), name, font("body"), color("t1"), LEFT)
        quiet = color("err" if order.state == "failed" else "t2")
        paint_text(painter, QRectF(left, rect.top() + 22, width, 16), words, font("value"), quiet, LEFT)
        if order.state == "running":
            painter.fillRect(QRectF(left, rect.bottom() - 3, width, 3), color("line"))
            painter.fillRect(QRectF(left, rect.bottom() - 3, width * model.progress.fraction, 3), color("hand"))


class OrderList(QListView):
    """Shows the line.

    Attributes:
        moved: an order (by number) was moved to a place.
        removal_wanted, opening_wanted: Delete or Enter was pressed on the current order.
        current_changed: another order is current.
    """

    moved = Signal(int, int)
    removal_wanted = Signal()
    opening_wanted = Signal()
    current_changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.orders = _Orders()
        self.setModel(self.orders)
        self.setItemDelegate(_Rows(look, _ROW, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setAccessibleName(self.tr("Orders"))
        self.setToolTip(self.tr("Drag, or press Alt with the arrows, to change the sequence"))
        self.selectionModel().currentChanged.connect(lambda *_: self.current_changed.emit())
        self.doubleClicked.connect(lambda _: self.opening_wanted.emit())
        look.changed.connect(self.viewport().update)

    @property
    def current(self) -> Order | None:
        """The order that is current."""
        row = self.currentIndex().row()
        return self.orders.orders[row] if 0 <= row < len(self.orders.orders) else None

    def show_orders(self, orders: tuple[Order, ...], progress: Progress) -> None:
        """Show the line; the current order stays current, or the one at its place."""
        before, row = self.current, self.currentIndex().row()
        self.orders.show_orders(orders, progress)
        numbers = [order.number for order in orders]
        if before is not None and before.number in numbers:
            row = numbers.index(before.number)
        if (orders and self.currentIndex().row() != row) or (orders and row < 0):
            self.setCurrentIndex(self.orders.index(min(max(row, 0), len(orders) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order, row = self.current, self.currentIndex().row()
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if order is not None and is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(order.number, row + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif order is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit()
        elif order is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opening_wanted.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        order, at = self.current, self.indexAt(event.position().toPoint())
        if event.source() is self and order is not None:
            target = at.row() if at.isValid() else len(self.orders.orders)
            if at.isValid() and event.position().y() > self.visualRect(at).center().y():
                target += 1
            self.moved.emit(order.number, target - (target > self.currentIndex().row()))
            event.setDropAction(Qt.DropAction.CopyAction)  # the line moves it; the view must not take it out
            event.accept()
