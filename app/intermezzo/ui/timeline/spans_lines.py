"""Thin lines through lanes at the boundaries of the spans that make the time axis."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.overlay import verticals

__all__ = ["paint_boundaries"]

_LEAST_SPACING_PX = 7.0


def paint_boundaries(
    painter: QPainter, rect: QRectF, board: Board, height: float, colour: QColor | None = None
) -> None:
    """Draw a hairline at each boundary, unless they lie so close that they would hide the data."""
    spans = board.sketch.governing if board.sketch else None
    if spans is None or not spans.count:
        return
    spacing = spans.n_frames / spans.count * board.hop_s / board.view.seconds_per_px
    if spacing < _LEAST_SPACING_PX:
        return
    inside = spans.inside(*board.frames_in(rect.left() - 1, rect.right() + 1))
    edges = np.unique(np.concatenate((spans.starts[inside], spans.stops[inside])))
    line = colour if colour is not None else board.look.color("line")
    verticals(painter, board.xs_of(edges).tolist(), 0, height, line)
