"""Mock tones: a text becomes a sound of tokens, three levels of sixteen tones each, to try grids in time.

A cell is 10 ms, and its tones go round a whole number of times in it, so all of them can be told apart again: what is
drawn comes back exactly, and a cell is heard in its own 10 ms and nowhere else.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec, Mark
from intermezzo.core.media import Audio, Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch, SketchType

__all__ = ["MOCK_TONES", "TonesAnalyser", "TonesConverter", "TonesRenderer"]

LEVELS, CODES, HOP, RATE = 3, 16, 240, 24_000
_ENGINE, _VERSION = "builtin.mock_tones", "1.0"
_LETTER_FRAMES, _MOST_LETTERS = 10, 500
_LOUD = (0.4, 0.2, 0.1)
SPEC = GridSpec(
    "tokens", "Tokens", "The tone of each level, every 10 ms.", axes=("time", "levels"), shape=(0, LEVELS),
    codes=CODES, codebook="mock-tones/1",
)  # fmt: skip
MOCK_TONES = SketchType("mock_tones/1", "Mock tones", (SPEC,), hop_s=HOP / RATE, hop_samples=HOP, sample_rate=RATE)


def _tones() -> NDArray[np.float32]:
    """Return the samples of each code of each level, (levels, codes, hop)."""
    rounds = 1 + np.arange(CODES)[None, :] + CODES * np.arange(LEVELS)[:, None]
    turns = rounds[..., None] * np.arange(HOP) / HOP
    tones: NDArray[np.float32] = (np.sin(2 * np.pi * turns) * np.array(_LOUD)[:, None, None]).astype(np.float32)
    return tones


def _said(text: str, seed: int, n_frames: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    random = np.random.default_rng([zlib.crc32(text.encode()), seed])
    held = -(-n_frames // _LETTER_FRAMES)
    codes = random.integers(0, CODES, (held, LEVELS)).repeat(_LETTER_FRAMES, axis=0)[:n_frames]
    return codes, random.random((n_frames, LEVELS)).astype(np.float32)


class TonesConverter:
    """Text -> tokens, ten cells a letter; infills and chooses by rule, too."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Choose tones that follow from the text and the seed; raises SourceError without a text, or with too long one.

        Takes of other seeds are up to a fifth shorter, as those of real engines may be.
        """
        if not isinstance(source, Text) or not source.text.strip():
            raise SourceError("There is no text to sound. Type a few words first.")
        letters = len(source.text.strip())
        if letters > _MOST_LETTERS:
            raise SourceError(f"Over {_MOST_LETTERS} characters are too many for a sound of tokens. Take a part of it.")
        n_frames = letters * _LETTER_FRAMES - (seed - 1) % 3 * (letters * _LETTER_FRAMES // 10)
        layer = Grid.machine(SPEC, MOCK_TONES.hop_s, *_said(source.text, seed, n_frames))
        return Sketch(MOCK_TONES, {"tokens": layer}, Made(_ENGINE, _VERSION, seed, dict(params)))

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Choose other tones for a stretch; what was set or locked by hand stays."""
        mask = np.zeros(sketch.tokens.shape, bool)
        mask[start:stop] = ~sketch.tokens.edited[start:stop]
        return self.infill(sketch, {"tokens": mask}, params, seed=seed, job=job) if mask.any() else sketch

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Choose other tones for the masked cells."""
        codes, score = _said("again", seed, sketch.n_frames)
        return sketch.with_layer(sketch.tokens.predicted(masks["tokens"], codes, score))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Rank the tones by how near they are to the one of the cell before."""
        before = int(sketch.tokens.codes[max(cell[0] - 1, 0), cell[1]])
        chance = np.exp(-np.abs(np.arange(CODES) - before) / 3)
        order = np.argsort(-chance, kind="stable")
        return CellChoices(order.astype(np.uint16), (chance / chance.sum())[order].astype(np.float32))


class TonesRenderer:
    """Tokens -> sound."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Audio:
        """Sound the tones of all levels together."""
        start, stop = window or (0, sketch.n_frames)
        codes = sketch.tokens.codes[start:stop]
        sound = _tones()[np.arange(LEVELS)[None, :], codes].sum(axis=1)
        return Audio(sound.reshape(1, -1), RATE)

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return each code as a wave of so many rounds, 16 x 16 pixels."""
        x = np.arange(16)
        shown = np.zeros((CODES, 16, 16, 4), np.uint8)
        for code in range(CODES):
            rows = np.rint(7.5 - 7 * np.sin(2 * np.pi * (code + 1) * (x + 0.5) / 32)).astype(int)
            shown[code, rows, x] = (90, 150, 190, 255)
        return shown


class TonesAnalyser:
    """Sound -> tokens, exact for sounds of the mock's own."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Take the loudest tone of each level in each 10 ms; raises SourceError for what is no sound of 24 kHz."""
        if not isinstance(medium, Audio) or medium.sample_rate != RATE or medium.n_samples < HOP:
            raise SourceError("The mock tones engine analyses sounds of 24 kHz and at least 10 ms only.")
        n_frames = min(medium.n_samples // HOP, _MOST_LETTERS * _LETTER_FRAMES)
        cells = medium.samples.mean(axis=0)[: n_frames * HOP].reshape(n_frames, HOP)
        strength = np.abs(np.fft.rfft(cells, axis=1))[:, 1 : 1 + LEVELS * CODES].reshape(n_frames, LEVELS, CODES)
        layer = Grid.machine(SPEC, MOCK_TONES.hop_s, strength.argmax(axis=-1), mark=Mark.ANALYSED)
        return Sketch(MOCK_TONES, {"tokens": layer}, Made(_ENGINE, _VERSION))
