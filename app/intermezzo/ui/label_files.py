"""Label files: labels and points of other programs, out of the sketch in view and onto it, asked for or dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from intermezzo.core.edits.labels import way_of
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.labels import Labels
from intermezzo.core.sketch import Sketch
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.questions import Questions
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:  # the formats are imported when a file is read or written
    from intermezzo.storage.exchange.formats import Format, Options, Value

__all__ = ["LabelFiles", "takes"]

_HELD: Final = ("labels", "points")


def takes(path: Path) -> bool:
    """Tell whether a dropped file is one of labels or points."""
    from intermezzo.storage.exchange.formats import READABLE_SUFFIXES

    return path.name.lower().endswith(tuple(suffix.lower() for suffix in READABLE_SUFFIXES))


class LabelFiles(QObject):
    """Reads and writes beside the window; an import is one step of the history."""

    def __init__(
        self, workspace: Workspace, document: Document, questions: Questions, background: Background,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._document = workspace, document
        self._questions, self._background = questions, background
        self._last = "textgrid"

    def options(self) -> Options:
        """Return what formats may want to know of the stage in view."""
        from intermezzo.storage.exchange.formats import Options

        return Options.of(self._workspace.stage, self._document.title)

    # Out

    def ask_export(self) -> None:
        """Ask for a file and write the labels, or points, of the sketch in view there."""
        from intermezzo.storage.exchange.formats import FORMATS, format_of

        sketch = self._workspace.sketch
        able = [f for f in FORMATS if f.holds in _HELD and sketch is not None and not f.lacks(sketch)]
        if sketch is None or not able:
            self._workspace.tell("warn", self.tr("There are no labels to export yet: convert a source first."))
            return
        able.sort(key=lambda f: f.id != self._last)
        patterns = {f"{f.title} (*{f.suffix})": f for f in able}
        stem = self._document.stem()
        answer = self._questions.file_to_save(
            self.tr("Export labels"), ";;".join(patterns), stem.with_name(stem.name + able[0].suffix)
        )
        if answer is None:
            return
        path, pattern = answer
        chosen = patterns.get(pattern)
        if chosen is None or not path.name.lower().endswith(chosen.suffix.lower()):
            # What is typed counts more than the filter that happened to stand there.
            try:
                chosen = format_of(path)
            except IntermezzoError:
                chosen = chosen or able[0]
                path = path.with_name(path.name + chosen.suffix)
        self._last = chosen.id
        self.write(path, chosen)

    def write(self, path: Path, form: Format) -> None:
        """Write the labels of the sketch in view."""
        from intermezzo.storage.exchange.formats import export

        sketch, options = self._workspace.sketch, self.options()
        if sketch is None:
            return
        self._background.run(
            lambda: export(sketch, path, form, options),
            lambda _: self._workspace.tell("info", self.tr("Exported {0}").format(path.name)),
            lambda problem: self._trouble(
                self.tr("{0} was not exported").format(path.name), path, problem, self.ask_export
            ),
        )

    # In

    def ask_import(self) -> None:
        """Ask for a file of labels or points and draw it on the sketch in view."""
        from intermezzo.storage.exchange.formats import FORMATS

        readable = [f for f in FORMATS if f.read is not None and f.holds != "sketch" and f.is_default]
        every = " ".join(dict.fromkeys(f"*{f.suffix}" for f in readable))
        each = [f"{f.title} (*{f.suffix})" for f in readable]
        patterns = ";;".join((self.tr("Labels and points ({0})").format(every), *each))
        path = self._questions.file_to_open(
            self.tr("Import labels or pitch"), patterns, self._document.path.parent if self._document.path else None
        )
        if path is not None:
            self.read(path)

    def take(self, paths: list[Path]) -> bool:
        """Take files that were dropped if they are labels or points, one after the other; False if any is not."""
        if not all(map(takes, paths)):
            return False
        for path in paths:
            self.read(path)
        return True

    def read(self, path: Path, format_id: str = "") -> None:
        """Draw a file of labels or points on the sketch in view; the work is done beside the window."""
        from intermezzo.storage.exchange.formats import format_named, onto, read_exchange

        workspace, sketch = self._workspace, self._workspace.sketch
        if sketch is None:
            workspace.tell("warn", self.tr("There is no sketch yet to draw {0} on.").format(path.name))
            return

        def work() -> tuple[Value, Sketch, tuple[str, ...]]:
            value = read_exchange(path, format_named(format_id) if format_id else None)
            return (value, *onto(sketch, value))

        def done(result: tuple[Value, Sketch, tuple[str, ...]]) -> None:
            value, after, notes = result
            if not workspace.edit(
                self.tr("Import {0}").format(path.name),
                lambda now: after if now is sketch else onto(now, value)[0], icon="download-simple",
            ):  # fmt: skip
                if after is sketch:
                    workspace.tell("info", self.tr("{0} says what the sketch says already.").format(path.name))
                return
            way = self.tr("the sound follows") if way_of(sketch) == "stretch" else self.tr("the sound stays")
            line = self.tr("Imported {0}").format(path.name) + (f": {way}" if isinstance(value, Labels) else "")
            workspace.tell("warn" if notes else "info", " ".join((line + "." * bool(notes), *notes)))

        self._background.run(
            work, done,
            lambda problem: self._trouble(
                self.tr("{0} was not imported").format(path.name), path, problem, self.ask_import
            ),
        )  # fmt: skip

    def _trouble(self, title: str, path: Path, problem: IntermezzoError, again: Callable[[], None]) -> None:
        remedy = (self.tr("Choose another file"), again)
        line = f"{problem} " + self.tr("Your sketch is untouched.")
        self._workspace.troubled.emit(Trouble(title, line, f"{path}: {problem}", remedy))
