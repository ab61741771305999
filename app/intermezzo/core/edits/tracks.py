"""Tracks onto a sketch: points that another program drew become drawn values of a curve, or lengths of spans."""

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.curves import curve_of
from intermezzo.core.edits.spans import set_lengths, spans_of
from intermezzo.core.errors import EditError
from intermezzo.core.labels import INTENSITY_OFFSET_DB, Track
from intermezzo.core.layers import Curve, Mark
from intermezzo.core.sketch import Sketch

__all__ = ["apply_track", "curve_for"]

_SAME = 2e-5  # relative: a fifth of what a cent is; files round their numbers


def curve_for(sketch: Sketch, quantity: str) -> Curve:
    """Return the curve that holds 'pitch' (the first in Hz) or 'intensity' and 'level' (the first in dB) in a sketch.

    Raises:
        EditError: if it has none such.
    """
    unit = "Hz" if quantity == "pitch" else "dB"
    curves = [layer for layer in sketch.layers.values() if isinstance(layer, Curve) and layer.spec.unit == unit]
    if not curves:
        raise EditError(f"A {sketch.type.title.lower()} sketch has no curve in {unit}.")
    return curves[0]


def apply_track(sketch: Sketch, track: Track, layer: str | None = None) -> tuple[Sketch, tuple[str, ...]]:
    """Return the sketch with a track drawn on a curve (the first in its unit unless named), and lines worth telling.

    Between points the line is straight in the unit of the track, before the first and after the last it is level, as
    in Praat. Frames in which the curve has no value keep none; locked frames and values that are the same up to
    rounding keep their mark. A duration tier stretches the governing spans by its mean factor over each.

    Raises:
        EditError: if it holds no points, lies outside the sketch, or all of it is locked.
    """
    if not len(track.times_s):
        raise EditError("The file holds no points, so there is nothing to draw.")
    if track.quantity == "duration":
        return _stretched(sketch, track)
    curve = curve_of(sketch, layer) if layer is not None else curve_for(sketch, track.quantity)
    end_s = len(curve) * curve.hop_s
    if track.times_s[0] > end_s or track.times_s[-1] < 0:
        raise EditError(f"The points begin at {track.times_s[0]:.2f} s; the sketch ends at {end_s:.2f} s.")
    times_s = np.arange(len(curve), dtype=np.float64) * curve.hop_s
    drawn, there = _between(track, times_s)
    if track.quantity == "intensity":
        drawn = drawn - INTENSITY_OFFSET_DB
    held = np.where(drawn == 0, 0, np.clip(drawn, curve.spec.low, curve.spec.high))
    wanted = there & (np.abs(held - curve.values) > _SAME * np.maximum(np.abs(curve.values), 1.0))
    if curve.spec.gaps:
        wanted &= curve.values != 0
    free = wanted & ((curve.origin & np.uint8(Mark.LOCKED)) == 0)
    notes = _notes(track, end_s, int((wanted & ~free).sum()))
    if wanted.any() and not free.any():
        raise EditError(f"{curve.spec.title} is locked here; unlock it first.")
    if not free.any():
        return sketch, notes
    return sketch.with_layer(curve.with_values(0, held.astype(np.float32), free)), notes


def _between(track: Track, times_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the values at some moments, and at which of them the track says anything."""
    known = track.values != 0 if track.has_gaps else np.ones(len(track.values), bool)
    if not known.any():
        raise EditError("The file holds no value but 0, so there is nothing to draw.")
    drawn = np.interp(times_s, track.times_s[known], track.values[known])
    if not track.has_gaps:
        return drawn, np.ones(len(times_s), bool)
    # In a table of F0 a 0 says "none here": whatever the sketch has at such a moment stays.
    nearest = np.searchsorted((track.times_s[1:] + track.times_s[:-1]) / 2, times_s)
    return drawn, known[nearest]


def _notes(track: Track, end_s: float, n_locked: int) -> tuple[str, ...]:
    notes = []
    if track.duration_s and abs(track.duration_s - end_s) > max(0.05, 0.02 * end_s):
        notes.append(f"The file is {track.duration_s:.2f} s long, the sketch {end_s:.2f} s.")
    if n_locked:
        notes.append(f"{n_locked} locked frames keep their values.")
    return tuple(notes)


def _stretched(sketch: Sketch, track: Track) -> tuple[Sketch, tuple[str, ...]]:
    spans = spans_of(sketch)
    if (track.values <= 0).any():
        raise EditError("A relative duration is above 0; the file has one that is not.")
    # The new moment of an old one is the integral of the factor, whose corners are the points.
    knots = np.unique(np.concatenate([track.times_s.clip(0), [0.0, len(spans) * spans.hop_s]]))
    factors = np.interp(knots, track.times_s, track.values)
    moments = np.concatenate([[0.0], np.cumsum(np.diff(knots) * (factors[1:] + factors[:-1]) / 2)])

    def moved(second: float) -> float:
        k = min(int(np.searchsorted(knots, second, side="right")) - 1, len(knots) - 1)
        slope = np.interp(second, track.times_s, track.values)
        return float(moments[k] + (second - knots[k]) * (factors[k] + slope) / 2)

    lengths, owed = {}, 0.0
    for k, (start, stop) in enumerate(zip(spans.starts.tolist(), spans.stops.tolist(), strict=True)):
        wanted = (moved(stop * spans.hop_s) - moved(start * spans.hop_s)) / spans.hop_s + owed
        whole = max(round(wanted), spans.spec.min_frames)
        owed = wanted - whole
        if whole != stop - start and not spans.origin[k] & Mark.LOCKED:
            lengths[k] = whole
    return set_lengths(sketch, lengths), ()
