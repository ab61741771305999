"""A matrix of few bands as stacked rows, each a small filled curve of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from intermezzo.core.layers import Matrix, MatrixSpec
from intermezzo.ui import art
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.pictures import draw_columns
from intermezzo.ui.timeline.polygons import COLUMN_PX, column_starts, polygon, zigzag

__all__ = ["paint_band_rows"]


def _heights(values: NDArray[np.float32], spec: MatrixSpec, bottom: float, row: float) -> NDArray[np.float64]:
    share = np.clip((values.astype(np.float64) - spec.low) / (spec.high - spec.low), 0, 1)
    return bottom - share * (row - 2.0)


def paint_band_rows(
    painter: QPainter, rect: QRectF, board: Board, matrix: Matrix, height: float, is_coarse: Callable[[QRectF], bool]
) -> None:
    """Paint bands from the bottom up; a row is as full as its value lies in the range of the layer."""
    look, spec = board.look, matrix.spec
    painter.fillRect(rect, look.color("canvas"))
    start, stop = board.frames_in(rect.left() - 4, rect.right() + 4)
    far = 3 * board.hop_s < COLUMN_PX * board.view.seconds_per_px
    if not far:
        start, stop = max(start - 2, 0), min(stop + 2, len(matrix))
    if stop <= start:
        return
    row, ratio = height / spec.bands, art.device_ratio(painter)
    wash, line = look.color("predband"), look.color("pred")
    along = board.along_whole_px
    values, x = matrix.window(start, stop), np.empty(0)
    if far:
        step = board.hop_s / board.view.seconds_per_px
        edges, first = column_starts(board.x_of(start + 0.5), step, stop - start, along)
        lowest, values = np.minimum.reduceat(values, first, axis=0), np.maximum.reduceat(values, first, axis=0)
    else:
        x = board.xs_of(np.arange(start, stop) + 0.5)
    fine = not far and not is_coarse(rect)
    for band in range(spec.bands):
        bottom = height - band * row
        y = _heights(values[:, band], matrix.spec, bottom, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        if far:
            draw_columns(painter, edges[0], COLUMN_PX, y, bottom, wash, ratio)
            outline = polygon(*zigzag(edges, y, _heights(lowest[:, band], matrix.spec, bottom, row), along))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(wash)
            painter.drawPolygon(
                polygon(np.concatenate(([x[0]], x, [x[-1]])), np.concatenate(([bottom], y, [bottom])))
            )  # fmt: skip
            outline = polygon(x, y)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(line, 1.25 if fine else 1 / ratio))
        painter.drawPolyline(outline)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if band:
            painter.fillRect(QRectF(rect.left(), round(bottom), rect.width(), 1), look.color("line"))
