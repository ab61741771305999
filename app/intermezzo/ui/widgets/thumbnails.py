"""Little pictures of sketches, painted from arrays: envelope with pitch, curves, notes, waveform, token grid.

They stand in recents, examples and takes. A thumbnail is given as frozen arrays, so it can be made on any thread and
kept beside a file.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.colour_maps import grid_colour
from intermezzo.ui.look import Look
from intermezzo.ui.theme import Theme
from intermezzo.ui.widgets.painted import Painted

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SketchPicture:
    """What a thumbnail shows; any part may be missing.

    Attributes:
        matrix: (frames, bands) in 0..1, quiet to loud, band 0 lowest.
        curve: (frames,) in 0..1 from bottom to top, NaN where there is none (unvoiced).
        edited: (frames,) bool, which part of the curve came from the hand; None for none.
        wave: (columns,) peak in 0..1 of each column.
        notes: (n, 4) of start, width, pitch, edited, each in 0..1.
        grid: (rows, columns) integer codes.
        pixels: uint8 (height, width, 4), straight RGBA: what the grid draws, shown beside it.
    """

    matrix: Floats | None = None
    curve: Floats | None = None
    edited: NDArray[np.bool_] | None = None
    wave: Floats | None = None
    notes: Floats | None = None
    grid: NDArray[np.int_] | None = None
    pixels: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class CurveStyle:
    """Colours of a thumbnail's curve: at rest and where the hand drew."""

    rest: QColor = field(default_factory=lambda: QColor("white"))
    hand: QColor = field(default_factory=lambda: QColor("white"))
    width: float = 1.25


def matrix_image(matrix: Floats, theme: Theme) -> QImage:
    """Return the matrix (frames, bands), 0..1, as a picture in the theme's map, low bands at the bottom."""
    levels = np.clip(np.nan_to_num(matrix, nan=0.0), 0.0, 1.0)
    codes = np.ascontiguousarray(np.round(levels.T[::-1] * 255.0).astype(np.uint8))
    n_bands, n_frames = codes.shape
    image = QImage(codes.tobytes(), n_frames, n_bands, n_frames, QImage.Format.Format_Indexed8)
    image.setColorTable(list(theme.matrix_table()))
    return image.convertToFormat(QImage.Format.Format_RGB32)


def paint_curve(
    painter: QPainter, rect: QRectF, curve: Floats, pen: QPen, shown: NDArray[np.bool_] | None = None
) -> None:
    """Draw a curve with gaps (NaN) into `rect`; at most two points a pixel column. `shown` limits it to some frames."""
    finite = np.isfinite(curve) if shown is None else np.isfinite(curve) & shown
    if not finite.any():
        return
    n_frames = curve.shape[0]
    stride = max(1, n_frames // max(1, 2 * int(rect.width())))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        frames = np.arange(start, end, stride)
        if frames[-1] != end - 1:
            frames = np.append(frames, end - 1)
        xs = rect.left() + frames / max(1, n_frames - 1) * rect.width()
        ys = rect.bottom() - np.clip(curve[frames], 0.0, 1.0) * rect.height()
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))


def paint_wave(painter: QPainter, rect: QRectF, wave: Floats, colour: QColor) -> None:
    """Draw a waveform's peaks as a filled shape around the middle of `rect`."""
    n_columns = max(2, min(int(rect.width()), wave.shape[0]))
    bounds = np.linspace(0, wave.shape[0], n_columns + 1).astype(int)[:-1]
    peaks = np.maximum.reduceat(np.clip(wave, 0.0, 1.0), bounds) * rect.height() / 2
    xs = rect.left() + np.arange(n_columns) / (n_columns - 1) * rect.width()
    middle = rect.center().y()
    upper = [QPointF(x, middle - max(0.5, p)) for x, p in zip(xs.tolist(), peaks.tolist(), strict=True)]
    lower = [QPointF(x, middle + max(0.5, p)) for x, p in zip(xs.tolist(), peaks.tolist(), strict=True)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(upper + lower[::-1]))


def paint_picture(painter: QPainter, rect: QRectF, picture: SketchPicture, theme: Theme, style: CurveStyle) -> None:
    """Paint every part that the picture has, from the back to the front."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if picture.matrix is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, matrix_image(picture.matrix, theme))
    if picture.grid is not None:
        _paint_grid(painter, *_squares(rect, picture), picture, theme)
    if picture.wave is not None:
        paint_wave(painter, rect.adjusted(0, 3, 0, -3), picture.wave, theme.color("ink"))
    if picture.notes is not None:
        _paint_notes(painter, rect.adjusted(3, 4, -3, -4), picture.notes, theme)
    if picture.curve is not None:
        inner = rect.adjusted(2, 4, -2, -4)
        edited = picture.edited
        rest = None if edited is None else ~edited
        pen = QPen(style.rest, style.width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        paint_curve(painter, inner, picture.curve, pen, rest)
        if edited is not None:
            pen = QPen(style.hand, style.width + 0.5)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            paint_curve(painter, inner, picture.curve, pen, _grown(edited))
    painter.restore()


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask one frame longer at both ends, so that two stretches of a curve meet."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    return grown


def _squares(rect: QRectF, picture: SketchPicture) -> tuple[QRectF, QRectF]:
    """Return where the tokens and what they draw lie: as large as fits, side by side, in the middle."""
    count = 1 if picture.pixels is None else 2
    side = min(rect.height() - 8, (rect.width() - 8 * count) / count)
    first = QRectF(0, 0, side, side)
    first.moveCenter(rect.center())
    if count == 1:
        return first, first
    apart = side / 2 + 4
    return first.translated(-apart, 0), first.translated(apart, 0)


def _paint_grid(painter: QPainter, place: QRectF, beside: QRectF, picture: SketchPicture, theme: Theme) -> None:
    codes, pixels = picture.grid, picture.pixels
    if codes is None:
        return
    rows, columns = codes.shape
    width, height = place.width() / columns, place.height() / rows
    counts = np.bincount(codes.reshape(-1))
    ground = int(counts.argmax()) if counts.max() > codes.size * 0.4 else -1
    for row in range(rows):
        for column in range(columns):
            cell = QRectF(place.left() + column * width, place.top() + row * height, width - 0.5, height - 0.5)
            is_ground = codes[row, column] == ground
            painter.fillRect(cell, theme.color("alt") if is_ground else grid_colour(int(codes[row, column])))
    if pixels is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown = np.ascontiguousarray(pixels)
        image = QImage(shown.data, shown.shape[1], shown.shape[0], QImage.Format.Format_RGBA8888)
        painter.drawImage(beside, image)


def _paint_notes(painter: QPainter, rect: QRectF, notes: Floats, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for start, width, pitch, edited in notes.tolist():
        left = rect.left() + start * rect.width()
        top = rect.bottom() - pitch * rect.height() - 1.5
        painter.setBrush(theme.color("handfill" if edited > 0.5 else "note"))
        painter.drawRoundedRect(QRectF(left, top, max(3.0, width * rect.width() - 1), 3.0), 1.5, 1.5)


class Thumbnail(Painted):
    """A framed picture of a sketch, 64 x 36 in lists; larger on example cards.

    Args:
        amber_curve: draw the whole curve amber (recents); else cream on the matrix with amber for edits (examples).
    """

    def __init__(
        self,
        look: Look,
        picture: SketchPicture,
        name: str,
        *,
        size: QSize | None = None,
        amber_curve: bool = False,
        radius: float = 4.0,
        flat_bottom: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._picture = picture
        self._amber = amber_curve
        self._radius = radius
        self._flat_bottom = flat_bottom
        self.setAccessibleName(name)
        self._size = size or QSize(64, 36)
        if size is None:
            self.setFixedSize(self._size)

    def sizeHint(self) -> QSize:
        return self._size

    def set_picture(self, picture: SketchPicture) -> None:
        """Show another sketch."""
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color = self.look.color
            rect = QRectF(self.rect())
            shape = QPainterPath()
            shape.addRoundedRect(rect, self._radius, self._radius)
            if self._flat_bottom:
                lower = QPainterPath()
                lower.addRect(rect.adjusted(0, self._radius, 0, 0))
                shape = shape.united(lower)
            painter.fillPath(shape, color("alt"))
            painter.save()
            painter.setClipPath(shape)
            rest = color("hand" if self._amber else "lock")
            style = CurveStyle(rest, color("hand"), self._curve_width())
            paint_picture(painter, rect, self._picture, self.look.theme, style)
            painter.restore()
            if not self._flat_bottom:
                paint_frame(painter, rect, self._radius, None, color("line"))

    def _curve_width(self) -> float:
        return 1.25 if self.height() < 60 else _BIG_CURVE


_BIG_CURVE: Final = 1.75
