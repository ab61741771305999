"""Does a sentence spoken after a recording follow it: melody and phone lengths of the copy against the recording.

A recording's intonation is put on a synthetic sentence of the same text, in the recording's own voice and in another.
The melody is measured as drawn in the sketch, and as heard in the rendered sound wherever the sketch has a pitch: its
voicing comes from the text, not from a tracker. Elsewhere trackers carry pitch through voiceless sounds, in which
nothing was drawn and nothing can be copied; with those frames the figure stands beside it as a detail. So does one by
an estimator that is not ours, WORLD's Harvest, on the same frames.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from importlib.util import find_spec

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
_HOW = {
    "drawn": "in the sketch",
    "everywhere": "heard, and also where the sketch has no pitch: what a tracker carries through voiceless sounds",
    "harvest": "heard by WORLD's Harvest instead of our analyser, where the sketch has a pitch",
    "harvest_in_both": "Harvest on both sounds: also counts where it finds another octave in the recording than we do",
}


def intonation_figures(held: HeldOut) -> list[Figure]:
    """Return how closely sentences follow held-out recordings, by the voice of the recording."""
    return voice_by_voice(held, VOICES, _of_voice)


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    figures = []
    for target in (voice, *([_OTHER[voice]] if voice in _OTHER else [])):
        kept: dict[str, list[float]] = {how: [] for how in ("heard", *_HOW)}
        errors: list[float] = []
        for clip in clips:
            held.context.progress(f"following {clip.id} with the voice {target}")
            guide, params = held.recorded(clip), {"voice": target}
            sketch = copy_intonation(held.context.convert(Text(clip.text), params=params), guide)
            sketch = held.context.resample(sketch, 0, sketch.n_frames, seed=1, params=params)
            for how, melody in _melodies(held, sketch).items():
                theirs = harvest_f0(held.human(clip)) if how == "harvest_in_both" else guide.pitch.values
                kept[how].append(melody_correlation(*paired_pitch(sketch, melody, guide, theirs)))
            errors += length_errors_ms(sketch, guide)
        name = voice if target == voice else f"{voice}_by_{target}"
        figures += [
            Figure(f"copied_pitch_correlation_{name}", float(np.mean(kept["heard"])), "quality", at_least=0.95,
                   note=f"{len(clips)} held-out recordings, mean of their correlations, phone by phone; heard in the "
                   "sound by our analyser, in all frames that have a pitch in the recording, the sketch and the sound"),
            Figure(f"copied_pitch_correlation_lowest_{name}", min(kept["heard"]), "detail", note="the worst sentence"),
            *(Figure(f"copied_pitch_correlation_{how}_{name}", float(np.mean(kept[how])), "detail", note=note)
              for how, note in _HOW.items() if kept[how]),
            Figure(f"copied_length_error_{name}_ms_median", float(np.median(errors)), "quality", at_most=20.0,
                   note=f"{len(errors)} phones, against the lengths found in the recording"),
        ]  # fmt: skip
    return figures


def _melodies(held: HeldOut, sketch: Sketch) -> dict[str, Floats]:
    """Return the pitch of a sketch in Hz at its frames: as drawn, as our analyser hears it, and as Harvest does."""
    sound, drawn = sound_of(held.context, sketch), sketch.pitch.values
    heard = _of_length(held.context.analyse(Audio(sound[None], SAMPLE_RATE)).pitch.values, len(drawn))
    found = {"drawn": drawn, "everywhere": heard, "heard": np.where(drawn > 0, heard, 0).astype(np.float32)}
    if find_spec("pyworld") is not None:
        second = np.where(drawn > 0, _of_length(harvest_f0(sound), len(drawn)), 0).astype(np.float32)
        found |= {"harvest": second, "harvest_in_both": second}
    return found


def harvest_f0(sound: Floats) -> Floats:
    """Return F0 of a 24 kHz mono sound at the sketch's frames by WORLD's Harvest and StoneMask, 0 where unvoiced."""
    import pyworld

    x = sound.astype(np.float64)
    f0, times = pyworld.harvest(x, SAMPLE_RATE, f0_floor=50.0, f0_ceil=1000.0, frame_period=1000 * HOP_S)
    return np.asarray(pyworld.stonemask(x, f0, times, SAMPLE_RATE), np.float32)


def _of_length(values: Floats, n_frames: int) -> Floats:
    return np.pad(values[:n_frames], (0, max(n_frames - len(values), 0)))


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
