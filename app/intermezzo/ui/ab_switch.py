"""The A/B switch of the transport: which of two versions is heard, and what B is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.switches import TwoWaySwitch
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["AbSwitch"]

_WIDEST_PX = 120


class AbSwitch(QWidget):
    """``A ( ) B take 3``: the side that is heard is bright; a click anywhere on it switches."""

    def __init__(self, look: Look, workspace: Workspace, book: ActionBook, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._action = workspace, book["compare"]
        self.a = Label(look, self.tr("A"), "value_medium", "t1")
        self.switch = TwoWaySwitch(look, self.tr("Hear A or B"), self)
        self.b = Label(look, "", "value", "t2")
        self.b.setMaximumWidth(_WIDEST_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.a, self.switch, self.b):
            row.addWidget(widget)
        self.switch.clicked.connect(self._action.trigger)
        keys = book.keys_of("compare")
        tips.set_tip(
            self.switch, self.tr("Switch between A and B"), keys[0] if keys else "",
            self.tr("A is the sketch; B is the take that you chose, or the state before the last change"),
        )  # fmt: skip
        for signal in (workspace.comparison.changed, workspace.changed, workspace.replaced):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show which side is heard and what B is."""
        comparison = self._workspace.comparison
        take, on_b = comparison.take, comparison.is_on_b
        there = take is not None or comparison.has_before()
        if take is not None:
            text = self.tr("B {0}").format(take.name or self.tr("take {0}").format(take.number))
        else:
            text = self.tr("B before") if there else self.tr("B")
        self.b.set_text(text)
        self.switch.setEnabled(there or on_b)
        self.switch.setChecked(on_b)
        self.a.set_ink("t3" if on_b else "t1")
        self.b.set_ink("t1" if on_b else "t2" if there else "t3")
        self.switch.setAccessibleDescription(self.tr("{0} is heard").format(text if on_b else self.tr("A, the sketch")))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.switch.isEnabled():
            self._action.trigger()
