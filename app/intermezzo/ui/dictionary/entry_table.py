"""The list of a dictionary: word, sounds and language, in the order of the alphabet, as far as they fit a search."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from intermezzo.core.pronunciations import Entry
from intermezzo.ui.dictionary.saying import language_name
from intermezzo.ui.look import Look

__all__ = ["EntryModel", "EntryTable"]

Index = QModelIndex | QPersistentModelIndex
_SHOWN: Final = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


class EntryModel(QAbstractTableModel):
    """Rows of entries; replaced as a whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Entry, ...] = ()

    def set_rows(self, rows: tuple[Entry, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Word"), self.tr("Said as"), self.tr("Language"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _SHOWN or not index.isValid() or index.row() >= len(self.rows):
            return None
        entry = self.rows[index.row()]
        return (entry.word, entry.sounds, language_name(entry.language))[index.column()]


class EntryTable(QTableView):
    """The list itself.

    Attributes:
        chosen: the entry that is current now.
        removal_wanted: Delete was pressed on one.
        editing_wanted: one was double-clicked, or Enter was pressed on it.
    """

    chosen = Signal(object)
    removal_wanted = Signal()
    editing_wanted = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = EntryModel(self)
        self.setModel(self.entries)
        self.setAccessibleName(name)
        self.setFont(look.font("body"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFont(look.font("value"))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, 130)
        header.resizeSection(2, 84)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda _: self.editing_wanted.emit())

    @property
    def current(self) -> Entry | None:
        """The entry that is current, if any."""
        row = self.currentIndex().row()
        return self.entries.rows[row] if 0 <= row < len(self.entries.rows) else None

    def show_entries(self, rows: tuple[Entry, ...], current: Entry | None = None) -> None:
        """Show entries; the one that is ``current`` stays so without a word."""
        if rows != self.entries.rows:
            self.blockSignals(True)
            self.entries.set_rows(rows)
            self.blockSignals(False)
        row = next((k for k, entry in enumerate(rows) if current is not None and entry.key == current.key), -1)
        self.blockSignals(True)
        self.setCurrentIndex(self.entries.index(row, 0) if row >= 0 else QModelIndex())
        self.blockSignals(False)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.current is not None:
            self.chosen.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.current is not None:
            self.removal_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.current is not None:
            self.editing_wanted.emit()
        else:
            super().keyPressEvent(event)
