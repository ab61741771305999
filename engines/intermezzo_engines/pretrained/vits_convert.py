"""Converter: a text to a VITS sketch, the lengths drawn by the checkpoint's own predictor; each seed is a take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import EngineError, SourceError
from intermezzo.core.layers import Curve, CurveSpec, Spans, SpansSpec
from intermezzo.core.layers.base import frozen
from intermezzo.core.media import Media, Text
from intermezzo.core.models import model_folder, name_of
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.sketch_types import param_of, sketch_type, spec_of
from intermezzo_engines.pretrained.vits import Vits
from intermezzo_engines.pretrained.vits_text import BLANK, Letters, read_letters, token_of
from intermezzo_engines.speech.pronounce import Pronouncer

__all__ = ["VitsConverter", "VitsConverter22K", "draw_number", "ids_of", "vits_of"]

VERSION = "1.0"
MAX_CHARACTERS = 100_000
_DRAWS = 2**24  # a float32 holds every whole number up to here


@dataclass(frozen=True)
class _Spoken:
    """A sentence: labels of its spans and places, frames of each span, and which of their last frames are blanks."""

    letters: Letters
    frames: NDArray[np.int64]
    blanks: NDArray[np.int64]


class VitsConverter:
    """The converter of the VITS engine for 16 kHz; also a Resampler, of the sound alone."""

    engine: ClassVar[str] = "builtin.pretrained.vits"
    kind: ClassVar[SketchType] = sketch_type("vits/1")

    def __init__(self) -> None:
        self._device = "cpu"
        self._vits: Vits | None = None
        self._pronouncer: Pronouncer | None = None

    def load(self, device: str) -> None:
        """Read the dictionary; a checkpoint is loaded when a conversion names it."""
        self._device = device
        self._pronouncer = Pronouncer()

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return the sketch of a text in the checkpoint's language.

        Raises:
            SourceError: if it is no text, too long, or nothing of it is in the vocabulary.
            ParamError: if the checkpoint does not fit or has no such speaker.
        """
        if not isinstance(source, Text):
            raise SourceError("This voice starts from text. Type or paste some.")
        if len(source.text) > MAX_CHARACTERS:
            raise SourceError(f"The text is longer than {MAX_CHARACTERS:,} characters. Split it into chapters.")
        if self._pronouncer is None:
            raise EngineError("The engine was asked to work before it was loaded.")
        vits = self._vits = vits_of(self.engine, params, self._vits, self._device)
        vits.must_know(int(params["speaker"]))
        spoken = []
        for number, letters in enumerate(read_letters(source.text, vits.vocabulary, vits.tokenizer, self._pronouncer)):
            spoken.append(_speak(vits, letters, params, draw_number(seed, number)))
            job.progress(min(0.99, letters.places[-1][1] / len(source.text)), "Predicting")
        made = Made(self.engine, VERSION, seed, {**params, "checkpoint": name_of(vits.path)})
        return _assembled(self.kind, spoken, seed, made)

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Draw the sound of the letters in frames ``start:stop`` anew; their lengths stay."""
        curve: Curve = sketch.draw
        values = curve.values.copy()
        values[start:stop] = draw_number(seed, start)
        return sketch.with_layer(replace(curve, values=frozen(values, np.float32), base=frozen(values, np.float32)))


class VitsConverter22K(VitsConverter):
    """The converter of the VITS engine for 22.05 kHz."""

    engine = "builtin.pretrained.vits_22k"
    kind = sketch_type("vits-22k/1")


def draw_number(seed: int, place: int) -> int:
    """Return a number below 2^24 from a seed and a place."""
    return int(np.random.default_rng((seed & 0xFFFFFFFF, place)).integers(0, _DRAWS))


def vits_of(engine: str, params: Mapping[str, Value], loaded: Vits | None, device: str) -> Vits:
    """Return the model that parameters name, loaded once as long as its files stay the same."""
    path = model_folder(param_of(engine, "checkpoint"), str(params["checkpoint"]))
    return loaded if loaded is not None and loaded.stamp == stamp_of(path) else Vits(path, device)


def ids_of(vits: Vits, labels: list[str]) -> NDArray[np.int64]:
    """Return the token ids of a sentence: blank, letter, blank, letter, ... where the checkpoint wants blanks.

    A label that is a blank itself stands for the blank alone.
    """
    ids: list[int] = []
    for label in labels:
        if label == BLANK and vits.has_blanks:
            ids.append(0)
            continue
        ids.append(vits.vocabulary.get(token_of(label), 0))
        if vits.has_blanks:
            ids.append(0)
    return np.array(ids, np.int64)


def _speak(vits: Vits, letters: Letters, params: Mapping[str, Value], seed: int) -> _Spoken:
    if vits.has_blanks:
        first = letters.places[0][0]
        words = [(word, a + 1, b + 1) for word, a, b in letters.words]
        letters = Letters([BLANK, *letters.labels], [(first, first), *letters.places], words)
    speed, timing = float(params["speed"]), float(params["timing"])
    lengths = vits.lengths(ids_of(vits, letters.labels), seed, int(params["speaker"]), speed, timing)
    if not vits.has_blanks:
        return _Spoken(letters, lengths, np.zeros(len(lengths), np.int64))
    pairs = np.concatenate(([0], lengths)).reshape(-1, 2)  # the first span is a blank alone
    return _Spoken(letters, pairs.sum(axis=1), pairs[:, 1])


def _assembled(kind: SketchType, spoken: list[_Spoken], seed: int, made: Made) -> Sketch:
    frames = np.concatenate([part.frames for part in spoken])
    blanks = np.concatenate([part.blanks for part in spoken])
    stops = np.cumsum(frames)
    starts, n = stops - frames, int(stops[-1])
    places = [place for part in spoken for place in part.letters.places]
    words, first = [], 0
    for part in spoken:
        words += [(label, first + a, first + b) for label, a, b in part.letters.words]
        first += len(part.letters.labels)
    left = np.repeat(stops, frames) - np.arange(n)  # frames to the end of the span, itself counted
    is_blank = left <= np.repeat(blanks, frames)
    part_of = np.repeat(np.arange(len(spoken)), [int(part.frames.sum()) for part in spoken])
    draws = np.array([draw_number(seed, k) for k in range(len(spoken))])[part_of]
    curves = (("blank", is_blank), ("part", part_of), ("draw", draws))
    labels = tuple(label for part in spoken for label in part.letters.labels)
    hop_s = kind.hop_s
    return Sketch(
        kind,
        {
            "words": Spans.machine(
                spec_of(kind, "words", SpansSpec), hop_s, n, [starts[a] for _, a, _ in words],
                [stops[b - 1] for _, _, b in words], tuple(label for label, _, _ in words),
                source=[places[a] for _, a, _ in words],
            ),
            "letters": Spans.machine(
                spec_of(kind, "letters", SpansSpec), hop_s, n, starts, stops, labels, source=places
            ),
            **{
                name: Curve.machine(spec_of(kind, name, CurveSpec), hop_s, np.asarray(values, np.float32))
                for name, values in curves
            },
        },
        made,
    )  # fmt: skip
