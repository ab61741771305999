"""ScoreExport: asks for a file and writes the whole score there, as PDF on A4 or Letter or as SVG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.scores.engraving import PAPERS, Paper
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.questions import Questions
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.score_view import has_score
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

__all__ = ["ScoreExport"]

_SUFFIXES: Final = (".pdf", ".svg")


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

    @property
    def is_running(self) -> bool:
        """Whether a score is being exported."""
        return self._running is not None

    def can(self) -> bool:
        """Tell whether there is a score to export."""
        return has_score(self._workspace.sketch)

    def ask(self) -> None:
        """Ask for a file and write the score there."""
        stem = self._document.stem()
        papers = _papers()
        patterns = [self.tr("PDF, {0} (*.pdf)").format(paper.title) for paper in papers]
        answer = self._questions.file_to_save(
            self.tr("Export score"), ";;".join([*patterns, self.tr("SVG (*.svg)")]),
            stem.with_name(stem.name + _SUFFIXES[0]),
        )  # fmt: skip
        if answer is None:
            return
        path, pattern = answer
        if path.suffix.lower() not in _SUFFIXES:
            path = path.with_name(path.name + (".svg" if "svg" in pattern.lower() else ".pdf"))
        paper = next((paper for paper in papers if paper.title in pattern), papers[0])
        self.write(path, paper)

    def write(self, path: Path, paper: Paper | None = None) -> None:
        """Write the score of the sketch in view; the suffix says as what."""
        sketch = self._workspace.sketch
        if sketch is None or not has_score(sketch):
            self._workspace.tell("warn", self.tr("There is no score to export yet: make a melody first."))
            return
        if self._running is not None:
            self._workspace.tell("warn", self.tr("A score is being exported already. Wait a moment, or press Esc."))
            return
        # A process of its own: long scores take seconds, and the line under the lanes is not to wait for them.
        engraver = self._running = self._make_engraver()
        melody = to_melody(sketch, title=self._document.title)
        page = paper or _papers()[0]

        def work() -> None:
            try:
                is_svg = path.suffix.lower() == ".svg"
                write_atomically(path, (engraver.svg if is_svg else engraver.pdf)(melody, page))
            finally:
                engraver.close()

        self._workspace.show_work("score", Work(self.tr("Engraving the score"), cancel=self.cancel))
        self._background.run(work, lambda _: self._done(path), lambda problem: self._trouble(path, problem))

    def cancel(self) -> None:
        """Give the export up; nothing is written."""
        engraver, self._running = self._running, None
        if engraver is not None:
            engraver.close()
            self._workspace.show_work("score", None)

    def _done(self, path: Path) -> None:
        if self._running is not None:
            self.cancel()
        self._workspace.tell("info", self.tr("Exported {0}").format(path.name))

    def _trouble(self, path: Path, problem: IntermezzoError) -> None:
        if self._running is None:
            return  # it was given up
        self.cancel()
        title = self.tr("{0} was not exported").format(path.name)
        again = (self.tr("Export again"), self.ask)
        said = problem if isinstance(problem, FileError) else FileError(str(problem))
        self._workspace.troubled.emit(Trouble(title, f"{said} Your sketch is untouched.", f"{path}: {problem}", again))


def _papers() -> list[Paper]:
    """Return the papers, the one that is usual here first."""
    is_letter = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    return sorted(PAPERS, key=lambda paper: (paper.id == "letter") != is_letter)
