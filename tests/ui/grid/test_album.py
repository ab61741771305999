"""What was drawn of a sketch is found again, drawn with these parameters, until too much is kept."""

from __future__ import annotations

import numpy as np

from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.media import Image
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.ui.grid.album import Album

SPEC = GridSpec("tokens", "Tokens", shape=(2, 2), codes=4, codebook="four/1", axes=("rows", "columns"))
KIND = SketchType("four/1", "Four", (SPEC,))


def sketch(code: int) -> Sketch:
    return Sketch(KIND, {"tokens": Grid.machine(SPEC, 1.0, np.full((2, 2), code, np.uint16))}, Made("e", "1"))


def picture(side: int = 10) -> tuple[Image, ...]:
    return (Image(np.zeros((side, side, 4), np.uint8)),)


def test_pictures_are_found_by_sketch_and_parameters() -> None:
    album, one, drawn = Album(), sketch(1), picture()
    album.put(one, {"size": 2}, drawn)
    assert album.find(one, {"size": 2}) is drawn
    assert album.find(one, {"size": 1}) == ()
    assert album.find(sketch(1), {"size": 2}) == ()


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    album, sketches = Album(max_bytes=1000), [sketch(code) for code in range(3)]
    for one in sketches[:2]:
        album.put(one, {}, picture())
    album.find(sketches[0], {})
    album.put(sketches[2], {}, picture())
    assert [bool(album.find(one, {})) for one in sketches] == [True, False, True]
    album.put(sketches[2], {}, picture(30))  # larger than all: only the newest stays
    assert [bool(album.find(one, {})) for one in sketches] == [False, False, True]
