"""OutputBuffer: the sound of a stage as far as it is fresh; what is stale is known by block and never played."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers.base import runs
from intermezzo.ui.sound_grid import SoundGrid

__all__ = ["Fresh", "OutputBuffer"]

_FRESH = -1
_ROOM = 4

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Fresh:
    """The frames of the sketch whose sound the last edit changed, and how long it took to be heard."""

    start: int
    stop: int
    latency_ms: float


class OutputBuffer:
    """``channels`` float32 (1 or 2, samples); each block of its grid is fresh, or stale since a numbered edit.

    ``samples`` float32 (samples,) is the mix of the channels: what is drawn, and of one channel the sound itself.
    """

    def __init__(self, grid: SoundGrid | None = None) -> None:
        self.grid = grid or SoundGrid()
        # The sound and, after it grew, some room for more.
        self._rooms: Samples = np.zeros((1, self.grid.n_samples), np.float32)
        self._mix: Samples = self._rooms[0]
        self._stale_since: NDArray[np.int64] = np.zeros(self.grid.n_blocks, np.int64)
        self._placed: dict[tuple[int, int], tuple[int, int]] = {}
        self._placed_on = self.grid
        self.edit_number = 0
        self.fresh: Fresh | None = None

    @property
    def channels(self) -> Samples:
        """The sound, (channels, samples)."""
        return self._rooms[:, : self.grid.n_samples]

    @property
    def samples(self) -> Samples:
        """The mix of all channels, (samples,)."""
        return self._mix[: self.grid.n_samples]

    @property
    def hop(self) -> int:
        """Samples a block."""
        return self.grid.hop

    @property
    def sample_rate(self) -> int:
        """Samples a second."""
        return self.grid.sample_rate

    @property
    def n_blocks(self) -> int:
        """Blocks of the output."""
        return len(self._stale_since)

    @property
    def stale(self) -> NDArray[np.bool_]:
        """Which blocks are stale, bool (blocks,)."""
        mask: NDArray[np.bool_] = self._stale_since != _FRESH
        return mask

    def is_stale(self, start: int, stop: int) -> bool:
        """Tell whether any of the blocks ``start:stop`` is stale."""
        return bool((self._stale_since[max(start, 0) : stop] != _FRESH).any())

    def stale_ranges(self) -> list[tuple[int, int]]:
        """Return the stretches of stale blocks."""
        return runs(self.stale)

    def is_stale_in(self, start: int, stop: int) -> bool:
        """Tell whether any of the frames ``start:stop`` of the sketch has a stale sound."""
        return self.is_stale(*self.grid.blocks(start, stop))

    def stale_frames(self) -> list[tuple[int, int]]:
        """Return the stretches of the sketch whose sound is stale, in frames."""
        known = self._placed if self._placed_on is self.grid else {}  # an edit leaves most stretches as they were
        self._placed = {ends: known.get(ends) or self.grid.frames(*ends) for ends in self.stale_ranges()}
        self._placed_on = self.grid
        return list(self._placed.values())

    def part(self, start: int, stop: int) -> Samples:
        """Return the sound of blocks ``start:stop``, (channels, n)."""
        return self.channels[:, start * self.hop : stop * self.hop]

    def invalidate(self, start: int, stop: int) -> None:
        """Mark blocks as stale since a new edit."""
        self.edit_number += 1
        self._stale_since[max(start, 0) : stop] = self.edit_number
        self.fresh = None

    def resize(self, grid: SoundGrid, keep: int) -> None:
        """Lay the output on another grid; the first ``keep`` blocks stay as they are, the rest is stale."""
        self.edit_number += 1
        keep = min(keep, grid.n_blocks, self.n_blocks)
        if grid.n_samples != self.grid.n_samples:  # a last block that is cut short, or goes on now, is another one
            keep = min(keep, min(grid.n_samples, self.grid.n_samples) // grid.hop)
        kept = min(keep * grid.hop, grid.n_samples)
        if grid.n_samples > self._rooms.shape[1]:
            # Room that nobody has touched costs nothing, and the next piece of a growing sketch is not a copy of all.
            self._rooms = _moved(self._rooms, grid.n_samples * _ROOM, kept)
            self._mix = self._rooms[0] if len(self._rooms) == 1 else _moved(self._mix, grid.n_samples * _ROOM, kept)
        else:
            self._rooms[:, kept : self.grid.n_samples] = 0
            if len(self._rooms) > 1:
                self._mix[kept : self.grid.n_samples] = 0
        since = np.full(grid.n_blocks, self.edit_number, np.int64)
        since[:keep] = self._stale_since[:keep]
        self.grid, self._stale_since, self.fresh = grid, since, None

    def fill(self, first: int, sound: Samples, edit_number: int) -> list[tuple[int, int]]:
        """Take new sound (channels, n) from sample ``first`` on, rendered when ``edit_number`` was the last edit.

        Blocks that a later edit made stale again stay stale, and so do those of which this is a part only. Returns the
        block ranges that were taken.
        """
        hop, last = self.hop, first + sound.shape[1]
        start = -(-first // hop)
        stop = self.n_blocks if last >= self.grid.n_samples else last // hop
        since = self._stale_since[start:stop]
        taken = [(start + a, start + b) for a, b in runs((since != _FRESH) & (since <= edit_number))]
        if taken and len(sound) > len(self._rooms):
            self._rooms = np.repeat(self._rooms, 2, axis=0)
            self._mix = self._mix.copy()
        for a, b in taken:
            low, high = a * hop, min(b * hop, self.grid.n_samples)
            part = sound[:, low - first : high - first]
            self._rooms[:, low:high] = part
            if len(self._rooms) > 1:
                self._mix[low:high] = part.mean(axis=0)
            self._stale_since[a:b] = _FRESH
        return taken


def _moved(room: Samples, n: int, kept: int) -> Samples:
    wider = np.zeros((*room.shape[:-1], n), np.float32)
    wider[..., :kept] = room[..., :kept]
    return wider
