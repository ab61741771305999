"""A piecewise linear map of time: how frames move when spans are stretched, inserted or removed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError

__all__ = ["Warp"]


@dataclass(frozen=True)
class Warp:
    """Knots ``old[k] -> new[k]`` in frames, both starting at 0 and never falling; the last pair are the lengths.

    A piece of equal length on both sides is copied untouched; a piece that was empty is filled with the machine's
    values of its left neighbour, without edits and locks; a piece that becomes empty is removed.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]

    def __post_init__(self) -> None:
        sound = len(self.old) == len(self.new) >= 2 and self.old[0] == self.new[0] == 0
        if not sound or any(b < a for k in (self.old, self.new) for a, b in pairwise(k)):
            raise EditError("These time positions do not run forward.")

    def pieces(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (old start, old stop, new start, new stop) of each piece."""
        yield from zip(self.old, self.old[1:], self.new, self.new[1:], strict=False)

    def positions(self, start: int, stop: int, n_new: int) -> NDArray[np.float64]:
        """Return for each of ``n_new`` frames the position inside old frames ``start:stop`` that it shows."""
        n_old = stop - start
        if n_old <= 0:
            return np.full(n_new, max(start - 1, 0), np.float64)
        if n_old == n_new:
            return np.arange(start, stop, dtype=np.float64)
        centre = (np.arange(n_new) + 0.5) * (n_old / max(n_new, 1)) - 0.5
        inside: NDArray[np.float64] = start + np.clip(centre, 0, n_old - 1)
        return inside

    def at(self, frames: NDArray[np.int32]) -> NDArray[np.int32]:
        """Map frame positions, exact at the knots; a knot that appears twice maps to its last new position."""
        old, new = np.asarray(self.old, np.float64), np.asarray(self.new, np.float64)
        k = np.clip(np.searchsorted(old, frames, side="right") - 1, 0, len(old) - 2)
        lengths = old[k + 1] - old[k]
        share = np.where(lengths > 0, (np.asarray(frames) - old[k]) / np.maximum(lengths, 1), 1.0)
        moved: NDArray[np.int32] = np.rint(new[k] + np.clip(share, 0, 1) * (new[k + 1] - new[k])).astype(np.int32)
        return moved
