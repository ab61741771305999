"""What can be done about a finding: the mends of its kind, which do as little as mends it, and letting it stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from intermezzo.core.edits import notes as edits
from intermezzo.core.layers.base import frozen
from intermezzo.core.singability import pitch_mends, stress_mends, time_mends
from intermezzo.core.singability.finding import KINDS, Finding, Mend, Said
from intermezzo.core.singability.song import Song
from intermezzo.core.sketch import Sketch

__all__ = ["allow", "allowance", "mends"]

Mends = Iterator[Mend]


def allow(sketch: Sketch, ids: Iterable[int], mark: int) -> Sketch:
    """Return the sketch in which notes bear a mark of what is allowed; also locked ones, for they stay as they are."""
    notes = edits.notes_of(sketch, "notes")
    at, origin = edits.indices_of(notes, ids), notes.origin.copy()
    origin[at] |= np.uint8(mark)
    return sketch.with_layer(replace(notes, origin=frozen(origin, np.uint8)))


def allowance(finding: Finding) -> Mend:
    """Return the mend that lets a finding stand."""
    kind = KINDS[finding.kind]
    return Mend(Said("allow", (kind.id,)), partial(allow, ids=finding.notes[:1], mark=int(kind.mark)))


def mends(song: Song, finding: Finding) -> Mends:
    """Return the mends that change notes."""
    at = [song.notes.index_of(note) for note in finding.notes]
    if all(k is not None for k in at):
        yield from _BY_KIND[finding.kind](song, finding, [k for k in at if k is not None])


_BY_KIND: Final[dict[str, Callable[[Song, Finding, list[int]], Mends]]] = {
    "overlap": time_mends.apart, "rest": time_mends.closed, "breath": time_mends.breathing, "fast": time_mends.longer,
    "comma": time_mends.stopped, "stress": stress_mends.on_beat, "range": pitch_mends.octaves,
    "leap": pitch_mends.nearer, "chord": pitch_mends.to_goals, "key": pitch_mends.to_goals,
    "question": pitch_mends.turned, "statement": pitch_mends.turned,
}  # fmt: skip
