"""What lies over every lane alike: stale hatch, selection, footprint, playhead, and small chips of text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from intermezzo.ui import art
from intermezzo.ui.fonts import FontRole, font
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.text import paint_text, text_width
from intermezzo.ui.theme import Role, Theme
from intermezzo.ui.timeline.board import Board

__all__ = ["CHIP_HEIGHT_PX", "chip_rect", "fill_columns", "fill_hatched", "paint_chip", "paint_footprint",
           "paint_label", "paint_playhead", "paint_selection", "paint_stale", "vertical", "verticals"]  # fmt: skip

CHIP_HEIGHT_PX: Final = 17.0
_CHIP_PAD_PX: Final = 5.0
_CHIP_GAP_PX: Final = 12.0
_TILE_PX: Final = (960, 240)  # holds whole periods of both hatches


def vertical(painter: QPainter, x: float, top: float, bottom: float, colour: QColor) -> None:
    """Draw a crisp vertical line of one device pixel."""
    verticals(painter, (x,), top, bottom, colour)


def verticals(painter: QPainter, xs: Iterable[float], top: float, bottom: float, colour: QColor) -> None:
    """Draw crisp vertical lines of one device pixel."""
    ratio, fill = art.device_ratio(painter), painter.fillRect
    if ratio == 1.0:
        y, tall = int(top), int(bottom - top)
        for x in xs:
            fill(round(x), y, 1, tall, colour)
    else:
        for x in xs:
            fill(QRectF(round(x * ratio) / ratio, top, 1 / ratio, bottom - top), colour)


def fill_columns(painter: QPainter, board: Board, start: float, stop: float, height: float, colour: QColor) -> None:
    """Wash the columns of frames ``start:stop``."""
    x0, x1 = round(board.x_of(start)), round(board.x_of(stop))
    painter.fillRect(QRectF(x0, 0, x1 - x0, height), colour)


@lru_cache(maxsize=8)
def _hatch(theme: Theme, ratio: float, stale: bool) -> QPixmap:
    """A large tile of a hatch: blending many small ones is what makes hatched lanes slow."""
    wide, high = _TILE_PX
    tile = QPixmap(round(wide * ratio), round(high * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    with QPainter(tile) as painter:
        painter.fillRect(0, 0, wide, high, (art.stale_brush if stale else art.lock_brush)(theme, ratio))
    return tile


def fill_hatched(painter: QPainter, rect: QRectF, board: Board, *, stale: bool = False) -> None:
    """Fill with the narrow hatch of what is locked, or the wide one of what is stale; it scrolls with the view.

    Piece by piece: Qt spreads a tiled pixmap over threads, and waiting for them takes longer than the blend.
    """
    ratio = art.device_ratio(painter)
    tile, (wide, high) = _hatch(board.look.theme, ratio, stale), _TILE_PX
    # A little more than is shown: pieces that end inside a device pixel would be stretched to it.
    area = rect.intersected(painter.clipBoundingRect().adjusted(-1, -1, 1, 1)) if painter.hasClipping() else rect
    along = round(board.along_px * ratio) / ratio
    y = area.top()
    while y < area.bottom():
        x, tall = area.left(), min(high - y % high, area.bottom() - y)
        while x < area.right():
            at = (x + along) % wide
            size = QSizeF(min(wide - at, area.right() - x), tall)
            painter.drawPixmap(
                QRectF(QPointF(x, y), size), tile, QRectF(QPointF(at, y % high) * ratio, size * ratio)
            )  # fmt: skip
            x += size.width()
        y += tall


def paint_stale(painter: QPainter, rect: QRectF, board: Board, height: float, words: str = "") -> None:
    """Hatch the stretches whose sound is not rendered yet, and say so at their end where ``words`` have room."""
    output = board.workspace.output
    if not output.n_blocks or not board.stale_ranges():
        return
    start, stop = board.frames_in(rect.left(), rect.right())
    for a, b in _merged(board.stale_ranges(), start, stop, 3 * board.view.seconds_per_px / board.hop_s):
        x0, x1 = max(board.x_of(a), rect.left()), min(board.x_of(b), rect.right())
        if x1 > x0:
            fill_hatched(painter, QRectF(round(x0), 0, round(x1) - round(x0), height), board, stale=True)
        end = min(board.x_of(b), board.view.width_px) - 8
        width = text_width(font("caption_medium"), words) if words else 0.0
        if words and end - max(board.x_of(a), 0) > width + 16 and rect.right() > end - width and rect.left() < end:
            paint_label(painter, end - width, height - 13, words, board.look.color("t2"))


def _merged(ranges: list[tuple[int, int]], start: int, stop: int, gap: float) -> list[tuple[int, int]]:
    """Return the ranges inside frames ``start:stop``, joined where the eye could not part them."""
    merged: list[tuple[int, int]] = []
    for a, b in ranges:
        if b <= start or a >= stop:
            continue
        if merged and a - merged[-1][1] < gap:
            merged[-1] = merged[-1][0], b
        else:
            merged.append((a, b))
    return merged


def paint_selection(painter: QPainter, board: Board, height: float, *, wash: bool = True) -> None:
    """Wash the selected time and draw its two edges."""
    selection = board.workspace.selection
    if not selection or selection.notes:  # notes show by themselves that they are chosen
        return
    if wash:
        fill_columns(painter, board, selection.start, selection.stop, height, board.look.color("selbg"))
    colour = board.look.color("sel")
    for frame in (selection.start, selection.stop):
        vertical(painter, board.x_of(frame), 0, height, colour)


def paint_footprint(painter: QPainter, board: Board, height: float) -> None:
    """Draw the dashed box of the frames in which an edit is heard."""
    if board.footprint is None:
        return
    start, stop = board.footprint
    x0, x1 = round(board.x_of(start)) + 0.5, round(board.x_of(stop)) - 0.5
    painter.setPen(art.dashed_pen(board.look.color("t1"), art.DASH_FOOTPRINT, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(x0, 1.5, max(x1 - x0, 1), height - 3))


def paint_playhead(painter: QPainter, board: Board, height: float) -> None:
    """Draw the playhead line."""
    vertical(painter, board.playhead_x, 0, height, board.look.color("t1"))


def paint_label(
    painter: QPainter, x: float, middle: float, text: str, colour: QColor, *, room: float = 1e9,
    role: FontRole = "caption_medium", icon: str = "",
) -> float:  # fmt: skip
    """Write a small label, with an icon before it, if the room suffices; return its width or 0."""
    width = text_width(font(role), text) + (16 if icon else 0)
    if width > room:
        if not icon or room < 14:
            return 0.0
        text, width = "", 12.0
    if icon:
        paint_icon(painter, icon, round(x), round(middle - 6), 12.0, colour)
    paint_text(painter, QRectF(x + (16 if icon else 0), middle - 8, width + 1, 16), text, font(role), colour)
    return width


def chip_rect(at: QPointF, text: str, width: float, height: float) -> QRectF:
    """Return where a chip with this text goes: right of the pointer, or left of it at the edge."""
    chip = text_width(font("caption_medium"), text) + 2 * _CHIP_PAD_PX
    x = at.x() + _CHIP_GAP_PX
    if x + chip > width - 2:
        x = at.x() - _CHIP_GAP_PX - chip
    y = min(max(at.y() - CHIP_HEIGHT_PX - 3, 1.0), max(height - CHIP_HEIGHT_PX - 1, 1.0))
    return QRectF(round(max(x, 2.0)), round(y), round(chip), CHIP_HEIGHT_PX)


def paint_chip(painter: QPainter, rect: QRectF, text: str, board: Board, role: Role = "t1") -> None:
    """Write a chip of text on the canvas at 86 %."""
    art.paint_frame(painter, rect, 3.0, board.look.color("chip"), None)
    paint_text(
        painter, rect.adjusted(_CHIP_PAD_PX, 0, 0, 0), text, font("caption_medium"), board.look.color(role)
    )  # fmt: skip
