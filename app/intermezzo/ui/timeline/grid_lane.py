"""GridLane: tokens over time in false colour, a row for each level; painted, picked, locked, made anew by stretch."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import grids
from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.sketch import Sketch
from intermezzo.ui.art import device_ratio, lock_brush
from intermezzo.ui.colour_maps import code_table
from intermezzo.ui.fonts import font
from intermezzo.ui.step_names import step_name
from intermezzo.ui.text import CENTRE, RIGHT, paint_text
from intermezzo.ui.timeline import overlay
from intermezzo.ui.timeline.board import Board, Drag
from intermezzo.ui.timeline.gestures import ALT, EditGesture, Gesture, Modifiers, Rest
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.words import time_text

__all__ = ["GridLane"]

_ROW_PX: Final = 22
_MOST_PX: Final = 240
_NUMBERS_FROM_PX: Final = 26.0
_BOX_LEAST_PX: Final = 6.0
_HANDS: Final = ("paint", "erase")


class GridLane(Lane):
    """Time runs along, levels (or the cells of a frame) lie below each other, the first at the top."""

    tools = frozenset({"select", "paint", "erase", "pick", "lock", "resample"})

    def __init__(self, board: Board, spec: GridSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self.grid_spec = spec
        self.default_height = min(_ROW_PX * spec.width, _MOST_PX)
        self._image: tuple[Grid, NDArray[np.uint8]] | None = None

    @property
    def grid(self) -> Grid | None:
        """The grid as it is shown now."""
        layer = self.layer
        return layer if isinstance(layer, Grid) else None

    def unit_text(self) -> str:
        return self.tr("{0} levels").format(self.grid_spec.width)

    def paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        row = rect.height() / self.grid_spec.width
        if row < 12:
            return
        for level in range(self.grid_spec.width):
            place = QRectF(rect.right() - 30, rect.top() + level * row, 24, row)
            paint_text(painter, place, str(level + 1), font("axis"), self.board.look.color("t3"), RIGHT)

    # What is where

    def row_px(self) -> float:
        """Height of a level."""
        return self.height() / self.grid_spec.width

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return the (frame, level) under a point; None outside."""
        frame, level = int(np.floor(self.board.frame_at(at.x()))), int(at.y() / self.row_px())
        grid = self.grid
        if grid is None or not (0 <= frame < len(grid) and 0 <= level < self.grid_spec.width):
            return None
        return frame, level

    def bands_between(self, y0: float, y1: float) -> tuple[int | None, int | None]:
        top, bottom = sorted((y0, y1))
        if bottom - top < _BOX_LEAST_PX or (top <= 2 and bottom >= self.height() - 2):
            return None, None
        low = min(max(int(top / self.row_px()), 0), self.grid_spec.width - 1)
        return low, min(max(int(np.ceil(bottom / self.row_px())), low + 1), self.grid_spec.width)

    def values_at(self, at: QPointF) -> str:
        text, cell, grid = time_text(self.board.view.s_of(at.x())), self.cell_at(at), self.grid
        if cell is None or grid is None:
            return text
        sure = float(grid.score[cell])
        told = self.tr("{0} · level {1} · code {2}").format(text, cell[1] + 1, int(self.codes(grid)[cell]))
        return told + (self.tr(" · sure {0}").format(f"{sure:.2f}") if sure == sure else "")

    @staticmethod
    def codes(grid: Grid) -> NDArray[np.uint16]:
        """Return the codes as frames x levels, whatever the shape of a frame."""
        return grid.codes.reshape(len(grid), -1)

    # Painting

    def _picture(self, grid: Grid) -> NDArray[np.uint8]:
        if self._image is None or self._image[0] is not grid:
            table = code_table(grid.spec.codes, grid.spec.steps)
            self._image = grid, np.ascontiguousarray(table[self.codes(grid).T])
        return self._image[1]

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        look, grid = self.board.look, self.grid
        painter.fillRect(rect, look.color("canvas"))
        if grid is None or not len(grid):
            return
        first = min(max(int(np.floor(self.board.frame_at(rect.left()))), 0), len(grid))
        last = min(int(np.ceil(self.board.frame_at(rect.right()))) + 1, len(grid))
        if last <= first:
            return
        picture = self._picture(grid)
        image = QImage(picture.data, picture.shape[1], picture.shape[0], QImage.Format.Format_RGBA8888)
        x0, x1 = self.board.x_of(first), self.board.x_of(last)
        target, source = QRectF(x0, 0, x1 - x0, self.height()), QRectF(first, 0, last - first, picture.shape[0])
        painter.drawImage(target, image, source)
        cell_px = (x1 - x0) / (last - first)
        line = look.color("canvas")
        for level in range(1, self.grid_spec.width):
            painter.fillRect(QRectF(rect.left(), round(level * self.row_px()), rect.width(), 1), line)
        if cell_px >= 6:
            for frame in range(first, last):
                painter.fillRect(QRectF(round(self.board.x_of(frame)), 0, 1, self.height()), line)
        if cell_px >= _NUMBERS_FROM_PX and self.row_px() >= 14:
            self._paint_numbers(painter, self.codes(grid), first, last)
        self._paint_marks(painter, grid, first, last)

    def _paint_numbers(self, painter: QPainter, codes: NDArray[np.uint16], first: int, last: int) -> None:
        face = font("axis")
        ink = self.board.look.color("t1" if self.board.look.theme.is_dark else "onhand", 0.85)
        for frame in range(first, last):
            x0, x1 = self.board.x_of(frame), self.board.x_of(frame + 1)
            for level in range(self.grid_spec.width):
                place = QRectF(x0, level * self.row_px(), x1 - x0, self.row_px())
                paint_text(painter, place, str(int(codes[frame, level])), face, ink, CENTRE)

    def _paint_marks(self, painter: QPainter, grid: Grid, first: int, last: int) -> None:
        edited, locked = ((part.reshape(len(grid), -1)[first:last]) for part in (grid.edited, grid.locked))
        for place in self._runs(edited, first):
            painter.fillRect(QRectF(place.left(), place.bottom() - 3, place.width(), 2), self.board.look.color("hand"))
        hatch = lock_brush(self.board.look.theme, device_ratio(painter))
        for place in self._runs(locked, first):
            painter.fillRect(place, hatch)

    def _runs(self, mask: NDArray[np.bool_], first: int) -> list[QRectF]:
        """Return a rectangle for each run of cells of a level."""
        steps = np.diff(np.pad(mask.T, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        levels, starts = np.nonzero(steps == 1)
        _, stops = np.nonzero(steps == -1)
        found = []
        for level, a, b in zip(levels.tolist(), starts.tolist(), stops.tolist(), strict=True):
            x0, x1 = self.board.x_of(first + a), self.board.x_of(first + b)
            found.append(QRectF(x0, level * self.row_px(), x1 - x0, self.row_px()))
        return found

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        selection = self.board.workspace.selection
        is_box = selection.layer == self.name and selection.low is not None and selection.high is not None
        overlay.paint_selection(painter, self.board, float(self.height()), wash=not is_box)
        if is_box and selection.low is not None and selection.high is not None:
            x0, x1 = round(self.board.x_of(selection.start)), round(self.board.x_of(selection.stop))
            top, bottom = round(selection.low * self.row_px()), round(selection.high * self.row_px())
            painter.fillRect(QRectF(x0, top, x1 - x0, bottom - top), self.board.look.color("selbg", 0.22))
            painter.setPen(QPen(self.board.look.color("sel"), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(x0 + 0.5, top + 0.5, x1 - x0 - 1, bottom - top - 1))

    # Hands

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        cell, grid = self.cell_at(at), self.grid
        if grid is not None and cell is not None and (tool == "pick" or (tool == "paint" and modifiers & ALT)):
            workspace = self.board.workspace
            workspace.token_code = int(self.codes(grid)[cell])
            workspace.tool_changed.emit()
            workspace.tell("info", self.tr("Picked code {0}").format(workspace.token_code))
            return Rest()
        if tool not in _HANDS:
            return None
        drag = self.board.start_drag("paint-brush" if tool == "paint" else "eraser")
        return None if drag is None else _TokenGesture(self, drag, at, paints=tool == "paint")


class _TokenGesture(EditGesture):
    """Puts the code of the brush on the cells that the pointer runs over, or takes hands away there."""

    lane: GridLane

    def __init__(self, lane: GridLane, drag: Drag, at: QPointF, *, paints: bool) -> None:
        super().__init__(lane, drag)
        self.lane, self._paints, self._last = lane, paints, at
        grid = lane.grid
        self._mask = np.zeros((len(grid) if grid is not None else 0, lane.grid_spec.width), bool)
        self.move(at, Modifiers.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        lane = self.lane
        row = lane.row_px()
        start, stop = ((self.board.frame_at(p.x()), p.y() / row) for p in (self._last, at))
        self._last = at
        self._mask |= grids.stroke(start, stop, 0.5, (self._mask.shape[0], self._mask.shape[1]))
        if not self._mask.any():
            return
        mask, code, name = self._mask.copy(), self.board.workspace.token_code, lane.name

        def edit(sketch: Sketch) -> Sketch:
            grid = sketch.layers[name]
            assert isinstance(grid, Grid)
            wanted = mask.reshape(grid.shape)
            return sketch.with_layer(grid.with_codes(wanted, code) if self._paints else grid.erase_mask(wanted))

        frames = np.flatnonzero(mask.any(axis=1))
        where = lane.place(int(frames[0]), int(frames[-1]) + 1)
        painted = step_name("Paint with code {0}{1}", code, where)
        self.drag.update(painted if self._paints else step_name("Erase tokens{0}", where), edit)
