"""Where a token of a picture lands in a frame of a film that curves move it through."""

from __future__ import annotations

import numpy as np
import pytest

from intermezzo.core.layers import Curve, CurveSpec, Grid, GridSpec, Layer
from intermezzo.core.manifest import Moves, Reach
from intermezzo.core.moved import Landing, at_rest, landing
from intermezzo.core.sketch import Made, Sketch, SketchType

PICTURE = GridSpec("picture", "Picture", shape=(8, 8), codes=16, codebook="test/1")
FILM = GridSpec("film", "Film", axes=("frames", "rows", "columns"), shape=(0, 8, 8), codes=16, codebook="test/1")
CURVES = tuple(CurveSpec(n, n, low=-720, high=720) for n in ("x", "y", "turn", "width", "height", "fade"))
MOVES = Moves("film", "x", "y", "turn", "width", "height", "fade", spread=1)
REACH = Reach(before=1, after=1)


def sketch(**levels: float) -> Sketch:
    """Return a sketch of two frames, the first at rest and the second in a pose."""
    usual = {"x": 0.0, "y": 0.0, "turn": 0.0, "width": 100.0, "height": 100.0, "fade": 100.0}
    layers: dict[str, Layer] = {"picture": Grid.machine(PICTURE, 0.0, np.full((8, 8), 3))}
    for spec in CURVES:
        values = np.array([usual[spec.name], levels.get(spec.name, usual[spec.name])], np.float32)
        layers[spec.name] = Curve.machine(spec, 0.1, values)
    layers["film"] = Grid.machine(FILM, 0.1, np.zeros((2, 8, 8), int))
    return Sketch(SketchType("test/1", "Test", (PICTURE, *CURVES, FILM), hop_s=0.1), layers, Made("test", "1"))


def found(cell: tuple[int, int], k: int = 1, **levels: float) -> Landing:
    landed = landing(sketch(**levels), "picture", MOVES, cell, k, REACH)
    assert landed is not None
    return landed


def box(landed: Landing) -> tuple[int, int, int, int]:
    """Return first and last row, first and last column."""
    rows, columns = np.nonzero(landed.cells)
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def test_at_rest_a_token_is_its_own_cell_and_reaches_as_one_of_the_film_does() -> None:
    landed = found((3, 4), 0)
    assert box(landed) == (2, 4, 3, 5)
    assert landed.corners.tolist() == [[3, 4], [3, 5], [4, 5], [4, 4]]


@pytest.mark.parametrize(
    ("levels", "middle"),
    [
        ({"x": 25.0}, (1.5, 4.5)),  # to the right by a quarter of eight cells
        ({"y": 12.5}, (0.5, 2.5)),  # up
        ({"turn": 90.0}, (2.5, 6.5)),  # clockwise: what is above on the left comes to the right
        ({"width": 50.0, "height": 200.0}, (-1.0, 3.25)),
    ],
)
def test_a_token_is_shifted_turned_and_stretched_as_the_curves_say(
    levels: dict[str, float], middle: tuple[float, float]
) -> None:
    assert np.allclose(found((1, 2), **levels).corners.mean(axis=0), middle, atol=1e-5)


def test_a_moved_token_reaches_what_it_is_drawn_over_the_spread_and_what_each_of_those_reaches() -> None:
    # Drawn over 3 x 3 cells and a little, from 1.75 to 5.25; one more of spread, and one of reach.
    assert box(found((3, 2), x=12.5)) == (0, 7, 0, 7)
    assert box(found((0, 0), x=12.5)) == (0, 4, 0, 5)


def test_cells_that_a_hand_holds_are_not_made_anew() -> None:
    whole = sketch(x=12.5)
    grid = whole.layers["film"]
    assert isinstance(grid, Grid)
    held = whole.with_layer(grid.lock_mask(np.ones(grid.shape, bool), True))
    landed = landing(held, "picture", MOVES, (3, 2), 1, REACH)
    assert landed is not None
    assert not landed.cells.any()


def test_nothing_is_seen_of_a_token_that_is_faded_out_or_beside_the_frame() -> None:
    assert not found((3, 2), fade=0.0).cells.any()
    assert not found((3, 2), x=300.0).cells.any()


def test_a_sketch_without_such_layers_has_no_landing() -> None:
    assert landing(sketch(), "film", MOVES, (0, 0), 5, REACH) is None
    assert landing(sketch(), "picture", Moves("other"), (0, 0), 0, REACH) is None


def test_a_frame_at_rest_shows_the_picture_and_no_other_frame_changes() -> None:
    shown = at_rest(sketch(x=40.0, fade=0.0), "picture", MOVES, 1)
    film, fade = shown.layers["film"], shown.layers["fade"]
    assert isinstance(film, Grid)
    assert isinstance(fade, Curve)
    assert (film.codes[1] == 3).all()
    assert (film.codes[0] == 0).all()
    assert fade.values[1] == 100
