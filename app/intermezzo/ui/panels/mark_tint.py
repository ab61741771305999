"""Marks in the source text (`core.marks`) in a colour of their own; one that is written wrongly is underlined.

A text over thirty pages is left as it is: to read it again after every key would be felt.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from intermezzo.core.marks import MarkError, mark_faults, mark_ranges
from intermezzo.ui.look import Look

__all__ = ["MarkTint", "places_of"]

_REST_MS: Final = 60
_AT_ONCE: Final = 4000  # characters of a text that is read as a whole at every key; a longer one a moment later
_MOST: Final = 60_000
_SIGNS: Final = "<[*{#"

Row = tuple[int, int, bool]  # first and last place in a block, and whether it is a fault


def places_of(text: str) -> NDArray[np.int64]:
    """Return where Qt, which counts emoji as two, has each character of a text and its end."""
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) > 0xFFFF
    return np.concatenate(([0], np.cumsum(1 + wide.astype(np.int64))))


class MarkTint(QSyntaxHighlighter):
    """Follows a document by itself while `is_on`.

    Attributes:
        faults: what is written wrongly in the text as it was read last.
        told: they may be other ones.
    """

    told = Signal()

    def __init__(self, look: Look, document: QTextDocument) -> None:
        super().__init__(document)
        self._look = look
        self.is_on = False
        self.faults: tuple[MarkError, ...] = ()
        self._marks: list[tuple[int, int, bool]] = []  # in places of Qt, in their order
        self._read_at = self._shown_at = -1  # revisions of the document
        self._rows: dict[int, tuple[Row, ...]] = {}
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.refresh)
        document.contentsChanged.connect(self._on_contents)
        look.changed.connect(self.rehighlight)

    def set_on(self, on: bool) -> None:
        """Show marks, or take all for text."""
        if on != self.is_on:
            self.is_on = on
            self.refresh()

    def refresh(self) -> None:
        """Read the text again, and colour the lines in which something is other than before."""
        self._rest.stop()
        self._read()
        self._shown_at = self.document().revision()
        self.told.emit()
        if not self._marks and not self._rows:
            return
        block = self.document().firstBlock()
        while block.isValid():
            if self._rows.get(block.blockNumber(), ()) != self._rows_of(block.position(), block.length()):
                self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, text: str) -> None:
        block = self.currentBlock()
        if self.document().characterCount() <= _AT_ONCE:
            self._read()
        rows = self._rows_of(block.position(), block.length())
        for first, last, is_fault in rows:
            self.setFormat(first, last - first, self._format(is_fault=is_fault))
        if rows:
            self._rows[block.blockNumber()] = rows
        else:
            self._rows.pop(block.blockNumber(), None)

    def _on_contents(self) -> None:
        if self.is_on and self._shown_at != self.document().revision():
            self._rest.start()

    def _read(self) -> None:
        text = self.document().toPlainText() if self.is_on else ""
        revision = self.document().revision() if self.is_on else -1
        if revision == self._read_at and self.is_on:
            return
        self._read_at = revision
        if len(text) > _MOST or not any(sign in text for sign in _SIGNS):
            self.faults, self._marks = (), []
            return
        self.faults = mark_faults(text)
        wrong = {(fault.start, fault.end) for fault in self.faults}
        places = places_of(text)
        self._marks = [(int(places[a]), int(places[b]), (a, b) in wrong) for a, b in sorted(mark_ranges(text))]

    def _rows_of(self, position: int, length: int) -> tuple[Row, ...]:
        end, found = position + length - 1, list[Row]()
        k = max(bisect_right(self._marks, position, key=lambda mark: mark[0]) - 1, 0)
        for first, last, is_fault in self._marks[k:]:
            if first >= end:
                break
            if last > position:
                found.append((max(first, position) - position, min(last, end) - position, is_fault))
        return tuple(found)

    def _format(self, *, is_fault: bool) -> QTextCharFormat:
        found, color = QTextCharFormat(), self._look.color
        found.setForeground(color("err" if is_fault else "ana"))
        if is_fault:
            found.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            found.setUnderlineColor(color("err"))
        return found
