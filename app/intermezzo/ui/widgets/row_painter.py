"""RowPainter: paints the rows of a list one by one on the ground of their state; what stands on it is a subclass's."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from intermezzo.ui.look import Look

__all__ = ["Index", "RowPainter"]

Index = QModelIndex | QPersistentModelIndex


class RowPainter(QStyledItemDelegate):
    """Rows of one height in px; the selected one has a blue edge."""

    def __init__(self, look: Look, row_px: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._row_px = look, row_px

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._row_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, color = QRectF(option.rect), self._look.color
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, color("hover"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), color("sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("raise"))
        self.paint_row(painter, rect, index, is_selected)

    def paint_row(self, painter: QPainter, rect: QRectF, index: Index, is_selected: bool) -> None:
        """Paint what stands in a row."""
        raise NotImplementedError
