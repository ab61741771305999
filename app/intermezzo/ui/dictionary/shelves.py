"""The two dictionaries behind one face: the person's own, kept in a file, and the project's, kept in its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from intermezzo.core.pronunciations import Entry, merged, with_entry, without_entry
from intermezzo.ui.workspace import Workspace

__all__ = ["OwnShelf", "ProjectShelf", "ShelfOfWords"]

Entries = tuple[Entry, ...]


class ShelfOfWords(Protocol):
    """What the room of pronunciations asks of a dictionary."""

    def entries(self) -> Entries:
        """Return its entries."""

    def put(self, entry: Entry, before: Entry | None) -> None:
        """Put an entry in, in the place of ``before``."""

    def remove(self, entry: Entry) -> None:
        """Take an entry out."""

    def add(self, entries: Entries) -> None:
        """Put many in at once; they win."""


def _put(entries: Entries, entry: Entry, before: Entry | None) -> Entries:
    return with_entry(entries if before is None else without_entry(entries, before), entry)


class OwnShelf:
    """The person's own, for all projects."""

    def __init__(self, workspace: Workspace) -> None:
        self._book = workspace.wordbook

    def entries(self) -> Entries:
        """Return its entries."""
        return self._book.own

    def put(self, entry: Entry, before: Entry | None) -> None:
        """Put an entry in, in the place of ``before``."""
        self._book.change(lambda entries: _put(entries, entry, before))

    def remove(self, entry: Entry) -> None:
        """Take an entry out."""
        self._book.remove(entry)

    def add(self, entries: Entries) -> None:
        """Put many in at once; they win."""
        self._book.add(entries)


class ProjectShelf:
    """The project's; each change is a step that undo takes back."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def entries(self) -> Entries:
        """Return its entries."""
        return self._workspace.project.pronunciations

    def put(self, entry: Entry, before: Entry | None) -> None:
        """Put an entry in, in the place of ``before``."""
        self._change(_tr("Say {0} differently").format(entry.word), lambda found: _put(found, entry, before))

    def remove(self, entry: Entry) -> None:
        """Take an entry out."""
        self._change(_tr("Forget how {0} is said").format(entry.word), lambda found: without_entry(found, entry))

    def add(self, entries: Entries) -> None:
        """Put many in at once; they win."""
        self._change(_tr("Import pronunciations"), lambda found: merged(found, entries))

    def _change(self, label: str, edit: Callable[[Entries], Entries]) -> None:
        self._workspace.change(
            label, lambda p: replace(p, pronunciations=edit(p.pronunciations)), icon="book-open"
        )  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shelves", text)
