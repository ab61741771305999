"""Does a sentence spoken after a recording follow it: melody and phone lengths of the copy against the recording.

A recording's intonation is put on a synthetic sentence of the same text, in the recording's own voice and in another.
The melody is measured twice: as drawn in the sketch, and as our analyser hears it in the rendered sound.
"""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.intonation import copy_intonation
from intermezzo.core.layers import Spans
from intermezzo.core.measure import Figure
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.speech import UNKNOWN
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP_S, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import HeldOut, sound_of, voice_by_voice
from intermezzo_engines.speech.phones import PAUSE, split_label
from intermezzo_engines.speech.prosody import semitones

__all__ = ["intonation_figures", "length_errors_ms", "matched_phones", "melody_correlation", "paired_pitch"]

_SENTENCES = 10
_OTHER = {"ljs": "cathy", "cathy": "ljs"}


def intonation_figures(held: HeldOut) -> list[Figure]:
    """Return how closely sentences follow held-out recordings, by the voice of the recording."""
    return voice_by_voice(held, VOICES, _of_voice)


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    figures = []
    for target in (voice, *([_OTHER[voice]] if voice in _OTHER else [])):
        drawn, heard, errors = [], [], list[float]()
        for clip in clips:
            held.context.progress(f"following {clip.id} with the voice {target}")
            guide, params = held.recorded(clip), {"voice": target}
            sketch = copy_intonation(held.context.convert(Text(clip.text), params=params), guide)
            sketch = held.context.resample(sketch, 0, sketch.n_frames, seed=1, params=params)
            sound = sound_of(held.context, sketch)
            found = held.context.analyse(Audio(sound[None], SAMPLE_RATE)).pitch.values
            theirs = guide.pitch.values
            drawn.append(melody_correlation(*paired_pitch(sketch, sketch.pitch.values, guide, theirs)))
            heard.append(melody_correlation(*paired_pitch(sketch, found, guide, theirs)))
            errors += length_errors_ms(sketch, guide)
        name = voice if target == voice else f"{voice}_by_{target}"
        note = f"{len(clips)} held-out recordings, mean of their correlations, phone by phone"
        figures += [
            Figure(f"copied_pitch_correlation_{name}", float(np.mean(heard)), "quality", at_least=0.95,
                   note=f"{note}; heard in the sound"),
            Figure(f"copied_pitch_correlation_drawn_{name}", float(np.mean(drawn)), "detail", note="in the sketch"),
            Figure(f"copied_pitch_correlation_lowest_{name}", min(heard), "detail", note="the worst sentence"),
            Figure(f"copied_length_error_{name}_ms_median", float(np.median(errors)), "quality", at_most=20.0,
                   note=f"{len(errors)} phones, against the lengths found in the recording"),
        ]  # fmt: skip
    return figures


def matched_phones(copy: Spans, recording: Spans) -> list[tuple[int, int]]:
    """Return the phones that both have, in order, by their symbols without stress; no pauses."""
    rows = [[k for k, label in enumerate(spans.labels) if label not in (PAUSE, UNKNOWN)] for spans in (copy, recording)]
    symbols = [[split_label(s.labels[k])[0] for k in r] for s, r in zip((copy, recording), rows, strict=True)]
    blocks = SequenceMatcher(None, symbols[0], symbols[1], autojunk=False).get_matching_blocks()
    return [(rows[0][b.a + k], rows[1][b.b + k]) for b in blocks for k in range(b.size)]


def length_errors_ms(copy: Sketch, recording: Sketch) -> list[float]:
    """Return by how many ms the length of each phone differs from the recording's."""
    return [
        1000 * HOP_S * abs(_length(copy.phones, i) - _length(recording.phones, j))
        for i, j in matched_phones(copy.phones, recording.phones)
    ]


def paired_pitch(
    copy: Sketch, copy_f0_hz: Floats, recording: Sketch, recording_f0_hz: Floats
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return semitones of both at the same places of the same phones, wherever both are voiced and steady."""
    ours, theirs = semitones(copy_f0_hz), semitones(recording_f0_hz)
    first, second = [], []
    for i, j in matched_phones(copy.phones, recording.phones):
        n = max(_length(copy.phones, i), _length(recording.phones, j))
        at = (np.arange(n) + 0.5) / n
        a = int(copy.phones.starts[i]) + (at * _length(copy.phones, i)).astype(int)
        b = int(recording.phones.starts[j]) + (at * _length(recording.phones, j)).astype(int)
        first.append(ours[np.minimum(a, len(ours) - 1)])
        second.append(theirs[np.minimum(b, len(theirs) - 1)])
    f, g = (np.concatenate(parts) if parts else np.zeros(0) for parts in (first, second))
    both = ~(np.isnan(f) | np.isnan(g))
    return f[both], g[both]


def melody_correlation(first_st: NDArray[np.float64], second_st: NDArray[np.float64]) -> float:
    """Return the correlation of two melodies in semitones; 0 where one of them does not move at all."""
    if len(first_st) < 3 or min(first_st.std(), second_st.std()) < 1e-9:
        return 0.0
    return float(np.corrcoef(first_st, second_st)[0, 1])


def _length(spans: Spans, index: int) -> int:
    return int(spans.stops[index] - spans.starts[index])
