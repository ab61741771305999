"""Marks over the picture of a matrix: the outline and wash of what is painted, and the hatch of what is locked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from intermezzo.core.layers import Matrix, Rope
from intermezzo.core.layers.base import runs
from intermezzo.ui import art
from intermezzo.ui.timeline.board import Board

__all__ = ["paint_locks", "paint_outline", "touched"]

_WASH = 0.16
_LINE_PX = 1.5


def touched(rope: Rope, start: int, stop: int) -> tuple[int, int] | None:
    """Return a hull of the rows in ``start:stop`` that hold anything but zeros; whole blocks are looked at once."""
    found: list[tuple[int, int]] = []
    blank: dict[int, bool] = {}
    first = max(int(np.searchsorted(rope.starts, start, side="right")) - 1, 0)
    for k in range(first, len(rope.blocks)):
        if rope.starts[k] >= stop:
            break
        block = rope.blocks[k]
        if id(block) not in blank:
            blank[id(block)] = not block.any()
        if not blank[id(block)]:
            found.append((rope.starts[k], rope.starts[k + 1]))
    if not found:
        return None
    low, high = max(found[0][0], start), min(found[-1][1], stop)
    there = np.flatnonzero(rope.window(low, high).any(axis=1))
    return (low + int(there[0]), low + int(there[-1]) + 1) if len(there) else None


def paint_outline(painter: QPainter, rect: QRectF, board: Board, matrix: Matrix, height: int) -> None:
    """Outline and wash the painted cells in ``rect`` (whole pixels) in the colour of the hand."""
    start, stop = board.frames_in(rect.left() - 8, rect.right() + 8)
    painted = touched(matrix.paint, start, stop)
    if painted is None:
        return
    ratio = art.device_ratio(painter)
    left = max(int(board.x_of(painted[0] - 2)) - 2, int(rect.left()))
    right = min(int(board.x_of(painted[1] + 2)) + 3, int(rect.right()))
    if right <= left:
        return
    # One pixel more on both sides, so that slopes at the border of a repainted strip are the same as inside.
    columns = np.arange(round(left * ratio) - 2, round(right * ratio) + 2)
    frames = board.frames_at((columns + 0.5) / ratio)
    low, high = max(int(frames[0]) - 3, 0), min(int(frames[-1]) + 4, len(matrix))
    limit = matrix.spec.paint_limit * 0.01
    mask = (np.abs(matrix.paint.window(low, high)) > limit).astype(np.float32)
    field = _field(_blurred(mask), frames - low, round(height * ratio))
    alpha = np.ascontiguousarray(_coverage(field, _LINE_PX * ratio)[:, 2:-2])
    image = QImage(alpha.data, alpha.shape[1], alpha.shape[0], alpha.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(_table(board.look.color("hand")))
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(left, 0), image)


def _table(colour: QColor) -> list[int]:
    rgb = colour.rgb() & 0xFFFFFF
    return [(alpha << 24) | rgb for alpha in range(256)]


def _blurred(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    padded = np.pad(mask, 1, mode="edge")
    over_time = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    result: NDArray[np.float32] = (over_time[:, :-2] + 2 * over_time[:, 1:-1] + over_time[:, 2:]) / 16
    return result


def _field(mask: NDArray[np.float32], frames: NDArray[np.float64], height: int) -> NDArray[np.float32]:
    """Interpolate (frames, bands) at pixel columns and rows: (height, width), 0.5 on the outline."""
    last, bands = len(mask) - 1, mask.shape[1]
    if len(frames) > 1 and frames[1] - frames[0] > 2:  # many frames a pixel: the strongest of each column
        edges = np.clip(frames.astype(np.int64), 0, last)
        columns = np.maximum.reduceat(mask, edges, axis=0).T
    else:
        at = np.clip(frames - 0.5, 0, last)
        left = at.astype(np.int64)
        share = (at - left).astype(np.float32)
        turned = np.ascontiguousarray(mask.T)
        columns = turned[:, left] * (1 - share) + turned[:, np.minimum(left + 1, last)] * share
    at = np.clip((height - np.arange(height) - 0.5) / height * bands - 0.5, 0, bands - 1)
    below = at.astype(np.int64)
    up = (at - below).astype(np.float32)[:, None]
    result: NDArray[np.float32] = columns[below] * (1 - up) + columns[np.minimum(below + 1, bands - 1)] * up
    return result


def _coverage(field: NDArray[np.float32], line_px: float) -> NDArray[np.uint8]:
    """Turn a field into opacity: a line of ``line_px`` where it crosses one half, a wash where it is above."""
    slope_y, slope_x = np.zeros_like(field), np.zeros_like(field)
    slope_y[1:-1] = field[2:] - field[:-2]
    slope_x[:, 1:-1] = field[:, 2:] - field[:, :-2]
    slope = np.sqrt(slope_x * slope_x + slope_y * slope_y) * 0.5
    distance = np.abs(field - 0.5) / np.maximum(slope, 1e-3)
    line = np.clip(line_px / 2 + 0.5 - distance, 0, 1)
    alpha: NDArray[np.uint8] = (np.maximum(line, (field > 0.5) * np.float32(_WASH)) * 255).astype(np.uint8)
    return alpha


def paint_locks(painter: QPainter, rect: QRectF, board: Board, matrix: Matrix, height: float) -> None:
    """Hatch and outline the locked cells in view, as the boxes that they form."""
    start, stop = board.frames_in(rect.left() - 8, rect.right() + 8)
    locked = touched(matrix.locks, start, stop)
    if locked is None:
        return
    reach = int(board.view.width_px * board.view.seconds_per_px / board.hop_s)
    low = max(locked[0] - reach, 0)
    rows = matrix.locks.window(low, min(locked[1] + reach, len(matrix))) != 0
    bands = rows.shape[1]
    lowest = np.where(rows.any(axis=1), rows.argmax(axis=1), bands)
    highest = np.where(rows.any(axis=1), bands - rows[:, ::-1].argmax(axis=1), 0)
    brush = art.lock_brush(board.look.theme, art.device_ratio(painter))
    for a, b in runs(rows.any(axis=1)):
        cuts = [a, *(a + 1 + np.flatnonzero(np.diff(lowest[a:b]) | np.diff(highest[a:b]))).tolist(), b]
        for first, last in pairwise(cuts):
            top = height - highest[first] / bands * height
            bottom = height - lowest[first] / bands * height
            x0, x1 = board.x_of(low + first), board.x_of(low + last)
            box = QRectF(round(x0), round(top), max(round(x1) - round(x0), 1), round(bottom) - round(top))
            painter.fillRect(box, brush)
            painter.setPen(QPen(board.look.color("lock"), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            if box.width() > 40 and box.height() > 24:
                art.paint_padlock(painter, box.right() - 17, box.top() + 5, board.look.color("lock"))
