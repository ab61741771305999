"""The engine over AutoencoderKLs: a picture to its latents, painted by value, and latents to a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, Mark
from intermezzo.core.media import Image, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.pretrained.kl import CODES, Kl, swatches
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.open_types import CHECKPOINT, folder_of, made_with, settled, spec_in, the_same

__all__ = ["KlEngine"]


class KlEngine:
    """Analyser and renderer."""

    engine: ClassVar[str] = "builtin.pretrained.kl"

    def __init__(self) -> None:
        self._device = "cpu"
        self._kl: Kl | None = None

    def load(self, device: str) -> None:
        """Remember the device; checkpoints are loaded when they are named."""
        self._device = device

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the latents of a picture, made smaller where it is larger than ``longest_px``; it lies on white.

        Raises:
            SourceError: if it is no picture.
            ParamError: if the checkpoint does not fit.
        """
        if not isinstance(medium, Image):
            raise SourceError("This engine reads pictures only.")
        kl = self._of(params[CHECKPOINT])
        job.progress(0.2, "reading latents")
        codes = kl.encode(medium.pixels, int(params["longest_px"]))
        kind = settled("kl/1", codes.shape, CODES, kl.codebook)
        layer = Grid.machine(spec_in(kind), 0.0, codes, mark=Mark.ANALYSED)
        return Sketch(kind, {"tokens": layer}, made_with(self.engine, kl.path, 0, dict(params)))

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Image:
        """Return the whole picture of the latents as they stand; there is no chance in it.

        Raises:
            ParamError: if the checkpoint is gone or is another one now.
        """
        kl = self._of(sketch.made.params.get(CHECKPOINT, ""))
        the_same(sketch, kl.codebook, kl.path)
        return Image(kl.decode(sketch.tokens.codes.astype(np.int64)))

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return each value as a grey; it is the same for all checkpoints."""
        return swatches()

    def _of(self, value: Value) -> Kl:
        path = folder_of(self.engine, value)
        if self._kl is None or self._kl.stamp != stamp_of(path):
            self._kl = Kl(path, self._device)
        return self._kl
