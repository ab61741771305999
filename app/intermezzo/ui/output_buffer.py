"""OutputBuffer: the sound of a stage as far as it is fresh; what is stale is known by frame and never played."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fresh", "OutputBuffer"]

_FRESH = -1
_ROOM = 4


@dataclass(frozen=True)
class Fresh:
    """The frames whose sound the last edit changed, and how long it took to be heard."""

    start: int
    stop: int
    latency_ms: float


class OutputBuffer:
    """``samples`` float32 (frames * hop,); each frame is fresh, or stale since a numbered edit."""

    def __init__(self, n_frames: int = 0, hop: int = 256, sample_rate: int = 24_000) -> None:
        self.hop, self.sample_rate = hop, sample_rate
        self.samples: NDArray[np.float32] = np.zeros(n_frames * hop, np.float32)
        self._room = self.samples  # the samples and, after they grew, some room for more
        self._stale_since: NDArray[np.int64] = np.zeros(n_frames, np.int64)
        self.edit_number = 0
        self.fresh: Fresh | None = None

    @property
    def n_frames(self) -> int:
        """Frames of the output."""
        return len(self._stale_since)

    @property
    def stale(self) -> NDArray[np.bool_]:
        """Which frames are stale, bool (frames,)."""
        mask: NDArray[np.bool_] = self._stale_since != _FRESH
        return mask

    def is_stale(self, start: int, stop: int) -> bool:
        """Tell whether any of the frames ``start:stop`` is stale."""
        return bool((self._stale_since[max(start, 0) : stop] != _FRESH).any())

    def stale_ranges(self) -> list[tuple[int, int]]:
        """Return the stretches of stale frames."""
        mask = np.zeros(self.n_frames + 2, bool)
        mask[1:-1] = self.stale
        edges = np.flatnonzero(mask[1:] != mask[:-1]).tolist()
        return list(zip(edges[::2], edges[1::2], strict=True))

    def invalidate(self, start: int, stop: int) -> None:
        """Mark frames as stale since a new edit."""
        self.edit_number += 1
        self._stale_since[max(start, 0) : stop] = self.edit_number
        self.fresh = None

    def resize(self, n_frames: int, keep: int) -> None:
        """Give the output another length; the first ``keep`` frames stay as they are, the rest is stale."""
        self.edit_number += 1
        keep = min(keep, n_frames, self.n_frames)
        if n_frames * self.hop > len(self._room):
            # Room that nobody has touched costs nothing, and the next piece of a growing sketch is not a copy of all.
            self._room = np.zeros(n_frames * self.hop * _ROOM, np.float32)
            self._room[: keep * self.hop] = self.samples[: keep * self.hop]
        else:
            self._room[keep * self.hop : self.n_frames * self.hop] = 0
        samples = self._room[: n_frames * self.hop]
        since = np.full(n_frames, self.edit_number, np.int64)
        since[:keep] = self._stale_since[:keep]
        self.samples, self._stale_since, self.fresh = samples, since, None

    def fill(self, start: int, sound: NDArray[np.float32], edit_number: int) -> list[tuple[int, int]]:
        """Take new sound from frame ``start`` on, rendered when ``edit_number`` was the last edit.

        Frames that a later edit made stale again stay stale. Returns the frame ranges that were taken.
        """
        stop = min(start + len(sound) // self.hop, self.n_frames)
        since = self._stale_since[start:stop]
        taken = (since != _FRESH) & (since <= edit_number)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], taken.astype(np.int8), [0]))))
        ranges = [(start + int(a), start + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        for a, b in ranges:
            self.samples[a * self.hop : b * self.hop] = sound[(a - start) * self.hop : (b - start) * self.hop]
            self._stale_since[a:b] = _FRESH
        return ranges
