"""Shortcuts: every action with its keys, a search, what is taken by whom, and the way back to how it was."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import ActionSpec
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.key_field import KeyField
from intermezzo.ui.preferences.rows import Page
from intermezzo.ui.widgets.buttons import Button, LinkButton, ToolButton
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.text_field import SearchField

__all__ = ["ShortcutsPage", "title_of"]

_ROW: Final = 34
_ICON_ROOM: Final = 23


def title_of(spec: ActionSpec) -> str:
    """Return the translated name of an action, without the dots that announce a dialog."""
    return QCoreApplication.translate("Actions", spec.title).rstrip("…")


class _ActionRow(QWidget):
    """One action: name, keys, and what to do about keys that another action has."""

    wanted = Signal(str, str)  # action id, key ("" takes the keys away)
    settled = Signal(str, str)  # action id, key: take it over from whoever has it
    reset = Signal(str)

    def __init__(self, look: Look, spec: ActionSpec) -> None:
        super().__init__()
        self.spec = spec
        self._key = ""
        self.setFixedHeight(_ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        if not spec.icon:
            row.addSpacing(_ICON_ROOM - row.spacing())
        row.addWidget(Label(look, title_of(spec), "body", "t1", icon=spec.icon, icon_ink="t2"), 1)
        self.conflict = Label(look, "", "value", "warn", icon="warning", icon_ink="warn", icon_px=14)
        self.take = LinkButton(look, self.tr("Take it"))
        self.leave = LinkButton(look, self.tr("Leave it"), ink="t2")
        self.field = KeyField(look, title_of(spec))
        self.back = ToolButton(look, "arrow-counter-clockwise", self.tr("Back to the usual keys"), extent=24)
        self.back.setToolTip(self.tr("Back to the usual keys"))
        for widget in (self.conflict, self.take, self.leave, self.field, self.back):
            row.addWidget(widget)
        self.field.entered.connect(lambda key: self.wanted.emit(spec.id, key))
        self.take.clicked.connect(lambda: self.settled.emit(spec.id, self._key))
        self.leave.clicked.connect(lambda: self.show_conflict("", ""))
        self.back.clicked.connect(lambda: self.reset.emit(spec.id))
        self.show_conflict("", "")

    def show_conflict(self, key: str, owner: str) -> None:
        """Ask whether keys are to be taken over; an empty owner ends the question."""
        self._key = key
        self.conflict.set_text(self.tr("{0} belongs to {1}").format(key, owner) if owner else "")
        for widget in (self.conflict, self.take, self.leave):
            widget.setVisible(bool(owner))

    def show_keys(self, keys: tuple[str, ...]) -> None:
        edited = keys != self.spec.keys
        self.field.show_keys(keys, edited=edited)
        # Invisible, not gone: the fields must stand in one column.
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.back.setVisible(edited)


class ShortcutsPage(QWidget):
    """A search, all actions by menu, and a button that resets all of them."""

    def __init__(self, look: Look, book: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Shortcuts"))
        self._book = book
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(28, 16, 28, 4)
        top.setSpacing(10)
        self.search = SearchField(look, self.tr("Search actions or keys"))
        self.search.edit.textChanged.connect(self._filter)
        self.reset_all = Button(look, self.tr("Reset all"), icon="arrow-counter-clockwise")
        self.reset_all.clicked.connect(book.reset_keys)
        top.addWidget(self.search, 1)
        top.addWidget(self.reset_all)
        column.addLayout(top)
        self.page = Page(look, self.tr("Shortcuts"))
        self.rows: dict[str, _ActionRow] = {}
        self._heads: list[tuple[str, Label]] = []
        menu = None
        for spec in book.specs():
            if spec.menu != menu:
                menu = spec.menu
                head = Label(look, spec.menu or self.tr("Everywhere"), "section", "t3")
                head.setFixedHeight(30)
                self._heads.append((spec.menu, head))
                self.page.column.addWidget(head)
            row = _ActionRow(look, spec)
            row.wanted.connect(self._on_wanted)
            row.settled.connect(lambda action, key: self._give(action, (key,)))
            row.reset.connect(lambda action: self._give(action, self.rows[action].spec.keys))
            self.rows[spec.id] = row
            self.page.column.addWidget(row)
        self.page.finish()
        column.addWidget(self.page, 1)
        book.keys_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the keys as they are."""
        for action, row in self.rows.items():
            row.show_keys(self._book.keys_of(action))
            row.show_conflict("", "")
        self.reset_all.setEnabled(bool(self._book.changed_keys()))

    def _on_wanted(self, action: str, key: str) -> None:
        owner = self._book.owner_of(key) if key else None
        for row in self.rows.values():
            row.show_conflict("", "")
        if owner is not None and owner != action:
            self.rows[action].show_conflict(key, title_of(self.rows[owner].spec))
        else:
            self._give(action, (key,) if key else ())

    def _give(self, action: str, keys: tuple[str, ...]) -> None:
        self._book.set_keys(action, keys)

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        shown = set()
        for action, row in self.rows.items():
            text = f"{title_of(row.spec)} {' '.join(self._book.keys_of(action))}".casefold()
            row.setVisible(all(word in text for word in wanted))
            if not row.isHidden():
                shown.add(row.spec.menu)
        for menu, head in self._heads:
            head.setVisible(menu in shown)
