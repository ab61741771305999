"""The notes in a hummed, sung or whistled recording: in seconds and semitones, before any beat is known.

A hidden Markov model with one state a semitone and one for silence reads the pitch track (the idea of Ryynänen and
Klapuri 2004 and of Tony, Mauch et al. 2015, with costs instead of trained densities): vibrato and glides cost less than
a change of note and back, a real step costs more. A note struck again on its pitch shows as a dip of level or as a
short loss of voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from intermezzo_engines.speech.features import HOP_S, SAMPLE_RATE
from intermezzo_engines.speech.pitch import estimate_f0

__all__ = ["SungNote", "notes_in_track", "sung_notes"]

_LOWEST: Final = 33
_STATES: Final = 76  # semitones from 33 on: as low as a bass hums, as high as anybody whistles
_WIDTH_ST: Final = 0.6
_OUTLIER: Final = 6.0
_CHANGE: Final = 7.0
_VOICE: Final = 1.2
_SHORTEST_S: Final = 0.07
_GAP_S: Final = 0.04
_DIP_DB: Final = 5.0
_DIP_REACH_S: Final = 0.11
_WHISTLE_HZ: Final = 620.0
_WHISTLE: Final = 4


@dataclass(frozen=True)
class SungNote:
    """One note: ``start_s``, ``stop_s``, MIDI ``pitch`` and how many ``level_db`` it has against the loudest."""

    start_s: float
    stop_s: float
    pitch: int
    level_db: float


def sung_notes(samples: NDArray[np.float32], sample_rate: int) -> list[SungNote]:
    """Return the notes of a recording of one voice, in order, none overlapping.

    Args:
        samples: (n,) mono, full scale 1.
        sample_rate: in Hz.
    """
    tone = _resampled(samples, sample_rate, SAMPLE_RATE)
    if _is_whistled(tone):
        # Slowed down four times, a whistle lies in the range of the tracker, and its frames are four times as short.
        slow = estimate_f0(_resampled(samples, sample_rate, SAMPLE_RATE * _WHISTLE))
        f0_hz = np.asarray(slow[::_WHISTLE] * _WHISTLE, np.float32)
    else:
        f0_hz = estimate_f0(tone)
    return notes_in_track(f0_hz, _level_db(tone, len(f0_hz)), HOP_S)


def notes_in_track(f0_hz: NDArray[np.float32], level_db: NDArray[np.float64], hop_s: float) -> list[SungNote]:
    """Return the notes of a pitch track.

    Args:
        f0_hz: (frames,), 0 where no voice is heard.
        level_db: (frames,) level against the loudest frame.
        hop_s: seconds a frame.
    """
    voiced = (f0_hz > 0) & (level_db > -45.0)
    if voiced.sum() * hop_s < _SHORTEST_S:
        return []
    height = np.zeros(len(f0_hz))
    height[voiced] = 69.0 + 12.0 * np.log2(f0_hz[voiced] / 440.0)
    tuning = _tuning(height, voiced)
    path = _path(height - tuning, voiced)
    pieces = [
        piece
        for start, stop in _runs(path)
        for piece in _struck_again(start, stop, voiced, level_db, hop_s)
        if (piece[1] - piece[0]) * hop_s >= _SHORTEST_S
    ]
    return _named(pieces, height, voiced, level_db, hop_s, tuning)


def _named(
    pieces: list[tuple[int, int]], height: NDArray[np.float64], voiced: NDArray[np.bool_],
    level_db: NDArray[np.float64], hop_s: float, tuning: float,
) -> list[SungNote]:  # fmt: skip
    """Return stretches as notes; people drift, so each is heard against the tuning of those around it."""
    centres = []
    for start, stop in pieces:
        third = (stop - start) // 4
        own = height[start + third : stop - third][voiced[start + third : stop - third]]
        centres.append(float(np.median(own if len(own) else height[start:stop][voiced[start:stop]])))
    found, drift = [], tuning
    for (start, stop), centre in zip(pieces, centres, strict=True):
        pitch = round(centre - drift)
        drift += 0.25 * (centre - drift - pitch)
        level = float(level_db[start:stop].max())
        found.append(SungNote(start * hop_s, stop * hop_s, int(np.clip(pitch, 21, 108)), level))
    return found


def _tuning(height: NDArray[np.float64], voiced: NDArray[np.bool_]) -> float:
    """Return by how many semitones the singer lies over the piano, -0.5 to 0.5; the circular mean of steady frames."""
    steady = voiced.copy()
    steady[1:] &= (np.abs(np.diff(height)) < 0.15) & voiced[:-1]
    angles = np.exp(2j * np.pi * height[steady if steady.any() else voiced])
    return float(np.angle(angles.mean()) / (2 * np.pi))


def _path(height: NDArray[np.float64], voiced: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the state of each frame on the cheapest path: a semitone over the lowest, or -1 for silence."""
    steps = np.arange(_STATES) + _LOWEST
    apart = np.minimum((height[:, None] - steps) ** 2 / (2 * _WIDTH_ST**2), _OUTLIER)
    cost = np.concatenate([np.where(voiced[:, None], apart, _VOICE), np.where(voiced, _VOICE * 2, 0.0)[:, None]], 1)
    back = np.zeros(cost.shape, np.int64)
    total = cost[0].copy()
    stay = np.arange(_STATES + 1)
    for t in range(1, len(cost)):
        best = int(total.argmin())
        moved = total[best] + _CHANGE
        leaves = moved < total
        back[t] = np.where(leaves, best, stay)
        total = np.where(leaves, moved, total) + cost[t]
    states = np.empty(len(cost), np.int64)
    states[-1] = int(total.argmin())
    for t in range(len(cost) - 1, 0, -1):
        states[t - 1] = back[t, states[t]]
    return np.where(states == _STATES, -1, states)


def _struck_again(
    start: int, stop: int, voiced: NDArray[np.bool_], level_db: NDArray[np.float64], hop_s: float
) -> list[tuple[int, int]]:
    """Cut a stretch of one pitch where the voice fails for a moment or its level dips between two louder places."""
    reach, gap = max(round(_DIP_REACH_S / hop_s), 1), max(round(_GAP_S / hop_s), 1)
    cuts = []
    silent = _runs(np.where(voiced[start:stop], -1, 0))
    cuts += [(start + a, start + b) for a, b in silent if b - a >= gap]
    inside = level_db[start:stop]
    for k in range(reach, stop - start - reach):
        around = inside[k - reach : k + reach + 1]
        if inside[k] == around.min() and min(around[:reach].max(), around[reach + 1 :].max()) - inside[k] >= _DIP_DB:
            cuts.append((start + k, start + k + 1))
    pieces, at = [], start
    for first, last in sorted(cuts):
        if first > at:
            pieces.append((at, first))
        at = max(at, last)
    if stop > at:
        pieces.append((at, stop))
    return pieces


def _runs(states: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return (start, stop) of each stretch of one state that is not -1."""
    edges = np.flatnonzero(np.diff(states, prepend=states[:1] - 1 if len(states) else 0))
    stops = [*edges[1:].tolist(), len(states)]
    return [(a, b) for a, b in zip(edges.tolist(), stops, strict=True) if states[a] >= 0]


def _level_db(tone: NDArray[np.float32], n_frames: int) -> NDArray[np.float64]:
    """Return the level of each frame against the loudest, smoothed over 30 ms."""
    hop = round(HOP_S * SAMPLE_RATE)
    padded = np.zeros(n_frames * hop + 2 * hop)
    power = np.square(tone.astype(np.float64))
    padded[hop // 2 : hop // 2 + min(len(power), len(padded) - hop // 2)] = power[: len(padded) - hop // 2]
    blocks = padded[: n_frames * hop].reshape(n_frames, hop).mean(1)
    smooth = np.convolve(np.pad(blocks, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    level: NDArray[np.float64] = 10 * np.log10(np.maximum(smooth, 1e-12) / max(float(smooth.max()), 1e-12))
    return level


def _is_whistled(tone: NDArray[np.float32]) -> bool:
    """Tell whether nearly all of the sound lies in one partial higher than a voice hums."""
    _, _, spectra = signal.stft(tone, SAMPLE_RATE, nperseg=2048)
    power = np.abs(spectra) ** 2
    loud = power.sum(0) > 0.05 * power.sum(0).max(initial=0.0)
    if not loud.any():
        return False
    heard = power[:, loud]
    peaks = heard.argmax(0)
    near = np.abs(np.arange(len(heard))[:, None] - peaks) <= 3
    share = (heard * near).sum(0) / np.maximum(heard.sum(0), 1e-20)
    return float(np.median(peaks)) * SAMPLE_RATE / 2048 > _WHISTLE_HZ and float(np.median(share)) > 0.9


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    divisor = int(np.gcd(rate, wanted))
    return np.asarray(signal.resample_poly(samples, wanted // divisor, rate // divisor), np.float32)
