"""Springy tool keys: a tap chooses a tool for good, holding the key for a moment only as long as it is held."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from intermezzo.ui.timeline.tools import TOOL_KEYS
from intermezzo.ui.workspace import Workspace

__all__ = ["SpringKeys"]

HOLD_S: Final = 0.25


class SpringKeys:
    """Handles the single letters of the tools."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._held: tuple[int, str, float] | None = None
        self.used = False  # a gesture ran while the key was held

    def wants(self, event: QKeyEvent) -> bool:
        """Tell whether a key is one of ours, so that no shortcut elsewhere takes it while a lane has the focus."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return plain and event.key() in TOOL_KEYS

    def press(self, event: QKeyEvent) -> bool:
        """Choose the tool of a key; True if it is one."""
        if not self.wants(event):
            return False
        if not event.isAutoRepeat() and self._held is None:
            self._held = (event.key(), self._workspace.tool, perf_counter())
            self.used = False
            self._workspace.set_tool(TOOL_KEYS[event.key()])
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Go back to the tool before, if the key was held for a moment or used."""
        if event.isAutoRepeat() or self._held is None or event.key() != self._held[0]:
            return False
        _, before, since_s = self._held
        self._held = None
        if self.used or perf_counter() - since_s >= HOLD_S:
            self._workspace.set_tool(before)
        return True
