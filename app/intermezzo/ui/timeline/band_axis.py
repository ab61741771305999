"""Where the bands of a matrix lie: between pixels, band positions and the unit of their edges."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.speech import mel
from intermezzo.core.layers import MatrixSpec
from intermezzo.ui.timeline.value_axis import nice_ticks
from intermezzo.ui.timeline.words import hz_text, number

__all__ = ["edge_text", "edge_value", "labelled", "position_of"]


@lru_cache(maxsize=16)
def _scale(spec: MatrixSpec) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (positions, values): where on the lane, in bands from the bottom, each value of the edges lies."""
    if len(spec.edges) == spec.bands + 1:
        return np.arange(spec.bands + 1, dtype=np.float64), np.array(spec.edges)
    low, high = (spec.edges[0], spec.edges[-1]) if len(spec.edges) >= 2 else (0.0, float(spec.bands))
    values = np.linspace(low, high, 2048)
    if spec.edge_scale == "mel":
        steps = mel(values)
        # The centre of band j lies at (j + 1) of bands + 1 equal mel steps.
        return (steps - steps[0]) / (steps[-1] - steps[0]) * (spec.bands + 1) - 0.5, values
    return np.linspace(0, spec.bands, 2048), values


def edge_value(spec: MatrixSpec, position: float) -> float:
    """Return the value (Hz, say) at a position in bands from the bottom."""
    positions, values = _scale(spec)
    return float(np.interp(position, positions, values))


def position_of(spec: MatrixSpec, value: float) -> float:
    """Return the position in bands from the bottom of a value."""
    positions, values = _scale(spec)
    return float(np.interp(value, values, positions))


def edge_text(spec: MatrixSpec, value: float) -> str:
    """Write a value of the axis with its unit."""
    return hz_text(value) if spec.edge_unit == "Hz" else f"{number(value, 0)} {spec.edge_unit}".strip()


def labelled(spec: MatrixSpec, height: float) -> tuple[str, list[tuple[float, str]]]:
    """Return the unit and the (height in px, text) of the labels of the axis, at least 18 px apart."""
    if not spec.edges:
        return "", []
    low, high = edge_value(spec, 0), edge_value(spec, spec.bands)
    if spec.edge_unit == "Hz" and high >= 2000:
        unit, wishes = "kHz", [v * 1000.0 for v in (1, 4, 2, 0.5, 8, 6, 3)]
        shown = {v: f"{v / 1000:g}" for v in wishes}
    else:
        unit, wishes = spec.edge_unit, nice_ticks(low, high, max(int(height / 32), 1))
        shown = {v: number(v, 0) for v in wishes}
    taken: list[tuple[float, str]] = []
    for value in wishes:
        y = height - position_of(spec, value) / spec.bands * height
        room = min((abs(y - other) for other, _ in taken), default=99.0)
        if low < value < high and 12 <= y <= height - 8 and room >= 18:
            taken.append((y, shown[value]))
    return unit, sorted(taken)
