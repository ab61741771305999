"""Safekeeping: tells autosave how the work stands, remembers recent files, and brings back what a crash left."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.project import Project
from intermezzo.storage.recent import recent_files, remember
from intermezzo.storage.recovery import Autosave, Orphan, discard, orphans
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.workspace import Workspace

__all__ = ["Safekeeping"]

_log = logging.getLogger(__name__)


class Safekeeping(QObject):
    """``autosave`` None where the recovery folder cannot be written: everything else goes on.

    Attributes:
        orphaned: work of a dead program was found, a list of `Orphan`.
    """

    orphaned = Signal(object)

    def __init__(
        self, workspace: Workspace, document: Document, background: Background, autosave: Autosave | None,
        state_folder: Path, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._document, self._background = workspace, document, background
        self._autosave, self._folder = autosave, state_folder
        workspace.changed.connect(self._on_changed)
        document.opened.connect(self._on_opened)
        document.saved.connect(self._on_saved)

    def start(self) -> None:
        """Begin to keep the work, and look for what a crash left; after the window is shown."""
        if self._autosave is not None:
            self._autosave.start()
        folder = self._folder / "recovery"
        self._background.run(lambda: orphans(folder), self._found, lambda p: _log.warning("recovery: %s", p))

    def set_interval(self, seconds: float) -> None:
        """Keep the work this often from the next time on."""
        if self._autosave is not None:
            self._autosave.interval_s = seconds

    def _found(self, found: list[Orphan]) -> None:
        if found:
            self.orphaned.emit(found)

    def recent(self) -> list[Path]:
        """Return the recent files that are still there, newest first."""
        return [file.path for file in recent_files(self._folder) if file.exists]

    def _on_changed(self, old: Project, new: Project) -> None:
        if self._autosave is not None:
            self._autosave.note(new, self._document.path, self._workspace.history.position)

    def _on_opened(self, path: Path | None) -> None:
        project = self._workspace.project
        if self._autosave is not None:
            self._autosave.note(project, path, 0)
            if not self._document.is_edited:
                self._autosave.note_saved(project)
        if path is not None:
            self._remember(path, project)

    def _on_saved(self, path: Path) -> None:
        project = self._workspace.project
        if self._autosave is not None and not self._workspace.is_edited:
            self._autosave.note_saved(project)
        self._remember(path, project)

    def _remember(self, path: Path, project: Project) -> None:
        folder = self._folder
        self._background.run(
            lambda: remember(path, project, folder), lambda _: None, lambda p: _log.warning("recent files: %s", p)
        )

    def adopt(self, orphan: Orphan) -> None:
        """Open what a dead program left; it counts as not saved."""
        autosave, registry = self._autosave, self._workspace.registry
        if autosave is None:
            return

        def done(project: Project) -> None:
            self._document.take_recovered(project, orphan.file)
            autosave.note(project, orphan.file, max(orphan.n_edits, 1))

        self._background.run(lambda: autosave.adopt(orphan, registry), done, self._refused)

    def discard(self, orphan: Orphan) -> None:
        """Throw away what a dead program left."""
        self._background.run(lambda: discard(orphan), lambda _: None, self._refused)

    def _refused(self, problem: IntermezzoError) -> None:
        self._workspace.tell("error", str(problem))

    def close(self) -> None:
        """End well: nothing is left to recover."""
        if self._autosave is not None:
            self._autosave.close()
