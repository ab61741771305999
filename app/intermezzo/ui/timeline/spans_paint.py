"""How spans are painted: as ticks with lengths where they make the time axis, as boxes, a crowd of them as a tint."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Spans, strongest
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.text import CENTRE, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.marks import EDITED, LOCKED
from intermezzo.ui.timeline.overlay import fill_hatched, vertical
from intermezzo.ui.timeline.phrase_badges import paint_phrase_badge
from intermezzo.ui.timeline.span_text import paint_span_text
from intermezzo.ui.timeline.stamps import stamp_text

__all__ = ["box_of", "paint_boxes", "paint_crowd", "paint_tick"]

Xs = NDArray[np.float64]
_LEAST_LABEL_PX: Final = 7.0
_LEAST_BOX_PX: Final = 4.0
_ROLES: Final[dict[str, Role]] = {"predicted": "t1", "analysed": "t1", "edited": "hand", "locked": "t1"}


def box_of(left: float, right: float, height: float) -> QRectF:
    """Return the box of a span between two pixels of a lane."""
    return QRectF(round(left) + 1, 3, max(round(right) - round(left) - 2, 1), height - 6)


def paint_crowd(
    painter: QPainter, board: Board, spans: Spans, inside: slice, edges: tuple[Xs, Xs], height: float
) -> None:
    """Paint spans too many for labels: one tint per pixel column, amber where any of them is edited."""
    look, (x0, x1) = board.look, edges
    columns = np.round(x0).astype(np.int64)
    first = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    edited = np.maximum.reduceat(spans.origin[inside] & (EDITED | LOCKED), first)
    left, right = float(x0[0]), float(x1[-1])
    painter.fillRect(QRectF(left, 3, right - left, height - 6), look.color("raise"))
    for state, colour in ((EDITED, look.color("hand")), (LOCKED, look.color("lock"))):
        marked = columns[first][(edited & state) != 0]
        for x in marked.tolist():
            painter.fillRect(QRectF(x, height - 5, 1, 2), colour)


def paint_tick(
    painter: QPainter, board: Board, spans: Spans, k: int, place: tuple[float, float, float], *, lit: bool
) -> None:
    """Paint a span that makes the time axis, its label over its length in ms; ``place`` is left, right and height."""
    look, (left, right, height) = board.look, place
    x0, x1 = round(left), round(right)
    width = x1 - x0
    state = strongest(int(spans.origin[k]))
    if lit:
        painter.fillRect(QRectF(x0, 0, x1 - x0, height), look.color("hover", 0.6))
    if state == "locked":
        painter.fillRect(QRectF(x0 + 1, 0, x1 - x0 - 1, height), look.color("lockwash"))
        fill_hatched(painter, QRectF(x0 + 1, 0, x1 - x0 - 1, height), board)
    vertical(painter, left, 4, height, look.color("line2"))
    if k + 1 == spans.count or spans.starts[k + 1] != spans.stops[k]:
        vertical(painter, right, 4, height, look.color("line2"))
    if width < _LEAST_LABEL_PX:
        return
    role = _ROLES[state]
    tall = height >= 30
    label = spans.labels[k]
    area = QRectF(x0 + 1, 2 if tall else 0, width - 1, 16 if tall else height)
    fitting = next((f for f in (font("phone"), font("value")) if text_width(f, label) <= width - 1), None)
    if fitting is not None:
        stamp_text(painter, area.adjusted(-2, 0, 2, 0), label, fitting, look.color(role), CENTRE)
    if tall:
        length = f"{(int(spans.stops[k]) - int(spans.starts[k])) * spans.hop_s * 1000:.0f}"
        if text_width(font("caption"), length) <= width - 2:
            below = QRectF(x0, 16, width, 13)
            colour = look.color("hand" if role == "hand" else "t3")
            stamp_text(painter, below, length, font("caption"), colour, CENTRE)
    if state == "analysed":
        _dashed(painter, board, QRectF(x0, 2, x1 - x0, height - 4))
    elif state == "locked" and width > 34 and (k == 0 or not spans.origin[k - 1] & LOCKED):
        art.paint_padlock(painter, x0 + 3, 3, look.color("t2"), 11)


def paint_boxes(
    painter: QPainter, board: Board, spans: Spans, boxes: list[tuple[int, int, QRectF]], lit: int | None
) -> None:
    """Paint boxes, (span, marks, place) each: all frames first, so that the painter is set up once for them."""
    look = board.look
    line = None if look.theme.is_dark else look.color("line")
    roles: tuple[tuple[Role, bool], ...] = (("raise", False), ("hover", True))
    for role, is_lit in roles:
        fill = look.color(role)
        alike = [box for k, _, box in boxes if (k == lit) == is_lit]
        for box in alike:
            if box.width() < _LEAST_BOX_PX:
                painter.fillRect(box, fill)
        art.paint_frames(painter, (box for box in alike if box.width() >= _LEAST_BOX_PX), 3.0, fill, line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for k, marks, box in boxes:
        if box.width() >= _LEAST_BOX_PX:
            _paint_inside(painter, board, spans, k, strongest(marks), box)


def _paint_inside(painter: QPainter, board: Board, spans: Spans, k: int, state: str, box: QRectF) -> None:
    look, room = board.look, box.width() - 12
    if state == "locked":
        fill_hatched(painter, box, board)
        if box.width() > 70:
            art.paint_padlock(painter, box.right() - 16, box.top() + 4, look.color("lock"), 12)
            room -= 14
    if state == "edited":
        painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 2), look.color("hand"))
    elif state == "analysed":
        _dashed(painter, board, box)
    badge = box.adjusted(0, 0, -14, 0) if state == "locked" and box.width() > 70 else box
    room -= paint_phrase_badge(painter, board, spans, k, badge)
    paint_span_text(painter, look, board.sketch, spans, k, box, room, state)


def _dashed(painter: QPainter, board: Board, box: QRectF) -> None:
    painter.setPen(art.dashed_pen(board.look.color("ana"), art.DASH_ANALYSED, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
