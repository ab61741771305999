"""The shelf: everything that a person trained an engine to, as the parameter's list and the room show it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.storage.places import trained_folder
from intermezzo.storage.trained import Trained, trained_in

__all__ = ["Shelf"]


class Shelf(QObject):
    """Reads the folders once and again when told so; a handful of small files each.

    Args:
        folder_of: where the things of a task are kept.
    """

    changed = Signal()

    def __init__(self, folder_of: Callable[[str], Path] = trained_folder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder_of = folder_of
        self._known: dict[str, list[Trained]] = {}

    def folder(self, manifest: EngineManifest) -> Path:
        """Return where the things of an engine are kept; raises FileError if there can be no such place."""
        return self._folder_of(manifest.task)

    def items(self, manifest: EngineManifest) -> list[Trained]:
        """Return what there is for an engine, by name."""
        if manifest.makes is None:
            return []
        if manifest.id not in self._known:
            try:
                self._known[manifest.id] = trained_in(self.folder(manifest), manifest.makes.document)
            except IntermezzoError:
                return []
        return self._known[manifest.id]

    def name_of(self, manifest: EngineManifest, folder: str) -> str:
        """Return what a person calls the folder that a parameter holds."""
        return next((t.name for t in self.items(manifest) if str(t.folder) == folder), Path(folder).name)

    def refresh(self) -> None:
        """Forget what is known: something was made, renamed, deleted or taken in."""
        self._known.clear()
        self.changed.emit()
