"""The held-out sentences as all figures share them: the recording, the engine's own reading, and what is heard in both.

The same instruments listen to both: our analyser for pitch, level and envelope, our aligner for the phones. So what an
instrument gets wrong it gets wrong alike, and only ratios between the two mean anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import IntermezzoError, SourceError
from intermezzo.core.layers import Mark, Spans
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech import corpus
from intermezzo_engines.speech.aligner import AlignedWord, Aligner, load_aligner
from intermezzo_engines.speech.corpus import LANGUAGES, VOICES, Clip
from intermezzo_engines.speech.features import SAMPLE_RATE, Floats
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label
from intermezzo_engines.speech.pronounce import Pronounces, load_pronouncer
from intermezzo_engines.speech.text import transcript

__all__ = ["ENGLISH_VOICES", "HUMAN", "OURS", "Heard", "HeldOut", "Who", "not_measured", "sound_of", "voice_by_voice"]

Who = Literal["human", "engine"]
HUMAN: Who = "human"
OURS: Who = "engine"
ENGLISH_VOICES = tuple(voice for voice in VOICES if LANGUAGES[voice] == "en")
_QUICK = 2
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Heard:
    """What is heard in one spoken sentence of T frames and N phones.

    Attributes:
        sound: 24 kHz mono float32.
        f0_hz: ``(T,)`` float32, 0 unvoiced and in pauses.
        energy_db: ``(T,)`` float32.
        labels: phone labels, `PAUSE` for pauses.
        starts: ``(N,)`` first frames.
        stops: ``(N,)`` frames after the last.
        words: ``(N,)`` number of each phone's word, -1 for pauses.
    """

    sound: Floats
    f0_hz: Floats
    energy_db: Floats
    labels: tuple[str, ...]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    words: NDArray[np.int64]

    @property
    def speech(self) -> NDArray[np.bool_]:
        """Say which frames lie in phones, not in pauses, ``(T,)``."""
        inside = np.zeros(len(self.f0_hz), bool)
        for label, start, stop in zip(self.labels, self.starts, self.stops, strict=True):
            inside[start:stop] = label != PAUSE
        return inside


class HeldOut:
    """Held-out sentences of every voice, each made and heard once however many figures ask."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.word_errors: dict[tuple[str, Who, int], tuple[int, int]] = {}  # by clip, speaker, seed; intelligibility.py
        self._kept: dict[tuple[str, str, int], object] = {}
        self._sounds: dict[str, dict[str, Floats]] = {}
        self._pronouncers: dict[str, Pronounces] = {}

    def clips(self, voice: str, count: int | None = None) -> list[Clip]:
        """Return one clip of each held-out sentence, or the first ``count``; a few where the check is quick."""
        if self.context.data_dir is None:
            raise SourceError("Held-out recordings are needed: name their folder with --data.")
        chosen = corpus.held_out_pairs(self.context.data_dir, voice)[:count]
        return chosen[:_QUICK] if self.context.quick else chosen

    def human(self, clip: Clip) -> Floats:
        """Return the recording of a clip."""
        if clip.voice not in self._sounds:
            if self.context.data_dir is None:
                raise SourceError("Held-out recordings are needed: name their folder with --data.")
            wanted = {other.id for other in self.clips(clip.voice)} | {clip.id}
            self._sounds[clip.voice] = dict(corpus.sounds(self.context.data_dir, clip.voice, wanted))
        return self._sounds[clip.voice][clip.id]

    def sketch(self, clip: Clip, seed: int = 1) -> Sketch:
        """Return the engine's sketch of the sentence in the voice of the clip."""
        return self._once(
            "sketch", clip, seed,
            lambda: self.context.convert(Text(clip.text), seed=seed, params={"voice": clip.voice}),
        )  # fmt: skip

    def spoken(self, clip: Clip, seed: int = 1) -> Floats:
        """Return the sentence as the engine speaks it."""
        return self._once("spoken", clip, seed, lambda: sound_of(self.context, self.sketch(clip, seed)))

    def sound(self, clip: Clip, who: Who, seed: int = 1) -> Floats:
        """Return the sentence as the human, or the engine with a seed, speaks it."""
        return self.human(clip) if who == HUMAN else self.spoken(clip, seed)

    def recorded(self, clip: Clip) -> Sketch:
        """Return the recording as a sketch with its words and phones."""
        return self._once("recorded", clip, 0, lambda: self._named(clip, self.human(clip), self.recorded_words(clip)))

    def recorded_words(self, clip: Clip) -> list[AlignedWord]:
        """Return where our aligner finds the words and phones in the recording."""
        return self._once("recorded words", clip, 0, lambda: self.aligned(clip, self.human(clip)))

    def heard(self, clip: Clip, who: Who) -> Heard:
        """Return what is heard in the sentence as the human or the engine speaks it."""
        return self._once(f"heard {who}", clip, 1, lambda: self._heard(clip, who))

    def aligned(self, clip: Clip, sound: Floats) -> list[AlignedWord]:
        """Return where our aligner finds the words and phones of a clip's text in a sound."""
        pronouncer = self._pronouncer(LANGUAGES[clip.voice])
        options = [pronouncer.candidates(word) for word in _words(clip)]
        return self._aligner.align(sound, options)[0]

    def _heard(self, clip: Clip, who: Who) -> Heard:
        from intermezzo_engines.speech.converter_data import clean_voicing

        self.context.progress(f"listening to {clip.id}, {who}")
        if who == HUMAN:
            sketch = self.recorded(clip)
        else:
            sketch = self._named(clip, self.spoken(clip), self.aligned(clip, self.spoken(clip)))
        phones: Spans = sketch.phones
        starts, stops = phones.starts.astype(np.int64), phones.stops.astype(np.int64)
        f0 = sketch.pitch.values.copy()
        breath_ln = sketch.breath.values[:, 0] * np.float32(np.log(10) / 20)
        f0[~clean_voicing(f0 > 0, breath_ln, phones.labels, stops - starts)] = 0
        spoken: Spans = sketch.words
        words = [spoken.index_at(int(start)) for start in starts]
        return Heard(
            self.sound(clip, who), f0, sketch.energy.values, phones.labels, starts, stops,
            np.array([-1 if word is None else word for word in words]),
        )  # fmt: skip

    def _named(self, clip: Clip, sound: Floats, found: list[AlignedWord]) -> Sketch:
        """Analyse a sound and put the words and phones that the aligner found in it."""
        sketch = self.context.analyse(Audio(sound[None], SAMPLE_RATE))
        n_frames, hop_s, spoken = sketch.n_frames, sketch.type.hop_s, _words(clip)
        pieces = [
            (arpabet_to_label(phone.phone) if word.word >= 0 else PAUSE, phone.start, phone.end)
            for word in found
            for phone in word.phones
        ]
        stops = np.array([stop for _, _, stop in pieces])
        stops[-1] = n_frames
        words = [word for word in found if word.word >= 0]
        starts = [start for _, start, _ in pieces]
        phones = Spans.machine(
            sketch.phones.spec, hop_s, n_frames, starts, stops, tuple(label for label, _, _ in pieces), Mark.ANALYSED
        )
        named = Spans.machine(
            sketch.words.spec, hop_s, n_frames, [w.phones[0].start for w in words],
            [min(w.phones[-1].end, n_frames) for w in words], tuple(spoken[w.word] for w in words), Mark.ANALYSED,
        )  # fmt: skip
        return sketch.with_layer(phones).with_layer(named)

    @cached_property
    def _aligner(self) -> Aligner:
        return load_aligner()

    def _pronouncer(self, language: str) -> Pronounces:
        if language not in self._pronouncers:
            self._pronouncers[language] = load_pronouncer(language)
        return self._pronouncers[language]

    def _once(self, what: str, clip: Clip, seed: int, make: Callable[[], _T]) -> _T:
        key = (what, f"{clip.voice}/{clip.id}", seed)
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]  # each `what` has one type


def _words(clip: Clip) -> tuple[str, ...]:
    return transcript(clip.text, LANGUAGES[clip.voice])


def sound_of(context: Context, sketch: Sketch) -> Floats:
    """Render a sketch and return its one channel."""
    output = context.render(sketch)
    if not isinstance(output, Audio):
        raise SourceError("The speech engine renders sound only.")
    sound: Floats = output.samples[0]
    return sound


def voice_by_voice(
    held: HeldOut, voices: Sequence[str], measure: Callable[[HeldOut, str], list[Figure]]
) -> list[Figure]:
    """Return the figures of each voice; one that cannot be measured says why, and the others go on."""
    figures: list[Figure] = []
    for voice in voices:
        try:
            figures += measure(held, voice)
        except IntermezzoError as problem:
            figures.append(Figure(f"trouble_with_{voice}", None, "detail", note=str(problem)))
    return figures


def not_measured(name: str, reason: str, promise: str = "quality") -> list[Figure]:
    """Return a figure that says why it was not measured."""
    return [Figure(name, None, promise, note=reason)]
