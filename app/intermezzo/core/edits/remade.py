"""What an engine makes anew of some elements of a layer, while all others stay as they are to the bit.

Elements keep their ids; those whose numbers, labels or syllables change are the engine's from then on: nothing of a
hand lies on them, and what lies under them is what they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.layers.base import frozen

__all__ = ["NEW", "NoteRow", "SpanRow", "note_rows", "remade_notes", "remade_spans", "span_rows"]

NEW = -1
"""The id of an element that is to be added."""
NoteRow = tuple[int, int, int, int, int, str]
"""Id, start, stop, pitch, velocity, syllable."""
SpanRow = tuple[int, int, int, str]
"""Id, start, stop, label."""
_Elements = TypeVar("_Elements", Notes, Spans)
_BY_HAND = np.uint8(Mark.EDITED | Mark.LOCKED)


def note_rows(notes: Notes) -> list[NoteRow]:
    """Return the notes of a layer as rows, in order."""
    return [
        (note, *row, text)
        for note, row, text in zip(notes.ids.tolist(), map(tuple, notes.values.tolist()), notes.lyrics, strict=True)
    ]


def span_rows(spans: Spans) -> list[SpanRow]:
    """Return the spans of a layer as rows, in order."""
    return list(zip(spans.ids.tolist(), spans.starts.tolist(), spans.stops.tolist(), spans.labels, strict=True))


def remade_notes(notes: Notes, rows: Sequence[NoteRow]) -> Notes:
    """Return the layer with just these notes, in any order; the layer itself where they are those that it has.

    Raises:
        EditError: if a note that a hand edited or locked is not among them as it stands, or a row is no note.
    """
    old = {row[0]: (k, row) for k, row in enumerate(note_rows(notes))}
    rows = sorted(rows, key=lambda row: (row[1], row[3]))
    if rows == [row for _, row in old.values()]:
        return notes
    _refuse_touched(notes, {row[0] for row in rows if old.get(row[0], (0, None))[1] == row})
    ids, at, fresh = _places([row[0] for row in rows], {i: k for i, (k, _) in old.items()}, notes.ids)
    same = np.array([at[j] >= 0 and old[row[0]][1] == row for j, row in enumerate(rows)], bool)
    values = np.array([row[1:5] for row in rows], np.int64).reshape(-1, 4)
    texts = tuple(row[5] for row in rows)
    kept = np.maximum(at, 0)
    there = notes.count > 0
    return _checked(
        notes, values=frozen(values, np.int32), lyrics=texts, ids=frozen(np.array(ids, np.int64), np.int32),
        base=frozen(np.where(same[:, None], notes.base[kept], values) if there else values, np.int32),
        base_lyrics=tuple(notes.base_lyrics[k] if s else text for k, s, text in zip(at, same, texts, strict=True)),
        origin=frozen(np.where(same, notes.origin[kept], 0) if there else np.zeros(len(rows)), np.uint8),
        score=_taken(notes.score, kept, ~same, 1.0, np.float32), source=_taken(notes.source, kept, fresh, -1, np.int32),
    )  # fmt: skip


def remade_spans(spans: Spans, rows: Sequence[SpanRow]) -> Spans:
    """Return the layer with just these spans, in any order; the layer itself where they are those that it has.

    Raises:
        EditError: if a span that a hand edited or locked is not among them as it stands, or spans overlap.
    """
    old = {row[0]: (k, row) for k, row in enumerate(span_rows(spans))}
    rows = sorted(rows, key=lambda row: row[1])
    if rows == [row for _, row in old.values()]:
        return spans
    _refuse_touched(spans, {row[0] for row in rows if old.get(row[0], (0, None))[1] == row})
    ids, at, fresh = _places([row[0] for row in rows], {i: k for i, (k, _) in old.items()}, spans.ids)
    same = np.array([at[j] >= 0 and old[row[0]][1] == row for j, row in enumerate(rows)], bool)
    starts, stops = (np.array([row[side] for row in rows], np.int64) for side in (1, 2))
    labels = tuple(row[3] for row in rows)
    kept = np.maximum(at, 0)

    def under(column: NDArray[Any], made: NDArray[Any]) -> NDArray[Any]:
        return frozen(np.where(same, column[kept], made) if spans.count else made, column.dtype)

    return _checked(
        spans, starts=frozen(starts, np.int32), stops=frozen(stops, np.int32), labels=labels,
        ids=frozen(np.array(ids, np.int64), np.int32), base_frames=under(spans.base_frames, stops - starts),
        base_labels=tuple(spans.base_labels[k] if s else text for k, s, text in zip(at, same, labels, strict=True)),
        origin=under(spans.origin, np.zeros(len(rows), np.int64)),
        score=_taken(spans.score, kept, ~same, 1.0, np.float32), source=_taken(spans.source, kept, fresh, -1, np.int32),
        base_starts=None if spans.base_starts is None else under(spans.base_starts, starts),
        alternatives=None if spans.alternatives is None
        else tuple(spans.alternatives[k] if s else () for k, s in zip(at.tolist(), same, strict=True)),
    )  # fmt: skip


def _refuse_touched(layer: Notes | Spans, same: set[int]) -> None:
    held = layer.ids[(layer.origin & _BY_HAND) != 0].tolist()
    if not same.issuperset(held):
        raise EditError(f"{layer.spec.title} that were edited or locked by hand stay as they are.")


def _places(
    ids: list[int], known: dict[int, int], old: NDArray[np.int32]
) -> tuple[list[int], NDArray[np.int64], NDArray[np.bool_]]:
    """Return ids with numbers for the new ones, the index of each in the old layer (-1 for none), and which are new."""
    following = int(old.max(initial=-1)) + 1
    given = []
    for number in ids:
        given.append(number if number in known else following)
        following += number not in known
    at = np.array([known.get(number, -1) for number in ids], np.int64)
    return given, at, at < 0


def _taken(column: NDArray[Any] | None, at: NDArray[np.int64], anew: NDArray[np.bool_], fill: float, kind: Any) -> Any:
    if column is None:
        return None
    if not len(column):
        return frozen(np.full((len(at), *column.shape[1:]), fill), kind)
    taken = column[at]
    taken[anew] = fill
    return frozen(taken, kind)


def _checked(layer: _Elements, **columns: Any) -> _Elements:  # Any: columns of either kind
    try:
        return replace(layer, **columns)
    except SketchError as problem:
        raise EditError(str(problem)) from None
