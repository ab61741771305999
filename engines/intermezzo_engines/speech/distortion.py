"""How far the engine's speech lies from the human recording of the same sentence, beside espeak-ng and flite.

Mel-cepstral distortion after dynamic time warping (Kubichek 1993; Sakoe & Chiba 1978). All sounds are brought to
16 kHz, cut to their speech, set to the same level and floored alike; no mean is taken out of any of them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from math import gcd
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.signal import resample_poly

from intermezzo.core.measure import Figure
from intermezzo_engines.speech.features import SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import ENGLISH_VOICES, HeldOut
from intermezzo_engines.speech.parallel import shared_out

__all__ = ["Distance", "distance", "distortion_figures", "log_mel_16k", "warping_path"]

_RATE = 16_000
_HOP, _WINDOW, _N_FFT, _BANDS = 160, 400, 512, 40
_COEFFICIENTS = 13
_TRIM_DB, _FLOOR_DB = 40.0, 60.0  # below the loud parts
_DB_PER_LN = 20.0 / float(np.log(10.0))
_MAKERS = {
    "espeak_ng": ("espeak-ng", "-v", "en-us", "-w", "{out}", "-f", "{text}"),
    "espeak_ng_female": ("espeak-ng", "-v", "en-us+f3", "-w", "{out}", "-f", "{text}"),
    "flite_slt": ("flite", "-voice", "slt", "-f", "{text}", "-o", "{out}"),
}
_OURS = "engine"


class Distance(NamedTuple):
    """Means over the warping path: mel-cepstral distortion without c0, and |difference| of log-mel bands, both dB."""

    cepstral_db: float
    mel_db: float


class _Case(NamedTuple):
    human: Floats
    ours: Floats
    text: str


def distortion_figures(held: HeldOut) -> list[Figure]:
    """Return for each English voice the distortion of the engine and of each peer, and the engine's lead."""
    figures: list[Figure] = []
    for voice in ENGLISH_VOICES:
        clips = held.clips(voice)
        held.context.progress(f"mel distortion: speaking {len(clips)} sentences of {voice}")
        cases = [_Case(held.human(clip), held.spoken(clip), clip.text) for clip in clips]
        found = []
        for number, distances in enumerate(shared_out(_distances, cases), 1):
            held.context.progress(f"mel distortion: {voice}, {number} of {len(cases)}")
            found.append(distances)
        figures += compared(voice, found)
    return figures


def compared(voice: str, found: Sequence[dict[str, Distance]]) -> list[Figure]:
    """Return the figures of one voice from the distances of each sentence by maker."""
    note = f"{len(found)} held-out sentences, {_COEFFICIENTS} coefficients without c0, time warped, no mean taken out"
    means = {name: np.mean([sentence[name] for sentence in found], axis=0).tolist() for name in found[0]}
    figures = []
    for name, (cepstral, mel) in means.items():
        promise = "quality" if name == _OURS else "peers"
        figures += [
            Figure(f"mel_distortion_{name}_{voice}_db", cepstral, promise, note=note if name == _OURS else ""),
            Figure(f"log_mel_distance_{name}_{voice}_db", mel, "detail"),
        ]
    for name in _MAKERS:
        if name not in means:
            program = _MAKERS[name][0]
            figures.append(
                Figure(f"mel_distortion_{name}_{voice}_db", None, "peers", note=f"{program} is not installed")
            )
    peers = [cepstral for name, (cepstral, _) in means.items() if name != _OURS]
    lead = Figure(
        f"mel_distortion_above_best_peer_{voice}_db", None, "quality", at_most=0.0, note="no peer is installed"
    )
    if peers:
        lead = Figure(lead.name, means[_OURS][0] - min(peers), "quality", at_most=0.0, note="below 0: lowest of all")
    return [lead, *figures]


def distance(human: Floats, made: Floats) -> Distance:
    """Return how far one sound lies from another, both 16 kHz mono.

    Raises:
        ValueError: if one of them holds no sound at all.
    """
    a, b = log_mel_16k(human), log_mel_16k(made)
    first, second = _cepstra(a), _cepstra(b)
    costs = _DB_PER_LN * np.sqrt(((first[:, None, :] - second[None, :, :]) ** 2).sum(-1) / 2)
    i, j = warping_path(costs)
    return Distance(float(costs[i, j].mean()), float(_DB_PER_LN * np.abs(a[i] - b[j]).mean()))


def log_mel_16k(samples: Floats) -> NDArray[np.float64]:
    """Return ln mel amplitudes ``(T, 40)`` of 16 kHz sound: cut to its speech, level 0 dB, floor 60 dB under the loud.

    The level is the mean power of what is left after the cut. Hops of 10 ms, windows of 25 ms.

    Raises:
        ValueError: if there is no sound in it.
    """
    padded = np.pad(np.asarray(samples, np.float64), _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    amplitude = np.abs(np.fft.rfft(frames, _N_FFT, axis=1)) @ _filters().T
    level = 10 * np.log10((amplitude**2).mean(1) + 1e-12)
    if level.max() < -100:
        raise ValueError("there is no sound to compare")
    loud = np.flatnonzero(level > np.percentile(level, 95) - _TRIM_DB)
    amplitude = amplitude[loud[0] : loud[-1] + 1]
    amplitude = amplitude / np.sqrt((amplitude**2).mean())
    top = np.percentile(amplitude.max(1), 95)
    floored: NDArray[np.float64] = np.log(np.maximum(amplitude, top * 10 ** (-_FLOOR_DB / 20)))
    return floored


def warping_path(costs: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cheapest path through ``costs`` (n, m) from corner to corner, steps (1, 0), (0, 1) and (1, 1).

    A diagonal step counts twice, so that no direction is favoured. Worked through by anti-diagonals.
    """
    n, m = costs.shape
    total = np.full((n + 1, m + 1), np.inf)
    total[0, 0] = 0.0
    step = np.zeros((n, m), np.uint8)
    for diagonal in range(n + m - 1):
        i = np.arange(max(0, diagonal - m + 1), min(n, diagonal + 1))
        j = diagonal - i
        cost = costs[i, j]
        options = np.stack([total[i, j] + 2 * cost, total[i, j + 1] + cost, total[i + 1, j] + cost])
        step[i, j] = options.argmin(0)
        total[i + 1, j + 1] = options.min(0)
    path = [(n - 1, m - 1)]
    while path[-1] != (0, 0):
        i0, j0 = path[-1]
        move = step[i0, j0] if i0 and j0 else (1 if i0 else 2)
        path.append((i0 - (move != 2), j0 - (move != 1)))
    rows, columns = np.array(path[::-1]).T
    return rows, columns


def _cepstra(log_amplitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return c1 to c13 of each frame, scaled so that ln amplitude = c0 + sum c_k cos: half their squares are power."""
    found: NDArray[np.float64] = dct(log_amplitude, 2, axis=1)[:, 1 : _COEFFICIENTS + 1] / _BANDS
    return found


def _filters() -> NDArray[np.float64]:
    """Return 40 triangles over the bins, even on the mel axis of O'Shaughnessy, 0 to 8 kHz, each of sum 1."""
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + _RATE / 2 / 700), _BANDS + 2) / 2595) - 1)
    bins = np.arange(_N_FFT // 2 + 1) * (_RATE / _N_FFT)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(np.minimum(up, down), 1e-9)
    shares: NDArray[np.float64] = triangles / triangles.sum(1, keepdims=True)
    return shares


def _distances(case: _Case) -> dict[str, Distance]:
    human = np.asarray(_at_16k(case.human, SAMPLE_RATE), np.float32)
    found = {_OURS: distance(human, _at_16k(case.ours, SAMPLE_RATE))}
    for name, command in _MAKERS.items():
        if shutil.which(command[0]):
            found[name] = distance(human, _made_by(command, case.text))
    return found


def _made_by(command: Sequence[str], text: str) -> Floats:
    with tempfile.TemporaryDirectory(prefix="intermezzo-check-") as folder:
        out, source = Path(folder, "out.wav"), Path(folder, "text.txt")
        source.write_text(text + "\n", encoding="utf-8")
        filled = [part.format(out=out, text=source) for part in command]
        subprocess.run(filled, check=True, capture_output=True)
        samples, rate = soundfile.read(out, dtype="float32")
    return _at_16k(samples, rate)


def _at_16k(samples: Floats, rate: int) -> Floats:
    shared = gcd(_RATE, rate)
    return np.asarray(resample_poly(samples, _RATE // shared, rate // shared), np.float32)
