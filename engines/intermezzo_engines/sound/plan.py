"""The plan of a sound: its course is laid from remembered states of sounds of its kind, and filled with single cells.

Of every learned recording the plan remembers one of 256 states of loudness for each 10 ms, and some single cells of it
without their order. A new course follows the states of a recording for some time and then goes on in any other of the
kind that is in the same state (audio textures: Lu, Wenyin and Zhang, 2004); each of its cells is one that belongs to
the state, of this recording or of another of its kind. The masked prior, which fills what a person masks, learns such
courses too, but not on two cores in an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FOLLOWED", "Plan"]

FOLLOWED: Final = 100  # cells that a recording is followed on average, a second, at a variety of 1
_OWN: Final = 0.9  # chance that a cell is of the recording that is followed, where it has one


@dataclass(frozen=True, eq=False)
class Plan:
    """``states`` uint8 (cells,) of all recordings one after the other, ``kinds`` uint8 and ``starts`` of each.

    ``units`` int64 (units, 8) are codes of single cells, ``unit_states`` and ``unit_recordings`` what they belong to.
    """

    states: NDArray[np.uint8]
    starts: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    units: NDArray[np.int64]
    unit_states: NDArray[np.uint8]
    unit_recordings: NDArray[np.int64]

    def course(
        self, kind: int, cells: int, variety: float, random: np.random.Generator, before: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return codes (cells, 8) of a sound of a kind (a number of `recordings.KINDS`).

        ``before`` are the codes (8,) of the cell before, where there is one: the course goes on from a like state.
        """
        stops = np.append(self.starts[1:], len(self.states))
        own = np.flatnonzero(self.kinds == kind)
        here = np.concatenate([np.arange(self.starts[k], stops[k]) for k in own])
        states = self.states[here]
        pool: dict[int, list[int]] = {}
        for unit in np.flatnonzero(self.kinds[self.unit_recordings] == kind).tolist():
            pool.setdefault(int(self.unit_states[unit]), []).append(unit)
        recording = int(random.choice(own))
        at = int(self.starts[recording])
        if before is not None:
            at = _like(self._state_of(before), here, states, random)
        found = np.zeros((cells, self.units.shape[1]), np.int64)
        for cell in range(cells):
            recording = int(np.searchsorted(self.starts, at, side="right")) - 1
            state = int(self.states[at])
            if state:
                own_unit = self._unit_of.get((recording, state))
                shared = pool.get(state)
                if own_unit is not None and (not shared or random.random() < _OWN):
                    found[cell] = self.units[own_unit]
                elif shared:
                    found[cell] = self.units[shared[random.integers(len(shared))]]
            if at + 1 >= stops[recording] or random.random() < variety / FOLLOWED:
                at = _like(state, here, states, random)
                recording = int(np.searchsorted(self.starts, at, side="right")) - 1
            at = min(at + 1, int(stops[recording]) - 1)
        return found

    @cached_property
    def _unit_of(self) -> dict[tuple[int, int], int]:
        pairs = zip(self.unit_recordings.tolist(), self.unit_states.tolist(), strict=True)
        return {pair: unit for unit, pair in enumerate(pairs)}

    def _state_of(self, codes: NDArray[np.int64]) -> int:
        """Return the state of the unit that has most of these codes, the first level counting most."""
        if codes[0] == 0:
            return 0
        alike = (self.units == codes).astype(np.int64) @ (2 ** np.arange(len(codes))[::-1])
        return int(self.unit_states[alike.argmax()])


def _like(state: int, here: NDArray[np.int64], states: NDArray[np.uint8], random: np.random.Generator) -> int:
    """Return one of the places ``here`` that is in a state, or any where none is."""
    same = here[states == state]
    return int(random.choice(same if len(same) else here))
