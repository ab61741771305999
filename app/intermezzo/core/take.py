"""Take: one sample of a sketch from its distribution, kept with its seed; and which take each stretch came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Grid
from intermezzo.core.sketch import Sketch

__all__ = ["Part", "Take", "followed", "laid_cells", "merged", "places_of"]


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
    """Frames ``start:stop`` of a sketch are predicted as take ``take`` has them.

    In a sketch without time they are cells of its first grid, counted row by row (`places_of`).
    """

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


def places_of(sketch: Sketch) -> int:
    """Return how many places parts count: frames, or the cells of the first grid of a sketch without time."""
    if sketch.timed:
        return sketch.n_frames
    return next((x.origin.size for x in sketch.layers.values() if isinstance(x, Grid)), 0)


def laid_cells(
    parts: tuple[Part, ...], sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], take: int
) -> tuple[Part, ...]:
    """Return parts with the cells of some masks given to a take.

    Frames of a grid in time of which only some cells are its are nobody's: a part is of whole frames.
    """
    owner = np.zeros(places_of(sketch), np.int64)
    for part in parts:
        owner[part.start : part.stop] = part.take
    if sketch.timed:
        timed = [name for name, layer in sketch.layers.items() if isinstance(layer, Grid) and layer.timed]
        chosen = [masks[name].reshape(len(owner), -1) for name in timed if name in masks]
        if chosen:
            owner[np.any([mask.any(axis=1) for mask in chosen], axis=0)] = 0
            if len(chosen) == len(timed):
                owner[np.all([mask.all(axis=1) for mask in chosen], axis=0)] = take
    else:
        first = next(name for name, layer in sketch.layers.items() if isinstance(layer, Grid))
        if first in masks:
            owner[masks[first].reshape(-1)] = take
    edges = np.flatnonzero(np.diff(owner, prepend=-1, append=-1)).tolist()
    return merged([Part(a, b, int(owner[a])) for a, b in pairwise(edges) if owner[a]])


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
