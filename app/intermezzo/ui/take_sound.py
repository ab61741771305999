"""TakeSound: renders other versions of the sketch in view beside it, and keeps the sound of the last few.

Requests go through the host like all others, so its cache knows what two versions share. They wait behind those of the
sketch itself. What was rendered once is heard at once when one comes back to it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from intermezzo.core.media import Audio
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request
from intermezzo.ui.output_buffer import OutputBuffer
from intermezzo.ui.sound_grid import SoundGrid
from intermezzo.ui.work import Trouble

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["TakeSound"]

_WINDOW_S = 2.0
_KEPT = 10
_PRIORITY = 9  # the sketch itself comes first


class TakeSound(QObject):
    """One version is rendered at a time: the one that was asked for last."""

    came = Signal(object, int, int)  # OutputBuffer, blocks that are new in it
    _told = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._kept: OrderedDict[object, tuple[Sketch, OutputBuffer]] = OrderedDict()
        self._sketch: Sketch | None = None
        self._output = OutputBuffer()
        self._at = 0
        self._number = 0
        self._running: tuple[JobHandle, tuple[int, int]] | None = None
        self._told.connect(self._on_event)

    def of(self, sketch: Sketch, at: int) -> OutputBuffer:
        """Return the sound of a version as far as it is known, and render the rest from frame ``at`` on."""
        stage = self._workspace.stage
        seed, params = (stage.seed, tuple(sorted(self._params().items()))) if stage is not None else (0, ())
        key = (id(sketch), seed, params)
        if key not in self._kept:
            self._kept[key] = sketch, OutputBuffer(SoundGrid.of(sketch))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._at = self._kept[key][1].grid.block_at(at)
        if self._kept[key][1] is not self._output:
            self.stop()
            self._sketch, self._output = self._kept[key]
        self._go_on()
        return self._output

    def stop(self) -> None:
        """Render no more until the next wish."""
        if self._running is not None:
            self._running[0].cancel()
            self._running = None
        self._sketch, self._output = None, OutputBuffer()

    def forget(self) -> None:
        """Stop, and keep nothing."""
        self.stop()
        self._kept.clear()

    def _params(self) -> dict[str, Any]:
        stage, manifest = self._workspace.stage, self._workspace.manifest
        return manifest.for_render(stage.params) if manifest and stage else {}

    def _go_on(self) -> None:
        stage, manifest, sketch = self._workspace.stage, self._workspace.manifest, self._sketch
        if self._running is not None or stage is None or manifest is None or not manifest.renderer or sketch is None:
            return
        window = self._next()
        if window is None:
            return
        frames = self._output.grid.frames(*window) if manifest.reach else (0, sketch.n_frames)
        self._number += 1
        number = self._number
        request = Request(
            kind="render", engine=stage.engine, sketch=sketch, seed=stage.seed, window=frames, params=self._params(),
            priority=_PRIORITY,
        )  # fmt: skip
        self._running = self._workspace.host.submit(request, lambda event: self._told.emit(number, event)), frames

    def _next(self) -> tuple[int, int] | None:
        output = self._output
        step = max(int(_WINDOW_S * output.sample_rate / output.hop), 1)
        for low in (self._at, 0):
            for start, stop in output.stale_ranges():
                first = max(start, low)
                if stop > first:
                    return first, min(stop, first + step)
        return None

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._running is None or isinstance(event, Progress):
            return
        (_, (start, _)), self._running = self._running, None
        if isinstance(event, Done) and isinstance(event.result, Audio):
            first = self._output.grid.sample(start)
            for a, b in self._output.fill(first, event.result.samples, self._output.edit_number):
                self.came.emit(self._output, a, b)
            self._go_on()
        elif isinstance(event, Failed):
            self._sketch = None
            self._workspace.troubled.emit(
                Trouble(self.tr("The take could not be rendered"), str(event.error), event.report)
            )
