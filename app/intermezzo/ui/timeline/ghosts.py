"""Ghosts: how another version of the sketch differs, drawn over every lane in the colour of its take, dashed.

A curve of the other version lies at the times of the sketch, sound on sound, so that what differs is the line and not
its lateness. Spans that are longer, shorter or named otherwise there get a dashed outline, a matrix a thin bar where it
sounds different. What was computed for a view is kept until the view, the sketch or the ghost changes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from intermezzo.core.layers import Curve, CurveSpec, Matrix, MatrixSpec, Spans
from intermezzo.core.layers.base import runs
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.text import RIGHT, paint_text, text_width
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.polygons import polygon
from intermezzo.ui.timeline.value_axis import ValueAxis

__all__ = ["CurveGhost", "MatrixGhost", "ghost_colour", "paint_span_ghosts"]

_BAR_PX: Final = 3.0
_MOST_FRAMES: Final = 6000  # of a matrix that are compared; from farther away the bar would say nothing anyway
_POINTS_PX: Final = 1.0  # a point of a ghost for each pixel
_LEAST_PX: Final = 6.0
_OWN_LENGTH_PX: Final = 34.0  # the length of the sketch stands in the middle of a span
_UNLIKE: Final = 0.02  # of the range of a matrix: what is closer sounds the same


def ghost_colour(board: Board) -> QColor:
    """Return the colour of the take that is drawn over the sketch; grey for the state before the last change."""
    take = board.ghost.take if board.ghost is not None else 0
    return board.look.theme.take(take - 1) if take else board.look.color("t2")


def _lasting(board: Board, width: float) -> tuple[float, ...]:
    return board.view.start_s, board.view.seconds_per_px, width


class CurveGhost:
    """The curve of another version as polygons in one view."""

    def __init__(self, board: Board, spec: CurveSpec) -> None:
        self._board, self._spec = board, spec
        self._key: object = None
        self._lines: list[QPolygonF] = []

    def paint(self, painter: QPainter, rect: QRectF, axis: ValueAxis) -> None:
        """Draw it."""
        board = self._board
        ghost, times = board.ghost, board.ghost_times()
        curve = ghost.sketch.layers.get(self._spec.name) if ghost is not None else None
        if ghost is None or times is None or not isinstance(curve, Curve) or not len(curve):
            return
        key = (*_lasting(board, board.view.width_px), axis, times, curve, ghost.frames)
        if key != self._key:
            first, last = times.to_theirs(board.frames_at(np.array([-4.0, board.view.width_px + 4.0]))).tolist()
            low, high = ghost.frames or (0, len(curve))
            start, stop = max(int(first), low), min(int(last) + 2, high)
            step = max(int(_POINTS_PX * board.view.seconds_per_px / board.hop_s), 1)
            at = np.arange(start, max(stop, start), step)
            y = axis.y_of(self._spec.to_display(curve.values[at]))
            x = board.xs_of(times.to_mine(at + 0.5))
            self._lines = [polygon(x[a:b], y[a:b]) for a, b in runs(~np.isnan(y)) if b - a > 1]
            self._key = key
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not board.busy)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = ghost_colour(board)
        painter.setPen(QPen(colour, 1.0) if board.busy else art.dashed_pen(colour, art.DASH_GHOST, 1.0))
        for line in self._lines:
            painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_span_ghosts(painter: QPainter, rect: QRectF, board: Board, spans: Spans, height: float) -> None:
    """Outline the spans that have another length or label in the other version, and say which length where it fits."""
    ghost, times = board.ghost, board.ghost_times()
    its = ghost.sketch.layers.get(spans.spec.name) if ghost is not None else None
    inside = spans.inside(*board.frames_in(rect.left() - 2, rect.right() + 2))
    n = inside.stop - inside.start
    if ghost is None or times is None or not isinstance(its, Spans) or n < 1 or n > rect.width() / _LEAST_PX:
        return
    starts, stops = times.to_theirs(spans.starts[inside]), times.to_theirs(spans.stops[inside])
    low, high = ghost.frames or (0, len(its))
    here = (starts >= low) & (stops <= high)
    own, other = spans.stops[inside] - spans.starts[inside], np.rint(stops - starts)
    found = np.searchsorted(its.starts, (starts + stops) / 2, side="right") - 1
    colour = ghost_colour(board)
    x0, x1 = board.xs_of(spans.starts[inside]), board.xs_of(spans.stops[inside])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in np.flatnonzero(here).tolist():
        label = its.labels[found[k]] if 0 <= found[k] < its.count else ""
        same_label = label == spans.labels[inside.start + k] or label == spans.base_labels[inside.start + k]
        if same_label and abs(int(own[k]) - int(other[k])) <= 1:
            continue
        box = QRectF(round(x0[k]) + 1.5, 1.5, max(round(x1[k]) - round(x0[k]) - 3, 1), height - 3)
        painter.setPen(art.dashed_pen(colour, art.DASH_GHOST, 1.0))
        painter.drawRect(box)
        text = f"{other[k] * spans.hop_s * 1000:.0f}" if same_label else label
        wide = text_width(font("caption"), text)
        if height >= 30 and box.width() > 2 * wide + _OWN_LENGTH_PX:
            paint_text(painter, box.adjusted(0, 14, -3, 0), text, font("caption"), colour, RIGHT)


class MatrixGhost:
    """A bar along the lower edge of a matrix where another version sounds different, the stronger the more."""

    def __init__(self, board: Board, spec: MatrixSpec) -> None:
        self._board, self._spec = board, spec
        self._key: object = None
        self._found: list[tuple[int, int, float]] = []

    def paint(self, painter: QPainter, matrix: Matrix, height: float) -> None:
        """Draw it."""
        board = self._board
        ghost, times = board.ghost, board.ghost_times()
        its = ghost.sketch.layers.get(self._spec.name) if ghost is not None else None
        if ghost is None or times is None or not isinstance(its, Matrix) or not len(its):
            return
        start, stop = board.frames_in(0, board.view.width_px)
        if not 0 < stop - start <= _MOST_FRAMES:
            return
        key = (start, stop, matrix.base, matrix.paint, its, times)
        if key != self._key and not board.busy:
            low, high = ghost.frames or (0, len(its))
            at = np.clip(np.rint(times.to_theirs(np.arange(start, stop) + 0.5) - 0.5).astype(np.int64), 0, len(its) - 1)
            theirs = its.window(int(at[0]), int(at[-1]) + 1)[at - at[0]]
            unlike = np.abs(matrix.window(start, stop) - theirs).mean(axis=1) / (self._spec.high - self._spec.low)
            unlike[(at < low) | (at >= high)] = 0
            self._found = _levels(unlike, start)
            self._key = key
        colour = ghost_colour(board)
        for a, b, strength in self._found:
            colour.setAlphaF(strength)
            x0, x1 = round(board.x_of(a)), round(board.x_of(b))
            painter.fillRect(QRectF(x0, height - _BAR_PX, max(x1 - x0, 1), _BAR_PX), colour)


def _levels(unlike: NDArray[np.floating], offset: int) -> list[tuple[int, int, float]]:
    """Return (start, stop, opacity) of stretches that differ, in three strengths."""
    found = []
    edges = (_UNLIKE, 2.5 * _UNLIKE, 5 * _UNLIKE, np.inf)
    for low, high, strength in zip(edges, edges[1:], (0.35, 0.65, 1.0), strict=False):
        found += [(offset + a, offset + b, strength) for a, b in runs((unlike >= low) & (unlike < high))]
    return found
