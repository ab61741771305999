"""A floating surface with the shadow, and the list of the command palette that stands on it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)  # fmt: skip
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.shadows import SHADOW_MARGINS, paint_shadow
from intermezzo.ui.text import LEFT, RIGHT, paint_text
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.painted import Painted

ROW_HEIGHT: Final = 30
_PAD: Final = 12


class Floating(Painted):
    """A raised card with a shadow around it; contents go into `content`. The shadow's room is part of the widget."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, radius: float = 6.0) -> None:
        super().__init__(look, parent)
        self._radius = radius
        self.content = QVBoxLayout(self)
        margins = SHADOW_MARGINS.toMargins()
        self.content.setContentsMargins(
            margins.left() + 1, margins.top() + 1, margins.right() + 1, margins.bottom() + 1
        )
        self.content.setSpacing(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame = QRectF(self.rect()).marginsRemoved(SHADOW_MARGINS)
            paint_shadow(painter, frame, self.look.theme)
            paint_frame(painter, frame, self._radius, self.look.color("raise"), self.look.color("line2"))


@dataclass(frozen=True)
class PaletteRow:
    """One result of the palette.

    Attributes:
        title: what it does.
        marks: (start, length) of the letters that matched, drawn semibold.
        key: portable shortcut or "".
        icon: icon name or "".
        note: grey text at the right where there is no key, for example the engine.
        enabled: False greys it out.
    """

    title: str
    marks: tuple[tuple[int, int], ...] = ()
    key: str = ""
    icon: str = ""
    note: str = ""
    enabled: bool = True


class PaletteModel(QAbstractListModel):
    """The rows that are shown; replaced as a whole at every letter typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PaletteRow, ...] = ()

    def set_rows(self, rows: tuple[PaletteRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return key_text(row.key) or row.note
        return None


class _RowPainter(QStyledItemDelegate):
    """Paints a palette row: matched letters semibold, key chip at the right."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        if not isinstance(model, PaletteModel):
            return
        row = model.rows[index.row()]
        color, font = self._look.color, self._look.font
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("hover"))
        inner = rect.adjusted(_PAD, 0, -_PAD, 0)
        middle = rect.center().y()
        if row.key:
            text = key_text(row.key)
            paint_chip(painter, self._look, round(inner.right() - chip_width(self._look, text)), middle, text)
        elif row.note:
            paint_text(painter, inner, row.note, font("value"), color("t2"), RIGHT)
        ink = color("t1" if row.enabled else "t3")
        x = inner.left()
        if row.icon:
            paint_icon(painter, row.icon, x, middle - 8, 16, color("t2"))
            x += 24
        for text, marked in marked_pieces(row.title, row.marks):
            area = QRectF(x, rect.top(), inner.right() - 70 - x, rect.height())
            x += paint_text(painter, area, text, font("body_semibold" if marked else "body"), ink, LEFT)


def marked_pieces(title: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """Return the title cut into (text, matched) pieces; marks must be sorted and must not overlap."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, length in marks:
        if start > at:
            pieces.append((title[at:start], False))
        pieces.append((title[start : start + length], True))
        at = start + length
    if at < len(title):
        pieces.append((title[at:], False))
    return pieces


class PaletteList(QListView):
    """The results under the palette's search field.

    Attributes:
        picked: row number of the result that was clicked or entered.
    """

    picked = Signal(int)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PaletteModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(look, self))
        self.setProperty("bare", True)
        self.setProperty("ringRadius", -1)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered.connect(self.setCurrentIndex)
        self.clicked.connect(lambda index: self.picked.emit(index.row()))

    def show_rows(self, rows: tuple[PaletteRow, ...]) -> None:
        """Show results and select the first."""
        self.rows.set_rows(rows)
        if rows:
            self.setCurrentIndex(self.rows.index(0, 0))

    def step(self, rows: int) -> None:
        """Move the selection, wrapping at the ends; the search field forwards its arrow keys here."""
        n_rows = len(self.rows.rows)
        if n_rows:
            self.setCurrentIndex(self.rows.index((self.currentIndex().row() + rows) % n_rows, 0))
