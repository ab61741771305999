"""The plugins panel: every engine with its state and its reasons, and what can be done about those that do not work."""

import importlib
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.registry import Registry
from intermezzo.jobs.protocol import Done, Event, Failed, Request, Runner
from intermezzo.storage.log import report
from intermezzo.ui.engine_card import EngineCard, facts_of
from intermezzo.ui.layouts import clear, widgets_in
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import EngineHostView, EngineState, engine_states, state_words, status_words
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Label

__all__ = ["PluginsPanel", "engine_report"]


class PluginsPanel(Room):
    """Lists the engines; it reads their state anew whenever it is shown or something was tried.

    Args:
        host: the engine host as it is now, which also tries engines again.

    Attributes:
        help_wanted: id of a help page.
        changed: some engine's state may have changed.
    """

    help_wanted = Signal(str)
    changed = Signal()
    _tried = Signal(str, str, str)  # engine, what went wrong or "", report

    def __init__(
        self, look: Look, registry: Registry, host: Callable[[], EngineHostView], parent: QWidget | None = None
    ) -> None:
        super().__init__(look, self.tr("Engines and plugins"), "", parent, help_page="plugin")
        self._registry, self._host = registry, host
        self._reports: dict[str, str] = {}
        self._trying: set[str] = set()
        self.resize(760, 620)
        self.setMinimumSize(520, 360)
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Engines"))
        body = QWidget()
        body.setProperty("bare", True)
        self._cards = QVBoxLayout(body)
        self._cards.setContentsMargins(6, 6, 10, 6)
        self._cards.setSpacing(10)
        area.setWidget(body)
        self.content.setContentsMargins(18, 10, 14, 16)
        self.content.addWidget(area, 1)
        self.content.addLayout(self._foot())
        self._tried.connect(self._on_tried)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 10, 0)
        row.setSpacing(8)
        line = self.tr("Engines come from Python packages; a broken one never stops the others.")
        row.addWidget(Label(self.look, line, "value", "t3"), 1)
        how = Button(self.look, self.tr("Write your own"), icon="book-open", kind="quiet")
        how.clicked.connect(lambda: self.help_wanted.emit("plugin"))
        row.addWidget(how)
        return row

    def cards(self) -> list[EngineCard]:
        """Return the cards, in their order."""
        return [card for card in widgets_in(self._cards) if isinstance(card, EngineCard)]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the state of all engines anew."""
        # A package that was installed meanwhile is only seen once the finders forget what they knew.
        importlib.invalidate_caches()
        states = engine_states(self._registry, self._host())
        ready, off = status_words(states)
        self.line.set_text(f"{ready} · {off}" if off else ready)
        unfolded = {card.state.id for card in self.cards() if not card.details.isHidden()}
        clear(self._cards)
        for state in states:
            self._cards.addWidget(self._card(state, unfolded=state.id in unfolded))
        self._cards.addStretch(1)

    def _card(self, state: EngineState, *, unfolded: bool) -> EngineCard:
        card = EngineCard(self.look, state, self._registry)
        card.retried.connect(self._try)
        card.report_wanted.connect(self._copy_report)
        card.copied.connect(self._copy)
        if unfolded:
            card.show_details(True)
        if state.id in self._trying and card.retry is not None:
            card.retry.setText(self.tr("Trying"))
            card.retry.setEnabled(False)
        return card

    def _try(self, engine: str) -> None:
        host = self._host()
        host.forgive(engine)
        self._trying.add(engine)
        self.refresh()

        def heard(event: Event) -> None:
            # This runs on the host's own thread; the signal carries it over.
            if isinstance(event, Failed):
                self._tried.emit(engine, str(event.error), event.report)
            elif isinstance(event, Done):
                self._tried.emit(engine, "", "")

        runner: Runner = host  # type: ignore[assignment]
        try:
            runner.submit(Request("warm", engine, priority=1), heard)
        except IntermezzoError as problem:
            self._on_tried(engine, str(problem), "")

    def _on_tried(self, engine: str, trouble: str, told: str) -> None:
        self._trying.discard(engine)
        if told:
            self._reports[engine] = told
        self.refresh()
        title = self._registry.engines[engine].title if engine in self._registry.engines else engine
        self.line.set_text(trouble or self.tr("{0} works.").format(title))
        self.changed.emit()

    def _copy_report(self, engine: str) -> None:
        state = next((card.state for card in self.cards() if card.state.id == engine), None)
        if state is not None:
            self._copy(engine_report(state, self._registry, self._host().device, self._reports.get(engine, "")))
            self.line.set_text(self.tr("The report is in the clipboard. Read it before you send it."))

    def _copy(self, text: str) -> None:
        with suppress(AttributeError):
            QGuiApplication.clipboard().setText(text)


def engine_report(state: EngineState, registry: Registry, device: str, told: str = "") -> str:
    """Return what to send to the maker of an engine: its state, its manifest, what it said, and this computer."""
    head = [f"{state.title}: {state_words(state.state)} on {device}"]
    if state.reason:
        head.append(state.reason)
    if state.manifest is not None:
        head.append(f"{state.manifest.key} ({state.manifest.licence or 'no licence given'})")
        head += [f"{name}: {value}" for name, value in facts_of(state.manifest, registry)]
    if told:
        head += ["", told]
    return report(registry, trouble="\n".join(head))
