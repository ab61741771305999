"""A row for a checkpoint of one's own: those in the models folder by name, and any other folder of this computer."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from intermezzo.core.models import local_models, models_folder, name_of
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.rows import FormRow

__all__ = ["FolderRow"]

_GUTTER = 10
AskFolder = Callable[[QWidget, str, str], str]


class FolderRow(FormRow):
    """Label and a list of folders; the list is read anew whenever it is opened.

    Which of them an engine can use is told by the engine, when it is asked to work: its code does not run here.

    Attributes:
        chosen: the value that was picked: '' for the first that fits, a name in the models folder, or a path.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, text: str, parent: QWidget | None = None, ask: AskFolder | None = None) -> None:
        """Make the row; ``ask`` (parent, title, folder to begin in) returns a folder or ''."""
        super().__init__(look, text, parent)
        self._title, self._ask, self._value = text, ask or QFileDialog.getExistingDirectory, ""
        self.combo = _Folders(look, text, self._fill)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.combo, 1)
        self.combo.activated.connect(self._on_activated)
        self._fill()

    def set_value(self, value: str) -> None:
        """Show a value without emitting."""
        if value != self._value:
            self._value = value
            self._fill()
        self.combo.set_edited(bool(value))

    def _fill(self) -> None:
        found = [name_of(folder) for folder in local_models()]
        self._values = ["", *found, *([self._value] if self._value and self._value not in found else [])]
        titles = [self.tr("First that fits"), *(Path(value).name for value in self._values[1:])]
        self.combo.clear()
        self.combo.addItems([*titles, self.tr("Choose a folder…")])
        self.combo.setCurrentIndex(self._values.index(self._value))
        self.combo.setAccessibleDescription(self._value)

    def _on_activated(self, index: int) -> None:
        value = self._values[index] if index < len(self._values) else self._asked()
        self._value = value
        self._fill()
        self.chosen.emit(value)

    def _asked(self) -> str:
        begin = str(Path(self._value) if Path(self._value).is_absolute() else models_folder())
        folder = self._ask(self, self._title, begin)
        return name_of(Path(folder)) if folder else self._value


class _Folders(Combo):
    """A combo that looks for folders before it opens."""

    def __init__(self, look: Look, name: str, fill: Callable[[], None]) -> None:
        super().__init__(look, name)
        self._before_opening = fill

    def showPopup(self) -> None:
        self._before_opening()
        super().showPopup()
