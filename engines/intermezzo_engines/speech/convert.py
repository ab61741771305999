"""Text to a complete `speech/1` sketch, phrase by phrase, and new predictions for a stretch of one.

What is done is handed over while the rest is made: the first phrase at once, then pieces that double. A phrase is
predicted between two pauses, so that a page costs time in proportion to its length and can be cancelled between
phrases. Each phrase draws its randomness from the seed and its own words, and what was predicted is remembered: after
an edit of the text only the phrases that say something else are predicted, and all others are the same to the last
bit, wherever they moved. New predictions for a stretch of a sketch: resample.py.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import EngineError, SketchError, SourceError
from intermezzo.core.layers import Curve, CurveSpec, Layer, LayerSpec, Matrix, MatrixSpec, Spans, SpansSpec
from intermezzo.core.marks import read_marks
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches import SPEECH
from intermezzo_engines.speech.ahead import in_order
from intermezzo_engines.speech.frontend import SpokenPhone, phone_inputs
from intermezzo_engines.speech.manner import Say, as_spelt, say_of
from intermezzo_engines.speech.own_voice import load_own_voice
from intermezzo_engines.speech.own_words import own_words
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label
from intermezzo_engines.speech.predict import (
    Colour,
    Frames,
    Predictor,
    Reading,
    load_predictor,
    one_thread,
    own_predictor,
)  # fmt: skip
from intermezzo_engines.speech.pronounce import Pronounces, load_pronouncer
from intermezzo_engines.speech.resample import named_around, recording_stats, resampled, spoken_phones_of
from intermezzo_engines.speech.reword import chosen_words, new_words, put_words
from intermezzo_engines.speech.text import Phrase, phrases
from intermezzo_engines.speech.voices import language_of

__all__ = ["ENGINE_ID", "MAX_CHARACTERS", "VERSION", "SpeechConverter", "word_label"]

ENGINE_ID, VERSION = "builtin.speech", "1.1"
MAX_CHARACTERS = 100_000
"""About two hours of speech; more is better split into documents."""
S = TypeVar("S", bound=LayerSpec)
_CLOSING = ".,;:!?…"
_LONGEST_LABEL = 100  # characters; what is longer was no word, and no lane could show it
_MOST_NEW_CHARACTERS = 400  # of a text in the place of some words
_REMEMBERED_FRAMES = 60_000  # of predicted phrases, for the next conversion: ten minutes, some 25 MB


@dataclass(frozen=True)
class _Spoken:
    """One predicted phrase: phones, lengths, sureness, words as (label, first phone, last phone + 1, source range)."""

    phones: list[SpokenPhone]
    durations: NDArray[np.int64]
    score: NDArray[np.float32]
    words: list[tuple[str, int, int, tuple[int, int]]]
    frames: Frames
    colour: Colour


@dataclass(frozen=True)
class _Wish:
    """All that the prediction of a phrase depends on; ``before`` is how often the text has said it already."""

    words: str
    phones: tuple[tuple[str, ...], ...]
    before: int
    seed: int
    reading: Reading
    say: Say

    def chance(self) -> np.random.Generator:
        """Return the randomness of the seed, the words and how often they were said, wherever they stand."""
        digest = int.from_bytes(blake2b(self.words.encode(), digest_size=8).digest(), "little")
        return np.random.default_rng((self.seed & 0xFFFFFFFF, digest, self.before))


class SpeechConverter:
    """The converter of `builtin.speech`; also a Resampler."""

    def __init__(self) -> None:
        self._predictor: Predictor | None = None
        self._pronouncers: dict[str, Pronounces] = {}
        self._remembered: OrderedDict[_Wish, _Spoken] = OrderedDict()
        self._own: dict[str, tuple[Predictor, str]] = {}

    def load(self, device: str) -> None:
        """Read weights and dictionary; raises PluginError if one is missing."""
        self._predictor = load_predictor(device)
        self._pronouncers = {"en": load_pronouncer("en")}  # others when a voice asks for them
        self._own.clear()
        self._remembered.clear()

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return the sketch of a text, its marks (`intermezzo.core.marks`) and the person's own pronunciations obeyed.

        Raises:
            SourceError: if it is no text, empty, too long, holds letters of another script, or if a mark or an own
                pronunciation is wrong.
            Cancelled: between phrases.
        """
        if not isinstance(source, Text):
            raise SourceError("Speech starts from text. Type or paste some.")
        if len(source.text) > MAX_CHARACTERS:
            raise SourceError(
                f"The text has {len(source.text):,} characters; a document takes {MAX_CHARACTERS:,} (two hours). "
                "Split it into chapters."
            )
        marked = read_marks(source.text)
        reading, made = Reading.of(params), Made(ENGINE_ID, VERSION, seed, dict(params))
        _, pronouncer, language = self._speaker(reading)
        own = own_words(params, pronouncer, language)
        whole: Sketch | None = None
        waiting: list[_Spoken] = []
        said = Counter[str]()

        def hand_over() -> Sketch:
            piece = _assemble(waiting, made)
            job.partial(piece)
            waiting.clear()
            return piece if whole is None else whole.joined(piece)

        def wishes() -> Iterator[tuple[Phrase, _Wish]]:
            for number, (phrase, follows) in enumerate(_with_next(phrases(marked.plain, language), len(source.text))):
                words = "\n".join(" ".join((*token.words, token.mark)) for token in phrase.tokens)
                said_so = own.said(pronouncer.pronounce(phrase.words), phrase.tokens, marked.plain)
                phones = as_spelt(said_so, phrase.tokens, marked, source.text, language)
                say = say_of(marked, phrase.tokens, follows, first=number == 0)
                yield phrase, _Wish(words, phones, said[words], seed, reading, say)
                said[words] += 1

        with closing(in_order(self._spoken, wishes())) as made_phrases:
            for number, ((phrase, wish), spoken) in enumerate(made_phrases):
                self._remember(wish, spoken)
                waiting.append(_placed(spoken, phrase, marked.plain, first=number == 0))
                job.progress(min(0.99, phrase.tokens[-1].end / len(source.text)), "Predicting")
                if number & (number + 1) == 0:  # after 1, 2, 4, 8 ... phrases: soon heard, and joining stays linear
                    whole = hand_over()
        if waiting:
            whole = hand_over()
        if whole is None:
            raise SourceError("There is nothing to say in this text. Type at least one word.")
        return whole

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Predict frames ``start:stop`` again from the phones as they stand; see `intermezzo.core.engine.Resampler`.

        Raises:
            SourceError: if the stretch holds sounds without a known phone ("?"), as in a recording without its text.
        """
        with one_thread():
            reading = Reading.of(params)
            return resampled(self._speaker(reading)[0], sketch, start, stop, reading, seed, job)

    def reword(
        self, sketch: Sketch, start: int, stop: int, text: Text, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Say another text in the place of the words in ``start:stop``; see `intermezzo.core.engine.Reworder`.

        Raises:
            SourceError: if there is no word here, the text is too long, or holds letters of another script.
            EditError: if something in the words is locked, or no sound would be left.
        """
        if len(text.text) > _MOST_NEW_CHARACTERS:
            raise SourceError(f"That is too much to put in one place; {_MOST_NEW_CHARACTERS} characters at most.")
        spans, words, reading = sketch.phones, sketch.words, Reading.of(params)
        predictor, pronouncer, language = self._speaker(reading)
        chosen = chosen_words(words, start, stop)
        own_said = own_words(params, pronouncer, language)
        new = new_words(text.text, words, chosen, pronouncer, own_said, language)
        touched = spans.inside(int(words.starts[chosen.start]), int(words.stops[chosen.stop - 1]))
        around = named_around(spans, touched)
        before, after = range(around.start, touched.start), range(touched.stop, around.stop)
        phones = [*spoken_phones_of(sketch, before), *new.phones, *spoken_phones_of(sketch, after)]
        inputs = phone_inputs(phones)
        own = slice(len(before), len(before) + len(new.phones))
        actual = (spans.stops - spans.starts).astype(np.int64)
        standing = np.concatenate([actual[[*before]], np.zeros(len(new.phones), np.int64), actual[[*after]]])
        with one_thread():
            rng = np.random.default_rng((seed & 0xFFFFFFFF, start))
            encoded = predictor.encode(inputs, reading, recording_stats(sketch))
            predicted, score = predictor.durations(encoded, inputs, replace(reading, speed=1.0), rng, standing)
        lengths = predicted[own].tolist()
        labels = [word_label(token.start, token.end, text.text) for token, _, _ in new.words]
        job.progress(0.3, "Predicting")
        put = put_words(
            sketch, chosen, range(touched.start, touched.stop), new, lengths, score[own].tolist(), text.text, labels
        )
        first = int(words.starts[chosen.start])
        return self.resample(put, first, first + sum(lengths), params, seed=seed, job=job) if lengths else put

    def _speaker(self, reading: Reading) -> tuple[Predictor, Pronounces, str]:
        """Return who speaks, who pronounces, and in which language."""
        if self._predictor is None:
            raise EngineError("The speech engine was asked to work before it was loaded.")
        predictor, language = self._predictor, language_of(reading.voice)
        if reading.own_voice:
            if reading.own_voice not in self._own:
                self._own[reading.own_voice] = own_predictor(load_own_voice(Path(reading.own_voice)), predictor)
            predictor, language = self._own[reading.own_voice]
        if language not in self._pronouncers:
            self._pronouncers[language] = load_pronouncer(language)
        return predictor, self._pronouncers[language], language

    def _spoken(self, task: tuple[Phrase, _Wish]) -> _Spoken:
        """Return a phrase, predicted or remembered; on any thread."""
        phrase, wish = task
        return self._remembered.get(wish) or self._speak(phrase, wish)

    def _remember(self, wish: _Wish, spoken: _Spoken) -> None:
        self._remembered[wish] = spoken
        self._remembered.move_to_end(wish)
        n_frames = sum(len(s.frames.pitch_hz) for s in self._remembered.values())
        while n_frames > _REMEMBERED_FRAMES and len(self._remembered) > 1:
            n_frames -= len(self._remembered.popitem(last=False)[1].frames.pitch_hz)

    def _speak(self, phrase: Phrase, wish: _Wish) -> _Spoken:
        """Predict a phrase with the pause before it; its words say which phones are theirs and nothing else."""
        reading, rng = wish.reading, wish.chance()
        predictor = self._speaker(reading)[0]
        phones, words, spoken_word = [SpokenPhone(PAUSE, -1, "", "start")], [], 0
        rests = dict(wish.say.rests)
        pauses = [(0, rests[-1])] if -1 in rests else []
        for number, token in enumerate(phrase.tokens):
            begin = len(phones)
            for word in token.words:
                labels = [arpabet_to_label(p) for p in wish.phones[spoken_word]]
                phones += [SpokenPhone(label, spoken_word, word) for label in labels]
                spoken_word += 1
            words.append(("", begin, len(phones), (-1, -1)))
            if token.mark or token is phrase.tokens[-1] or number in rests:
                if number in rests:
                    pauses.append((len(phones), rests[number]))
                phones.append(SpokenPhone(PAUSE, -1, "", token.mark or ("," if number in rests else "")))
        inputs = phone_inputs(phones)
        encoded = predictor.encode(inputs, reading)
        durations, score = predictor.durations(encoded, inputs, reading, rng)
        tokens = [(first, last) for _, first, last, _ in words]
        durations = wish.say.lengths(durations, tokens, pauses)
        frames = wish.say.shaped(predictor.frames(encoded, inputs, durations, reading, rng), durations, tokens)
        colour = predictor.colour(
            encoded, inputs, durations, frames.pitch_hz, frames.energy_db, frames.energy_db, reading, rng
        )
        return _Spoken(phones, durations, score, words, frames, colour)


def _with_next(found: Iterator[Phrase], end: int) -> Iterator[tuple[Phrase, int]]:
    """Yield each phrase with the place in the source where the next one begins."""
    waiting: Phrase | None = None
    for phrase in found:
        if waiting is not None:
            yield waiting, phrase.tokens[0].start
        waiting = phrase
    if waiting is not None:
        yield waiting, end


def word_label(start: int, end: int, text: str) -> str:
    """Return a word as the words lane shows it: as spelt, with the punctuation that closes it."""
    while end < len(text) and text[end] in _CLOSING and end - start < _LONGEST_LABEL:
        end += 1
    return text[start:end] if end - start <= _LONGEST_LABEL else text[start : start + _LONGEST_LABEL - 1] + "…"


def _placed(spoken: _Spoken, phrase: Phrase, text: str, *, first: bool) -> _Spoken:
    """Return a phrase with its words where they stand in this text."""
    # The pause before a later phrase is the closing pause of the one before.
    skipped = 0 if first else 1
    words = [
        (word_label(token.start, token.end, text), a - skipped, b - skipped, (token.start, token.end))
        for token, (_, a, b, _) in zip(phrase.tokens, spoken.words, strict=True)
    ]
    if first:
        return replace(spoken, words=words)
    cut = int(spoken.durations[0])
    return _Spoken(
        spoken.phones[1:], spoken.durations[1:], spoken.score[1:], words,
        Frames(*(getattr(spoken.frames, name)[cut:] for name in Frames.__dataclass_fields__)),
        Colour(spoken.colour.envelope_db[cut:], spoken.colour.breath_db[cut:]),
    )  # fmt: skip


def _assemble(spoken: list[_Spoken], made: Made) -> Sketch:
    durations = np.concatenate([s.durations for s in spoken])
    stops = np.cumsum(durations)
    starts, n_frames, hop = stops - durations, int(stops[-1]), SPEECH.hop_s
    labels = tuple(p.label for s in spoken for p in s.phones)
    source = np.full((len(labels), 2), -1)
    word_rows, offset = list[tuple[str, int, int, tuple[int, int]]](), 0
    for phrase in spoken:
        for label, first, last, place in phrase.words:
            if last > first:
                word_rows.append((label, int(starts[offset + first]), int(stops[offset + last - 1]), place))
                source[offset + first : offset + last] = place
        offset += len(phrase.phones)

    def joined(part: str, name: str) -> NDArray[np.float32]:
        return np.concatenate([getattr(getattr(s, part), name) for s in spoken])

    layers: dict[str, Layer] = {
        "words": Spans.machine(
            _spec("words", SpansSpec), hop, n_frames, [a for _, a, _, _ in word_rows], [b for _, _, b, _ in word_rows],
            tuple(label for label, _, _, _ in word_rows), source=[place for _, _, _, place in word_rows],
        ),
        "phones": Spans.machine(
            _spec("phones", SpansSpec), hop, n_frames, starts, stops, labels, source=source,
            score=np.concatenate([s.score for s in spoken]),
        ),
        "pitch": Curve.machine(
            _spec("pitch", CurveSpec), hop, joined("frames", "pitch_hz"), doubt=joined("frames", "pitch_doubt_st")
        ),
        "energy": Curve.machine(
            _spec("energy", CurveSpec), hop, joined("frames", "energy_db"), doubt=joined("frames", "energy_doubt_db")
        ),
        "envelope": Matrix.machine(_spec("envelope", MatrixSpec), hop, joined("colour", "envelope_db")),
        "breath": Matrix.machine(_spec("breath", MatrixSpec), hop, joined("colour", "breath_db")),
    }  # fmt: skip
    return Sketch(SPEECH, layers, made)


def _spec(name: str, kind: type[S]) -> S:
    spec = SPEECH.spec(name)
    if not isinstance(spec, kind):
        raise SketchError(f"Layer {name!r} of {SPEECH.id} is no {kind.kind}.")
    return spec
