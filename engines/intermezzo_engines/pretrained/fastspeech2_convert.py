"""Converter: English text to a fastspeech2/1 sketch with a checkpoint's own lengths, pitch, energy and mel.

The model has no chance in it, so there is one reading of a text and no takes. `resample` brings the mel that is shown
up to what is drawn above it: the sound is what it was, and the picture says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import EngineError, SourceError
from intermezzo.core.layers import Curve, Mark, Matrix, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.media import Media, Text
from intermezzo.core.models import model_folder, name_of
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.pretrained.acoustic import Acoustic
from intermezzo_engines.pretrained.fastspeech2 import (
    ENERGY,
    ENGINE,
    FASTSPEECH2,
    MEL,
    PHONES,
    PITCH,
    WORDS,
    Phones,
    drawn_mel,
    phones_of,
)
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.sentences import Sentence, sentences
from intermezzo_engines.pretrained.sketch_types import param_of
from intermezzo_engines.speech.pronounce import Pronouncer

__all__ = ["FastSpeech2Converter", "acoustic_of"]

VERSION = "1.0"
MAX_CHARACTERS = 100_000
_CHECKPOINT = param_of(ENGINE, "checkpoint")


@dataclass(frozen=True)
class _Spoken:
    sentence: Sentence
    phones: Phones
    mel: NDArray[np.float32]


class FastSpeech2Converter:
    """The converter of the FastSpeech 2 engine; also a Resampler."""

    def __init__(self) -> None:
        self._device = "cpu"
        self._acoustic: Acoustic | None = None
        self._pronouncer: Pronouncer | None = None

    def load(self, device: str) -> None:
        """Read the dictionary; a checkpoint is loaded when a conversion names it."""
        self._device = device
        self._pronouncer = Pronouncer()

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return the sketch of an English text.

        Raises:
            SourceError: if it is no text, empty, too long, or holds letters of another script.
            ParamError: if the checkpoint does not fit, or has no such speaker or language.
        """
        if not isinstance(source, Text):
            raise SourceError("This voice starts from text. Type or paste some.")
        if len(source.text) > MAX_CHARACTERS:
            raise SourceError(f"The text is longer than {MAX_CHARACTERS:,} characters. Split it into chapters.")
        if self._pronouncer is None:
            raise EngineError("The engine was asked to work before it was loaded.")
        acoustic = self._acoustic = acoustic_of(params, self._acoustic, self._device)
        speaker, language = int(params["speaker"]), int(params["language"])
        acoustic.must_know(speaker, language)
        spoken = []
        for sentence in sentences(source.text, self._pronouncer, acoustic.vocabulary):
            spoken.append(_speak(acoustic, sentence, float(params["speed"]), speaker, language, job))
            job.progress(min(0.99, sentence.places[-1][1] / len(source.text)), "Predicting")
        made = Made(ENGINE, VERSION, seed, {**params, "checkpoint": name_of(acoustic.path)})
        return _assembled(spoken, made)

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Show in frames ``start:stop`` what the voice says to the phones, lengths, pitch and energy as they stand.

        Phones with another label get the pitch and energy that the voice gives them, under what is drawn.
        """
        made = {**params, "checkpoint": sketch.made.params.get("checkpoint", params["checkpoint"])}
        acoustic = self._acoustic = acoustic_of(made, self._acoustic, self._device)
        speaker, language = int(params["speaker"]), int(params["language"])
        sketch = _with_fresh_prosody(acoustic, sketch, start, stop, speaker, language)
        mel = drawn_mel(acoustic, sketch, start, stop, speaker, language, job)
        matrix: Matrix = sketch.mel
        locked = matrix.locks.window(start, stop) != 0
        rows = np.where(locked, matrix.base.window(start, stop), mel).astype(np.float32)
        return sketch.with_layer(replace(matrix, base=matrix.base.splice(start, stop, rows)))


def acoustic_of(params: Mapping[str, Value], loaded: Acoustic | None, device: str) -> Acoustic:
    """Return the acoustic model that parameters name, loaded once as long as its files stay the same."""
    path = model_folder(_CHECKPOINT, str(params["checkpoint"]))
    if loaded is not None and loaded.stamp == stamp_of(path):
        return loaded
    return Acoustic(path, device)


def _speak(acoustic: Acoustic, sentence: Sentence, speed: float, speaker: int, language: int, job: Job) -> _Spoken:
    ids = np.array([acoustic.vocabulary.id_of(label) for label in sentence.labels], np.int64)
    frames, pitch, energy = acoustic.predict(acoustic.encode(ids, speaker, language))
    # A phone of no length could not be drawn, so the shortest is one frame.
    frames = np.maximum(np.rint(frames / speed), PHONES.min_frames).astype(np.int64)
    pitch, energy = np.clip(pitch, PITCH.low, PITCH.high), np.clip(energy, ENERGY.low, ENERGY.high)
    phones = Phones(tuple(sentence.labels), frames, pitch, energy)
    return _Spoken(sentence, phones, phones.mel(acoustic, speaker, language, job))


def _assembled(spoken: list[_Spoken], made: Made) -> Sketch:
    hop_s = FASTSPEECH2.hop_s
    frames = np.concatenate([part.phones.frames for part in spoken])
    stops = np.cumsum(frames)
    starts, n = stops - frames, int(stops[-1])
    labels = tuple(label for part in spoken for label in part.phones.labels)
    places = [place for part in spoken for place in part.sentence.places]
    words, first = [], 0
    for part in spoken:
        words += [(label, first + a, first + b) for label, a, b in part.sentence.words]
        first += len(part.phones.labels)
    pitch, energy = (np.concatenate([getattr(part.phones, name) for part in spoken]) for name in ("pitch", "energy"))
    return Sketch(
        FASTSPEECH2,
        {
            "words": Spans.machine(
                WORDS, hop_s, n, [starts[a] for _, a, _ in words], [stops[b - 1] for _, _, b in words],
                tuple(label for label, _, _ in words), source=[places[a] for _, a, _ in words],
            ),
            "phones": Spans.machine(PHONES, hop_s, n, starts, stops, labels, source=places),
            "pitch": Curve.machine(PITCH, hop_s, np.repeat(pitch, frames)),
            "energy": Curve.machine(ENERGY, hop_s, np.repeat(energy, frames)),
            "mel": Matrix.machine(MEL, hop_s, np.concatenate([part.mel for part in spoken])),
        },
        made,
    )  # fmt: skip


def _with_fresh_prosody(
    acoustic: Acoustic, sketch: Sketch, start: int, stop: int, speaker: int, language: int
) -> Sketch:  # fmt: skip
    """Give renamed phones in frames ``start:stop`` the pitch and energy that the voice predicts for their new label."""
    spans: Spans = sketch.phones
    inside = spans.inside(start, stop)
    renamed = [k for k in range(inside.start, inside.stop) if spans.labels[k] != spans.base_labels[k]]
    if not renamed:
        return sketch
    all_phones = phones_of(sketch, slice(0, spans.count), drawn=True)
    ids = np.array([acoustic.vocabulary.id_of(label) for label in all_phones.labels], np.int64)
    _, pitch, energy = acoustic.predict(acoustic.encode(ids, speaker, language))
    for name, spec, fresh in (("pitch", PITCH, pitch), ("energy", ENERGY, energy)):
        curve: Curve = sketch.layers[name]  # type: ignore[assignment]  # its spec says that it is one
        values, base = curve.values.copy(), curve.base.copy()
        for k in renamed:
            at = slice(max(int(spans.starts[k]), start), min(int(spans.stops[k]), stop))
            base[at] = np.clip(fresh[k], spec.low, spec.high)
            free = (curve.origin[at] & np.uint8(Mark.EDITED | Mark.LOCKED)) == 0
            values[at] = np.where(free, base[at], values[at])
        sketch = sketch.with_layer(
            replace(curve, values=frozen(values, np.float32), base=frozen(base, np.float32))
        )  # fmt: skip
    return sketch
