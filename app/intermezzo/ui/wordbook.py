"""Wordbook: the person's own dictionary as it stands, and how a stage is read with it and with that of the project.

The file is the truth, because two windows may share it: each change reads it, changes it and writes it, one after the
other, beside the window.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage, as_read, pronunciations_for
from intermezzo.core.pronunciations import Entry, merged, with_entry, without_entry
from intermezzo.storage.dictionary_file import dictionary_path, load_own_dictionary, save_dictionary
from intermezzo.ui.background import Background

__all__ = ["Wordbook"]

_log = logging.getLogger(__name__)
Entries = tuple[Entry, ...]


class Wordbook(QObject):
    """One for a workspace; empty until `open` has read the file."""

    changed = Signal()
    failed = Signal(str)  # one line: why the dictionary could not be read or written

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.own: Entries = ()
        self._background = Background(self)
        self._folder: Path | None = None
        self._waiting: deque[Callable[[Entries], Entries]] = deque()
        self._known: dict[str, tuple[tuple[Any, ...], str]] = {}  # by stage: what its lines were made from, and they

    def open(self, folder: Path | None = None) -> None:
        """Read the dictionary of a folder; None: where the person's settings are."""
        self._folder = folder
        self._background.run(lambda: load_own_dictionary(folder), self._take, self._refuse)

    def close(self) -> None:
        """Wait until all is written."""
        self._background.wait()
        for edit in list(self._waiting)[1:]:
            try:
                self._write_now(edit)
            except IntermezzoError as problem:
                _log.warning("pronunciations: %s", problem)
        self._waiting.clear()

    def put(self, entry: Entry) -> None:
        """Say how a word is read, in the place of what was said of it before."""
        self.change(lambda entries: with_entry(entries, entry))

    def remove(self, entry: Entry) -> None:
        """Take the entry of a word out."""
        self.change(lambda entries: without_entry(entries, entry))

    def add(self, entries: Entries) -> None:
        """Put many entries in at once; they win."""
        self.change(lambda before: merged(before, entries))

    def change(self, edit: Callable[[Entries], Entries]) -> None:
        """Change the dictionary by a pure edit of its entries; it counts at once and is written soon."""
        self._take(edit(self.own))
        self._waiting.append(edit)
        if len(self._waiting) == 1:
            self._write(edit)

    def _write(self, edit: Callable[[Entries], Entries]) -> None:
        self._background.run(lambda: self._write_now(edit), self._on_written, self._on_not_written)

    def _write_now(self, edit: Callable[[Entries], Entries]) -> Entries:
        entries = edit(load_own_dictionary(self._folder))
        save_dictionary(entries, dictionary_path(self._folder))
        return entries

    def _on_written(self, entries: Entries) -> None:
        if not self._waiting:
            return  # all was written when it was closed
        self._waiting.popleft()
        if not self._waiting:
            self._take(entries)  # with what another window has written meanwhile
        self._go_on()

    def _on_not_written(self, problem: IntermezzoError) -> None:
        if self._waiting:
            self._waiting.popleft()
        self._refuse(problem)
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting:
            self._write(self._waiting[0])

    def _take(self, entries: Entries) -> None:
        if entries != self.own:
            self.own = entries
            self.changed.emit()

    def _refuse(self, problem: IntermezzoError) -> None:
        self.failed.emit(str(problem))

    # How a stage is read

    def entries(self, project: Project) -> Entries:
        """Return what counts in a project: the person's own entries, and those of the project, which win."""
        return merged(self.own, project.pronunciations)

    def as_read(self, stage: Stage, manifest: EngineManifest, project: Project) -> Stage:
        """Return a stage as its engine would read its text now; remembered, since long texts are looked through."""
        if manifest.dictionary is None or not isinstance(stage.source, Text):
            return stage
        key = stage.source, self.own, project.pronunciations, manifest.key, manifest.language_of(stage.params)
        known = self._known.get(stage.id)
        if known is None or not all(a is b or a == b for a, b in zip(known[0], key, strict=True)):
            known = key, pronunciations_for(stage, manifest, self.entries(project))
            self._known[stage.id] = known
        return as_read(stage, manifest, known[1])
