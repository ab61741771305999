"""The pronunciations: those of the person and those of the project, searched, written, taken out, sent and taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.pronunciations import Entry, merged
from intermezzo.storage.dictionary_file import load_dictionary, save_dictionary
from intermezzo.ui.background import Background
from intermezzo.ui.dictionary.entry_form import EntryForm
from intermezzo.ui.dictionary.entry_table import EntryTable
from intermezzo.ui.dictionary.shelves import OwnShelf, ProjectShelf, ShelfOfWords
from intermezzo.ui.look import Look
from intermezzo.ui.questions import Questions
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button, LinkButton
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.switches import Segments
from intermezzo.ui.widgets.text_field import SearchField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["DictionaryRoom"]

_LIST_WIDTH: Final = 400


class DictionaryRoom(Room):
    """At the left one of the two dictionaries, at the right the entry that is chosen, or a new one."""

    def __init__(
        self, look: Look, workspace: Workspace, questions: Questions, tips: Tips, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, self.tr("Pronunciations"), "", parent, help_page="pronunciations")
        self._workspace, self._questions = workspace, questions
        self._background = Background(self)
        self._shelves: tuple[ShelfOfWords, ...] = (OwnShelf(workspace), ProjectShelf(workspace))
        self._removed: Entry | None = None
        self.resize(980, 600)
        self.setMinimumSize(900, 520)
        self.put_back = LinkButton(look, self.tr("Put back"))
        self.put_back.clicked.connect(self._put_back)
        self.put_back.hide()
        self.head.addWidget(self.put_back)
        self.form = EntryForm(look, workspace, tips)
        self.form.saved.connect(self._save)
        self.form.removed.connect(self._remove)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._side(look, tips))
        row.addWidget(Divider(look, vertical=True))
        row.addWidget(self.form, 1)
        self.content.addLayout(row, 1)
        for signal in (workspace.changed, workspace.replaced):
            signal.connect(lambda *_: self.refresh() if self.isVisible() else None)
        workspace.wordbook.failed.connect(self._complain)
        self.refresh()

    def _side(self, look: Look, tips: Tips) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.scope = Segments(look, self.tr("Which"), (self.tr("All projects"), self.tr("This project")))
        self.scope.chosen.connect(lambda _: self._on_scope())
        tips.set_tip(
            self.scope, self.tr("Which pronunciations"), "", self.tr("Those of the project are saved with it and win")
        )
        self.add = Button(look, self.tr("New"), icon="plus")
        self.add.clicked.connect(self.begin_new)
        tips.set_tip(self.add, self.tr("New pronunciation"), "Ctrl+N")
        top = QHBoxLayout()
        top.addWidget(self.scope)
        top.addStretch(1)
        top.addWidget(self.add)
        self.search = SearchField(look, self.tr("Search words and sounds"), "Ctrl+F")
        self.search.edit.textChanged.connect(lambda _: self.refresh())
        self.table = EntryTable(look, self.tr("Pronunciations"))
        self.table.chosen.connect(self._show_entry)
        self.table.removal_wanted.connect(self._remove)
        self.table.editing_wanted.connect(lambda: self.form.sounds.field.setFocus(Qt.FocusReason.OtherFocusReason))
        self.empty = EmptyPanel(
            look, "book-open", self.tr("No pronunciations yet"),
            self.tr("Names and foreign words that the voice says wrongly: write here once how they sound."),
            self.tr("Add a word"), "plus",
        )  # fmt: skip
        self.empty.pressed.connect(self.begin_new)
        self.nothing = EmptyPanel(look, "magnifying-glass", self.tr("Nothing found"), self.tr("No word and no sounds."))
        self.pages = QStackedWidget()
        for page in (self.table, self.empty, self.nothing):
            self.pages.addWidget(page)
        self.take_in = Button(look, self.tr("Import"), icon="download-simple", kind="quiet")
        self.take_in.clicked.connect(self._import)
        tips.set_tip(self.take_in, self.tr("Import"), "", self.tr("A text file: word, language, sounds, with tabs"))
        self.send = Button(look, self.tr("Export"), icon="export", kind="quiet")
        self.send.clicked.connect(self._export)
        tips.set_tip(self.send, self.tr("Export"), "", self.tr("This list as a text file, also for --dictionary"))
        foot = QHBoxLayout()
        foot.addWidget(self.take_in)
        foot.addWidget(self.send)
        foot.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.search)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        return side

    @property
    def shelf(self) -> ShelfOfWords:
        """The dictionary that is shown."""
        return self._shelves[self.scope.index()]

    def open_project(self) -> None:
        """Show the dictionary of the project."""
        self.scope.set_index(1)
        self._on_scope()

    def refresh(self) -> None:
        """Show what there is."""
        entries = sorted(self.shelf.entries(), key=lambda e: (e.word.casefold(), e.word, e.language))
        words = self.search.edit.text().casefold().split()
        rows = tuple(e for e in entries if all(w in f"{e.word} {e.sounds}".casefold() for w in words))
        self.table.show_entries(rows, self.form.before)
        self.pages.setCurrentWidget(self.table if rows else self.nothing if entries else self.empty)
        self.send.setEnabled(bool(entries))
        if self.form.before is not None and self.form.before not in entries:
            self.begin_new(focus=False)
        if self._removed is None:
            n = len(entries)
            self._say(counted(n, self.tr("1 word"), self.tr("{0} words")) if n else "")

    def _on_scope(self) -> None:
        self._forget_removed()
        self.begin_new(focus=False)
        self.refresh()

    def _show_entry(self, entry: Entry) -> None:
        self.form.show_entry(entry)

    def begin_new(self, *, focus: bool = True) -> None:
        """Clear the form for a new entry."""
        self.table.show_entries(self.table.entries.rows, None)
        self.form.show_entry(None)
        if focus:
            self.form.word.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is done

    def _save(self, entry: Entry) -> None:
        before = self.form.before
        self._forget_removed()
        self.form.show_entry(entry)
        self.shelf.put(entry, before)
        self.refresh()

    def _remove(self) -> None:
        entry = self.form.before
        if entry is None:
            return
        self._removed = entry
        self.form.show_entry(None)
        self.shelf.remove(entry)
        self._say(self.tr("{0} was taken out").format(entry.word))
        self.put_back.show()
        self.refresh()

    def _put_back(self) -> None:
        entry = self._removed
        self._forget_removed()
        if entry is not None:
            self.form.show_entry(entry)
            self.shelf.put(entry, None)
            self.refresh()

    def _forget_removed(self) -> None:
        self._removed = None
        self.put_back.hide()

    def _say(self, line: str) -> None:
        self.line.set_ink("t2")
        self.line.set_text(line)

    def _complain(self, line: str) -> None:
        self.line.set_ink("err")
        self.line.set_text(line)

    def _fail(self, problem: IntermezzoError) -> None:
        self._complain(str(problem))

    def _import(self) -> None:
        path = self._questions.file_to_open(
            self.tr("Import pronunciations"), self.tr("Pronunciations (*.txt *.tsv *.dict);;All files (*)"), None
        )
        if path is not None:
            shelf = self.shelf
            self._background.run(
                lambda: load_dictionary(path), lambda found: self._on_imported(shelf, found, path.name), self._fail
            )

    def _on_imported(self, shelf: ShelfOfWords, entries: tuple[Entry, ...], name: str) -> None:
        new = len(merged(shelf.entries(), entries)) - len(shelf.entries())
        shelf.add(entries)
        self.refresh()
        other = len(entries) - new
        self._say(self.tr("{0}: {1} new, {2} in the place of others").format(name, new, other))

    def _export(self) -> None:
        answer = self._questions.file_to_save(
            self.tr("Export pronunciations"), self.tr("Pronunciations (*.txt)"), Path("pronunciations.txt")
        )
        if answer is not None:
            path = answer[0] if answer[0].suffix else answer[0].with_suffix(".txt")
            entries = self.shelf.entries()
            words = counted(len(entries), self.tr("1 word"), self.tr("{0} words"))
            done = self.tr("{0} in {1}").format(words, path.name)
            self._background.run(
                lambda: save_dictionary(entries, path),
                lambda _: self._say(done), self._fail,
            )  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_F:
            self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_N:
            self.begin_new()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.form.sounds.stop()
        self._background.wait()
