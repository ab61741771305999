"""Say this word differently: its sounds as they are now, heard and changed, for here, for this project, or always."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.dictionary.saying import Place, Saying, language_name, word_in
from intermezzo.ui.dictionary.sounds_field import SoundsField
from intermezzo.ui.look import Look
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["SayRoom"]

_WIDTH: Final = 560


class SayRoom(Room):
    """One for a window, used for one word after another.

    Attributes:
        all_wanted: the person wants to see all pronunciations.
    """

    all_wanted = Signal()

    def __init__(
        self, look: Look, workspace: Workspace, saying: Saying, tips: Tips, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, self.tr("Say it differently"), "", parent, help_page="pronunciations")
        self._workspace, self._saying, self._tips = workspace, saying, tips
        self._place = Place("")
        self._put_mark: Callable[[str], None] | None = None
        self.setMinimumWidth(_WIDTH)
        self.word = Label(look, "", "selection", "t1")
        self.language = Combo(look, self.tr("Language"))
        self.language.setFixedWidth(130)
        self.language.activated.connect(lambda _: self._show_word())
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.word, 1)
        head.addWidget(self.language)
        self.sounds = SoundsField(look, workspace, tips)
        self.sounds.changed.connect(self._show_buttons)
        self.sounds.entered.connect(self._enter)
        self.content.addLayout(head)
        self.content.addWidget(self.sounds)
        self.content.addStretch(1)
        self.content.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        self.all = Button(self.look, self.tr("All pronunciations"), icon="book-open", kind="quiet")
        self.all.clicked.connect(self.all_wanted)
        self.here = Button(self.look, self.tr("Only here"))
        self.here.clicked.connect(self._only_here)
        self.project = Button(self.look, self.tr("In this project"), kind="primary")
        self.project.clicked.connect(self._in_project)
        self.always = Button(self.look, self.tr("Always"))
        self.always.clicked.connect(self._always)
        self.mark = Button(self.look, self.tr("Put into the text"), kind="primary")
        self.mark.clicked.connect(self._mark)
        tips = self._tips
        tips.set_tip(self.project, self.tr("In this project"), "Return", self.tr("Saved with it; wins over “Always”"))
        tips.set_tip(self.always, self.tr("Always"), "", self.tr("In all your projects, from now on"))
        tips.set_tip(self.mark, self.tr("Put into the text"), "Return", self.tr("As a mark behind the word"))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.all)
        foot.addStretch(1)
        for button in (self.here, self.always, self.project, self.mark):
            foot.addWidget(button)
        return foot

    # Which word

    def open_for(self, place: Place) -> None:
        """Show the window on a word."""
        self._place, self._put_mark = place, None
        reason = self._saying.why_not_here(place)
        self._tips.set_tip(
            self.here, self.tr("Only here"), "", reason or self.tr("Changes the sounds of this one word")
        )
        self._open(place.word)

    def open_for_mark(self, words: str, put: Callable[[str], None]) -> None:
        """Show the window on words of the source; ``put`` takes their sounds in IPA."""
        first, last = word_in(words)
        self._place, self._put_mark = Place(words[first:last]), put
        self._open(words)

    def _open(self, shown: str) -> None:
        manifest = self.sounds.trial.manifest
        languages = manifest.dictionary.choices if manifest is not None and manifest.dictionary is not None else ()
        self.language.clear()
        for code in languages or ("en",):
            self.language.addItem(language_name(code), code)
        self.language.setCurrentIndex(max(self.language.findData(self.sounds.trial.language), 0))
        self.language.setVisible(self._put_mark is None and len(languages) > 1)
        self.word.set_text(f"“{shown}”")
        in_text = self._put_mark is not None
        self.mark.setVisible(in_text)
        for button in (self.here, self.project, self.always, self.all):
            button.setVisible(not in_text)
        self._show_word()
        if self.isVisible():
            self.raise_()
        self.show()
        self.activateWindow()
        self.sounds.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sounds.field.selectAll()

    def _show_word(self) -> None:
        language = str(self.language.currentData())
        known = self._saying.entry_for(self._place.word, language) if self._put_mark is None else None
        now = self._saying.sounds_at(self._place) if language == self.sounds.trial.language else ()
        own = known.sounds if known is not None else ""
        self.sounds.show_word(self._place.word, language, own, now=now)
        where = ""
        if known is not None:
            ours = known in self._workspace.project.pronunciations
            where = self.tr("said so in this project") if ours else self.tr("said so in all your projects")
        self.line.set_text(where)

    def _show_buttons(self) -> None:
        there = self.sounds.entry is not None
        for button in (self.project, self.always):
            button.setEnabled(there)
        has_sounds = bool(self.sounds.sounds) and there
        self.mark.setEnabled(has_sounds)
        labels = [[label for label, _ in s] for s in (self.sounds.sounds, self._saying.sounds_at(self._place))]
        other = labels[0] != labels[1]
        self.here.setEnabled(has_sounds and other and not self._saying.why_not_here(self._place))

    # What is done

    def _enter(self) -> None:
        button = self.mark if self._put_mark is not None else self.project
        if button.isEnabled():
            button.click()

    def _only_here(self) -> None:
        if self._saying.only_here(self._place, self.sounds.sounds):
            self.close()

    def _in_project(self) -> None:
        if self.sounds.entry is not None:
            self._saying.in_project(self.sounds.entry)
            self.close()

    def _always(self) -> None:
        if self.sounds.entry is not None:
            self._saying.always(self.sounds.entry)
            self.close()

    def _mark(self) -> None:
        if self._put_mark is not None and self.sounds.sounds:
            self._put_mark("".join(label for label, _ in self.sounds.sounds))
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sounds.stop()
