"""Codes by what they look like: the nearest to a colour, the order of a palette, and each one turned over."""

from __future__ import annotations

import numpy as np

from intermezzo.ui.grid.palette import mirrored_codes, nearest_code, ordered, palette_codes

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (250, 250, 250), (10, 10, 10))


def plain() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.array([np.full((4, 4, 4), (*c, 255)) for c in COLOURS], np.uint8)


def test_a_colour_finds_its_code_and_clear_is_a_colour_too() -> None:
    clear = np.zeros((1, 4, 4, 4), np.uint8)
    swatches = np.concatenate([plain(), clear])
    assert [nearest_code(swatches, (*c, 255)) for c in COLOURS] == [0, 1, 2, 3, 4]
    assert nearest_code(swatches, (255, 0, 0, 0)) == 5


def test_turned_over_codes_swap_sides_and_even_ones_stay() -> None:
    left = np.zeros((4, 4, 4), np.uint8)
    left[:, :2] = (255, 0, 0, 255)
    top = np.swapaxes(left, 0, 1)
    swatches = np.stack([left, left[:, ::-1], top, top[::-1], plain()[0]])
    assert mirrored_codes(swatches, 1).tolist() == [1, 0, 2, 3, 4]
    assert mirrored_codes(swatches, 0).tolist() == [0, 1, 3, 2, 4]


def test_a_palette_holds_the_codes_of_the_picture_and_greys_come_last() -> None:
    swatches = plain()
    shown = palette_codes(np.array([[2, 2], [4, 2]], np.uint16), swatches, 8)
    assert {2, 4} <= set(shown.tolist())
    assert ordered(np.arange(5), swatches).tolist()[-2:] == [3, 4]
    assert palette_codes(np.array([[7, 3]], np.uint16), None, 8).tolist() == [3, 7]
