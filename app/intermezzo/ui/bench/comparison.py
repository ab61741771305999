"""Draw a comparison as a PNG: what trades off, a bar of sizes, and the pictures of every candidate.

Usage: python -m intermezzo.ui.bench.comparison OUT.png dark|light, with the comparison as JSON on standard input.
"""

from __future__ import annotations

import base64
import json
import sys
from math import ceil, floor, log10
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen

from intermezzo.ui.fonts import FontRole, font, load_fonts
from intermezzo.ui.theme import Role, Theme

__all__ = ["drawn"]

_WIDTH, _SCALE = 1120, 2
_EDGE, _GAP = 32, 28
_PANEL_HEIGHT = 330
_TILE, _TILE_GAP = 56, 6
_LEFT: Final = 150  # of the rows of pictures, where their names are


def drawn(found: dict[str, Any], theme: Theme) -> QImage:
    """Return the picture of a comparison as `bench --compare` hands it over, two pixels to a point."""
    rows = 1 + sum(len(pictures) for pictures in found["pictures"]) if found["originals"] else 0
    height = 92 + _PANEL_HEIGHT + (_GAP + 44 + rows * (_TILE + _TILE_GAP) if rows else 0) + _EDGE
    image = QImage(_WIDTH * _SCALE, height * _SCALE, QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    with QPainter(image) as painter:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(_SCALE, _SCALE)
        _Sheet(painter, theme, found).draw()
    return image


class _Sheet:
    def __init__(self, painter: QPainter, theme: Theme, found: dict[str, Any]) -> None:
        self.painter, self.theme, self.found = painter, theme, found
        self.candidates: list[dict[str, Any]] = list(found["candidates"].values())

    def draw(self) -> None:
        self._text(QRectF(_EDGE, 24, _WIDTH - 2 * _EDGE, 26), self.found["title"], "title", "t1")
        across, up = (self._measure(self.found[axis]) for axis in ("across", "up"))
        said = f"{across['title']} against {up['title']}: " + ", ".join(c["title"] for c in self.candidates)
        self._text(QRectF(_EDGE, 52, _WIDTH - 2 * _EDGE, 18), said, "body", "t2")
        half = (_WIDTH - 2 * _EDGE - _GAP) / 2
        top = 92.0
        self._scatter(QRectF(_EDGE, top, half, _PANEL_HEIGHT))
        self._bars(QRectF(_EDGE + half + _GAP, top, half, _PANEL_HEIGHT))
        if self.found["originals"]:
            self._pictures(top + _PANEL_HEIGHT + _GAP)

    def _scatter(self, panel: QRectF) -> None:
        """One dot a candidate: right is easier where less is better, up is better."""
        self._panel(panel)
        names = (self.found["across"], self.found["up"])
        across, up = (self._measure(name) for name in names)
        x_values, y_values = ([float(c["figures"][name]) for c in self.candidates] for name in names)
        x_low, x_high = _range(x_values)
        y_low, y_high = _range(y_values)
        plot = panel.adjusted(64, 40, -28, -56)
        painter = self.painter
        for tick in _ticks(x_low, x_high):
            x = plot.left() + plot.width() * (tick - x_low) / (x_high - x_low)
            painter.setPen(QPen(self.theme.color("line"), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            self._text(QRectF(x - 40, plot.bottom() + 6, 80, 14), _short(tick), "caption", "t3", middle=True)
        for tick in _ticks(y_low, y_high):
            y = plot.bottom() - plot.height() * (tick - y_low) / (y_high - y_low)
            painter.setPen(QPen(self.theme.color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self._text(QRectF(panel.left() + 8, y - 7, 48, 14), _short(tick), "caption", "t3", right=True)
        self._text(QRectF(plot.left(), panel.top() + 14, plot.width(), 16), _named(up), "body_medium", "t1")
        easier = ", less is easier" if across["better"] == "less" else ""
        self._text(
            QRectF(plot.left(), plot.bottom() + 26, plot.width(), 16), _named(across) + easier, "body_medium", "t1",
            right=True,
        )  # fmt: skip
        spots = [
            QPointF(
                plot.left() + plot.width() * (x - x_low) / (x_high - x_low),
                plot.bottom() - plot.height() * (y - y_low) / (y_high - y_low),
            )
            for x, y in zip(x_values, y_values, strict=True)
        ]
        for k, (candidate, spot) in enumerate(zip(self.candidates, spots, strict=True)):
            painter.setPen(QPen(self.theme.color("canvas"), 2))
            painter.setBrush(self._colour(k))
            painter.drawEllipse(spot, 8, 8)
            # A name stands to the right of its dot, or to the left where another dot or the edge is in the way.
            crowded = any(0 < other.x() - spot.x() < 96 and abs(other.y() - spot.y()) < 16 for other in spots)
            if crowded or spot.x() + 110 > panel.right():
                self._text(QRectF(spot.x() - 122, spot.y() - 8, 108, 16), candidate["title"], "body", "t1", right=True)
            else:
                self._text(QRectF(spot.x() + 14, spot.y() - 8, 108, 16), candidate["title"], "body", "t1")

    def _bars(self, panel: QRectF) -> None:
        """One bar a candidate, and in it the part that is left when X is known."""
        self._panel(panel)
        name, inner_name = self.found["bars"], self.found["across"]
        measure, inner = self._measure(name), self._measure(inner_name)
        shares_unit = measure["unit"] == inner["unit"]
        most = max(float(c["figures"][name]) for c in self.candidates) or 1.0
        self._text(QRectF(panel.left() + 20, panel.top() + 14, 460, 16), _named(measure), "body_medium", "t1")
        step = (panel.height() - 92) / len(self.candidates)
        left, width = panel.left() + 116, panel.width() - 116 - 92
        for k, candidate in enumerate(self.candidates):
            top = panel.top() + 48 + k * step
            value, part = (float(candidate["figures"][one]) for one in (name, inner_name))
            bar = QRectF(left, top + step / 2 - 10, max(width * value / most, 2), 20)
            self._text(QRectF(panel.left() + 20, bar.top() + 2, 90, 16), candidate["title"], "body", "t1")
            colour = self._colour(k)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 90))
            self.painter.drawRoundedRect(bar, 3, 3)
            if shares_unit:
                self.painter.setBrush(colour)
                left_over = bar.width() * min(max(part / value, 0.0), 1.0)
                self.painter.drawRoundedRect(QRectF(bar.topLeft(), bar.bottomLeft() + QPointF(left_over, 0)), 3, 3)
            self._text(QRectF(bar.right() + 10, bar.top() + 2, 90, 16), f"{value:,.0f}", "value_medium", "t2")
        if shares_unit:
            said = f"full colour: {inner['title']}; pale: what is guessed"
            self._text(QRectF(panel.left() + 20, panel.bottom() - 34, 460, 16), said, "body", "t3")

    def _pictures(self, top: float) -> None:
        left = _EDGE + _LEFT
        for k, label in enumerate(self.found["labels"]):
            at = QRectF(left + k * self._pitch(), top, self._pitch() - 8, 28)
            self.painter.setFont(font("caption"))
            self.painter.setPen(self.theme.color("t3"))
            self.painter.drawText(at, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignBottom, label[:34])
        top += 36
        rows = [("the picture", "", self.found["originals"])]
        for candidate, pictures in zip(self.candidates, self.found["pictures"], strict=True):
            rows += [
                (candidate["title"] if k == 0 else "", name, row) for k, (name, row) in enumerate(pictures.items())
            ]
        for title, name, row in rows:
            if title:
                self._text(QRectF(_EDGE, top + 10, _LEFT - 12, 16), title, "body_semibold", "t1")
            self._text(QRectF(_EDGE, top + 28, _LEFT - 12, 16), name, "caption", "t3")
            for k, encoded in enumerate(row):
                image = QImage.fromData(base64.b64decode(encoded))
                self.painter.drawImage(QRectF(left + k * self._pitch(), top, _TILE, _TILE), image)
            top += _TILE + _TILE_GAP

    def _pitch(self) -> float:
        return (_WIDTH - 2 * _EDGE - _LEFT) / max(len(self.found["originals"]), 1)

    def _panel(self, panel: QRectF) -> None:
        self.painter.setPen(QPen(self.theme.color("line"), 1))
        self.painter.setBrush(self.theme.color("panel"))
        self.painter.drawRoundedRect(panel, 8, 8)

    def _text(
        self, at: QRectF, text: str, role: FontRole, colour: Role, *, right: bool = False, middle: bool = False
    ) -> None:  # fmt: skip
        self.painter.setFont(font(role))
        self.painter.setPen(self.theme.color(colour))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        side = Qt.AlignmentFlag.AlignHCenter if middle else side
        self.painter.drawText(at, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _measure(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.found["measures"][name]
        return found

    def _colour(self, k: int) -> QColor:
        return self.theme.take(k)


def _named(measure: dict[str, Any]) -> str:
    return f"{measure['title']}, {measure['unit']}" if measure["unit"] else str(measure["title"])


def _range(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    rest = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    return low - rest, high + rest


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two, at least two and about five."""
    step = 10.0 ** floor(log10((high - low) / 2))
    step *= next((many for many in (5, 2) if (high - low) / (step * many) >= 3), 1)
    return [step * k for k in range(ceil(low / step), floor(high / step) + 1)]


def _short(tick: float) -> str:
    return f"{tick:,.6g}" if abs(tick) < 1000 else f"{tick:,.0f}"


def main(path: str, theme: str) -> None:
    """Draw what comes in on standard input."""
    app = QGuiApplication(sys.argv[:1])
    load_fonts()
    image = drawn(json.load(sys.stdin), Theme("dark" if theme == "dark" else "light"))
    if not image.save(str(Path(path)), "PNG"):  # type: ignore[call-overload]
        sys.exit(f"{path} cannot be written")
    app.quit()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
