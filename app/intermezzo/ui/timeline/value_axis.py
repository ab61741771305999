"""The vertical axis of a curve lane: which values are shown, where they lie, and how the axis looks in the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Curve, CurveSpec, Mark
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.text import RIGHT, paint_text
from intermezzo.ui.timeline.overlay import vertical
from intermezzo.ui.timeline.words import number

__all__ = ["ValueAxis", "fitted", "nice_ticks", "paint_keys", "paint_rows", "paint_ticks", "with_edits"]

KEYS_WIDTH_PX: Final = 16.0
_BLACK: Final = frozenset((1, 3, 6, 8, 10))
_LEAST_SEMITONES: Final = 19.0
_AIR: Final = 0.06


@dataclass(frozen=True)
class ValueAxis:
    """Display values ``low`` (bottom) to ``high`` (top) over ``height`` pixels."""

    low: float
    high: float
    height: float

    @property
    def px_per_unit(self) -> float:
        """Pixels a unit (a semitone on a log scale)."""
        return self.height / (self.high - self.low)

    def y_of(self, shown: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the heights of display values; NaN stays NaN."""
        return self.height - (shown - self.low) * self.px_per_unit

    def y(self, shown: float) -> float:
        """Return the height of one display value."""
        return self.height - (shown - self.low) * self.px_per_unit

    def value(self, y: float) -> float:
        """Return the display value at a height, held inside the axis."""
        return min(max(self.low + (self.height - y) / self.px_per_unit, self.low), self.high)


def fitted(curve: Curve) -> tuple[float, float]:
    """Return the range of display values to show: where the curve lives, with some air, inside the layer's range."""
    spec = curve.spec
    bottom, top = (float(v) for v in spec.to_display(np.array([spec.low, spec.high]) + 0.0))
    if np.isnan(bottom):
        bottom = 0.0
    shown = spec.to_display(np.concatenate([curve.values, curve.base]))
    shown = shown[~np.isnan(shown)]
    if not len(shown):
        return bottom, top
    low, high = (float(v) for v in np.quantile(shown, (0.01, 0.995)))
    if spec.scale == "log":
        middle, span = (low + high) / 2, max(high - low + 7.0, _LEAST_SEMITONES)
        low, high = np.floor(middle - span / 2) - 0.5, np.ceil(middle + span / 2) + 0.5
    else:
        air = max((high - low) * 0.18, (top - bottom) * 0.04)
        low, high = low - air, high + air
    return max(low, bottom), min(high, top)


def with_edits(curve: Curve, low: float, high: float) -> tuple[float, float]:
    """Return the range widened so far that all that was drawn by hand is seen, inside the layer's range."""
    spec = curve.spec
    shown = spec.to_display(curve.values[(curve.origin & Mark.EDITED) != 0])
    shown = shown[~np.isnan(shown)]
    if not len(shown):
        return low, high
    bottom, top = (float(v) for v in spec.to_display(np.array([spec.low, spec.high])))
    air = (high - low) * _AIR
    least, most = float(shown.min()), float(shown.max())
    return (
        max(least - air, bottom if not np.isnan(bottom) else 0.0) if least < low else low,
        min(most + air, top) if most > high else high,
    )


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most ``most`` round values between two others."""
    rough = (high - low) / max(most, 1)
    if rough <= 0:
        return []
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999))
    first = np.ceil(low / step)
    return [float(k * step) for k in np.arange(first, np.floor(high / step) + 1)]


def paint_rows(painter: QPainter, rect: QRectF, axis: ValueAxis, spec: CurveSpec, look: Look) -> None:
    """Paint the ground: semitone rows like piano keys, or a few lines of a linear axis."""
    painter.fillRect(rect, look.color("canvas"))
    if spec.scale != "log":
        for tick in nice_ticks(axis.low, axis.high, max(int(axis.height / 20), 1)):
            y = round(axis.y(tick))
            if 8 < y < axis.height - 8:
                painter.fillRect(QRectF(rect.left(), y, rect.width(), 1), look.color("line"))
        return
    alt, line, major = look.color("alt"), look.color("line"), look.color("line2")
    for note in range(int(np.floor(axis.low)), int(np.ceil(axis.high)) + 1):
        top, bottom = round(axis.y(note + 0.5)), round(axis.y(note - 0.5))
        if note % 12 in _BLACK:
            painter.fillRect(QRectF(rect.left(), top, rect.width(), bottom - top), alt)
        elif note % 12 in (0, 5):
            painter.fillRect(QRectF(rect.left(), bottom, rect.width(), 1), major if note % 12 == 0 else line)


def paint_keys(painter: QPainter, rect: QRectF, axis: ValueAxis, look: Look) -> None:
    """Paint piano keys into the right edge of a header and name the Cs."""
    dark = look.theme.is_dark
    left = rect.right() - KEYS_WIDTH_PX
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(QRectF(left, 0, KEYS_WIDTH_PX, axis.height), look.color("win" if dark else "canvas"))
    vertical(painter, left, 0, axis.height, look.color("line"))
    white, black = look.color("ink") if dark else look.color("canvas"), look.color("win" if dark else "ink")
    for note in range(int(np.floor(axis.low)), int(np.ceil(axis.high)) + 1):
        top, bottom = round(axis.y(note + 0.5)), round(axis.y(note - 0.5))
        if note % 12 in _BLACK:
            painter.fillRect(QRectF(left, top, 11 if dark else 12, bottom - top), black)
        else:
            painter.fillRect(QRectF(left + 1, top, KEYS_WIDTH_PX - 1, bottom - top - 1), white)
        if note % 12 == 0 and 8 < bottom < axis.height:
            name = QRectF(left - 26, (top + bottom) / 2 - 7, 23, 14)
            paint_text(painter, name, f"C{note // 12 - 1}", font("caption"), look.color("t2"), RIGHT)
    painter.restore()


def paint_ticks(painter: QPainter, rect: QRectF, axis: ValueAxis, look: Look) -> None:
    """Write the values of a linear axis at the right edge of a header."""
    for tick in nice_ticks(axis.low, axis.high, max(int(axis.height / 20), 1)):
        y = round(axis.y(tick))
        if 8 < y < axis.height - 8:
            at = QRectF(rect.right() - 40, y - 6.5, 36, 14)
            digits = 0 if abs(tick - round(tick)) < 1e-9 else 1
            paint_text(painter, at, number(tick, digits), font("caption"), look.color("t2"), RIGHT)
