"""Learn the plan: 256 states of loudness by k-means, the state of every 10 ms learned, and a cell for each state."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.sound.codec import Codec
from intermezzo_engines.sound.plan import Plan
from intermezzo_engines.sound.recordings import KINDS, recordings

__all__ = ["planned"]

_STATES: Final = 256  # state 0 is silence
_ROUNDS: Final = 8
_MOST_CELLS: Final = 1_000  # of a recording, so that one long loop is not most of its kind


def planned(folder: Path, codec: Codec) -> Plan:
    """Learn the plan from the recordings below a data folder; seed 0; nothing that is held out is heard."""
    random = np.random.default_rng(0)
    learned = [r for r in recordings(folder) if not r.held_out]
    grids = [codec.encode(r.samples)[:_MOST_CELLS] for r in learned]
    codes = np.concatenate(grids)
    told = codec.told_db(codes)
    heard = np.flatnonzero(codes[:, 0] > 0)
    centres = told[random.choice(heard, _STATES - 1, replace=False)]
    own = np.zeros(len(heard), np.int64)
    for _ in range(_ROUNDS):
        own = _nearest(told[heard], centres)
        total = np.zeros_like(centres)
        np.add.at(total, own, told[heard])
        count = np.bincount(own, minlength=len(centres))
        centres = np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], centres)
    states = np.zeros(len(codes), np.uint8)
    states[heard] = 1 + _nearest(told[heard], centres)
    starts = np.cumsum([0, *(len(grid) for grid in grids[:-1])])
    apart = ((told - np.concatenate([centres[:1], centres])[states]) ** 2).sum(axis=1)
    recording = np.repeat(np.arange(len(grids)), [len(grid) for grid in grids])
    chosen = []
    for number in range(len(grids)):  # of each recording and state the cell next to the middle
        inside = np.flatnonzero((recording == number) & (states > 0))
        inside = inside[np.argsort(apart[inside], kind="stable")]
        chosen += inside[np.unique(states[inside], return_index=True)[1]].tolist()
    units = random.permutation(np.array(chosen))
    kinds = np.array([KINDS.index(r.kind) for r in learned], np.uint8)
    return Plan(states, starts, kinds, codes[units], states[units], recording[units])


def _nearest(told: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    lengths = (centres**2).sum(axis=1)
    found: NDArray[np.int64] = np.concatenate(
        [(lengths - 2 * part @ centres.T).argmin(axis=1) for part in np.array_split(told, max(len(told) // 20_000, 1))]
    )
    return found
