"""The ground of a roll: plain rows of the scale, hatched others, the tonic's bright line, chord tones tinted, the grid.

It is painted once for a view and kept as a picture until the view, the template or the theme changes, so that notes
that are dragged over it cost only themselves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from intermezzo.core.music.harmony import chord_layer, chords_in, key_layer, keys_in
from intermezzo.core.music.keys import Key
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.timeline.beat_lines import grid_step, paint_beat_lines
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.kept_picture import KeptPicture
from intermezzo.ui.timeline.overlay import fill_hatched
from intermezzo.ui.timeline.pitch_view import PitchView

__all__ = ["RollGround"]

_BLACK: Final = (1, 3, 6, 8, 10)
_LEAST_CHORD_PX: Final = 5.0
_CHORD_TINT: Final = {True: 0.085, False: 0.10}  # dark, light


class RollGround:
    """Paints the ground of one roll."""

    def __init__(self, board: Board, pitch: PitchView) -> None:
        self._board, self._pitch = board, pitch
        self._key: object = None
        self._start_s = 0.0
        self._size = QSize()
        self._kept = KeptPicture(self._paint)

    def paint(self, painter: QPainter, rect: QRectF, width: float) -> None:
        """Paint the columns of ``rect``."""
        board, pitch = self._board, self._pitch
        ratio = art.device_ratio(painter)
        sketch = board.sketch
        view = board.view
        key = (
            view.seconds_per_px, width, pitch.key, ratio, board.look.theme, grid_step(board),
            self._has_tints(sketch, width),
            *((key_layer(sketch), chord_layer(sketch), sketch.bars) if sketch is not None else ()),
        )  # fmt: skip
        self._size = QSize(round(width), max(round(pitch.height), 1))
        by = (self._start_s - view.start_s) / view.seconds_per_px
        if key != self._key or (by and not self._kept.scroll(by)):
            self._kept.spoil(QRect(QPoint(), self._size))
        self._key, self._start_s = key, view.start_s
        self._kept.show(painter, rect.toRect().intersected(QRect(QPoint(), self._size)), self._size)

    def renew(self) -> None:
        """Have it painted again."""
        self._key = None

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        board, look = self._board, self._board.look
        painter.fillRect(rect, look.color("canvas"))
        sketch = board.sketch
        if sketch is None:
            return
        self._paint_scale(painter, rect, sketch)
        self._paint_chords(painter, rect, sketch)
        row_line = look.color("line", 0.5)
        if self._pitch.row_px >= 9:
            for pitch in self._pitch.shown:
                painter.fillRect(QRectF(rect.left(), self._pitch.y_of(pitch - 1) - 1, rect.width(), 1), row_line)
        paint_beat_lines(painter, board, self._size.width(), self._size.height(), grid=True)
        self._paint_tonics(painter, rect, sketch)

    def _keys(self, rect: QRectF, sketch: Sketch) -> list[tuple[float, float, Key | None]]:
        """Return (left, right, key) of each stretch in view; a key holds on until another is named."""
        spans = key_layer(sketch)
        named = [] if spans is None else [
            (start, key) for start, key in zip(spans.starts.tolist(), keys_in(spans), strict=True) if key is not None
        ]  # fmt: skip
        if not named:
            return [(rect.left(), rect.right(), None)]
        edges = [rect.left(), *(self._board.x_of(start) for start, _ in named[1:]), rect.right()]
        found: list[tuple[float, float, Key | None]] = []
        for (_, key), x0, x1 in zip(named, edges[:-1], edges[1:], strict=True):
            left, right = max(x0, rect.left()), min(x1, rect.right())
            if right > left:
                found.append((round(left), round(right), key))
        return found

    def _paint_scale(self, painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
        look = self._board.look
        alt = look.color("alt")
        for x0, x1, key in self._keys(rect, sketch):
            outside = [p for p in self._pitch.shown if p % 12 in _BLACK] if key is None else [
                p for p in self._pitch.shown if p % 12 not in key.scale
            ]  # fmt: skip
            for pitch in outside:
                row = self._pitch.row(pitch, x0, x1)
                painter.fillRect(row, alt)
                if key is not None:
                    painter.setOpacity(0.45)
                    fill_hatched(painter, row, self._board)
                    painter.setOpacity(1.0)

    def _has_tints(self, sketch: Sketch | None, width: float) -> bool:
        """Tell whether the chords in view have room for their tints."""
        spans = chord_layer(sketch) if sketch is not None else None
        shown = spans.inside(*self._board.frames_in(0, width)) if spans is not None else slice(0, 0)
        return 1 <= shown.stop - shown.start <= width / _LEAST_CHORD_PX

    def _paint_chords(self, painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
        spans = chord_layer(sketch)
        if spans is None or not self._has_tints(sketch, self._size.width()):
            return
        inside = spans.inside(*self._board.frames_in(rect.left(), rect.right()))
        look = self._board.look
        tint = look.color("sel", _CHORD_TINT[look.theme.is_dark])
        left = np.maximum(np.rint(self._board.xs_of(spans.starts[inside])), rect.left())
        right = np.minimum(np.rint(self._board.xs_of(spans.stops[inside])), rect.right())
        chords = chords_in(spans)[inside]
        shown = np.array(self._pitch.shown, np.int64)
        tops = self._pitch.ys_of(shown)
        heights = self._pitch.ys_of(shown - 1) - tops
        tones = [chord.tones if chord is not None else () for chord in chords]
        is_tone = np.array([[p % 12 in mine for p in shown.tolist()] for mine in tones], bool)
        at, row = np.nonzero(is_tone & (right > left)[:, None])
        edges = (left[at], tops[row], (right - left)[at], heights[row])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRects(list(map(QRectF, *(edge.tolist() for edge in edges))))  # in one go

    def _paint_tonics(self, painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
        colour = self._board.look.color("t3")
        for x0, x1, key in self._keys(rect, sketch):
            for pitch in self._pitch.shown:
                if key is not None and pitch % 12 == key.pitch_class:
                    y = self._pitch.y_of(pitch - 1) - 1
                    painter.fillRect(QRectF(QPointF(x0, y), QPointF(x1, y + 1)), colour)
