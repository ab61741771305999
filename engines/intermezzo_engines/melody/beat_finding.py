"""Onsets in seconds onto a grid of sixteenths and triplets, their tempo, and the metre and bar lines that suit them.

The grid is found by a Viterbi search: each step between onsets is a length that tunes have, and the quarter may drift
as people do. Metre and phase are those under which the lengths of the notes fall best on the places of the bar, counted
on the corpus (train_metre.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from intermezzo.core.music.metre import FRAMES_PER_QUARTER, metre_of
from intermezzo_engines.weights import refused, shipped

__all__ = ["METRES_HEARD", "SIXTEENTH", "Grid", "find_grid", "find_metre", "length_class", "lengths_count"]

SIXTEENTH: Final = FRAMES_PER_QUARTER // 4
METRES_HEARD: Final = ("4/4", "3/4", "2/4", "6/8")
_CLASSES: Final = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24])
_STATES: Final = 66
_JITTER_S: Final = 0.022
_RUBATO: Final = 0.05
_OUTLIER: Final = 12.0
_DRIFT_COST: Final = 40.0
_USUAL_BPM, _USUAL_WIDTH = 92.0, 0.35
# Nats of the lengths in the corpus, in twelfths of a quarter: from the grid of sixteenths, then inside of triplets.
_LENGTHS: Final = {
    3: 2.2, 6: 0.9, 9: 3.3, 12: 1.4, 18: 2.7, 24: 2.9, 30: 4.4, 36: 3.9, 42: 5.8, 48: 4.9, 60: 5.6, 72: 5.9,
    15: 6.4, 21: 6.5, 54: 6.3, 66: 6.5, 84: 6.6, 96: 6.7,
}  # fmt: skip
_OTHER_NATS, _LONGEST = 7.5, 240
_TRIPLETS: Final = (
    (4, 0, 4.5), (8, 0, 5.5), (4, 1, 0.5), (8, 1, 2.0), (4, 2, 0.7), (8, 2, 2.5), (16, 2, 3.0), (28, 2, 4.0),
)  # fmt: skip
_MOVES: Final = np.array(
    [(n, 0, _LENGTHS.get(n, _OTHER_NATS)) for n in range(3, _LONGEST, 3)] + list(_TRIPLETS), np.float64
)
"""Length in twelfths, residue of the place before (in twelfths, modulo a sixteenth), nats."""
_BETWEEN_SIXTEENTHS: Final = 3.0


@dataclass(frozen=True, eq=False)
class Grid:
    """Of each onset (onsets,): ``twelfths``, its place in twelfths of a quarter, the first on 0, and ``quarter_s``."""

    twelfths: NDArray[np.int64]
    quarter_s: NDArray[np.float64]


def find_grid(onsets_s: NDArray[np.float64], bpm: float = 0.0) -> Grid:
    """Return the grid under some onsets.

    Args:
        onsets_s: (onsets,) rising, in seconds.
        bpm: about how many quarters a minute it has; 0 where nobody knows.
    """
    if len(onsets_s) < 2:
        return Grid(np.zeros(len(onsets_s), np.int64), np.full(len(onsets_s), 60.0 / (bpm or _USUAL_BPM)))
    usual = np.log(60.0 / _USUAL_BPM)
    periods = np.exp(usual + np.linspace(-0.9, 0.9, _STATES))
    if bpm > 0:
        periods = np.exp(np.linspace(-0.12, 0.12, 25)) * 60.0 / bpm
    prior = np.zeros(len(periods)) if bpm > 0 else (np.log(periods) - usual) ** 2 / (2 * _USUAL_WIDTH**2)
    total = np.full((len(periods), 3), np.inf)
    total[:, 0] = prior
    drift = _DRIFT_COST * np.abs(np.log(periods[:, None] / periods))
    back = []
    for gap in np.maximum(np.diff(onsets_s), 0.03).tolist():
        came = (total[:, None] + drift[..., None]).argmin(0)
        moved = (total[:, None] + drift[..., None]).min(0)
        width = np.sqrt((_JITTER_S / gap) ** 2 + _RUBATO**2)
        apart = np.minimum((np.log(gap / (_MOVES[:, 0] / 12 * periods[:, None])) / width) ** 2 / 2, _OUTLIER)
        cost = apart + _MOVES[:, 2]
        total, chosen = np.full(total.shape, np.inf), np.zeros(total.shape, np.int64)
        for after in range(3):
            rows = np.flatnonzero((_MOVES[:, 1] + _MOVES[:, 0]) % 3 == after)
            sums = moved[:, _MOVES[rows, 1].astype(int)] + cost[:, rows]
            total[:, after], chosen[:, after] = sums.min(1), rows[sums.argmin(1)]
        back.append((came, chosen))
    at, residue = (int(k) for k in np.unravel_index(total.argmin(), total.shape))
    steps, path = [], [at]
    for came, chosen in reversed(back):
        move = _MOVES[chosen[at, residue]]
        steps.append(int(move[0]))
        residue = int(move[1])
        at = int(came[at, residue])
        path.append(at)
    return Grid(np.concatenate([[0], np.cumsum(steps[::-1])]).astype(np.int64), periods[path[::-1]])


def find_metre(steps: NDArray[np.int64], last: int, metre: str = "") -> tuple[str, int]:
    """Return the metre and how many sixteenths before the first onset its bar began.

    Args:
        steps: (onsets,) on which sixteenth each lies.
        last: the sixteenth on which the last note ends.
        metre: the metre where it is known; only the phase is found then.

    Raises:
        PluginError: if the table is missing or damaged.
    """
    if not len(steps):
        return metre or METRES_HEARD[0], 0
    lengths = length_class(np.diff(np.append(steps, max(last, int(steps[-1]) + 1))))
    best = (-np.inf, metre or METRES_HEARD[0], 0)
    for name in METRES_HEARD:
        table = _table()[name]
        if metre and metre_of(metre).bar_frames != len(table) * SIXTEENTH:
            continue
        for offset in range(len(table)):
            score = float(table[(steps - steps[0] + offset) % len(table), lengths].sum())
            score -= _BETWEEN_SIXTEENTHS * (offset % 2)
            best = max(best, (score, name, offset))
    return metre or best[1], best[2]


def length_class(steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of each length in sixteenths."""
    return np.searchsorted(_CLASSES, np.maximum(steps, 1), side="right") - 1


def lengths_count() -> int:
    """How many classes of lengths there are."""
    return len(_CLASSES)


@cache
def _table() -> dict[str, NDArray[np.float32]]:
    """Return for each metre (places, classes): how much likelier a length is on a place than anywhere, in nats."""
    with shipped("melody_metre") as path, refused("weights that find metres"):
        return {name.replace("_", "/"): table for name, table in load_file(path).items()}
