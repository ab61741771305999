"""Words: from words that are chosen, in their lane or in the text, to the window that says them differently."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from intermezzo.ui.dictionary.saying import Place, Saying
from intermezzo.ui.panels.source_text import SourceText

if TYPE_CHECKING:
    from intermezzo.ui.window import Window

__all__ = ["Words"]


class Words(QObject):
    """Made by the window once its panels are there."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.saying = Saying(window.workspace, self)
        window.workspace.rewording.differently.connect(self._say_span)
        for field in (window.source.text, window.source.spoken):
            field.fill_menu = partial(self._fill_menu, field)

    def say_differently(self) -> None:
        """Open the window on the word in the text where somebody works there, else on the one that is selected."""
        field = self._field()
        place = self._place_in(field) if field.hasFocus() or field.textCursor().hasSelection() else None
        if place is None:
            selection = self._window.workspace.selection
            if selection.layer is not None and selection.element is not None:
                place = self.saying.place_of(selection.layer, selection.element)
        self._open(place or self._place_in(field))

    def _field(self) -> SourceText:
        source = self._window.source
        return source.spoken if source.spoken.name else source.text

    def _place_in(self, field: SourceText, at: int | None = None) -> Place | None:
        first, _ = field.selected_range()
        return self.saying.place_in_text(field.whole_text(), first if at is None else at)

    def _say_span(self, layer: str, index: int) -> None:
        self._open(self.saying.place_of(layer, index))

    def _open(self, place: Place | None) -> None:
        if place is None:
            self._window.workspace.tell("warn", self.tr("Select a word first, in its lane or in the text."))
            return
        self._window.rooms.say().open_for(place)

    def _fill_menu(self, field: SourceText, menu: QMenu, at: int) -> None:
        place = self._place_in(field, at)
        if place is not None:
            action = menu.addAction(
                self._window.look.icon("book-open"), self.tr("Say “{0}” differently…").format(place.word)
            )
            action.triggered.connect(lambda _=False: self._open(place))
        if field is self._window.source.text:
            self._window.marks.fill_menu(menu)
