"""The ghost in the tool strip: which other take, or the state before the last change, lies dashed over the lanes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["GhostControl", "next_ghost"]


def next_ghost(workspace: Workspace) -> None:
    """Lay the next take over the lanes; after the last one none."""
    stage, comparison = workspace.stage, workspace.comparison
    numbers: list[int | None] = [None, *(take.number for take in stage.takes)] if stage is not None else [None]
    if comparison.has_before():
        numbers.append(0)
    at = numbers.index(comparison.laid) if comparison.laid in numbers else 0
    comparison.lay(numbers[(at + 1) % len(numbers)])


class GhostControl(QWidget):
    """One button that says which; a click opens the list."""

    def __init__(self, look: Look, workspace: Workspace, book: ActionBook, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._workspace = look, workspace
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        self.button = Button(look, self.tr("Ghost"), icon="ghost", kind="quiet")
        self.button.setCheckable(True)
        keys = book.keys_of("ghost")
        tips.set_tip(
            self.button, self.tr("Ghost"), keys[0] if keys else "",
            self.tr("Lays another take over the lanes, dashed in its colour"),
        )  # fmt: skip
        row.addWidget(self.button)
        self.button.clicked.connect(self._open)
        for signal in (workspace.comparison.ghost_changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._refresh)
        workspace.changed.connect(self._refresh)
        self._refresh()

    def can(self) -> bool:
        """Tell whether there is anything to lay over the lanes."""
        stage = self._workspace.stage
        return stage is not None and stage.sketch is not None and (
            bool(stage.takes) or self._workspace.comparison.has_before()
        )  # fmt: skip

    def _refresh(self, *_: object) -> None:
        laid = self._workspace.comparison.laid
        text = self.tr("Ghost") if laid is None else (
            self.tr("Ghost take {0}").format(laid) if laid else self.tr("Ghost before")
        )  # fmt: skip
        if text != self.button.text():
            self.button.setText(text)
            self.button.setAccessibleName(text)
            self.button.updateGeometry()
        self.button.setChecked(laid is not None)
        self.button.setEnabled(self.can())

    def menu(self) -> QMenu:
        """Return the list: none, each take, the state before the last change."""
        menu, comparison, stage = QMenu(self), self._workspace.comparison, self._workspace.stage
        entries: list[tuple[str, int | None]] = [(self.tr("No ghost"), None)]
        entries += [(self.tr("Take {0}").format(take.number), take.number) for take in (stage.takes if stage else ())]
        if comparison.has_before():
            entries.append((self.tr("Before the last change"), 0))
        for text, number in entries:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(number == comparison.laid)
            action.triggered.connect(lambda _=False, number=number: comparison.lay(number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _open(self) -> None:
        self._refresh()  # the click has switched the button
        self.menu().popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))
