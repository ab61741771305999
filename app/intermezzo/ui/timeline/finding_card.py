"""The card that opens at a note with something to mend: what is wrong, and its mends as words to click."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.core.singability import Finding, Mend
from intermezzo.ui.look import Look
from intermezzo.ui.review import Review
from intermezzo.ui.shadows import SHADOW_MARGINS
from intermezzo.ui.singing_words import mend_name, sentence_of
from intermezzo.ui.widgets.buttons import LinkButton
from intermezzo.ui.widgets.floating import Floating
from intermezzo.ui.widgets.labels import Label

__all__ = ["FindingCard"]

_MOST: Final = 3  # findings at one note


class FindingCard(Floating):
    """A popup; a click beside it or Esc closes it. F8 goes on to the next finding, Shift+F8 to the one before."""

    def __init__(self, look: Look, review: Review, findings: tuple[Finding, ...], parent: QWidget) -> None:
        super().__init__(look, parent)
        flags = Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        self.setWindowFlags(flags)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("finding")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        self._review = review
        self.links: list[LinkButton] = []
        self.setAccessibleName(". ".join(map(sentence_of, findings)))
        column = QVBoxLayout()
        column.setContentsMargins(11, 8, 11, 6)
        column.setSpacing(2)
        for finding in findings[:_MOST]:
            column.addWidget(Label(look, sentence_of(finding), "body", "t1"))
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 2)
            row.setSpacing(8)
            mends = review.mends(finding)
            for k, mend in enumerate(mends):
                link = LinkButton(look, mend_name(mend), ink="hand" if k == 0 and len(mends) > 1 else "t2")
                link.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                link.clicked.connect(lambda _=False, f=finding, m=mend: self._do(f, m))
                row.addWidget(link)
                self.links.append(link)
            row.addStretch(1)
            column.addLayout(row)
        self.content.addLayout(column)

    def _do(self, finding: Finding, mend: Mend) -> None:
        self.close()
        self._review.mend(finding, mend)

    def open_at(self, note_top: QPoint, note_bottom: QPoint, *, by_key: bool) -> None:
        """Show it below a note, above it where there is no room; opened by key, the first mend has the focus."""
        self.resize(self.sizeHint())
        margins = SHADOW_MARGINS.toMargins()
        area = self.screen().availableGeometry()
        x = min(max(note_bottom.x() - margins.left(), area.left() - margins.left()), area.right() - self.width())
        y = note_bottom.y() + 4 - margins.top()
        if y + self.height() - margins.bottom() > area.bottom():
            y = note_top.y() - self.height() + margins.bottom() - 4
        self.move(x, y)
        self.show()
        (self.links[0] if self.links and by_key else self).setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F8:
            self.close()
            self._review.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            for link in self.links:
                if link.hasFocus():
                    link.click()
                    return
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusNextPrevChild(key in (Qt.Key.Key_Right, Qt.Key.Key_Down))
        else:
            super().keyPressEvent(event)
