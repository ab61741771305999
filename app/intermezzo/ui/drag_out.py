"""DragOut: dragging the Export button away drags the sound itself; with Alt, a tune as MIDI."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton

from intermezzo.ui.export import Export

__all__ = ["DragOut"]

_DRAG_START_PX: Final = 8


class DragOut(QObject):
    """An event filter on a button."""

    def __init__(self, button: QAbstractButton, export: Export, parent: QObject) -> None:
        super().__init__(parent)
        self._button, self._export = button, export
        self._press: QPoint | None = None
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress:
                self._press = event.position().toPoint()
            elif event.type() == QEvent.Type.MouseMove and self._press is not None:
                if (event.position().toPoint() - self._press).manhattanLength() > _DRAG_START_PX:
                    self._press = None
                    self._button.setDown(False)
                    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                        self._export.drag_tune(self._button)
                    else:
                        self._export.drag(self._button)
                    return True
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._press = None
        return super().eventFilter(watched, event)
