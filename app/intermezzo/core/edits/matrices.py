"""Edits of matrices: brush strokes, smoothing, and patches that are copied and pasted.

All of them write the paint layer; the engine's own values stand untouched below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Matrix, Region
from intermezzo.core.sketch import Sketch

__all__ = ["Brush", "Patch", "add", "copy", "matrix_of", "paste", "smooth", "stroke"]


@dataclass(frozen=True)
class Brush:
    """A round brush: ``amount`` in the unit of the matrix at its centre, radii in frames and bands, ``soft`` 0 to 1.

    ``soft`` is the share of the radius over which the strength falls to nothing (raised cosine).
    """

    amount: float
    radius_frames: float
    radius_bands: float
    soft: float = 0.3

    def mask(self, path: Sequence[tuple[float, float]]) -> tuple[int, int, NDArray[np.float32]]:
        """Return (first frame, first band, strength 0 to 1) of a stroke along (frame, band) points."""
        points = _dense(path)
        low = np.floor(points.min(0) - (self.radius_frames, self.radius_bands)).astype(int)
        high = np.ceil(points.max(0) + (self.radius_frames, self.radius_bands)).astype(int) + 1
        frames, bands = np.arange(low[0], high[0]), np.arange(low[1], high[1])
        strength = np.zeros((len(frames), len(bands)), np.float32)
        for frame, band in points:
            distance = np.hypot(
                ((frames - frame) / max(self.radius_frames, 0.5))[:, None],
                ((bands - band) / max(self.radius_bands, 0.5))[None, :],
            )
            fall = np.clip((1 - distance) / max(self.soft, 1e-6), 0, 1)
            np.maximum(strength, 0.5 - 0.5 * np.cos(np.pi * fall), out=strength, casting="unsafe")
        return int(low[0]), int(low[1]), strength


def _dense(path: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Put points on a path at most one frame and band apart."""
    points = [np.asarray(path[0], float)[None]]
    for a, b in zip(path, path[1:], strict=False):
        steps = max(int(np.ceil(max(abs(b[0] - a[0]), abs(b[1] - a[1])))), 1)
        points.append(np.linspace(a, b, steps + 1)[1:])
    return np.concatenate(points)


@dataclass(frozen=True, eq=False)
class Patch:
    """Copied values (frames, bands) in ``unit`` and the band they were copied from."""

    values: NDArray[np.float32]
    low: int
    unit: str


def matrix_of(sketch: Sketch, layer: str) -> Matrix:
    """Return a layer that must be a matrix; raises EditError otherwise."""
    found = sketch.layers.get(layer)
    if not isinstance(found, Matrix):
        raise EditError(f"This sketch has no matrix {layer!r}.")
    return found


def add(sketch: Sketch, layer: str, start: int, low: int, amount: NDArray[np.float32]) -> Sketch:
    """Add ``amount`` (frames, bands) in the unit to the paint; what lies outside the matrix is ignored."""
    matrix = matrix_of(sketch, layer)
    i0, i1 = max(start, 0), min(start + amount.shape[0], len(matrix))
    j0, j1 = max(low, 0), min(low + amount.shape[1], matrix.spec.bands)
    if i1 <= i0 or j1 <= j0:
        return sketch
    inside = amount[i0 - start : i1 - start, j0 - low : j1 - low]
    painted = matrix.with_paint(i0, j0, matrix.paint.window(i0, i1)[:, j0:j1] + inside)
    return sketch.with_layer(painted)


def stroke(sketch: Sketch, layer: str, path: Sequence[tuple[float, float]], brush: Brush) -> Sketch:
    """Paint one stroke along (frame, band) points; crossing itself does not add twice."""
    start, low, strength = brush.mask(path)
    return add(sketch, layer, start, low, strength * np.float32(brush.amount))


def smooth(sketch: Sketch, layer: str, path: Sequence[tuple[float, float]], brush: Brush) -> Sketch:
    """Pull cells under a stroke towards the mean of their neighbours; ``brush.amount`` 0 to 1 is the strength."""
    matrix = matrix_of(sketch, layer)
    start, low, strength = brush.mask(path)
    i0, i1 = max(start, 0), min(start + strength.shape[0], len(matrix))
    j0, j1 = max(low, 0), min(low + strength.shape[1], matrix.spec.bands)
    if i1 <= i0 or j1 <= j0:
        return sketch
    rows = matrix.window(max(i0 - 1, 0), min(i1 + 1, len(matrix)))
    padded = np.pad(rows, ((int(i0 == 0), int(i1 == len(matrix))), (1, 1)), mode="edge")
    kernel = (0.25, 0.5, 0.25)
    over_time = sum(k * padded[n : n + i1 - i0] for n, k in enumerate(kernel))
    mean = sum(k * over_time[:, n : n + matrix.spec.bands] for n, k in enumerate(kernel))
    pull = (mean - matrix.window(i0, i1))[:, j0:j1]
    return add(sketch, layer, i0, j0, brush.amount * strength[i0 - start : i1 - start, j0 - low : j1 - low] * pull)


def copy(sketch: Sketch, layer: str, region: Region) -> Patch:
    """Copy the values of a region.

    Raises:
        EditError: if the region is empty.
    """
    matrix = matrix_of(sketch, layer)
    values = matrix.window(region.start, region.stop)[:, region.low : region.high]
    if not values.size:
        raise EditError("Select a stretch before you copy.")
    return Patch(values.copy(), region.low or 0, matrix.spec.unit)


def paste(sketch: Sketch, layer: str, start: int, patch: Patch, *, low: int | None = None) -> Sketch:
    """Paint so that the values become those of a patch, from frame ``start`` on (as far as paint reaches).

    Raises:
        EditError: if the patch comes from a layer with another unit.
    """
    matrix = matrix_of(sketch, layer)
    if patch.unit != matrix.spec.unit:
        raise EditError(f"What was copied is not in {matrix.spec.unit or 'this unit'}.")
    at = patch.low if low is None else low
    stop = min(start + len(patch.values), len(matrix))
    width = min(patch.values.shape[1], matrix.spec.bands - at)
    if stop <= start or width <= 0:
        raise EditError("There is no room to paste here.")
    base = matrix.base.window(start, stop)[:, at : at + width]
    return sketch.with_layer(matrix.with_paint(start, at, patch.values[: stop - start, :width] - base))
