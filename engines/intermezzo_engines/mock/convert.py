"""Converter: X -> Y'. Every letter of a text becomes a span with a length, a tone, a loudness and a colour.

It also shows how to predict a stretch again (`resample`) without touching what a person drew, and how to say other
words in the place of some (`reword`).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Mark, Matrix, Slots, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import key_of
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.mock.hum import BANDS, HOP_S, REST, SILENT_DB, VOWELS, frames_of, profile, sketch_type, specs
from intermezzo_engines.mock.own_words import own_letters
from intermezzo_engines.mock.reword import put_word
from intermezzo_engines.mock.train import tonic_of

__all__ = ["HumConverter"]

_SCALE = (0, 2, 4, 7, 9, 12)  # semitones of a pentatonic scale: any two of them sound well together
_TONIC_HZ = 196.0
_NOISE_DB, _TONE_DB = -18.0, -6.0
_MOST_LETTERS = 20_000


class HumConverter:
    """The studio makes one of these without arguments, calls `load` once, and then `convert` as often as it likes."""

    def load(self, device: str) -> None:
        """Get ready; an engine with weights reads them here, on to ``device``."""

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Predict the sketch of a text.

        ``params`` holds every parameter of the stage 'convert', checked against the manifest. All chance comes from
        ``seed``: the same seed gives the same sketch, bit for bit, on every machine.

        Raises:
            SourceError: if there is no letter in the text, or there are far too many.
        """
        if not isinstance(source, Text):
            raise SourceError("The mock hums texts; type one.")
        letters, words, ranges = _read(source.text, str(params["ending"]), own_letters(params))
        if len(letters) > _MOST_LETTERS:
            raise SourceError(f"This text is too long to hum: at most {_MOST_LETTERS} letters at once.")
        whole: Sketch | None = None
        for first, stop in _lines(source.text, words, ranges):
            line = _Line(letters, ranges, words[first:stop])
            piece = line.hummed(params, seed, job, 0 if whole is None else whole.n_frames)
            # One line is one piece: the studio shows and plays it while the next ones are made.
            job.partial(piece)
            whole = piece if whole is None else whole.joined(piece)
        if whole is None:
            raise SourceError("There is no letter in this text to hum; type a word.")
        return whole

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Predict frames ``start:stop`` again from the letters as they stand now, renamed or stretched by hand.

        Only what lies under the hand is new: edited and locked values stay, and all other frames are shared.
        """
        letters = sketch.governing
        if letters is None:
            return sketch
        f0_hz, loudness_db, colour_db = _predict(letters, params, seed, job)
        inside = np.zeros(sketch.n_frames, bool)
        inside[start:stop] = True
        for name, predicted in (("pitch", f0_hz), ("loudness", loudness_db)):
            sketch = sketch.with_layer(_renewed_curve(sketch.layers[name], predicted, inside))
        return sketch.with_layer(_renewed_matrix(sketch.layers["colour"], colour_db, start, stop))

    def reword(
        self, sketch: Sketch, start: int, stop: int, text: Text, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Hum another text in the place of the words in frames ``start:stop``; all else stays and only moves."""
        changed, first, last = put_word(sketch, start, stop, text.text, float(params["letter_s"]))
        return self.resample(changed, first, last, params, seed=seed, job=job) if last > first else changed


def _read(
    text: str, ending: str, own: Mapping[str, list[str]]
) -> tuple[list[str], list[tuple[str, int, int]], NDArray[np.int32]]:
    """Return the letters to hum, the words as (spelling, first letter, stop), and each letter's place in the text.

    Words that are in ``own`` are hummed with its letters, each of which stands for the whole word.
    """
    letters: list[str] = []
    words: list[tuple[str, int, int]] = []
    places: list[tuple[int, int]] = []
    spelling, first = "", 0
    for at, character in enumerate(f"{text} {ending} "):
        plain = unicodedata.normalize("NFD", character)[0].lower()
        if plain.isalnum():
            if not spelling:
                first = len(letters)
            spelling += character
            letters.append(plain if plain in VOWELS else "x")
            places.append((at, at + 1) if at < len(text) else (-1, -1))
        elif spelling:
            if said := own.get(key_of(spelling)):
                whole = (places[first][0], places[-1][1])
                letters[first:], places[first:] = said, [whole] * len(said)
            words.append((spelling, first, len(letters)))
            spelling = ""
            letters.append(REST)
            places.append((-1, -1))
    if not words:
        raise SourceError("There is no letter in this text to hum; type a word.")
    return letters, words, np.array(places, np.int32)


def _lines(text: str, words: list[tuple[str, int, int]], ranges: NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Yield (first word, stop) of each line that has words."""
    first = 0
    for k in range(1, len(words)):
        before, after = int(ranges[words[k - 1][2] - 1, 1]), int(ranges[words[k][1], 0])
        if "\n" in text[before : max(after, before)]:
            yield first, k
            first = k
    yield first, len(words)


@dataclass(frozen=True)
class _Line:
    """Words of one line, among all letters of the text and their places in it."""

    letters: list[str]
    ranges: NDArray[np.int32]
    words: list[tuple[str, int, int]]

    def hummed(self, params: Mapping[str, Value], seed: int, job: Job, first_frame: int) -> Sketch:
        """Return the sketch of the line; ``first_frame`` is where it will begin."""
        first, stop = self.words[0][1], self.words[-1][2] + 1  # with the rest after the last word
        letters = self.letters[first:stop]
        frames = [frames_of(letter, float(params["letter_s"])) for letter in letters]
        stops = np.cumsum(frames)
        starts = stops - frames
        n_frames = int(stops[-1])

        known = specs()
        layer = Spans.machine(
            known.letters, HOP_S, n_frames, starts, stops, tuple(letters), source=self.ranges[first:stop]
        )
        f0_hz, loudness_db, colour_db = _predict(layer, params, seed, job, first)
        wave = np.sin(np.arange(first_frame, first_frame + n_frames) / 9)
        words = self.words
        return Sketch(
            sketch_type(),
            {
                "letters": layer,
                "words": Spans.machine(
                    known.words, HOP_S, n_frames, [starts[a - first] for _, a, _ in words],
                    [stops[b - 1 - first] for _, _, b in words], tuple(word for word, _, _ in words),
                    source=[(self.ranges[a, 0], self.ranges[b - 1, 1]) for _, a, b in words],
                ),
                "pitch": Curve.machine(known.pitch, HOP_S, f0_hz, doubt=np.where(f0_hz > 0, 1.0 + 0.5 * wave, 0.0)),
                "loudness": Curve.machine(known.loudness, HOP_S, loudness_db),
                "colour": Matrix.machine(known.colour, HOP_S, colour_db),
                "moods": Slots.machine(known.moods, ("plain",) * len(words)),
            },
            # Whoever opens the sketch later can make it again from this.
            Made("builtin.mock", "1.0", seed, dict(params)),
        )  # fmt: skip


def _predict(
    letters: Spans, params: Mapping[str, Value], seed: int, job: Job, first_id: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return pitch in Hz (0 where nothing is hummed), loudness in dB, both (frames,), and colour in dB (frames, 8)."""
    n_frames = len(letters)
    f0_hz = np.zeros(n_frames, np.float32)
    loudness_db = np.full(n_frames, SILENT_DB, np.float32)
    colour_db = np.tile(profile("a", reedy=params["voice"] == "reedy"), (n_frames, 1))
    folder = str(params.get("tune", ""))
    tonic_hz = tonic_of(Path(folder)) if folder else _TONIC_HZ
    before_hz = 0.0
    for k, letter in enumerate(letters.labels):
        if k % 64 == 0:
            # Tells the status bar and, if the person gave up, raises Cancelled: let it pass through.
            job.progress(k / letters.count, "Humming")
        start, stop = int(letters.starts[k]), int(letters.stops[k])
        if letter == REST:
            before_hz = 0.0
            continue
        colour_db[start:] = profile(letter, reedy=params["voice"] == "reedy")
        if letter not in VOWELS:
            loudness_db[start:stop] = _NOISE_DB
            before_hz = 0.0
            continue
        # One generator for each letter, seeded by its lasting id: predicting one letter again leaves the rest alone.
        chance = np.random.default_rng((seed % 2**32, first_id + int(letters.ids[k])))
        semitones = int(chance.choice(_SCALE)) + 12 * int(params["octave"])
        tone_hz = tonic_hz * 2 ** (semitones / 12)
        f0_hz[start:stop] = _tone(tone_hz, before_hz if params["glide"] else 0.0, stop - start)
        loudness_db[start:stop] = _TONE_DB + 3 * np.sin(np.pi * (np.arange(stop - start) + 0.5) / (stop - start)) - 3
        before_hz = tone_hz
    return f0_hz, loudness_db, colour_db


def _tone(tone_hz: float, before_hz: float, n_frames: int) -> NDArray[np.float64]:
    """Return a tone (frames,) in Hz, reached from the one before it within a third of its length."""
    share = np.clip(np.arange(n_frames) / max(n_frames / 3, 1), 0, 1) if before_hz > 0 else np.ones(n_frames)
    first = before_hz or tone_hz
    result: NDArray[np.float64] = first * (tone_hz / first) ** share
    return result


def _renewed_curve(layer: object, predicted: NDArray[np.float32], inside: NDArray[np.bool_]) -> Curve:
    """Put new values under a curve: ``base`` is the engine's, ``values`` what is heard, ``origin`` who made them."""
    if not isinstance(layer, Curve):
        raise TypeError("not a curve")
    by_hand = (layer.origin & (Mark.EDITED | Mark.LOCKED)) != 0
    return replace(
        layer,
        base=frozen(np.where(inside, predicted, layer.base), np.float32),
        values=frozen(np.where(inside & ~by_hand, predicted, layer.values), np.float32),
    )


def _renewed_matrix(layer: object, predicted: NDArray[np.float32], start: int, stop: int) -> Matrix:
    """Put new values under a matrix: where paint or a lock lies, the paint makes up for the new ground below it."""
    if not isinstance(layer, Matrix):
        raise TypeError("not a matrix")
    ground = predicted[start:stop]
    paint = layer.paint.window(start, stop)
    by_hand = (paint != 0) | (layer.locks.window(start, stop) != 0)
    kept = np.where(by_hand, layer.window(start, stop) - ground, 0).astype(np.float32).reshape(-1, BANDS)
    return replace(layer, base=layer.base.splice(start, stop, ground), paint=layer.paint.splice(start, stop, kept))
