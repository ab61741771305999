"""Clicks, hum and hiss: the steps from sample to sample, and what is heard where nobody speaks, engine beside human."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from intermezzo.core.measure import Figure
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import HUMAN, OURS, Heard, HeldOut, Who, not_measured, voice_by_voice
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.render import CHUNK

__all__ = ["at_joins", "floor_db", "hum_db", "join_figures", "pause_spectra", "steps"]

_NEAR_S = 0.002  # to either side of a join
_FRAME = 600  # 25 ms
_N_FFT = 2048  # 85 ms: lines 12 Hz apart
_LINES = 41
_HUM_HZ = (40.0, 11_500.0)
_LEAST_SPECTRA = 10


def join_figures(held: HeldOut) -> list[Figure]:
    """Return for every voice the largest steps at joins, the noise floor and the strongest line in pauses."""
    return voice_by_voice(held, VOICES, _of_voice)


def _of_voice(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice)
    heard = {who: [held.heard(clip, who) for clip in clips] for who in (HUMAN, OURS)}
    return compared(voice, heard[OURS], heard[HUMAN])


def compared(voice: str, engine: Sequence[Heard], human: Sequence[Heard]) -> list[Figure]:
    """Return the figures of one voice."""
    note = f"{len(engine)} held-out sentences"
    usual = float(np.percentile(np.concatenate([steps(h) for h in human]), 99.99))
    ours = float(np.percentile(np.concatenate([steps(h) for h in engine]), 99.99))
    joins = max(float(steps(h)[at_joins(h, OURS)].max(initial=0.0)) for h in engine)
    floors = {who: floor_db(h) for who, h in ((OURS, engine), (HUMAN, human))}
    return [
        Figure(f"largest_step_at_joins_to_human_{voice}_ratio", joins / usual, "quality", at_most=1.0,
               note=f"{note}; phones, words, phrases and render chunks, against the 99.99th percentile of all human "
               "steps, both at the same level"),
        Figure(f"largest_steps_to_human_{voice}_ratio", ours / usual, "detail",
               note="99.99th percentile of all steps from sample to sample"),
        Figure(f"noise_floor_{OURS}_above_human_{voice}_db", floors[OURS] - floors[HUMAN], "quality", at_most=3.0,
               note="3rd percentile of the level of 25 ms frames, under the level of speech"),
        *(Figure(f"noise_floor_{who}_{voice}_dbfs", _dbfs(h), "detail") for who, h in ((OURS, engine), (HUMAN, human))),
        *_hum(voice, engine, human),
    ]  # fmt: skip


def _hum(voice: str, engine: Sequence[Heard], human: Sequence[Heard]) -> list[Figure]:
    """Compare the lines in pauses over equally many spectra: the fewer, the further the highest of noise stands out."""
    spectra = {OURS: pause_spectra(engine), HUMAN: pause_spectra(human)}
    n = min(len(s) for s in spectra.values())
    name = f"hum_in_pauses_{OURS}_above_human_{voice}_db"
    if n < _LEAST_SPECTRA:
        return not_measured(name, f"only {n} stretches of pause of {1000 * _N_FFT / SAMPLE_RATE:.0f} ms in one of them")
    hums = {who: hum_db(s[np.linspace(0, len(s) - 1, n).astype(int)]) for who, s in spectra.items()}
    return [
        Figure(name, hums[OURS] - hums[HUMAN], "quality", at_most=3.0,
               note=f"strongest line over the median of its neighbours, mean of {n} spectra of pauses"),
        *(Figure(f"hum_in_pauses_{who}_{voice}_db", hums[who], "detail") for who in (OURS, HUMAN)),
    ]  # fmt: skip


def steps(heard: Heard) -> Floats:
    """Return |difference| of each sample and the one before (the first is 0) over the level of the speech."""
    level = max(float(np.sqrt(np.mean(_in_speech(heard) ** 2))), 1e-6)
    size: Floats = np.abs(np.diff(heard.sound, prepend=heard.sound[:1])).astype(np.float32)
    return size / np.float32(level)


def at_joins(heard: Heard, who: Who) -> NDArray[np.bool_]:
    """Say which samples lie within 2 ms of where two phones meet or, in the engine's sound, two render chunks."""
    near = np.zeros(len(heard.sound), bool)
    places = [int(start) * HOP for start in heard.starts[1:]]
    if who == OURS:
        places += list(range(CHUNK * HOP, len(near), CHUNK * HOP))
    reach = round(_NEAR_S * SAMPLE_RATE)
    for place in places:
        near[max(place - reach, 0) : place + reach] = True
    return near


def floor_db(sentences: Sequence[Heard]) -> float:
    """Return the 3rd percentile of the level of all 25 ms frames in dB under the level of the speech."""
    speech = np.concatenate([_in_speech(heard) for heard in sentences])
    return _dbfs(sentences) - float(10 * np.log10(np.mean(speech.astype(np.float64) ** 2) + 1e-12))


def pause_spectra(sentences: Sequence[Heard]) -> NDArray[np.float64]:
    """Return the power spectra of all stretches of 85 ms in pauses, each of mean 1, ``(n, 1025)``."""
    window = np.hanning(_N_FFT)
    spectra = [
        np.abs(np.fft.rfft(piece[at : at + _N_FFT] * window)) ** 2
        for heard in sentences
        for piece in _pauses(heard)
        for at in range(0, len(piece) - _N_FFT + 1, _N_FFT // 2)
    ]
    return np.array([s / (s.mean() + 1e-20) for s in spectra]).reshape(-1, _N_FFT // 2 + 1)


def hum_db(spectra: NDArray[np.float64]) -> float:
    """Return by how many dB the strongest line of the mean of spectra stands over the lines around it, 40 Hz to
    11.5 kHz."""
    level = 10 * np.log10(spectra.mean(0) + 1e-12)
    hz = np.arange(len(level)) * SAMPLE_RATE / _N_FFT
    wanted = (hz >= _HUM_HZ[0]) & (hz <= _HUM_HZ[1])
    return float((level - median_filter(level, _LINES, mode="nearest"))[wanted].max())


def _dbfs(sentences: Sequence[Heard]) -> float:
    levels = []
    for heard in sentences:
        n = len(heard.sound) // _FRAME * _FRAME
        power = (heard.sound[:n].astype(np.float64).reshape(-1, _FRAME) ** 2).mean(1)
        levels.append(10 * np.log10(power + 1e-12))
    return float(np.percentile(np.concatenate(levels), 3))


def _in_speech(heard: Heard) -> Floats:
    inside = np.repeat(heard.speech, HOP)[: len(heard.sound)]
    return heard.sound[: len(inside)][inside]


def _pauses(heard: Heard) -> list[Floats]:
    """Return the inner part of each pause: two frames from the sounds beside it."""
    return [
        heard.sound[(int(start) + 2) * HOP : (int(stop) - 2) * HOP]
        for label, start, stop in zip(heard.labels, heard.starts, heard.stops, strict=True)
        if label == PAUSE and stop - start > 4
    ]
