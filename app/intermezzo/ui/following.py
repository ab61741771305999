"""Following: the intonation of a recording put on the sentence in view, as one step of the history.

The recording is analysed with the words of the sketch, its timing, melody and loudness become hand edits, and the
colour of the voice is predicted for them, as `Studio.copy_intonation` does it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from intermezzo.core.edits.intonation import copy_intonation
from intermezzo.core.errors import IntermezzoError, SourceError
from intermezzo.core.layers import Spans
from intermezzo.core.media import Audio
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Failed, Request
from intermezzo.ui.background import Background
from intermezzo.ui.questions import Questions
from intermezzo.ui.reading import AUDIO_SUFFIXES, read_source
from intermezzo.ui.work import Trouble

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Following"]

_PRIORITY = 8


class Following(QObject):
    """Asks for a recording and lets the sketch in view follow it; files are read and lanes are laid beside the window.

    Attributes:
        recorded: returns what the microphone holds and nobody has used yet, None where it holds nothing.
    """

    def __init__(
        self, workspace: Workspace, questions: Questions, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._questions, self._background = workspace, questions, background
        self.recorded: Callable[[], Audio | None] = lambda: None

    def can(self) -> bool:
        """Tell whether the sketch in view can follow a recording: its engine finds given words in a sound."""
        sketch, manifest = self._workspace.sketch, self._workspace.manifest
        if sketch is None or manifest is None or manifest.transcript is None or not manifest.resamples:
            return False
        return bool(manifest.analyser) and {"words", "phones", "pitch", "energy"} <= sketch.layers.keys()

    def ask(self) -> None:
        """Follow what the microphone holds; where it holds nothing, ask for a file."""
        recorded = self.recorded()
        if recorded is not None:
            self.follow(recorded, self.tr("Recording"))
            return
        every = " ".join(f"*{suffix}" for suffix in AUDIO_SUFFIXES)
        path = self._questions.file_to_open(
            self.tr("Copy intonation"), self.tr("Recordings ({0});;All files (*)").format(every), None
        )
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a recording and follow it."""

        def work() -> Audio:
            found = read_source(path)
            if not isinstance(found, Audio):
                raise SourceError(f"{path.name} is no recording.")
            return found

        self._background.run(
            work, lambda audio: self.follow(audio, path.name), lambda problem: self._refuse(path.name, problem)
        )

    def follow(self, audio: Audio, name: str) -> None:
        """Say the sentence in view as it is said in a recording; ``name`` is what the recording is called."""
        workspace = self._workspace
        stage, manifest, sketch = workspace.stage, workspace.manifest, workspace.sketch
        words = sketch.layers.get("words") if sketch else None
        if stage is None or manifest is None or manifest.transcript is None or not isinstance(words, Spans):
            workspace.tell("warn", self.tr("This sketch cannot follow a recording."))
            return
        known = {p.name for p in manifest.params_of("analyse")}
        params: dict[str, Value] = {k: v for k, v in stage.params.items() if k in known}
        params[manifest.transcript.name] = " ".join(words.labels)
        request = Request(
            kind="analyse", engine=stage.engine, params=params, seed=stage.seed, source=audio, priority=_PRIORITY
        )

        def lay(guide: Sketch) -> None:
            if sketch is not None and self._stands(sketch):
                self._background.run(
                    lambda: copy_intonation(sketch, guide),
                    lambda copied: self._predict(sketch, copied, name),
                    lambda problem: self._refuse(name, problem),
                )

        workspace.conversions.run(request, self.tr("Listening to the recording"), lay, self._trouble(name))

    def _predict(self, before: Sketch, copied: Sketch, name: str) -> None:
        """Predict the colour of the voice for what was copied, and put both into the history as one step."""
        workspace = self._workspace
        stage, manifest = workspace.stage, workspace.manifest
        if stage is None or manifest is None or not self._stands(before):
            return
        names = {p.name for p in manifest.params_of("convert")}
        request = Request(
            kind="resample", engine=stage.engine, params={k: v for k, v in stage.params.items() if k in names},
            seed=stage.seed, sketch=copied, window=(0, copied.n_frames), priority=_PRIORITY,
        )  # fmt: skip

        def put(result: Sketch) -> None:
            if self._stands(before):
                label = self.tr("Copy intonation from {0}").format(name)
                workspace.edit(label, lambda _: result, icon="microphone")

        workspace.conversions.run(request, self.tr("Predicting the voice"), put, self._trouble(name))

    def _stands(self, sketch: Sketch) -> bool:
        """Tell whether this sketch is still the one in view; says so where a hand has changed it meanwhile."""
        if self._workspace.sketch is sketch:
            return True
        self._workspace.tell("warn", self.tr("The sketch was changed meanwhile; try again."))
        return False

    def _trouble(self, name: str) -> Callable[[Failed], Trouble]:
        return lambda event: self._refusal(name, str(event.error), event.report)

    def _refuse(self, name: str, problem: IntermezzoError) -> None:
        self._workspace.troubled.emit(self._refusal(name, str(problem), f"{name}: {problem}"))

    def _refusal(self, name: str, line: str, report: str) -> Trouble:
        remedy = (self.tr("Choose another recording"), self.ask)
        detail = f"{line} " + self.tr("Your sketch is untouched.")
        return Trouble(self.tr("The intonation of {0} was not copied").format(name), detail, report, remedy)
