"""Icons as vector paths: Phosphor glyphs, and the sharp, flat and natural signs that Inter lacks.

Paths fill crisply at every scale factor and take any theme colour. No icon font is registered with Qt: the outlines are
read straight from the file, once each.
"""

from functools import cache
from importlib.resources import as_file, files
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QRawFont, QTransform

from intermezzo.ui.glyphs import GLYPHS

_EM_PX: Final = 256.0  # Phosphor is drawn on a 256-unit square
_FONT_FILE: Final = "phosphor-1.3.0.ttf"


@cache
def _phosphor() -> QRawFont:
    with as_file(files("intermezzo_assets").joinpath("icons", _FONT_FILE)) as path:
        return QRawFont(str(path), _EM_PX)


def _slanted_bar(path: QPainterPath, x0: float, x1: float, y_mid: float, rise: float, thickness: float) -> None:
    half = thickness / 2
    path.moveTo(x0, y_mid + rise / 2 - half)
    path.lineTo(x1, y_mid - rise / 2 - half)
    path.lineTo(x1, y_mid - rise / 2 + half)
    path.lineTo(x0, y_mid + rise / 2 + half)
    path.closeSubpath()


def _sharp() -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(96, 44, 16, 180))
    path.addRect(QRectF(144, 32, 16, 180))
    _slanted_bar(path, 68, 188, 96, 26, 30)
    _slanted_bar(path, 68, 188, 162, 26, 30)
    return path.simplified()


def _flat() -> QPainterPath:
    outer = QPainterPath()
    outer.moveTo(92, 24)
    outer.lineTo(92, 224)
    outer.cubicTo(140, 194, 180, 168, 180, 134)
    outer.cubicTo(180, 100, 140, 98, 108, 122)
    outer.lineTo(108, 24)
    outer.closeSubpath()
    bowl = QPainterPath()
    bowl.moveTo(108, 140)
    bowl.cubicTo(128, 120, 152, 120, 152, 142)
    bowl.cubicTo(152, 162, 132, 178, 108, 194)
    bowl.closeSubpath()
    return outer.subtracted(bowl)


def _natural() -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(92, 24, 16, 164))
    path.addRect(QRectF(148, 68, 16, 164))
    _slanted_bar(path, 92, 164, 98, 20, 28)
    _slanted_bar(path, 92, 164, 158, 20, 28)
    return path.simplified()


_OWN: Final = {"sharp": _sharp, "flat": _flat, "natural": _natural}
ICON_NAMES: Final[frozenset[str]] = frozenset(GLYPHS) | frozenset(_OWN)


@cache
def icon_path(name: str) -> QPainterPath:
    """Return the outline of an icon in a 256 x 256 square, y down.

    Raises:
        KeyError: if there is no icon of that name.
    """
    if name in _OWN:
        return _OWN[name]()
    code_point = GLYPHS[name]
    raw = _phosphor()
    glyph = raw.glyphIndexesForString(chr(code_point))[0]
    return raw.pathForGlyph(glyph).translated(0.0, _EM_PX)


def paint_icon(painter: QPainter, name: str, left: float, top: float, size: float, colour: QColor) -> None:
    """Fill the icon into the square of `size` logical pixels at (left, top); the painter is left as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(left, top)
    painter.scale(size / _EM_PX, size / _EM_PX)
    painter.fillPath(icon_path(name), colour)
    painter.restore()


def text_sign_path(name: str, x: float, baseline: float, cap_height: float) -> QPainterPath:
    """Return a sharp, flat or natural sign to stand in a line of text, a little taller than the capitals."""
    outline = icon_path(name)
    bounds = outline.boundingRect()
    scale = cap_height * 1.22 / bounds.height()
    placed = QTransform.fromTranslate(x, baseline + cap_height * 0.11).scale(scale, scale)
    return placed.map(outline.translated(-bounds.topLeft() - QPointF(0.0, bounds.height())))


def icon_pixmap(name: str, size: int, colour: QColor, device_ratio: float = 1.0) -> QPixmap:
    """Return the icon as a transparent pixmap of `size` logical pixels at the given device pixel ratio."""
    pixmap = QPixmap(round(size * device_ratio), round(size * device_ratio))
    pixmap.setDevicePixelRatio(device_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        paint_icon(painter, name, 0.0, 0.0, float(size), colour)
    return pixmap


def icon(
    name: str, colour: QColor, disabled: QColor | None = None, active: QColor | None = None, size: int = 16
) -> QIcon:
    """Return a QIcon for menus and actions, sharp at device pixel ratios 1, 1.5, 2 and 3.

    Args:
        disabled: colour when the action is off; the colour at 40 % where none is given.
        active: colour under the pointer and when checked; unchanged where none is given.
    """
    off = QColor(colour)
    off.setAlphaF(0.4)
    result = QIcon()
    for ratio in (1.0, 1.5, 2.0, 3.0):
        normal = icon_pixmap(name, size, colour, ratio)
        result.addPixmap(normal, QIcon.Mode.Normal, QIcon.State.Off)
        result.addPixmap(icon_pixmap(name, size, disabled or off, ratio), QIcon.Mode.Disabled, QIcon.State.Off)
        if active is not None:
            lit = icon_pixmap(name, size, active, ratio)
            result.addPixmap(lit, QIcon.Mode.Active, QIcon.State.Off)
            result.addPixmap(lit, QIcon.Mode.Normal, QIcon.State.On)
    return result
