"""The word of the selection as a field: what is typed there is said in its place; a button says it anew as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.rewording import word_selected
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.rows import FormRow
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["WordRow"]

_GUTTER = 10  # between label and value, as in all rows of a form


class WordRow(FormRow):
    """Shown where one word is selected and the engine can say others."""

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget) -> None:
        super().__init__(look, "", parent)
        self.label.set_text(self.tr("Word"))
        self._workspace = workspace
        self.field = TextField(look, self.tr("Word"))
        self.field.setFixedHeight(22)
        self.field.returnPressed.connect(self._take)
        tips.set_tip(
            self.field, self.tr("Say another word here"), "F2",
            self.tr("Type what should be said and press Enter. Nothing typed takes the word out."),
        )  # fmt: skip
        self.anew = ToolButton(look, "arrows-clockwise", self.tr("Say this word anew"), extent=24)
        tips.set_tip(self.anew, self.tr("Say this word anew"), "R", self.tr("Predicts it again with another seed"))
        self.anew.clicked.connect(self._say_anew)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.field, 1)
        self.row.addSpacing(4)
        self.row.addWidget(self.anew)
        self.setFocusProxy(self.field)
        self.hide()

    def refresh(self) -> None:
        """Show the word that is selected, or nothing."""
        word = word_selected(self._workspace.sketch, self._workspace.selection)
        shown = word is not None and self._workspace.rewording.can(word[0].spec.name)
        self.setVisible(shown)
        if word is not None and shown and not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText(word[0].labels[word[1]])

    def _take(self) -> None:
        word = word_selected(self._workspace.sketch, self._workspace.selection)
        self.field.setModified(False)
        self.field.clearFocus()
        if word is not None:
            self._workspace.rewording.reword(word[0].spec.name, word[1], self.field.text().strip())

    def _say_anew(self) -> None:
        word = word_selected(self._workspace.sketch, self._workspace.selection)
        if word is not None:
            self._workspace.rewording.say_anew(word[0].spec.name, word[1])
