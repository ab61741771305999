"""All findings of one kind mended, or allowed, at once."""

from __future__ import annotations

from typing import Final

from intermezzo.core.errors import EditError
from intermezzo.core.singability import mending
from intermezzo.core.singability.finding import KINDS, Finding, Limits
from intermezzo.core.singability.findings import findings_of
from intermezzo.core.singability.song import Song
from intermezzo.core.sketch import Sketch

__all__ = ["allow_all", "mend_all"]

_MOST_ROUNDS: Final = 24


def allow_all(sketch: Sketch, kind: str, limits: Limits) -> Sketch:
    """Return the sketch in which every finding of a kind is allowed."""
    notes = [f.notes[0] for f in findings_of(sketch, limits) if f.kind == kind]
    return mending.allow(sketch, notes, int(KINDS[kind].mark)) if notes else sketch


def mend_all(sketch: Sketch, kind: str, limits: Limits) -> tuple[Sketch, int]:
    """Do the first mend of every finding of a kind; what is locked or has no mend stays.

    In each round those are mended that do not touch each other; then it is looked again, since a mend may be the cause
    of another finding.

    Returns:
        The sketch, and how many findings of the kind are left.
    """
    tried: set[tuple[int, ...]] = set()
    for _ in range(_MOST_ROUNDS):
        song = Song(sketch, limits)
        found = [f for f in findings_of(sketch, limits) if f.kind == kind and f.notes not in tried]
        if not found:
            break
        touched: set[int] = set()
        for finding in found:
            near = _near(song, finding)
            if near & touched:
                continue
            touched |= near
            tried.add(finding.notes)
            mend = next(iter(mending.mends(song, finding)), None)
            if mend is None:
                continue
            try:
                sketch = mend.edit(sketch)
            except EditError:
                continue
    return sketch, sum(f.kind == kind for f in findings_of(sketch, limits))


def _near(song: Song, finding: Finding) -> set[int]:
    """Return the indices of the notes of a finding and of those beside them."""
    at = [k for k in map(song.notes.index_of, finding.notes) if k is not None]
    return set(range(min(at) - 1, max(at) + 2)) if at else set()
