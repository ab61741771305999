"""Renderer: Y' -> Y. A sum of overtones with exactly the drawn pitch, and noise for the letters that are not hummed.

Built for the promises: what frame k sounds like depends on frames k and k + 1 and, for the phase, on the pitch since
the beginning of its voiced run, and on nothing else. Noise is a function of the absolute sample number. So any window
of the output is bit for bit what the whole would have there, and an edit changes nothing outside its footprint. That
is what ``[engine.reach]`` in engines.toml tells the studio.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.layers import Curve, Matrix, Slots, Spans
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.mock.hum import BANDS, FULL_TONE, HOP, HOP_S, MOOD_TILTS_DB, SAMPLE_RATE, SILENT_DB

__all__ = ["HumRenderer"]

_CHUNK_FRAMES = 400
_IN_FRAME = np.arange(HOP) / HOP  # position inside a frame, 0 to 1
_OVERTONES = np.arange(1, BANDS + 1)


class HumRenderer:
    """Made without arguments; one instance serves all renderings."""

    def load(self, device: str) -> None:
        """Get ready; there is nothing to load."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Media:
        """Render frames ``window`` (or all) to mono sound of exactly frames * 160 samples."""
        start, stop = window or (0, sketch.n_frames)
        gain = 10 ** (float(params["gain_db"]) / 20)
        chunks = []
        for first in range(start, stop, _CHUNK_FRAMES):
            # Over 0.1 s of work must pass here now and then: it is how the person sees progress and can stop it.
            job.progress((first - start) / max(stop - start, 1), "Rendering")
            chunks.append(gain * _sound(sketch, first, min(first + _CHUNK_FRAMES, stop), seed))
        samples = np.concatenate(chunks) if chunks else np.zeros(0)
        return Audio(samples.astype(np.float32)[None], SAMPLE_RATE)


def _sound(sketch: Sketch, start: int, stop: int, seed: int) -> NDArray[np.float64]:
    """Return the samples of frames ``start:stop``, ((stop - start) * 160,)."""
    loudness, colour, letters, pitch = _layers(sketch)
    tone_hz, cycles = _phases(pitch, start, stop)
    level_db = _rows(loudness.values, start, stop + 1, SILENT_DB)
    level = np.where(level_db > SILENT_DB, FULL_TONE * 10 ** (level_db / 20), 0.0)
    voiced = _rows(pitch.values, start, stop + 1, 0.0) > 0

    overtone_db = _rows(colour.window(start, stop + 1), start, stop + 1, SILENT_DB, whole=len(colour))
    overtone_db = overtone_db + _mood_db(sketch, start, stop + 1)
    # Overtones near the upper end of what 16 kHz can hold fade out instead of folding down.
    room = np.clip((SAMPLE_RATE / 2 - tone_hz[:, None] * _OVERTONES) / 500, 0, 1)
    amplitude = (level * voiced)[:, None] * 10 ** (overtone_db / 20) * room

    sound = np.zeros((stop - start, HOP))
    for band in range(BANDS):
        swell = _between(amplitude[:, band])
        if swell.any():
            sound += swell * np.sin(2 * np.pi * np.mod((band + 1) * cycles, 1.0))
    hissing = np.array([_is_noise(letters, k) for k in range(start, stop + 1)])
    hiss = _between(level * hissing * (1.5**0.5))  # a noise between -1 and 1 has a third of the power of its peak
    if hiss.any():
        sound += hiss * _noise(seed, start * HOP, stop * HOP).reshape(-1, HOP)
    return sound.reshape(-1)


def _layers(sketch: Sketch) -> tuple[Curve, Matrix, Spans, Curve]:
    loudness, colour = sketch.layers["loudness"], sketch.layers["colour"]
    letters, pitch = sketch.layers["letters"], sketch.layers["pitch"]
    if not (isinstance(loudness, Curve) and isinstance(pitch, Curve)):
        raise TypeError("loudness and pitch are curves")
    if not (isinstance(colour, Matrix) and isinstance(letters, Spans)):
        raise TypeError("colour is a matrix and letters are spans")
    return loudness, colour, letters, pitch


def _phases(pitch: Curve, start: int, stop: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the tone in Hz at the frames ``start:stop + 1`` and the cycles since the run began, (frames, 160).

    The sum always begins where the voiced run begins, however far before the window that is, so that its rounding
    does not depend on the window.
    """
    values = np.append(pitch.values.astype(np.float64), 0.0)
    first = start
    while first > 0 and values[first] > 0 and values[first - 1] > 0:
        first -= 1
    f = values[first : stop + 1]
    silent = f == 0
    runs = np.flatnonzero(silent)
    begun = np.zeros(len(f))
    for a, b in zip(np.append(-1, runs), np.append(runs, len(f)), strict=True):
        if b - a > 2:
            begun[a + 2 : b] = np.cumsum((f[a + 1 : b - 1] + f[a + 2 : b]) / 2 * HOP_S)
    here, following = f[:-1].copy(), f[1:].copy()
    # A run swells in from the gap before it and dies away into the gap after it, both on a steady tone.
    swelling, dying = (here == 0) & (following > 0), (here > 0) & (following == 0)
    here[swelling] = following[swelling]
    following[dying] = here[dying]
    at = begun[:-1] - np.where(swelling, here * HOP_S, 0)
    slope = (following - here)[:, None] / 2
    cycles = at[:, None] + (here[:, None] * _IN_FRAME + slope * _IN_FRAME**2) * HOP_S
    return f[start - first :], cycles[start - first :]


def _rows(
    values: NDArray[np.float32], start: int, stop: int, beyond: float, *, whole: int | None = None
) -> NDArray[np.float64]:
    """Return rows ``start:stop`` as float64; those after the end of the sketch are ``beyond``.

    With ``whole``, ``values`` are those rows already, of a layer that is ``whole`` long.
    """
    n = len(values) if whole is None else whole
    rows = values[start:stop] if whole is None else values
    missing = max(stop - n, 0)
    padding = np.full((missing, *values.shape[1:]), beyond)
    return np.concatenate([rows.astype(np.float64), padding])


def _between(at_frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw straight lines from each frame to the next: (frames + 1,) to (frames, 160)."""
    return at_frames[:-1, None] + np.diff(at_frames)[:, None] * _IN_FRAME


def _mood_db(sketch: Sketch, start: int, stop: int) -> NDArray[np.float64]:
    """Return what the moods add to each overtone, in dB, (frames, 8); slot k belongs to the word with the id k."""
    words, moods = sketch.layers["words"], sketch.layers["moods"]
    added = np.zeros((stop - start, BANDS))
    if isinstance(words, Spans) and isinstance(moods, Slots):
        for k in range(*words.inside(start, stop).indices(words.count)):
            slot = int(words.ids[k])
            tilt_db = MOOD_TILTS_DB.get(moods.texts[slot].strip().lower(), 0.0) if slot < len(moods) else 0.0
            at = slice(max(int(words.starts[k]) - start, 0), max(int(words.stops[k]) - start, 0))
            added[at] = tilt_db * (_OVERTONES - 1)
    return added


def _is_noise(letters: Spans, frame: int) -> bool:
    k = letters.index_at(frame)
    return k is not None and letters.labels[k] == "x"


def _noise(seed: int, start: int, stop: int) -> NDArray[np.float64]:
    """Return noise between -1 and 1 that depends on the seed and the sample number alone (SplitMix64, Vigna 2015)."""
    with np.errstate(over="ignore"):
        x = np.arange(start, stop, dtype=np.uint64) + np.uint64(seed % 2**32) * np.uint64(0x9E3779B97F4A7C15)
        x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return x.astype(np.float64) / 2**63 - 1
