"""Lines at bars, beats and the grid of a sketch in beats, as far as they do not lie too close together.

They are drawn once for a view, into a strip that all lanes lay over their ground.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from intermezzo.core.music.grid import places
from intermezzo.core.music.metre import Bars
from intermezzo.ui import art
from intermezzo.ui.theme import Theme
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.pictures import premultiplied

__all__ = ["bar_stride", "grid_step", "paint_beat_lines", "shown_bars"]

_LEAST_PX: Final = 9.0
_STRIP_PX: Final = 128
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


class _Lines(NamedTuple):
    """All that decides where lines stand and how they look; ``step`` is the grid in frames, 0 for none."""

    bars: Bars
    along_px: float
    seconds_per_px: float
    hop_s: float
    frames: tuple[int, int]
    stride: int
    step: int
    theme: Theme
    width_px: int
    ratio: float

    def xs_of(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the pixels of frames."""
        return frames.astype(np.float64) * self.hop_s / self.seconds_per_px - self.along_px


@lru_cache(maxsize=4)
def _strip(lines: _Lines) -> QImage:
    bars, theme, px_per_frame = lines.bars, lines.theme, lines.hop_s / lines.seconds_per_px
    row = np.zeros(round(lines.width_px * lines.ratio), np.uint32)

    def draw(xs: NDArray[np.float64], colour: QColor) -> None:
        at = np.rint(xs * lines.ratio).astype(np.int64)
        row[at[(at >= 0) & (at < len(row))]] = premultiplied(colour)

    if lines.step and lines.step * px_per_frame >= _LEAST_PX:
        draw(np.rint(lines.xs_of(places(*lines.frames, lines.step, bars))), theme.color("line", 0.55))
    if bars.metres[0].beat_frames * px_per_frame >= _LEAST_PX:
        draw(lines.xs_of(bars.beats(*lines.frames)), theme.color("line"))
    first, last = (bars.index_at(frame) for frame in lines.frames)
    found = np.arange(first, last + 1)
    kept = found[(found + bars.first_number - 1) % lines.stride == 0]
    draw(lines.xs_of(bars.starts[kept]), theme.color("line2"))
    memory: Any = np.tile(row, (round(_STRIP_PX * lines.ratio), 1)).data  # Any: the stubs want bytes
    image = QImage(memory, len(row), len(memory), 4 * len(row), QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(lines.ratio)
    return image


def paint_beat_lines(painter: QPainter, board: Board, width: float, height: float, *, grid: bool = False) -> None:
    """Draw bar lines, beats and (with ``grid``) the places of the grid over a lane."""
    bars = board.sketch.bars if board.sketch is not None else None
    if bars is None:
        return
    view, ratio = board.view, art.device_ratio(painter)
    strip = _strip(
        _Lines(bars, board.along_px, view.seconds_per_px, board.hop_s, board.frames_in(-1, width + 1),
               bar_stride(board, bars, _LEAST_PX), grid_step(board) if grid else 0, board.look.theme,
               round(width), ratio)
    )  # fmt: skip
    for y in range(0, ceil(height), _STRIP_PX):
        tall = min(height - y, _STRIP_PX)
        painter.drawImage(QPointF(0, y), strip, QRectF(0, 0, strip.width(), tall * ratio))
