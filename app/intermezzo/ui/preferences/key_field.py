"""The keys of one action as chips; a click waits for new ones, Backspace takes them away, Esc changes nothing."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.painted import PaintedButton

__all__ = ["KeyField", "key_of"]

_WIDTH: Final = 190
_MODIFIERS: Final = frozenset({
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock, Qt.Key.Key_unknown, Qt.Key.Key_Dead_Acute, Qt.Key.Key_Dead_Grave, Qt.Key.Key_Dead_Circumflex,
})  # fmt: skip


def key_of(event: QKeyEvent) -> str:
    """Return what was pressed as portable text ("Ctrl+Shift+E"); "" for a modifier alone."""
    key = Qt.Key(event.key())
    if key in _MODIFIERS:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    # Shift has already made "?" of "/"; which key that is differs from country to country, the sign does not.
    is_sign = len(text) == 1 and text.isprintable() and not text.isalnum() and text != " "
    if is_sign:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(int(modifiers.value) | int(key)).toString(QKeySequence.SequenceFormat.PortableText)


class KeyField(PaintedButton):
    """Shows and takes the keys of one action.

    Attributes:
        entered: the new keys as portable text, "" to take them away.
    """

    entered = Signal(str)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._name = name
        self._keys: tuple[str, ...] = ()
        self._waiting = False
        self._edited = False
        self.setProperty("ringRadius", 4.0)
        self.setFixedSize(_WIDTH, 26)
        self.clicked.connect(self._wait)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 26)

    def show_keys(self, keys: tuple[str, ...], *, edited: bool) -> None:
        """Show the keys; ``edited`` where a person chose them."""
        self._keys, self._edited = keys, edited
        shown = self.tr(" or ").join(keys) or self.tr("no key")
        self.setAccessibleName(self.tr("Keys of {0}: {1}").format(self._name, shown))
        self.update()

    def is_waiting(self) -> bool:
        """Return True while the next key becomes the shortcut."""
        return self._waiting

    def _wait(self) -> None:
        self._waiting = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def _stop(self) -> None:
        self._waiting = False
        self.update()

    def event(self, event: QEvent) -> bool:
        # Tab and keys that belong to actions must arrive here while one waits for them.
        if self._waiting and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._waiting:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._wait()
            elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self._keys:
                self.entered.emit("")
            else:
                super().keyPressEvent(event)
            return
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() == Qt.Key.Key_Escape:
            self._stop()
        elif plain and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._stop()
            self.entered.emit("")
        elif pressed := key_of(event):
            self._stop()
            self.entered.emit(pressed)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stop()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, rect = self.look.color, self.bounds()
            border = color("sel") if self._waiting else color("line2") if self.is_hovered() else color("line")
            paint_frame(painter, rect, 4.0, color("canvas"), border)
            area = rect.adjusted(8, 0, -8, 0)
            if self._waiting:
                paint_text(painter, area, self.tr("Press the keys · Esc"), self.look.font("value"), color("sel"), LEFT)
                return
            if not self._keys:
                paint_text(painter, area, self.tr("no key"), self.look.font("value"), color("t3"), LEFT)
                return
            left = 6.0
            for key in self._keys:
                text = key_text(key)
                if left + chip_width(self.look, text) > rect.width() - 6:
                    break
                left += paint_chip(painter, self.look, left, rect.height() / 2, text) + 4
            if self._edited:
                painter.fillRect(QRectF(rect.width() - 10, rect.height() / 2 - 3, 6, 6), color("hand"))
