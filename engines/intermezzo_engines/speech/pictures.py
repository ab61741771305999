"""Spectrograms to look at: the recording, its copy by analysis and rendering, and the engine's own reading, one below
the other on one time axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.measure import Figure
from intermezzo.core.media import Audio
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import HeldOut, sound_of

__all__ = ["picture_figures", "spectrogram", "stacked"]

_PER_VOICE = 2
_WINDOW, _N_FFT, _HOP = 720, 1024, 120  # 30 ms, so that harmonics of a low voice stand apart; 5 ms
_RANGE_DB = 70.0
_GAP = 6
_COLOURS = np.array([(11, 12, 16), (34, 64, 107), (92, 195, 179), (244, 245, 247)], float)  # of the studio's pictures


def picture_figures(held: HeldOut) -> list[Figure]:
    """Draw two sentences of every voice where pictures are wanted; returns how many."""
    drawn = 0
    for voice in VOICES if held.context.draws else ():
        for clip in held.clips(voice, _PER_VOICE):
            human = held.human(clip)
            copy = sound_of(held.context, held.context.analyse(Audio(human[None], SAMPLE_RATE)))
            rows = [spectrogram(sound) for sound in (human, copy, held.spoken(clip))]
            held.context.picture(f"{voice}-{clip.id}", stacked(rows))
            drawn += 1
    note = "recording, copy, engine, from top to bottom; 0 to 12 kHz" if drawn else "name a folder with --pictures"
    return [Figure("pictures_drawn", float(drawn), "detail", note=note)]


def spectrogram(sound: Floats) -> NDArray[np.uint8]:
    """Return a picture (513 rows, columns of 5 ms, 3) of 24 kHz sound, 0 Hz at the bottom, over 70 dB."""
    padded = np.pad(np.asarray(sound, np.float64), _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    level = 20 * np.log10(np.abs(np.fft.rfft(frames, _N_FFT, axis=1)) + 1e-9)
    shade = np.clip((level - np.percentile(level, 99.9)) / _RANGE_DB + 1, 0, 1).T[::-1]
    at = np.linspace(0, 1, len(_COLOURS))
    picture: NDArray[np.uint8] = np.rint(
        np.stack([np.interp(shade, at, _COLOURS[:, k]) for k in range(3)], axis=-1)
    ).astype(np.uint8)
    return picture


def stacked(rows: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return pictures of equal height one below the other, a gap between, the shorter filled up with grey."""
    width = max(row.shape[1] for row in rows)
    parts: list[NDArray[np.uint8]] = []
    for row in rows:
        part = np.full((row.shape[0] + _GAP, width, 3), 40, np.uint8)
        part[: row.shape[0], : row.shape[1]] = row
        parts.append(part)
    return np.concatenate(parts)[:-_GAP]
