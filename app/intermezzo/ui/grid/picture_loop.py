"""PictureLoop: keeps the picture of the tokens in view fresh, the newest edit first, and what each code looks like."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from intermezzo.core.media import Image
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Request
from intermezzo.ui.grid.desk import grid_of
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["PictureLoop"]


class PictureLoop(QObject):
    """Lives in the GUI thread; one picture is drawn at a time, and what was edited meanwhile right after it."""

    drawn = Signal()  # a picture has come, or what stands there became stale
    swatches_came = Signal()
    _came = Signal(int, object)
    _codes_came = Signal(str, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.image: Image | None = None
        self.latency_ms = 0.0  # from the last edit to its pixels
        self.swatches: NDArray[np.uint8] | None = None  # (codes, h, w, 4)
        self._drawn_of: Sketch | None = None
        self._wanted_since_s = 0.0
        self._running: tuple[int, Sketch, JobHandle] | None = None
        self._number = 0
        self._swatches_of = ""
        self._failed_on: Sketch | None = None
        self._came.connect(self._on_event)
        self._codes_came.connect(self._on_swatches)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.look)

    @property
    def is_stale(self) -> bool:
        """Whether the picture is older than the tokens."""
        return self._drawn_of is not self._workspace.sketch

    def look(self, *_: object) -> None:
        """See whether the sketch in view has another picture than the one that is there."""
        workspace, sketch = self._workspace, self._workspace.sketch
        manifest = workspace.manifest
        if sketch is None or manifest is None or manifest.output != "image" or not manifest.renderer:
            if self.image is not None:
                self.image = self._drawn_of = None
                self.drawn.emit()
            return
        self._fetch_swatches()
        if sketch is self._drawn_of or sketch is self._failed_on:
            return
        if self._drawn_of is not None and self._drawn_of.type != sketch.type:
            self.image = self._drawn_of = None
        if self._shows_the_same(sketch):
            self._drawn_of = sketch
            return
        self._wanted_since_s = perf_counter()
        self.drawn.emit()
        if self._running is None:
            self._draw()

    def retry(self) -> None:
        """Try again after a failure."""
        self._failed_on = None
        self.look()

    def stop(self) -> None:
        """Give up what is being drawn."""
        if self._running is not None:
            self._running[2].cancel()
            self._running = None

    def _shows_the_same(self, sketch: Sketch) -> bool:
        """Tell whether only marks differ from what was drawn: a lock changes no pixel."""
        before, now = grid_of(self._drawn_of), grid_of(sketch)
        return (
            self.image is not None and before is not None and now is not None and before.shape == now.shape
            and not before.differs(now).any() and self._drawn_of is not None and self._drawn_of.made == sketch.made
        )  # fmt: skip

    def _draw(self) -> None:
        workspace, stage = self._workspace, self._workspace.stage
        manifest = workspace.manifest
        if stage is None or stage.sketch is None or manifest is None:
            return
        self._number += 1
        number = self._number
        names = {p.name for p in manifest.params_of("render")}
        request = Request(
            kind="render", engine=stage.engine, sketch=stage.sketch, seed=stage.seed, priority=10,
            params={k: v for k, v in stage.params.items() if k in names},
        )  # fmt: skip
        handle = workspace.host.submit(request, lambda event: self._came.emit(number, event))
        self._running = number, stage.sketch, handle

    def _on_event(self, number: int, event: Event) -> None:
        if self._running is None or self._running[0] != number or not isinstance(event, (Done, Failed)):
            return
        sketch = self._running[1]
        self._running = None
        if isinstance(event, Failed):
            self._failed_on = sketch
            self._workspace.troubled.emit(
                Trouble(
                    self.tr("The picture could not be drawn"), str(event.error), event.report,
                    (self.tr("Try again"), self.retry),
                )
            )  # fmt: skip
            return
        if isinstance(event.result, Image):
            self.image, self._drawn_of = event.result, sketch
            if sketch is self._workspace.sketch:
                self.latency_ms = (perf_counter() - self._wanted_since_s) * 1000
            self.drawn.emit()
        if self.is_stale and self._workspace.sketch is not None:
            self._draw()

    def _fetch_swatches(self) -> None:
        manifest, sketch = self._workspace.manifest, self._workspace.sketch
        grid = grid_of(sketch)
        if manifest is None or not manifest.swatches or grid is None:
            return
        key = f"{manifest.key} {grid.spec.codebook}"
        if key == self._swatches_of:
            return
        self._swatches_of, self.swatches = key, None
        request = Request(kind="swatches", engine=manifest.id, sketch=sketch, priority=2)
        self._workspace.host.submit(request, lambda event: self._codes_came.emit(key, event))

    def _on_swatches(self, key: str, event: Event) -> None:
        grid = grid_of(self._workspace.sketch)
        if key != self._swatches_of or not isinstance(event, (Done, Failed)):
            return
        if isinstance(event, Failed) or not isinstance(event.result, Image) or grid is None:
            self._swatches_of = ""  # asked again when the sketch changes
            return
        pixels = event.result.pixels
        self.swatches = pixels.reshape(grid.spec.codes, -1, pixels.shape[1], 4)
        self.swatches_came.emit()
