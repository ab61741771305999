"""Takes into files: each is rendered by the host behind what a hand waits for, written beside the window, and whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio
from intermezzo.core.project import Stage
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request
from intermezzo.ui.background import Background
from intermezzo.ui.questions import TakeFiles
from intermezzo.ui.wording import counted
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

__all__ = ["TakeExport"]

_WINDOW_S = 3.0
_PRIORITY = 3  # behind the sketch, its takes and their sampling


@dataclass
class _Order:
    """What is wanted: a frozen stage, the names of its files, whom to tell of trouble; and how far it is."""

    stage: Stage
    manifest: EngineManifest
    wanted: TakeFiles
    names: list[str]
    failed: Callable[[IntermezzoError], None]
    began_s: float
    done: int = 0
    one: Stage | None = None  # the take in hand, and its sound so far
    pieces: list[NDArray[np.float32]] = field(default_factory=list)  # each (channels, n)
    next_frame: int = 0  # what is before it is rendered
    rate: int = 0
    window: tuple[int, int] = (0, 0)  # the frames that are being rendered
    is_written: bool = False  # the take in hand becomes a file just now
    is_stopped: bool = False


class TakeExport(QObject):
    """One set of takes at a time, as the document stood when it was asked for; who stops it keeps what is whole."""

    _came = Signal(int, object)

    def __init__(self, workspace: Workspace, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._background = workspace, background
        self._order: _Order | None = None
        self._handle: JobHandle | None = None
        self._number = 0
        self._came.connect(self._on_event)

    @property
    def is_running(self) -> bool:
        """Whether takes are being exported."""
        return self._order is not None

    def write(
        self, stage: Stage, manifest: EngineManifest, title: str, wanted: TakeFiles,
        failed: Callable[[IntermezzoError], None],
    ) -> None:  # fmt: skip
        """Render and write the takes that ``wanted`` names; nothing of the document changes."""
        from intermezzo.storage.exchange.splitting import folder_for
        from intermezzo.storage.exchange.take_files import take_names

        if self._order is not None:
            self._workspace.tell("warn", self.tr("An export runs already: wait for it, or stop it with Esc."))
            return
        try:
            names = take_names(stage, wanted.takes, wanted.pattern, title, manifest)
            folder_for(wanted.folder)
        except IntermezzoError as problem:
            failed(problem)
            return
        self._order = _Order(stage, manifest, wanted, names, failed, monotonic())
        self._begin_take()

    def stop(self) -> None:
        """Write no more files; the one that is being written becomes whole."""
        if self._order is not None and self._order.is_written:
            self._order.is_stopped = True
        elif self._order is not None:
            self._end(is_stopped=True)

    def _begin_take(self) -> None:
        from intermezzo.storage.exchange.take_files import stage_for

        order = self._order
        if order is None:
            return
        if order.done == len(order.names):
            self._end()
            return
        try:
            order.one = stage_for(order.stage, order.wanted.takes[order.done], order.manifest)
        except IntermezzoError as problem:
            self._fail(problem)
            return
        order.pieces, order.next_frame = [], 0
        self._render()

    def _render(self) -> None:
        order = self._order
        if order is None or order.one is None or order.one.sketch is None:
            return
        stage, sketch, manifest = order.one, order.one.sketch, order.manifest
        start, window = order.next_frame, None
        if manifest.reach and sketch.type.sounds:
            until = sketch.clock.frames_at(sketch.clock.seconds_at(start) + _WINDOW_S)
            window = (start, min(max(int(until), start + 1), sketch.n_frames))
        order.window = window or (0, sketch.n_frames)
        of_render = {p.name for p in manifest.params_of("render")}
        request = Request(
            kind="render", engine=stage.engine, sketch=sketch, seed=stage.seed, window=window, priority=_PRIORITY,
            params={name: value for name, value in stage.params.items() if name in of_render},
        )  # fmt: skip
        self._number += 1
        number = self._number
        self._handle = self._workspace.host.submit(request, lambda event: self._came.emit(number, event))
        self._show(start / max(sketch.n_frames, 1))

    def _on_event(self, number: int, event: Event) -> None:
        order = self._order
        if order is None or number != self._number or isinstance(event, Progress):
            return
        self._handle = None
        if isinstance(event, Failed):
            self._fail(event.error)
        elif isinstance(event, Done) and isinstance(event.result, Audio) and order.one and order.one.sketch:
            order.pieces.append(event.result.samples)
            order.next_frame = order.window[1]
            order.rate = event.result.sample_rate
            is_whole = order.next_frame >= order.one.sketch.n_frames
            self._write_take(order) if is_whole else self._render()
        else:
            self._end(is_stopped=True)

    def _write_take(self, order: _Order) -> None:
        stage, wanted, name, manifest = order.one, order.wanted, order.names[order.done], order.manifest
        order.is_written = True
        sound = Audio(np.concatenate(order.pieces, axis=1), order.rate)

        def work() -> None:
            from intermezzo.storage.audio_files import AudioEncoding, write_audio
            from intermezzo.storage.exchange.beside import labels_beside
            from intermezzo.storage.recipe import recipe_of

            if stage is None:
                raise FileError(f"{name} has no sketch.")
            encoding = AudioEncoding[wanted.encoding]
            path = Path(wanted.folder, name + encoding.suffix)
            recipe = recipe_of(stage, manifest, name) if wanted.recipe else None
            labels_beside(stage, path, wanted.labels)
            write_audio(path, sound, encoding, recipe)

        def done(_: object) -> None:
            order.done, order.is_written = order.done + 1, False
            if self._order is order:
                self._end(is_stopped=True) if order.is_stopped else self._begin_take()

        self._background.run(work, done, lambda problem: self._fail(problem) if self._order is order else None)

    def _show(self, share: float) -> None:
        order = self._order
        if order is not None:
            n = len(order.names)
            fraction = (order.done + share) / n
            spent_s = monotonic() - order.began_s
            left_s = spent_s * (1 - fraction) / fraction if fraction > 0.1 else None
            what = self.tr("Exporting take {0} of {1}").format(order.done + 1, n)
            self._workspace.show_work("take files", Work(what, fraction, left_s, self.stop))

    def _fail(self, problem: IntermezzoError) -> None:
        order = self._order
        self._clear()
        if order is not None:
            order.failed(problem)

    def _end(self, *, is_stopped: bool = False) -> None:
        order = self._order
        self._clear()
        if order is None:
            return
        n, folder = len(order.names), order.wanted.folder.name
        takes = counted(n, self.tr("1 file"), self.tr("{0} files"))
        if is_stopped:
            line = self.tr("Stopped: {0} of {1} are in {2}").format(order.done, takes, folder)
            self._workspace.tell("warn", line)
        else:
            self._workspace.tell("info", self.tr("Exported {0} to {1}").format(takes, folder))

    def _clear(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._number += 1
        self._handle = self._order = None
        self._workspace.show_work("take files", None)
