"""Analyser: Y -> Y'. The pitch by autocorrelation, the overtones by looking exactly where the pitch says they are.

It measures what the renderer makes, by the same definitions (hum.py), so that a rendered sketch comes back as it was.
"""

import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Mark, Matrix, Slots, Spans
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.mock.hum import (
    BANDS,
    FULL_TONE,
    HOP,
    HOP_S,
    PROFILES_DB,
    REST,
    SAMPLE_RATE,
    SILENT_DB,
    sketch_type,
    specs,
)

__all__ = ["HumAnalyser"]

_WINDOW = 640  # samples, 40 ms: over two periods of the lowest tone
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 900.0
_PERIODIC = 0.6  # autocorrelation from which a frame counts as hummed
_CHUNK_FRAMES = 500
_WORD_GAP_FRAMES = 4


class HumAnalyser:
    """Made without arguments; one instance serves all recordings."""

    def load(self, device: str) -> None:
        """Get ready; there is nothing to load."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the sketch of a recording of any rate and number of channels; all of it is marked as analysed.

        Raises:
            SourceError: if it is shorter than a frame, or the parameter ``text`` has another number of words.
        """
        if not isinstance(medium, Audio):
            raise SourceError("The mock listens to sound; choose a recording.")
        x = _mono(medium)
        n_frames = len(x) // HOP
        if n_frames < 2:
            raise SourceError("This recording is too short: the mock needs 0.02 s at least.")
        padded = np.pad(x, (_WINDOW // 2, _WINDOW))
        f0_hz, loudness_db = np.zeros(n_frames), np.full(n_frames, SILENT_DB)
        colour_db = np.full((n_frames, BANDS), SILENT_DB)
        for first in range(0, n_frames, _CHUNK_FRAMES):
            job.progress(first / n_frames, "Listening")
            at = np.arange(first, min(first + _CHUNK_FRAMES, n_frames))
            windows = padded[at[:, None] * HOP + np.arange(_WINDOW)]
            f0_hz[at], loudness_db[at], colour_db[at] = _measure(windows, float(params["floor_db"]))
        return _sketch(f0_hz, loudness_db, _filled(colour_db, f0_hz > 0), params)


def _mono(medium: Audio) -> NDArray[np.float64]:
    """Return the mean of all channels at 16 kHz, by linear interpolation: good enough for a hum, not for music."""
    x: NDArray[np.float64] = medium.samples.mean(axis=0, dtype=np.float64)
    if medium.sample_rate == SAMPLE_RATE:
        return x
    n = int(medium.n_samples * SAMPLE_RATE / medium.sample_rate)
    resampled: NDArray[np.float64] = np.interp(np.arange(n) * (medium.sample_rate / SAMPLE_RATE), np.arange(len(x)), x)
    return resampled


def _measure(
    windows: NDArray[np.float64], floor_db: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return pitch in Hz (0: none), loudness and colour in dB of windows (frames, 640) centred on their frames."""
    f0_hz, periodicity = _pitch(windows)
    rms = np.sqrt(np.mean(windows[:, _WINDOW // 4 : -_WINDOW // 4] ** 2, axis=1))
    noise_db = 20 * np.log10(np.maximum(rms * 2**0.5 / FULL_TONE, 1e-4))
    hummed = (periodicity > _PERIODIC) & (noise_db > floor_db)
    f0_hz = _refined(windows, f0_hz)
    overtones_db = _overtones(windows, np.where(hummed, f0_hz, 100.0))
    loudest_db = overtones_db.max(axis=1)
    loudness_db = np.where(hummed, loudest_db, noise_db)
    loudness_db = np.where(loudness_db > floor_db, loudness_db, SILENT_DB)
    colour_db = np.maximum(overtones_db - loudest_db[:, None], SILENT_DB)
    return np.where(hummed, f0_hz, 0.0), loudness_db, colour_db


def _pitch(windows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the pitch in Hz and how periodic each window is, 0 to 1, both (frames,)."""
    shortest, longest = int(SAMPLE_RATE / _HIGHEST_HZ), int(SAMPLE_RATE / _LOWEST_HZ) + 2
    half = _WINDOW - longest
    spectrum = np.fft.rfft(windows, 2 * _WINDOW)
    head = np.fft.rfft(windows[:, :half], 2 * _WINDOW)
    product = np.fft.irfft(spectrum * np.conj(head), axis=1)[:, : longest + 1]
    energy = np.cumsum(np.pad(windows**2, ((0, 0), (1, 0))), axis=1)
    lags = np.arange(longest + 1)
    norm = np.sqrt(np.maximum((energy[:, half, None]) * (energy[:, lags + half] - energy[:, lags]), 1e-12))
    likeness = product / norm
    peak = (likeness[:, 1:-1] >= likeness[:, :-2]) & (likeness[:, 1:-1] > likeness[:, 2:])
    inside = np.where(peak, likeness[:, 1:-1], -1.0)[:, shortest - 1 :]
    # The first peak that is nearly as high as the highest: multiples of the period are as alike as the period itself.
    best = np.argmax(inside >= 0.95 * np.maximum(inside.max(axis=1, keepdims=True), 1e-9), axis=1) + shortest
    rows = np.arange(len(windows))
    a, b, c = likeness[rows, best - 1], likeness[rows, best], likeness[rows, best + 1]
    bend = a - 2 * b + c
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (a - c) / np.where(bend == 0, 1, bend), 0.0)
    return SAMPLE_RATE / (best + np.clip(shift, -0.5, 0.5)), b


def _refined(windows: NDArray[np.float64], f0_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pitch at the very centre of each window, from how far the first overtone turns in 5 ms around it."""
    step = 80
    length = _WINDOW - 2 * step
    shape = np.hanning(length)
    turns = np.exp(-2j * np.pi * f0_hz[:, None] * (np.arange(_WINDOW) / SAMPLE_RATE))
    turned = windows * turns
    early = (turned[:, step // 2 : step // 2 + length] * shape).sum(axis=1)
    late = (turned[:, 3 * step // 2 : 3 * step // 2 + length] * shape).sum(axis=1)
    refined = f0_hz + np.angle(late * np.conj(early)) * SAMPLE_RATE / (2 * np.pi * step)
    near = np.abs(refined / f0_hz - 1) < 0.03
    result: NDArray[np.float64] = np.where(near, refined, f0_hz)
    return result


def _overtones(windows: NDArray[np.float64], f0_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the level of each overtone in dB, (frames, 8), 0 dB being a full tone."""
    shape = np.hanning(_WINDOW)
    shaped = windows * (shape * 2 / shape.sum())
    turn = np.exp(-2j * np.pi * f0_hz[:, None] * (np.arange(_WINDOW) / SAMPLE_RATE))
    turned = shaped.astype(np.complex128)
    found = np.empty((len(windows), BANDS))
    for band in range(BANDS):
        turned *= turn  # by one overtone more each time
        strength = np.abs(turned.sum(axis=1))
        found[:, band] = 20 * np.log10(np.maximum(strength / FULL_TONE, 1e-4))
    return found


def _filled(colour_db: NDArray[np.float64], hummed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give frames without overtones the colour of the last frame that has some."""
    if not hummed.any():
        return colour_db
    last = np.maximum.accumulate(np.where(hummed, np.arange(len(hummed)), -1))
    return colour_db[np.where(last < 0, np.argmax(hummed), last)]


def _sketch(
    f0_hz: NDArray[np.float64], loudness_db: NDArray[np.float64], colour_db: NDArray[np.float64],
    params: Mapping[str, Value],
) -> Sketch:  # fmt: skip
    labels = np.where(loudness_db <= SILENT_DB, REST, np.where(f0_hz > 0, "a", "x")).tolist()
    edges = [0, *(k for k in range(1, len(labels)) if labels[k] != labels[k - 1]), len(labels)]
    known, mark, n = specs(), Mark.ANALYSED, len(labels)
    names = tuple(_nearest(colour_db[a:b].mean(axis=0)) if labels[a] == "a" else labels[a] for a, b in _pairs(edges))
    islands = [(a, b) for a, b in _pairs(edges) if labels[a] != REST]
    words: list[tuple[int, int]] = []
    for a, b in islands:
        if words and a - words[-1][1] <= _WORD_GAP_FRAMES:
            words[-1] = (words[-1][0], b)
        else:
            words.append((a, b))
    spelled = _spelled(str(params["text"]), len(words))
    places = [place for _, *place in spelled]
    return Sketch(
        sketch_type(),
        {
            "letters": Spans.machine(known.letters, HOP_S, n, edges[:-1], edges[1:], names, mark),
            "words": Spans.machine(
                known.words,
                HOP_S,
                n,
                [a for a, _ in words],
                [b for _, b in words],
                tuple(w for w, *_ in spelled),
                mark,
                source=places if str(params["text"]).strip() else None,
            ),
            "pitch": Curve.machine(known.pitch, HOP_S, np.clip(f0_hz, 0, known.pitch.high), mark),
            "loudness": Curve.machine(known.loudness, HOP_S, np.clip(loudness_db, SILENT_DB, 0), mark),
            "colour": Matrix.machine(known.colour, HOP_S, np.clip(colour_db, SILENT_DB, 0), mark),
            "moods": Slots.machine(known.moods, ("plain",) * len(words), mark),
        },
        Made("builtin.mock", "1.0", 0, dict(params)),
    )


def _spelled(text: str, n_words: int) -> list[tuple[str, int, int]]:
    """Return each word of a text with its place in it; dots where there is no text."""
    found = [(match[0], *match.span()) for match in re.finditer(r"\w+", text)]
    if text.strip() and len(found) != n_words:
        raise SourceError(f"The text has {len(found)} words, but {n_words} are hummed. Give the text that is hummed.")
    return found or [("…", -1, -1)] * n_words


def _pairs(edges: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(edges))


def _nearest(colour_db: NDArray[np.float64]) -> str:
    return min(PROFILES_DB, key=lambda letter: float(np.abs(np.array(PROFILES_DB[letter]) - colour_db).mean()))
