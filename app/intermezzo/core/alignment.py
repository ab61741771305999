"""Alignment: which frames of two sketches belong together, by the governing spans that both have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.carry import matches
from intermezzo.core.sketch import Sketch

__all__ = ["Alignment", "aligned"]


@dataclass(frozen=True, eq=False)
class Alignment:
    """Rising knots: frame ``mine[k]`` of one sketch is frame ``theirs[k]`` of the other; straight lines between."""

    mine: NDArray[np.float64]
    theirs: NDArray[np.float64]

    def to_theirs(self, frames: Any) -> NDArray[np.float64]:
        """Map (fractional) frames of the first sketch to those of the second."""
        found: NDArray[np.float64] = np.interp(frames, self.mine, self.theirs)
        return found

    def to_mine(self, frames: Any) -> NDArray[np.float64]:
        """Map (fractional) frames of the second sketch to those of the first."""
        found: NDArray[np.float64] = np.interp(frames, self.theirs, self.mine)
        return found


def aligned(mine: Sketch, theirs: Sketch) -> Alignment:
    """Align two sketches by the spans that make their time axes; end to end where they have none in common."""
    knots = [(0, 0), (mine.n_frames, theirs.n_frames)]
    before, after = mine.governing, theirs.governing
    if before is not None and after is not None:
        for i, j in matches(before, after):
            knots.append((int(before.starts[i]), int(after.starts[j])))
            knots.append((int(before.stops[i]), int(after.stops[j])))
    rising = np.unique(np.array(knots, np.float64), axis=0)
    return Alignment(rising[:, 0].copy(), rising[:, 1].copy())
