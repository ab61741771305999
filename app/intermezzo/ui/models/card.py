"""One checkpoint on the page of local models: what it is, who takes it, and why the others do not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.core.manifest import EngineManifest
from intermezzo.ui.layouts import clear
from intermezzo.ui.look import Look
from intermezzo.ui.models.found import FoundModel, Verdict, size_words
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.labels import Label, Pill
from intermezzo.ui.widgets.messages import WrappedText

__all__ = ["ModelCard"]


class ModelCard(Card):
    """A card of one checkpoint.

    Args:
        lacks: tells what an engine needs that is not installed, one line or nothing.

    Attributes:
        used: an engine, the name of its parameter: begin a stage with it.
        opened: show its folder.
        forgotten: take it off the list.
    """

    used = Signal(str, str)
    opened = Signal()
    forgotten = Signal()

    def __init__(self, look: Look, model: FoundModel, lacks: Callable[[EngineManifest], str]) -> None:
        super().__init__(look, padding=14, spacing=6, border="err" if model.gone else "line")
        self.model = model
        self.uses: list[Button] = []
        self.setAccessibleName(f"{model.name}: {self._verdict()}")
        self.content.addLayout(self._head())
        path = WrappedText(look, str(model.path), "value", "t3")
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content.addWidget(path)
        if model.gone:
            self.content.addWidget(WrappedText(look, self.tr("There is no checkpoint at this place any more."), "body"))
        for verdict in model.takers:
            self.content.addLayout(self._taker(verdict, lacks(verdict.manifest)))
        self.reasons = QWidget(self)
        self._lines = QVBoxLayout(self.reasons)
        self._lines.setContentsMargins(0, 2, 0, 2)
        self._lines.setSpacing(3)
        self.content.addWidget(self.reasons)
        self.content.addLayout(self._buttons())
        self.show_reasons(not model.takers)

    def _verdict(self) -> str:
        if self.model.gone:
            return self.tr("gone")
        takers = [verdict.manifest.title for verdict in self.model.takers]
        return self.tr("taken by {0}").format(", ".join(takers)) if takers else self.tr("no engine takes it")

    def _head(self) -> QHBoxLayout:
        model, look = self.model, self.look
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(look, model.path.name, "card", "t1", icon="puzzle-piece", icon_ink="t2"))
        if not model.gone:
            told = model.kind or self.tr("of no known kind")
            row.addWidget(Label(look, f"{told}   ·   {size_words(model.n_bytes)}", "value", "t3"))
        if model.elsewhere:
            row.addWidget(Pill(look, self.tr("elsewhere"), "t2"))
        row.addStretch(1)
        if model.gone:
            words, mark, ink = self.tr("gone"), "x-circle", "err"
        elif model.takers:
            words, mark, ink = self.tr("can be used"), "check-circle", "ok"
        else:
            words, mark, ink = self.tr("fits no engine"), "warning", "warn"
        row.addWidget(Label(look, words, "body_medium", "t1", icon=mark, icon_ink=ink))  # type: ignore[arg-type]
        return row

    def _taker(self, verdict: Verdict, lacking: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        manifest, param = verdict.manifest, verdict.param
        words = self.tr("Fits {0} as its {1}").format(manifest.title, param.title.lower())
        row.addWidget(Label(self.look, words, "body", "t1"), 1)
        if lacking:
            row.addWidget(Label(self.look, lacking, "value", "warn"))
        elif verdict.starts:
            use = Button(self.look, self.tr("Use"), icon="plus")
            use.setAccessibleName(self.tr("Use {0} with {1}").format(self.model.name, manifest.title))
            use.setToolTip(self.tr("Adds a stage of this engine with this checkpoint"))
            use.clicked.connect(lambda: self.used.emit(manifest.id, param.name))
            self.uses.append(use)
            row.addWidget(use)
        return row

    def _buttons(self) -> QHBoxLayout:
        model = self.model
        row = QHBoxLayout()
        row.setSpacing(6)
        self.why = Button(self.look, self.tr("Why not the others"), icon="caret-right", kind="quiet")
        self.why.setVisible(bool(model.refusals))
        self.why.clicked.connect(lambda: self.show_reasons(self.reasons.isHidden()))
        self.folder = Button(self.look, self.tr("Open folder"), icon="folder-open", kind="quiet")
        self.folder.setVisible(not model.gone)
        self.folder.clicked.connect(self.opened)
        self.forget = Button(self.look, self.tr("Take off the list"), icon="x", kind="quiet")
        self.forget.setToolTip(self.tr("Its files stay where they are"))
        self.forget.setVisible(model.elsewhere)
        self.forget.clicked.connect(self.forgotten)
        for button in (self.why, self.folder, self.forget):
            button.setAccessibleName(f"{button.text()}: {model.name}")
            row.addWidget(button)
        row.addStretch(1)
        return row

    def show_reasons(self, on: bool) -> None:
        """Unfold or fold what the engines say that do not take it."""
        on = on and bool(self.model.refusals)
        clear(self._lines)
        for verdict in self.model.refusals if on else ():
            about = f"{verdict.manifest.title}, {verdict.param.title.lower()}"
            self._lines.addWidget(WrappedText(self.look, f"{about}: {verdict.reason}.", "value", "t2"))
        self.reasons.setVisible(on)
        self.why.set_icon_name("caret-down" if on else "caret-right")
