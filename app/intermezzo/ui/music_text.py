"""Names of notes, keys and chords with true sharps and flats, which our typeface lacks: they are drawn as paths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from intermezzo.core.music.keys import pitch_name as note_name
from intermezzo.ui.text import LEFT, paint_text, text_width

__all__ = ["music_width", "note_name", "paint_music", "signed_label"]

_SIGNS: Final = re.compile("([♯♭])")
_LETTER: Final = re.compile(r"(?:^|(?<=/))([A-G])(##|#|bb|b)?")
_WIDTH_EM: Final = 0.5


@lru_cache(maxsize=4096)
def signed_label(label: str) -> str:
    """Return a label of a key or chord with true signs: "Bb7/F#" is "B♭7/F♯"; other texts as they are."""
    if not _LETTER.match(label):
        return label
    found = _LETTER.sub(lambda m: m[1] + (m[2] or "").replace("#", "♯").replace("b", "♭"), label)
    return re.sub(r"([#b])(?=\d)", lambda m: "♯" if m[1] == "#" else "♭", found)


def music_width(font: QFont, text: str) -> float:
    """Return the width of a text in which sharps and flats are drawn."""
    if "♯" not in text and "♭" not in text:
        return text_width(font, text)
    plain = _SIGNS.sub("", text)
    return text_width(font, plain) + (len(text) - len(plain)) * font.pixelSize() * _WIDTH_EM


def paint_music(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor) -> float:
    """Draw a line of text from the left edge of a rectangle, its sharps and flats as paths; return its width."""
    if "♯" not in text and "♭" not in text:
        return paint_text(painter, rect, text, font, colour, LEFT)
    x = rect.left()
    for part in _SIGNS.split(text):
        if part in ("♯", "♭"):
            x += _paint_sign(painter, part, x, rect, font, colour)
        elif part:
            x += paint_text(painter, QRectF(x, rect.top(), 400, rect.height()), part, font, colour, LEFT)
    return x - rect.left()


def _paint_sign(painter: QPainter, sign: str, x: float, rect: QRectF, font: QFont, colour: QColor) -> float:
    em = float(font.pixelSize())
    metrics = QFontMetricsF(font)
    base = rect.center().y() - (metrics.ascent() + metrics.descent()) / 2 + metrics.ascent()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.translate(x + 0.04 * em, base)
    painter.scale(em, em)
    painter.setPen(QPen(colour, 0.075, c=Qt.PenCapStyle.FlatCap))
    if sign == "♯":
        painter.drawLine(QPointF(0.13, -0.72), QPointF(0.13, 0.06))
        painter.drawLine(QPointF(0.29, -0.78), QPointF(0.29, 0.0))
        painter.setPen(QPen(colour, 0.11, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(0.02, -0.44), QPointF(0.40, -0.54))
        painter.drawLine(QPointF(0.02, -0.18), QPointF(0.40, -0.28))
    else:
        path = QPainterPath(QPointF(0.08, -0.82))
        path.lineTo(0.08, 0.0)
        path.cubicTo(0.22, -0.10, 0.38, -0.22, 0.38, -0.36)
        path.cubicTo(0.38, -0.50, 0.20, -0.50, 0.08, -0.34)
        painter.drawPath(path)
    painter.restore()
    return em * _WIDTH_EM
