"""The form of one entry: word, language, sounds; it can be saved once the engine has understood it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.core.pronunciations import Entry
from intermezzo.ui.dictionary.saying import language_name
from intermezzo.ui.dictionary.sounds_field import SoundsField
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["EntryForm"]


class EntryForm(QWidget):
    """Shows an entry, or takes a new one.

    Attributes:
        saved: the `Entry` as it is to be.
        removed: the entry that is shown is to go.
    """

    saved = Signal(object)
    removed = Signal()

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before: Entry | None = None
        self.title = Label(look, "", "card", "t1")
        self.word = TextField(look, self.tr("Word"), self.tr("Word, as the text spells it"))
        self.word.setMinimumHeight(28)
        self.word.textEdited.connect(lambda _: self._on_word())
        tips.set_tip(self.word, self.tr("Word"), "", self.tr("Case does not count, unless it has capitals only"))
        self.language = Combo(look, self.tr("Language"))
        self.language.setFixedWidth(130)
        self.language.activated.connect(lambda _: self._on_word())
        self.sounds = SoundsField(look, workspace, tips)
        self.word.returnPressed.connect(self.sounds.field.setFocus)
        self.sounds.changed.connect(self._show_buttons)
        self.sounds.entered.connect(self._save)
        self.save = Button(look, self.tr("Add"), kind="primary")
        self.save.clicked.connect(self._save)
        tips.set_tip(self.save, self.tr("Save"), "Return")
        self.remove = Button(look, self.tr("Delete"), kind="quiet", icon="trash")
        self.remove.clicked.connect(self.removed)
        tips.set_tip(self.remove, self.tr("Delete"), "Delete")
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.word, 1)
        first.addWidget(self.language)
        foot = QHBoxLayout()
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(first)
        column.addWidget(self.sounds)
        column.addStretch(1)
        column.addLayout(foot)
        self.show_entry(None)

    def show_entry(self, entry: Entry | None) -> None:
        """Show an entry to change it; None: begin a new one."""
        self.before = entry
        manifest = self.sounds.trial.manifest
        choices = manifest.dictionary.choices if manifest is not None and manifest.dictionary is not None else ()
        language = entry.language if entry is not None else self.sounds.trial.language
        self.language.clear()
        for code in dict.fromkeys((*choices, language)):
            self.language.addItem(language_name(code), code)
        self.language.setCurrentIndex(self.language.findData(language))
        self.title.set_text(self.tr("How “{0}” is said").format(entry.word) if entry else self.tr("New pronunciation"))
        self.save.setText(self.tr("Save") if entry else self.tr("Add"))
        self.save.setAccessibleName(self.save.text())
        self.save.updateGeometry()
        self.remove.setVisible(entry is not None)
        self.word.setText(entry.word if entry else "")
        self.sounds.show_word(self.word.text(), language, entry.sounds if entry else "")

    def _on_word(self) -> None:
        word, language = self.word.text().strip(), str(self.language.currentData())
        self.sounds.set_word(word, language)
        self._show_buttons()

    def _show_buttons(self) -> None:
        entry = self.sounds.entry
        there = entry is not None and entry.word == self.word.text().strip()
        self.save.setEnabled(there and entry != self.before)

    def _save(self) -> None:
        if self.save.isEnabled() and self.sounds.entry is not None:
            self.saved.emit(self.sounds.entry)
