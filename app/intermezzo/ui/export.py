"""Export: sound, sketch or picture into a file, or dragged out of the window; what is stale is rendered first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from intermezzo.core import takes
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.layers import Spans
from intermezzo.core.media import Audio
from intermezzo.storage.exchange.take_files import SKETCH
from intermezzo.ui.background import Background
from intermezzo.ui.batch_export import BatchExport
from intermezzo.ui.document import Document
from intermezzo.ui.questions import Questions, SoundFile, TakeFiles
from intermezzo.ui.take_export import TakeExport
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:
    from intermezzo.storage.audio_files import AudioEncoding

__all__ = ["Export"]


class Export(QObject):
    """Writes what the workspace has made. Exports wait for the rendering and can be cancelled with Esc."""

    def __init__(
        self, workspace: Workspace, document: Document, questions: Questions, background: Background,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._document = workspace, document
        self.questions, self._background = questions, background
        self._batch = BatchExport(workspace, background, self)
        self.take_files = TakeExport(workspace, background, self)
        self._waiting: Callable[[], None] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._last, self._last_takes = SoundFile(Path()), TakeFiles(Path())
        self.puts_recipe = True  # as the preferences say
        workspace.rendering.idle.connect(self._on_idle)
        workspace.sound_changed.connect(self._on_sound)
        workspace.replaced.connect(self._give_up)
        workspace.replaced.connect(self._forget_folder)

    # Sound

    def ask_sound(self) -> None:
        """Ask for a file and write the sound there, with labels beside it and the sketch inside it where wanted."""
        sketch, stem = self._workspace.sketch, self._document.stem()
        proposal = replace(self._last, path=stem.with_name(stem.name + _suffix(self._last.encoding)))
        may_label = sketch is not None and any(isinstance(layer, Spans) for layer in sketch.layers.values())
        answer = self.questions.sound_to_save(
            replace(proposal, recipe=self.puts_recipe, split="whole"), may_label=may_label,
            stage=self._workspace.stage, title=self._document.stem().name,
        )  # fmt: skip
        if answer is not None and answer.split != "whole":
            self._last = answer
            self.files(answer)
        elif answer is not None:
            self._last = answer
            self.sound(answer.path, answer.encoding, labels=answer.labels, recipe=answer.recipe)

    def sound(
        self, path: Path, encoding: str = "", *, labels: tuple[str, ...] = (), recipe: bool | None = None
    ) -> None:
        """Write the sound; the encoding follows the suffix where none is named (an `AudioEncoding`).

        ``labels`` are formats by id; ``recipe`` says whether the sketch goes into it (None: as preferred).
        """
        with_recipe = self.puts_recipe if recipe is None else recipe
        self.when_rendered(lambda: self._write_sound(path, encoding, labels, with_recipe))

    def files(self, wanted: SoundFile) -> None:
        """Write one file for each sentence or chapter into the folder ``wanted.path``."""
        self.when_rendered(lambda: self._write_files(wanted))

    def _write_files(self, wanted: SoundFile) -> None:
        stage, encoding = self._workspace.stage, _encoding(wanted.encoding)
        if stage is not None and encoding is not None:
            self._batch.write(
                stage, self._workspace.manifest, self._audio(), self._document.stem().name, wanted, encoding,
                lambda problem: self._trouble(wanted.path, problem),
            )  # fmt: skip

    # Takes

    def ask_takes(self, number: int | None = None) -> None:
        """Ask which takes become files, and how; those with a number of their own begin with that one alone."""
        manifest, stem = self._workspace.manifest, self._document.stem()
        stage = self._workspace.stage and self._workspace.as_read(self._workspace.stage)
        if stage is None or stage.sketch is None or manifest is None:
            self._workspace.tell("warn", self.tr("There is nothing to export yet: convert a source first."))
            return
        whole = tuple(take.number for take in stage.takes if take.frames is None)
        is_comp = len({part.take for part in stage.comp}) > 1 or not whole
        chosen = (number,) if number is not None else (SKETCH,) * is_comp + whole
        last = self._last_takes
        folder = last.folder if last.folder != Path() else stem.with_name(stem.name + self.tr(" takes"))
        proposal = replace(last, folder=folder, takes=chosen, recipe=self.puts_recipe)
        answer = self.questions.takes_to_save(proposal, stage, manifest, stem.name)
        if answer is not None:
            self._last_takes = replace(answer, pattern="")
            self.takes(answer)

    def _forget_folder(self) -> None:
        self._last_takes = replace(self._last_takes, folder=Path())

    def takes(self, wanted: TakeFiles) -> None:
        """Write takes of the stage in view, as they are now, into files of their own."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is not None and manifest is not None:
            self.take_files.write(
                stage, manifest, self._document.stem().name, wanted,
                lambda problem: self._trouble(wanted.folder, problem, self.ask_takes),
            )  # fmt: skip

    def when_rendered(self, then: Callable[[], None]) -> None:
        """Call ``then`` as soon as nothing is stale."""
        output = self._workspace.output
        if self._workspace.sketch is None or not output.n_blocks:
            self._workspace.tell("warn", self.tr("There is nothing to export yet: convert a source first."))
        elif output.stale.any():
            self._waiting = then
            self._on_sound()
        else:
            then()

    @property
    def is_waiting(self) -> bool:
        """Whether an export waits for the rendering."""
        return self._waiting is not None

    def _on_sound(self, *_: object) -> None:
        if self._waiting is not None:
            stale = self._workspace.output.stale
            share = 1.0 - float(stale.mean()) if len(stale) else 0.0
            self._workspace.show_work("export", Work(self.tr("Rendering for the export"), share, None, self._give_up))

    def _on_idle(self) -> None:
        if self._waiting is not None and not self._workspace.output.stale.any():
            then, self._waiting = self._waiting, None
            then()

    def _give_up(self) -> None:
        self._waiting = None
        self._workspace.show_work("export", None)

    def _write_sound(self, path: Path, encoding: str, labels: tuple[str, ...], with_recipe: bool) -> None:
        audio = self._audio()
        stage, manifest, title = self._workspace.stage, self._workspace.manifest, self._document.title

        def work() -> None:
            from intermezzo.storage.audio_files import write_audio
            from intermezzo.storage.exchange.beside import labels_beside
            from intermezzo.storage.recipe import recipe_of

            recipe = recipe_of(stage, manifest, title) if with_recipe and stage is not None else None
            if stage is not None:  # first: what the sketch has no labels for is said before the sound is there
                labels_beside(stage, path, labels, title)
            write_audio(path, audio, _encoding(encoding), recipe)

        self._write(path, work)

    def _audio(self, frames: tuple[int, int] | None = None) -> Audio:
        output = self._workspace.output
        start, stop = frames or (0, output.grid.n_frames)
        first, last = output.grid.sample(start), output.grid.sample(stop)
        return Audio(np.array(output.channels[:, first:last]), output.sample_rate)

    # Sketch and picture

    def ask_sketch(self, take: int | None = None) -> None:
        """Ask for a file and write the sketch in view there, or one of its takes by its number."""
        sketch, stem = self._workspace.sketch, self._document.stem()
        stage = self._workspace.stage
        if take is not None and stage is not None:
            sketch = takes.take_of(stage, take).sketch
            stem = stem.with_name(f"{stem.name}-take-{take}")
        answer = sketch and self.questions.file_to_save(
            self.tr("Export sketch"),
            self.tr("Sketches (*.sketch);;Sketches as JSON (*.json)"),
            stem.with_name(stem.name + ".sketch"),
        )
        if sketch is not None and answer:
            suffix = ".json" if "json" in answer[1].lower() else ".sketch"
            path = answer[0] if answer[0].suffix else answer[0].with_name(answer[0].name + suffix)

            def work() -> None:
                from intermezzo.storage.exchange.formats import export, format_named
                from intermezzo.storage.sketch_file import save_sketch

                if path.suffix.lower() == ".json":
                    export(sketch, path, format_named("json"))
                else:
                    save_sketch(sketch, path)

            self._write(path, work)

    def ask_picture(self, grab: Callable[[], QPixmap]) -> None:
        """Ask for a file and write the lanes as they stand there, at twice their size."""
        stem = self._document.stem()
        answer = self.questions.file_to_save(
            self.tr("Export picture"), self.tr("Pictures (*.png)"), stem.with_name(stem.name + ".png")
        )
        if answer is not None:
            path = answer[0] if answer[0].suffix else answer[0].with_name(answer[0].name + ".png")
            if grab().toImage().save(str(path)):
                self._workspace.tell("info", self.tr("Exported {0}").format(path.name))
            else:
                self._trouble(path, FileError(f"{path.name} cannot be written here. Choose another folder."))

    # Drag

    def drag(self, source: QWidget, frames: tuple[int, int] | None = None) -> None:
        """Let the sound, or some frames of it, be dropped into another program.

        It is a file of 24 bit that lives as long as the studio.
        """
        self.when_rendered(lambda: self._begin_drag(source, frames))

    def drag_tune(self, source: QWidget, format_id: str = "midi") -> None:
        """Let the tune of the sketch in view be dropped into another program, as MIDI unless said otherwise."""
        from intermezzo.storage.exchange.formats import Options, export, format_named

        stage, form = self._workspace.stage, format_named(format_id)
        if stage is None or stage.sketch is None or form.lacks(stage.sketch):
            self._workspace.tell("warn", self.tr("There is no tune to drag yet: make a melody first."))
            return
        path = self._dragged(form.suffix)
        try:
            export(stage.sketch, path, form, Options.of(stage, self._document.title))
        except IntermezzoError as problem:
            self._trouble(path, problem)
            return
        self._carry(source, path)

    def _begin_drag(self, source: QWidget, frames: tuple[int, int] | None) -> None:
        from intermezzo.storage.audio_files import AudioEncoding, write_audio

        path = self._dragged(".wav")
        try:
            write_audio(path, self._audio(frames), AudioEncoding.WAV_24)
        except IntermezzoError as problem:
            self._trouble(path, problem)
            return
        self._carry(source, path)

    def _dragged(self, suffix: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="intermezzo-")
        return Path(self._folder.name, self._document.stem().name + suffix)

    def _carry(self, source: QWidget, path: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        drag = QDrag(source)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction)

    def close(self) -> None:
        """Delete what was made for dragging."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _write(self, path: Path, work: Callable[[], None]) -> None:
        self._background.run(
            work,
            lambda _: self._workspace.tell("info", self.tr("Exported {0}").format(path.name)),
            lambda problem: self._trouble(path, problem),
        )

    def _trouble(self, path: Path, problem: IntermezzoError, again: Callable[[], None] | None = None) -> None:
        self._workspace.troubled.emit(
            Trouble(self.tr("{0} was not exported").format(path.name), f"{problem} Your sketch is untouched.",
                    f"{path}: {problem}", (self.tr("Export again"), again or self.ask_sound))
        )  # fmt: skip


def _suffix(encoding: str) -> str:
    from intermezzo.storage.audio_files import AudioEncoding

    return AudioEncoding[encoding].suffix


def _encoding(name: str) -> AudioEncoding | None:
    from intermezzo.storage.audio_files import AudioEncoding

    return AudioEncoding[name] if name else None
