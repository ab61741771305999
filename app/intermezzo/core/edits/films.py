"""Frames of token films as pictures of tokens: each is taken out, edited as a picture is, and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError
from intermezzo.core.layers.base import frozen
from intermezzo.core.layers.grid import Grid

__all__ = ["copied_on", "frame", "in_frames", "is_film", "on_frames", "with_frames"]


def is_film(grid: Grid) -> bool:
    """Tell whether the first axis of a grid is that of frames."""
    return grid.spec.axes[0] == "frames"


def frame(film: Grid, k: int) -> Grid:
    """Return frame ``k`` (0-based) of a film as a grid of rows x columns with the same codes, marks and sureness."""
    shape = film.spec.shape[1:]
    spec = replace(film.spec, axes=("rows", "columns"), shape=shape)
    base, hand, origin, score = (a[k].reshape(shape) for a in (film.base, film.hand, film.origin, film.score))
    return Grid(
        spec, 0.0, frozen(base, np.uint16), frozen(hand, np.uint16), frozen(origin, np.uint8), frozen(score, np.float32)
    )


def with_frames(film: Grid, pictures: Mapping[int, Grid]) -> Grid:
    """Return the film with other frames, by their number; each has the shape that `frame` gives."""

    def put(whole: NDArray[Any], name: str) -> NDArray[Any]:
        changed = whole.copy()
        for k, picture in pictures.items():
            changed[k] = getattr(picture, name).reshape(-1)
        return frozen(changed, whole.dtype)

    return replace(
        film, base=put(film.base, "base"), hand=put(film.hand, "hand"), origin=put(film.origin, "origin"),
        score=put(film.score, "score"),
    )  # fmt: skip


def on_frames(film: Grid, frames: Iterable[int], edit: Callable[[Grid], Grid]) -> Grid:
    """Do an edit of pictures in several frames; frames that refuse it are left as they are.

    Raises:
        EditError: if every frame refuses, with what the last one said.
    """
    refused: EditError | None = None
    done: dict[int, Grid] = {}
    for k in frames:
        try:
            done[k] = edit(frame(film, k))
        except EditError as error:
            refused = error
    if refused is not None and not done:
        raise refused
    return with_frames(film, done) if done else film


def in_frames(film: Grid, frames: Iterable[int], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask of rows x columns as one of the whole film that holds it in some frames."""
    whole = np.zeros(film.shape, bool)
    whole[list(frames)] = mask
    return whole


def copied_on(film: Grid, k: int, mask: NDArray[np.bool_]) -> Grid:
    """Copy the masked cells of frame ``k`` to the next frame (the first one after the last), as a hand's codes.

    Raises:
        EditError: if all of them are locked there, or the film has one frame.
    """
    if len(film) < 2:
        raise EditError("There is no other frame to copy to.")
    codes = frame(film, k).codes
    return on_frames(film, [(k + 1) % len(film)], lambda g: g.with_codes(mask, codes))
