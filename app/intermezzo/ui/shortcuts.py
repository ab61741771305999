"""Who gets a key: the thing that has the focus where it needs it, else the action; and tools that spring back.

A field, a slider or a list keeps the keys that it works with; a button keeps Space. Everything else goes to the actions
of the window. A tool whose key is held for a moment is given back when the key is released.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)  # fmt: skip

from intermezzo.ui.widgets.cards import PickCard
from intermezzo.ui.widgets.switches import Segments
from intermezzo.ui.widgets.value_field import ValueField
from intermezzo.ui.workspace import Workspace

__all__ = ["KeyRouter", "is_typing"]

SPRING_S: Final = 0.3
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)
_MOVES: Final = frozenset({
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
})  # fmt: skip
_PRESSES: Final = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_NUMBERS: Final = frozenset("0123456789.,-+")


def is_typing(widget: QWidget | None) -> bool:
    """Tell whether somebody types text into a widget."""
    if isinstance(widget, QLineEdit):
        return not widget.isReadOnly()
    return isinstance(widget, (QPlainTextEdit, QTextEdit)) and not widget.isReadOnly()


def _keeps(widget: QWidget, event: QKeyEvent) -> bool:
    key, plain = Qt.Key(event.key()), event.modifiers() in _PLAIN
    if isinstance(widget, ValueField):
        return key in _MOVES or key in _PRESSES or key == Qt.Key.Key_F2 or (plain and event.text() in _NUMBERS)
    if isinstance(widget, (QAbstractSlider, Segments)):
        return key in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
    bare = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if isinstance(widget, (QAbstractItemView, QComboBox)):
        return bare and (key in _MOVES or key in _PRESSES)
    if isinstance(widget, (QAbstractButton, PickCard)):
        return bare and key == Qt.Key.Key_Space
    return isinstance(widget, QMenu)


class KeyRouter(QObject):
    """An event filter on the application; ``resample`` is called when a stretch was dragged over with that tool."""

    def __init__(self, window: QWidget, workspace: Workspace, resample: Callable[[], None]) -> None:
        super().__init__(window)
        self._workspace, self._resample = workspace, resample
        self._held_since_s: float | None = None
        self._key_is_down = False
        self._former = "select"
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def tool_taken(self, former: str) -> None:
        """Remember which tool was in hand before a key, if one is down, took another one."""
        self._former = former
        self._held_since_s = perf_counter() if self._key_is_down else None

    def _on_released(self) -> None:
        if self._workspace.tool == "resample" and self._workspace.selection:
            self._resample()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._key_is_down = True
            focus = QApplication.focusWidget()
            if QApplication.activePopupWidget() is not None:
                return False  # Qt picks the entry of a list that is open when it hears of this very event
            if watched is focus and focus is not None and _keeps(focus, event):
                event.accept()
                return True
        elif kind == QEvent.Type.MouseButtonRelease and self._workspace.tool == "resample":
            # Dragged over with the tool: what is selected now is what should be predicted again.
            QTimer.singleShot(0, self._on_released)
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._key_is_down = False
            if self._held_since_s is not None:
                held_s = perf_counter() - self._held_since_s
                self._held_since_s = None
                if held_s >= SPRING_S:
                    self._workspace.set_tool(self._former)
        return False
