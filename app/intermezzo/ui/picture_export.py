"""Picture export: the picture in view into a file, one to eight times as large, with its recipe; or dragged out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from intermezzo.core.errors import IntermezzoError
from intermezzo.storage.image_files import WRITTEN, ImageEncoding, write_image
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.questions import Questions
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["PictureExport"]

_TIMES: Final = (1, 2, 4, 8)


class PictureExport(QObject):
    """Asks for a file and writes the picture there as soon as it is fresh."""

    def __init__(
        self, workspace: Workspace, document: Document, questions: Questions, background: Background,
        pictures: PictureLoop,
    ) -> None:  # fmt: skip
        super().__init__(workspace)
        self._workspace, self._document = workspace, document
        self._questions, self._background, self._pictures = questions, background, pictures
        self._waiting: Callable[[], None] | None = None
        self.puts_recipe: Callable[[], bool] = lambda: True
        pictures.drawn.connect(self._on_drawn)
        workspace.replaced.connect(self._give_up)

    def can(self) -> bool:
        """Tell whether there is a picture."""
        return self._pictures.image is not None

    def patterns(self) -> str:
        """Return what the dialog offers: each format, pictures also larger."""
        sizes = [
            self.tr("PNG, {0} × (*.png)").format(times) if times > 1 else self.tr("PNG picture (*.png)")
            for times in _TIMES
        ]
        others = (
            self.tr("PNG, 4 ×, crisp pixels (*.png)"), self.tr("WebP picture (*.webp)"),
            self.tr("WebP, 4 × (*.webp)"), self.tr("Icon, all sizes (*.ico)"), self.tr("Outlines, SVG (*.svg)"),
        )  # fmt: skip
        return ";;".join([*sizes, *others])

    def ask(self) -> None:
        """Ask for a file, its format and size, and write the picture."""
        if not self.can():
            self._workspace.tell("warn", self.tr("There is no picture yet: convert a source first."))
            return
        stem = self._document.stem()
        answer = self._questions.file_to_save(
            self.tr("Export picture"), self.patterns(), stem.with_name(stem.name + ".png")
        )
        if answer is not None:
            path, pattern = answer
            wanted = next((s for s in WRITTEN if f"*{s}" in pattern), ".png")
            if path.suffix.lower() not in WRITTEN:
                path = path.with_name(path.name + wanted)
            times = next((t for t in _TIMES if f"{t} ×" in pattern), 1)
            self.write(path, ImageEncoding(times, crisp=self.tr("crisp") in pattern))

    def write(self, path: Path, encoding: ImageEncoding) -> None:
        """Write the picture as soon as it is as new as its tokens."""
        if self._pictures.is_stale:
            self._waiting = lambda: self.write(path, encoding)
            return
        image, stage, manifest = self._pictures.image, self._workspace.stage, self._workspace.manifest
        title = self._document.title
        if image is None or stage is None:
            return

        def work() -> None:
            from intermezzo.storage.recipe import recipe_of

            recipe = recipe_of(stage, manifest, title) if self.puts_recipe() else None
            write_image(path, image, encoding, recipe)

        self._background.run(
            work,
            lambda _: self._workspace.tell("info", self.tr("Exported {0}").format(path.name)),
            lambda problem: self._trouble(path, problem),
        )

    def _trouble(self, path: Path, problem: IntermezzoError) -> None:
        self._workspace.troubled.emit(
            Trouble(
                self.tr("{0} was not exported").format(path.name), f"{problem} Your sketch is untouched.",
                f"{path}: {problem}", (self.tr("Export again"), self.ask),
            )
        )  # fmt: skip

    def _on_drawn(self) -> None:
        if self._waiting is not None and not self._pictures.is_stale:
            then, self._waiting = self._waiting, None
            then()

    def _give_up(self) -> None:
        self._waiting = None
