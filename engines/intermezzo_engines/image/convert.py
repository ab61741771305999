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
from intermezzo_engines.tokens.fsq import n_codes
from intermezzo_engines.tokens.sampling import Condition, Way, distribution, sample, sureness
from intermezzo_engines.tokens.words import featured, words_of

__all__ = ["ENGINE", "IMAGE", "VERSION", "ImageConverter"]

ENGINE: Final = "builtin.image"
VERSION: Final = "1.0"
SAID: Final = "said"  # the source, as the sketch keeps it among what it was made with
CODEBOOK: Final = "emoji-fsq/1"
MOST_ALTERNATIVES: Final = 24
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
            count = round(float(params["freedom"]) / 100 * codes.size)
            if count:
                empty = np.zeros(codes.shape, bool)
                empty.reshape(-1)[np.argsort(sure, axis=None, kind="stable")[:count]] = True
                codes, sure = self._filled(codes, empty, source.text, params, seed, job)
        layer = Grid.machine(IMAGE.layers[0], 0.0, codes, sure)  # type: ignore[arg-type]
        return Sketch(IMAGE, {"tokens": layer}, Made(ENGINE, VERSION, seed, {**params, SAID: source.text}))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Sample the masked cells anew, given all others and what the picture was asked to show."""
        tokens: Grid = sketch.tokens
        empty = masks["tokens"] & ~tokens.locked
        if not empty.any():
            return sketch
        said = _said(sketch, params)
        codes, sure = self._filled(tokens.codes.astype(np.int64), empty, said, params, seed, job)
        return sketch.with_layer(tokens.predicted(empty, codes, sure))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell could be, all others being as they stand."""
        codes = torch.from_numpy(sketch.tokens.codes.astype(np.int64))[None].to(self._device)
        number = cell[0] * SIDE_CELLS + cell[1]
        condition = self._condition(_said(sketch, params), params)
        chances = distribution(self._prior, codes, number, condition, _way(params)).cpu()
        best = torch.argsort(chances, descending=True, stable=True)[:MOST_ALTERNATIVES]
        return CellChoices(best.numpy().astype(np.uint16), chances[best].numpy().astype(np.float32))

    def _sureness(self, codes: NDArray[np.int64], said: str, params: Mapping[str, Value]) -> NDArray[np.float32]:
        grid = torch.from_numpy(codes).to(self._device)
        told = sureness(self._prior, grid, self._condition(said, params), _way(params))
        found: NDArray[np.float32] = told.cpu().numpy()
        return found

    def _condition(self, said: str, params: Mapping[str, Value]) -> Condition:
        buckets, weights = featured([said])
        style = STYLES.index(str(params["style"])) + 1
        return Condition(
            torch.from_numpy(buckets).to(self._device), torch.from_numpy(weights).to(self._device), style
        )  # fmt: skip

    def _filled(
        self,
        codes: NDArray[np.int64],
        empty: NDArray[np.bool_],
        said: str,
        params: Mapping[str, Value],
        seed: int,
        job: Job,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        found, sure = sample(
            self._prior, torch.from_numpy(codes)[None].to(self._device), torch.from_numpy(empty)[None].to(self._device),
            self._condition(said, params), _way(params), [torch.Generator().manual_seed(seed)],
            lambda share: job.progress(share, "choosing tokens"),
        )  # fmt: skip
        return found[0].cpu().numpy(), sure[0].cpu().numpy()


def _said(sketch: Sketch, params: Mapping[str, Value]) -> str:
    """Return what masked cells are to show: a text for them alone, or what the whole picture was asked to show."""
    return str(params["mask_text"] or sketch.made.params.get(SAID, ""))


def _way(params: Mapping[str, Value]) -> Way:
    return Way(
        passes=int(params["passes"]), temperature=float(params["variety"]), guidance=float(params["guidance"])
    )  # fmt: skip
