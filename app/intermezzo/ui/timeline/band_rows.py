"""A matrix of few bands as stacked rows, each a small filled curve of its own."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from intermezzo.core.layers import Matrix
from intermezzo.ui import art
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.polygons import decimated, polygon

__all__ = ["paint_band_rows"]

_FINE_POINTS = 500


def paint_band_rows(painter: QPainter, rect: QRectF, board: Board, matrix: Matrix, height: float) -> None:
    """Paint bands from the bottom up; a row is as full as its value lies in the range of the layer."""
    look, spec = board.look, matrix.spec
    painter.fillRect(rect, look.color("canvas"))
    start, stop = board.frames_in(rect.left() - 4, rect.right() + 4)
    if stop <= start:
        return
    values = (matrix.window(start, stop).T - spec.low) / (spec.high - spec.low)
    x = board.xs_of(np.arange(start, stop) + 0.5)
    row = height / spec.bands
    for band in range(spec.bands):
        bottom = height - band * row
        y = bottom - np.clip(values[band].astype(np.float64), 0, 1) * (row - 2.0)
        px, py = decimated(x, y)
        fine = not board.busy and len(px) < _FINE_POINTS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("predband"))
        painter.drawPolygon(
            polygon(np.concatenate(([px[0]], px, [px[-1]])), np.concatenate(([bottom], py, [bottom])))
        )  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("pred"), 1.0 if fine else 1 / art.device_ratio(painter)))
        painter.drawPolyline(polygon(px, py))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if band:
            painter.fillRect(QRectF(rect.left(), round(bottom), rect.width(), 1), look.color("line"))
