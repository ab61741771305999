"""Badges on the cadence lane: a tick at the end of each phrase that ends as its span says, a triangle at others."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Spans
from intermezzo.core.sketches.melody import HALF, WEAK
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.timeline.board import Board

__all__ = ["is_phrase_right", "paint_phrase_badge", "phrase_text"]

_PX: Final = 12.0
_ROOM_PX: Final = 46.0


def is_phrase_right(board: Board, spans: Spans, k: int) -> bool | None:
    """Tell whether the notes of a phrase end it as its span says; None where nobody looked."""
    review = board.workspace.review
    if spans.spec.name != "cadence" or review.fit is None or review.sketch is None:
        return None
    looked_at = review.sketch.layers.get("cadence")
    return bool(review.fit.phrases[k]) if looked_at is spans and k < len(review.fit.phrases) else None


def paint_phrase_badge(painter: QPainter, board: Board, spans: Spans, k: int, box: QRectF) -> float:
    """Paint the badge of a phrase at the right end of its box; return the room that it takes."""
    right = is_phrase_right(board, spans, k) if box.width() >= _ROOM_PX else None
    if right is None:
        return 0.0
    icon, colour = ("check", board.look.color("t3")) if right else ("warning-fill", board.look.color("warn"))
    paint_icon(painter, icon, round(box.right() - _PX - 4), round(box.center().y() - _PX / 2), _PX, colour)
    return _PX + 4


def phrase_text(board: Board, spans: Spans, k: int) -> str:
    """Say how a phrase ends, beside what its span asks for; "" where nobody looked."""
    right = is_phrase_right(board, spans, k)
    if right is None:
        return ""
    if right:
        return QCoreApplication.translate("PhraseBadges", "ends so")
    said = {
        HALF: QCoreApplication.translate("PhraseBadges", "its last note leaves too little time for a half cadence"),
        WEAK: QCoreApplication.translate("PhraseBadges", "its last note rests as if it closed"),
    }  # fmt: skip
    return said.get(
        spans.labels[k], QCoreApplication.translate("PhraseBadges", "its last note does not rest long enough to close")
    )
