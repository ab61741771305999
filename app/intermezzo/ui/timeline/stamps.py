"""Stamps: words, boxes and dots that a lane shows hundreds of times in a frame, drawn once and then only copied.

A word or a rounded box takes Qt five times as long as a copy of its picture. Stamps lie on whole pixels.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from intermezzo.ui import art
from intermezzo.ui.text import CENTRE, LEFT, paint_text, text_width

__all__ = ["stamp_box", "stamp_dot", "stamp_text"]

_PAD_PX: Final = 4  # letters reach out of their line
_TEXTS: Final = 4096
_SHAPES: Final = 1024


def _blank(width: float, height: float, ratio: float) -> QPixmap:
    pixmap = QPixmap(ceil(width * ratio), ceil(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


@lru_cache(maxsize=_TEXTS)
def _word(text: str, font: QFont, rgba: int, height: float, ratio: float) -> QPixmap:
    width = text_width(font, text)
    pixmap = _blank(width + 2 * _PAD_PX, height + 2 * _PAD_PX, ratio)
    with QPainter(pixmap) as painter:
        paint_text(painter, QRectF(_PAD_PX, _PAD_PX, width + 1, height), text, font, QColor.fromRgba(rgba))
    return pixmap


@lru_cache(maxsize=_SHAPES)
def _box(width: float, height: float, radius: float, rgba: int, ratio: float) -> QPixmap:
    pixmap = _blank(width, height, ratio)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgba(rgba))
        painter.drawRoundedRect(QRectF(0, 0, width, height), radius, radius)
    return pixmap


def stamp_text(
    painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT
) -> float:
    """Do what `paint_text` does for a line that is aligned at the left or in the middle, on whole pixels."""
    width = text_width(font, text)
    if not text or width > rect.width() + 0.5 or align not in (LEFT, CENTRE):
        return paint_text(painter, rect, text, font, colour, align)
    left = rect.left() + ((rect.width() - width) / 2 if align is CENTRE else 0.0)
    word = _word(text, font, colour.rgba(), rect.height(), art.device_ratio(painter))
    painter.drawPixmap(floor(left + 0.5) - _PAD_PX, floor(rect.top() + 0.5) - _PAD_PX, word)
    return width


def stamp_box(painter: QPainter, rect: QRectF, radius: float, colour: QColor, ratio: float) -> None:
    """Fill a rounded rectangle on whole pixels; a long one, of which there are few in view, is drawn as it is."""
    if rect.width() > 256:
        art.paint_frame(painter, rect, radius, colour, None)
        return
    box = _box(rect.width(), rect.height(), radius, colour.rgba(), ratio)
    painter.drawPixmap(int(rect.left()), int(rect.top()), box)


def stamp_dot(painter: QPainter, x: float, y: float, radius: float, colour: QColor, ratio: float) -> None:
    """Fill a circle around a whole pixel's corner."""
    dot = _box(2 * radius, 2 * radius, radius, colour.rgba(), ratio)
    painter.drawPixmap(int(x - radius), int(y - radius), dot)
