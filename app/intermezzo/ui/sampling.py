"""Sampling: asks the engine for more takes, of everything or of a stretch, while the sketch stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.core import takes
from intermezzo.core.edits.comp import whole_spans
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request
from intermezzo.ui.work import Trouble, Work

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Sampling"]

_PRIORITY = 4  # behind everything that a hand waits for


@dataclass(frozen=True, eq=False)
class _Wish:
    stage: Stage
    label: str
    key: str
    n: int
    frames: tuple[int, int] | None


class Sampling(QObject):
    """One row of takes at a time; what is there already stays when the rest is cancelled."""

    sampled = Signal(int)  # number of the new take
    changed = Signal()  # begun, gone on or ended
    _came = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._keys = count()
        self._number = 0
        self._wish: _Wish | None = None
        self._done = 0
        self._seed = 0
        self._running: JobHandle | None = None
        self._came.connect(self._on_event)

    @property
    def is_running(self) -> bool:
        """Whether takes are being sampled."""
        return self._wish is not None

    @property
    def progress(self) -> tuple[int, int]:
        """How many takes are done, and how many were wished for."""
        return self._done, self._wish.n if self._wish else 0

    def why_not(self, *, of_selection: bool = False) -> str:
        """Say in one line why no takes can be sampled; empty where they can."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is None or manifest is None:
            return self.tr("The engine of this sketch is not installed.")
        if of_selection and not manifest.resamples:
            return self.tr("{0} cannot predict a part again; sample takes of everything.").format(manifest.title)
        if self._is_converted(stage):
            return ""
        if stage.sketch is None:
            return self.tr("There is no source yet: type a text or import a recording.")
        if not manifest.resamples:
            return self.tr("{0} cannot say this in another way.").format(manifest.title)
        return ""

    def _is_converted(self, stage: Stage) -> bool:
        """Tell whether a source stands behind the sketch that can be converted again: a recording was only analysed."""
        manifest = self._workspace.manifest
        return stage.source is not None and manifest is not None and manifest.converts(stage.source.media)

    def start(self, n: int, selection: tuple[int, int] | None = None) -> None:
        """Sample ``n`` takes of everything, or of a stretch of frames, with seeds that no take had yet."""
        workspace = self._workspace
        reason = self.why_not(of_selection=selection is not None)
        stage = workspace.stage
        if reason or stage is None:
            workspace.tell("warn", reason)
            return
        frames = None
        if selection is None and not self._is_converted(stage) and stage.sketch is not None:
            selection = 0, stage.sketch.n_frames  # nothing to convert again: all of it is predicted again
        if selection is not None and stage.sketch is not None:
            try:
                frames = whole_spans(stage.sketch, *selection)
            except IntermezzoError as refusal:
                workspace.tell("warn", str(refusal))
                return
        self.stop()
        what = self.tr("Sample %n take(s)", "", n).replace("(s)", "" if n == 1 else "s")
        label = what if frames is None or selection is None else self.tr("{0} of the selection").format(what)
        self._wish = _Wish(workspace.as_read(stage), label, f"sample {next(self._keys)}", n, frames)
        self._done = 0
        self._next()

    def stop(self) -> None:
        """Give up what is not there yet."""
        if self._running is not None:
            self._running.cancel()
        self._number += 1
        self._running = self._wish = None
        self._workspace.show_work("takes", None)
        self.changed.emit()

    def _next(self) -> None:
        wish, workspace, manifest = self._wish, self._workspace, self._workspace.manifest
        stage = workspace.stage
        if wish is None or manifest is None or stage is None or stage.id != wish.stage.id or self._done >= wish.n:
            self.stop()
            return
        self._seed = takes.next_seed(stage)
        names = {p.name for p in manifest.params_of("convert")}
        params = {k: v for k, v in wish.stage.params.items() if k in names}
        self._number += 1
        number = self._number
        request = Request(
            kind="convert" if wish.frames is None else "resample", engine=stage.engine, seed=self._seed,
            params=params, priority=_PRIORITY, source=wish.stage.source if wish.frames is None else None,
            sketch=None if wish.frames is None else wish.stage.sketch, window=wish.frames,
        )  # fmt: skip
        self._running = workspace.host.submit(request, lambda event: self._came.emit(number, event))
        self._show(0.0, None)

    def _show(self, fraction: float, seconds_left: float | None) -> None:
        wish = self._wish
        if wish is not None:
            share = (self._done + fraction) / wish.n
            left = None if seconds_left is None or not fraction else seconds_left * (1 + (wish.n - self._done - 1))
            what = self.tr("Sampling take {0} of {1}").format(self._done + 1, wish.n)
            self._workspace.show_work("takes", Work(what, share, left, self.stop))
            self.changed.emit()

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._wish is None:
            return
        if isinstance(event, Progress):
            self._show(event.fraction, event.seconds_left)
            return
        self._running = None
        if isinstance(event, Done) and isinstance(event.result, Sketch):
            self._keep(self._wish, event.result)
            self._done += 1
            self._next()
            return
        self.stop()
        if isinstance(event, Failed):
            self._workspace.troubled.emit(Trouble(self.tr("No take could be sampled"), f"{event.error}", event.report))

    def _keep(self, wish: _Wish, result: Sketch) -> None:
        workspace, seed = self._workspace, self._seed
        manifest = workspace.registry.engines[wish.stage.engine]
        key = source_key(replace(wish.stage, seed=seed), manifest)

        def on_project(project: Project) -> Project:
            stage = project.stage(wish.stage.id)
            return project.with_stage(takes.sampled(stage, result, seed, frames=wish.frames, converted_from=key))

        if workspace.change(wish.label, on_project, merge_key=wish.key, icon="stack-simple"):
            self.sampled.emit(workspace.project.stage(wish.stage.id).takes[-1].number)
