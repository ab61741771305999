"""How notes look: bars in the colour of their state with the syllable on or over them; from far away only colour."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from intermezzo.core.layers import Notes, strongest
from intermezzo.ui import art
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.ghosts import ghost_colour
from intermezzo.ui.timeline.marks import ANALYSED, EDITED, LOCKED
from intermezzo.ui.timeline.pictures import covered_cells, draw_mapped
from intermezzo.ui.timeline.pitch_view import PitchView
from intermezzo.ui.timeline.stamps import stamp_box
from intermezzo.ui.timeline.syllable_layout import INKS, LABEL_REACH_PX, SyllableLayout, note_corners
from intermezzo.ui.timeline.unsure import UNSURE

__all__ = ["is_crowd", "lay_out", "note_rect", "note_rects", "paint_crowd", "paint_note_ghosts", "paint_notes",
           "stem_colour"]  # fmt: skip

_RADIUS: Final = 3.0
_PLAIN_PX: Final = 7.0  # narrower notes have no round corners
_CROWD_PX: Final = 3.0
_AROUND_PX: Final = 4.0
_LEAST_ROW_PX: Final = 9.0  # lower rows have no room for letters
_FILLS: Final[dict[str, Role]] = {
    "predicted": "note", "analysed": "note", "edited": "handfill", "locked": "notelocked",
}  # fmt: skip


def is_crowd(n_notes: int, width: float) -> bool:
    """Tell whether so many notes in so many pixels are painted as mere colour."""
    return n_notes > width / _CROWD_PX


def note_rect(board: Board, pitch: PitchView, notes: Notes, k: int) -> QRectF:
    """Return the rectangle of a note, one pixel inside its row and its time."""
    x0, x1 = round(board.x_of(int(notes.starts[k]))), round(board.x_of(int(notes.stops[k])))
    row = pitch.row(int(notes.pitches[k]), x0, x1)
    inset = 1 if row.height() >= 6 else 0
    return row.adjusted(1 if row.width() > 4 else 0, inset, -1 if row.width() > 4 else 0, -inset)


def note_rects(board: Board, pitch: PitchView, notes: Notes, at: NDArray[np.int64]) -> list[QRectF]:
    """Return what `note_rect` returns for each of the notes at some indices."""
    x0, x1 = np.rint(board.xs_of(notes.starts[at])), np.rint(board.xs_of(notes.stops[at]))
    pitches = notes.pitches[at]
    left, top, right, bottom = note_corners(x0, x1, pitch.ys_of(pitches), pitch.ys_of(pitches - 1))
    return list(map(QRectF, *(edge.tolist() for edge in (left, top, right - left, bottom - top))))


def lay_out(board: Board, pitch: PitchView, notes: Notes, layout: SyllableLayout) -> None:
    """Find the places of the syllables of the notes in view."""
    if pitch.row_px >= _LEAST_ROW_PX:
        shown = board.frames_in(-LABEL_REACH_PX, board.view.width_px + _AROUND_PX)
        layout.find(notes, shown, board.hop_s / board.view.seconds_per_px, pitch.row_px)


def paint_notes(
    painter: QPainter, board: Board, pitch: PitchView, notes: Notes, at: NDArray[np.int64], boxes: list[QRectF],
    chosen: frozenset[int], lit: int | None, layout: SyllableLayout,
) -> None:  # fmt: skip
    """Paint the notes at the indices ``at`` with the rectangles ``boxes``, and their syllables as ``layout`` has them.

    Those with ``chosen`` ids are outlined, ``lit`` shows its grips.
    """
    look = board.look
    fills = {state: look.color(role) for state, role in _FILLS.items()}
    near = list(zip(at.tolist(), boxes, strict=True))
    states = list(map(strongest, notes.origin[at].tolist()))
    ratio = art.device_ratio(painter)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for (k, box), note, state in zip(near, notes.ids[at].tolist(), states, strict=True):
        fill = fills[state]
        if k == lit:
            fill = fill.lighter(118) if look.theme.is_dark else fill.darker(108)
        if box.width() < _PLAIN_PX:
            painter.fillRect(QRectF(box.left(), box.top(), max(box.width(), 1.0), box.height()), fill)
        else:
            stamp_box(painter, box, _RADIUS, fill, ratio)
            if state != "predicted" or notes.score is not None:
                _paint_state(painter, board, box, state, notes, k)
        if note in chosen:
            art.paint_frame(painter, box.adjusted(-2, -2, 2, 2), _RADIUS + 2, None, look.color("sel"), 2.0)
        if k == lit and box.width() >= _PLAIN_PX:
            for x in (box.left() + 1, box.right() - 3):
                painter.fillRect(QRectF(x, box.top() + 3, 2, max(box.height() - 6, 2)), look.color(INKS[state]))
    if pitch.row_px >= _LEAST_ROW_PX:  # over all notes, so that none hides a syllable
        layout.paint(painter, look, notes, [(k, box, state) for (k, box), state in zip(near, states, strict=True)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_state(painter: QPainter, board: Board, box: QRectF, state: str, notes: Notes, k: int) -> None:
    look = board.look
    if state == "locked":
        hatch = look.color("canvas", 0.22)
        painter.fillRect(box, art.hatch_brush(hatch, art.LOCK_HATCH_PX, art.device_ratio(painter)))
        if box.width() >= 64 and box.height() >= 14:
            art.paint_padlock(painter, round(box.right()) - 15, round(box.center().y()) - 6, look.color("canvas"), 11)
    elif state == "analysed":
        art.paint_frame(painter, box, _RADIUS, None, look.color("ana"), 1.25, art.DASH_ANALYSED)
    elif state == "predicted" and notes.score is not None and float(notes.score[k]) < UNSURE:
        warn = look.color("warn")
        for x in range(round(box.left()) + 2, round(box.right()) - 2, 4):
            painter.fillRect(QRectF(x, round(box.bottom()) - 3, 2, 2), warn)


def paint_crowd(
    painter: QPainter, board: Board, pitch: PitchView, notes: Notes, inside: NDArray[np.int64], chosen: frozenset[int],
    left: float, width: float,
) -> None:  # fmt: skip
    """Paint very many notes: a cell a device pixel and pitch, in the colour of the strongest state in it."""
    shown = pitch.shown
    if not len(shown):
        return
    ratio = art.device_ratio(painter)
    columns, n = round(width * ratio), len(shown)
    first = round(left * ratio)  # rounded before it is taken off: a column falls alike whatever part is painted
    x0, x1 = (np.rint(board.xs_of(edges[inside]) * ratio).astype(np.int64) - first for edges in notes.values.T[:2])
    x0, x1 = np.clip(x0, 0, columns), np.clip(np.maximum(x1, x0 + 1), 0, columns)
    rows = notes.pitches[inside].astype(np.int64) - shown[0]
    seen = (rows >= 0) & (rows < n)
    origin = notes.origin[inside]
    picked = np.isin(notes.ids[inside], np.fromiter(chosen, np.int64)) if chosen else np.zeros(len(inside), bool)
    kinds = np.select(
        [picked, (origin & LOCKED) != 0, (origin & EDITED) != 0, (origin & ANALYSED) != 0], [5, 4, 3, 2], 1
    )
    cells = np.zeros((n, columns), np.uint8)
    for kind in range(1, 6):
        mine = seen & (kinds == kind)
        if mine.any():
            cells[covered_cells(rows[mine], x0[mine], x1[mine], (n, columns))] = kind
    roles: tuple[Role, ...] = ("note", "ana", "handfill", "notelocked", "sel")
    table = np.array([0, *(board.look.color(role).rgba() for role in roles)], np.uint32)
    # From row of pitch to device rows: the topmost pitch first, the last pixel of each row left free.
    edges_px = np.rint(pitch.ys_of(np.arange(shown[-1], shown[0] - 2, -1)) * ratio).astype(np.int64)
    heights = np.diff(edges_px)
    gap = round(ratio) if pitch.row_px >= 4 else 0
    tall = np.repeat(cells[::-1], heights, axis=0)
    if gap:
        last = np.cumsum(heights) - 1
        tall[last] = 0
    draw_mapped(painter, left, edges_px[0] / ratio, tall, table, ratio, opaque=False)


def paint_note_ghosts(painter: QPainter, rect: QRectF, board: Board, pitch: PitchView, notes: Notes) -> None:
    """Outline, dashed, the notes of another version that are not here."""
    ghost, times = board.ghost, board.ghost_times()
    its = ghost.sketch.layers.get(notes.spec.name) if ghost is not None else None
    if ghost is None or times is None or not isinstance(its, Notes) or not its.count:
        return
    low, high = ghost.frames or (0, len(its))
    start, stop = times.to_theirs(np.array(board.frames_in(rect.left() - 4, rect.right() + 4), np.float64)).tolist()
    inside = its.sounding(int(start), int(stop) + 1)
    inside = inside[(its.starts[inside] >= low) & (its.starts[inside] < high)]
    rows = np.rint(times.to_mine(its.values[inside, :2])).astype(np.int64)
    mine = {
        tuple(row) for row in notes.values[notes.sounding(*board.frames_in(rect.left(), rect.right())), :3].tolist()
    }
    unlike = [
        (a, b, p)
        for (a, b), p in zip(rows.tolist(), its.pitches[inside].tolist(), strict=True)
        if (a, b, p) not in mine
    ]
    colour = ghost_colour(board)
    if is_crowd(len(unlike), rect.width()):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.0) if board.busy else art.dashed_pen(colour, art.DASH_GHOST, 1.0))
    for a, b, p in unlike:
        x0, x1 = round(board.x_of(a)), round(board.x_of(b))
        row = pitch.row(p, x0, x1)
        painter.drawRect(
            QRectF(QPointF(x0 + 1.5, row.top() + 2.5), QPointF(max(x1 - 1.5, x0 + 2.5), row.bottom() - 2.5))
        )


def stem_colour(board: Board, origin: int) -> QColor:
    """Return the colour of a note's velocity."""
    return board.look.color("hand" if origin & EDITED else "lock" if origin & LOCKED else "pred")
