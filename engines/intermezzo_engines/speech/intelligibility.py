"""How well a recogniser understands the engine's speech, beside the same recogniser on human recordings.

Word error rate of pocketsphinx (extra `measure`, its own US English models) on held-out sentences. It is a weak
recogniser, far below human ears, so only the ratio to the human figure means anything; how sure that ratio is says a
bootstrap over sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from intermezzo.core.errors import PluginError
from intermezzo.core.measure import Figure
from intermezzo_engines.speech.corpus import Clip
from intermezzo_engines.speech.distance import edit_distance
from intermezzo_engines.speech.features import SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import ENGLISH_VOICES, HUMAN, OURS, HeldOut, Who, not_measured
from intermezzo_engines.speech.parallel import shared_out
from intermezzo_engines.speech.text import transcript

__all__ = [
    "Recogniser",
    "error_ratio",
    "intelligibility_figures",
    "interval_of_ratio",
    "word_error_rate",
    "word_errors",
]

Counts = NDArray[np.int64]
_FIRST = 20
_DRAWS = 2000


class Recogniser:
    """Pocketsphinx with its own dictionary and language model.

    Raises:
        PluginError: if the optional package is not installed.
    """

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder, get_model_path  # optional extra
        except ImportError as error:
            raise PluginError("Intelligibility needs the extra “measure”: pip install intermezzo[measure].") from error
        models = get_model_path("en-us")
        self._decoder = Decoder(
            hmm=f"{models}/en-us", lm=f"{models}/en-us.lm.bin", dict=f"{models}/cmudict-en-us.dict", loglevel="FATAL"
        )

    def words(self, samples: Floats) -> tuple[str, ...]:
        """Return the words recognised in mono samples at 24 kHz."""
        wave = resample_poly(np.asarray(samples, np.float64), 2, 3)
        peak = float(np.abs(wave).max(initial=1e-6))
        rng = np.random.default_rng(0)
        edge = np.zeros(SAMPLE_RATE // 6)
        wave = np.concatenate([edge, wave * (0.6 / peak), edge])
        wave += rng.normal(0, 1e-4, len(wave))
        self._decoder.start_utt()
        self._decoder.process_raw((np.clip(wave, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return tuple(found.hypstr.split()) if found else ()


def word_error_rate(recogniser: Recogniser, pairs: Iterable[tuple[str, Floats]]) -> float:
    """Return the word error rate in percent over (text, samples) pairs: all errors over all words of the texts."""
    counts = np.array([_counted(recogniser, text, samples) for text, samples in pairs]).reshape(-1, 2)
    return float(100.0 * counts[:, 0].sum() / max(1, counts[:, 1].sum()))


def word_errors(cases: Sequence[tuple[str, Floats]]) -> Counts:
    """Return errors and words of each (text, sound), ``(n, 2)``."""
    return np.array(list(shared_out(_errors, cases)), np.int64).reshape(-1, 2)


def error_ratio(engine: Counts, human: Counts) -> float:
    """Return how many times as many errors the engine has as the human; each ``(n, 2)`` over the same sentences."""
    return float(engine[:, 0].sum() / max(human[:, 0].sum(), 1))


def interval_of_ratio(engine: Counts, human: Counts, seed: int = 0) -> tuple[float, float]:
    """Return the middle 90 % of `error_ratio` over sentences drawn with replacement, both speakers together."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(engine), (_DRAWS, len(engine)))
    ratios = engine[drawn, 0].sum(1) / np.maximum(human[drawn, 0].sum(1), 1)
    low, high = np.percentile(ratios, (5, 95))
    return float(low), float(high)


def intelligibility_figures(held: HeldOut) -> list[Figure]:
    """Return word errors on held-out sentences of the English voices: human recordings, the engine, and their ratio."""
    try:
        _recogniser()
    except PluginError as problem:
        return not_measured("word_errors_to_human_ljs_ratio", str(problem))
    figures: list[Figure] = []
    for voice in ENGLISH_VOICES:
        clips = held.clips(voice)
        counts = {who: counted(held, clips, who) for who in (HUMAN, OURS)}
        figures += compared(voice, counts[OURS], counts[HUMAN])
    return figures


def counted(held: HeldOut, clips: Sequence[Clip], who: Who, seed: int = 1) -> Counts:
    """Return errors and words of each clip as the human, or the engine with a seed, speaks it, ``(n, 2)``.

    What another group has counted already is not recognised again.
    """
    keys = {(f"{clip.voice}/{clip.id}", who, seed): clip for clip in clips}
    missing = {key: clip for key, clip in keys.items() if key not in held.word_errors}
    held.context.progress(f"recognising {len(missing)} sentences, {who}")
    found = word_errors([(clip.text, held.sound(clip, who, seed)) for clip in missing.values()])
    held.word_errors.update((key, (int(wrong), int(words))) for key, (wrong, words) in zip(missing, found, strict=True))
    return np.array([held.word_errors[key] for key in keys], np.int64).reshape(-1, 2)


def compared(voice: str, engine: Counts, human: Counts) -> list[Figure]:
    """Return the figures of one voice from errors and words of each sentence; the first 20 also by themselves."""
    words = int(engine[:, 1].sum())
    note = f"pocketsphinx, {len(engine)} held-out sentences, {words} words"
    low, high = interval_of_ratio(engine, human)
    figures = [
        Figure(f"word_errors_to_human_{voice}_ratio", error_ratio(engine, human), "quality", at_most=1.25, note=note),
        Figure(f"word_errors_to_human_{voice}_ratio_low", low, "detail", note="bootstrap over sentences, middle 90 %"),
        Figure(f"word_errors_to_human_{voice}_ratio_high", high, "detail"),
    ]
    for who, counts in ((HUMAN, human), (OURS, engine)):
        rate = float(100 * counts[:, 0].sum() / max(counts[:, 1].sum(), 1))
        figures.append(Figure(f"word_error_rate_{who}_{voice}_percent", rate, "quality", note=note))
    if len(engine) > _FIRST:
        ratio = error_ratio(engine[:_FIRST], human[:_FIRST])
        figures.append(Figure(f"word_errors_to_human_{voice}_first_{_FIRST}_ratio", ratio, "detail", at_most=1.25,
                              note="sentences that no training of any version saw"))  # fmt: skip
    return figures


@cache
def _recogniser() -> Recogniser:
    return Recogniser()


def _errors(case: tuple[str, Floats]) -> tuple[int, int]:
    return _counted(_recogniser(), *case)


def _counted(recogniser: Recogniser, text: str, samples: Floats) -> tuple[int, int]:
    wanted = _plain(transcript(text))
    return edit_distance(wanted, _plain(recogniser.words(samples))), len(wanted)


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.split("(")[0].strip(".").lower() for word in words)
