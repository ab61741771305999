"""Choices of cells in grids, on their way to an engine, and what an engine says they could be."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Grid
from intermezzo.core.manifest import Reach
from intermezzo.core.sketch import Sketch

__all__ = ["CellChoices", "Cells", "film_footprint_px", "footprint_px", "only_cells_changed", "reached"]


@dataclass(frozen=True, eq=False)
class Cells:
    """Which cells are meant: a bool mask in the full shape of each grid layer named."""

    masks: Mapping[str, NDArray[np.bool_]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "masks", dict(self.masks))

    def fit(self, sketch: Sketch) -> None:
        """Raise SketchError unless every mask fits a grid of the sketch and chooses something."""
        for name, mask in self.masks.items():
            layer = sketch.layers.get(name)
            if not isinstance(layer, Grid) or mask.shape != layer.shape or mask.dtype != np.bool_:
                raise SketchError(f"The mask of {name!r} does not fit this {sketch.type.title} sketch.")
        if not any(mask.any() for mask in self.masks.values()):
            raise SketchError("No token is chosen. Mask those that are to be made anew first.")


@dataclass(frozen=True, eq=False)
class CellChoices:
    """What one cell of a grid could be, likeliest first: ``codes`` uint16 and ``probabilities`` float32, (k,)."""

    codes: NDArray[np.uint16]
    probabilities: NDArray[np.float32]


def only_cells_changed(before: Sketch, after: Sketch, cells: Cells) -> str:
    """Return the title of a layer in which more than the free cells of the masks changed; empty where none did."""
    for name, layer in before.layers.items():
        other = after.layers[name]
        if other is layer:
            continue
        mask = cells.masks.get(name)
        if mask is None or not isinstance(layer, Grid) or not isinstance(other, Grid) or len(layer) != len(other):
            return layer.spec.title
        kept = (~mask | layer.locked).reshape(layer.base.shape)
        pairs = ((layer.base, other.base), (layer.hand, other.hand), (layer.origin, other.origin))
        if not all(np.array_equal(mine[kept], theirs[kept]) for mine, theirs in pairs):
            return layer.spec.title
    return ""


def reached(mask: NDArray[np.bool_], reach: Reach | None) -> NDArray[np.bool_]:
    """Return which cells of a picture an edit of masked cells can change: so many before and after on every axis.

    Without a promised reach it is all of them.
    """
    if reach is None:
        return np.full(mask.shape, bool(mask.any()))
    grown = mask.copy()
    for axis in range(mask.ndim):
        near = grown.copy()
        for step in range(1, max(reach.before, reach.after) + 1):
            before, after = _along(axis, slice(step, None)), _along(axis, slice(None, -step))
            if step <= reach.before:
                near[after] |= grown[before]
            if step <= reach.after:
                near[before] |= grown[after]
        grown = near
    return grown


def footprint_px(old: Grid, new: Grid, reach: Reach | None, height: int, width: int) -> NDArray[np.bool_]:
    """Return which pixels (height, width) of the output an edit of a picture's grid can change."""
    cells = reached(old.differs(new), reach)
    rows = np.arange(height) * cells.shape[0] // height
    columns = np.arange(width) * cells.shape[1] // width
    pixels: NDArray[np.bool_] = cells[rows[:, None], columns[None, :]]
    return pixels


def film_footprint_px(
    old: Grid, new: Grid, reach: Reach | None, count: int, height: int, width: int
) -> NDArray[np.bool_]:
    """Return which pixels (pictures, height, width) of the output an edit of a film's grid can change."""
    cells = reached(old.differs(new), reach)
    places = (np.arange(n) * have // n for n, have in zip((count, height, width), cells.shape, strict=True))
    pixels: NDArray[np.bool_] = cells[np.ix_(*places)]
    return pixels


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, part)
