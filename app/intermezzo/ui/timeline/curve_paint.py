"""How the line of a curve looks: point by point, or from far away the lowest and highest value of each column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from intermezzo.core.layers import Curve
from intermezzo.core.layers.base import runs
from intermezzo.ui import art
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.marks import ANALYSED, EDITED, LOCKED
from intermezzo.ui.timeline.pictures import draw_columns
from intermezzo.ui.timeline.polygons import COLUMN_PX, column_starts, polygon, zigzag
from intermezzo.ui.timeline.value_axis import ValueAxis

__all__ = ["paint_far", "polylines"]


def paint_far(painter: QPainter, board: Board, curve: Curve, axis: ValueAxis, start: int, stop: int) -> None:
    """Many frames a pixel: the lowest and highest value of each 2-px column, reduced before anything else."""
    look, spec, ratio = board.look, curve.spec, art.device_ratio(painter)
    x0, along = board.x_of(start + 0.5), board.along_whole_px
    edges, first = column_starts(x0, board.hop_s / board.view.seconds_per_px, stop - start, along)
    values = curve.values[start:stop]
    there = values != 0 if spec.gaps else None
    low = np.minimum.reduceat(values if there is None else np.where(there, values, np.float32(np.inf)), first)
    high = np.maximum.reduceat(values, first)
    silent = high == 0 if spec.gaps else np.zeros(len(first), bool)
    top = axis.y_of(np.where(silent, np.nan, spec.to_display(np.where(silent, 1.0, high))))
    bottom = axis.y_of(np.where(silent, np.nan, spec.to_display(np.where(silent, 1.0, low))))
    if spec.scale != "log":
        draw_columns(painter, edges[0], COLUMN_PX, top, axis.height, look.color("predband"), ratio)
    marks = np.bitwise_or.reduceat(curve.origin[start:stop], first)
    locked, edited = (marks & LOCKED) != 0, (marks & EDITED) != 0
    px, py = zigzag(edges, top, bottom, along)
    plain: Role = "ana" if (marks & ANALYSED).any() else "pred"
    colours: tuple[tuple[NDArray[np.bool_], Role], ...] = (
        (~(locked | edited), plain), (edited & ~locked, "hand"), (locked, "lock"),
    )  # fmt: skip
    for chosen, role in colours:
        if chosen.any():
            # One column more at each end, so that stretches of different states touch.
            wide = chosen | np.append(chosen[1:], False) if role == plain else chosen
            shown = np.where(np.repeat(wide, 2), py, np.nan)
            polylines(painter, px, shown, look.color(role), 1.0, fine=False)


def polylines(
    painter: QPainter, px: NDArray[np.float64], py: NDArray[np.float64], colour: QColor, width: float,
    *, fine: bool, dashed: bool = False,
) -> None:  # fmt: skip
    """Draw a line through points, in pieces where they are NaN."""
    there = ~np.isnan(py)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if dashed and fine:
        painter.setPen(art.dashed_pen(colour, art.DASH_ANALYSED, width))
    else:
        pen = QPen(colour, width if fine else 1 / art.device_ratio(painter))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin if fine else Qt.PenJoinStyle.BevelJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if fine else Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
    for a, b in runs(there):
        if b - a == 1:
            painter.drawLine(QPointF(px[a] - 1, py[a]), QPointF(px[a] + 1, py[a]))
        else:
            painter.drawPolyline(polygon(px[a:b], py[a:b]))
