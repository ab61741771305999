"""The button that samples takes; how many at once is chosen on it: by arrow keys, by wheel, or in its menu."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QMenu, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.wording import counted

__all__ = ["SampleButton"]

_MOST: Final = 20
_OFFERED: Final = (1, 2, 3, 5, 10, 20)
_NOTCH: Final = 120  # eighths of a degree that are one step of a wheel


class SampleButton(Button):
    """``Sample 3 more``; ``Stop`` while takes are being sampled."""

    counted_on = Signal(int)  # how many are wanted from now on

    def __init__(self, look: Look, n: int, parent: QWidget) -> None:
        super().__init__(look, "", icon="sparkle", parent=parent)
        self._n, self._runs, self._turned = n, False, 0
        self.setAccessibleDescription(self.tr("Arrow keys change how many"))
        self._show()

    @property
    def n(self) -> int:
        """How many takes are sampled at once."""
        return self._n

    def set_n(self, n: int) -> None:
        """Sample this many from now on, 1 to 20."""
        n = min(max(n, 1), _MOST)
        if n != self._n:
            self._n = n
            self._show()
            self.counted_on.emit(n)

    def set_running(self, runs: bool) -> None:
        """Offer to stop."""
        if runs != self._runs:
            self._runs = runs
            self._show()

    def _show(self) -> None:
        self.setText(self.tr("Stop sampling") if self._runs else self.tr("Sample {0} more").format(self._n))
        self.setAccessibleName(self.text())
        self.set_icon_name("x" if self._runs else "sparkle")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_n(self._n + step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():  # whoever scrolls the inspector did not mean the number
            event.ignore()
            return
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        self.set_n(self._n + steps)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for n in _OFFERED:
            action = menu.addAction(counted(n, self.tr("1 take"), self.tr("{0} takes")))
            action.setCheckable(True)
            action.setChecked(n == self._n)
            action.triggered.connect(partial(self._on_menu, n))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _on_menu(self, n: int, _checked: bool = False) -> None:
        self.set_n(n)
