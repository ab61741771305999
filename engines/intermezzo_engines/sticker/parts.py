"""What converter and analyser share beside the sketch: names of choices, and the progress of parts of their work."""

from __future__ import annotations

from typing import Final

from intermezzo.core.engine import Job
from intermezzo.core.sketch import Sketch

__all__ = ["FROM_TEXT", "MOVES", "NO_MOTION", "Part"]

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
