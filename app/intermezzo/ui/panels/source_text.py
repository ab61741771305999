"""The text of the source: words of the selection are blue, words that were touched by hand are amber."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)  # fmt: skip
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QSizePolicy, QTextEdit, QToolTip, QWidget

from intermezzo.ui import fonts
from intermezzo.ui.look import Look
from intermezzo.ui.panels.mark_tint import MarkTint, places_of

__all__ = ["SourceText"]

_MIN_LINES, _MAX_LINES = 3, 12
_LINE_PX = 20
_OURS = (Qt.Key.Key_E, Qt.Key.Key_K)  # X11 has them for the end of a line; here they export and search
_REST_MS = 60
_MOST_CHARACTERS = 100_000  # of a text that is edited here: with more, every key would wait for the layout
_SHOWN_CHARACTERS = 20_000  # of a longer one


def _index(text: str, place: int) -> int:
    """Undo `places_of`: the index of the character at a place of Qt."""
    return int(np.searchsorted(places_of(text), place))


class SourceText(QTextEdit):
    """A plain text editor without a frame that grows with its text; undo belongs to the project, not to the field.

    Of a very long text the beginning is shown; it can be replaced or deleted as a whole.

    Attributes:
        hint: what an empty field asks for, on as many lines as it takes; Qt's own placeholder has one.
        typed: the text after every change by the user.
        pointed: character position of a click that selected nothing.
    """

    typed = Signal(str)
    pointed = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._lit: list[tuple[int, int]] = []
        self._edited: list[tuple[int, int]] = []
        self.fill_menu: Callable[[QMenu, int], None] = lambda menu, at: None  # what the window puts into its menu
        self._long: str | None = None  # the whole text where only its beginning is shown
        self.setProperty("bare", True)
        self.setProperty("ringRadius", 4.0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Source text"))
        self.hint = self.tr("Type or paste what should be said.")
        self.setFont(fonts.font("source"))
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setCursorWidth(0)
        self._blink = QTimer(self, interval=530)
        self._caret_on = True
        self._blink.timeout.connect(self._on_blink)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._highlight)
        self._told = ""  # the text as it was told last: Qt also calls a new colour a change
        self.tint = MarkTint(look, self.document())
        self._space_lines()
        self.textChanged.connect(self._on_changed)
        self.cursorPositionChanged.connect(self._on_cursor)
        look.changed.connect(self._redress)
        self._redress()

    def show_text(self, text: str) -> None:
        """Show a text that did not come from the keyboard; the cursor stays where it can."""
        is_long = len(text) > _MOST_CHARACTERS
        if is_long:
            self.setReadOnly(True)
        if text == (self.toPlainText() if self._long is None else self._long):
            return
        self._long = text if is_long else None
        at = self.textCursor().position()
        self.blockSignals(True)
        self.setPlainText(self._beginning(text) if is_long else text)
        self._told = self.toPlainText()
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self._space_lines()
        self.blockSignals(False)
        self._fit()

    def _beginning(self, text: str) -> str:
        rest = self.tr("… and {0} more characters. Paste or delete to replace the whole text.")
        return f"{text[:_SHOWN_CHARACTERS]}\n\n{rest.format(f'{len(text) - _SHOWN_CHARACTERS:,}')}"

    def _replace_all(self, text: str) -> None:
        self.setReadOnly(False)
        self.show_text(text)
        self.typed.emit(text)

    def show_words(self, lit: list[tuple[int, int]], edited: list[tuple[int, int]]) -> None:
        """Show which characters are selected in the sketch and which were edited there."""
        if (lit, edited) != (self._lit, self._edited):
            self._lit, self._edited = lit, edited
            self._rest.start()

    def sizeHint(self) -> QSize:
        return QSize(200, self._height_for(self.viewport().width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _MIN_LINES * _LINE_PX)

    def _height_for(self, width: int) -> int:
        lines = _MAX_LINES
        if self.document().characterCount() < _MAX_LINES * width:  # more than that many letters never fit
            self.document().setTextWidth(width)
            lines = round(self.document().size().height() / _LINE_PX)
        return min(max(lines, _MIN_LINES), _MAX_LINES) * _LINE_PX + 4

    def _fit(self) -> None:
        self.setFixedHeight(self._height_for(self.viewport().width()))

    def _space_lines(self) -> None:
        """Give all lines their 20 px; new lines take it over from the one before."""
        spaced = QTextBlockFormat()
        spaced.setLineHeight(_LINE_PX, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spaced)

    def _on_changed(self) -> None:
        if self.document().lastBlock().blockFormat().lineHeight() != _LINE_PX:
            self.blockSignals(True)
            self._space_lines()
            self.blockSignals(False)
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self._fit()
            self.typed.emit(text)

    def _on_cursor(self) -> None:
        self._caret_on = True
        self.viewport().update()

    def _on_blink(self) -> None:
        self._caret_on = not self._caret_on
        self.viewport().update(self.cursorRect().adjusted(-2, 0, 2, 0))

    def _redress(self) -> None:
        self.setStyleSheet(f"color: {self._look.color('t2').name()};")
        self._highlight()

    def _highlight(self) -> None:
        color = self._look.color
        marks: list[QTextEdit.ExtraSelection] = []
        places = places_of(self.toPlainText())
        amber = QTextCharFormat()
        amber.setForeground(color("hand"))
        blue = QTextCharFormat()
        blue.setBackground(color("selbg"))
        blue.setFontUnderline(True)
        blue.setUnderlineColor(color("sel"))
        wash = QTextCharFormat()
        wash.setBackground(color("handbg"))
        wash.setForeground(color("hand"))
        wash.setFontUnderline(True)
        wash.setUnderlineColor(color("hand"))
        for ranges, look in ((self._edited, amber), (self._lit, blue)):
            for first, last in ranges:
                chosen = wash if look is blue and (first, last) in self._edited else look
                last_place = len(places) - 1
                at = int(places[min(first, last_place)]), int(places[min(last, last_place)])
                marks.append(self._mark(*at, chosen))
        self.setExtraSelections(marks)

    def _mark(self, first: int, last: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        mark.cursor, mark.format = cursor, look
        return mark

    def insertFromMimeData(self, source: QMimeData) -> None:
        # A paste of a whole book is never laid out.
        cursor, old = self.textCursor(), self.toPlainText()
        start, stop = _index(old, cursor.selectionStart()), _index(old, cursor.selectionEnd())
        new = old[:start] + source.text() + old[stop:]
        if len(new) > _MOST_CHARACTERS:
            self._replace_all(new)
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._long is not None and event.matches(QKeySequence.StandardKey.Paste):
            self._replace_all(QApplication.clipboard().text())
        elif self._long is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._replace_all("")
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # The editor would claim these although its own undo is off; they belong to the project.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return False
            ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if event.key() == Qt.Key.Key_Escape or (ctrl and event.key() in _OURS):
                event.ignore()
                return False
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).position()
            reason = self.fault_at(_index(self.toPlainText(), at))
            QToolTip.showText(event.globalPos(), reason, self)
            return True
        if event.type() == QEvent.Type.FocusIn:
            self._blink.start()
        elif event.type() == QEvent.Type.FocusOut:
            self._blink.stop()
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.pointed.emit(_index(self.toPlainText(), self.textCursor().position()))

    def whole_text(self) -> str:
        """Return the text, also what is not shown of a very long one."""
        return self.toPlainText() if self._long is None else self._long

    def selected_range(self) -> tuple[int, int]:
        """Return the characters that are selected; twice the place of the caret where none are."""
        cursor, text = self.textCursor(), self.toPlainText()
        return _index(text, cursor.selectionStart()), _index(text, cursor.selectionEnd())

    def select_range(self, first: int, last: int) -> None:
        """Select characters of the text."""
        places, cursor = places_of(self.toPlainText()), self.textCursor()
        cursor.setPosition(int(places[min(first, len(places) - 1)]))
        cursor.setPosition(int(places[min(last, len(places) - 1)]), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def fault_at(self, at: int) -> str:
        """Return what is wrong with the mark at a character, if anything."""
        return next((fault.reason for fault in self.tint.faults if fault.start <= at < fault.end), "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        text, (first, last) = self.toPlainText(), self.selected_range()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            at = _index(text, self.cursorForPosition(event.pos()).position())
            if not first <= at <= last or first == last:
                first = at
                self.select_range(at, at)  # what is offered is done there
        self.menu_at(first).popup(event.globalPos())

    def menu_at(self, at: int) -> QMenu:
        """Return the menu at a character: what the window offers there, and the clipboard."""
        menu = QMenu(self)
        self.fill_menu(menu, at)
        usual = self.createStandardContextMenu()
        for action in usual.actions():
            named = action.objectName() in ("edit-cut", "edit-copy", "edit-paste", "edit-delete", "select-all")
            if named:  # undo and redo belong to the project
                if not menu.isEmpty() and action.objectName() == "edit-cut":
                    menu.addSeparator()
                action.setParent(menu)
                menu.addAction(action)
        usual.deleteLater()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.document().isEmpty():
            self._paint_hint()
        if self.hasFocus() and self._caret_on:
            box: QRect = self.cursorRect()
            with QPainter(self.viewport()) as painter:
                painter.fillRect(box.left(), box.top() + 1, 1, box.height() - 2, QColor(self._look.color("sel")))

    def _paint_hint(self) -> None:
        layout = QTextLayout(self.hint, self.font(), self.viewport())
        with QPainter(self.viewport()) as painter:
            painter.setPen(self._look.color("t3"))
            layout.beginLayout()
            top = 0
            while (line := layout.createLine()).isValid():
                line.setLineWidth(self.viewport().width())
                line.setPosition(QPointF(0, top + _LINE_PX - line.height()))
                top += _LINE_PX
            layout.endLayout()
            layout.draw(painter, QPointF(0, 0))
