"""PictureLoop: keeps the picture of the tokens in view fresh, the newest edit first, and what each code looks like."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from intermezzo.core.edits import films
from intermezzo.core.layers import Grid
from intermezzo.core.media import Image, Video
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Request
from intermezzo.ui.grid.grid_view import pictures_in
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["PictureLoop", "frames_of", "telling_frame"]

_AS_FULL = 0.5  # as the fullest frame: a frame with less of its film is no picture of it


def frames_of(output: object) -> tuple[Image, ...]:
    """Return the pictures of an output: one of a picture, all of a film, none of anything else."""
    if isinstance(output, Image):
        return (output,)
    if not isinstance(output, Video):
        return ()
    frames = output.frames
    if frames.shape[-1] == 3:
        frames = np.concatenate([frames, np.full((*frames.shape[:3], 1), 255, np.uint8)], axis=3)
    return tuple(Image(pixels) for pixels in frames)


def telling_frame(frames: tuple[Image, ...]) -> Image:
    """Return the frame of a film that stands for it: the middle one, or the nearest to it that is not nearly clear."""
    seen = [int(frame.pixels[..., 3].sum()) for frame in frames]
    middle = len(frames) // 2
    return frames[
        min((k for k, much in enumerate(seen) if much >= _AS_FULL * max(seen)), key=lambda k: abs(k - middle))
    ]


class PictureLoop(QObject):
    """Lives in the GUI thread; one picture is drawn at a time, and what was edited meanwhile right after it."""

    drawn = Signal()  # a picture has come, or what stands there became stale
    swatches_came = Signal()
    _came = Signal(int, object)
    _codes_came = Signal(str, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.frames: tuple[Image, ...] = ()  # one of a picture, all of a film
        self._frame = 0
        self._apart: tuple[Sketch | None, Sketch | None, list[bool] | None] | None = None
        self.latency_ms = 0.0  # from the last edit to its pixels; 0 where the picture is not an edited one
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
    def image(self) -> Image | None:
        """The picture in view, or the frame of the film in view."""
        return self.frames[min(self._frame, len(self.frames) - 1)] if self.frames else None

    def show_frame(self, k: int) -> None:
        """Bring another frame (0-based) of a film into view."""
        if k != self._frame:
            self._frame = k
            if len(self.frames) > 1:
                self.drawn.emit()

    @property
    def is_stale(self) -> bool:
        """Whether the picture is older than the tokens."""
        return self._drawn_of is not self._workspace.sketch

    def is_stale_at(self, k: int) -> bool:
        """Whether a frame (0-based) of the film is older than its tokens, as far as the tokens tell."""
        if not self.is_stale:
            return False
        sketch = self._workspace.sketch
        if self._apart is None or self._apart[0] is not sketch or self._apart[1] is not self._drawn_of:
            self._apart = sketch, self._drawn_of, self._stale_frames(sketch)
        stale = self._apart[2]
        return stale is None or k >= len(stale) or stale[k]

    def _stale_frames(self, sketch: Sketch | None) -> list[bool] | None:
        """Tell of each frame of a film whether its codes are others than those that were drawn; None: all are old."""
        now, drawn = (next((x for x in pictures_in(s) if films.is_film(x)), None) for s in (sketch, self._drawn_of))
        if now is None or drawn is None or now.shape != drawn.shape:
            return None
        apart = now.differs(drawn)
        return [bool(apart[k].any()) for k in range(len(now))]

    def look(self, *_: object) -> None:
        """See whether the sketch in view has another picture than the one that is there."""
        workspace, sketch = self._workspace, self._workspace.sketch
        manifest = workspace.manifest
        if (
            sketch is None
            or manifest is None
            or manifest.output not in ("image", "video")
            or not pictures_in(sketch)
            or not manifest.renderer
        ):
            if self.frames:
                self.frames, self._drawn_of = (), None
                self.drawn.emit()
            return
        self._fetch_swatches()
        if sketch is self._drawn_of or sketch is self._failed_on:
            return
        if self._drawn_of is not None and self._drawn_of.type != sketch.type:
            self.frames, self._drawn_of = (), None
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
        drawn = self._drawn_of
        if not self.frames or drawn is None or drawn.made != sketch.made or drawn.layers.keys() != sketch.layers.keys():
            return False
        for name, now in sketch.layers.items():
            before = drawn.layers[name]
            if before is now:
                continue
            if not (isinstance(now, Grid) and isinstance(before, Grid)) or before.shape != now.shape:
                return False
            if before.differs(now).any():
                return False
        return True

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
        frames = frames_of(event.result)
        if frames:
            before, self.frames, self._drawn_of = self._drawn_of, frames, sketch
            if sketch is self._workspace.sketch:
                is_edit = before is not None and before.made == sketch.made  # and not another picture altogether
                self.latency_ms = (perf_counter() - self._wanted_since_s) * 1000 if is_edit else 0.0
            self.drawn.emit()
        if self.is_stale and self._workspace.sketch is not None:
            self._draw()

    def _fetch_swatches(self) -> None:
        manifest, sketch = self._workspace.manifest, self._workspace.sketch
        if manifest is None or not manifest.swatches or not pictures_in(sketch):
            return
        grid = pictures_in(sketch)[0]
        key = f"{manifest.key} {grid.spec.codebook}"
        if key == self._swatches_of:
            return
        self._swatches_of, self.swatches = key, None
        request = Request(kind="swatches", engine=manifest.id, sketch=sketch, priority=2)
        self._workspace.host.submit(request, lambda event: self._codes_came.emit(key, event))

    def _on_swatches(self, key: str, event: Event) -> None:
        grids = pictures_in(self._workspace.sketch)
        if key != self._swatches_of or not isinstance(event, (Done, Failed)):
            return
        if isinstance(event, Failed) or not isinstance(event.result, Image) or not grids:
            self._swatches_of = ""  # asked again when the sketch changes
            return
        pixels = event.result.pixels
        self.swatches = pixels.reshape(grids[0].spec.codes, -1, pixels.shape[1], 4)
        self.swatches_came.emit()
