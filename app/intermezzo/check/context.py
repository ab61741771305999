"""The context in which measurements run: one engine in this process, with a cache only where it is asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media
from intermezzo.core.params import Value
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.picture import encode_png

__all__ = ["RunnerContext"]


class RunnerContext:
    """Implements `intermezzo.core.measure.Context` over two in-process runners, one of which keeps nothing."""

    def __init__(
        self, registry: Registry, manifest: EngineManifest, *, device: str, data_dir: Path | None, quick: bool,
        tell: Callable[[str], None], groups: frozenset[str] = frozenset(), pictures: Path | None = None,
    ) -> None:  # fmt: skip
        self.device, self.data_dir, self.quick, self.groups = device, data_dir, quick, groups
        self.reach, self.draws, self._pictures = manifest.reach, pictures is not None, pictures
        self._engine, self._tell = manifest.id, tell
        self._fresh = InlineRunner(registry, device=device, cache_dir=None, cache_bytes=0)
        self._cached = InlineRunner(registry, device=device, cache_dir=None)

    def convert(self, source: Media, *, seed: int = 1, params: Mapping[str, Value] | None = None) -> Sketch:
        """Convert with the engine that is measured."""
        request = Request(kind="convert", engine=self._engine, source=source, seed=seed, params=dict(params or {}))
        result = self._fresh.run(request)
        if not isinstance(result, Sketch):
            raise TypeError(f"the converter of {self._engine} returned no sketch")
        return result

    def analyse(self, medium: Media, *, params: Mapping[str, Value] | None = None) -> Sketch:
        """Analyse with the engine that is measured."""
        result = self._fresh.run(Request(kind="analyse", engine=self._engine, source=medium, params=dict(params or {})))
        if not isinstance(result, Sketch):
            raise TypeError(f"the analyser of {self._engine} returned no sketch")
        return result

    def resample(
        self, sketch: Sketch, start: int, stop: int, *, seed: int, params: Mapping[str, Value] | None = None
    ) -> Sketch:
        """Predict frames ``start:stop`` again with the engine that is measured."""
        result = self._fresh.run(
            Request("resample", self._engine, dict(params or {}), seed, sketch=sketch, window=(start, stop))
        )
        if not isinstance(result, Sketch):
            raise TypeError(f"the converter of {self._engine} returned no sketch")
        return result

    def render(
        self, sketch: Sketch, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        window: tuple[int, int] | None = None, cached: bool = False,
    ) -> Media:  # fmt: skip
        """Render with the engine that is measured; ``cached`` False computes everything anew."""
        runner = self._cached if cached else self._fresh
        result = runner.run(
            Request(
                kind="render", engine=self._engine, sketch=sketch, seed=seed, params=dict(params or {}), window=window
            )
        )
        if result is None or isinstance(result, (Sketch, CellChoices)):
            raise TypeError(f"the renderer of {self._engine} returned no medium")
        return result

    def progress(self, what: str) -> None:
        """Tell what is being measured."""
        self._tell(what)

    def picture(self, name: str, pixels: NDArray[np.uint8]) -> None:
        """Write a picture (height, width, 3) as ``NAME.png`` into the folder of pictures, if there is one.

        Raises:
            FileError: if it cannot be written.
        """
        if self._pictures is not None:
            write_atomically(self._pictures / f"{name}.png", encode_png(pixels))
