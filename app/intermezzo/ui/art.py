"""Small pieces of painting that panels and lanes share: hairlines, hatches, padlock, shadow, checkerboard, logo.

Everything takes a QPainter and colours; nothing here knows widgets. Hatches are whole device pixels without
antialiasing, so they neither shimmer while scrolling nor cost more than a tiled blit.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QImage, QPainter, QPainterPath, QPen, QPixmap, QTransform

from intermezzo.ui.theme import Theme

LOCK_HATCH_PX: Final = 5
STALE_HATCH_PX: Final = 8
STALE_OPACITY: Final = 0.55
DASH_ANALYSED: Final = (6.0, 2.0)
DASH_FOOTPRINT: Final = (4.0, 3.0)
DASH_MASK: Final = (5.0, 3.0)
DASH_GHOST: Final = (3.0, 3.0)


def device_ratio(painter: QPainter) -> float:
    """Return the device pixel ratio of what the painter paints on."""
    return painter.device().devicePixelRatioF()


def hairline_pen(colour: QColor, ratio: float = 1.0) -> QPen:
    """Return a pen of one device pixel; paint it without antialiasing on `on_pixel` coordinates."""
    return QPen(colour, 1.0 / ratio)


def on_pixel(value: float, ratio: float = 1.0) -> float:
    """Return the centre of the device pixel that holds a logical coordinate, for crisp hairlines."""
    return (int(value * ratio) + 0.5) / ratio


def dashed_pen(colour: QColor, dash: tuple[float, float], width: float = 1.0) -> QPen:
    """Return a flat-capped dashed pen; dash and gap in logical pixels whatever the width."""
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([dash[0] / width, dash[1] / width])
    return pen


def paint_frame(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: QColor | None,
    border: QColor | None,
    width: float = 1.0,
    dash: tuple[float, float] | None = None,
) -> None:
    """Fill a rounded rectangle and draw its border inside the rectangle's edge."""
    paint_frames(painter, (rect,), radius, fill, border, width, dash)


def paint_frames(
    painter: QPainter,
    rects: Iterable[QRectF],
    radius: float,
    fill: QColor | None,
    border: QColor | None,
    width: float = 1.0,
    dash: tuple[float, float] | None = None,
) -> None:
    """Paint many frames alike; the painter is set up once."""
    inset = 0.0
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(QPen(border, width) if dash is None else dashed_pen(border, dash, width))
        inset = width / 2
        radius = max(0.0, radius - inset)
    painter.setBrush(QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush))
    for rect in rects:
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset) if inset else rect, radius, radius)
    painter.restore()


def paint_focus_ring(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    """Draw the 2-px focus ring 2 px outside `rect`, whose own corner radius is given."""
    paint_frame(painter, rect.adjusted(-4, -4, 4, 4), radius + 4, None, colour, 2.0)


def paint_hairline(painter: QPainter, line: QLineF, colour: QColor) -> None:
    """Draw a horizontal or vertical line of one device pixel, snapped to the pixel grid."""
    ratio = device_ratio(painter)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if line.x1() == line.x2():
        x = int(line.x1() * ratio) / ratio
        painter.fillRect(QRectF(x, line.y1(), 1.0 / ratio, line.y2() - line.y1()), colour)
    else:
        y = int(line.y1() * ratio) / ratio
        painter.fillRect(QRectF(line.x1(), y, line.x2() - line.x1(), 1.0 / ratio), colour)
    painter.restore()


@cache
def _hatch_tile(argb: int, step_px: int, line_px: int) -> QImage:
    image = QImage(step_px, step_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        colour = QColor.fromRgba(argb)
        for x in range(step_px):
            for y in range(step_px):
                if (x + y) % step_px < line_px:
                    painter.fillRect(x, y, 1, 1, colour)
    return image


def hatch_brush(colour: QColor, step_px: int = LOCK_HATCH_PX, ratio: float = 1.0) -> QBrush:
    """Return a brush of rising diagonals, one logical pixel wide, every `step_px` logical pixels along x."""
    brush = QBrush(_hatch_tile(colour.rgba(), round(step_px * ratio), max(1, round(ratio))))
    brush.setTransform(QTransform.fromScale(1.0 / ratio, 1.0 / ratio))
    return brush


def stale_brush(theme: Theme, ratio: float = 1.0) -> QBrush:
    """Return the wide hatch that says "not rendered yet"."""
    return hatch_brush(theme.color("stalehatch"), STALE_HATCH_PX, ratio)


def lock_brush(theme: Theme, ratio: float = 1.0) -> QBrush:
    """Return the narrow hatch of locked elements."""
    return hatch_brush(theme.color("lockhatch"), LOCK_HATCH_PX, ratio)


def paint_padlock(painter: QPainter, left: float, top: float, colour: QColor, size: float = 12.0) -> None:
    """Draw the closed padlock of locked elements into a square of `size`.

    Drawn by hand on whole pixels: Phosphor's lock blurs below 16 px. Crisp where left and top are whole numbers.
    """
    unit = size / 12.0
    painter.save()
    painter.translate(left, top)
    painter.scale(unit, unit)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(1.5, 5.5, 8.0, 5.0))
    shackle = QPainterPath(QPointF(3.5, 5.5))
    shackle.lineTo(3.5, 2.9)
    shackle.cubicTo(3.5, 0.2, 7.5, 0.2, 7.5, 2.9)
    shackle.lineTo(7.5, 5.5)
    painter.drawPath(shackle)
    painter.fillRect(QRectF(5.0, 7.5, 1.0, 1.0), colour)
    painter.restore()


@cache
def _checker_tile(first: int, second: int, cell_px: int) -> QImage:
    image = QImage(2 * cell_px, 2 * cell_px, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgba(first))
    with QPainter(image) as painter:
        painter.fillRect(0, 0, cell_px, cell_px, QColor.fromRgba(second))
        painter.fillRect(cell_px, cell_px, cell_px, cell_px, QColor.fromRgba(second))
    return image


def checker_brush(theme: Theme, cell_px: int = 8, ratio: float = 1.0) -> QBrush:
    """Return the checkerboard that stands for transparency."""
    tile = _checker_tile(theme.color("checker_a").rgba(), theme.color("checker_b").rgba(), round(cell_px * ratio))
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(1.0 / ratio, 1.0 / ratio))
    return brush


def logo_path(size: float) -> QPainterPath:
    """Return the centre line of the wave of the logo inside a square of `size`; stroke it `size` / 13 wide."""
    unit = size / 36.0
    path = QPainterPath(QPointF(6.6 * unit, 22.0 * unit))
    path.cubicTo(9.0 * unit, 17.2 * unit, 10.6 * unit, 12.4 * unit, 13.2 * unit, 12.4 * unit)
    path.cubicTo(16.6 * unit, 12.4 * unit, 18.4 * unit, 24.6 * unit, 22.2 * unit, 24.6 * unit)
    path.cubicTo(25.2 * unit, 24.6 * unit, 26.8 * unit, 19.4 * unit, 29.2 * unit, 14.8 * unit)
    return path


def paint_logo(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the logo: a rounded square with the amber wave."""
    size = rect.width()
    paint_frame(painter, rect, size * 0.25, theme.color("canvas"), theme.color("line2"), 1.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    pen = QPen(theme.color("handfill"), max(1.6, size / 13.0))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(logo_path(size), pen)
    painter.restore()


def window_icon() -> QIcon:
    """Return the icon of windows and task bars; always the dark logo, which reads on both kinds of desktop."""
    theme = Theme("dark")
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            paint_logo(painter, QRectF(0, 0, size, size), theme)
        result.addPixmap(pixmap)
    return result
