"""Work: one order done from source to file, in steps small enough that whoever waits at the window goes first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from time import monotonic, perf_counter
from typing import Any, Final, Literal

import numpy as np

from intermezzo.core.errors import Cancelled, EngineError, FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Media, Text
from intermezzo.core.project import Stage, source_key
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Partial, Progress, Request, Result, Runner, Stopped
from intermezzo.outputs import rendered_stage, write_output
from intermezzo.queue.orders import Order
from intermezzo.storage.project_file import load_project
from intermezzo.storage.silence import silent_libraries
from intermezzo.studio import medium_of

__all__ = ["PRIORITY", "Work"]

PRIORITY: Final = -10  # behind everything that a hand waits for
_WINDOW_S: Final = 3.0
_CONVERTS: Final = 0.5  # the share of the work that a conversion is counted as

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class _Part:
    """The stretch of the whole that a request is, 0 to 1."""

    start: float
    stop: float


class Work:
    """One order on its way; `cancel` may be called from any thread, `do` blocks the one that calls it."""

    def __init__(self, order: Order, runner: Runner, registry: Registry, on_progress: OnProgress) -> None:
        self._order, self._runner, self._registry, self._tell = order, runner, registry, on_progress
        self._lock = Lock()
        self._handle: JobHandle | None = None
        self._is_cancelled = self._is_whole = False
        self._began_s = monotonic()

    def cancel(self) -> bool:
        """Give the order up: no file will appear; False where it is there already."""
        with self._lock:
            if self._is_whole:
                return False
            self._is_cancelled = True
            handle = self._handle
        if handle is not None:
            handle.cancel()
        return True

    def do(self) -> dict[str, Any]:
        """Make the file, whole; returns what there is to tell of it.

        Raises:
            IntermezzoError: whatever went wrong; Cancelled if it was given up. There is then no new file.
        """
        began_s, order = perf_counter(), self._order
        path = Path(order.path)
        if not path.parent.is_dir():
            raise FileError(f"There is no folder {path.parent}. Make it again, then retry.")
        manifest, stage = self._converted()
        if stage.sketch is None:
            raise FileError("There is no sketch to render. Convert a source first.")
        sketch = stage.sketch
        stage = rendered_stage(stage, manifest, {}, None)
        medium = self._rendered(stage, sketch, manifest)
        # Beside its place under a name of its own, so that a cancel while it is written leaves nothing.
        part = path.with_name(f".{order.number}-{path.stem[:60]}.part{path.suffix}")
        try:
            outcome = write_output(
                medium, part, order.bits, perf_counter() - began_s, stage, manifest, with_recipe=order.recipe,
                times=order.times, crisp=order.crisp,
            )  # fmt: skip
            with self._lock:
                self._check()
                try:
                    part.replace(path)
                except OSError as problem:
                    raise FileError(f"{path.name} was not written: {problem.strerror}. Choose another place.") from None
                self._is_whole = True
        finally:
            part.unlink(missing_ok=True)
        return {**outcome.document, "path": order.path}

    def _check(self) -> None:
        if self._is_cancelled:
            raise Cancelled("Stopped.")

    def _converted(self) -> tuple[EngineManifest, Stage]:
        order = self._order
        if order.stage_file:
            stages = load_project(Path(order.stage_file), self._registry).stages
            if not stages:
                raise FileError("The document of this export is empty. Queue it again.")
            return self._registry.find(stages[0].engine), stages[0]
        manifest = self._registry.find(order.engine)
        with silent_libraries():
            medium: Media = (
                Text(order.text)
                if order.text
                else medium_of(Path(order.source), *dict.fromkeys((manifest.source, *manifest.analysed)))
            )
        kind: Literal["convert", "analyse"] = "convert" if manifest.converts(medium.media) else "analyse"
        request = Request(
            kind, manifest.id, order.params, order.seed, source=medium, priority=PRIORITY, yields=True
        )  # fmt: skip
        sketch = self._result(request, _Part(0.0, _CONVERTS))
        if not isinstance(sketch, Sketch):
            raise EngineError(f"{manifest.title} made no sketch.")
        stage = Stage("1", manifest.id, medium, order.params, order.seed, sketch)
        return manifest, replace(stage, converted_from=source_key(stage, manifest))

    def _rendered(self, stage: Stage, sketch: Sketch, manifest: EngineManifest) -> Media:
        of_render = {p.name for p in manifest.params_of("render")}
        request = Request(
            "render", manifest.id, {name: value for name, value in stage.params.items() if name in of_render},
            stage.seed, sketch=sketch, priority=PRIORITY, yields=True,
        )  # fmt: skip
        first = 0.0 if self._order.stage_file else _CONVERTS
        n, start, sounds = sketch.n_frames, 0, list[Audio]()
        while manifest.reach and sketch.type.sounds and start < n:
            until = int(sketch.clock.frames_at(sketch.clock.seconds_at(start) + _WINDOW_S))
            stop = min(max(until, start + 1), n)
            part = _Part(first + (1 - first) * start / n, first + (1 - first) * stop / n)
            sound = self._result(replace(request, window=(start, stop)), part)
            if not isinstance(sound, Audio):
                raise EngineError(f"{manifest.title} rendered no sound.")
            sounds.append(sound)
            start = stop
        if sounds:
            return Audio(np.concatenate([s.samples for s in sounds], axis=1), sounds[0].sample_rate)
        medium = self._result(request, _Part(first, 1.0))
        if medium is None or not hasattr(medium, "media"):
            raise EngineError(f"{manifest.title} rendered nothing that could be written.")
        return medium  # type: ignore[return-value]  # all that have a medium are media

    def _result(self, request: Request, part: _Part) -> Result:
        """Do a request and wait for it; a cancel ends the waiting."""
        events: SimpleQueue[Event] = SimpleQueue()

        def on_event(event: Event) -> None:
            if isinstance(event, Progress):
                self._tell(self._whole(part, event))
            elif not isinstance(event, Partial):
                events.put(event)

        with self._lock:
            self._check()
        handle = self._runner.submit(request, on_event)
        with self._lock:
            self._handle = handle
            is_cancelled = self._is_cancelled
        if is_cancelled:
            handle.cancel()
        event = events.get()
        with self._lock:
            self._handle = None
            self._check()
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Stopped) or not isinstance(event, Done):
            raise Cancelled("Stopped.")
        self._tell(self._whole(part, Progress(1.0)))
        return event.result

    def _whole(self, part: _Part, progress: Progress) -> Progress:
        fraction = part.start + (part.stop - part.start) * progress.fraction
        spent_s = monotonic() - self._began_s
        left_s = spent_s * (1 - fraction) / fraction if fraction > 0.05 and spent_s > 0.3 else None
        return Progress(fraction, progress.what, left_s)
