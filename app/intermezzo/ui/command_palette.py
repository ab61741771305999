"""The command palette: a few letters of an action, a setting, a word of the sketch or a recent file, then Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.ui.fuzzy import match
from intermezzo.ui.look import Look
from intermezzo.ui.shadows import SHADOW_MARGINS
from intermezzo.ui.widgets.floating import ROW_HEIGHT, Floating, PaletteList, PaletteRow
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.text_field import SearchField

__all__ = ["CommandPalette", "Entry", "found"]

_WIDTH = 540
_MAX_ROWS = 60
_VISIBLE_ROWS = 9


@dataclass(frozen=True, eq=False)
class Entry:
    """Something that can be found and done. ``rank`` is added to the score of its kind."""

    title: str
    run: Callable[[], object]
    key: str = ""
    icon: str = ""
    note: str = ""
    enabled: bool = True
    rank: float = 0.0


def found(query: str, entries: Iterable[Entry]) -> list[tuple[Entry, tuple[tuple[int, int], ...]]]:
    """Return the entries that match, the best first; what cannot be used now comes last among its equals."""
    scored = []
    for number, entry in enumerate(entries):
        hit = match(query, entry.title)
        if hit is not None:
            score = hit[0] + entry.rank - (30.0 if not entry.enabled else 0.0)
            scored.append((-score, number, entry, hit[1]))
    return [(entry, marks) for _, _, entry, marks in sorted(scored, key=lambda row: row[:2])[:_MAX_ROWS]]


class CommandPalette(Floating):
    """Floats over its window, under the top bar; Esc, a click elsewhere or another window closes it."""

    closed = Signal()

    def __init__(self, look: Look, gather: Callable[[], list[Entry]], parent: QWidget) -> None:
        super().__init__(look, parent)
        self._gather, self._host = gather, parent
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._before: QWidget | None = None
        self.setAccessibleName(self.tr("Command palette"))
        self.search = SearchField(look, self.tr("Search actions, words, files"), framed=False, parent=self)
        self.search.setFixedHeight(36)
        self.search.edit.setAccessibleName(self.tr("Search"))
        self.list = PaletteList(look, self.tr("Results"), self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content.addWidget(self.search)
        self.content.addWidget(Divider(look))
        self.content.addWidget(self.list)
        self.search.edit.textChanged.connect(self._show_results)
        self.search.edit.installEventFilter(self)
        self.list.picked.connect(self._run)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show the palette with a first text."""
        self._before = QApplication.focusWidget()
        self._entries = self._gather()
        self.search.edit.setText(text)
        self._show_results(text)
        self.show()
        self.raise_()
        self.search.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close, and give the focus back."""
        if not self.isHidden():
            self.hide()
            if self._before is not None and shiboken6.isValid(self._before) and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None
            self.closed.emit()

    def place(self) -> None:
        """Put it under the top bar, in the middle."""
        margins = SHADOW_MARGINS.toMargins()
        parent = self._host
        width = min(_WIDTH, parent.width() - 32) + margins.left() + margins.right()
        rows = min(max(len(self._shown), 1), _VISIBLE_ROWS)
        self.list.setFixedHeight(rows * ROW_HEIGHT)
        height = 36 + 1 + rows * ROW_HEIGHT + margins.top() + margins.bottom() + 2
        self.setGeometry((parent.width() - width) // 2, 40 - margins.top(), width, height)

    def _show_results(self, query: str) -> None:
        results = found(query, self._entries)
        self._shown = [entry for entry, _ in results]
        rows = tuple(PaletteRow(e.title, marks, e.key, e.icon, e.note, e.enabled) for e, marks in results)
        if not rows:
            rows = (PaletteRow(self.tr("Nothing found"), enabled=False),)
        self.list.show_rows(rows)
        self.place()

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._shown) and self._shown[row].enabled:
            entry = self._shown[row]
            self.dismiss()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {
                Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: _VISIBLE_ROWS, Qt.Key.Key_PageUp: -_VISIBLE_ROWS,
            }  # fmt: skip
            key = Qt.Key(event.key())
            if key in steps:
                self.list.step(steps[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentIndex().row())
                return True
            if key == Qt.Key.Key_Escape:
                self.dismiss()
                return True
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True
        if event.type() == QEvent.Type.FocusOut and not self.isHidden() and not self.underMouse():
            self.dismiss()
        return super().eventFilter(watched, event)
