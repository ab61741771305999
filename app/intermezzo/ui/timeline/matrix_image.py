"""The picture of a matrix: an 8-bit copy in blocks with coarser versions of each, sampled per pixel column.

Blocks are known by the identity of the base and paint blocks they were made from, so an edit costs the blocks that it
touched, a stretch of time shifts all later blocks without a copy, and ten minutes cost nothing that is not in view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Matrix

__all__ = ["MatrixImage"]

U8 = NDArray[np.uint8]
_SAMPLED_BLOCKS = 64
_ALMOST = 1e-6  # strips of a picture are as coarse as the whole


@dataclass(eq=False)
class _Block:
    """One block: its sources (kept, so that their identities stay theirs), and what is shown at halving widths."""

    base: NDArray[np.float32]
    paint: NDArray[np.float32]
    levels: list[U8]  # the picture
    marks: list[U8] | None = None  # 255 where painted; None until asked for


class MatrixImage:
    """The picture of one matrix layer, from black (quiet) to white (loud) by automatic contrast."""

    def __init__(self) -> None:
        self.low, self.high, self.least_paint = 0.0, 1.0, 0.0
        self._starts: NDArray[np.int64] = np.zeros(1, np.int64)
        self._base: Sequence[NDArray[np.float32]] = ()
        self._paint: Sequence[NDArray[np.float32]] = ()
        self._blocks: dict[tuple[int, int], _Block] = {}

    @property
    def n_frames(self) -> int:
        """Frames of the matrix."""
        return int(self._starts[-1])

    def set_contrast(self, matrix: Matrix) -> None:
        """Choose the range of values that the colours cover: nearly all of what the engine gave."""
        blocks = matrix.base.blocks
        chosen = blocks[:: max(len(blocks) // _SAMPLED_BLOCKS, 1)]
        if not chosen:
            return
        low, high = (float(v) for v in np.quantile(np.concatenate(chosen), (0.04, 0.995)))
        self.low, self.high = low, max(high, low + 1e-6)
        self._blocks.clear()

    def set(self, matrix: Matrix) -> None:
        """Show another matrix; blocks that it shares with the last one are kept."""
        self.least_paint = matrix.spec.paint_limit * 0.01
        base, paint = matrix.base, matrix.paint
        self._base, self._paint = base.blocks, paint.blocks
        if base.starts != paint.starts:  # cut differently: bring the paint into the blocks of the base
            self._paint = [paint.window(a, b) for a, b in pairwise(base.starts)]
        self._starts = np.asarray(base.starts, np.int64)
        if len(self._blocks) > 2 * len(self._base) + 64:
            there = {(id(b), id(p)) for b, p in zip(self._base, self._paint, strict=True)}
            self._blocks = {key: block for key, block in self._blocks.items() if key in there}

    def _block(self, index: int) -> _Block:
        base, paint = self._base[index], self._paint[index]
        block = self._blocks.get((id(base), id(paint)))
        if block is None:
            scaled = (base + paint - self.low) * (255.0 / (self.high - self.low))
            block = _Block(base, paint, [np.clip(scaled, 0, 255).astype(np.uint8)])
            self._blocks[id(base), id(paint)] = block
        return block

    def _level(self, index: int, level: int) -> U8:
        levels = self._block(index).levels
        while len(levels) <= level:
            finer = _even(levels[-1])
            levels.append(((finer[::2].astype(np.uint16) + finer[1::2]) >> 1).astype(np.uint8))
        return levels[level]

    def _mark_level(self, index: int, level: int) -> U8:
        block = self._block(index)
        if block.marks is None:
            block.marks = [(np.abs(block.paint) > self.least_paint) * np.uint8(255)]
        while len(block.marks) <= level:
            finer = _even(block.marks[-1])
            block.marks.append(np.maximum(finer[::2], finer[1::2]))
        return block.marks[level]

    def render(self, frames: NDArray[np.float64], height: int, *, marks: bool = False) -> U8:
        """Return the picture uint8 (height, len(frames)), top row = highest band, interpolated between cells.

        ``frames`` are the evenly rising frame positions of the pixel columns, all inside the matrix. ``marks`` shows
        255 where the matrix is painted instead.
        """
        per_px = float(frames[-1] - frames[0]) / max(len(frames) - 1, 1) + _ALMOST
        level = self._mark_level if marks else self._level
        columns = self._near(frames, level) if per_px <= 1.0 else self._far(frames, int(np.log2(per_px)), level)
        return _rows(columns, height)

    def _near(self, frames: NDArray[np.float64], shown: Callable[[int, int], U8]) -> NDArray[np.uint16]:
        last = self.n_frames - 1
        at = np.clip(frames - 0.5, 0, last)
        left = at.astype(np.int64)
        right = np.minimum(left + 1, last)
        first, stop = int(left[0]), int(right[-1]) + 1
        k0 = int(np.searchsorted(self._starts, first, side="right")) - 1
        k1 = int(np.searchsorted(self._starts, stop - 1, side="right"))
        rows = np.concatenate([shown(k, 0) for k in range(k0, k1)])
        offset = int(self._starts[k0])
        picture = np.ascontiguousarray(rows[first - offset : stop - offset].T).astype(np.uint16)
        share = ((at - left) * 256).astype(np.uint16)
        # 255 * 256 fits into 16 bits.
        return _mixed(picture.take(left - first, axis=1), picture.take(right - first, axis=1), share)

    def _far(self, frames: NDArray[np.float64], level: int, shown: Callable[[int, int], U8]) -> NDArray[np.uint16]:
        at = np.clip(np.floor(frames).astype(np.int64), 0, self.n_frames - 1)
        k0 = int(np.searchsorted(self._starts, at[0], side="right")) - 1
        k1 = int(np.searchsorted(self._starts, at[-1], side="right"))
        parts = [shown(k, level) for k in range(k0, k1)]
        offsets = np.concatenate(([0], np.cumsum([len(p) for p in parts])))
        block = np.searchsorted(self._starts[k0:k1], at, side="right") - 1
        inside = (at - self._starts[k0:k1][block]) >> level
        rows = np.concatenate(parts)[offsets[block] + inside]
        return np.ascontiguousarray(rows.T).astype(np.uint16)


def _even(rows: U8) -> U8:
    return np.concatenate((rows, rows[-1:])) if len(rows) % 2 else rows


def _rows(columns: NDArray[np.uint16], height: int) -> U8:
    """Stretch (bands, width) to (height, width), the first band at the bottom."""
    bands = len(columns)
    position = (height - np.arange(height) - 0.5) / height * bands
    at = np.clip(position - 0.5, 0, bands - 1)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, bands - 1)
    share = ((at - below) * 256).astype(np.uint16)[:, None]
    return _mixed(columns.take(below, axis=0), columns.take(above, axis=0), share).astype(np.uint8)


def _mixed(one: NDArray[np.uint16], other: NDArray[np.uint16], share: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Blend two pictures in the place of the first, ``share`` of 256 from the other."""
    one *= np.uint16(256) - share
    other *= share
    one += other
    one >>= np.uint16(8)
    return one
