"""The field in which the syllable of a note is typed: Tab, Space, a hyphen, _ and + go on to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

__all__ = ["SyllableField"]


class SyllableField(QLineEdit):
    """``done`` brings the text and where to go: 1 to the next note, -1 to the one before, 0 nowhere; once."""

    done = Signal(str, int)
    dropped = Signal()

    def __init__(self, text: str, name: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        self.setObjectName("syllable")
        self.setMaxLength(2000)  # a whole verse may be pasted
        self._is_over = False
        self.selectAll()

    def _finish(self, text: str, by: int) -> None:
        if not self._is_over:
            self._is_over = True
            self.done.emit(text, by)

    def event(self, event: QEvent) -> bool:
        # Tab would leave the field before keyPressEvent hears of it.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Tab:
                self._finish(self.text(), 1)
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self._finish(self.text(), -1)
                return True
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # letters are typed, they are no tools
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed, whole = event.text(), self.text()
        untouched = not whole or self.selectedText() == whole
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(whole, 0)
        elif event.key() == Qt.Key.Key_Escape:
            self._is_over = True
            self.dropped.emit()
        elif typed == " ":
            self._finish(whole, 1)
        elif typed in ("_", "-", "+") and untouched:
            self._finish("+" if typed == "+" else "_", 1)
        elif typed == "-" and self.cursorPosition() == len(whole):
            self._finish(f"{whole}-", 1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish(self.text(), 0)
