"""One run of the command line beside the studio: its lines as they come, its outcome when it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

__all__ = ["Command"]

_PATIENCE_MS = 1000


class Command(QObject):
    """Runs `intermezzo ARGUMENTS`; another run takes the place of the one before.

    Attributes:
        said: a line that it wrote to standard error.
        done: the object that it printed with --json.
        failed: one line that says why not.
    """

    said = Signal(str)
    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._half = b""
        self._last = ""

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self._process is not None

    def start(self, arguments: Sequence[str]) -> None:
        """Run it."""
        self.stop()
        self._half, self._last = b"", ""
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", "intermezzo", *arguments])
        process.readyReadStandardError.connect(lambda: self._on_said(process))
        process.finished.connect(lambda code, _: self._on_finished(process, code))
        process.errorOccurred.connect(lambda _: self._on_finished(process, -1))
        self._process = process
        process.start()

    def stop(self) -> None:
        """Give it up; nothing is said or done any more."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # what it makes it writes at the end, so nothing needs to be brought to an end
            process.waitForFinished(_PATIENCE_MS)
            process.deleteLater()

    def _on_said(self, process: QProcess) -> None:
        *lines, self._half = (self._half + bytes(process.readAllStandardError().data())).split(b"\n")
        if process is self._process:
            for line in (raw.decode(errors="replace").strip() for raw in lines):
                self._last = line or self._last
                self.said.emit(line)

    def _on_finished(self, process: QProcess, code: int) -> None:
        if process is not self._process:
            return
        self._on_said(process)
        self._process = None
        output = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        process.deleteLater()
        try:
            found: Any = json.loads(output) if code == 0 else None
        except ValueError:
            found = None
        if isinstance(found, dict):
            self.done.emit(found)
        else:
            why = self._last.removeprefix("intermezzo: ")
            self.failed.emit(why or self.tr("It stopped without a word. Help > Log says more."))
