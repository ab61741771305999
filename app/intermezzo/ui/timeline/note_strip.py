"""All notes of a layer as one small picture: a row a few pixels high, as the navigator shows it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from intermezzo.core.layers import Notes
from intermezzo.ui.timeline.pictures import covered_cells, draw_mapped

__all__ = ["NoteStrip"]

_AIR_PX = 2
_LEAST_SEMITONES = 7


class NoteStrip:
    """Keeps the cells of the last picture, so that a repaint costs only the blit."""

    def __init__(self) -> None:
        self._of: object = None
        self._key = (0, 0)
        self._cells = np.zeros((0, 0), np.uint8)

    def paint(self, painter: QPainter, notes: Notes, rect: QRectF, ratio: float, colour: QColor) -> None:
        """Paint the notes into a rectangle."""
        width, height = round(rect.width() * ratio), round(rect.height() * ratio)
        if not notes.count or width < 1 or height < 1:
            return
        key = width, height
        if notes.values is not self._of or key != self._key:
            self._of, self._key = notes.values, key
            self._cells = _cells(notes, width, height, round(_AIR_PX * ratio))
        table = np.array([0, colour.rgb()], np.uint32)
        draw_mapped(painter, rect.left(), rect.top(), self._cells, table, ratio, opaque=False)


def _cells(notes: Notes, width: int, height: int, air: int) -> np.typing.NDArray[np.uint8]:
    low, high = int(notes.pitches.min()), int(notes.pitches.max())
    spare = max(_LEAST_SEMITONES - (high - low), 0)
    thick = max(height // 10, 1)
    share = (notes.pitches - low + spare / 2) / max(high - low + spare, 1)
    tops = np.clip(np.rint((height - 2 * air - thick) * (1 - share)).astype(np.int64) + air, 0, height - thick)
    x0 = np.clip(np.rint(notes.starts * (width / max(notes.n_frames, 1))), 0, width - 1).astype(np.int64)
    x1 = np.clip(np.rint(notes.stops * (width / max(notes.n_frames, 1))), x0 + 1, width).astype(np.int64)
    lines = np.zeros((height, width), np.uint8)
    covered = covered_cells(tops, x0, x1, (height, width))
    for k in range(thick):
        lines[k:] |= covered[: height - k]
    return lines
