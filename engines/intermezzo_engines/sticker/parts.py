"""What the faces of the engine share beside the sketch: names of choices, and jobs that are parts of others or none."""

from __future__ import annotations

from typing import Any, Final

from numpy.typing import NDArray

from intermezzo.core.engine import Cache, Job
from intermezzo.core.sketch import Sketch

__all__ = ["FROM_TEXT", "MOVES", "NO_MOTION", "Part", "Unwatched"]

FROM_TEXT: Final = "from the text"
NO_MOTION: Final = "none"
MOVES: Final = "moves"  # the motions that were asked for, as the sketch keeps them among what it was made with


class Part:
    """The job of a part of the work: its progress is that share of the whole."""

    def __init__(self, job: Job, first: float, last: float) -> None:
        self._job, self._first, self._last = job, first, last
        self.cache = job.cache

    def progress(self, fraction: float, what: str = "") -> None:
        """Tell how far this part is."""
        self._job.progress(self._first + (self._last - self._first) * fraction, what)

    def partial(self, piece: Sketch) -> None:
        """Nothing of a sticker is there before all of it is."""


class Unwatched:
    """A job that nobody watches and that keeps nothing, for measurements."""

    def __init__(self) -> None:
        self.cache: Cache = _Nothing()

    def progress(self, fraction: float, what: str = "") -> None:
        """Tell nobody."""

    def partial(self, piece: Sketch) -> None:
        """Need no pieces."""


class _Nothing:
    """A cache that keeps nothing."""

    def get(self, key: str) -> None:
        """Have nothing."""

    def put(self, key: str, array: NDArray[Any]) -> None:
        """Keep nothing."""
