"""Is the melody alive: how far pitch, phone lengths and loudness spread, the engine beside the human, same sentences.

All are measured on sound, by the same analyser and aligner for both. A flat reading has ratios below 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.measure import Figure
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP_S, Floats
from intermezzo_engines.speech.heldout import HUMAN, OURS, Heard, HeldOut, voice_by_voice
from intermezzo_engines.speech.phones import PAUSE, split_label

__all__ = ["Spread", "prosody_figures", "semitones", "spread_of"]

_LEAP_ST = 6.0  # a frame further than this from the running median of its surroundings is the tracker's error
_LEAP_FRAMES = 31
_FLAT_ST = 4.0
_PHRASE_PAUSE = 8  # frames of silence that end a phrase
_PHRASE_VOICED = 20  # voiced frames that a phrase needs to have a melody
_RARE = 3  # phones seen less often have no spread of their own


class Spread(NamedTuple):
    """Standard deviations over many sentences, and the melody by phrase.

    Attributes:
        pitch_st: log F0 of voiced frames in semitones.
        durations_ln: natural logs of phone lengths.
        durations_in_phone_ln: the same about the mean of each phone.
        energy_db: level of the frames in phones.
        flat_percent: phrases whose pitch range is under 4 semitones.
        range_st: median pitch range of a phrase, 5th to 95th percentile.
        slope_st_per_s: median slope of the pitch over a phrase.
    """

    pitch_st: float
    durations_ln: float
    durations_in_phone_ln: float
    energy_db: float
    flat_percent: float
    range_st: float
    slope_st_per_s: float


def prosody_figures(held: HeldOut) -> list[Figure]:
    """Return for every voice the three ratios of spread, engine to human, and the details behind them."""
    return voice_by_voice(held, VOICES, _of_voice)


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice)
    spreads = {who: spread_of([held.heard(clip, who) for clip in clips]) for who in (HUMAN, OURS)}
    return compared(voice, spreads[OURS], spreads[HUMAN], f"{len(clips)} held-out sentences, same instruments")


def compared(voice: str, engine: Spread, human: Spread, note: str) -> list[Figure]:
    """Return the figures of one voice."""
    figures = [
        Figure(f"spread_of_{name}_to_human_{voice}_ratio", getattr(engine, field) / max(getattr(human, field), 1e-9),
               "quality", at_least=0.8, at_most=1.25, note=note)
        for name, field in (("pitch", "pitch_st"), ("durations", "durations_ln"), ("energy", "energy_db"))
    ]  # fmt: skip
    within = engine.durations_in_phone_ln / max(human.durations_in_phone_ln, 1e-9)
    figures.append(Figure(f"spread_of_durations_in_phone_to_human_{voice}_ratio", within, "detail",
                          note="about the mean of each phone"))  # fmt: skip
    for who, spread in ((OURS, engine), (HUMAN, human)):
        figures += [
            Figure(f"spread_of_pitch_{who}_{voice}_st", spread.pitch_st, "detail"),
            Figure(f"spread_of_energy_{who}_{voice}_db", spread.energy_db, "detail"),
            Figure(f"flat_phrases_{who}_{voice}_percent", spread.flat_percent, "detail",
                   note=f"pitch range under {_FLAT_ST:g} semitones"),
            Figure(f"pitch_range_of_phrases_{who}_{voice}_st", spread.range_st, "detail"),
            Figure(f"pitch_slope_of_phrases_{who}_{voice}_st_per_s", spread.slope_st_per_s, "detail"),
        ]  # fmt: skip
    return figures


def spread_of(sentences: Sequence[Heard]) -> Spread:
    """Return the spread over sentences; a value without any case is NaN."""
    pitch = [semitones(heard.f0_hz) for heard in sentences]
    lengths: dict[str, list[float]] = {}
    for heard in sentences:
        for label, start, stop in zip(heard.labels, heard.starts, heard.stops, strict=True):
            if label != PAUSE:
                lengths.setdefault(split_label(label)[0], []).append(float(np.log(stop - start)))
    about = [np.array(values) - np.mean(values) for values in lengths.values() if len(values) >= _RARE]
    phrases = [phrase for heard, st in zip(sentences, pitch, strict=True) for phrase in _phrases(heard, st)]
    ranges = [float(np.subtract(*np.percentile(st[~np.isnan(st)], (95, 5)))) for st in phrases]
    return Spread(
        _deviation([st[~np.isnan(st)] for st in pitch]),
        _deviation([np.array(values) for values in lengths.values()]),
        _deviation(about),
        _deviation([heard.energy_db[heard.speech] for heard in sentences]),
        float(100 * np.mean(np.array(ranges) < _FLAT_ST)) if ranges else float("nan"),
        float(np.median(ranges)) if ranges else float("nan"),
        float(np.median([_slope(st) for st in phrases])) if phrases else float("nan"),
    )


def semitones(f0_hz: Floats) -> NDArray[np.float64]:
    """Return pitch in semitones above 1 Hz, NaN where unvoiced or where a frame leaps from all around it."""
    st = np.where(f0_hz > 0, 12 * np.log2(np.maximum(f0_hz, 1.0)), np.nan).astype(np.float64)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(st, _LEAP_FRAMES // 2, constant_values=np.nan), _LEAP_FRAMES
    )
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # windows without a voiced frame
        st[np.abs(st - np.nanmedian(around, axis=1)) > _LEAP_ST] = np.nan
    return st


def _phrases(heard: Heard, st: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the pitch of each phrase: what lies between two pauses and has a melody at all."""
    cuts = [0]
    for label, start, stop in zip(heard.labels, heard.starts, heard.stops, strict=True):
        if label == PAUSE and stop - start >= _PHRASE_PAUSE:
            cuts += [int(start), int(stop)]
    pieces = [st[a:b] for a, b in zip(cuts, [*cuts[1:], len(st)], strict=True)]
    return [piece for piece in pieces if np.sum(~np.isnan(piece)) >= _PHRASE_VOICED]


def _slope(st: NDArray[np.float64]) -> float:
    at = np.flatnonzero(~np.isnan(st))
    return float(np.polyfit(at * HOP_S, st[at], 1)[0])


def _deviation(parts: Sequence[NDArray[np.floating]]) -> float:
    values = np.concatenate(parts) if parts else np.zeros(0)
    return float(values.std()) if len(values) else float("nan")
