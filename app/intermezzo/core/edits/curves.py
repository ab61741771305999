"""Edits of curves: draw, smooth, shift, scale, vibrato, snap, and the gaps where a curve has no value.

Values are given on the display axis of the curve: MIDI semitones for a log scale in Hz (69 = A4 = 440 Hz), else the
unit of the curve. Frames without a value (gaps) stay without one unless ``fill`` says otherwise.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Mark, Region
from intermezzo.core.sketch import Sketch

__all__ = ["curve_of", "draw", "put", "scale", "set_gap", "shift", "smooth", "snap", "vibrato"]


def curve_of(sketch: Sketch, layer: str) -> Curve:
    """Return a layer that must be a curve; raises EditError otherwise."""
    found = sketch.layers.get(layer)
    if not isinstance(found, Curve):
        raise EditError(f"This sketch has no curve {layer!r}.")
    return found


def put(sketch: Sketch, layer: str, start: int, shown: NDArray[np.float64], *, fill: bool = False) -> Sketch:
    """Set display values from frame ``start`` on; NaN leaves a frame as it is, gaps stay gaps unless ``fill``."""
    curve = curve_of(sketch, layer)
    low, high = max(start, 0), min(start + len(shown), len(curve))
    if high <= low:
        raise EditError(f"There is no {curve.spec.title.lower()} at this place.")
    shown = np.asarray(shown, np.float64)[low - start : high - start]
    wanted = ~np.isnan(shown)
    if curve.spec.gaps and not fill:
        wanted &= curve.values[low:high] != 0
    free = wanted & ((curve.origin[low:high] & Mark.LOCKED) == 0)
    if wanted.any() and not free.any():
        raise EditError(f"{curve.spec.title} is locked here; unlock it first.")
    if not free.any():
        return sketch
    return sketch.with_layer(curve.with_values(low, curve.spec.from_display(shown), free))


def _shown(sketch: Sketch, layer: str, start: int, stop: int) -> tuple[int, NDArray[np.float64], Curve]:
    curve = curve_of(sketch, layer)
    at = Region(start, stop).inside(len(curve))
    return at.start, curve.spec.to_display(curve.values[at]), curve


def draw(sketch: Sketch, layer: str, points: Sequence[tuple[float, float]], *, fill: bool = False) -> Sketch:
    """Draw straight lines through (frame, display value) points; the nearest frame of a single point is set.

    Raises:
        EditError: if all points lie outside, a point is no number, or everything under the line is locked.
    """
    if not points:
        return sketch
    curve = curve_of(sketch, layer)
    if not np.isfinite(np.asarray(points, float)).all():
        raise EditError(f"{curve.spec.title} takes numbers only.")
    ordered = sorted(points, key=lambda point: point[0])
    frames = np.array([p[0] for p in ordered])
    ends = np.clip(np.floor(frames[[0, -1]] + 0.5), -1, len(curve)).astype(int)
    first, last = max(int(ends[0]), 0), int(ends[1])
    shown = np.interp(np.arange(first, last + 1), frames, [p[1] for p in ordered])
    return put(sketch, layer, first, shown, fill=fill)


def smooth(
    sketch: Sketch, layer: str, start: int, stop: int, *, strength: float = 1.0, radius_frames: int = 4
) -> Sketch:
    """Pull frames towards the mean of their neighbours by ``strength`` 0 to 1; gaps neither give nor take."""
    curve = curve_of(sketch, layer)
    at = Region(start, stop).inside(len(curve))
    low, high = max(at.start - radius_frames, 0), min(at.stop + radius_frames, len(curve))
    shown = curve.spec.to_display(curve.values[low:high])
    kernel = np.hanning(2 * radius_frames + 3)[1:-1]
    there = ~np.isnan(shown)
    middle = slice(at.start - low + radius_frames, at.stop - low + radius_frames)
    weight = np.convolve(there.astype(float), kernel)[middle] if len(shown) else shown
    total = np.convolve(np.where(there, shown, 0), kernel)[middle] if len(shown) else shown
    own = shown[at.start - low : at.stop - low]
    return put(sketch, layer, at.start, own + strength * (total / np.maximum(weight, 1e-12) - own))


def shift(sketch: Sketch, layer: str, start: int, stop: int, by: float) -> Sketch:
    """Add ``by`` semitones (log scale) or units to frames ``start:stop``."""
    start, shown, _ = _shown(sketch, layer, start, stop)
    return put(sketch, layer, start, shown + by)


def scale(sketch: Sketch, layer: str, start: int, stop: int, factor: float) -> Sketch:
    """Widen (over 1) or flatten (under 1) the movement of frames ``start:stop`` around their mean."""
    start, shown, curve = _shown(sketch, layer, start, stop)
    if np.isnan(shown).all():
        raise EditError(f"{curve.spec.title} has no values here.")
    mean = float(np.nanmean(shown))
    return put(sketch, layer, start, mean + factor * (shown - mean))


def vibrato(
    sketch: Sketch, layer: str, start: int, stop: int, *, rate_hz: float = 5.5, depth: float = 0.5, fade_s: float = 0.1
) -> Sketch:
    """Add a sine of ``depth`` semitones (or units) that fades in and out over ``fade_s`` seconds."""
    start, shown, curve = _shown(sketch, layer, start, stop)
    time_s = np.arange(len(shown)) * curve.hop_s
    fade = np.clip(np.minimum(time_s, time_s[::-1]) / max(fade_s, curve.hop_s), 0, 1) if len(shown) else time_s
    return put(sketch, layer, start, shown + depth * fade * np.sin(2 * np.pi * rate_hz * time_s))


def snap(sketch: Sketch, layer: str, start: int, stop: int, *, step: float = 1.0, strength: float = 1.0) -> Sketch:
    """Pull display values to the nearest multiple of ``step`` (1 = semitones) by ``strength`` 0 to 1."""
    if not step > 0:
        raise EditError("Snapping needs a step above 0.")
    start, shown, _ = _shown(sketch, layer, start, stop)
    return put(sketch, layer, start, shown + strength * (np.round(shown / step) * step - shown))


def set_gap(sketch: Sketch, layer: str, start: int, stop: int, gap: bool) -> Sketch:
    """Make frames silent for this curve (unvoiced), or give silent frames a value between their neighbours.

    Raises:
        EditError: if the curve knows no gaps, or there is no value anywhere to start from.
    """
    curve = curve_of(sketch, layer)
    if not curve.spec.gaps:
        raise EditError(f"{curve.spec.title} has a value everywhere.")
    at = Region(start, stop).inside(len(curve))
    start, stop = at.start, at.stop
    if gap:
        return sketch.with_layer(curve.with_values(start, np.zeros(stop - start, np.float32)))
    there = np.flatnonzero(curve.values)
    if not len(there):
        raise EditError(f"{curve.spec.title} has no value anywhere; draw one first.")
    shown = curve.spec.to_display(curve.values[there])
    filled = np.interp(np.arange(start, stop), there, shown)
    return put(sketch, layer, start, np.where(curve.values[start:stop] == 0, filled, np.nan), fill=True)
