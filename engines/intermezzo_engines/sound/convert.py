"""Converter of sounds: a text or a kind to tokens in time.

The plan lays the course of new sounds and of stretches of time that are masked whole; the masked prior fills all other
masks, tells alternatives, and says how sure it is of each cell.
"""

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
from intermezzo_engines.sound.kinds import kind_of
from intermezzo_engines.sound.recordings import KINDS
from intermezzo_engines.sound.sketches import ENGINE, MOST_CELLS, SOUND, SPEC, VERSION
from intermezzo_engines.sound.stages import filled, sureness
from intermezzo_engines.sound.weights import load_plan, load_prior
from intermezzo_engines.tokens.editing import SAID, choices, condition_of, infilled, said_of, way_of
from intermezzo_engines.tokens.sampling import Condition

__all__ = ["ANY", "SoundConverter"]

ANY: Final = "by the text"
_UNKNOWN: Final = (
    "This is like nothing that the engine has heard. Choose a kind, or say it with words such as “dog bark” or “rain”."
)


class SoundConverter:
    """Text or kind -> tokens."""

    def load(self, device: str) -> None:
        """Read the plan and the prior."""
        self._device = device
        self._plan = load_plan()
        self._prior = load_prior(device)

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Sample a sound of a text or a kind; raises SourceError if neither says anything."""
        said = source.text if isinstance(source, Text) else ""
        kind = _kind(said, params)
        if kind is None:
            raise SourceError(_UNKNOWN)
        cells = min(max(round(float(params["seconds"]) / SOUND.hop_s), 1), MOST_CELLS)
        job.progress(0.0, "laying the course")
        random = np.random.default_rng(seed)
        codes = self._plan.course(KINDS.index(kind), cells, float(params["variety"]), random, None)
        job.progress(0.3, "telling how sure")
        sure = sureness(self._prior, codes, self._condition(said, params), way_of(params), self._device)
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
        said = said_of(sketch, params)

        def anew(codes: NDArray[np.int64], empty: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            codes = self._laid(codes, empty, _kind(said, params), params, seed)
            by_prior = empty & ~empty.all(axis=1, keepdims=True) if _kind(said, params) else empty
            codes, sure = self._filled(codes, by_prior, said, params, seed, job)
            if len(codes) <= MOST_CELLS and (empty & ~by_prior).any():
                told = sureness(self._prior, codes, self._condition(said, params), way_of(params), self._device)
                sure = np.where(by_prior, sure, told)
            return codes, sure

        return infilled(sketch, masks, "tokens", anew)

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell could be, all others being as they stand."""
        stop, first = _five_seconds(len(sketch.tokens), cell[0], cell[0] + 1)
        codes = np.zeros((MOST_CELLS, LEVELS), np.int64)
        shown = sketch.tokens.codes[first:stop]
        codes[: len(shown)] = shown
        number = (cell[0] - first) * LEVELS + cell[1]
        condition = self._condition(said_of(sketch, params), params)
        return choices(self._prior, codes, number, condition, way_of(params), self._device)

    def _laid(
        self, codes: NDArray[np.int64], empty: NDArray[np.bool_], kind: str | None, params: Mapping[str, Value],
        seed: int,
    ) -> NDArray[np.int64]:  # fmt: skip
        """Return the codes with a new course wherever all levels of a stretch are empty."""
        codes, whole = codes.copy(), empty.all(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], whole.astype(np.int8), [0]])))
        random = np.random.default_rng(seed)
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if kind is not None:
                before = codes[start - 1] if start else None
                variety = float(params["variety"])
                codes[start:stop] = self._plan.course(KINDS.index(kind), stop - start, variety, random, before)
        return codes

    def _condition(self, said: str, params: Mapping[str, Value]) -> Condition:
        kind = 0 if params["kind"] == ANY else KINDS.index(str(params["kind"])) + 1
        return condition_of(said, kind, self._device, class_says=True)

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
                self._prior, codes[first:stop], empty[first:stop], self._condition(said, params), way_of(params),
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


def _kind(said: str, params: Mapping[str, Value]) -> str | None:
    """Return the kind that is chosen, or that the text asks for, if any."""
    if params["kind"] != ANY and not params["mask_text"]:
        return str(params["kind"])
    return kind_of(said) or (None if params["kind"] == ANY else str(params["kind"]))
