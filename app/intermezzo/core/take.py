"""Take: one sample of a sketch from its distribution, kept with its seed; and which take each stretch came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intermezzo.core.errors import SketchError
from intermezzo.core.sketch import Sketch

__all__ = ["Part", "Take", "followed", "merged"]


@dataclass(frozen=True, eq=False)
class Take:
    """What an engine said once. ``number`` is what people call it by, unique in its stage, from 1.

    ``sketch`` holds no hand edits; who made it, and with which parameters, stands in ``sketch.made``.
    ``converted_from`` is the `source_key` of the stage at that time. ``frames`` (start, stop) in frames of its own
    sketch is the stretch that was sampled; None: all of it. ``name`` is what a person calls it ("": by its number).
    """

    number: int
    seed: int
    sketch: Sketch
    converted_from: str = ""
    frames: tuple[int, int] | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise SketchError("Takes are counted from 1.")
        if self.frames is not None and not 0 <= self.frames[0] < self.frames[1] <= self.sketch.n_frames:
            raise SketchError(f"Take {self.number} is of frames that its sketch does not have.")


@dataclass(frozen=True)
class Part:
    """Frames ``start:stop`` of a sketch are predicted as take ``take`` has them."""

    start: int
    stop: int
    take: int


def merged(parts: list[Part]) -> tuple[Part, ...]:
    """Return parts in order with equal neighbours joined and empty ones left out."""
    result: list[Part] = []
    for part in sorted((p for p in parts if p.stop > p.start), key=lambda p: p.start):
        if result and result[-1].take == part.take and result[-1].stop == part.start:
            result[-1] = Part(result[-1].start, part.stop, part.take)
        else:
            result.append(part)
    return tuple(result)


def followed(parts: tuple[Part, ...], old: Sketch, new: Sketch) -> tuple[Part, ...]:
    """Return where parts of a sketch lie after an edit of its time: their edges keep to the spans that begin there."""
    before, after = old.governing, new.governing
    if not parts or (before is after and old.n_frames == new.n_frames):
        return parts
    if before is None or after is None or not before.count or not after.count:
        scale = new.n_frames / max(old.n_frames, 1)
        return merged([Part(round(p.start * scale), round(p.stop * scale), p.take) for p in parts])
    place = dict(zip(after.ids.tolist(), after.starts.tolist(), strict=True))

    def moved(frame: int) -> int:
        if frame <= 0 or frame >= old.n_frames:
            return 0 if frame <= 0 else new.n_frames
        # The span that begins here, or the next one that is still there.
        first = int(np.searchsorted(before.starts, frame))
        return next((place[k] for k in before.ids[first:].tolist() if k in place), new.n_frames)

    edges = {frame: moved(frame) for p in parts for frame in (p.start, p.stop)}
    return merged([Part(edges[p.start], edges[p.stop], p.take) for p in parts])
