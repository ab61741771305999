"""Phone times from pocketsphinx: the first teacher of our aligner, and the second opinion on its figures.

Needs the extra `measure`; nothing here runs in the studio. About one clip in five does not align: it is left out.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from intermezzo_engines.speech.features import HOP, SAMPLE_RATE
from intermezzo_engines.speech.phones import base_arpabet
from intermezzo_engines.speech.pronounce import Pronouncer

__all__ = ["Segment", "align_all", "frame_labels"]

_PAD_S = 0.25
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """One phone ("SIL" for pauses and noises) and its times in seconds."""

    phone: str
    start_s: float
    end_s: float


def align_all(
    audio: Mapping[str, Floats], transcripts: Mapping[str, Sequence[str]], cache: Path
) -> dict[str, list[Segment]]:
    """Align every clip that pocketsphinx can align; results (failures too) are kept as JSON in `cache`."""
    from pocketsphinx import Decoder  # optional extra

    cache.mkdir(parents=True, exist_ok=True)
    pronouncer = Pronouncer()
    missing = [name for name in audio if not (cache / f"{name}.json").exists()]
    with tempfile.TemporaryDirectory() as folder:
        dictionary = Path(folder) / "words.dict"
        lines = []
        for word in sorted({word for name in missing for word in transcripts[name]}):
            variants = dict.fromkeys(
                " ".join(base_arpabet(p) for p in phones) for phones in pronouncer.candidates(word)
            )
            lines += [f"{word}{f'({k})' if k > 1 else ''} {variant}" for k, variant in enumerate(variants, 1)]
        dictionary.write_text("\n".join(lines) + "\n", encoding="utf-8")
        decoder = Decoder(dict=str(dictionary), lm=None, loglevel="FATAL") if missing else None
        for name in missing:
            segments = _align(decoder, audio[name], transcripts[name])
            (cache / f"{name}.json").write_text(json.dumps(segments), encoding="utf-8")
    found = {name: json.loads((cache / f"{name}.json").read_text(encoding="utf-8")) for name in audio}
    return {name: [Segment(*segment) for segment in segments] for name, segments in found.items() if segments}


def _align(decoder: object, samples: Floats, words: Sequence[str]) -> list[tuple[str, float, float]]:
    from pocketsphinx import Decoder

    assert isinstance(decoder, Decoder)
    rng = np.random.default_rng(0)
    wave = resample_poly(samples.astype(np.float64), 2, 3)  # 24 to 16 kHz
    pad = rng.normal(0, 1e-3, int(_PAD_S * 16_000))  # faint noise around makes more clips align
    wave = np.concatenate([pad, wave, pad])
    pcm = (np.clip(wave + rng.normal(0, 1e-4, len(wave)), -1, 1) * 32767).astype(np.int16).tobytes()
    try:
        decoder.set_align_text(" ".join(words))
        for second_pass in (False, True):
            if second_pass:
                decoder.set_alignment()
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
        return [
            (phone.name if phone.name.isalpha() else "SIL", phone.start * 0.01 - _PAD_S,
             (phone.start + phone.duration) * 0.01 - _PAD_S)
            for word in decoder.get_alignment().words() for phone in word
        ]  # fmt: skip
    except (RuntimeError, ValueError, TypeError, AttributeError):
        return []


def frame_labels(segments: Sequence[Segment], n_frames: int, classes: Sequence[str]) -> NDArray[np.int64]:
    """Return the class index of every frame of the sketch grid under an alignment."""
    times = np.arange(n_frames) * HOP / SAMPLE_RATE
    labels = np.full(n_frames, classes.index("SIL"), np.int64)
    for segment in segments:
        labels[(times >= segment.start_s) & (times < segment.end_s)] = classes.index(segment.phone)
    return labels
