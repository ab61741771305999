"""A long array kept as short immutable blocks, so that an edit shares all that it does not touch.

Without it one brush stroke on ten minutes of envelope would copy 22 MB; with it, the blocks under the brush.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK_FRAMES", "Rope"]

BLOCK_FRAMES = 128


@dataclass(frozen=True, eq=False)
class Rope:
    """Rows in blocks: ``blocks`` read-only arrays (rows_k, width); ``starts`` first row of each block and the end."""

    blocks: tuple[NDArray[Any], ...]
    width: int
    dtype: np.dtype[Any]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, blocks: list[NDArray[Any]], width: int, dtype: np.dtype[Any]) -> Rope:
        """Join blocks; empty ones are dropped."""
        kept = tuple(b for b in blocks if len(b))
        for block in kept:
            block.setflags(write=False)
        return cls(kept, width, dtype, (0, *accumulate(len(b) for b in kept)))

    @classmethod
    def cut(cls, array: NDArray[Any]) -> Rope:
        """Cut an array (rows, width) into blocks; copies once."""
        own = np.array(array, order="C")
        own.setflags(write=False)
        # Copies of slices, so that an old block never keeps the whole array alive.
        blocks = [own[i : i + BLOCK_FRAMES].copy() for i in range(0, len(own), BLOCK_FRAMES)]
        return cls.of(blocks, array.shape[1], own.dtype)

    @classmethod
    def full(cls, rows: int, width: int, value: float, dtype: Any) -> Rope:
        """Return ``rows`` equal rows; all whole blocks are one shared array."""
        block = np.full((BLOCK_FRAMES, width), value, dtype)
        whole, rest = divmod(rows, BLOCK_FRAMES)
        return cls.of([block] * whole + [block[:rest].copy()], width, block.dtype)

    def __len__(self) -> int:
        return self.starts[-1]

    def window(self, start: int, stop: int) -> NDArray[Any]:
        """Return rows ``start:stop`` as one array (a read-only view where one block holds them all)."""
        start, stop = max(start, 0), min(stop, len(self))
        if stop <= start:
            return np.empty((0, self.width), self.dtype)
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, stop - 1) - 1
        parts = [self.blocks[k][max(start - self.starts[k], 0) : stop - self.starts[k]] for k in range(first, last + 1)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def array(self) -> NDArray[Any]:
        """Return all rows as one array."""
        return self.window(0, len(self))

    def splice(self, start: int, stop: int, rows: NDArray[Any]) -> Rope:
        """Replace rows ``start:stop``; untouched blocks are shared, a result of equal values keeps its block."""
        if stop - start == len(rows):
            return self._overwrite(start, stop, rows)
        # Only the blocks that the stretch touches are cut anew, into even ones, so that many edits leave no crumbs.
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, stop)
        parts = [rows.astype(self.dtype)]
        if last > first:
            parts.insert(0, self.blocks[first][: start - self.starts[first]])
            parts.append(self.blocks[last - 1][stop - self.starts[last - 1] :])
        middle = np.concatenate(parts)
        n = -(-len(middle) // BLOCK_FRAMES)
        new = [block.copy() for block in np.array_split(middle, n)] if n else []
        for block in new:
            block.setflags(write=False)
        moved = len(rows) - (stop - start)
        starts = (
            *self.starts[:first], *accumulate((len(b) for b in new[:-1]), initial=self.starts[first]),
            *[s + moved for s in self.starts[last:]],
        ) if new else (*self.starts[:first], *[s + moved for s in self.starts[last:]])  # fmt: skip
        return Rope((*self.blocks[:first], *new, *self.blocks[last:]), self.width, self.dtype, starts)

    def _overwrite(self, start: int, stop: int, rows: NDArray[Any]) -> Rope:
        blocks = list(self.blocks)
        for k in range(max(bisect_right(self.starts, start) - 1, 0), len(blocks)):
            low, high = self.starts[k], self.starts[k + 1]
            if low >= stop:
                break
            block = blocks[k].copy()
            block[max(start - low, 0) : stop - low] = rows[max(low - start, 0) : high - start]
            if not np.array_equal(block, blocks[k]):
                block.setflags(write=False)
                blocks[k] = block
        return Rope(tuple(blocks), self.width, self.dtype, self.starts)

    def joined(self, other: Rope) -> Rope:
        """Return the rows of this rope followed by those of another of the same width; all blocks are shared."""
        starts = (*self.starts, *(len(self) + s for s in other.starts[1:]))
        return Rope((*self.blocks, *other.blocks), self.width, self.dtype, starts)

    def changed(self, other: Rope) -> list[tuple[int, int]]:
        """Return row ranges that differ from a rope of equal length; shared blocks cost nothing."""
        if self.starts != other.starts:
            head, tail = self._shared(other), self._shared(other, from_end=True)
            stop = max(len(self) - tail, head)
            return _ranges(np.any(self.window(head, stop) != other.window(head, stop), axis=1), head)
        found: list[tuple[int, int]] = []
        for k, (mine, theirs) in enumerate(zip(self.blocks, other.blocks, strict=True)):
            if mine is not theirs:
                found += _ranges(np.any(mine != theirs, axis=1), self.starts[k])
        return found

    def _shared(self, other: Rope, *, from_end: bool = False) -> int:
        """Return how many rows at the beginning, or at the end, are the very same blocks."""
        step = -1 if from_end else 1
        rows = 0
        for mine, theirs in zip(self.blocks[::step], other.blocks[::step], strict=False):
            if mine is not theirs:
                break
            rows += len(mine)
        return rows


def _ranges(mask: NDArray[np.bool_], offset: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a) + offset, int(b) + offset) for a, b in zip(edges[::2], edges[1::2], strict=True)]
