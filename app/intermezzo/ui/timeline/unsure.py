"""How a lane shows elements that the engine is hardly sure of: a dotted underline with a question mark, in `warn`."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Spans
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text

__all__ = ["UNSURE", "is_unsure", "paint_unsure"]

UNSURE: Final = 0.4
"""Elements below this score are worth a look."""
_STEP_PX, _SIGN_PX, _MARGIN_PX = 4, 9, 12


def is_unsure(spans: Spans, k: int) -> bool:
    """Tell whether an element is marked: one that the engine scored low and no hand has touched since."""
    return spans.score is not None and float(spans.score[k]) < UNSURE and spans.origin[k] & 6 == 0


def paint_unsure(painter: QPainter, look: Look, box: QRectF, *, name_px: float = 0.0) -> float:
    """Draw the mark into the box of an element; returns the room at its right edge that the sign takes.

    The sign gives way where a name ``name_px`` wide would not fit beside it.
    """
    colour = look.color("warn")
    x = box.left() + 3
    while x < box.right() - 3:
        painter.fillRect(
            QRectF(QPointF(round(x), round(box.bottom()) - 2), QPointF(round(x) + 2, round(box.bottom()))), colour
        )
        x += _STEP_PX
    if box.width() < max(4 * _SIGN_PX, name_px + _SIGN_PX + _MARGIN_PX):
        return 0.0
    paint_text(painter, QRectF(box.right() - _SIGN_PX - 2, box.top() - 1, _SIGN_PX, box.height()), "?", font("value"),
               colour, CENTRE)  # fmt: skip
    return _SIGN_PX
