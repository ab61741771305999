"""Album: pictures that were drawn lately, so that undo, another stage and the takes show theirs at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from intermezzo.core.media import Image
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch

__all__ = ["Album"]

_MAX_BYTES: Final = 64 * 10**6


class Album:
    """Frames by the sketch that they were drawn of and how; what was asked for longest ago goes first."""

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes, self._n_bytes = max_bytes, 0
        # The sketch is kept with its frames: while it is, no other can have its identity.
        self._kept: OrderedDict[tuple[int, tuple[tuple[str, Value], ...]], tuple[Sketch, tuple[Image, ...]]] = (
            OrderedDict()
        )

    def find(self, sketch: Sketch, params: Mapping[str, Value]) -> tuple[Image, ...]:
        """Return the frames that were drawn of a sketch with these parameters; none where they are not here."""
        key = _key(sketch, params)
        if key not in self._kept:
            return ()
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def put(self, sketch: Sketch, params: Mapping[str, Value], frames: tuple[Image, ...]) -> None:
        """Keep frames, and let go of the oldest where all become too large."""
        self._n_bytes -= _size(self._kept.pop(_key(sketch, params), (sketch, ()))[1])
        self._kept[_key(sketch, params)] = sketch, frames
        self._n_bytes += _size(frames)
        while self._n_bytes > self._max_bytes and len(self._kept) > 1:
            self._n_bytes -= _size(self._kept.popitem(last=False)[1][1])


def _key(sketch: Sketch, params: Mapping[str, Value]) -> tuple[int, tuple[tuple[str, Value], ...]]:
    return id(sketch), tuple(sorted(params.items()))


def _size(frames: tuple[Image, ...]) -> int:
    return sum(frame.pixels.nbytes for frame in frames)
