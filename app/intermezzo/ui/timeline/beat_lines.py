"""Lines at bars, beats and the grid of a sketch in beats, as far as they do not lie too close together."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from intermezzo.core.music.grid import places
from intermezzo.core.music.metre import Bars
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.overlay import verticals

__all__ = ["bar_stride", "grid_step", "paint_beat_lines", "shown_bars"]

_LEAST_PX: Final = 9.0
_STRIDES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def bar_stride(board: Board, bars: Bars, least_px: float) -> int:
    """Return every how many bars something ``least_px`` wide fits."""
    mean_px = max(bars.n_frames / bars.count * board.hop_s / board.view.seconds_per_px, 1e-6)
    return next((n for n in _STRIDES if n * mean_px >= least_px), _STRIDES[-1])


def grid_step(board: Board) -> int:
    """Return the frames of the grid on which notes are put: 1 in a sketch that is not in beats."""
    beats = board.sketch.type.beats if board.sketch is not None else None
    return board.workspace.note_settings.step(beats.frames_per_quarter) if beats is not None else 1


def shown_bars(board: Board, left: float, right: float, stride: int) -> NDArray[np.int64]:
    """Return the indices of the bars that begin between two pixels, each ``stride``-th by its number."""
    bars = board.sketch.bars if board.sketch is not None else None
    if bars is None:
        return np.zeros(0, np.int64)
    first, last = np.searchsorted(bars.starts, (board.frame_at(left), board.frame_at(right)), side="left").tolist()
    found = np.arange(max(first - 1, 0), min(last + 1, bars.count), dtype=np.int64)
    kept: NDArray[np.int64] = found[(found + bars.first_number - 1) % stride == 0]
    return kept


def paint_beat_lines(
    painter: QPainter, rect: QRectF, board: Board, top: float, bottom: float, *, grid: bool = False,
    bar: QColor | None = None,
) -> None:  # fmt: skip
    """Draw bar lines, beats and (with ``grid``) the places of the grid between two heights."""
    bars = board.sketch.bars if board.sketch is not None else None
    if bars is None:
        return
    look, left, right = board.look, rect.left() - 1, rect.right() + 1
    px_per_frame = board.hop_s / board.view.seconds_per_px
    start, stop = board.frames_in(left, right)
    step = grid_step(board)
    if grid and step * px_per_frame >= _LEAST_PX:
        weak = look.color("line", 0.55)
        xs = np.unique(np.rint(board.xs_of(places(start, stop, step, bars))))
        verticals(painter, xs.tolist(), top, bottom, weak)
    beat_px = bars.metres[0].beat_frames * px_per_frame
    if beat_px >= _LEAST_PX:
        verticals(painter, board.xs_of(bars.beats(start, stop)).tolist(), top, bottom, look.color("line"))
    strong = bar if bar is not None else look.color("line2")
    kept = shown_bars(board, left, right, bar_stride(board, bars, _LEAST_PX))
    verticals(painter, board.xs_of(bars.starts[kept]).tolist(), top, bottom, strong)
