"""Notes by hand carried over to notes that were made anew: in the place of their like, or where they come to lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers.base import Mark, Piece

if TYPE_CHECKING:
    from intermezzo.core.layers.notes import Notes

__all__ = ["UNDER_DRAWN", "carried"]

UNDER_DRAWN: Final = np.array([1, 1, 1, 0])
"""What lies under a note that a hand drew, times the note: the engine's velocity 0 says that it made none."""


def carried(own: Notes, old: Notes, pieces: list[Piece], *, relative: bool) -> Notes:
    """Return new notes with what hands did to the old ones.

    A note by hand takes the place of its like where as many notes begin in both stretches. Elsewhere it is put in where
    it comes to lie, and the engine's notes that would sound beside it make room.

    Args:
        own: the new notes.
        old: notes some of which are by hand.
        pieces: stretches that match, see `Piece`.
        relative: whether a hand's pitch is kept as the step from what the engine had made; locked ones stay.
    """
    held, n_frames = old.by_hand(), own.n_frames
    values, lyrics, origin = own.values.astype(np.int64), list(own.lyrics), own.origin.copy()
    gone: set[int] = set()
    put_in: list[tuple[NDArray[np.int64], int]] = []
    for piece in pieces:
        theirs, ours = old.begun(piece[0], piece[1]), own.begun(piece[2], piece[3])
        alike = theirs.stop - theirs.start == ours.stop - ours.start
        for j in np.flatnonzero(held[theirs]) + theirs.start:
            row = _stretched(old.values[j], piece, n_frames)
            k = ours.start + int(j) - theirs.start
            if alike and relative and not old.origin[j] & Mark.LOCKED:
                moved = own.pitches[k] + old.pitches[j] - old.base[j, 2]
                row[2] = min(max(moved, own.spec.low), own.spec.high)
            if alike:
                values[k], lyrics[k], origin[k] = row, old.lyrics[j], old.origin[j]
            elif row[0] < row[1]:
                put_in.append((row, int(j)))
                beside = (own.starts[ours] < row[1]) & (own.stops[ours] > row[0])
                gone |= set((np.flatnonzero(beside) + ours.start).tolist())
    kept = [k for k in range(own.count) if k not in gone]
    left, its = own.subset(kept), [j for _, j in put_in]
    rows = np.array([row for row, _ in put_in], np.int64).reshape(-1, 4)
    texts, next_id = tuple(old.lyrics[j] for j in its), int(own.ids.max(initial=-1)) + 1
    return left.rebuilt(
        values=np.concatenate([values[kept], rows]),
        lyrics=(*(lyrics[k] for k in kept), *texts),
        ids=np.concatenate([left.ids, next_id + np.arange(len(its))]),
        base=np.concatenate([left.base, np.where(old.drawn[its, None], rows * UNDER_DRAWN, rows)]),
        base_lyrics=left.base_lyrics + texts,
        origin=np.concatenate([origin[kept], old.origin[its]]),
        score=None if left.score is None else np.concatenate([left.score, np.ones(len(its))]),
        source=None if left.source is None else np.concatenate([left.source, np.full((len(its), 2), -1)]),
    )


def _stretched(row: NDArray[np.int32], piece: Piece, n_frames: int) -> NDArray[np.int64]:
    """Return a note of the old stretch where it lies in the new one; held inside the time axis."""
    a, b, c, d = piece
    moved = row.astype(np.int64)
    moved[:2] = c + np.rint((moved[:2] - a) * ((d - c) / max(b - a, 1))).astype(np.int64)
    moved[0] = min(moved[0], n_frames - 1)
    moved[1] = min(max(moved[1], moved[0] + 1), n_frames)
    return moved
