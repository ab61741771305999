"""Marks that a person puts into the source text by a command: a pause, emphasis, sounds; each is one undo step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu

from intermezzo.core.chain import with_own_source
from intermezzo.core.marking import emphasised, with_pause, with_sounds
from intermezzo.core.media import Text

if TYPE_CHECKING:
    from intermezzo.ui.window import Window

__all__ = ["TextMarks"]

_MENU = ("mark_pause", "mark_emphasis", "mark_sounds")
Edit = Callable[[str, int, int], tuple[str, int, int]]


class TextMarks(QObject):
    """Works on the field of the source text, where the engine in view reads marks."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    def can(self) -> bool:
        """Tell whether there is a text in which the engine would obey marks."""
        workspace = self._window.workspace
        stage, manifest = workspace.stage, workspace.manifest
        return manifest is not None and manifest.marks and stage is not None and isinstance(stage.source, Text)

    def pause(self) -> None:
        """Put a pause behind what is selected."""
        self._put(self.tr("Insert a pause"), with_pause)

    def emphasise(self) -> None:
        """Emphasise what is selected; once more: strongly, then not at all."""
        self._put(self.tr("Emphasise"), emphasised)

    def say_as(self) -> None:
        """Ask for the sounds of what is selected, and put them behind it."""
        field = self._window.source.text
        first, last = field.selected_range()
        text = field.toPlainText()
        same = with_sounds(text, first, last, "")  # what would be marked: a caret means its word
        words = text[first:last].strip() if last > first else text[same[1] : same[2]].split("{")[0]
        if not any(c.isalpha() for c in words):
            self._window.workspace.tell("warn", self.tr("Select a word of the text first."))
            return

        def put(ipa: str) -> None:
            if field.toPlainText() == text:
                field.select_range(first, last)
                self._put(self.tr("Say {0} as {1}").format(words, ipa), lambda t, a, b: with_sounds(t, a, b, ipa))

        self._window.rooms.say().open_for_mark(words, put)

    def fill_menu(self, menu: QMenu) -> None:
        """Offer all of them."""
        if self.can():
            menu.addSeparator()
            menu.addActions([self._window.book[name] for name in _MENU])

    def _put(self, label: str, edit: Edit) -> None:
        field, workspace = self._window.source.text, self._window.workspace
        stage = workspace.stage
        if stage is None or not self.can() or field.isReadOnly():
            workspace.tell("warn", self.tr("This text takes no marks here."))
            return
        text, first, last = edit(field.toPlainText(), *field.selected_range())
        workspace.change(
            label, lambda p: p.with_stage(with_own_source(p.stage(stage.id), Text(text))), icon="text-aa"
        )  # fmt: skip
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.select_range(first, last)
