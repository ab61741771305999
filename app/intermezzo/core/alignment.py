"""Alignment: which frames of two sketches belong together, by the governing spans that both have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits.matching import matches
from intermezzo.core.layers import Spans
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
    a, b = _edges(mine.governing, theirs.governing)
    first = np.concatenate(([0.0], a, [float(mine.n_frames)]))
    second = np.concatenate(([0.0], b, [float(theirs.n_frames)]))
    fresh = np.append(True, (np.diff(first) > 0) | (np.diff(second) > 0))
    return Alignment(first[fresh], second[fresh])


def _edges(mine: Spans | None, theirs: Spans | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where matched spans begin and end in both, in order."""
    if mine is None or theirs is None:
        return np.empty(0), np.empty(0)
    pairs = np.array(matches(mine, theirs), np.int64).reshape(-1, 2)
    i, j = pairs[:, 0], pairs[:, 1]
    return (
        np.stack((mine.starts[i], mine.stops[i]), axis=1).ravel().astype(np.float64),
        np.stack((theirs.starts[j], theirs.stops[j]), axis=1).ravel().astype(np.float64),
    )
