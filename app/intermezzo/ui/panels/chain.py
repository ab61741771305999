"""The chain: a card for each stage of the project, what it does, and whether its sound is fresh."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from intermezzo.core.chain import stage_before
from intermezzo.core.project import Stage
from intermezzo.ui.behind import behind
from intermezzo.ui.look import Look
from intermezzo.ui.staleness import Staleness
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.cards import PickCard
from intermezzo.ui.widgets.labels import Label, StatusDot
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

__all__ = ["ChainPanel"]

_REST_MS = 120


class _StageCard(PickCard):
    """Icon, title, status; below what the engine does."""

    def __init__(self, look: Look, title: str, summary: str, icon: str, parent: QWidget) -> None:
        super().__init__(look, title, parent)
        self.set_rest_surface("raise")
        self.content.setContentsMargins(9, 8, 10, 8)
        self.content.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = Label(look, title, "body_semibold", "t1", icon=icon, icon_ink="t2")
        self._icon = icon
        self.dot = StatusDot(look, "", "t3")
        head.addWidget(self.title, 1)
        head.addWidget(self.dot)
        self.content.addLayout(head)
        self.content.addWidget(Label(look, summary, "value", "t2"))

    def show_state(self, text: str, role: Role, *, current: bool) -> None:
        """Show how fresh the stage is and whether it is open."""
        self.dot.set_status(text, role)
        self.title.set_icon(self._icon, "hand" if current else "t2")
        self.set_current(current)
        self.setAccessibleDescription(text)


class ChainPanel(Section):
    """All stages; a click opens one.

    Attributes:
        engine_wanted: id of an engine for which a stage is to be added.
        removal_wanted: id of a stage that is to go.
    """

    engine_wanted = Signal(str)
    removal_wanted = Signal(str)

    def __init__(self, look: Look, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("ChainPanel", "Chain"), "", parent, spacing=8)
        self._workspace = workspace
        self.fill_menu: Callable[[QMenu], None] | None = None  # what else can be done with the stage in view
        self._cards: dict[str, _StageCard] = {}
        self._shown: tuple[tuple[str, str, str | None], ...] | None = None
        self._work: Work | None = None
        self._staleness = Staleness()
        self.plus = ToolButton(look, "plus", self.tr("Add a stage"), extent=24)
        self.plus.clicked.connect(self._choose_engine)
        self.add_head_widget(self.plus)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._show_states)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._show)
        workspace.sound_changed.connect(lambda *_: self._rest.start() if not self._rest.isActive() else None)
        workspace.worked.connect(self._on_work)
        self._show()

    def _on_work(self, work: Work | None) -> None:
        self._work = work
        if not self._rest.isActive():
            self._rest.start()

    def _show(self, *_: object) -> None:
        stages = self._workspace.project.stages
        wanted = tuple((s.id, s.engine, s.linked_to) for s in stages)
        if wanted != self._shown:
            self._shown = wanted
            for card in self._cards.values():
                self.body_layout.removeWidget(card)
                card.deleteLater()
            self._cards = {s.id: self._card_of(s) for s in stages}
        self._show_states()

    def _card_of(self, stage: Stage) -> _StageCard:
        manifest = self._workspace.registry.engines.get(stage.engine)
        title = manifest.title if manifest else stage.engine
        summary = manifest.summary if manifest else self.tr("This engine is not installed")
        before = stage_before(self._workspace.project, stage)
        if before is not None and manifest is not None:
            first = self._workspace.registry.engines.get(before.engine)
            summary = self.tr("From {0}").format(first.title if first else before.engine)
        card = _StageCard(self.look, title, summary, manifest.icon if manifest else "puzzle-piece", self)
        card.picked.connect(lambda i=stage.id: self._workspace.choose_stage(i))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at, i=stage.id, c=card: self._show_menu(c.mapToGlobal(at), i))
        self.body_layout.addWidget(card)
        return card

    def _show_states(self) -> None:
        workspace = self._workspace
        for stage in workspace.project.stages:
            card = self._cards.get(stage.id)
            if card is not None:
                current = stage is workspace.stage
                text, role = self._state_of(stage, current=current)
                card.show_state(text, role, current=current)

    def _state_of(self, stage: Stage, *, current: bool) -> tuple[str, Role]:
        workspace = self._workspace
        manifest = workspace.registry.engines.get(stage.engine)
        if manifest is None:
            return self.tr("missing"), "err"
        if current and workspace.conversions.is_running:
            return self.tr("converting"), "handfill"
        if stage.sketch is None:
            return self.tr("no sketch yet"), "t3"
        if self._staleness.of(workspace.as_read(stage), manifest):
            return self.tr("source changed"), "warn"
        if (news := behind(workspace, stage)) is not None:
            return news.chip, "warn"
        if not current:
            return self.tr("ready"), "t3"
        stale = int(workspace.output.stale.sum())
        if not stale:
            return self.tr("fresh"), "ok"
        seconds = stale * workspace.output.hop / workspace.output.sample_rate
        if self._work is not None:
            return self.tr("rendering"), "handfill"
        return self.tr("{0:.2f} s stale").format(seconds), "warn"

    def _choose_engine(self) -> None:
        menu = QMenu(self)
        for manifest in self._workspace.registry.engines.values():
            if not manifest.hidden:
                action = menu.addAction(self.look.icon(manifest.icon), manifest.title)
                action.triggered.connect(lambda _=False, i=manifest.id: self.engine_wanted.emit(i))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.plus.mapToGlobal(self.plus.rect().bottomLeft()))

    def _show_menu(self, at: QPoint, stage_id: str) -> None:
        menu = QMenu(self)
        if self.fill_menu is not None:
            self._workspace.choose_stage(stage_id)
            self.fill_menu(menu)
            menu.addSeparator()
        remove = menu.addAction(self.look.icon("trash"), self.tr("Remove this stage"))
        remove.setEnabled(len(self._workspace.project.stages) > 1)
        remove.triggered.connect(lambda: self.removal_wanted.emit(stage_id))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
