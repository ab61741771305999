"""Figures: whether the notes of a hummed tune are found, on a synthesised voice with glides, vibrato and breath noise.

The voice sings the first 16 notes of held-out tunes at random tempi, out of tune with the piano by up to 40 cents, half
of them with its own slight rubato. Glides last 60 to 120 ms around the written onsets, vibrato 5 to 6.3 Hz and 20 to 60
cents; a note that repeats its pitch begins with a dip of level, as a hummer's does. Of two onsets that are 50 ms apart
one is found in the other (the tolerance of MIREX).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.clock import of_tempi
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Melody
from intermezzo.core.music.metre import FRAMES_PER_QUARTER
from intermezzo_engines.melody.hum import hummed
from intermezzo_engines.melody.obeyed import held_out_tunes

__all__ = ["hum_figures", "onset_score", "sing"]

_RATE, _NOTES, _WITHIN_S = 44_100, 16, 0.05
_FORMANTS = ((300.0, 80.0, 1.0), (800.0, 100.0, 0.6), (2400.0, 150.0, 0.15), (3300.0, 200.0, 0.1))
_Timed = tuple[float, float, int]


def hum_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    scores: tuple[list[float], list[float]] = ([], [])
    right: list[float] = []
    for seed, tune in enumerate(held_out_tunes(context)[:24]):
        for strays in (0.0, 0.05):
            rng = np.random.default_rng(seed)
            notes = _timed(tune, rng, strays)
            found = hummed(Audio(sing(notes, rng)[None], _RATE))
            at_s = of_tempi(found.tempi, FRAMES_PER_QUARTER, found.n_frames).seconds_at(found.notes[:, 0])
            at_s = at_s + notes[0][0] - at_s[0]
            scores[strays > 0].append(onset_score([start for start, _, _ in notes], at_s.tolist()))
            if not strays:
                right.append(_pitches_right(notes, found, at_s.tolist()))
    note = f"{len(right)} held-out tunes of {_NOTES} notes, F1 at 50 ms, after they were put on bars and beats"
    return [
        Figure("hummed_onset_f1", float(np.mean(scores[0])), "quality", at_least=0.9, note=note),
        Figure("hummed_onset_f1_rubato", float(np.mean(scores[1])), "quality", at_least=0.9, note="5 % a note"),
        Figure("hummed_onset_f1_worst", min(scores[0]), "detail"),
        Figure("hummed_pitch_right_percent", 100 * float(np.mean(right)), "quality"),
    ]


def onset_score(true_s: list[float], found_s: list[float], within_s: float = _WITHIN_S) -> float:
    """Return F1 of onsets, each matched once."""
    free = list(found_s)
    hits = 0
    for at in true_s:
        near = min(free, key=lambda other: abs(other - at), default=None)
        if near is not None and abs(near - at) <= within_s:
            free.remove(near)
            hits += 1
    return 2 * hits / max(len(true_s) + len(found_s), 1)


def sing(notes: list[_Timed], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return (n,) at 44.1 kHz of a voice that hums notes (start_s, stop_s, pitch)."""
    n = int((notes[-1][1] + 0.5) * _RATE)
    height, level = np.full(n, np.nan), np.zeros(n)
    for k, (start_s, stop_s, pitch) in enumerate(notes):
        first, last = int(start_s * _RATE), int(stop_s * _RATE)
        t = np.arange(last - first) / _RATE
        sway = np.sin(2 * np.pi * rng.uniform(5, 6.3) * t + rng.uniform(0, 6)) * rng.uniform(0.2, 0.6)
        height[first:last] = pitch + sway * np.minimum(t / 0.3, 1)
        again = k > 0 and notes[k - 1][2] == pitch
        ramp = min(int(0.03 * _RATE), last - first)
        shape = np.ones(last - first)
        shape[:ramp] *= np.linspace(0.25 if again or rng.random() < 0.4 else 0.9, 1, ramp)
        shape[-ramp:] *= np.linspace(1, 0.3 if rng.random() < 0.6 else 0.9, ramp)
        level[first:last] = shape * rng.uniform(0.6, 1)
    heard = np.flatnonzero(~np.isnan(height))
    height = np.interp(np.arange(n), heard, height[heard])
    glide = np.hanning(int(rng.uniform(0.06, 0.12) * _RATE) // 2 * 2 + 1)
    height = np.convolve(np.pad(height, len(glide) // 2, mode="edge"), glide / glide.sum(), "valid")
    height += rng.uniform(-0.4, 0.4) + 2 * np.convolve(rng.normal(size=n), np.full(2000, 1 / 2000), "same")
    f0_hz = 440 * 2 ** ((height - 69) / 12)
    phase = 2 * np.pi * np.cumsum(f0_hz) / _RATE
    sound = np.zeros(n)
    for order in range(1, 50):
        partial = order * f0_hz
        gain = sum(weight / (1 + ((partial - centre) / width) ** 2) for centre, width, weight in _FORMANTS)
        sound += np.where(partial < 0.45 * _RATE, gain, 0) / order**0.8 * np.sin(order * phase)
    sound *= level / np.abs(sound).max()
    return (0.5 * (sound + 0.004 * rng.normal(size=n))).astype(np.float32)


def _timed(tune: Melody, rng: np.random.Generator, strays: float) -> list[_Timed]:
    """Return the first notes of a tune at a tempo of 75 to 133 quarters a minute, each step longer or shorter."""
    rows = tune.notes[:_NOTES]
    per_frame = rng.uniform(0.45, 0.8) / FRAMES_PER_QUARTER
    steps = np.diff(rows[:, 0]) * per_frame * (1 + strays * rng.normal(size=len(rows) - 1))
    starts = 0.3 + np.concatenate([[0.0], np.cumsum(steps)])
    stops = np.minimum(starts + (rows[:, 1] - rows[:, 0]) * per_frame, np.append(starts[1:], np.inf))
    down = 12 * int(rng.random() < 0.4)
    return [(float(a), float(b), int(p) - down) for a, b, p in zip(starts, stops, rows[:, 2], strict=True)]


def _pitches_right(notes: list[_Timed], found: Melody, at_s: list[float]) -> float:
    """Return the share of notes whose pitch is right, against the tuning that the whole tune was heard in."""
    pairs = []
    for start, _, pitch in notes:
        near = min(range(len(at_s)), key=lambda k: abs(at_s[k] - start))
        pairs.append(int(found.notes[near, 2]) - pitch if abs(at_s[near] - start) < 0.1 else 99)
    common = max(set(pairs), key=pairs.count)
    return float(np.mean([apart == common for apart in pairs])) if abs(common) <= 1 else 0.0
