"""The training room: at the left what a person has made, at the right how to make one, open beside the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest, Making
from intermezzo.core.training import Material
from intermezzo.storage import trained as files
from intermezzo.storage.trained import Trained
from intermezzo.ui.background import Background
from intermezzo.ui.command import Command
from intermezzo.ui.layouts import clear, widgets_in
from intermezzo.ui.look import Look
from intermezzo.ui.questions import Questions
from intermezzo.ui.room import Room
from intermezzo.ui.training.card import TrainedCard
from intermezzo.ui.training.figures import gain_lines, left_out_line
from intermezzo.ui.training.form import TrainingForm
from intermezzo.ui.training.shelf import Shelf
from intermezzo.ui.training.training import Training
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["TrainingRoom"]

_LIST_WIDTH: Final = 330


class TrainingRoom(Room):
    """For one engine; everything it does goes through `Training` and the `Shelf`.

    Args:
        device: where the engines compute now.
    """

    def __init__(
        self, look: Look, workspace: Workspace, manifest: EngineManifest, making: Making, training: Training,
        shelf: Shelf, questions: Questions, tips: Tips, device: Callable[[], str], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, making.title, "", parent, help_page=making.help)
        self._workspace, self._manifest, self._making = workspace, manifest, making
        self._training, self._shelf, self._questions, self._device = training, shelf, questions, device
        self._background = Background(self)
        self.resize(860, 560)
        self.setMinimumSize(680, 400)
        self.form = TrainingForm(look, manifest, making, tips)
        self._look_inside = Command(self)
        self._look_inside.done.connect(self._on_material)
        self._look_inside.failed.connect(self._on_no_material)
        self.form.choosing.connect(self._choose)
        self.form.dropped.connect(lambda path: self.take_folder(Path(path)))
        self.form.started.connect(self._start)
        self.form.stopped.connect(training.stop)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._list())
        row.addWidget(Divider(look, vertical=True))
        row.addWidget(self.form, 1)
        self.content.addLayout(row, 1)
        training.changed.connect(self._show_work)
        training.made.connect(self._on_made)
        training.failed.connect(lambda why: self.form.show_result(self.tr("Nothing was made"), why, good=False))
        shelf.changed.connect(self.refresh)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._on_document)
        self._shown: object = None
        self.refresh()
        self._show_work()

    def _list(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(self.look, self.tr("Your {0}").format(self._making.many), "card", "t1"), 1)
        self.take_in = Button(self.look, self.tr("Import"), icon="download-simple", kind="quiet")
        self.take_in.clicked.connect(self._import)
        head.addWidget(self.take_in)
        column.addLayout(head)
        area = QScrollArea(side)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Your {0}").format(self._making.many))
        body = QWidget()
        body.setProperty("bare", True)
        self._cards = QVBoxLayout(body)
        self._cards.setContentsMargins(4, 4, 8, 4)
        self._cards.setSpacing(8)
        area.setWidget(body)
        column.addWidget(area, 1)
        return side

    def cards(self) -> list[TrainedCard]:
        """Return the cards, in their order."""
        return [card for card in widgets_in(self._cards) if isinstance(card, TrainedCard)]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shelf.refresh()

    # The list

    def _in_use(self) -> str | None:
        """Return the folder that the stage in view uses, None where it has another engine."""
        stage = self._workspace.stage
        if stage is None or stage.engine != self._manifest.id:
            return None
        return str(stage.params.get(self._making.param, ""))

    def _on_document(self, *_: object) -> None:
        if self._in_use() != self._shown:
            self.refresh()

    def refresh(self) -> None:
        """Show what there is."""
        self._shown = used = self._in_use()
        found = self._shelf.items(self._manifest)
        clear(self._cards)
        for trained in found:
            card = TrainedCard(self.look, trained, in_use=str(trained.folder) == used, can_use=used is not None)
            card.used.connect(lambda t=trained: self._training.use(self._manifest, t))
            card.renamed.connect(lambda name, t=trained: self._do(lambda: files.rename(t, self._making.document, name)))
            card.deleted.connect(lambda t=trained: self._do(lambda: files.delete(t, self._making.document)))
            card.exported.connect(lambda t=trained: self._export(t))
            self._cards.addWidget(card)
        if not found:
            line = self.tr("None yet. Made or imported, they are listed here and in the parameter of the same name.")
            self._cards.addWidget(WrappedText(self.look, line, "value", "t3"))
        self._cards.addStretch(1)

    def _do(self, work: Callable[[], Any], done: str = "") -> None:
        """Do something with files beside the window, then show what there is."""

        def finished(_: object) -> None:
            self.line.set_ink("t2")
            self.line.set_text(done)
            self._shelf.refresh()

        self._background.run(work, finished, self._say)

    def _say(self, problem: IntermezzoError) -> None:
        self.line.set_ink("err")
        self.line.set_text(str(problem))

    def _export(self, trained: Trained) -> None:
        title = self.tr("Export {0}").format(trained.name)
        answer = self._questions.file_to_save(title, self.tr("Zip files (*.zip)"), Path(f"{trained.folder.name}.zip"))
        if answer is not None:
            path = answer[0] if answer[0].suffix.lower() == ".zip" else Path(f"{answer[0]}.zip")
            self._do(lambda: files.export_zip(trained, path), self.tr("{0} is in {1}").format(trained.name, path.name))

    def _import(self) -> None:
        title = self.tr("Import a {0}").format(self._making.one)
        path = self._questions.file_to_open(title, self.tr("Zip files (*.zip)"), None)
        if path is not None:
            root = self._shelf.folder(self._manifest)
            self._do(lambda: files.import_zip(path, root, self._making.document))

    # The form

    def _choose(self) -> None:
        folder = self._questions.folder(self.tr("Folder of {0}").format(self._making.data), self.form.data)
        if folder is not None:
            self.take_folder(folder)

    def take_folder(self, folder: Path) -> None:
        """Take a folder, and look into it beside the window; of a file, its folder."""
        folder = folder if folder.is_dir() else folder.parent
        self.form.show_folder(folder)
        self.form.show_result("", "")
        if self._making.material:
            self._look_inside.start(["train", self._manifest.id, "--data", str(folder), "--look", "--json"])
        else:
            self.form.show_material(Material(folder.name))

    def _on_material(self, found: dict[str, Any]) -> None:
        self.form.show_material(Material(str(found["line"]), str(found["advice"]), bool(found["enough"])))

    def _on_no_material(self, why: str) -> None:
        self.form.show_material(None, why)

    def _start(self) -> None:
        if self.form.data is not None:
            self.form.show_result("", "")
            try:
                self._training.start(self._manifest, self.form.data, self.form.values, self._device())
            except IntermezzoError as problem:
                self._say(problem)

    def _show_work(self) -> None:
        self.form.show_work(self._training.work if self._training.is_running else None)

    def _on_made(self, trained: Trained) -> None:
        more = "\n".join((*gain_lines(trained.figures), left_out_line(trained.figures))).strip()
        if self._in_use() == str(trained.folder):
            more += "\n" + self.tr("The document in view uses it now; undo goes back.")
        self.form.show_result(self.tr("{0} is ready").format(trained.name), more.strip())
