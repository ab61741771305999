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
from intermezzo.ui.grid.album import Album
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
    _codes_came = Signal(object, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.album = Album()
        self.frames: tuple[Image, ...] = ()  # one of a picture, all of a film
        self._frame = 0
        self._apart: tuple[Sketch | None, Sketch | None, list[bool] | None] | None = None
        self.latency_ms = 0.0  # from the last edit to its pixels; 0 where the picture is not an edited one
        self._drawn_of: Sketch | None = None
        self._wanted_since_s = 0.0
        self._running: tuple[int, Request, JobHandle] | None = None
        self._number = 0
        self._codebook = ""  # whose swatches are shown or were asked for
        self._swatches: dict[str, NDArray[np.uint8]] = {}  # by codebook: its codes look the same in every engine
        self._failed_on: Sketch | None = None
        self._came.connect(self._on_event)
        self._codes_came.connect(self._on_swatches)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.look)

    @property
    def image(self) -> Image | None:
        """The picture in view, or the frame of the film in view."""
        return self.frames[min(self._frame, len(self.frames) - 1)] if self.frames else None

    @property
    def swatches(self) -> NDArray[np.uint8] | None:
        """What each code of the tokens in view looks like, uint8 (codes, h, w, 4); None while it is not known."""
        return self._swatches.get(self._codebook)

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
        request = self._request()
        if self._shows_the_same(sketch):
            self._drawn_of = sketch
            if request is not None:
                self.album.put(sketch, request.params, self.frames)
            return
        known = self.album.find(sketch, request.params) if request is not None else ()
        if known:
            self._show(sketch, known, 0.0)
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

    def _request(self) -> Request | None:
        """Return the order to draw the sketch in view."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is None or stage.sketch is None or manifest is None:
            return None
        return Request(
            kind="render", engine=stage.engine, sketch=stage.sketch, seed=stage.seed, priority=10,
            params=manifest.for_render(stage.params),
        )  # fmt: skip

    def _draw(self) -> None:
        request = self._request()
        if request is None:
            return
        self._number += 1
        number = self._number
        handle = self._workspace.host.submit(request, lambda event: self._came.emit(number, event))
        self._running = number, request, handle

    def _show(self, sketch: Sketch, frames: tuple[Image, ...], latency_ms: float) -> None:
        self.frames, self._drawn_of, self.latency_ms = frames, sketch, latency_ms
        self.drawn.emit()

    def _on_event(self, number: int, event: Event) -> None:
        if self._running is None or self._running[0] != number or not isinstance(event, (Done, Failed)):
            return
        request, sketch = self._running[1], self._running[1].sketch
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
        if frames and sketch is not None:
            self.album.put(sketch, request.params, frames)
            if self.is_stale:  # of an older state than the one in view, too: it is nearer than what stands there
                before, is_newest = self._drawn_of, sketch is self._workspace.sketch
                is_edit = is_newest and before is not None and before.made == sketch.made
                self._show(sketch, frames, (perf_counter() - self._wanted_since_s) * 1000 if is_edit else 0.0)
        if self.is_stale and self._workspace.sketch is not None:
            self._draw()

    def _fetch_swatches(self) -> None:
        manifest, sketch = self._workspace.manifest, self._workspace.sketch
        if manifest is None or not manifest.swatches or not pictures_in(sketch):
            return
        grid = pictures_in(sketch)[0]
        codebook = grid.spec.codebook
        if codebook == self._codebook:
            return
        self._codebook = codebook
        if self.swatches is not None:
            self.swatches_came.emit()
            return
        request, codes = Request(kind="swatches", engine=manifest.id, sketch=sketch, priority=2), grid.spec.codes
        self._workspace.host.submit(request, lambda event: self._codes_came.emit((codebook, codes), event))

    def _on_swatches(self, of: tuple[str, int], event: Event) -> None:
        if not isinstance(event, (Done, Failed)):
            return
        codebook, codes = of
        if isinstance(event, Failed) or not isinstance(event.result, Image):
            self._codebook = ""  # asked again when the sketch changes
            return
        pixels = event.result.pixels
        self._swatches[codebook] = pixels.reshape(codes, -1, pixels.shape[1], 4)
        self.swatches_came.emit()
