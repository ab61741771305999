"""Converter of pictures: a text to 16 x 16 tokens by memory and the masked prior, which also fills masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo_engines.image.draft import drafted
from intermezzo_engines.image.memory import load_memory
from intermezzo_engines.image.model import LEVELS, SIDE_CELLS
from intermezzo_engines.image.weights import STYLES, load_prior, load_reader, load_tokeniser
from intermezzo_engines.tokens.editing import (
    SAID,
    choices,
    condition_of,
    filled,
    infilled,
    least_sure,
    said_of,
    way_of,
)
from intermezzo_engines.tokens.fsq import n_codes
from intermezzo_engines.tokens.sampling import Condition, sureness
from intermezzo_engines.tokens.words import words_of

__all__ = ["ENGINE", "IMAGE", "VERSION", "ImageConverter"]

ENGINE: Final = "builtin.image"
VERSION: Final = "1.0"
CODEBOOK: Final = "emoji-fsq/1"
IMAGE: Final = SketchType(
    "image/1", "Picture",
    (
        GridSpec(
            "tokens", "Tokens", "What each cell shows; it reaches one cell on every side.",
            shape=(SIDE_CELLS, SIDE_CELLS), codes=n_codes(LEVELS), codebook=CODEBOOK,
        ),
    ),
)  # fmt: skip


class ImageConverter:
    """Text -> tokens."""

    def load(self, device: str) -> None:
        """Read the prior, the memory, and the tokeniser that puts drafts together."""
        self._device = device
        self._prior = load_prior(device)
        self._memory, self._tokeniser = load_memory(load_reader()), load_tokeniser()

    @property
    def names(self) -> list[str]:
        """What the pictures are called that it knows by heart."""
        return self._memory.names

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Sample a picture of a text; raises SourceError if it says nothing."""
        if not isinstance(source, Text) or not source.text.strip():
            raise SourceError("There is no text to draw. Say what the picture shows, as “red apple”.")
        if not words_of(source.text):
            raise SourceError("This text names nothing that could be drawn. Say what the picture shows.")
        style, variety = STYLES.index(str(params["style"])), float(params["variety"])
        draft = None
        if params["from_memory"]:
            job.progress(0.1, "remembering")
            draft = drafted(self._memory, self._tokeniser, source.text, style, seed, variety)
        empty = np.ones((SIDE_CELLS, SIDE_CELLS), bool)
        if draft is None:
            codes, sure = self._filled(np.zeros(empty.shape, np.int64), empty, source.text, params, seed, job)
        else:
            codes, sure = draft, self._sureness(draft, source.text, params)
            empty = least_sure(sure, float(params["freedom"]))
            if empty.any():
                codes, sure = self._filled(codes, empty, source.text, params, seed, job)
        layer = Grid.machine(IMAGE.layers[0], 0.0, codes, sure)  # type: ignore[arg-type]
        return Sketch(IMAGE, {"tokens": layer}, Made(ENGINE, VERSION, seed, {**params, SAID: source.text}))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Sample the masked cells anew, given all others and what the picture was asked to show."""
        said = said_of(sketch, params)
        return infilled(
            sketch, masks, "tokens", lambda codes, empty: self._filled(codes, empty, said, params, seed, job)
        )

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell could be, all others being as they stand."""
        codes, number = sketch.tokens.codes.astype(np.int64), cell[0] * SIDE_CELLS + cell[1]
        condition = self._condition(said_of(sketch, params), params)
        return choices(self._prior, codes, number, condition, way_of(params), self._device)

    def _sureness(self, codes: NDArray[np.int64], said: str, params: Mapping[str, Value]) -> NDArray[np.float32]:
        grid = torch.from_numpy(codes).to(self._device)
        told = sureness(self._prior, grid, self._condition(said, params), way_of(params))
        found: NDArray[np.float32] = told.cpu().numpy()
        return found

    def _condition(self, said: str, params: Mapping[str, Value]) -> Condition:
        return condition_of(said, STYLES.index(str(params["style"])) + 1, self._device)

    def _filled(
        self,
        codes: NDArray[np.int64],
        empty: NDArray[np.bool_],
        said: str,
        params: Mapping[str, Value],
        seed: int,
        job: Job,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return filled(
            self._prior, codes, empty, self._condition(said, params), way_of(params),
            torch.Generator().manual_seed(seed), lambda share: job.progress(share, "choosing tokens"), self._device,
        )  # fmt: skip
