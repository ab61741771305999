"""Rendering in chunks at fixed places and of one fixed size, so that a window is the same sound as the whole.

Every chunk is computed from the frames of its own stretch and a context on both sides that is as wide as the network
can see. What the network is given has the same shape each time, so the same frames give the same samples, bit for
bit, whatever was asked for and however long the rest is.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job

__all__ = ["CHUNK_FRAMES", "rendered"]

CHUNK_FRAMES = 48

Floats = NDArray[np.float32]


def rendered(
    n_frames: int, window: tuple[int, int], hop: int, job: Job, sound_of: Callable[[int, int], Floats]
) -> Floats:
    """Return the samples of frames ``window``, (frames * hop,), from chunks.

    ``sound_of(start, stop)`` returns the samples of a chunk, (CHUNK_FRAMES * hop,); its frames may reach beyond the
    end of the sketch, where it invents what it needs.

    Raises:
        Cancelled: between chunks.
    """
    start, stop = window
    first, last = start // CHUNK_FRAMES, -(-stop // CHUNK_FRAMES)
    found = []
    for k in range(first, last):
        job.progress((k - first) / max(last - first, 1), "Rendering")
        found.append(sound_of(k * CHUNK_FRAMES, (k + 1) * CHUNK_FRAMES))
    sound = np.concatenate(found) if found else np.zeros(0, np.float32)
    offset = first * CHUNK_FRAMES
    return sound[(start - offset) * hop : (stop - offset) * hop]
