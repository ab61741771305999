"""CellSurface: a square of cells that tools work on; the tokens and their picture are two of them, of the same size."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.core.edits import grids
from intermezzo.ui.art import DASH_FOOTPRINT, DASH_MASK, dashed_pen
from intermezzo.ui.grid.desk import Cell, GridDesk, Mask
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.painted import Painted

__all__ = ["CURSORS", "CellSurface"]

_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CURSORS: Final = {
    "paint": Qt.CursorShape.CrossCursor, "erase": Qt.CursorShape.CrossCursor, "pick": Qt.CursorShape.PointingHandCursor,
    "fill": Qt.CursorShape.PointingHandCursor, "mask": Qt.CursorShape.CrossCursor,
    "lasso": Qt.CursorShape.CrossCursor, "move": Qt.CursorShape.SizeAllCursor, "lock": Qt.CursorShape.CrossCursor,
    "clone": Qt.CursorShape.CrossCursor,
}  # fmt: skip
_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip
_PUSHED: Final = ("paint", "erase", "lock", "clone")


class CellSurface(Painted):
    """Paints what both views share over its ``paint_cells``, and turns mouse and keys into edits of the desk."""

    def __init__(self, look: Look, desk: GridDesk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.desk = desk
        self._press: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None
        self._lasso: list[tuple[float, float]] = []
        self._key = ""
        self._way = "new"
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setProperty("ringRadius", -1)
        workspace = desk.workspace
        for signal in (desk.changed, desk.masked, desk.hovered, desk.framed, workspace.changed, workspace.replaced):
            signal.connect(self.update)
        workspace.tool_changed.connect(self._on_tool)
        self._on_tool()

    def sizeHint(self) -> QSize:
        return QSize(416, 416)

    # Geometry

    def cell_px(self) -> float:
        """Side of a cell: a whole number of device pixels, so that all cells are equal."""
        grid = self.desk.grid
        if grid is None:
            return 0.0
        ratio = self.devicePixelRatioF()
        rows, columns = grid.shape
        fitting = min(self.width() / columns, self.height() / rows)
        return float(np.floor(fitting * ratio)) / ratio

    def area(self) -> QRectF:
        """Where the cells lie."""
        grid, cell = self.desk.grid, self.cell_px()
        if grid is None:
            return QRectF()
        width, height = grid.shape[1] * cell, grid.shape[0] * cell
        return QRectF(0, 0, width, height)

    def rect_of(self, cell: Cell) -> QRectF:
        """Where one cell lies."""
        area, side = self.area(), self.cell_px()
        return QRectF(area.left() + cell[1] * side, area.top() + cell[0] * side, side, side)

    def rects_of(self, mask: Mask) -> list[QRectF]:
        """Return rectangles that cover masked cells, one for each run in a row."""
        area, side = self.area(), self.cell_px()
        left, top = area.left(), area.top()
        return [
            QRectF(left + first * side, top + row * side, (last - first) * side, side)
            for row, first, last in _runs(mask)
        ]

    def place_at(self, at: QPointF) -> tuple[float, float]:
        """Return the place under a point as (row, column) in cells; it may lie outside."""
        area, side = self.area(), max(self.cell_px(), 1e-6)
        return (at.y() - area.top()) / side, (at.x() - area.left()) / side

    def cell_at(self, at: QPointF) -> Cell | None:
        """Return the cell under a point, None outside."""
        row, column = self.place_at(at)
        grid = self.desk.grid
        if grid is None or not (0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]):
            return None
        return int(row), int(column)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        grid = self.desk.grid
        if grid is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        cell, place, tool = self.cell_at(event.position()), self.place_at(event.position()), self._tool(event)
        if tool == "clone" and cell is not None and not self._may_clone(event, cell):
            return
        if cell is not None and (tool == "pick" or event.button() == Qt.MouseButton.RightButton):
            self.desk.pick(cell)
            return
        if tool == "fill":
            if cell is not None:
                self.desk.fill(cell)
            return
        self._press = self._last = place
        self._way = "add" if event.modifiers() & _SHIFT else "subtract" if event.modifiers() & _ALT else "new"
        self._lasso = [place]
        self._key = self.desk.begin_stroke()
        self._drag(place)

    def _may_clone(self, event: QMouseEvent, cell: Cell) -> bool:
        """Set the source of the clone tool, or begin a stroke of it where there is one."""
        if event.modifiers() & (_ALT | Qt.KeyboardModifier.ControlModifier):
            self.desk.clone.set_source(cell)
            return False
        return event.button() == Qt.MouseButton.LeftButton and self.desk.clone.begin(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.desk.point_at(self.cell_at(event.position()))
        if self._press is not None:
            self._drag(self.place_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        self._finish(self.place_at(event.position()))
        self._press = self._last = None
        self._lasso = []
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell, grid = self.cell_at(event.position()), self.desk.grid
        if cell is not None and grid is not None and self.desk.workspace.tool in ("select", "mask"):
            self.desk.set_mask(grids.spread(grid, cell), self._way if self._way != "new" else "new")  # type: ignore[arg-type]
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.desk.point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.desk.set_brush(self.desk.brush_cells + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
        else:
            event.ignore()

    def _tool(self, event: QMouseEvent) -> str:
        tool = self.desk.workspace.tool
        return "pick" if tool in ("paint", "fill") and event.modifiers() & _ALT else tool

    def _drag(self, place: tuple[float, float]) -> None:
        tool = self.desk.workspace.tool
        if self._press is None or self._last is None:
            return
        if tool in _PUSHED:
            mask = self.desk.brushed(self._last, place)
            self._last = place
            if mask.any():
                self._push(tool, mask)
        elif tool == "lasso":
            self._lasso.append(place)
            self.update()
        else:
            self._last = place
            self.update()

    def _push(self, tool: str, mask: Mask) -> None:
        if tool == "paint":
            self.desk.paint(mask, self._key)
        elif tool == "erase":
            self.desk.erase(mask, self._key)
        elif tool == "clone":
            self.desk.clone.stroke(mask, self._key)
        else:
            self.desk.lock(mask, self._way != "subtract", self._key)

    def _finish(self, place: tuple[float, float]) -> None:
        tool, grid = self.desk.workspace.tool, self.desk.grid
        if grid is None or self._press is None:
            return
        if tool in ("select", "mask", "resample"):
            mask = grids.box(grid.shape, *(self._inside(p) for p in (self._press, place)))
            is_click = max(abs(a - b) for a, b in zip(self._press, place, strict=True)) < 0.3
            if tool == "select" and is_click and self._way == "new" and self.desk.mask[self._inside(place)]:
                self.desk.set_mask(None)  # a click into the only mask lets go of it
            else:
                self.desk.set_mask(mask, self._way)  # type: ignore[arg-type]
            if tool == "resample":
                self.desk.resample()
        elif tool == "lasso" and len(self._lasso) > 2:
            self.desk.set_mask(grids.inside((grid.shape[0], grid.shape[1]), self._lasso), self._way)  # type: ignore[arg-type]
        elif tool == "move":
            by = tuple(round(b - a) for a, b in zip(self._press, place, strict=True))
            self.desk.move((by[0], by[1]))

    def _inside(self, place: tuple[float, float]) -> Cell:
        grid = self.desk.grid
        shape = grid.shape if grid is not None else (1, 1)
        row, column = (int(min(max(p, 0), n - 1)) for p, n in zip(place, shape, strict=True))
        return row, column

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        grid, key = self.desk.grid, Qt.Key(event.key())
        if grid is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape and self._press is not None:
            self.desk.workspace.abandon(self._key)
            self._press = self._last = None
            self.update()
        elif key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.desk.shift(_STEPS[key])
        elif key in _STEPS and event.modifiers() & _ALT:
            self.desk.move(_STEPS[key])
        elif key in _STEPS:
            row, column = self.desk.hover or (0, 0)
            down, right = _STEPS[key] if self.desk.hover is not None else (0, 0)
            at = self._inside((row + down, column + right))
            self.desk.point_at(at)
            if event.modifiers() & _SHIFT:
                self.desk.set_mask(grids.box(grid.shape, at, at), "add")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.desk.hover is not None:
            self._at_cell(self.desk.hover)
        else:
            super().keyPressEvent(event)

    def _at_cell(self, cell: Cell) -> None:
        """Do at a cell what a click of the tool does."""
        tool, grid = self.desk.workspace.tool, self.desk.grid
        middle = cell[0] + 0.5, cell[1] + 0.5
        if grid is None:
            return
        if tool == "pick":
            self.desk.pick(cell)
        elif tool == "fill":
            self.desk.fill(cell)
        elif tool in _PUSHED:
            if tool == "clone" and not self.desk.clone.begin(cell):
                return
            self._key = self.desk.begin_stroke()
            self._push(tool, self.desk.brushed(middle, middle))
        else:
            self.desk.set_mask(grids.box(grid.shape, cell, cell), "subtract" if self.desk.mask[cell] else "add")

    def event(self, event: QEvent) -> bool:
        # Arrows and Return are ours while a surface has the focus, though the window has shortcuts on some of them.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = (*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            plain_return = event.key() not in ours[4:] or not event.modifiers()
            if event.key() in ours and plain_return and self.desk.is_on:
                event.accept()
                return True
            if event.key() == Qt.Key.Key_Escape and self._press is not None:
                event.accept()
                return True
        return super().event(event)

    def _on_tool(self) -> None:
        self.setCursor(CURSORS.get(self.desk.workspace.tool, Qt.CursorShape.ArrowCursor))
        self.update()

    # Painting

    def paint_cells(self, painter: QPainter, area: QRectF) -> None:
        """Paint the contents; each view does it its own way."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            grid = self.desk.grid
            if grid is None:
                return
            area = self.area()
            self.paint_cells(painter, area)
            self.paint_marks(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._paint_gesture(painter)

    def paint_marks(self, painter: QPainter) -> None:
        """Paint the mask and what is under the pointer."""
        if self.desk.n_masked:
            self.paint_outline(painter, self.desk.mask, "sel", 2.0, dash=DASH_MASK)
        hover, grid = self.desk.hover, self.desk.grid
        if hover is not None and grid is not None:
            self.paint_outline(painter, self.desk.reached(hover), "t1", 1.0, dash=DASH_FOOTPRINT)
            source = self.desk.clone.source_of(hover) if self.desk.workspace.tool == "clone" else None
            if source is not None:
                self.paint_outline(painter, grids.box(grid.shape, source, source), "sel", 2.0)

    def paint_outline(
        self, painter: QPainter, mask: Mask, role: str, width: float, dash: tuple[float, float] | None = None
    ) -> None:
        """Draw the outline of masked cells: a line along each edge between one that is in it and one that is not."""
        colour = self.look.color(role)  # type: ignore[arg-type]
        pen = dashed_pen(colour, dash, width) if dash else QPen(colour, width)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLines(self._edges(mask))
        painter.restore()

    def _edges(self, mask: Mask) -> list[QLineF]:
        area, side = self.area(), self.cell_px()
        left, top = area.left(), area.top()
        padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), bool)
        padded[1:-1, 1:-1] = mask
        lines = [
            QLineF(left + first * side, top + at * side, left + last * side, top + at * side)
            for at, first, last in _runs(padded[1:, 1:-1] != padded[:-1, 1:-1])
        ]
        lines += [
            QLineF(left + at * side, top + first * side, left + at * side, top + last * side)
            for at, first, last in _runs((padded[1:-1, 1:] != padded[1:-1, :-1]).T)
        ]
        return lines

    def _paint_gesture(self, painter: QPainter) -> None:
        tool, area, side = self.desk.workspace.tool, self.area(), self.cell_px()
        if self._press is None or self._last is None or tool in _PUSHED:
            return
        painter.setPen(dashed_pen(self.look.color("sel"), DASH_MASK, 1.5))
        if tool == "lasso":
            points = [QPointF(area.left() + c * side, area.top() + r * side) for r, c in self._lasso]
            painter.drawPolyline(QPolygonF(points))
        elif tool == "move":
            by = tuple(round(b - a) for a, b in zip(self._press, self._last, strict=True))
            moved = np.roll(self.desk.mask, by, axis=(0, 1))
            self.paint_outline(painter, moved, "sel", 1.5, dash=DASH_MASK)
        else:
            a, b = self._inside(self._press), self._inside(self._last)
            painter.drawRect(self.rect_of((min(a[0], b[0]), min(a[1], b[1]))).united(
                self.rect_of((max(a[0], b[0]), max(a[1], b[1])))))  # fmt: skip


def _runs(rows: Mask) -> list[tuple[int, int, int]]:
    """Return (row, first, last) of each run of True in the rows of a mask."""
    if not rows.any():
        return []
    padded = np.zeros((rows.shape[0], rows.shape[1] + 2), bool)
    padded[:, 1:-1] = rows
    at, first = np.nonzero(padded[:, 1:] & ~padded[:, :-1])
    _, last = np.nonzero(padded[:, :-1] & ~padded[:, 1:])  # both in order of rows, and as many: they belong together
    return list(zip(at.tolist(), first.tolist(), last.tolist(), strict=True))
