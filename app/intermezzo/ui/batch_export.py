"""Batch export: the sound of a sketch in files of one sentence or chapter each, written beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio
from intermezzo.core.project import Stage
from intermezzo.ui.background import Background
from intermezzo.ui.questions import SoundFile
from intermezzo.ui.wording import counted
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:
    from intermezzo.storage.audio_files import AudioEncoding

__all__ = ["BatchExport"]


class BatchExport(QObject):
    """Writes one set of files at a time; who stops it keeps the files that are whole."""

    _written = Signal(int, int)

    def __init__(self, workspace: Workspace, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._background = workspace, background
        self._stopped = Event()
        self._is_running = False
        self._written.connect(self._show)

    def write(
        self, stage: Stage, manifest: EngineManifest | None, sound: Audio, title: str, wanted: SoundFile,
        encoding: AudioEncoding, failed: Callable[[IntermezzoError], None],
    ) -> None:  # fmt: skip
        """Write the files into the folder ``wanted.path``, with labels beside and recipes inside where wanted."""
        if self._is_running:
            self._workspace.tell("warn", self.tr("An export runs already: wait for it, or stop it with Esc."))
            return
        self._stopped.clear()
        self._is_running = True
        self._show(0, 1)

        def work() -> tuple[int, int]:
            from intermezzo.storage.audio_files import write_audio
            from intermezzo.storage.exchange import splitting
            from intermezzo.storage.exchange.beside import labels_beside
            from intermezzo.storage.recipe import recipe_of

            stretches = splitting.stretches_of(stage, wanted.split)
            names = splitting.names_of(stretches, wanted.pattern or splitting.PATTERN, title)
            folder = splitting.folder_for(wanted.path)
            n_frames = stage.sketch.n_frames if stage.sketch is not None else 0
            for k, (stretch, name) in enumerate(zip(stretches, names, strict=True)):
                if self._stopped.is_set():
                    return k, len(stretches)
                path, part = Path(folder, name + encoding.suffix), splitting.part_of(stage, stretch)
                recipe = recipe_of(part, manifest, name) if wanted.recipe and splitting.may_carry(stage) else None
                labels_beside(part, path, wanted.labels)
                write_audio(path, splitting.sound_of(sound, stretch, n_frames), encoding, recipe)
                self._written.emit(k + 1, len(stretches))
            return len(stretches), len(stretches)

        def done(result: tuple[int, int]) -> None:
            self._end()
            n, of = result
            files = counted(n, self.tr("1 file"), self.tr("{0} files"))
            self._workspace.tell(
                "info" if n == of else "warn",
                self.tr("Exported {0} to {1}").format(files, wanted.path.name)
                if n == of
                else self.tr("Stopped: {0} of {1} are in {2}").format(files, of, wanted.path.name),
            )

        def trouble(problem: IntermezzoError) -> None:
            self._end()
            failed(problem)

        self._background.run(work, done, trouble)

    def stop(self) -> None:
        """Write no more files; the one that is being written becomes whole."""
        self._stopped.set()

    def _show(self, done: int, of: int) -> None:
        if self._is_running:
            self._workspace.show_work("batch", Work(self.tr("Exporting files"), done / max(of, 1), None, self.stop))

    def _end(self) -> None:
        self._is_running = False
        self._workspace.show_work("batch", None)
