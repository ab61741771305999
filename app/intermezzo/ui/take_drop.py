"""TakeDrop: a take dragged from the inspector onto the lanes is used where it falls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from intermezzo.core.layers import Spans
from intermezzo.ui.panels.take_row import TAKE_MIME
from intermezzo.ui.selection import Selection
from intermezzo.ui.take_commands import TakeCommands
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.header import HEADER_PX

__all__ = ["TakeDrop"]


class TakeDrop(QObject):
    """An event filter on the timeline; files and texts that are dropped go on to the window."""

    def __init__(self, timeline: Timeline, commands: TakeCommands) -> None:
        super().__init__(timeline)
        self._timeline, self._commands = timeline, commands
        timeline.setAcceptDrops(True)
        timeline.installEventFilter(self)

    def place_at(self, at: QPointF) -> Selection:
        """Return what a drop at a point of the timeline means: the selection if it falls on it, else a word."""
        workspace, board = self._timeline.workspace, self._timeline.board
        frame, sketch = int(board.frame_at(at.x() - HEADER_PX - 1)), workspace.sketch
        own = workspace.selection
        if sketch is None or (own and own.start <= frame < own.stop):
            return own
        spans = [x for x in sketch.layers.values() if isinstance(x, Spans)]
        for layer in sorted(spans, key=lambda x: x is sketch.governing):
            k = layer.index_at(frame)
            if k is not None:
                return Selection(layer.spec.name, int(layer.starts[k]), int(layer.stops[k]), element=k)
        return Selection()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, (QDragMoveEvent, QDropEvent)) and event.mimeData().hasFormat(TAKE_MIME):
            place = self.place_at(event.position())
            if not place:
                event.ignore()
                return True
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                number = int(bytes(event.mimeData().data(TAKE_MIME).data()).decode())
                self._commands.use(number, place)
            return True
        return super().eventFilter(watched, event)
