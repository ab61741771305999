"""Converter of sounds: a text or a kind to tokens in time by the masked prior; fills masks and tells alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.sound.codec import LEVELS
from intermezzo_engines.sound.recordings import KINDS
from intermezzo_engines.sound.sketches import ENGINE, MOST_CELLS, SOUND, SPEC, VERSION
from intermezzo_engines.sound.stages import filled
from intermezzo_engines.sound.weights import load_prior
from intermezzo_engines.tokens.sampling import Condition, Way, distribution
from intermezzo_engines.tokens.words import featured, words_of

__all__ = ["ANY", "SAID", "SoundConverter"]

ANY: Final = "by the text"
SAID: Final = "said"  # the source, as the sketch keeps it among what it was made with
MOST_ALTERNATIVES: Final = 24


class SoundConverter:
    """Text or kind -> tokens."""

    def load(self, device: str) -> None:
        """Read the prior."""
        self._device = device
        self._prior = load_prior(device)

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Sample a sound of a text or a kind; raises SourceError if neither says anything."""
        said = source.text if isinstance(source, Text) else ""
        if not words_of(said) and params["kind"] == ANY:
            raise SourceError(
                "This names nothing that could be heard. Say what it is, as “dog bark”, or choose a kind."
            )
        cells = min(max(round(float(params["seconds"]) / SOUND.hop_s), 1), MOST_CELLS)
        empty = np.ones((cells, LEVELS), bool)
        codes, sure = self._filled(np.zeros(empty.shape, np.int64), empty, said, params, seed, job)
        layer = Grid.machine(SPEC, SOUND.hop_s, codes, sure)
        return Sketch(SOUND, {"tokens": layer}, Made(ENGINE, VERSION, seed, {**params, SAID: said}))

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Sample a stretch of time anew; what was set or locked by hand stays."""
        mask = np.zeros(sketch.tokens.shape, bool)
        mask[start:stop] = ~sketch.tokens.edited[start:stop]
        return self.infill(sketch, {"tokens": mask}, params, seed=seed, job=job)

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Sample the masked cells anew, given all others and what the sound was asked to be."""
        tokens: Grid = sketch.tokens
        empty = masks["tokens"] & ~tokens.locked
        if not empty.any():
            return sketch
        codes, sure = self._filled(tokens.codes.astype(np.int64), empty, _said(sketch, params), params, seed, job)
        return sketch.with_layer(tokens.predicted(empty, codes, sure))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell could be, all others being as they stand."""
        stop, first = _five_seconds(len(sketch.tokens), cell[0], cell[0] + 1)
        codes = np.zeros((MOST_CELLS, LEVELS), np.int64)
        shown = sketch.tokens.codes[first:stop]
        codes[: len(shown)] = shown
        number = (cell[0] - first) * LEVELS + cell[1]
        condition = self._condition(_said(sketch, params), params)
        given = torch.from_numpy(codes)[None].to(self._device)
        chances = distribution(self._prior, given, number, condition, _way(params)).cpu()
        best = torch.argsort(chances, descending=True, stable=True)[:MOST_ALTERNATIVES]
        return CellChoices(best.numpy().astype(np.uint16), chances[best].numpy().astype(np.float32))

    def _condition(self, said: str, params: Mapping[str, Value]) -> Condition:
        buckets, weights = (torch.from_numpy(part).to(self._device) for part in featured([said]))
        kind = 0 if params["kind"] == ANY else KINDS.index(str(params["kind"])) + 1
        return Condition(buckets, weights, kind, class_says=True)

    def _filled(
        self, codes: NDArray[np.int64], empty: NDArray[np.bool_], said: str, params: Mapping[str, Value], seed: int,
        job: Job,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
        """Fill the empty cells; of sounds over five seconds in windows of five, one after the other."""
        codes, empty = codes.copy(), empty.copy()
        sure = np.full(codes.shape, np.nan, np.float32)
        generator = torch.Generator().manual_seed(seed)
        while empty.any():
            times = np.flatnonzero(empty.any(axis=1))
            stop, first = _five_seconds(len(codes), int(times[0]), int(times[-1]) + 1)
            found, told = filled(
                self._prior, codes[first:stop], empty[first:stop], self._condition(said, params), _way(params),
                generator, lambda share: job.progress(share, "choosing tokens"), self._device,
            )  # fmt: skip
            codes[first:stop], new = found, empty[first:stop].copy()
            sure[first:stop][new] = told[new]
            empty[first:stop] = False
        return codes, sure


def _five_seconds(cells: int, start: int, stop: int) -> tuple[int, int]:
    """Return (stop, start) of five seconds of a sound that begin a second before ``start``, or as late as possible."""
    first = 0 if cells <= MOST_CELLS else min(max(start - 100, 0), cells - MOST_CELLS)
    return min(first + MOST_CELLS, cells), first


def _said(sketch: Sketch, params: Mapping[str, Value]) -> str:
    """Return what masked cells are to be: a text for them alone, or what the whole sound was asked to be."""
    return str(params["mask_text"] or sketch.made.params.get(SAID, ""))


def _way(params: Mapping[str, Value]) -> Way:
    return Way(
        passes=int(params["passes"]), temperature=float(params["variety"]), guidance=float(params["guidance"])
    )  # fmt: skip
