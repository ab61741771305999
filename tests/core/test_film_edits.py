"""Frames of films: taken out, edited and put back, one or all; what is cloned keeps the distance to its source."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import films, grids
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid, GridSpec

FILM = GridSpec("frames", "Frames", axes=("frames", "rows", "columns"), shape=(0, 4, 5), codes=50, codebook="t/1")


def film_of(seed: int, n: int = 6) -> Grid:
    random = np.random.default_rng(seed)
    return Grid.machine(FILM, 1 / 12, random.integers(0, 50, (n, 4, 5)), random.random((n, 4, 5)))


@given(st.integers(0, 99), st.integers(0, 5), st.integers(0, 49))
def test_an_edit_of_a_frame_leaves_all_others_and_their_marks(seed: int, k: int, code: int) -> None:
    film = film_of(seed)
    mask = np.random.default_rng(seed).random((4, 5)) < 0.5
    mask[0, 0] = True
    film = film.lock_mask(films.in_frames(film, [(k + 1) % 6], mask), True)
    after = films.on_frames(film, [k], lambda g: g.with_codes(mask, code))
    others = np.arange(6) != k
    assert np.array_equal(after.codes[others], film.codes[others])
    assert np.array_equal(after.origin[others], film.origin[others])
    assert (after.codes[k][mask] == code).all()
    assert np.array_equal(after.codes[k][~mask], film.codes[k][~mask])
    assert np.array_equal(films.frame(after, k).codes, after.codes[k])


def test_frames_that_refuse_are_left_and_all_of_them_refusing_is_told() -> None:
    film, mask = film_of(1), np.ones((4, 5), bool)
    film = film.lock_mask(films.in_frames(film, [0, 1], mask), True)
    after = films.on_frames(film, range(6), lambda g: g.with_codes(mask, 7))
    assert np.array_equal(after.codes[:2], film.codes[:2])
    assert (after.codes[2:] == 7).all()
    with pytest.raises(EditError):
        films.on_frames(film, [0, 1], lambda g: g.with_codes(mask, 7))


def test_the_last_frame_is_copied_to_the_first() -> None:
    film, mask = film_of(2), grids.box((4, 5), (0, 0), (1, 1))
    after = films.copied_on(film, 5, mask)
    assert np.array_equal(after.codes[0][mask], film.codes[5][mask])
    assert np.array_equal(after.codes[1:], film.codes[1:])
    with pytest.raises(EditError):
        films.copied_on(film_of(3, 1), 0, mask)


@given(st.integers(0, 99), st.integers(-4, 4), st.integers(-5, 5))
def test_cloned_cells_are_those_at_a_distance_and_no_others_change(seed: int, down: int, right: int) -> None:
    picture = films.frame(film_of(seed), 0)
    mask = np.random.default_rng(seed).random((4, 5)) < 0.6
    inside = [(r, c) for r, c in np.argwhere(mask).tolist() if 0 <= r + down < 4 and 0 <= c + right < 5]
    if not inside:
        with pytest.raises(EditError):
            grids.clone(picture, picture.codes, mask, (down, right))
        return
    after = grids.clone(picture, picture.codes, mask, (down, right))
    wanted = picture.codes
    for r, c in inside:
        wanted[r, c] = picture.codes[r + down, c + right]
    assert np.array_equal(after.codes, wanted)
