"""Edits of token grids: paint, fill, choose cells, copy, paste, move, mirror, shift, and mix two grids.

All are pure functions of a grid layer; masks are bool arrays of the grid's full shape. Everything that sets codes
leaves locked cells alone and marks the rest as edited, so the erase tool gives the prediction back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers.grid import Grid

__all__ = [
    "Clip", "box", "clone", "copy", "fill", "inside", "interpolate", "least_sure", "mirror", "move", "paint", "paste",
    "shift", "spread", "stroke",
]  # fmt: skip

Mask = NDArray[np.bool_]
Cell = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Clip:
    """Cells to paste: ``codes`` and ``mask`` in the same small shape, from a grid over ``codebook``."""

    codes: NDArray[np.uint16]
    mask: Mask
    codebook: str


def paint(grid: Grid, cells: Iterable[Cell], code: int) -> Grid:
    """Set cells to one code.

    Raises:
        EditError: if there is no free cell among them, or no such code.
    """
    return grid.with_codes(_mask(grid.shape, cells), code)


def stroke(start: Sequence[float], stop: Sequence[float], radius: float, shape: tuple[int, int]) -> Mask:
    """Return the cells of rows x columns under a brush drawn from one place to another.

    Places are (row, column) in cells, 0.5 being the middle of the first; ``radius`` is in cells, 0.5 for one cell.
    """
    along = np.subtract(stop, start)
    mask: Mask = np.zeros(shape, bool)
    if radius <= 0.5:  # a brush of one cell takes the cells that the line runs through, with none left out
        for at in np.linspace(0, 1, 2 * int(np.abs(along).max()) + 2):
            row, column = np.floor(np.asarray(start) + at * along).astype(int)
            if 0 <= row < shape[0] and 0 <= column < shape[1]:
                mask[row, column] = True
        return mask
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float64) + 0.5
    length = float(along @ along)
    across = (rows - start[0]) * along[0] + (columns - start[1]) * along[1]
    share = np.clip(across / length, 0, 1) if length else np.zeros(shape)
    apart = np.hypot(rows - start[0] - share * along[0], columns - start[1] - share * along[1])
    near: Mask = apart < radius * (1 + 1e-9)
    return near


def box(shape: tuple[int, ...], start: Cell, stop: Cell) -> Mask:
    """Return the cells between two corners, both included, in any order."""
    mask = np.zeros(shape, bool)
    mask[tuple(slice(max(min(a, b), 0), max(a, b) + 1) for a, b in zip(start, stop, strict=True))] = True
    return mask


def inside(shape: tuple[int, int], corners: Sequence[tuple[float, float]]) -> Mask:
    """Return the cells whose middles lie inside a polygon of (row, column) corners, by the even-odd rule."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float64) + 0.5
    mask = np.zeros(shape, bool)
    for (row, column), (row2, column2) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        crosses = (row > rows) != (row2 > rows)
        slope = (column2 - column) / (row2 - row) if row2 != row else 0.0
        mask ^= crosses & (columns < column + (rows - row) * slope)
    return mask


def spread(grid: Grid, cell: Cell) -> Mask:
    """Return the cells of the same code that hang together with one, by their sides."""
    codes = grid.codes
    mask = np.zeros(grid.shape, bool)
    mask[cell] = True
    waiting = deque([cell])
    while waiting:
        here = waiting.popleft()
        for axis in range(len(here)):
            for step in (-1, 1):
                near = (*here[:axis], here[axis] + step, *here[axis + 1 :])
                if 0 <= near[axis] < grid.shape[axis] and not mask[near] and codes[near] == codes[cell]:
                    mask[near] = True
                    waiting.append(near)
    return mask


def fill(grid: Grid, cell: Cell, code: int) -> Grid:
    """Set all cells of the same code that hang together with one; raises EditError as `paint` does."""
    return grid.with_codes(spread(grid, cell), code)


def copy(grid: Grid, mask: Mask) -> Clip:
    """Return the cells of a mask, cut to its bounds.

    Raises:
        EditError: if the mask is empty.
    """
    places = np.nonzero(mask)
    if not len(places[0]):
        raise EditError("Select what is to be copied first.")
    around = tuple(slice(int(axis.min()), int(axis.max()) + 1) for axis in places)
    return Clip(grid.codes[around], mask[around].copy(), grid.spec.codebook)


def paste(grid: Grid, clip: Clip, at: Cell) -> Grid:
    """Lay a clip on a grid with its first corner at a cell, which may lie outside; what sticks out is cut off.

    A clip with fewer axes is laid on the last ones: a picture goes on the frame ``at[0]`` of a film.

    Raises:
        EditError: if the codebooks differ, or nothing lands on a free cell.
    """
    if clip.codebook != grid.spec.codebook:
        raise EditError("These codes come from another codebook and would mean something else here.")
    extra = len(grid.shape) - clip.codes.ndim
    if extra < 0:
        raise EditError("This was copied from a grid with more sides than there are here.")
    codes = clip.codes.reshape((1,) * extra + clip.codes.shape)
    wanted = clip.mask.reshape(codes.shape)
    ours: list[slice] = []
    theirs: list[slice] = []
    for place, size, length in zip(at, codes.shape, grid.shape, strict=True):
        first, last = max(place, 0), min(place + size, length)
        ours.append(slice(first, max(last, first)))
        theirs.append(slice(first - place, max(last, first) - place))
    mask, values = np.zeros(grid.shape, bool), np.zeros(grid.shape, np.uint16)
    mask[tuple(ours)] = wanted[tuple(theirs)]
    values[tuple(ours)] = codes[tuple(theirs)]
    return grid.with_codes(mask, values)


def move(grid: Grid, mask: Mask, by: Cell, behind: int) -> Grid:
    """Move the cells of a mask; where they were, the code ``behind`` stays. Raises EditError as `paste` does."""
    clip = copy(grid, mask)
    corner = tuple(int(axis.min()) + step for axis, step in zip(np.nonzero(mask), by, strict=True))
    return paste(grid.with_codes(mask, behind), clip, corner)


def clone(grid: Grid, codes: NDArray[np.uint16], mask: Mask, by: Cell) -> Grid:
    """Set the cells of a mask to the codes (of the grid's shape) that lie ``by`` cells from them.

    Cells whose source lies outside stay. Raises EditError where none is left, or all are locked.
    """
    places = np.nonzero(mask)
    sources = [axis + step for axis, step in zip(places, by, strict=True)]
    inside = np.logical_and.reduce([(s >= 0) & (s < n) for s, n in zip(sources, grid.shape, strict=True)])
    targets = tuple(axis[inside] for axis in places)
    cells, values = np.zeros(grid.shape, bool), np.zeros(grid.shape, np.uint16)
    cells[targets] = True
    values[targets] = codes[tuple(s[inside] for s in sources)]
    return grid.with_codes(cells, values)


def mirror(clip: Clip, axis: int) -> Clip:
    """Return a clip turned over along an axis; the codes themselves stay as they are."""
    return Clip(np.flip(clip.codes, axis).copy(), np.flip(clip.mask, axis).copy(), clip.codebook)


def shift(grid: Grid, by: Cell) -> Grid:
    """Push the whole grid along its axes; what leaves on one side comes in on the other."""
    rolled = np.roll(grid.codes, by, axis=tuple(range(len(by))))
    differs = rolled != grid.codes
    return grid.with_codes(differs, rolled) if differs.any() else grid


def least_sure(grid: Grid, share: float) -> Mask:
    """Return the mask of the least sure share (0 to 1) of the cells that are free; those of unknown sureness go last.

    Raises:
        EditError: if every cell is locked or edited.
    """
    free = ~(grid.edited | grid.locked).reshape(-1)
    if not free.any():
        raise EditError("Every token is locked or set by hand; nothing is left to vary.")
    sure = np.nan_to_num(grid.sureness.reshape(-1), nan=2.0)
    order = np.flatnonzero(free)[np.argsort(sure[free], kind="stable")]
    count = min(max(round(share * len(order)), 1), len(order))
    mask = np.zeros(grid.codes.size, bool)
    mask[order[:count]] = True
    return mask.reshape(grid.shape)


def interpolate(grid: Grid, other: Grid, share: float, seed: int) -> Grid:
    """Return a mixture: ``share`` (0 to 1) of the cells that differ take the code of the other grid.

    Which ones follows from the seed alone, and grows with the share: what has come over stays as it rises.

    Raises:
        EditError: if the grids have another shape or codebook.
    """
    if grid.shape != other.shape or grid.spec.codebook != other.spec.codebook:
        raise EditError("Only grids of the same shape and codebook can be mixed.")
    differs = grid.differs(other)
    # Neighbouring cells come over together: noise that is smooth makes patches, not dust.
    order = _smooth(np.random.default_rng(seed).random(grid.shape))
    count = round(share * int(differs.sum()))
    if not count:
        return grid
    ranked = np.argsort(np.where(differs, order, np.inf), axis=None, kind="stable")[:count]
    mask = np.zeros(differs.size, bool)
    mask[ranked] = True
    return grid.with_codes(mask.reshape(grid.shape), other.codes)


def _smooth(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    for axis in range(noise.ndim):
        for _ in range(2):
            noise = (np.roll(noise, 1, axis) + noise + np.roll(noise, -1, axis)) / 3
    return noise


def _mask(shape: tuple[int, ...], cells: Iterable[Cell]) -> Mask:
    mask = np.zeros(shape, bool)
    for cell in cells:
        if all(0 <= place < size for place, size in zip(cell, shape, strict=True)):
            mask[cell] = True
    return mask
