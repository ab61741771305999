"""Comp of cells: put what another take says into some cells of a grid; hands and locks stay, all else is untouched."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import Cells
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Grid
from intermezzo.core.sketch import Sketch

__all__ = ["comp_cells", "rows_mask"]


def comp_cells(sketch: Sketch, take: Sketch, masks: Mapping[str, NDArray[np.bool_]]) -> Sketch:
    """Return the sketch with what ``take`` says in the cells of the masks, by name of their grids, bool in full shape.

    Raises:
        EditError: if the take is of another kind or size, or a mask does not fit or chooses nothing.
    """
    if take.type.id != sketch.type.id:
        raise EditError(f"This take is no {sketch.type.title.lower()}.")
    try:
        Cells(masks).fit(sketch)
    except SketchError as problem:
        raise EditError(str(problem)) from None
    for name, mask in masks.items():
        mine, theirs = sketch.layers[name], take.layers[name]
        assert isinstance(mine, Grid)
        if not isinstance(theirs, Grid) or theirs.shape != mine.shape:
            raise EditError("This take has another size. Sample new takes.")
        sketch = sketch.with_layer(mine.with_base_of(theirs, mask))
    return sketch


def rows_mask(sketch: Sketch, start: int, stop: int) -> dict[str, NDArray[np.bool_]]:
    """Return a mask of rows ``start:stop`` for each grid of a sketch without time."""
    masks: dict[str, NDArray[np.bool_]] = {}
    for name, layer in sketch.layers.items():
        if isinstance(layer, Grid):
            masks[name] = np.zeros(layer.shape, bool)
            masks[name][max(start, 0) : max(stop, 0)] = True
    return masks
