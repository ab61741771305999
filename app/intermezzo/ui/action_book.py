"""ActionBook: the live actions made from the table, each with its keys, its callback and whether it can be used now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from intermezzo.ui.actions import ACTIONS, ActionSpec
from intermezzo.ui.look import Look

__all__ = ["ActionBook"]

_REST_MS: Final = 20
_AT_ONCE: Final = 8  # icons, about 4 ms


class ActionBook(QObject):
    """Owns one QAction for each row of `ACTIONS`, added to the window so that its keys work everywhere in it.

    Args:
        callbacks: what each action does, by id; all ids of the table must be there.
        conditions: a test for each word that `ActionSpec.when` may hold.
        keys: shortcuts that the person changed, by id, portable text; an empty tuple takes the keys away.
    """

    keys_changed = Signal()
    triggered = Signal(str)

    def __init__(
        self,
        window: QWidget,
        look: Look,
        callbacks: Mapping[str, Callable[[], object]],
        conditions: Mapping[str, Callable[[], bool]],
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(window)
        self._look, self._conditions = look, conditions
        self._keys = dict(keys or {})
        self._specs = {spec.id: spec for spec in ACTIONS}
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(QCoreApplication.translate("Actions", spec.title), window)
            action.setObjectName(spec.id)
            action.setCheckable(spec.checkable or bool(spec.tool))
            action.setAutoRepeat(spec.repeats)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setStatusTip(QCoreApplication.translate("Actions", spec.help) if spec.help else "")
            # On macOS Qt would move some of these into the application menu by guessing from their text.
            action.setMenuRole(QAction.MenuRole.NoRole)
            action.triggered.connect(lambda _=False, run=callbacks[spec.id], i=spec.id: self._run(i, run))
            self._actions[spec.id] = action
            window.addAction(action)
        self._undressed: list[ActionSpec] = []
        self._later = QTimer(self, singleShot=True, interval=_REST_MS)
        self._later.timeout.connect(self._dress_some)
        self._dress()
        self._apply_keys()
        look.changed.connect(self._dress)
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def specs(self) -> Iterable[ActionSpec]:
        """Return all rows of the table, in its order."""
        return self._specs.values()

    def refresh(self) -> None:
        """Enable what can be used now."""
        known = {when: test() for when, test in self._conditions.items()}
        for spec in self._specs.values():
            self._actions[spec.id].setEnabled(known[spec.when])

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action as portable text, the first one is shown."""
        return self._keys.get(action_id, self._specs[action_id].keys)

    def changed_keys(self) -> dict[str, tuple[str, ...]]:
        """Return the shortcuts that differ from the table, for the settings."""
        return dict(self._keys)

    def owner_of(self, key: str) -> str | None:
        """Return the id of the action that has a key, or None."""
        wanted = QKeySequence(key)
        return next((i for i in self._specs if wanted in [QKeySequence(k) for k in self.keys_of(i)]), None)

    def set_keys(self, action_id: str, keys: tuple[str, ...]) -> None:
        """Give an action other keys; whoever had one of them loses it."""
        for key in keys:
            owner = self.owner_of(key)
            if owner is not None and owner != action_id:
                wanted = QKeySequence(key)
                self._keys[owner] = tuple(k for k in self.keys_of(owner) if QKeySequence(k) != wanted)
        self._keys[action_id] = keys
        self._keys = {i: k for i, k in self._keys.items() if k != self._specs[i].keys}
        self._apply_keys()
        self.keys_changed.emit()

    def reset_keys(self) -> None:
        """Give all actions the keys of the table."""
        self._keys = {}
        self._apply_keys()
        self.keys_changed.emit()

    def fill_menu(self, menu: QMenu, name: str) -> None:
        """Put all actions of a menu into it, with rules between the groups."""
        group: int | None = None
        for spec in self._specs.values():
            if spec.menu == name:
                if group is not None and spec.group != group:
                    menu.addSeparator()
                group = spec.group
                menu.addAction(self._actions[spec.id])

    def _run(self, action_id: str, run: Callable[[], object]) -> None:
        run()
        self.triggered.emit(action_id)

    def _apply_keys(self) -> None:
        for action_id, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in self.keys_of(action_id)])

    def _dress(self) -> None:
        """Draw the icons anew, a few at a time: menus show them, and the window does not wait for its menus."""
        self._undressed = [spec for spec in reversed(ACTIONS) if spec.icon]
        self._later.start()

    def _dress_some(self) -> None:
        for _ in range(min(_AT_ONCE, len(self._undressed))):
            spec = self._undressed.pop()
            self._actions[spec.id].setIcon(self._look.icon(spec.icon, active="t1"))
        if self._undressed:
            self._later.start()
