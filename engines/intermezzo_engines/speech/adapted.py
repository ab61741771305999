"""How the renderer copes with predicted sketches: the converter's colour under a recording's own timing and melody.

The sketch of a recording keeps its phone times, pitch and energy, and envelope and breath are predicted for them. Its
sound then lies frame by frame beside the recording, so that it can be compared without warping: before and after the
renderer was adapted to predictions (`mel_error_of` with either renderer), and beside the same with the analysed colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits import regions
from intermezzo.core.layers import Region
from intermezzo.core.measure import Context, Figure
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP, Floats, mel_filters
from intermezzo_engines.speech.heldout import HUMAN, HeldOut, sound_of, voice_by_voice

__all__ = ["Case", "adapted_figures", "mel_error_db", "mel_error_of", "with_predicted_colour"]

_SENTENCES = 20
_N_FFT = 1024
_FLOOR_DB = 60.0
_DB_PER_LN = 20.0 / float(np.log(10.0))


class Case(NamedTuple):
    """A sketch of T frames, the recording that its sound should be, and which frames are speech."""

    sketch: Sketch
    recording: Floats
    speech: NDArray[np.bool_]


def adapted_figures(held: HeldOut) -> list[Figure]:
    """Return the mel error of the shipped renderer on predicted and on analysed colour, by voice."""
    return voice_by_voice(held, VOICES, _of_voice)


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    analysed, predicted = [], []
    for clip in clips:
        held.context.progress(f"predicted colour for {clip.id}")
        case = Case(held.recorded(clip), held.human(clip), held.heard(clip, HUMAN).speech)
        analysed.append(case)
        predicted.append(case._replace(sketch=with_predicted_colour(held.context, case.sketch, voice)))
    note = f"{len(clips)} held-out clips, their own phone times, pitch and energy; speech frames, 100 mel bands"

    def render(sketch: Sketch) -> Floats:
        return sound_of(held.context, sketch)

    return [
        Figure(f"adapted_mel_error_{voice}_db", mel_error_of(render, predicted), "quality", note=note),
        Figure(f"mel_error_of_analysed_colour_{voice}_db", mel_error_of(render, analysed), "detail", note=note),
    ]


def with_predicted_colour(context: Context, sketch: Sketch, voice: str) -> Sketch:
    """Return the sketch with envelope and breath predicted for the phones, pitch and energy that it has."""
    n = sketch.n_frames
    held = regions.lock(sketch, ["pitch", "energy"], Region(0, n))
    return context.resample(held, 0, n, seed=1, params={"voice": voice, "expression": 0.0})


def mel_error_of(render: Callable[[Sketch], Floats], cases: Sequence[Case]) -> float:
    """Return the mean `mel_error_db` of a renderer over cases."""
    return float(np.mean([mel_error_db(c.recording, render(c.sketch), c.speech) for c in cases]))


def mel_error_db(recording: Floats, made: Floats, speech: NDArray[np.bool_]) -> float:
    """Return the mean |difference| in dB of 100 mel bands over speech frames, floored 60 dB under the recording's loud.

    Args:
        recording: 24 kHz mono.
        made: the same sentence on the same frames.
        speech: ``(T,)`` which frames count.
    """
    wanted, found = _log_mel(recording), _log_mel(made)
    n = min(len(wanted), len(found), len(speech))
    floor = float(np.percentile(wanted.max(1), 95)) - _FLOOR_DB / _DB_PER_LN
    difference = np.maximum(wanted[:n], floor) - np.maximum(found[:n], floor)
    return float(_DB_PER_LN * np.abs(difference[speech[:n]]).mean())


def _log_mel(sound: Floats) -> NDArray[np.float64]:
    padded = np.pad(np.asarray(sound, np.float64), _N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::HOP] * np.hanning(_N_FFT)
    logs: NDArray[np.float64] = np.log(np.abs(np.fft.rfft(frames, axis=1)) @ mel_filters(_N_FFT).T + 1e-7)
    return logs
