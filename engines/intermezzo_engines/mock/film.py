"""Mock film: a text becomes a pattern that turns over from frame to frame, to try films of tokens without weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec, Mark
from intermezzo.core.media import Image, Media, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.sent import tokens_for
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo_engines.mock.picture import CODES, SIDE, colours, drawn, pattern, seen_codes
from intermezzo_engines.mock.picture import SPEC as PICTURE_SPEC

__all__ = ["MOCK_FILM", "FilmAnalyser", "FilmConverter", "FilmRenderer"]

FRAMES, HOP_S = 8, 0.1
_ENGINE, _VERSION = "builtin.mock_film", "1.0"
SPEC = GridSpec(
    "tokens", "Tokens", "The colour of each cell.", axes=("frames", "rows", "columns"), shape=(0, SIDE, SIDE),
    codes=CODES, codebook="mock-colours/1",
)  # fmt: skip
MOCK_FILM = SketchType("mock_film/1", "Mock film", (SPEC,), hop_s=HOP_S)


def _turning(text: str, seed: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    codes, score = pattern(text, seed)
    turned = [np.roll(codes, k, axis=k % 2) for k in range(count)]
    return np.stack(turned), np.repeat(score[None], count, axis=0)


class FilmConverter:
    """Text -> tokens of eight frames; infills by rule, too."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Draw a pattern that follows from the text and the seed; raises SourceError without a text."""
        if not isinstance(source, Text) or not source.text.strip():
            raise SourceError("There is no text to draw. Type a few words first.")
        layer = Grid.machine(SPEC, HOP_S, *_turning(source.text, seed, FRAMES))
        return Sketch(MOCK_FILM, {"tokens": layer}, Made(_ENGINE, _VERSION, seed, dict(params)))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Put another pattern into the masked cells."""
        codes, score = _turning("again", seed, sketch.n_frames)
        return sketch.with_layer(sketch.tokens.predicted(masks["tokens"], codes, score))


class FilmRenderer:
    """Tokens -> pictures, ten a second, each as the mock picture engine draws it."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Video:
        """Return pictures of 128 x 128 pixels with alpha; a frame reaches no other."""
        start, stop = window or (0, sketch.n_frames)
        frames = []
        for k, codes in enumerate(sketch.tokens.codes[start:stop]):
            job.progress(k / (stop - start), "Drawing")
            frames.append(drawn(codes))
        return Video(np.stack(frames), 1 / HOP_S)

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return each code as four by four pixels."""
        return colours()[:, None, None, :].repeat(4, axis=1).repeat(4, axis=2)


class FilmAnalyser:
    """Film -> tokens, exact for films of the mock's own; a picture is one that stands still."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Take the nearest colour in the middle of each cell, or the tokens that a picture brings along.

        Raises:
            SourceError: for what is no film with alpha and no picture.
        """
        if isinstance(medium, Image):
            known = tokens_for(medium, PICTURE_SPEC)
            codes = np.stack([seen_codes(medium.pixels) if known is None else known] * FRAMES)
        elif isinstance(medium, Video) and medium.frames.shape[-1] == 4:
            codes = np.stack([seen_codes(frame) for frame in medium.frames])
        else:
            raise SourceError("The mock film engine analyses pictures and films with alpha only.")
        layer = Grid.machine(SPEC, HOP_S, codes, mark=Mark.ANALYSED)
        return Sketch(MOCK_FILM, {"tokens": layer}, Made(_ENGINE, _VERSION))
