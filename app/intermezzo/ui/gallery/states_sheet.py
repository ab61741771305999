"""The upper half of the gallery: five kinds of element in seven states."""

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QWidget

from intermezzo.ui import art, state_marks
from intermezzo.ui.colour_maps import grid_colour
from intermezzo.ui.look import Look
from intermezzo.ui.state_marks import STATES, State
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.thumbnails import Floats, matrix_image

_COLUMN_X: Final = (112, 294, 476, 658, 840, 1022, 1204)
_ROW_Y: Final = (88, 172, 256, 340, 424)
_CELL: Final = (166.0, 70.0)
_KINDS: Final = ("Curve", "Spans", "Notes", "Grid", "Matrix")
_CODES: Final = (
    (780, 755, 780, 780, 780, 780, 780),
    (450, 450, 755, 1130, 1130, 755, 450),
    (1130, 1130, 1130, 501, 501, 1130, 1130),
)
_HEIGHTS: Final = (0.44, 0.28, 0.27, 0.38, 0.50, 0.54, 0.56, 0.67, 0.82, 0.88, 0.76, 0.57, 0.475)


def wave(share: float) -> float:
    """Return the height of the sample curve at 0..1, 0 at the top."""
    position = share * (len(_HEIGHTS) - 1)
    index = min(len(_HEIGHTS) - 2, int(position))
    t = position - index
    before, start, end, after = (_HEIGHTS[min(len(_HEIGHTS) - 1, max(0, index + k))] for k in (-1, 0, 1, 2))
    slope = (end - before) / 2, (after - start) / 2
    return (
        start * (1 + 2 * t) * (1 - t) ** 2
        + end * t * t * (3 - 2 * t)
        + slope[0] * t * (1 - t) ** 2
        - slope[1] * t * t * (1 - t)
    )


def sample_matrix() -> Floats:
    """Return a (frames, bands) picture with moving formants, a fricative and pauses, 0..1."""
    frames, bands = np.meshgrid(np.arange(166.0), np.arange(70.0), indexing="ij")
    rng = np.random.default_rng(4)
    level = np.full(frames.shape, 0.05)
    # start, end, first formant, its glide, loudness
    vowels = (
        (2, 22, 12, 4, 0.7),
        (34, 70, 9, 9, 1.0),
        (78, 104, 16, -5, 0.85),
        (118, 150, 8, 6, 0.75),
        (157, 166, 14, 0, 0.9),
    )
    for start, end, first, glide, loud in vowels:
        gate = loud / (1 + np.exp((start - frames) / 1.1)) / (1 + np.exp((frames - end) / 2.2))
        bend = glide * (frames - start) / max(1, end - start)
        shape = 0.9 * np.exp(-bands / 11.0)
        for centre, width, share in (
            (first + bend, 4.0, 0.75),
            (2.2 * first + 12 - bend, 4.5, 0.5),
            (52 + 0.4 * bend, 5.0, 0.32),
        ):
            shape = shape + share * np.exp(-0.5 * ((bands - centre) / width) ** 2)
        level = level + gate * shape
    hiss = 0.45 / (1 + np.exp((106 - frames) / 1.2)) / (1 + np.exp((frames - 116) / 1.2)) * (bands / 70.0) ** 1.5
    grain = rng.normal(0.0, 1.0, size=(166, 70))
    for _ in range(2):
        grain = (
            grain + np.roll(grain, 1, 0) + np.roll(grain, 1, 1) + np.roll(grain, -1, 0) + np.roll(grain, -1, 1)
        ) / 3.2
    picture: Floats = np.clip(level + hiss + 0.05 * grain, 0.0, 1.0).astype(np.float32)
    return picture


class StatesSheet(Painted):
    """Paints the table of states at fixed places."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._matrix = sample_matrix()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look = self.look
            painter.fillRect(self.rect(), look.color("canvas"))
            title = QRectF(32, 20, 400, 28)
            paint_text(painter, title, "Element states", look.font("title"), look.color("t1"), LEFT)
            lead = "Colour is never alone: width, dash, hatch and a glyph say the same thing."
            paint_text(painter, QRectF(200, 21, 700, 28), lead, look.font("body"), look.color("t2"), LEFT)
            for x, state in zip(_COLUMN_X, STATES, strict=True):
                paint_text(painter, QRectF(x, 60, 166, 18), state, look.font("section"), look.color("t2"), LEFT)
            for y, kind in zip(_ROW_Y, _KINDS, strict=True):
                area = QRectF(32, y + 24, 80, 20)
                paint_text(painter, area, kind, look.font("body_medium"), look.color("t1"), LEFT)
                for x, state in zip(_COLUMN_X, STATES, strict=True):
                    self._cell(painter, QRectF(x, y, *_CELL), kind, state)

    def _cell(self, painter: QPainter, cell: QRectF, kind: str, state: State) -> None:
        theme = self.look.theme
        art.paint_frame(painter, cell, 4, theme.color("alt"), None)
        painter.save()
        shape = QPainterPath()
        shape.addRoundedRect(cell, 4, 4)
        painter.setClipPath(shape)
        if kind == "Curve":
            self._curve(painter, cell, state)
        elif kind in ("Spans", "Notes"):
            height = 30 if kind == "Spans" else 20
            bar = QRectF(cell.left() + 23, cell.top() + (21 if kind == "Spans" else 27), 120, height)
            draw = state_marks.paint_span if kind == "Spans" else state_marks.paint_note
            draw(painter, bar, "ɛ" if kind == "Spans" else "low", state, theme)
        elif kind == "Grid":
            self._grid(painter, cell, state)
        else:
            self._picture(painter, cell, state)
        if state == "stale":
            state_marks.paint_stale(painter, cell, theme)
        painter.restore()
        art.paint_frame(painter, cell, 4, None, theme.color("line"))

    def _points(self, cell: QRectF, first: float = 0.0, last: float = 1.0) -> QPolygonF:
        shares = np.linspace(first, last, 120).tolist()
        return QPolygonF(
            [QPointF(cell.left() + s * cell.width(), cell.top() + wave(s) * cell.height()) for s in shares]
        )

    def _curve(self, painter: QPainter, cell: QRectF, state: State) -> None:
        theme = self.look.theme
        points = self._points(cell)
        if state == "predicted":
            self._band(painter, cell)
        if state == "locked":
            painter.fillRect(cell, theme.color("lockwash"))
        if state == "selected":
            left = cell.left() + 41
            state_marks.paint_time_selection(painter, QRectF(left, cell.top(), 90, cell.height()), theme)
        if state == "edited":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(state_marks.behind_pen(theme))
            painter.drawPolyline(points)
            path = QPainterPath(self._at(cell, 0.22, 0.32))
            path.cubicTo(self._at(cell, 0.27, 0.38), self._at(cell, 0.31, 0.4), self._at(cell, 0.365, 0.385))
            path.cubicTo(self._at(cell, 0.48, 0.3), self._at(cell, 0.53, 0.36), self._at(cell, 0.64, 0.63))
            path.cubicTo(self._at(cell, 0.69, 0.76), self._at(cell, 0.73, 0.84), self._at(cell, 0.79, 0.86))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.strokePath(path, state_marks.curve_pen(theme, "edited"))
            for x, y in ((0.365, 0.385), (0.64, 0.63)):
                state_marks.paint_handle(painter, self._at(cell, x, y), theme)
        else:
            state_marks.paint_curve(painter, points, state, theme)
        if state == "locked":
            art.paint_padlock(painter, cell.left() + 7, cell.top() + 6, theme.color("lock", 0.8))
        if state == "hover":
            box = QRectF(cell.left() + 63, cell.top() + 3, 45, cell.height() - 6)
            state_marks.paint_footprint(painter, box, theme)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("t1"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(self._at(cell, 0.51, wave(0.51)), 3, 3)
            area = QRectF(cell.left() + 115, cell.top() + 19, 50, 16)
            paint_text(painter, area, "214 Hz", self.look.font("caption_medium"), theme.color("t1"), LEFT)

    def _at(self, cell: QRectF, x: float, y: float) -> QPointF:
        return QPointF(cell.left() + x * cell.width(), cell.top() + y * cell.height())

    def _band(self, painter: QPainter, cell: QRectF) -> None:
        shares = np.linspace(0.0, 1.0, 80).tolist()
        half = [0.04 + 0.12 * math.sin(math.pi * min(1.0, 0.25 + 0.85 * s)) ** 2 for s in shares]
        upper = [self._at(cell, s, wave(s) - h) for s, h in zip(shares, half, strict=True)]
        lower = [self._at(cell, s, wave(s) + h) for s, h in zip(shares, half, strict=True)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.color("predband"))
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))

    def _grid(self, painter: QPainter, cell: QRectF, state: State) -> None:
        theme = self.look.theme
        left, top = cell.left() + 9, cell.top() + 4
        painter.save()
        if state == "stale":
            painter.setOpacity(art.STALE_OPACITY)
        for row, codes in enumerate(_CODES):
            for column, code in enumerate(codes):
                painter.fillRect(QRectF(left + 22 * column, top + 21 * row, 21, 20), grid_colour(code))
        painter.restore()
        region = QRectF(left + 43, top - 1, 67, 43)
        if state == "hover":
            state_marks.paint_footprint(painter, region.adjusted(0, 1, 0, 21), theme)
            region = QRectF(left + 65, top + 20, 23, 22)
        state_marks.paint_region(painter, region, state, theme)

    def _picture(self, painter: QPainter, cell: QRectF, state: State) -> None:
        theme = self.look.theme
        painter.save()
        if state == "stale":
            painter.setOpacity(art.STALE_OPACITY)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(cell, matrix_image(self._matrix, theme))
        painter.restore()
        if state == "analysed":
            state_marks.paint_region(painter, cell.adjusted(1, 1, -1, -1), "analysed", theme)
        elif state == "edited":
            ellipse = QPainterPath()
            ellipse.addEllipse(QPointF(0, 0), 40, 20)
            place = QTransform().translate(cell.left() + 85, cell.top() + 35).rotate(-8)
            state_marks.paint_patch(painter, place.map(ellipse).toFillPolygon(), theme)
        elif state == "locked":
            box = QRectF(cell.left() + 31, cell.top() + 1, 111, cell.height() - 2)
            painter.fillRect(box, art.lock_brush(theme, art.device_ratio(painter)))
            art.paint_frame(painter, box, 0, None, theme.color("lock"), 1.5)
        elif state == "selected":
            box = QRectF(cell.left() + 41, cell.top(), 90, cell.height())
            state_marks.paint_time_selection(painter, box, theme)
        elif state == "hover":
            box = QRectF(cell.left() + 57, cell.top() + 3, 56, cell.height() - 6)
            state_marks.paint_footprint(painter, box, theme)
            painter.setPen(QPen(theme.color("t1"), 1.5))
            state_marks.paint_brush_outline(painter, box.center(), 18, 18, theme)
