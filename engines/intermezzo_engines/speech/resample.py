"""New predictions for a stretch of a sketch, given all that stands around it.

The phones are read as they stand in the sketch now, edited or not. Pitch, energy, breath and envelope inside the
stretch are drawn again, and everything outside, and whatever a hand holds inside, is what the networks are told. In a
sketch of a recording the speaker is the recording's own: numbers are normalised by its statistics, and the voice is
the stranger that the networks have learnt to continue from what they hear around the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Mark, Matrix, Spans
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.speech import UNKNOWN
from intermezzo_engines.speech.features import DB_PER_LN
from intermezzo_engines.speech.frontend import SpokenPhone, phone_inputs
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.predict import Known, Predictor, Reading, Standing
from intermezzo_engines.speech.voice_stats import Stats, measure, phone_means

__all__ = ["named_around", "recording_stats", "resampled", "spoken_phones_of"]

_CONTEXT_PHONES = 24
_FADE_FRAMES = 4
_CLOSING = ".,;:!?…"
_ENOUGH_FRAMES = 100  # of a recording, to know a speaker by
_HELD = Mark.EDITED | Mark.LOCKED


def resampled(
    predictor: Predictor, sketch: Sketch, start: int, stop: int, reading: Reading, seed: int, job: Job
) -> Sketch:
    """Return the sketch with frames ``start:stop`` predicted again; see `intermezzo.core.engine.Resampler`.

    Raises:
        SourceError: if the stretch holds sounds without a known phone ("?"), as in a recording without its text.
    """
    spans: Spans = sketch.phones
    start, stop = max(0, start), min(stop, sketch.n_frames)
    touched = spans.inside(start, stop)
    if start >= stop or touched.start == touched.stop:
        return sketch
    if any(spans.labels[k] == UNKNOWN for k in range(touched.start, touched.stop)):
        raise SourceError("There are sounds without a name in here. Give each “?” its phone first, then try again.")
    chosen = named_around(spans, touched)
    at = slice(int(spans.starts[chosen.start]), int(spans.stops[chosen.stop - 1]))
    inputs = phone_inputs(list(spoken_phones_of(sketch, chosen)))
    durations = (spans.stops - spans.starts)[chosen.start : chosen.stop].astype(np.int64)
    recording = recording_stats(sketch)
    if recording is not None:  # its own height, throat and breath: nothing is moved
        reading = Reading(reading.voice, expression=reading.expression)
    encoded = predictor.encode(inputs, reading, recording)
    standing = _standing(sketch, at, start, stop)
    rng = np.random.default_rng((seed & 0xFFFFFFFF, start))
    job.progress(0.2, "Predicting")
    fresh = predictor.frames(encoded, inputs, durations, reading, rng, _known(standing, durations), standing)
    inside = slice(start - at.start, stop - at.start)
    fade = _fade(stop - start)
    pitch = _new_curve(sketch.pitch, start, stop, fresh.pitch_hz[inside], fresh.pitch_doubt_st[inside], fade)
    energy = _new_curve(sketch.energy, start, stop, fresh.energy_db[inside], fresh.energy_doubt_db[inside], fade)
    job.progress(0.6, "Predicting")
    colour = predictor.colour(
        encoded, inputs, durations, pitch.values[at], energy.values[at], energy.base[at], reading, rng, standing
    )
    job.progress(0.9, "Predicting")
    layers: dict[str, Any] = {
        "pitch": pitch, "energy": energy,
        "envelope": _new_matrix(sketch.envelope, start, stop, colour.envelope_db[inside], fade),
        "breath": _new_matrix(sketch.breath, start, stop, colour.breath_db[inside], fade),
    }  # fmt: skip
    return replace(sketch, layers={**sketch.layers, **layers})


def recording_stats(sketch: Sketch) -> Stats | None:
    """Return what the analysed frames of a sketch say of their speaker; None where there are too few."""
    heard = (sketch.envelope.origin & Mark.ANALYSED) != 0
    if heard.sum() < _ENOUGH_FRAMES:
        return None
    phones, pitch = sketch.phones, sketch.pitch.base[heard]
    voiced = pitch > 0
    spoken = np.array([label not in (PAUSE, UNKNOWN) for label in phones.labels], bool)
    if voiced.sum() < _ENOUGH_FRAMES // 4 or spoken.sum() < 5:
        return None
    both: tuple[Matrix, Matrix] = (sketch.envelope, sketch.breath)
    spectrum = np.concatenate([layer.base.window(0, sketch.n_frames)[heard] for layer in both], 1) / DB_PER_LN
    return measure(
        np.log(pitch[voiced]), sketch.energy.base[heard], np.log((phones.stops - phones.starts)[spoken]),
        spectrum.astype(np.float32),
    )  # fmt: skip


def spoken_phones_of(sketch: Sketch, chosen: range) -> Iterator[SpokenPhone]:
    """Yield phones of a sketch with word, letters and pause mark, as far as the words layer tells."""
    phones, words = sketch.phones, sketch.words
    for k in chosen:
        label, start = phones.labels[k], int(phones.starts[k])
        if label == PAUSE:
            before = int(np.searchsorted(words.stops, start, side="right")) - 1
            mark = "start" if before < 0 else _mark_of(words.labels[before])
            yield SpokenPhone(PAUSE, -1, "", mark)
            continue
        word = words.index_at(start)
        letters = "" if word is None else words.labels[word].strip(_CLOSING).lower()
        yield SpokenPhone(label, -2 if word is None else word, letters)


def named_around(spans: Spans, touched: range | slice) -> range:
    """Return the touched phones with their neighbours, as far as these have names."""
    first, last = touched.start, touched.stop
    while first > max(0, touched.start - _CONTEXT_PHONES) and spans.labels[first - 1] != UNKNOWN:
        first -= 1
    while last < min(spans.count, touched.stop + _CONTEXT_PHONES) and spans.labels[last] != UNKNOWN:
        last += 1
    return range(first, last)


def _standing(sketch: Sketch, at: slice, start: int, stop: int) -> Standing:
    """Return what stands in frames `at`: all outside ``start:stop``, and inside what a hand holds."""
    outside = np.ones(at.stop - at.start, bool)
    outside[start - at.start : stop - at.start] = False
    pitch, energy = sketch.pitch, sketch.energy
    gain = (energy.values - energy.base)[at, None]
    return Standing(
        outside | ((pitch.origin[at] & _HELD) != 0), outside | ((energy.origin[at] & _HELD) != 0), outside,
        pitch.values[at], energy.values[at],
        np.asarray(sketch.envelope.window(at.start, at.stop) + gain, np.float32),
        np.asarray(sketch.breath.window(at.start, at.stop), np.float32),
    )  # fmt: skip


def _known(standing: Standing, durations: NDArray[np.int64]) -> Known:
    """Return pitch and energy of the phones most of whose frames stand, NaN for the others."""
    voiced = (standing.pitch_hz > 0) & standing.pitch_stands
    log_f0 = np.full(len(voiced), np.log(150.0))
    if voiced.any():
        log_f0 = np.interp(np.arange(len(voiced)), np.flatnonzero(voiced), np.log(standing.pitch_hz[voiced]))
    pitch, energy = phone_means(log_f0.astype(np.float32), voiced.astype(np.float32), standing.energy_db, durations)
    starts = np.cumsum(durations) - durations
    share = [
        np.add.reduceat(x.astype(float), starts) / durations for x in (standing.pitch_stands, standing.energy_stands)
    ]
    return Known(
        np.where(share[0] > 0.5, np.exp(pitch), np.nan).astype(np.float32),
        np.where(share[1] > 0.5, energy, np.nan).astype(np.float32),
    )


def _mark_of(word: str) -> str:
    closing = word[len(word.rstrip(_CLOSING)) :]
    return next(
        (mark for mark in ("?", "!", ".", ";", ",") if mark in closing.translate({ord(":"): ";", ord("…"): ";"})), ""
    )


def _fade(n_frames: int) -> NDArray[np.float32]:
    """Return how much of the new prediction counts at each frame: 1 inside, rising over a few frames at both ends."""
    ramp = min(_FADE_FRAMES, max(1, n_frames // 4))
    rise = np.minimum(1, (np.arange(n_frames) + 1) / (ramp + 1))
    return np.minimum(rise, rise[::-1]).astype(np.float32)


def _new_curve(
    old: Curve, start: int, stop: int, fresh: NDArray[np.float32], doubt: NDArray[np.float32], fade: NDArray[np.float32]
) -> Curve:
    """Put a new base under a stretch of a curve; values follow where no hand and no lock holds them."""
    at = slice(start, stop)
    mixed = fresh
    if old.spec.gaps:
        both = (fresh > 0) & (old.base[at] > 0)
        logs = fade * np.log(np.maximum(fresh, 1)) + (1 - fade) * np.log(np.maximum(old.base[at], 1))
        mixed = np.where(both, np.exp(logs), fresh)
    else:
        mixed = fade * fresh + (1 - fade) * old.base[at]
    base, values, origin = old.base.copy(), old.values.copy(), old.origin.copy()
    free = (origin[at] & (Mark.EDITED | Mark.LOCKED)) == 0
    base[at] = np.where(origin[at] & Mark.LOCKED, base[at], mixed)
    values[at] = np.where(free, mixed, values[at])
    origin[at] &= ~np.uint8(Mark.ANALYSED)
    # A recording has no doubt of its own; what is predicted in it does.
    doubts = np.zeros(len(old), np.float32) if old.doubt is None else old.doubt.copy()
    doubts[at] = doubt
    for array in (base, values, origin, doubts):
        array.flags.writeable = False
    return replace(old, base=base, values=values, origin=origin, doubt=doubts)


def _new_matrix(old: Matrix, start: int, stop: int, fresh: NDArray[np.float32], fade: NDArray[np.float32]) -> Matrix:
    before = old.base.window(start, stop)
    mixed = fade[:, None] * fresh + (1 - fade[:, None]) * before
    rows = np.where(old.locks.window(start, stop) != 0, before, mixed).astype(np.float32)
    origin = old.origin.copy()
    origin[start:stop] &= ~np.uint8(Mark.ANALYSED)
    origin.flags.writeable = False
    return replace(old, base=old.base.splice(start, stop, rows), origin=origin)
