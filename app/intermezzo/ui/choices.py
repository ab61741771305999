"""Choices: the preferences as they stand; whoever changes them calls `change`, whoever follows them listens."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.storage.settings import Preferences, save_preferences
from intermezzo.ui.background import Background

__all__ = ["Choices", "keys_of", "shortcuts_of"]

_log = logging.getLogger(__name__)
_SAVE_AFTER_MS = 400


class Choices(QObject):
    """Holds the frozen `Preferences`; writes them a moment after the last change, beside the window."""

    changed = Signal(object, object)  # old, new Preferences

    def __init__(
        self, preferences: Preferences, background: Background, folder: Path | None = None,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._now, self._background, self._folder = preferences, background, folder
        self._later = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._later.timeout.connect(self._save)

    @property
    def now(self) -> Preferences:
        """The preferences as they stand."""
        return self._now

    def change(self, **values: Any) -> None:  # Any: the fields of Preferences, which checks them
        """Change some of them.

        Raises:
            ParamError: if a value is no choice or outside its range.
        """
        self.take(replace(self._now, **values))

    def take(self, preferences: Preferences) -> None:
        """Take a whole new set of preferences."""
        if preferences != self._now:
            old, self._now = self._now, preferences
            self._later.start()
            self.changed.emit(old, preferences)

    def _save(self) -> None:
        now, folder = self._now, self._folder
        self._background.run(
            lambda: save_preferences(now, folder), lambda _: None,
            lambda problem: _log.warning("preferences: %s", problem),
        )  # fmt: skip

    def close(self) -> None:
        """Write what is not written yet."""
        if self._later.isActive():
            self._later.stop()
            try:
                save_preferences(self._now, self._folder)
            except IntermezzoError as problem:
                _log.warning("preferences: %s", problem)


def keys_of(preferences: Preferences) -> dict[str, tuple[str, ...]]:
    """Return changed shortcuts as the action book takes them."""
    return {action: tuple(text.split()) for action, text in preferences.shortcuts.items()}


def shortcuts_of(keys: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return changed shortcuts as the preferences keep them."""
    return {action: " ".join(k) for action, k in keys.items()}
