"""The engine over VQModels: pictures to codes and back; with the transformer of aMUSEd beside it also from a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import ParamError, SketchError, SourceError
from intermezzo.core.layers import Grid, Mark
from intermezzo.core.media import Image, Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.open_types import CHECKPOINT, folder_of, made_with, settled, spec_in, the_same
from intermezzo_engines.pretrained.vq import Codes, Vq
from intermezzo_engines.pretrained.vq_prior import VqPrior, has_prior
from intermezzo_engines.tokens.sampling import Way, distribution, sample

__all__ = ["VqEngine"]

_SAID: Final = "said"  # the source, as the sketch keeps it among what it was made with
_MOST_ALTERNATIVES: Final = 24


class VqEngine:
    """Converter, analyser and renderer; infills and chooses where the checkpoint has a transformer."""

    engine: ClassVar[str] = "builtin.pretrained.vq"

    def __init__(self) -> None:
        self._device = "cpu"
        self._vq: Vq | None = None
        self._prior: VqPrior | None = None

    def load(self, device: str) -> None:
        """Remember the device; checkpoints are loaded when they are named."""
        self._device = device

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Sample a picture of a text.

        Raises:
            SourceError: if there is no text.
            ParamError: if the checkpoint does not fit, or has no transformer.
        """
        if not isinstance(source, Text) or not source.text.strip():
            raise SourceError("There is no text to draw. Say what the picture shows.")
        vq = self._of(params[CHECKPOINT])
        prior = self._prior_of(vq)
        shape = tuple(int(params[side]) or prior.side_cells for side in ("rows", "columns"))
        empty = np.ones(shape, bool)
        codes, sure = self._filled(prior, np.zeros(shape, np.int64), empty, source.text, params, seed, job)
        kind = settled("vq/1", shape, vq.codes, vq.codebook)
        layer = Grid.machine(spec_in(kind), 0.0, codes, sure)
        return Sketch(kind, {"tokens": layer}, made_with(self.engine, vq.path, seed, {**params, _SAID: source.text}))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Sample the masked cells anew, given all others and what the picture was asked to show."""
        tokens: Grid = sketch.tokens
        empty = masks["tokens"] & ~tokens.locked
        if not empty.any():
            return sketch
        prior = self._prior_of(self._that_made(sketch))
        codes, sure = self._filled(
            prior, tokens.codes.astype(np.int64), empty, _said(sketch, params), params, seed, job
        )  # fmt: skip
        return sketch.with_layer(tokens.predicted(empty, codes, sure))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell could be, all others being as they stand."""
        prior = self._prior_of(self._that_made(sketch))
        codes = torch.from_numpy(sketch.tokens.codes.astype(np.int64))[None].to(self._device)
        number = cell[0] * codes.shape[2] + cell[1]
        with torch.inference_mode():
            chances = distribution(prior, codes, number, prior.prompt(_said(sketch, params)), _way(params)).cpu()
        best = torch.argsort(chances, descending=True, stable=True)[:_MOST_ALTERNATIVES]
        return CellChoices(best.numpy().astype(np.uint16), chances[best].numpy().astype(np.float32))

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the codes of a picture, made smaller where it is larger than ``longest_px``; it lies on white.

        Raises:
            SourceError: if it is no picture.
            ParamError: if the checkpoint does not fit.
        """
        if not isinstance(medium, Image):
            raise SourceError("This engine reads pictures only.")
        vq = self._of(params[CHECKPOINT])
        job.progress(0.2, "reading codes")
        codes = vq.encode(medium.pixels, int(params["longest_px"]))
        kind = settled("vq/1", codes.shape, vq.codes, vq.codebook)
        layer = Grid.machine(spec_in(kind), 0.0, codes, mark=Mark.ANALYSED)
        return Sketch(kind, {"tokens": layer}, made_with(self.engine, vq.path, 0, dict(params)))

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Image:
        """Return the whole picture of the codes as they stand; there is no chance in it.

        Raises:
            ParamError: if the checkpoint is gone or is another one now.
        """
        return Image(self._that_made(sketch).decode(sketch.tokens.codes.astype(np.int64)))

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return what the codes of the checkpoint of a sketch look like alone."""
        if sketch is None:
            raise SketchError("Each checkpoint has codes of its own: make a sketch first.")
        return self._that_made(sketch).swatches()

    def _that_made(self, sketch: Sketch) -> Vq:
        vq = self._of(sketch.made.params.get(CHECKPOINT, ""))
        the_same(sketch, vq.codebook, vq.path)
        return vq

    def _of(self, value: Value) -> Vq:
        path = folder_of(self.engine, value)
        if self._vq is None or self._vq.stamp != stamp_of(path):
            self._vq, self._prior = Vq(path, self._device), None
        return self._vq

    def _prior_of(self, vq: Vq) -> VqPrior:
        if self._prior is None:
            if not has_prior(vq.path):
                raise ParamError(
                    f"{vq.path.name} is a VQModel alone, which draws nothing by itself: drop a picture on the window, "
                    "or choose a checkpoint with a transformer (aMUSEd)."
                )
            self._prior = VqPrior(vq.path, self._device, vq.cell_px)
        return self._prior

    def _filled(
        self, prior: VqPrior, codes: Codes, empty: NDArray[np.bool_], said: str, params: Mapping[str, Value],
        seed: int, job: Job,
    ) -> tuple[Codes, NDArray[np.float32]]:  # fmt: skip
        with torch.inference_mode():
            found, sure = sample(
                prior, torch.from_numpy(codes)[None].to(self._device), torch.from_numpy(empty)[None].to(self._device),
                prior.prompt(said), _way(params), [torch.Generator().manual_seed(seed)],
                lambda share: job.progress(share, "choosing tokens"), tell_known=False,
            )  # fmt: skip
        return found[0].cpu().numpy(), sure[0].cpu().numpy()


def _said(sketch: Sketch, params: Mapping[str, Value]) -> str:
    """Return what masked cells are to show: a text for them alone, or what the whole picture was asked to show."""
    return str(params["mask_text"] or sketch.made.params.get(_SAID, ""))


def _way(params: Mapping[str, Value]) -> Way:
    # aMUSEd counts guidance from 1 (as the text says), our loop from 0.
    return Way(
        passes=int(params["passes"]), temperature=float(params["variety"]),
        guidance=max(float(params["guidance"]) - 1, 0.0),
    )  # fmt: skip
