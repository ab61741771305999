"""The desk of the render queue: asks for what is to be made, hands it to the worker, and tells the window."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.queue.batch import orders_of_folder, orders_of_table
from intermezzo.queue.journal import Journal
from intermezzo.queue.orders import Line, Order
from intermezzo.queue.worker import QueueWorker
from intermezzo.storage.suffixes import written_as
from intermezzo.ui.document import Document
from intermezzo.ui.export import Export
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

__all__ = ["QueueDesk"]

_TELL_EVERY_MS: Final = 100
_BITS: Final = re.compile(r"(16|24|32) bit")
_TIMES: Final = re.compile(r"(\d) ×")


class QueueDesk(QObject):
    """The worker begins at once if the journal holds orders that wait.

    Attributes:
        changed: the line, or how far it is, changed; at most ten times a second.
    """

    changed = Signal()
    _came = Signal()

    def __init__(self, workspace: Workspace, document: Document, export: Export, state_folder: Path) -> None:
        super().__init__(workspace)
        self._workspace, self._document, self._export = workspace, document, export
        self._timer = QTimer(self, singleShot=True, interval=_TELL_EVERY_MS)
        self._timer.timeout.connect(self._show)
        self._came.connect(lambda: None if self._timer.isActive() else self._timer.start())
        self.worker = QueueWorker(
            workspace.registry, lambda: workspace.host, Journal(state_folder), self._came.emit
        )  # fmt: skip
        if self.worker.trouble:
            workspace.tell("error", self.worker.trouble)
        self._show()

    @property
    def line(self) -> Line:
        """The orders as they stand."""
        return self.worker.line

    def add_stage(self) -> None:
        """Ask for a file, its format and size, and queue the export of the stage in view as it is now."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        stage = stage and self._workspace.as_read(stage)
        if stage is None or stage.sketch is None or manifest is None:
            self._workspace.tell("warn", self.tr("There is nothing to export yet: convert a source first."))
            return
        suffixes = written_as(manifest.output)
        stem = self._document.stem()
        answer = self._export.questions.file_to_save(
            self.tr("Queue the export"),
            self._patterns(manifest.output, suffixes),
            stem.with_name(stem.name + suffixes[0]),
        )
        if answer is None:
            return
        path, pattern = answer
        if path.suffix.lower() not in suffixes:
            ending = re.search(r"\*(\.\w+)", pattern)
            path = path.with_name(path.name + (ending[1] if ending else suffixes[0]))
        bits, times = _BITS.search(pattern), _TIMES.search(pattern)
        order = Order(
            manifest.id, str(path.absolute()), bits=int(bits[1]) if bits else 24, times=int(times[1]) if times else 1,
            crisp="crisp" in pattern, recipe=self._export.puts_recipe,
        )  # fmt: skip
        try:
            self.worker.add_stage(stage, self._document.title, order)
        except IntermezzoError as problem:
            self._trouble(path, problem)

    def _patterns(self, medium: str, suffixes: tuple[str, ...]) -> str:
        offered: dict[str, tuple[str, ...]] = {
            ".wav": (self.tr("WAV, 24 bit (*.wav)"), self.tr("WAV, 16 bit (*.wav)"), self.tr("WAV, 32 bit (*.wav)")),
        }  # fmt: skip
        if medium == "image":  # a film is an animated PNG
            offered[".png"] = (
                self.tr("PNG picture (*.png)"), self.tr("PNG, 4 × (*.png)"), self.tr("PNG, 4 ×, crisp (*.png)"),
            )  # fmt: skip
        return ";;".join(p for s in suffixes for p in offered.get(s, (f"{s[1:].upper()} (*{s})",)))

    def add_table(self) -> None:
        """Ask for a CSV table and a folder, and queue a file for each row; nothing if any row is wrong."""
        path = self._export.questions.file_to_open(
            self.tr("Table of sources or texts"), self.tr("Tables (*.csv *.tsv *.txt)"), None
        )
        if path is not None:
            self._add_batch(path)

    def add_folder(self) -> None:
        """Ask for a folder of sources and one for the results, and queue a file for each source."""
        path = self._export.questions.folder(self.tr("Folder of sources"), None)
        if path is not None:
            self._add_batch(path)

    def _add_batch(self, path: Path) -> None:
        into = self._export.questions.folder(self.tr("Folder for the results"), path.parent)
        if into is None:
            return
        manifest = self._workspace.manifest
        engine, registry = manifest.id if manifest is not None else "", self._workspace.registry
        try:
            orders = (orders_of_folder if path.is_dir() else orders_of_table)(path, engine, into, registry)
        except IntermezzoError as problem:
            self._trouble(path, problem)
            return
        self.worker.add(orders)

    def _trouble(self, path: Path, problem: IntermezzoError) -> None:
        lines = getattr(problem, "lines", (str(problem),))
        self._workspace.troubled.emit(
            Trouble(self.tr("{0} was not queued").format(path.name), str(problem), "\n".join(lines))
        )

    def _show(self) -> None:
        line = self.line
        running = next((order for order in line.orders if order.state == "running"), None)
        work = None
        if running is not None:
            progress = self.worker.progress_of(running.number)
            left = line.count("waiting")
            what = self.tr("Queue: {0}").format(Path(running.path).name)
            what += self.tr(", {0} more").format(left) if left else ""
            work = Work(what, progress.fraction, progress.seconds_left)
        self._workspace.show_work("queue", work)
        self.changed.emit()

    def close(self) -> None:
        """Stop; what ran waits in the journal for the next start."""
        self._came.disconnect()
        self._timer.stop()
        self.worker.close()
