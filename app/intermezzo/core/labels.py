"""Labels and tracks: timed texts and timed numbers as other programs know them, in seconds, free of any file format.

`tiers_of` and `track_of` read them off a sketch; `edits.labels` and `edits.tracks` draw them onto one. The value of
frame k stands at the moment k * hop_s, as the engines measure it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["INTENSITY_OFFSET_DB", "PAUSE", "Interval", "Labels", "Tier", "Track", "tier_of", "tiers_of", "track_of"]

PAUSE = "·"
"""The label of a pause in every layer whose symbols have it."""
INTENSITY_OFFSET_DB = 93.9794
"""Praat counts decibels from 20 µPa and takes full scale for 1 Pa: -20 * log10(2e-5)."""


@dataclass(frozen=True)
class Interval:
    """A label from ``start_s`` to ``stop_s``; ``line`` is where it stood in its file, 0 for none."""

    start_s: float
    stop_s: float
    label: str
    line: int = 0


@dataclass(frozen=True)
class Tier:
    """A named row of intervals in their order; what lies between them has no label."""

    name: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True)
class Labels:
    """Tiers over one time axis of ``duration_s``; ``left_out`` says in words what a reader passed over."""

    duration_s: float
    tiers: tuple[Tier, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Track:
    """Numbers at moments: ``times_s`` float64 (points,), rising, ``values`` float64 (points,) in ``unit``.

    ``quantity`` is 'pitch' (Hz), 'intensity' (dB, as Praat counts), 'level' (dB, as the sketch counts) or 'duration'
    (factor). A value of 0 says that there is none where ``has_gaps`` (tables of F0).
    """

    quantity: str
    unit: str
    duration_s: float
    times_s: NDArray[np.float64]
    values: NDArray[np.float64]
    has_gaps: bool = False


def tier_of(spans: Spans) -> Tier:
    """Return the spans as intervals; gaps are left out, and so are spans without a length."""
    hop_s = spans.hop_s
    return Tier(
        spans.spec.name,
        tuple(
            Interval(start * hop_s, stop * hop_s, label)
            for start, stop, label in zip(spans.starts.tolist(), spans.stops.tolist(), spans.labels, strict=True)
            if stop > start
        ),
    )


def tiers_of(sketch: Sketch) -> Labels:
    """Return every spans layer of a sketch as a tier, in the order of its type.

    Raises:
        EditError: if it has none, or no length.
    """
    layers = [layer for layer in sketch.layers.values() if isinstance(layer, Spans)]
    if not layers or not sketch.n_frames:
        raise EditError(f"A {sketch.type.title.lower()} sketch of this length has no labels to write.")
    return Labels(sketch.n_frames * sketch.type.hop_s, tuple(tier_of(layer) for layer in layers))


def track_of(sketch: Sketch, curve: Curve, quantity: str) -> Track:
    """Return a curve as points, one for each frame that has a value.

    Raises:
        EditError: if it has none anywhere.
    """
    at = np.flatnonzero(curve.values) if curve.spec.gaps else np.arange(len(curve))
    if not len(at):
        raise EditError(f"{curve.spec.title} has no value anywhere, so there is nothing to write.")
    offset = INTENSITY_OFFSET_DB if quantity == "intensity" else 0.0
    times_s = at.astype(np.float64) * curve.hop_s
    values = curve.values[at].astype(np.float64) + offset
    return Track(quantity, curve.spec.unit, len(curve) * curve.hop_s, times_s, values, curve.spec.gaps)
