"""How the temporal prior is asked: twelve frames at a time after the content, and one code where nothing moves.

The prior has learned loops of twelve frames. Shorter loops are told round and round, longer ones in windows of twelve,
one after the other. Cells that were the same from frame to frame are filled once, so that nothing flickers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo.core.cells import CellChoices
from intermezzo_engines.image.model import LEVELS
from intermezzo_engines.sticker.motions import REST, told
from intermezzo_engines.sticker.weights import LOOP
from intermezzo_engines.tokens.editing import choices, filled, least_sure
from intermezzo_engines.tokens.fsq import likeness
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.sampling import Condition, Way, sureness

__all__ = ["Loop"]

_PER_STEP: Final = 1.0  # of a code away from what is expected, in logits

Codes = NDArray[np.int64]


class Loop:
    """A content, the poses of its frames and the number of its motion (0: not known), as the prior is told them.

    ``content`` int64 (rows, columns), ``table`` float32 (frames, 6). With ``expected``, drafted frames, what is filled
    stays near them: the prior knows what fits together, they know the details.
    """

    def __init__(
        self, prior: Prior, content: Codes, table: NDArray[np.float32], motion: int, device: str = "cpu",
        expected: Codes | None = None,
    ) -> None:  # fmt: skip
        self._prior, self._content, self._table = prior, content, table
        self._motion, self._device, self._expected = motion, device, expected

    def fill(
        self, frames: Codes, empty: NDArray[np.bool_], way: Way, seed: int,
        tell: Callable[[float], None] = lambda share: None,
    ) -> tuple[Codes, NDArray[np.float32]]:  # fmt: skip
        """Fill the empty cells of frames (frames, rows, columns); returns all codes and how sure each filled one is."""
        first = self._first_alike(frames, empty)
        codes, sure = frames.copy(), np.full(frames.shape, np.nan, np.float32)
        waiting = empty.copy()
        generator = torch.Generator().manual_seed(seed)
        while waiting.any():
            start = int(np.flatnonzero(waiting.any(axis=(1, 2)))[0])
            seen = self._window(start)
            self._fill_window(codes, sure, waiting, first, seen, way, generator, tell)
            waiting[seen] = False
        return codes, sure

    def _fill_window(
        self, codes: Codes, sure: NDArray[np.float32], waiting: NDArray[np.bool_], first: Codes,
        seen: NDArray[np.int64], way: Way, generator: torch.Generator, tell: Callable[[float], None],
    ) -> None:  # fmt: skip
        known = np.take_along_axis(waiting, first, axis=0) == 0
        follows = waiting & known  # their like was filled in an earlier window
        codes[follows] = np.take_along_axis(codes, first, axis=0)[follows]
        sure[follows] = np.take_along_axis(sure, first, axis=0)[follows]
        waiting[follows] = False
        shown = np.concatenate([self._content[None], np.where(waiting, self._prior.shape.codes, codes)[seen]])
        own = waiting & (first == np.arange(len(codes))[:, None, None])
        fresh = np.zeros(len(seen), bool)
        fresh[np.unique(seen, return_index=True)[1]] = True  # a frame that is told twice is filled once
        inside = np.concatenate([np.zeros((1, *own.shape[1:]), bool), own[seen] & fresh[:, None, None]])
        if inside.any():
            found, told_of = filled(
                self._prior, shown, inside, self._condition(seen), way, generator, tell, self._device, tell_known=False
            )
            for k, frame in enumerate(seen.tolist(), 1):
                codes[frame][inside[k]] = found[k][inside[k]]
                sure[frame][inside[k]] = told_of[k][inside[k]]
        alike = waiting & ~own
        alike[np.setdiff1d(np.arange(len(codes)), seen)] = False
        codes[alike] = np.take_along_axis(codes, first, axis=0)[alike]
        sure[alike] = np.take_along_axis(sure, first, axis=0)[alike]

    def sureness(self, frames: Codes, way: Way) -> NDArray[np.float32]:
        """Return how likely the prior finds each code of frames, float32 (frames, rows, columns)."""
        sure = np.zeros(frames.shape, np.float32)
        for start in range(0, len(frames), LOOP):
            seen = self._window(start)
            codes = torch.from_numpy(np.concatenate([self._content[None], frames[seen]])).to(self._device)
            sure[seen] = sureness(self._prior, codes, self._condition(seen, leaning=False), way).cpu().numpy()[1:]
        return sure

    def freed(
        self, frames: Codes, sure: NDArray[np.float32], percent: float, may: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return so many percent of the cells that ``may`` be made anew, the least sure, still ones all or none."""
        first = self._first_alike(frames, may)
        at = (first, *np.indices(frames.shape)[1:])
        total, count = np.zeros(frames.shape, np.float32), np.zeros(frames.shape, np.float32)
        np.add.at(total, at, sure)
        np.add.at(count, at, 1)
        alike = np.where(may, (total / np.maximum(count, 1))[at], np.inf).astype(np.float32)
        chosen = np.zeros(frames.shape, bool)
        np.logical_or.at(chosen, at, least_sure(alike, percent * float(may.mean())) & may)
        found: NDArray[np.bool_] = chosen[at]
        return found

    def choices(self, frames: Codes, cell: tuple[int, ...], way: Way) -> CellChoices:
        """Tell what the cell (frame, row, column) could be, all others being as they stand."""
        seen = self._window(cell[0])
        codes = np.concatenate([self._content[None], frames[seen]])
        for k in np.flatnonzero(seen == cell[0])[1:].tolist():
            codes[1 + k, cell[1], cell[2]] = self._prior.shape.codes
        place = 1 + int(np.flatnonzero(seen == cell[0])[0])
        number = int(np.ravel_multi_index((place, cell[1], cell[2]), codes.shape))
        return choices(self._prior, codes, number, self._condition(seen), way, self._device)

    def _window(self, start: int) -> NDArray[np.int64]:
        """Return the numbers of the twelve frames that the prior sees from ``start`` on, round the end of the loop."""
        n = len(self._table)
        return np.arange(LOOP) % n if n <= LOOP else (start + np.arange(LOOP)) % n

    def _condition(self, seen: NDArray[np.int64], *, leaning: bool = True) -> Condition:
        table = np.concatenate([np.array([REST], np.float32), self._table[seen]])
        nothing = torch.zeros(1, 0, 0, device=self._device)
        beside = told(torch.from_numpy(table)[None]).to(self._device)
        expected = None
        if self._expected is not None and leaning:
            whole = np.concatenate([self._content[None], self._expected[seen]])
            expected = torch.from_numpy(whole.reshape(1, -1)).to(self._device)
        return Condition(
            nothing.long(), nothing, self._motion, class_says=True, beside=beside, expected=expected,
            likeness=_likeness().to(self._device),
        )  # fmt: skip

    @staticmethod
    def _first_alike(frames: Codes, empty: NDArray[np.bool_]) -> Codes:
        """Return for each cell the first frame of its run of equal codes, empty all along, (frames, rows, columns).

        Runs go on round the end of the loop.
        """
        first = np.broadcast_to(np.arange(len(frames))[:, None, None], frames.shape).copy()
        same = (frames[1:] == frames[:-1]) & (empty[1:] == empty[:-1])
        for k, goes_on in enumerate(same, 1):
            first[k] = np.where(goes_on, first[k - 1], first[k])
        closes = (frames[0] == frames[-1]) & (empty[0] == empty[-1])
        found: Codes = np.where(closes & (first == first[-1]), 0, first)
        return found


@lru_cache(maxsize=1)
def _likeness() -> Tensor:
    return likeness(LEVELS, _PER_STEP)
