"""The picture that the tokens draw, of the same size and place as they are, on a ground that shows what is clear."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import grids
from intermezzo.core.media import Image
from intermezzo.ui.art import DASH_FOOTPRINT, STALE_OPACITY, checker_brush, device_ratio, paint_frame
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.desk import GridDesk, Mask
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.grid.surface import CellSurface
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text, text_width
from intermezzo.ui.widgets.painted import Painted

__all__ = ["Ground", "PictureView", "paint_ground"]

Ground = Literal["checker", "dark", "light"]
_GROUNDS: Final = {"dark": QColor("#17191D"), "light": QColor("#FCFCFB")}
_CHIP, _CHIP_INK, _CHIP_SEL = QColor(14, 16, 19, 209), QColor("#E9EBEE"), QColor("#6CB2FF")  # dark in both themes


def paint_ground(painter: QPainter, area: QRectF, ground: Ground, widget: Painted) -> None:
    """Paint what lies behind a picture with transparency."""
    if ground == "checker":
        painter.fillRect(area, checker_brush(widget.look.theme, 8, device_ratio(painter)))
    else:
        painter.fillRect(area, _GROUNDS[ground])


class PictureView(CellSurface):
    """The right one of the two squares; tools work here as on the tokens."""

    def __init__(self, look: Look, desk: GridDesk, pictures: PictureLoop, parent: QWidget | None = None) -> None:
        super().__init__(look, desk, self.tr("Output"), parent)
        self._pictures = pictures
        self.ground: Ground = "checker"
        self._kept: tuple[Image, tuple[int, int], QPixmap] | None = None
        pictures.drawn.connect(self.update)

    def set_ground(self, ground: Ground) -> None:
        """Show the picture on a checkerboard, dark or light."""
        self.ground = ground
        self.update()

    def paint_cells(self, painter: QPainter, area: QRectF) -> None:
        paint_ground(painter, area, self.ground, self)
        picture = self._pictures.image
        if picture is None:
            return
        painter.save()
        self._paint_onion(painter, area)
        painter.setOpacity(STALE_OPACITY if self._pictures.is_stale_at(self.desk.frame) else 1.0)
        painter.drawPixmap(area.topLeft(), self._scaled(picture, area, device_ratio(painter)))
        painter.restore()

    def _scaled(self, picture: Image, area: QRectF, ratio: float) -> QPixmap:
        """Return the picture as large as it is shown; it is scaled once, not with every move of the hand."""
        size = round(area.width() * ratio), round(area.height() * ratio)
        if self._kept is None or self._kept[0] is not picture or self._kept[1] != size:
            image = QImage(picture.pixels.data, picture.width, picture.height, QImage.Format.Format_RGBA8888)
            pixmap = QPixmap(*size)
            pixmap.fill(QColor(0, 0, 0, 0))
            with QPainter(pixmap) as inner:
                inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                inner.drawImage(QRectF(0, 0, *size), image)
            pixmap.setDevicePixelRatio(ratio)
            self._kept = picture, size, pixmap
        return self._kept[2]

    def _paint_onion(self, painter: QPainter, area: QRectF) -> None:
        """Let the frames before and after the one in view shine through, the nearest strongest."""
        frames, k = self._pictures.frames, self.desk.frame
        for step in range(self.desk.onion, 0, -1):
            painter.setOpacity(0.4 / step)
            for near in {(k - step) % max(len(frames), 1), (k + step) % max(len(frames), 1)}:
                if near < len(frames) and near != k:
                    other = frames[near]
                    form = QImage.Format.Format_RGBA8888
                    painter.drawImage(area, QImage(other.pixels.data, other.width, other.height, form))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.desk.is_aligned:
            super().mousePressEvent(event)
        else:
            self.desk.workspace.tell("info", self.tr("Choose the frames on the left to work on the film itself."))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.desk.is_aligned:
            super().mouseMoveEvent(event)

    def paint_marks(self, painter: QPainter) -> None:
        if not self.desk.is_aligned:
            self._paint_landing(painter)
            return
        super().paint_marks(painter)
        image, hover = self._pictures.image, self.desk.hover
        if self.desk.n_masked:
            self._chip(painter, self.desk.mask, self.tr("masked, {0}").format(self.desk.where()), _CHIP_SEL, below=True)
        if hover is not None and image is not None:
            self._tell_footprint(painter, self.desk.reached(hover), image)

    def _paint_landing(self, painter: QPainter) -> None:
        """Outline where the token under the pointer is seen in this frame, and what an edit of it can change there."""
        hover, grid, image = self.desk.hover, self.desk.grid, self._pictures.image
        landing = self.desk.landing(hover) if hover is not None else None
        if landing is None or grid is None or image is None or landing.cells.shape != grid.shape:
            return
        if not landing.cells.any():
            middle = grids.box(grid.shape, (0, 0), (0, 0))
            self._chip(painter, middle, self.tr("not seen in this frame"), _CHIP_INK, below=True)
            return
        area, side = self.area(), self.cell_px()
        corners = [QPointF(area.left() + column * side, area.top() + row * side) for row, column in landing.corners]
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.color("t1"), 2.0))
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()
        self.paint_outline(painter, landing.cells, "t1", 1.0, dash=DASH_FOOTPRINT)
        self._tell_footprint(painter, landing.cells, image)

    def _tell_footprint(self, painter: QPainter, reached: Mask, image: Image) -> None:
        """Write how large a footprint is, from its first row and column to its last."""
        (top, left), (bottom, right) = (np.argwhere(reached).min(axis=0), np.argwhere(reached).max(axis=0))
        rows, columns = reached.shape
        width, height = (right - left + 1) * image.width // columns, (bottom - top + 1) * image.height // rows
        self._chip(painter, reached, self.tr("footprint {0} × {1} px").format(width, height), _CHIP_INK, below=False)

    def _chip(self, painter: QPainter, mask: Mask, text: str, ink: QColor, *, below: bool) -> None:
        """Write a line on dark beside the cells of a mask, inside the square."""
        cells = np.argwhere(mask)
        if not len(cells):
            return
        first, last = self.rect_of(tuple(cells.min(axis=0))), self.rect_of(tuple(cells.max(axis=0)))
        area, face = self.area(), font("caption")
        width, height = text_width(face, text) + 12, 17.0
        left = min(first.left(), area.right() - width)
        top = last.bottom() + 4 if below else first.top() - height - 3
        if top + height > area.bottom() or top < area.top():
            top = first.top() + 3 if below else last.bottom() + 3
        place = QRectF(left, min(max(top, area.top()), area.bottom() - height), width, height)
        paint_frame(painter, place, 3.0, _CHIP, None)
        paint_text(painter, place, text, face, ink, CENTRE)
