"""The text of the source: words of the selection are blue, words that were touched by hand are amber."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)  # fmt: skip
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from intermezzo.ui import fonts
from intermezzo.ui.look import Look

__all__ = ["SourceText"]

_MIN_LINES, _MAX_LINES = 3, 12
_LINE_PX = 20
_REST_MS = 60


class SourceText(QTextEdit):
    """A plain text editor without a frame that grows with its text; undo belongs to the project, not to the field.

    Attributes:
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
        self.setProperty("bare", True)
        self.setProperty("ringRadius", 4.0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Source text"))
        self.setPlaceholderText(self.tr("Type or paste what should be said."))
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
        self._space_lines()
        self.textChanged.connect(self._on_changed)
        self.cursorPositionChanged.connect(self._on_cursor)
        look.changed.connect(self._redress)
        self._redress()

    def show_text(self, text: str) -> None:
        """Show a text that did not come from the keyboard; the cursor stays where it can."""
        if text == self.toPlainText():
            return
        at = self.textCursor().position()
        self.blockSignals(True)
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.setTextCursor(cursor)
        self._space_lines()
        self.blockSignals(False)
        self._fit()

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
        self._fit()
        self.typed.emit(self.toPlainText())

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
                marks.append(self._mark(first, last, chosen))
        self.setExtraSelections(marks)

    def _mark(self, first: int, last: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        size = len(self.toPlainText())
        cursor.setPosition(min(first, size))
        cursor.setPosition(min(last, size), QTextCursor.MoveMode.KeepAnchor)
        mark.cursor, mark.format = cursor, look
        return mark

    def event(self, event: QEvent) -> bool:
        # The editor would claim these although its own undo is off; they belong to the project.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape:
                event.ignore()
                return False
        if event.type() == QEvent.Type.FocusIn:
            self._blink.start()
        elif event.type() == QEvent.Type.FocusOut:
            self._blink.stop()
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.pointed.emit(self.textCursor().position())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._caret_on:
            box: QRect = self.cursorRect()
            painter = QPainter(self.viewport())
            painter.fillRect(box.left(), box.top() + 1, 1, box.height() - 2, QColor(self._look.color("sel")))
