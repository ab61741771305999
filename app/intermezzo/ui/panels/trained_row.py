"""The row of a parameter that takes what a person trained: a list of what there is, and the way to make one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from intermezzo.core.manifest import EngineManifest, Making
from intermezzo.core.params import Param, Value
from intermezzo.ui.look import Look
from intermezzo.ui.training.shelf import Shelf
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.rows import FormRow

__all__ = ["TrainedRow"]

_GUTTER = 10


class TrainedRow(FormRow):
    """Shows names and hands out folders.

    Attributes:
        chosen: folder and name of what the person picked; both empty for none.
        making_wanted: the person wants to make one.
    """

    chosen = Signal(str, str)
    making_wanted = Signal()

    def __init__(
        self, look: Look, manifest: EngineManifest, making: Making, param: Param, shelf: Shelf, parent: QWidget
    ) -> None:  # fmt: skip
        super().__init__(look, param.title, parent)
        self._manifest, self._shelf, self.value = manifest, shelf, ""
        self.combo = Combo(look, param.title)
        self.combo.activated.connect(self._on_activated)
        self.make = ToolButton(look, "plus", making.title, extent=22, icon_size=14)
        self.make.setToolTip(making.title)
        self.make.clicked.connect(self.making_wanted)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.combo, 1)
        self.row.addSpacing(2)
        self.row.addWidget(self.make)
        shelf.changed.connect(self._on_shelf)
        self.show_value("")

    def show_value(self, value: Value) -> None:
        """Show the folder that the parameter holds, also one that is not on the shelf."""
        self.value = str(value)
        offered = [("", self.tr("None"))]
        offered += [(str(t.folder), t.name) for t in self._shelf.items(self._manifest)]
        if all(self.value != folder for folder, _ in offered):
            offered.append((self.value, self._shelf.name_of(self._manifest, self.value)))
        self.combo.clear()
        for folder, name in offered:
            self.combo.addItem(name, folder)
        self.combo.setCurrentIndex(next(k for k, (folder, _) in enumerate(offered) if folder == self.value))
        self.combo.set_edited(bool(self.value))

    def _on_shelf(self) -> None:
        self.show_value(self.value)

    def _on_activated(self, index: int) -> None:
        folder = str(self.combo.itemData(index) or "")
        self.chosen.emit(folder, self.combo.itemText(index) if folder else "")
