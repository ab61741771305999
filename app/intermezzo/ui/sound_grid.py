"""SoundGrid: the even blocks in which sound is kept, and which frames of a sketch are heard in each of them.

In most sketches a block is a frame. The frames of a sketch in beats last as long as its tempo says, so its blocks are
of a fixed number of samples, and its clock says which frames they hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.clock import Clock
from intermezzo.core.sketch import Sketch

__all__ = ["SoundGrid"]

_BLOCK, _RATE = 256, 24_000
_BEATS_BLOCK = 1024  # 23 ms: an hour of music is looked through in a millisecond


@dataclass(frozen=True, eq=False)
class SoundGrid:
    """``n_samples`` at ``sample_rate`` Hz in blocks of ``hop``, the last of which may be shorter, for ``n_frames``.

    ``clock`` says when each frame is heard; None: each frame is one block.
    """

    n_frames: int = 0
    n_samples: int = 0
    hop: int = _BLOCK
    sample_rate: int = _RATE
    clock: Clock | None = None

    @classmethod
    def of(cls, sketch: Sketch | None) -> SoundGrid:
        """Return the grid of the sound of a sketch, an empty one where it makes no sound."""
        if sketch is None or not sketch.type.sounds:
            return cls()
        hop, rate, n = sketch.type.hop_samples, sketch.type.sample_rate, sketch.n_frames
        if hop:
            return cls(n, n * hop, hop, rate)
        return cls(n, sketch.sample(n), _BEATS_BLOCK, rate, sketch.clock)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.n_samples // self.hop)

    def is_like(self, other: SoundGrid) -> bool:
        """Tell whether every frame has the same place in both."""
        mine = (self.n_frames, self.n_samples, self.hop, self.sample_rate)
        if mine != (other.n_frames, other.n_samples, other.hop, other.sample_rate):
            return False
        if self.clock is None or other.clock is None or self.clock is other.clock:
            return self.clock is other.clock
        return np.array_equal(self.clock.frames, other.clock.frames) and np.array_equal(
            self.clock.seconds, other.clock.seconds
        )

    def sample(self, frame: int) -> int:
        """Return the first sample of a frame."""
        at = frame * self.hop if self.clock is None else self.clock.sample(frame, self.sample_rate)
        return min(max(at, 0), self.n_samples)

    def blocks(self, start: int, stop: int) -> tuple[int, int]:
        """Return the blocks in which any of the frames ``start:stop`` is heard."""
        if self.clock is None:
            return max(start, 0), min(stop, self.n_frames)
        return self.sample(start) // self.hop, -(-self.sample(stop) // self.hop)

    def frames(self, start: int, stop: int) -> tuple[int, int]:
        """Return the frames that hold all samples of the blocks ``start:stop``."""
        if self.clock is None:
            return max(start, 0), min(stop, self.n_frames)
        first_s, last_s = start * self.hop / self.sample_rate, stop * self.hop / self.sample_rate
        first, last = int(self.clock.frames_at(first_s)), int(np.ceil(self.clock.frames_at(last_s)))
        # A frame begins at a whole sample, so its rounding may be on the other side of the block's edge.
        while first > 0 and self.sample(first) > start * self.hop:
            first -= 1
        while last < self.n_frames and self.sample(last) < min(stop * self.hop, self.n_samples):
            last += 1
        return min(max(first, 0), self.n_frames), min(last, self.n_frames)

    def block_at(self, frame: float) -> int:
        """Return the block in which a (fractional) frame is heard."""
        return int(self.blocks_at(frame))

    def blocks_at(self, frames: Any) -> NDArray[np.float64]:
        """Return the (fractional) blocks at which (fractional) frames are heard."""
        if self.clock is None:
            return np.asarray(frames, np.float64)
        found: NDArray[np.float64] = self.clock.seconds_at(frames) * (self.sample_rate / self.hop)
        return found

    def frames_at(self, blocks: Any) -> NDArray[np.float64]:
        """Return the (fractional) frames that are heard at (fractional) blocks."""
        if self.clock is None:
            return np.asarray(blocks, np.float64)
        return self.clock.frames_at(np.asarray(blocks, np.float64) * (self.hop / self.sample_rate))
