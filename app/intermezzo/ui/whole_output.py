"""WholeOutput: what the stage in view gives, rendered from beginning to end, for files and for other engines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from intermezzo.core.media import Media
from intermezzo.core.project import Stage
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

__all__ = ["WholeOutput"]

_PRIORITY = 6  # somebody waits for it, and no edit does


class WholeOutput(QObject):
    """One rendering at a time; a newer wish takes the place of an older one. Esc stops it."""

    _came = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._number = 0
        self._running: tuple[JobHandle, str, Callable[[Media], None]] | None = None
        self._came.connect(self._on_event)
        workspace.replaced.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether something is being rendered."""
        return self._running is not None

    def can(self) -> bool:
        """Tell whether the stage in view has something to render, and an engine for it."""
        manifest = self._workspace.manifest
        return self._workspace.sketch is not None and manifest is not None and bool(manifest.renderer)

    def fetch(self, what: str, then: Callable[[Stage, Media], None], stage: Stage | None = None) -> None:
        """Render a stage (that in view) as it is now and hand it over with its output; ``what`` is shown meanwhile."""
        stage = stage or self._workspace.stage
        manifest = self._workspace.registry.engines.get(stage.engine) if stage is not None else None
        if stage is None or stage.sketch is None or manifest is None or not manifest.renderer:
            self._workspace.tell("warn", self.tr("There is nothing to export yet: convert a source first."))
            return
        self.stop()
        stage = self._workspace.as_read(stage)
        request = Request(
            kind="render", engine=stage.engine, sketch=stage.sketch, seed=stage.seed, priority=_PRIORITY,
            params=manifest.for_render(stage.params),
        )  # fmt: skip
        number = self._number
        self._workspace.show_work("whole output", Work(what, 0.0, None, self.stop))
        handle = self._workspace.host.submit(request, lambda event: self._came.emit(number, event))
        self._running = handle, what, lambda output: then(stage, output)

    def stop(self) -> None:
        """Give it up; nothing is handed over."""
        if self._running is not None:
            self._running[0].cancel()
            self._end()

    def _end(self) -> None:
        self._number += 1
        self._running = None
        self._workspace.show_work("whole output", None)

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._running is None:
            return
        _, what, then = self._running
        if isinstance(event, Progress):
            work = Work(what, event.fraction, event.seconds_left, self.stop)
            self._workspace.show_work("whole output", work)
            return
        self._end()
        if isinstance(event, Failed):
            title = self.tr("The output could not be rendered")
            self._workspace.troubled.emit(Trouble(title, str(event.error), event.report))
        elif isinstance(event, Done) and isinstance(event.result, Media):
            then(event.result)
