"""The ground of a roll: plain rows of the scale, hatched others, the tonic's bright line, chord tones tinted, the grid.

It is painted once for a view and kept as a picture until the view, the template or the theme changes, so that notes
that are dragged over it cost only themselves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from intermezzo.core.music.harmony import chord_layer, chords_in, key_layer, keys_in
from intermezzo.core.music.keys import Key
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.timeline.beat_lines import grid_step, paint_beat_lines
from intermezzo.ui.timeline.board import Board
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
        self._picture = QImage()

    def paint(self, painter: QPainter, rect: QRectF, width: float) -> None:
        """Paint the columns of ``rect``."""
        board, pitch = self._board, self._pitch
        ratio = art.device_ratio(painter)
        sketch = board.sketch
        view = board.view
        key = (
            view.start_s, view.seconds_per_px, width, pitch.key, ratio, board.look.theme, grid_step(board),
            *((key_layer(sketch), chord_layer(sketch), sketch.bars) if sketch is not None else ()),
        )  # fmt: skip
        if key != self._key:
            self._key = key
            picture = QImage(round(width * ratio), max(round(pitch.height * ratio), 1), QImage.Format.Format_RGB32)
            picture.setDevicePixelRatio(ratio)
            inner = QPainter(picture)
            self._paint(inner, QRectF(0, 0, width, pitch.height))
            inner.end()
            self._picture = picture
        part = rect.intersected(QRectF(0, 0, width, pitch.height))
        source = QRectF(part.left() * ratio, part.top() * ratio, part.width() * ratio, part.height() * ratio)
        painter.drawImage(part, self._picture, source)

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
                painter.fillRect(QRectF(0, self._pitch.y_of(pitch - 1) - 1, rect.width(), 1), row_line)
        paint_beat_lines(painter, board, rect.width(), rect.height(), grid=True)
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

    def _paint_chords(self, painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
        spans = chord_layer(sketch)
        if spans is None or not spans.count:
            return
        inside = spans.inside(*self._board.frames_in(rect.left(), rect.right()))
        n = inside.stop - inside.start
        if n < 1 or n > rect.width() / _LEAST_CHORD_PX:
            return
        look = self._board.look
        tint = look.color("sel", _CHORD_TINT[look.theme.is_dark])
        x0 = np.rint(self._board.xs_of(spans.starts[inside])).tolist()
        x1 = np.rint(self._board.xs_of(spans.stops[inside])).tolist()
        chords = chords_in(spans)[inside]
        for chord, left, right in zip(chords, x0, x1, strict=True):
            if chord is None:
                continue
            for pitch in self._pitch.shown:
                if pitch % 12 in chord.tones:
                    painter.fillRect(self._pitch.row(pitch, max(left, 0), min(right, rect.width())), tint)

    def _paint_tonics(self, painter: QPainter, rect: QRectF, sketch: Sketch) -> None:
        colour = self._board.look.color("t3")
        for x0, x1, key in self._keys(rect, sketch):
            for pitch in self._pitch.shown:
                if key is not None and pitch % 12 == key.pitch_class:
                    y = self._pitch.y_of(pitch - 1) - 1
                    painter.fillRect(QRectF(QPointF(x0, y), QPointF(x1, y + 1)), colour)
