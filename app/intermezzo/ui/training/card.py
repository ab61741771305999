"""One thing that was trained, in the room: its name and figures, and what can be done with it, all in place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.storage.trained import Trained
from intermezzo.ui.look import Look
from intermezzo.ui.training.figures import gain_lines
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.text_field import TextField

__all__ = ["TrainedCard"]


class TrainedCard(Card):
    """Says what it wants done; deleting asks in its own place, because files are destroyed.

    Attributes:
        used, exported, deleted: its buttons; ``renamed`` the new name.
    """

    used = Signal()
    exported = Signal()
    deleted = Signal()
    renamed = Signal(str)

    def __init__(self, look: Look, trained: Trained, *, in_use: bool, can_use: bool) -> None:
        super().__init__(look, surface="raise", border="hand" if in_use else "line", padding=10, spacing=4)
        self.trained = trained
        lines = gain_lines(trained.figures)
        self.setAccessibleName(". ".join([trained.name, *lines]))
        icon = "check-circle" if in_use else ""
        self.name = Label(look, trained.name, "body_medium", "t1", icon=icon, icon_ink="hand")
        self.field = TextField(look, self.tr("Name of {0}").format(trained.name))
        self.field.setText(trained.name)
        self.field.hide()
        self.field.returnPressed.connect(self._on_named)
        self.field.editingFinished.connect(self._close_field)
        self.content.addWidget(self.name)
        self.content.addWidget(self.field)
        for line in lines:
            self.content.addWidget(Label(look, line, "value", "t2"))
        self.use = Button(look, self.tr("In use") if in_use else self.tr("Use"))
        self.use.setEnabled(can_use and not in_use)
        self.use.clicked.connect(self.used)
        self.rename = Button(look, self.tr("Rename"), kind="quiet")
        self.rename.clicked.connect(self._open_field)
        self.export = Button(look, self.tr("Export"), kind="quiet")
        self.export.clicked.connect(self.exported)
        self.remove = Button(look, self.tr("Delete"), kind="quiet")
        self.remove.clicked.connect(lambda: self._ask(True))
        self.sure = Button(look, self.tr("Delete for good"), kind="danger")
        self.sure.clicked.connect(self.deleted)
        self.keep = Button(look, self.tr("Keep"))
        self.keep.clicked.connect(lambda: self._ask(False))
        self.content.addWidget(self._tools())
        for button in (self.use, self.rename, self.export, self.remove, self.sure, self.keep):
            button.setAccessibleName(f"{button.text()}: {trained.name}")
        self._ask(False)

    def _tools(self) -> QWidget:
        tools = QWidget(self)
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(2)
        for button in (self.use, self.rename, self.export, self.remove, self.sure, self.keep):
            row.addWidget(button)
        row.addStretch(1)
        return tools

    def _ask(self, asking: bool) -> None:
        for button in (self.use, self.rename, self.export, self.remove):
            button.setVisible(not asking)
        for button in (self.sure, self.keep):
            button.setVisible(asking)

    def _open_field(self) -> None:
        self.name.hide()
        self.field.show()
        self.field.selectAll()
        self.field.setFocus()

    def _on_named(self) -> None:
        name = self.field.text().strip()
        if name and name != self.trained.name:
            self.renamed.emit(name)

    def _close_field(self) -> None:
        self.field.hide()
        self.name.show()
