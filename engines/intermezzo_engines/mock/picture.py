"""Mock picture: a text becomes a mirrored pattern of 64 colours by rule, to try the token editor without weights."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec, Mark
from intermezzo.core.media import Image, Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch, SketchType

__all__ = [
    "CODES", "MOCK_PICTURE", "SIDE", "PictureAnalyser", "PictureConverter", "PictureRenderer", "colours", "drawn",
    "pattern", "seen_codes",
]  # fmt: skip

SIDE, CELL_PX, CODES = 16, 8, 64
_ENGINE, _VERSION = "builtin.mock_picture", "1.0"
SPEC = GridSpec(
    "tokens", "Tokens", "The colour of each cell.", shape=(SIDE, SIDE), codes=CODES, codebook="mock-colours/1"
)
MOCK_PICTURE = SketchType("mock_picture/1", "Mock picture", (SPEC,))


def colours() -> NDArray[np.uint8]:
    """Return red, green, blue and alpha of each code, uint8 (64, 4); code 0 is nothing at all."""
    code = np.arange(CODES)
    rgb = np.stack([code // 16, code // 4 % 4, code % 4], axis=1) * 85
    return np.concatenate([rgb, np.where(code > 0, 255, 0)[:, None]], axis=1).astype(np.uint8)


def pattern(text: str, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return codes and sureness of a text, (16, 16) each."""
    random = np.random.default_rng([zlib.crc32(text.encode()), seed])
    inks = random.integers(1, CODES, 4)
    half = inks[random.integers(0, 4, (SIDE - 2, SIDE // 2 - 1))] * (random.random((SIDE - 2, SIDE // 2 - 1)) < 0.6)
    codes = np.pad(np.concatenate([half, half[:, ::-1]], axis=1), 1)
    return codes, random.random((SIDE, SIDE)).astype(np.float32)


def drawn(codes: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return codes (16, 16) as pixels (128, 128, 4): each cell in its colour, its edge mixed with the cells beside."""
    own = colours()[codes].astype(np.float32)
    beside = np.pad(own, ((1, 1), (1, 1), (0, 0)), mode="edge")
    mixed = (sum(beside[r : r + SIDE, c : c + SIDE] for r in range(3) for c in range(3)) + own) / 10
    picture = own.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)
    inner = np.arange(SIDE * CELL_PX) % CELL_PX
    edge = np.isin(inner, (0, CELL_PX - 1))
    edge_of = edge[:, None] | edge[None, :]
    picture[edge_of] = mixed.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)[edge_of]
    pixels: NDArray[np.uint8] = np.rint(picture).astype(np.uint8)
    return pixels


def seen_codes(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the code of the nearest colour in the middle of each cell, (16, 16), of pixels (height, width, 4)."""
    rows = (np.arange(SIDE) * 2 + 1) * pixels.shape[0] // (2 * SIDE)
    columns = (np.arange(SIDE) * 2 + 1) * pixels.shape[1] // (2 * SIDE)
    seen = pixels[rows[:, None], columns[None, :]].astype(np.float32)
    apart = np.abs(seen[:, :, None, :] - colours().astype(np.float32)).sum(axis=-1)
    codes: NDArray[np.int64] = apart.argmin(axis=-1)
    return codes


class PictureConverter:
    """Text -> tokens; infills and chooses by rule, too."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Draw a pattern that follows from the text and the seed; raises SourceError without a text."""
        if not isinstance(source, Text) or not source.text.strip():
            raise SourceError("There is no text to draw. Type a few words first.")
        codes, score = pattern(source.text, seed)
        layer = Grid.machine(SPEC, 0.0, codes, score)
        return Sketch(MOCK_PICTURE, {"tokens": layer}, Made(_ENGINE, _VERSION, seed, dict(params)))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Put another pattern into the masked cells."""
        codes, score = pattern("again", seed)
        return sketch.with_layer(sketch.tokens.predicted(masks["tokens"], codes, score))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Rank all colours by how near they are to those around the cell."""
        row, column = cell
        around = colours()[sketch.tokens.codes[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]]
        apart = np.abs(colours().astype(float) - around.reshape(-1, 4).mean(axis=0)).sum(axis=1)
        chance = np.exp(-apart / 100)
        order = np.argsort(-chance, kind="stable")
        return CellChoices(order.astype(np.uint16), (chance / chance.sum())[order].astype(np.float32))


class PictureRenderer:
    """Tokens -> picture: each cell in its colour, its edge mixed with the cells beside it."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Image:
        """Return 128 x 128 pixels; a cell reaches the nearest edge pixels of the eight around it."""
        return Image(drawn(sketch.tokens.codes))

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return each code as four by four pixels."""
        return colours()[:, None, None, :].repeat(4, axis=1).repeat(4, axis=2)


class PictureAnalyser:
    """Picture -> tokens, exact for pictures of the mock's own."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Take the nearest colour in the middle of each cell; raises SourceError for what is no picture."""
        if not isinstance(medium, Image):
            raise SourceError("The mock picture engine analyses pictures only.")
        layer = Grid.machine(SPEC, 0.0, seen_codes(medium.pixels), mark=Mark.ANALYSED)
        return Sketch(MOCK_PICTURE, {"tokens": layer}, Made(_ENGINE, _VERSION))
