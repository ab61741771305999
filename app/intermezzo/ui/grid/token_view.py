"""The tokens themselves: each cell in false colour with its number, as what it draws, or by how sure the engine is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import Grid
from intermezzo.ui.art import DASH_ANALYSED, checker_brush, device_ratio, hatch_brush, lock_brush, paint_frame
from intermezzo.ui.colour_maps import code_table, matrix_table
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.code_words import code_words
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.grid.surface import CellSurface
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text

__all__ = ["TokenView", "cell_colours", "sureness_colours"]

_Cells = tuple[int, int, int, int]
_NUMBERS_FROM_PX = 20.0
_BLANK = 0.45  # of the cells: a code as common as this is the ground, drawn as a dot


def cell_colours(grid: Grid, part: tuple[slice, slice] = (slice(None), slice(None))) -> NDArray[np.uint8]:
    """Return the false colour of each cell, or of those in a part, uint8 (rows, columns, 4); of a film (frames, ...).

    A part is of a picture: some of its rows and columns.
    """
    whole = code_table(grid.spec.codes, grid.spec.steps).view(np.uint32)[:, 0]  # four bytes at once are found faster
    codes = grid.codes[part]
    return whole.take(codes).view(np.uint8).reshape(*codes.shape, 4)


def sureness_colours(grid: Grid) -> NDArray[np.uint8]:
    """Return how sure the engine is of each cell as a colour of the map, uint8 (rows, columns, 4); clear: unknown."""
    sure = grid.sureness
    argb = np.array(matrix_table("dark"), np.uint32)  # in both themes: 1 is cream
    table = np.stack([argb >> 16 & 255, argb >> 8 & 255, argb & 255, argb >> 24], axis=-1).astype(np.uint8)
    shown = table[np.rint(np.nan_to_num(sure) * 255).clip(0, 255).astype(np.int64)]
    shown[np.isnan(sure)] = 0
    return shown


def _changed(before: Grid, now: Grid) -> _Cells | None:
    """Return the box of cells that look otherwise, with one around them for outlines; None: the grids do not match."""
    if before.shape != now.shape or len(now.shape) != 2:
        return None
    rows, columns = now.shape
    apart = (before.origin != now.origin).reshape(now.shape) | before.differs(now)
    if before.score is not now.score:
        apart |= ~((before.sureness == now.sureness) | (np.isnan(before.sureness) & np.isnan(now.sureness)))
    down, along = np.flatnonzero(apart.any(axis=1)), np.flatnonzero(apart.any(axis=0))
    if not len(down):
        return 0, 0, 0, 0
    return max(down[0] - 1, 0), max(along[0] - 1, 0), min(down[-1] + 2, rows), min(along[-1] + 2, columns)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the picture of the tokens was drawn of."""

    key: object
    grid: Grid
    ground: int
    pixmap: QPixmap


class TokenView(CellSurface):
    """The left one of the two squares."""

    def __init__(self, look: Look, desk: GridDesk, pictures: PictureLoop, parent: QWidget | None = None) -> None:
        super().__init__(look, desk, self.tr("Tokens"), parent)
        self._pictures = pictures
        self._drawn: _Drawn | None = None
        pictures.drawn.connect(self.update)

    def paint_cells(self, painter: QPainter, area: QRectF) -> None:
        grid = self.desk.grid
        if grid is None:
            return
        ratio = device_ratio(painter)
        # The picture changes with every frame while a hand paints, but false colour does not show it.
        image = self._pictures.image if self.desk.shows == "decoded" else None
        key = (self.desk.shows, self.look.theme, area.width(), ratio, id(image), grid.spec)
        drawn = self._drawn
        if drawn is None or drawn.key != key or drawn.grid is not grid:
            ground = self._ground(grid)
            changed = _changed(drawn.grid, grid) if drawn and (drawn.key, drawn.ground) == (key, ground) else None
            if drawn is None or changed is None:
                pixmap = QPixmap(round(area.width() * ratio), round(area.height() * ratio))
                pixmap.setDevicePixelRatio(ratio)
                changed = (0, 0, grid.shape[0], grid.shape[1])
            else:
                pixmap = drawn.pixmap
            if changed[2] > changed[0]:
                self._paint_cells_of(pixmap, grid, ground, changed, area)
            self._drawn = drawn = _Drawn(key, grid, ground, pixmap)
        painter.drawPixmap(area.topLeft(), drawn.pixmap)

    def _paint_cells_of(self, pixmap: QPixmap, grid: Grid, ground: int, cells: _Cells, area: QRectF) -> None:
        """Paint some cells of a picture of the grid again: first row and column, last row and column + 1."""
        side = self.cell_px()
        top, left, bottom, right = cells
        place = QRectF(left * side, top * side, (right - left) * side, (bottom - top) * side)
        with QPainter(pixmap) as inner:
            inner.setClipRect(place)
            inner.fillRect(place, self.look.color("canvas"))
            self._paint_grid(inner, grid, ground, cells, QRectF(0, 0, area.width(), area.height()))
            inner.translate(-area.topLeft())
            self._paint_states(inner, grid)

    def _ground(self, grid: Grid) -> int:
        """Return the code that is drawn as a dot for it is so common, -1 where there is none."""
        counts = np.bincount(grid.codes.reshape(-1))
        is_common = counts.max() >= _BLANK * grid.base.size and self.desk.shows != "sureness"
        return int(counts.argmax()) if is_common else -1

    def _paint_grid(self, painter: QPainter, grid: Grid, ground: int, changed: _Cells, area: QRectF) -> None:
        side = area.width() / grid.shape[1]
        codes, shows = grid.codes, self.desk.shows
        picture = self._pictures.image
        if shows == "decoded" and picture is not None:
            painter.fillRect(area, checker_brush(self.look.theme, 8, device_ratio(painter)))
            image = QImage(picture.pixels.data, picture.width, picture.height, QImage.Format.Format_RGBA8888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, image)
        else:
            top, left, bottom, right = changed
            part = slice(top, bottom), slice(left, right)
            colours = sureness_colours(grid)[part] if shows == "sureness" else cell_colours(grid, part)
            colours[codes[part] == ground] = 0
            cells = np.ascontiguousarray(colours)
            image = QImage(cells.data, cells.shape[1], cells.shape[0], QImage.Format.Format_RGBA8888)
            place = QRectF(left * side, top * side, (right - left) * side, (bottom - top) * side)
            painter.drawImage(place, image)
            self._paint_numbers(painter, grid, ground, changed, side, light=shows == "sureness")
        painter.setPen(Qt.PenStyle.NoPen)
        line = self.look.color("canvas")
        thin = 1.0 / device_ratio(painter)
        for k in range(max(changed[1], 1), min(changed[3] + 1, grid.shape[1])):
            painter.fillRect(QRectF(k * side, 0, thin, area.height()), line)
        for k in range(max(changed[0], 1), min(changed[2] + 1, grid.shape[0])):
            painter.fillRect(QRectF(0, k * side, area.width(), thin), line)

    def _paint_numbers(
        self, painter: QPainter, grid: Grid, ground: int, changed: _Cells, side: float, *, light: bool
    ) -> None:
        if side < _NUMBERS_FROM_PX:
            return
        face, ink, dot = font("axis"), self.look.color("t1", 0.85), self.look.color("t3", 0.7)
        if not self.look.theme.is_dark or light:
            ink = self.look.color("onhand", 0.85)
        top, left, bottom, right = changed
        for (down, along), code in np.ndenumerate(grid.codes[top:bottom, left:right]):
            row, column = top + down, left + along
            place = QRectF(column * side, row * side, side, side)
            if code == ground:
                painter.fillRect(QRectF(place.center() - QPointF(0.5, 0.5), place.center() + QPointF(0.5, 0.5)), dot)
            else:
                paint_text(painter, place, code_words(grid.spec, int(code)), face, ink, CENTRE)

    def _paint_states(self, painter: QPainter, grid: Grid) -> None:
        """Draw analysed, edited and locked regions: dashes, amber outline, hatch with a white one."""
        analysed = ((grid.origin & 1) != 0).reshape(grid.shape) & ~grid.edited
        if analysed.any() and not analysed.all():
            self.paint_outline(painter, analysed, "ana", 1.5, dash=DASH_ANALYSED)
        if grid.edited.any():
            self.paint_outline(painter, grid.edited, "hand", 2.0)
        ratio = device_ratio(painter)
        for place in self.rects_of(grid.locked):
            painter.fillRect(place, lock_brush(self.look.theme, ratio))
        if grid.locked.any():
            self.paint_outline(painter, grid.locked, "lock", 1.5)

    def paint_marks(self, painter: QPainter) -> None:
        ratio = device_ratio(painter)
        dim, hatch = self.look.color("canvas", 0.5), hatch_brush(self.look.color("sel", 0.75), 8, ratio)
        for place in self.rects_of(self.desk.mask):
            painter.fillRect(place, dim)
            painter.fillRect(place, hatch)
        super().paint_marks(painter)
        hover = self.desk.hover
        if hover is not None:
            place = self.rect_of(hover)
            paint_frame(painter, place, 0.0, None, self.look.color("t1"), 2.0)
