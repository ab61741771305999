"""One line of text into a rectangle: elided, aligned, in a role's font and colour."""

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=4096)
def text_width(font: QFont, text: str) -> float:
    """Return the advance width of a line in logical pixels; laid out once."""
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=32)
def _line(align: Qt.AlignmentFlag) -> int:
    """Return the flags of a single line; putting them together takes as long as a short word."""
    return align.value | Qt.TextFlag.TextSingleLine.value


def paint_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """Draw one line, shortened with an ellipsis where it does not fit; return the width that it took."""
    if not text or rect.width() <= 0:
        return 0.0
    width = text_width(font, text)
    if width > rect.width() + 0.5:
        text = QFontMetricsF(font).elidedText(text, elide, rect.width())
        width = text_width(font, text)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect.adjusted(0, 0, 0.5, 0), _line(align), text)
    return width
