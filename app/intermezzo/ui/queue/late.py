"""The render queue as the window has it: made when it is first asked for, or when its journal holds orders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.ui.document import Document
from intermezzo.ui.export import Export
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:
    from intermezzo.ui.queue.desk import QueueDesk

__all__ = ["LateQueue"]


class LateQueue(QObject):
    """Imports stand inside, so that the window is on the screen before they are read."""

    counted = Signal(int)  # orders that are not made yet

    def __init__(self, workspace: Workspace, document: Document, export: Export, state_folder: Path) -> None:
        super().__init__(workspace)
        self._workspace, self._document, self._export, self._folder = workspace, document, export, state_folder
        self._desk: QueueDesk | None = None

    @property
    def desk(self) -> QueueDesk:
        """The desk, from its first use on."""
        if self._desk is None:
            from intermezzo.ui.queue.desk import QueueDesk

            self._desk = QueueDesk(self._workspace, self._document, self._export, self._folder)
            self._desk.changed.connect(self._count)
        return self._desk

    def wake(self) -> None:
        """Go on with what the queue was left with, if there is any."""
        from intermezzo.queue.journal import Journal

        if Journal(self._folder).path.is_file():
            self.desk.changed.emit()

    def close(self) -> None:
        """Stop the queue; what ran waits for the next start."""
        if self._desk is not None:
            self._desk.close()

    def _count(self) -> None:
        self.counted.emit(self.desk.line.count("waiting", "running", "failed"))
