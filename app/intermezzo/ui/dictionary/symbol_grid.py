"""The sounds of an engine to pick from: one widget with one place in the order of Tab, arrows inside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.core.layers import SpansSpec
from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, LEFT, paint_text
from intermezzo.ui.widgets.painted import Painted

__all__ = ["SymbolGrid", "spoken_groups"]

_CELL: Final = QSize(30, 24)
_GAP: Final = 3
_CAPTION_PX: Final = 76
_COLUMNS: Final = 12


def spoken_groups(spec: SpansSpec | None, marks_title: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the symbols of a layer that are spoken, by group, and the marks before them last."""
    if spec is None:
        return []
    groups = [(title, tuple(s for s in group if any(c.isalpha() for c in s))) for title, group in spec.symbols]
    marks = tuple(p for p in spec.prefixes if p)
    return [group for group in (*groups, (marks_title, marks)) if group[1]]


class SymbolGrid(Painted):
    """Rows of symbols with the names of their groups; ``picked`` is the symbol that was clicked or entered."""

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._rows: list[tuple[str, tuple[str, ...]]] = []
        self._at = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ringRadius", 4.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Sounds to pick from"))

    def show_groups(self, groups: list[tuple[str, tuple[str, ...]]]) -> None:
        """Show other symbols; long groups go on in a row of their own."""
        self._rows = [
            (title if k == 0 else "", symbols[k : k + _COLUMNS])
            for title, symbols in groups
            for k in range(0, len(symbols), _COLUMNS)
        ]
        self._at = (0, 0)
        self.setVisible(bool(self._rows))
        self.updateGeometry()
        self._tell()

    @property
    def symbols(self) -> list[str]:
        """All symbols, row by row."""
        return [symbol for _, row in self._rows for symbol in row]

    def sizeHint(self) -> QSize:
        widest = max((len(row) for _, row in self._rows), default=0)
        return QSize(_CAPTION_PX + widest * (_CELL.width() + _GAP), len(self._rows) * (_CELL.height() + _GAP))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _cell(self, row: int, column: int) -> QRectF:
        x, y = _CAPTION_PX + column * (_CELL.width() + _GAP), row * (_CELL.height() + _GAP)
        return QRectF(x, y, _CELL.width(), _CELL.height())

    def cell_of(self, symbol: str) -> QRectF:
        """Return where a symbol stands; raises ValueError where there is none such."""
        row = next((k for k, (_, symbols) in enumerate(self._rows) if symbol in symbols), -1)
        return self._cell(row, self._rows[row][1].index(symbol))

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        for k, (_, row) in enumerate(self._rows):
            for column in range(len(row)):
                if self._cell(k, column).contains(at):
                    return k, column
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._cell_at(event.position())
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = cell
            self.picked.emit(self._rows[cell[0]][1][cell[1]])
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, column = self._at
        by = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }.get(Qt.Key(event.key()))  # fmt: skip
        if by is not None and self._rows:
            row = min(max(row + by[0], 0), len(self._rows) - 1)
            self._at = row, min(max(column + by[1], 0), len(self._rows[row][1]) - 1)
            self._tell()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._rows:
            self.picked.emit(self._rows[row][1][column])
        else:
            event.ignore()

    def _tell(self) -> None:
        row, column = self._at
        self.setAccessibleDescription(self._rows[row][1][column] if self._rows else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color, font = self.look.color, self.look.font
            for k, (title, row) in enumerate(self._rows):
                caption = QRectF(0, self._cell(k, 0).top(), _CAPTION_PX - 8, _CELL.height())
                paint_text(painter, caption, title, font("caption"), color("t3"), LEFT)
                for column, symbol in enumerate(row):
                    cell, here = self._cell(k, column), self.hasFocus() and self._at == (k, column)
                    fill = color("hover" if (k, column) == self._hovered else "canvas")
                    paint_frame(painter, cell, 4.0, fill, color("sel" if here else "line"))
                    paint_text(painter, cell, symbol, font("phone"), color("t1"), CENTRE)
