"""Choices of the renderer beside the transport: who plays the tune, who plays under it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.core.params import Param
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["TransportChoices"]

_WIDTH_PX = 108


class TransportChoices(QWidget):
    """A short word and a list for each parameter whose manifest puts it beside the transport; none for most engines."""

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._workspace, self._tips = look, workspace, tips
        self._engine = ""
        self.combos: dict[str, Combo] = {}
        self._params: dict[str, Param] = {}
        self._words: list[Label] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the values as they stand."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        engine = manifest.key if manifest else ""
        if engine != self._engine:
            self._engine = engine
            self._rebuild([p for p in manifest.params_of("render") if p.transport] if manifest else [])
        for name, combo in self.combos.items():
            default = self._params[name].default
            value = stage.params.get(name, default) if stage else default
            combo.setCurrentText(str(value))
            combo.set_edited(value != default)

    def _rebuild(self, params: list[Param]) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._words = []
        self._params, self.combos = {p.name: p for p in params}, {}
        for param in params:
            combo = Combo(self._look, param.title, param.choices)
            combo.setFixedWidth(_WIDTH_PX)
            combo.textActivated.connect(lambda text, n=param.name: self._workspace.set_param(n, text))
            self._tips.set_tip(combo, param.title, "", param.help)
            self.combos[param.name] = combo
            word = Label(self._look, param.transport, "caption", "t2")
            word.setFixedWidth(word.sizeHint().width())
            self._words.append(word)
            self._row.addWidget(word)
            self._row.addWidget(combo)
        self.setVisible(bool(params))

    def share_room(self, *, roomy: bool) -> None:
        """Leave the words out where there is little room; lists have tooltips and names."""
        for word in self._words:
            word.setVisible(roomy)

    def has_any(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.combos)
