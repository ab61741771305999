"""Runs `intermezzo check ENGINE --json` beside the studio, so that the promises panel shows what was measured here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from intermezzo.ui.promise_figures import keep_report
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

__all__ = ["PromiseCheck"]


class PromiseCheck(QObject):
    """One measurement at a time, in a process of its own; it can be cancelled."""

    measured = Signal(str)  # engine id

    def __init__(self, workspace: Workspace, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._folder = workspace, folder
        self._process: QProcess | None = None
        self._engine = ""
        self._stopped = False

    @property
    def is_running(self) -> bool:
        """Whether something is being measured."""
        return self._process is not None

    def start(self) -> None:
        """Measure the engine of the stage in view."""
        manifest = self._workspace.manifest
        if manifest is None or self._process is not None:
            return
        self._engine, self._stopped = manifest.id, False
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", "intermezzo", "check", manifest.id, "--json", "--quick"])
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.readyReadStandardError.connect(self._on_said)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(lambda _: self._on_finished(1))
        self._process = process
        process.start()
        self._show(self.tr("Measuring the promises"))

    def stop(self) -> None:
        """Give it up."""
        if self._process is not None:
            self._stopped = True
            self._process.kill()
            self._process.waitForFinished(1000)

    def _show(self, what: str) -> None:
        self._workspace.show_work("check", Work(what, 0.0, None, self.stop))

    def _on_said(self) -> None:
        if self._process is not None:
            lines = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip().splitlines()
            if lines:
                self._show(lines[-1][:90])

    def _on_finished(self, code: int, *_: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._workspace.show_work("check", None)
        output = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        process.deleteLater()
        if self._stopped:
            return
        try:
            report = json.loads(output)[self._engine]
        except (ValueError, KeyError, TypeError):
            self._workspace.tell("warn", self.tr("The promises could not be measured. Help > Log says more."))
            return
        keep_report(self._folder, self._engine, report)
        self._workspace.tell("info", self.tr("The promises were measured."))
        self.measured.emit(self._engine)
