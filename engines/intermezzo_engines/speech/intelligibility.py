"""How well a recogniser understands the engine's speech, beside the same recogniser on human recordings.

Word error rate of pocketsphinx (extra `measure`, its own US English models) on held-out sentences. It is a weak
recogniser, far below human ears, so only the ratio to the human figure means anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from intermezzo.core.errors import PluginError, SourceError
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo_engines.speech.corpus import VOICES, held_out_pairs, sounds
from intermezzo_engines.speech.distance import edit_distance
from intermezzo_engines.speech.features import SAMPLE_RATE
from intermezzo_engines.speech.text import transcript

__all__ = ["Recogniser", "intelligibility_figures", "word_error_rate"]

Floats = NDArray[np.float32]


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
    errors = total = 0
    for text, samples in pairs:
        wanted = _plain(transcript(text))
        errors += edit_distance(wanted, _plain(recogniser.words(samples)))
        total += len(wanted)
    return 100.0 * errors / max(1, total)


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.split("(")[0].strip(".").lower() for word in words)


def intelligibility_figures(context: Context, data_dir: Path) -> list[Figure]:
    """Return word error rates on held-out sentences of both voices: human recordings, the engine, and their ratio."""
    per_voice = 3 if context.quick else 20
    try:
        recogniser = Recogniser()
    except PluginError as problem:
        return [Figure("word_error_rate_engine_percent", None, "quality", note=str(problem))]
    figures = []
    for voice in VOICES:
        chosen = {clip.id: clip.text for clip in held_out_pairs(data_dir, voice)[:per_voice]}
        human = [(chosen[name], samples) for name, samples in sounds(data_dir, voice) if name in chosen]
        ours = [(text, _spoken(context, text, voice)) for text in chosen.values()]
        rates = {"human": word_error_rate(recogniser, human), "engine": word_error_rate(recogniser, ours)}
        note = f"pocketsphinx, {len(chosen)} held-out sentences"
        figures += [
            Figure(f"word_error_rate_{who}_{voice}_percent", rate, "quality", note=note) for who, rate in rates.items()
        ]
        ratio = rates["engine"] / max(rates["human"], 1e-9)
        figures.append(Figure(f"word_errors_to_human_{voice}_ratio", ratio, "quality", note=note))
    return figures


def _spoken(context: Context, text: str, voice: str) -> Floats:
    output = context.render(context.convert(Text(text), params={"voice": voice}))
    if not isinstance(output, Audio):
        raise SourceError("The speech engine renders sound only.")
    samples: Floats = output.samples[0]
    return samples
