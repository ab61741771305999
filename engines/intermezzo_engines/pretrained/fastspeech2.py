"""The fastspeech2/1 sketch: what converter and renderer agree on, and the mel that a drawn sketch asks for.

The mel layer holds what the decoder said for the predicted lengths, pitch and energy. Where a hand changed one of
these, the decoder is asked again and its answer is used on the changed phones and a few frames around them, fading
into the mel of the sketch; paint is added on top. The decoder attends to a whole sentence, so each group of changes
is decoded by itself, everything else as it was predicted: an edit is heard around it and nowhere else, also when
other edits follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.fingerprint import of_array, of_value
from intermezzo.core.layers import Curve, CurveSpec, Matrix, MatrixSpec, Spans, SpansSpec
from intermezzo.core.sketch import Sketch
from intermezzo_engines.pretrained.acoustic import Acoustic
from intermezzo_engines.pretrained.sketch_types import sketch_type, spec_of
from intermezzo_engines.speech.phones import PAUSE

__all__ = [
    "DB_PER_UNIT",
    "ENERGY",
    "ENGINE",
    "FADE_FRAMES",
    "FASTSPEECH2",
    "MEL",
    "PHONES",
    "PITCH",
    "WORDS",
    "Phones",
    "drawn_mel",
    "phones_of",
]  # fmt: skip

ENGINE = "builtin.pretrained.fastspeech2"
FASTSPEECH2 = sketch_type("fastspeech2/1")
WORDS, PHONES = spec_of(FASTSPEECH2, "words", SpansSpec), spec_of(FASTSPEECH2, "phones", SpansSpec)
PITCH, ENERGY = spec_of(FASTSPEECH2, "pitch", CurveSpec), spec_of(FASTSPEECH2, "energy", CurveSpec)
MEL = spec_of(FASTSPEECH2, "mel", MatrixSpec)
DB_PER_UNIT = np.float32(20.0)
"""These checkpoints speak of the base 10 logarithm of amplitude; the sketch shows decibels."""
FADE_FRAMES = 12
_FLAT_FRAMES = 4
_SAME = 1e-6

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Phones:
    """What the decoder needs of some phones: labels, and lengths in frames, pitch and energy, each (L,)."""

    labels: tuple[str, ...]
    frames: Ints
    pitch: Floats
    energy: Floats

    def mixed(self, other: Phones, chosen: slice) -> Phones:
        """Return these phones with those at ``chosen`` from another reading of them."""
        labels = (*self.labels[: chosen.start], *other.labels[chosen], *self.labels[chosen.stop :])
        frames, pitch, energy = self.frames.copy(), self.pitch.copy(), self.energy.copy()
        frames[chosen], pitch[chosen], energy[chosen] = other.frames[chosen], other.pitch[chosen], other.energy[chosen]
        return Phones(labels, frames, pitch, energy)

    def differs(self, other: Phones) -> NDArray[np.bool_]:
        """Return for each phone whether two readings of it differ, (L,)."""
        renamed = np.array([a != b for a, b in zip(self.labels, other.labels, strict=True)], bool)
        far = (np.abs(self.pitch - other.pitch) > _SAME) | (np.abs(self.energy - other.energy) > _SAME)
        different: NDArray[np.bool_] = renamed | far | (self.frames != other.frames)
        return different

    def mel(self, acoustic: Acoustic, speaker: int, language: int, job: Job) -> Floats:
        """Return the decoder's mel in decibels for exactly these phones, (frames, bands)."""
        ids = np.array([acoustic.vocabulary.id_of(label) for label in self.labels], np.int64)
        content = [of_array(a) for a in (ids, self.frames, self.pitch, self.energy)]
        key = f"fastspeech2 {of_value([str(acoustic.stamp), speaker, language, *content])}"
        known = job.cache.get(key)
        if known is None:
            hidden = acoustic.encode(ids, speaker, language)
            known = DB_PER_UNIT * acoustic.decode(hidden, self.frames, self.pitch, self.energy)
            job.cache.put(key, known)
        return known


def phones_of(sketch: Sketch, chosen: slice, *, drawn: bool) -> Phones:
    """Return phones as they are drawn, or as they were predicted; pitch and energy are means over a phone."""
    spans: Spans = sketch.phones
    frames = (spans.stops - spans.starts)[chosen].astype(np.int64)
    labels = (spans.labels if drawn else spans.base_labels)[chosen]
    ends = list(zip(spans.starts[chosen].tolist(), spans.stops[chosen].tolist(), strict=True))
    means = [
        np.array([values[a:b].mean(dtype=np.float64) for a, b in ends])
        for values in (_values(sketch.pitch, drawn), _values(sketch.energy, drawn))
    ]
    lengths = frames if drawn else spans.base_frames[chosen].astype(np.int64)
    return Phones(labels, lengths, means[0].astype(np.float32), means[1].astype(np.float32))


def _values(curve: Curve, drawn: bool) -> Floats:
    return curve.values if drawn else curve.base


def sentences_of(spans: Spans) -> Iterator[slice]:
    """Yield the phones of each sentence: up to and with the pause that ends it."""
    first = 0
    for k, label in enumerate(spans.labels):
        if label == PAUSE or k + 1 == spans.count:
            yield slice(first, k + 1)
            first = k + 1


def drawn_mel(
    acoustic: Acoustic, sketch: Sketch, start: int, stop: int, speaker: int, language: int, job: Job
) -> Floats:  # fmt: skip
    """Return the mel in decibels that frames ``start:stop`` ask for, without paint: (frames, bands)."""
    matrix: Matrix = sketch.mel
    spans: Spans = sketch.phones
    mel = matrix.base.window(start, stop).copy()
    for chosen in sentences_of(spans):
        first, last = int(spans.starts[chosen.start]), int(spans.stops[chosen.stop - 1])
        if last <= start or first >= stop:
            continue
        drawn, predicted = phones_of(sketch, chosen, drawn=True), phones_of(sketch, chosen, drawn=False)
        for group in _groups(drawn.differs(predicted), spans, chosen):
            a, b = int(spans.starts[chosen.start + group.start]), int(spans.stops[chosen.start + group.stop - 1])
            low, high = max(a - FADE_FRAMES, first, start), min(b + FADE_FRAMES, last, stop)
            if low >= high:
                continue
            job.progress(0.0, "Predicting")
            asked = predicted.mixed(drawn, group)
            fresh = asked.mel(acoustic, speaker, language, job)
            offset = int(asked.frames[: group.start].sum()) - a  # from the sketch's frames to those of the decoder
            weight = _weight(np.arange(low, high), a, b)[:, None] * (matrix.locks.window(low, high) == 0)
            at = slice(low - start, high - start)
            mel[at] = (1 - weight) * mel[at] + weight * fresh[low + offset : high + offset]
    return mel


def _groups(changed: NDArray[np.bool_], spans: Spans, chosen: slice) -> Iterator[slice]:
    """Yield runs of changed phones; those whose fades would meet are one."""
    starts, stops = spans.starts[chosen], spans.stops[chosen]
    first = last = -1
    for k in np.flatnonzero(changed).tolist():
        if first >= 0 and starts[k] - stops[last] > 2 * FADE_FRAMES:
            yield slice(first, last + 1)
            first = -1
        first, last = (k if first < 0 else first), k
    if first >= 0:
        yield slice(first, last + 1)


def _weight(frames: NDArray[np.int64], start: int, stop: int) -> Floats:
    """Return 1 on frames ``start:stop`` and near them, falling to 0 within `FADE_FRAMES`."""
    away = np.maximum(np.maximum(start - frames, frames - (stop - 1)), 0)
    share = (FADE_FRAMES + 1 - away) / (FADE_FRAMES + 1 - _FLAT_FRAMES)
    return np.clip(share, 0, 1).astype(np.float32)
