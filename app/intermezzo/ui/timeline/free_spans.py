"""Hands on spans that govern nothing: drag an edge on the grid, split, take out, put a new one into a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from intermezzo.core.edits import free_spans as edits
from intermezzo.core.music import grid
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.beat_lines import grid_step
from intermezzo.ui.timeline.board import Board, Drag
from intermezzo.ui.timeline.gestures import EditGesture, Modifiers

if TYPE_CHECKING:
    from intermezzo.ui.timeline.spans_gestures import Boundary
    from intermezzo.ui.timeline.spans_lane import SpansLane

__all__ = ["EdgeGesture", "edge_near", "put_in", "split", "take_out"]

_CTRL = Modifiers.ControlModifier
_NEW = "new"


def _on_grid(board: Board, frame: float) -> int:
    bars = board.sketch.bars if board.sketch is not None else None
    return int(grid.on_grid(frame, grid_step(board), bars))


def edge_near(lane: SpansLane, x: float) -> tuple[int, int, bool] | None:
    """Return (index, frame, whether its beginning) of the edge nearest to a pixel; ends before beginnings."""
    spans, frame = lane.spans, lane.board.frame_at(x)
    if spans is None or not spans.count:
        return None
    ends, beginnings = np.abs(spans.stops - frame), np.abs(spans.starts - frame)
    k, j = int(np.argmin(ends)), int(np.argmin(beginnings))
    if ends[k] <= beginnings[j]:
        return k, int(spans.stops[k]), False
    return j, int(spans.starts[j]), True


class EdgeGesture(EditGesture):
    """Moves an edge on the grid, with Ctrl anywhere; a neighbour that touches it gives or takes."""

    def __init__(self, lane: SpansLane, drag: Drag, boundary: Boundary, at: QPointF) -> None:
        super().__init__(lane, drag)
        self._name, self._edge, self._from = lane.name, boundary, at
        self._offset = lane.board.x_of(boundary.frame) - at.x()
        spans = lane.spans
        self._label = (
            step_name("Stretch {0}", spans.labels[boundary.index]) if spans is not None else step_name("Stretch")
        )

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        frame = self.board.frame_at(at.x() + self._offset)
        to = round(frame) if modifiers & _CTRL else _on_grid(self.board, frame)
        to = self._edge.frame if abs(at.x() - self._from.x()) < 3 else to
        index, at_start = self._edge.index, self._edge.at_start
        self.drag.update(self._label, lambda s: edits.move_edge(s, self._name, index, to, at_start=at_start))


def split(lane: SpansLane, k: int) -> bool:
    """Cut a span at the playhead where that lies inside, else in the middle; on the grid."""
    spans, board = lane.spans, lane.board
    if spans is None:
        return False
    start, stop = int(spans.starts[k]), int(spans.stops[k])
    at = _on_grid(board, board.playhead_frame)
    at = at if start < at < stop else _on_grid(board, (start + stop) / 2)
    at = at if start < at < stop else (start + stop) // 2
    return board.edit(
        step_name("Split {0}", spans.labels[k]), lambda s: edits.split(s, lane.name, k, at), icon="scissors"
    )


def take_out(lane: SpansLane, k: int) -> bool:
    """Take a span out."""
    spans, board = lane.spans, lane.board
    if spans is None:
        return False
    board.workspace.select(Selection())
    return board.edit(step_name("Delete {0}", spans.labels[k]), lambda s: edits.take_out(s, lane.name, k), icon="trash")


def put_in(lane: SpansLane, at: QPointF) -> int | None:
    """Put a span of one step into a gap, called like the one before it; return its index."""
    spans, board = lane.spans, lane.board
    if spans is None or not lane.may_edit("labels"):
        return None
    frame, step = board.frame_at(at.x()), max(grid_step(board), spans.spec.min_frames)
    start = _on_grid(board, frame)
    start = start if start <= frame else max(_on_grid(board, frame - step), 0)
    k = int(np.searchsorted(spans.starts, start, side="right"))
    first = max(start, int(spans.stops[k - 1]) if k else 0)
    last = min(first + step, int(spans.starts[k]) if k < spans.count else spans.n_frames)
    symbols = [symbol for _, group in spans.spec.symbols for symbol in group]
    label = spans.labels[k - 1] if k else symbols[0] if symbols else _NEW
    done = last > first and board.edit(
        step_name("Put in {0}", label), lambda s: edits.put(s, lane.name, first, last, label), icon="plus"
    )
    return k if done else None
