"""Film export: the film of the stage in view into a file, with its recipe; rendered and written beside the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import Cancelled, IntermezzoError
from intermezzo.core.media import Media, Video
from intermezzo.core.project import Stage
from intermezzo.ui.background import Background
from intermezzo.ui.choices import Choices
from intermezzo.ui.document import Document
from intermezzo.ui.export import Export
from intermezzo.ui.questions import FilmFile
from intermezzo.ui.whole_output import WholeOutput
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

__all__ = ["FilmExport"]


class FilmExport(QObject):
    """Asks how and where, as was chosen last; what runs is shown, and stopped with Esc."""

    _told = Signal(object, float)  # Event that stops it, how far it is

    def __init__(
        self, workspace: Workspace, document: Document, export: Export, background: Background, choices: Choices,
        whole: WholeOutput,
    ) -> None:  # fmt: skip
        super().__init__(workspace)
        self._workspace, self._document, self._export = workspace, document, export
        self._background, self._choices, self._whole = background, choices, whole
        self._stopped: Event | None = None
        self._began_s = 0.0
        self._told.connect(self._show)
        workspace.replaced.connect(self.stop)

    def is_for_view(self) -> bool:
        """Tell whether the engine in view makes films."""
        manifest = self._workspace.manifest
        return manifest is not None and manifest.output == "video"

    def can(self) -> bool:
        """Tell whether there is a film."""
        return self.is_for_view() and self._whole.can()

    def ask(self) -> None:
        """Ask for a file, its format and how it is written, and write the film there."""
        if not self.can():
            self._workspace.tell("warn", self.tr("There is no film yet: convert a source first."))
            return
        stem, last = self._document.stem(), FilmFile.of(self._choices.now.film)
        folder = last.path if last.path.is_absolute() and last.path.is_dir() else stem.parent
        proposal = replace(last, path=folder / (stem.name + last.suffix), recipe=self._export.puts_recipe)
        answer = self._export.questions.film_to_save(proposal)
        if answer is not None:
            self._choices.change(film=answer.document())
            self.write(answer)

    def write(self, wanted: FilmFile) -> None:
        """Render the film as it is now and write it."""
        if self._stopped is not None:
            self._workspace.tell("warn", self.tr("An export runs already: wait for it, or stop it with Esc."))
            return
        self._whole.fetch(self.tr("Rendering for the export"), lambda stage, film: self._encode(wanted, stage, film))

    def stop(self) -> None:
        """Give it up; there is no file then."""
        if self._stopped is not None:
            self._stopped.set()
            self._end()

    def _encode(self, wanted: FilmFile, stage: Stage, film: Media) -> None:
        if not isinstance(film, Video):
            return
        manifest, title = self._workspace.registry.engines.get(stage.engine), self._document.title
        stopped = self._stopped = Event()
        self._began_s = monotonic()
        self._show(stopped, 0.0)

        def tell(fraction: float) -> None:
            if stopped.is_set():
                raise Cancelled(f"{wanted.path.name} was not written: it was stopped.")
            self._told.emit(stopped, fraction)

        def work() -> None:
            from intermezzo.storage.film_files import FilmEncoding, write_film
            from intermezzo.storage.recipe import recipe_of

            recipe = recipe_of(stage, manifest, title) if wanted.recipe else None
            encoding = FilmEncoding(wanted.times, wanted.crisp, wanted.loops, wanted.background)
            write_film(wanted.path, film, encoding, recipe, tell)

        self._background.run(
            work, lambda _: self._done(stopped, wanted.path), lambda problem: self._failed(stopped, wanted, problem)
        )

    def _show(self, stopped: Event, fraction: float) -> None:
        if stopped is self._stopped:
            spent_s = monotonic() - self._began_s
            left_s = spent_s * (1 - fraction) / fraction if fraction > 0.1 else None
            self._workspace.show_work("film", Work(self.tr("Writing the film"), fraction, left_s, self.stop))

    def _done(self, stopped: Event, path: Path) -> None:
        self._end_of(stopped)
        self._workspace.tell("info", self.tr("Exported {0}").format(path.name))

    def _failed(self, stopped: Event, wanted: FilmFile, problem: IntermezzoError) -> None:
        self._end_of(stopped)
        if isinstance(problem, Cancelled):
            self._workspace.tell("info", str(problem))
            return
        self._workspace.troubled.emit(
            Trouble(
                self.tr("{0} was not exported").format(wanted.path.name), f"{problem} Your sketch is untouched.",
                f"{wanted.path}: {problem}", (self.tr("Export again"), self.ask),
            )
        )  # fmt: skip

    def _end_of(self, stopped: Event) -> None:
        if stopped is self._stopped:
            self._end()

    def _end(self) -> None:
        self._stopped = None
        self._workspace.show_work("film", None)
