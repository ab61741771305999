"""The page of local models: every checkpoint with who takes it and why others do not; folders are added and dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from intermezzo.core.errors import ParamError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.models import add_model, forget_model, is_model, models_folder
from intermezzo.core.registry import Registry
from intermezzo.jobs.requirements import lacks
from intermezzo.ui.command import Command
from intermezzo.ui.layouts import clear, widgets_in
from intermezzo.ui.look import Look
from intermezzo.ui.models.card import ModelCard
from intermezzo.ui.models.found import FoundModel, models_in
from intermezzo.ui.questions import Questions
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted

__all__ = ["ModelsRoom"]

_LOOKS_INSIDE: Final = 64  # so many folders in a dropped one that is no checkpoint itself


class ModelsRoom(Room):
    """Lists what lies on this computer; a process of its own asks the engines, so that no plugin runs in the window.

    Args:
        device: where the engines compute now.

    Attributes:
        used: an engine, the name of its parameter, and the checkpoint as its value.
        help_wanted: id of a help page.
        looked: the list has come, or why it has not.
    """

    used = Signal(str, str, str)
    help_wanted = Signal(str)
    looked = Signal()

    def __init__(
        self, look: Look, registry: Registry, questions: Questions, tips: Tips, device: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Local models"), "", parent, help_page="checkpoints")
        self._registry, self._questions, self._tips, self._device = registry, questions, tips, device
        self.models: list[FoundModel] = []
        self._note = ""
        self.resize(780, 620)
        self.setMinimumSize(560, 360)
        self.setAcceptDrops(True)
        self._ask = Command(self)
        self._ask.done.connect(self._on_found)
        self._ask.failed.connect(self._on_failed)
        self.add = self._button(
            self.tr("Add a folder…"), "plus", self._choose, self.tr("A checkpoint elsewhere; nothing is copied")
        )  # fmt: skip
        self.folder = self._button(
            self.tr("Open models folder"), "folder-open", self._open_models,
            self.tr("What you put there is found without being added"),
        )  # fmt: skip
        self.again = self._button(
            self.tr("Refresh"), "arrows-clockwise", self.refresh, self.tr("Looks at all of them anew"), "F5"
        )
        self.content.setContentsMargins(18, 10, 14, 16)
        self.content.addLayout(self._row((self.add, self.folder), (self.again,)))
        self.pages = QStackedWidget()
        self.pages.addWidget(self._list())
        self.empty = EmptyPanel(
            look, "puzzle-piece", self.tr("No models yet"),
            self.tr("Drop the folder of a checkpoint here, or add it. There are engines for: {0}.").format(
                ", ".join(m.title for m in registry.engines.values() if not m.brings_all)
            ),
            self.tr("Add a folder…"), "plus",
        )  # fmt: skip
        self.empty.pressed.connect(self._choose)
        self.pages.addWidget(self.empty)
        self.content.addWidget(self.pages, 1)
        self.content.addLayout(self._foot())

    def _button(self, text: str, icon: str, pressed: Callable[[], object], tip: str, key: str = "") -> Button:
        button = Button(self.look, text, icon=icon)
        button.clicked.connect(lambda *_: pressed())
        self._tips.set_tip(button, text, key, tip)
        return button

    def _row(self, left: tuple[Button, ...], right: tuple[Button, ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 10, 0)
        row.setSpacing(8)
        for button in left:
            row.addWidget(button)
        row.addStretch(1)
        for button in right:
            row.addWidget(button)
        return row

    def _list(self) -> QWidget:
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Local models"))
        body = QWidget()
        body.setProperty("bare", True)
        self._cards = QVBoxLayout(body)
        self._cards.setContentsMargins(6, 6, 10, 6)
        self._cards.setSpacing(10)
        area.setWidget(body)
        return area

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 10, 0)
        row.setSpacing(8)
        line = self.tr("Nothing is fetched, and no code that lies in a checkpoint is run.")
        row.addWidget(Label(self.look, line, "value", "t3"), 1)
        how = Button(self.look, self.tr("What fits"), icon="book-open", kind="quiet")
        how.clicked.connect(lambda: self.help_wanted.emit("checkpoints"))
        row.addWidget(how)
        return row

    def cards(self) -> list[ModelCard]:
        """Return the cards, in their order."""
        return [card for card in widgets_in(self._cards) if isinstance(card, ModelCard)]

    @property
    def is_looking(self) -> bool:
        """Whether the engines are being asked."""
        return self._ask.is_running

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._ask.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Ask the engines anew."""
        self.line.set_text(self.tr("Looking…"))
        self.again.setEnabled(False)
        self._ask.start(["engines", "--json"])

    def _on_found(self, document: dict[str, Any]) -> None:
        self.again.setEnabled(True)
        self.models = models_in(document.get("models", {}), self._registry)
        unfolded = {card.model.path for card in self.cards() if not card.reasons.isHidden() and card.model.takers}
        clear(self._cards)
        for model in self.models:
            self._cards.addWidget(self._card(model, unfolded=model.path in unfolded))
        self._cards.addStretch(1)
        self.pages.setCurrentIndex(0 if self.models else 1)
        usable = sum(bool(model.takers) for model in self.models)
        told = [
            counted(len(self.models), self.tr("{0} checkpoint"), self.tr("{0} checkpoints")),
            self.tr("{0} can be used").format(usable),
        ]
        self.line.set_text(self._note or (" · ".join(told) if self.models else ""))
        self._note = ""
        self.looked.emit()

    def _on_failed(self, why: str) -> None:
        self.again.setEnabled(True)
        self.line.set_text(why)
        self.looked.emit()

    def _card(self, model: FoundModel, *, unfolded: bool) -> ModelCard:
        card = ModelCard(self.look, model, self._lacking)
        card.used.connect(lambda engine, name: self.used.emit(engine, name, model.name))
        card.opened.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(model.path))))
        card.forgotten.connect(lambda: self._forget(model))
        if unfolded:
            card.show_reasons(True)
        return card

    def _lacking(self, manifest: EngineManifest) -> str:
        missing = lacks(manifest, self._device())
        return self.tr("needs a package: see Engines and plugins") if missing else ""

    # Adding

    def _choose(self) -> None:
        folder = self._questions.folder(self.tr("Add a checkpoint"), None)
        if folder is not None:
            self.take([folder])

    def take(self, paths: list[Path]) -> None:
        """Add folders of checkpoints; of a file the folder around it, of a folder of folders those inside."""
        added, trouble = 0, ""
        for path in paths:
            folder = path if path.is_dir() else path.parent
            inside = [] if is_model(folder) or not folder.is_dir() else sorted(folder.iterdir())[:_LOOKS_INSIDE]
            for each in [child for child in inside if child.is_dir() and is_model(child)] or [folder]:
                try:
                    add_model(each)
                    added += 1
                except ParamError as problem:
                    trouble = str(problem)
        if added and not trouble:
            self._note = counted(added, self.tr("{0} folder added."), self.tr("{0} folders added."))
        else:
            self._note = trouble
        self.refresh()

    def _forget(self, model: FoundModel) -> None:
        try:
            forget_model(model.path)
            self._note = self.tr("{0} is off the list; its files stay where they are.").format(model.path.name)
        except ParamError as problem:
            self._note = str(problem)
        self.refresh()

    def _open_models(self) -> None:
        folder = models_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            self.line.set_text(self.tr("{0} cannot be made: {1}").format(folder, problem.strerror or problem))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.line.set_text(self.tr("Drop it to add it; nothing is copied."))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.line.set_text("")

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.take(paths)
