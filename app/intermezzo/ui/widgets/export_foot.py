"""The foot of the sheets that export: what stands in the way or will be replaced, Cancel, and Export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Label

__all__ = ["ExportFoot"]


class ExportFoot(QWidget):
    """Lies below the rows of a sheet; Enter anywhere in the sheet is Export, where `takes` is asked first."""

    cancelled = Signal()
    wanted = Signal()  # the person asks for the export

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trouble = Label(look, "", "value", "t3")
        self.cancel = Button(look, self.tr("Cancel"), key="Esc")
        self.cancel.clicked.connect(self.cancelled)
        self.export = Button(look, self.tr("Export"), icon="export", kind="primary", key="Enter")
        self.export.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 14, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.trouble, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.export)

    def say(self, text: str) -> None:
        """Show a remark, such as which file gives way; "" for none."""
        self.trouble.set_ink("t3")
        self.trouble.set_text(text)

    def refuse(self, text: str) -> None:
        """Show why nothing is exported."""
        self.trouble.set_ink("err")
        self.trouble.set_text(text)

    def takes(self, event: QKeyEvent) -> bool:
        """Take a key of the sheet that is Export, and return whether it was; with the focus on Cancel it is not."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.cancel.hasFocus():
            return False
        self.export.click()
        return True
