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
        """Return (first frame, first band, strength 0 to 1) of a stroke along (frame, band) points.

        Raises:
            EditError: if there is no point or one is no number.
        """
        if not len(path) or not np.isfinite(np.asarray(path, np.float64)).all():
            raise EditError("A stroke needs at least one point.")
        radii = np.maximum((self.radius_frames, self.radius_bands), 0.5)
        points = np.asarray(path, np.float64)
        low = np.floor(points.min(0) - radii).astype(int)
        high = np.ceil(points.max(0) + radii).astype(int) + 1
        strength = np.zeros(high - low, np.float32)
        for a, b in zip(points, points[1:] if len(points) > 1 else points, strict=False):
            # Only the box around each piece of the path is computed: a long stroke costs what it covers.
            i0, j0 = np.floor(np.minimum(a, b) - radii).astype(int) - low
            i1, j1 = np.ceil(np.maximum(a, b) + radii).astype(int) + 1 - low
            x = ((np.arange(i0, i1) + low[0] - a[0]) / radii[0])[:, None]
            y = ((np.arange(j0, j1) + low[1] - a[1]) / radii[1])[None, :]
            along = (b - a) / radii
            share = np.clip((x * along[0] + y * along[1]) / max(float(along @ along), 1e-12), 0, 1)
            distance = np.hypot(x - share * along[0], y - share * along[1])
            fall = np.clip((1 - distance) / max(self.soft, 1e-6), 0, 1)
            part = strength[i0:i1, j0:j1]
            np.maximum(part, 0.5 - 0.5 * np.cos(np.pi * fall), out=part, casting="unsafe")
        return int(low[0]), int(low[1]), strength


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
    start, low, strength = brush.mask(_near(matrix_of(sketch, layer), path, brush))
    return add(sketch, layer, start, low, strength * np.float32(brush.amount))


def _near(matrix: Matrix, path: Sequence[tuple[float, float]], brush: Brush) -> list[tuple[float, float]]:
    """Hold a path near the matrix, so that a pointer far outside the window costs nothing."""
    far_frames, far_bands = 2 * brush.radius_frames + 2, 2 * brush.radius_bands + 2
    n_frames, n_bands = len(matrix), matrix.spec.bands
    return [
        (min(max(frame, -far_frames), n_frames + far_frames), min(max(band, -far_bands), n_bands + far_bands))
        for frame, band in path
    ]


def smooth(sketch: Sketch, layer: str, path: Sequence[tuple[float, float]], brush: Brush) -> Sketch:
    """Pull cells under a stroke towards the mean of their neighbours; ``brush.amount`` 0 to 1 is the strength."""
    matrix = matrix_of(sketch, layer)
    start, low, strength = brush.mask(_near(matrix, path, brush))
    i0, i1 = max(start, 0), min(start + strength.shape[0], len(matrix))
    j0, j1 = max(low, 0), min(low + strength.shape[1], matrix.spec.bands)
    if i1 <= i0 or j1 <= j0:
        return sketch
    rows = matrix.window(max(i0 - 1, 0), min(i1 + 1, len(matrix)))
    padded = np.pad(rows, ((int(i0 == 0), int(i1 == len(matrix))), (1, 1)), mode="edge")
    over_time = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    mean = 0.25 * over_time[:, :-2] + 0.5 * over_time[:, 1:-1] + 0.25 * over_time[:, 2:]
    pull = (mean - matrix.window(i0, i1))[:, j0:j1]
    return add(sketch, layer, i0, j0, brush.amount * strength[i0 - start : i1 - start, j0 - low : j1 - low] * pull)


def copy(sketch: Sketch, layer: str, region: Region) -> Patch:
    """Copy the values of a region.

    Raises:
        EditError: if the region is empty.
    """
    matrix = matrix_of(sketch, layer)
    rows, bands = region.inside(len(matrix)), region.bands_inside(matrix.spec.bands)
    values = matrix.window(rows.start, rows.stop)[:, bands]
    if not values.size:
        raise EditError("Select a stretch before you copy.")
    return Patch(values.copy(), bands.start, matrix.spec.unit)


def paste(sketch: Sketch, layer: str, start: int, patch: Patch, *, low: int | None = None) -> Sketch:
    """Paint so that the values become those of a patch, from frame ``start`` on (as far as paint reaches).

    Raises:
        EditError: if the patch comes from a layer with another unit.
    """
    matrix = matrix_of(sketch, layer)
    if patch.unit != matrix.spec.unit:
        raise EditError(f"What was copied is not in {matrix.spec.unit or 'this unit'}.")
    at = patch.low if low is None else low
    i0, i1 = max(start, 0), min(start + patch.values.shape[0], len(matrix))
    j0, j1 = max(at, 0), min(at + patch.values.shape[1], matrix.spec.bands)
    if i1 <= i0 or j1 <= j0:
        raise EditError("There is no room to paste here.")
    wanted = patch.values[i0 - start : i1 - start, j0 - at : j1 - at]
    return sketch.with_layer(matrix.with_paint(i0, j0, wanted - matrix.base.window(i0, i1)[:, j0:j1]))
