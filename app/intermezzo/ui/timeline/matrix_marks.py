"""Marks over the picture of a matrix: the outline and wash of what is painted, and the hatch of what is locked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Matrix, Rope
from intermezzo.core.layers.base import runs
from intermezzo.ui import art
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.matrix_image import MatrixImage
from intermezzo.ui.timeline.overlay import fill_hatched
from intermezzo.ui.timeline.pictures import draw_mapped, premultiplied

__all__ = ["paint_locks", "paint_outline", "touched"]

_WASH = 0.16
_LINE_PX = 1.5
_CLOSE_FRAMES = 1024  # longer hulls are told by whole blocks
_FEW_BLOCKS = 12  # so many are looked at faster than all blocks of a new rope are told apart


_FILLED: WeakKeyDictionary[Rope, NDArray[np.bool_]] = WeakKeyDictionary()


def _filled(rope: Rope) -> NDArray[np.bool_]:
    """Tell of each block whether it holds anything but zeros; found once for each rope, each shared block once."""
    known = _FILLED.get(rope)
    if known is None:
        blank: dict[int, bool] = {}
        for block in rope.blocks:
            if id(block) not in blank:
                blank[id(block)] = bool(block.any())
        known = np.array([blank[id(block)] for block in rope.blocks], bool)
        _FILLED[rope] = known
    return known


def touched(rope: Rope, start: int, stop: int) -> tuple[int, int] | None:
    """Return a hull of the rows in ``start:stop`` that hold anything but zeros."""
    if stop <= start:
        return None
    first, last = bisect_right(rope.starts, start) - 1, bisect_right(rope.starts, stop - 1) - 1
    if last - first < _FEW_BLOCKS and rope not in _FILLED:
        found = np.flatnonzero([block.any() for block in rope.blocks[first : last + 1]])
    else:
        found = np.flatnonzero(_filled(rope)[first : last + 1])
    if not len(found):
        return None
    low, high = max(rope.starts[first + int(found[0])], start), min(rope.starts[first + int(found[-1]) + 1], stop)
    if high - low > _CLOSE_FRAMES:
        return low, high
    there = np.flatnonzero(rope.window(low, high).any(axis=1))
    return (low + int(there[0]), low + int(there[-1]) + 1) if len(there) else None


def paint_outline(
    painter: QPainter,
    rect: QRectF,
    board: Board,
    matrix: Matrix,
    picture: MatrixImage,
    height: int,
    is_coarse: Callable[[QRectF], bool],
) -> None:
    """Outline and wash the painted cells in ``rect`` (whole pixels) in the colour of the hand."""
    painted = touched(matrix.paint, *board.frames_in(rect.left() - 8, rect.right() + 8))
    if painted is None:
        return
    ratio = art.device_ratio(painter)
    left = max(int(board.x_of(painted[0] - 1)) - 2, int(rect.left()))
    right = min(int(board.x_of(painted[1] + 1)) + 3, int(rect.right()))
    if right <= left:
        return
    # More pixels on both sides, so that slopes at the border of a repainted strip are the same as inside.
    rounding = max(round(height * ratio / matrix.spec.bands / 2), 1)
    more = rounding + 1
    columns = np.arange(round(left * ratio) - more, round(right * ratio) + more)
    field = picture.render(board.frames_at((columns + 0.5) / ratio), round(height * ratio), marks=True)
    if is_coarse(rect):
        alpha = _coarse(field)
    else:
        alpha = _coverage(_softened(field.astype(np.float32), rounding), _LINE_PX * ratio)
    table = _tints(premultiplied(board.look.color("hand"), 1.0))
    draw_mapped(painter, left, 0, np.ascontiguousarray(alpha[:, more:-more]), table, ratio, opaque=False)


@lru_cache(maxsize=8)
def _tints(word: int) -> NDArray[np.uint32]:
    """Return a colour at all 256 opacities, premultiplied."""
    alpha = np.arange(256, dtype=np.uint32)
    parts = [((word >> shift) & 255) * alpha // 255 << shift for shift in (24, 16, 8, 0)]
    return np.asarray(parts[0] | parts[1] | parts[2] | parts[3], np.uint32)


def _coarse(field: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Opacity while something moves: a hard line of 1 px and the wash."""
    inside = field > 127
    core = inside.copy()
    core[1:-1, 1:-1] = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    return inside * np.uint8(255) - core * np.uint8(255 - round(255 * _WASH))


def _softened(field: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Round the corners of cells: each value with those ``by`` pixels around it."""
    padded = np.pad(field, by, mode="edge")
    across = padded[:, : -2 * by] + 2 * padded[:, by:-by] + padded[:, 2 * by :]
    soft: NDArray[np.float32] = (across[: -2 * by] + 2 * across[by:-by] + across[2 * by :]) / 16
    return soft


def _coverage(field: NDArray[np.float32], line_px: float) -> NDArray[np.uint8]:
    """Turn a field into opacity: a line of ``line_px`` where it crosses 127.5, a wash where it is above."""
    slope_y, slope_x = np.zeros_like(field), np.zeros_like(field)
    slope_y[1:-1] = field[2:] - field[:-2]
    slope_x[:, 1:-1] = field[:, 2:] - field[:, :-2]
    slope = np.sqrt(slope_x * slope_x + slope_y * slope_y) * 0.5
    distance = np.abs(field - 127.5) / np.maximum(slope, 0.25)
    line = np.clip(line_px / 2 + 0.5 - distance, 0, 1)
    alpha: NDArray[np.uint8] = (np.maximum(line, (field > 127.5) * np.float32(_WASH)) * 255).astype(np.uint8)
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
    for a, b in runs(rows.any(axis=1)):
        cuts = [a, *(a + 1 + np.flatnonzero(np.diff(lowest[a:b]) | np.diff(highest[a:b]))).tolist(), b]
        for first, last in pairwise(cuts):
            top = height - highest[first] / bands * height
            bottom = height - lowest[first] / bands * height
            x0, x1 = board.x_of(low + first), board.x_of(low + last)
            box = QRectF(round(x0), round(top), max(round(x1) - round(x0), 1), round(bottom) - round(top))
            fill_hatched(painter, box, board)
            for inner in (-1.0, 1.0):  # by fills: a pen would draw otherwise where what is painted ends
                line = board.look.color("lock")
                x, y = (box.left(), box.top()) if inner < 0 else (box.right() - 1, box.bottom() - 1)
                painter.fillRect(QRectF(x, box.top(), 1, box.height()), line)
                painter.fillRect(QRectF(box.left(), y, box.width(), 1), line)
            if box.width() > 40 and box.height() > 24:
                art.paint_padlock(painter, box.right() - 17, box.top() + 5, board.look.color("lock"))
