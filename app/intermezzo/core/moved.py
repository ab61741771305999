"""Pictures of tokens that curves move through a film: where a cell of one lands in a frame, and what it can change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import reached
from intermezzo.core.edits import films
from intermezzo.core.layers import Curve, Grid
from intermezzo.core.manifest import Moves, Reach
from intermezzo.core.sketch import Sketch

__all__ = ["Landing", "at_rest", "landing"]

_BETWEEN: Final = 0.25  # of a cell: moved pixels are mixed from their neighbours
_NEAR: Final = 0.01  # percent or degrees: a pose so near to rest shows the picture's own tokens


@dataclass(frozen=True, eq=False)
class Landing:
    """``corners`` float64 (4, 2) are the cell's own as (row, column) in cells of the frame, in order round it.

    ``cells`` bool (rows, columns) are those of the frame that an edit of it can change in the output.
    """

    corners: NDArray[np.float64]
    cells: NDArray[np.bool_]


def landing(
    sketch: Sketch, name: str, moves: Moves, cell: tuple[int, int], k: int, reach: Reach | None
) -> Landing | None:  # fmt: skip
    """Return where a cell of the grid ``name`` is in frame ``k``; None where the sketch has no such layers.

    ``reach`` is that of the film. Tokens of the frame that a hand set or locked are not made anew, so they hold.
    """
    picture, film = sketch.layers.get(name), sketch.layers.get(moves.film)
    pose = _pose(sketch, moves, k)
    if not isinstance(picture, Grid) or not isinstance(film, Grid) or pose is None or not 0 <= k < len(film):
        return None
    row, column = cell
    shape, size = film.shape[1:], picture.shape
    corners = _put(np.array([[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]]), pose, size,
                   shape)  # fmt: skip
    near = reach or Reach()
    if np.abs(pose[:5] - (0, 0, 0, 100, 100)).max() < _NEAR and size == shape:
        made = np.zeros(shape, bool)
        made[cell] = True
    else:
        top, left = row - near.before - _BETWEEN, column - near.before - _BETWEEN
        bottom, right = row + 1 + near.after + _BETWEEN, column + 1 + near.after + _BETWEEN
        around = np.array([[top, left], [top, right], [bottom, right], [bottom, left]])
        drawn = _met(_put(around, pose, size, shape), shape)
        made = reached(drawn, Reach(before=moves.spread, after=moves.spread))
    seen = films.frame(film, k)
    made &= ~(seen.edited | seen.locked) & (pose[5] > 0)
    return Landing(corners, reached(made, reach))


def at_rest(sketch: Sketch, name: str, moves: Moves, k: int) -> Sketch:
    """Return the sketch with a frame that shows the grid ``name`` as it is: not moved, and in whole opacity."""
    picture, film, fade = (sketch.layers.get(layer) for layer in (name, moves.film, moves.fade))
    if isinstance(picture, Grid) and isinstance(film, Grid) and picture.shape == film.shape[1:]:
        codes = film.codes
        codes[k] = picture.codes
        sketch = sketch.with_layer(Grid.machine(film.spec, film.hop_s, codes))
    if isinstance(fade, Curve):
        sketch = sketch.with_layer(Curve.machine(fade.spec, fade.hop_s, np.full(len(fade), 100, np.float32)))
    return sketch


def _pose(sketch: Sketch, moves: Moves, k: int) -> NDArray[np.float64] | None:
    """Return the shifts to the right and up, the turn, both sizes and the opacity of a frame."""
    names = moves.x, moves.y, moves.turn, moves.width, moves.height, moves.fade
    usual = (0.0, 0.0, 0.0, 100.0, 100.0, 100.0)
    found = []
    for name, value in zip(names, usual, strict=True):
        layer = sketch.layers.get(name)
        if name and (not isinstance(layer, Curve) or not 0 <= k < len(layer)):
            return None
        found.append(float(layer.values[k]) if isinstance(layer, Curve) else value)
    return np.array(found)


def _put(
    places: NDArray[np.float64], pose: NDArray[np.float64], size: tuple[int, ...], shape: tuple[int, ...]
) -> NDArray[np.float64]:  # fmt: skip
    """Return where places (n, 2) of a picture of ``size`` cells are in a frame of ``shape``, as (row, column)."""
    x, y, turn, width, height, _ = pose
    down, across = (places / np.array(size) * 2 - 1).T
    across, down = across * width / 100, down * height / 100
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    put = np.stack([sin * across + cos * down - y / 50, cos * across - sin * down + x / 50], axis=1)
    found: NDArray[np.float64] = (put + 1) / 2 * np.array(shape)
    return found


def _met(corners: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the cells that a parallelogram touches: no line along a side of either lies between them."""
    met = np.ones(shape, bool)
    middles = np.indices(shape) + 0.5
    edges = np.diff(corners[:3], axis=0)
    for down, along in ((1.0, 0.0), (0.0, 1.0), *((-edge[1], edge[0]) for edge in edges)):
        cells, half = down * middles[0] + along * middles[1], (abs(down) + abs(along)) / 2
        ends = down * corners[:, 0] + along * corners[:, 1]
        met &= (cells + half > ends.min()) & (cells - half < ends.max())
    return met
