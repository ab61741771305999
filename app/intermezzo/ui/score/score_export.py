"""ScoreExport: asks as what the whole score is wanted, and writes it: pages, notation, MIDI, text, several at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import is_tune
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.scores.papers import PAPERS, Paper
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.questions import Questions, ScoreFiles
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:  # the formats are imported when a score is asked for
    from intermezzo.storage.exchange.formats import Options

__all__ = ["ScoreExport"]


class ScoreExport(QObject):
    """Engraves the sketch in view beside the window; nothing is written before all of it is there."""

    def __init__(
        self, workspace: Workspace, document: Document, questions: Questions, background: Background,
        make_engraver: Callable[[], Engraver] = Engraver, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._document, self._questions = workspace, document, questions
        self._background, self._make_engraver = background, make_engraver
        self._running: Engraver | None = None
        self._last = ScoreFiles(Path(), paper="")

    @property
    def is_running(self) -> bool:
        """Whether a score is being exported."""
        return self._running is not None

    def can(self) -> bool:
        """Tell whether there is a score to export."""
        return is_tune(self._workspace.sketch)

    def ask(self) -> None:
        """Ask as what the score is wanted, one file or several, and write them."""
        from intermezzo.storage.exchange.formats import FORMATS

        sketch = self._workspace.sketch
        if not self._may_begin(sketch):
            return
        stem = self._last.stem if self._last.stem.name == self._document.stem().name else self._document.stem()
        papers = _papers()
        proposal = replace(self._last, stem=stem, paper=self._last.paper or papers[0].id)
        written = [form for form in FORMATS if form.holds == "score"]
        lacking = {form.id: reason for form in written if sketch is not None and (reason := form.lacks(sketch))}
        if "midi" in lacking:
            lacking["pdf"] = lacking["midi"]
        answer = self._questions.scores_to_save(proposal, papers, lacking)
        if answer is not None:
            self._last = answer
            self.write(answer)

    def write(self, wanted: ScoreFiles) -> None:
        """Write the score of the sketch in view in every format that is wanted; all are made before any is written."""
        from intermezzo.storage.exchange.formats import Options

        stage, sketch = self._workspace.stage, self._workspace.sketch
        if not self._may_begin(sketch) or sketch is None or not wanted.formats:
            return
        options = Options.of(stage, self._document.title)
        paper = next((paper for paper in PAPERS if paper.id == wanted.paper), PAPERS[0])
        # A process of its own: long scores take seconds, and the line under the lanes is not to wait for them.
        engraver = self._make_engraver() if {"pdf", "svg"} & set(wanted.formats) else None
        self._running = engraver

        def work() -> None:
            try:
                made = {wanted.path(name): _content(name, sketch, options, paper, engraver) for name in wanted.formats}
                for path, content in made.items():
                    write_atomically(path, content)
            finally:
                if engraver is not None:
                    engraver.close()

        if engraver is not None:
            self._workspace.show_work("score", Work(self.tr("Engraving the score"), cancel=self.cancel))
        self._background.run(
            work, lambda _: self._done(wanted), lambda problem: self._trouble(wanted, engraver, problem)
        )

    def _may_begin(self, sketch: Sketch | None) -> bool:
        if not is_tune(sketch):
            self._workspace.tell("warn", self.tr("There is no score to export yet: make a melody first."))
            return False
        if self._running is not None:
            self._workspace.tell("warn", self.tr("A score is being exported already. Wait a moment, or press Esc."))
            return False
        return True

    def cancel(self) -> None:
        """Give the export up; nothing is written."""
        engraver, self._running = self._running, None
        if engraver is not None:
            engraver.close()
            self._workspace.show_work("score", None)

    def _done(self, wanted: ScoreFiles) -> None:
        if self._running is not None:
            self.cancel()
        names = ", ".join(path.name for path in wanted.paths())
        self._workspace.tell("info", self.tr("Exported {0}").format(names))

    def _trouble(self, wanted: ScoreFiles, engraver: Engraver | None, problem: IntermezzoError) -> None:
        if engraver is not None and self._running is None:
            return  # it was given up
        self.cancel()
        title = self.tr("{0} was not exported").format(wanted.paths()[0].name)
        again = (self.tr("Export again"), self.ask)
        said = problem if isinstance(problem, FileError) else FileError(str(problem))
        report = f"{wanted.stem}: {problem}"
        self._workspace.troubled.emit(Trouble(title, f"{said} Your sketch is untouched.", report, again))


def _content(name: str, sketch: Sketch, options: Options, paper: Paper, engraver: Engraver | None) -> bytes:
    """Return a score as the content of a file of one format."""
    from intermezzo.storage.exchange.formats import format_named, tune_of, written

    if engraver is not None and name in ("pdf", "svg"):
        return (engraver.svg if name == "svg" else engraver.pdf)(tune_of(sketch, options), paper)
    return written(sketch, format_named(name), options)


def _papers() -> list[Paper]:
    """Return the papers, the one that is usual here first."""
    is_letter = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    return sorted(PAPERS, key=lambda paper: (paper.id == "letter") != is_letter)
