"""What a hand changed in a sketch: by id, before and after; what an engine changed meanwhile is left out.

An engine that makes an element anew also puts what lies under it there, a hand never does. That tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intermezzo.core.edits.remade import NoteRow, SpanRow, note_rows, span_rows
from intermezzo.core.layers import Mark, Notes, Spans

__all__ = ["NoteEdit", "SpanEdit", "is_by_hand", "made_anew", "note_edits", "span_edits", "spans_as_left"]


@dataclass(frozen=True)
class SpanEdit:
    """A span before and after; None where it was not there or is not any more."""

    before: SpanRow | None
    after: SpanRow | None


@dataclass(frozen=True)
class NoteEdit:
    """A note before and after; None where it was not there or is not any more."""

    before: NoteRow | None
    after: NoteRow | None


def is_by_hand(mark: int) -> bool:
    """Tell whether a hand edited or locked an element with this mark."""
    return bool(mark & (Mark.EDITED | Mark.LOCKED))


def span_edits(before: Spans, after: Spans) -> list[SpanEdit]:
    """Return the spans that a hand changed, put in or took out, in the order of time."""
    return [SpanEdit(old, new) for old, new in _edits(before, after, span_rows(before), span_rows(after))]


def note_edits(before: Notes, after: Notes) -> list[NoteEdit]:
    """Return the notes that a hand changed, drew or took out, in the order of time; their loudness does not count."""
    rows = (note_rows(before), note_rows(after))
    edits = [NoteEdit(old, new) for old, new in _edits(before, after, *rows)]
    return [edit for edit in edits if _heard(edit.before) != _heard(edit.after)]


def _heard(row: NoteRow | None) -> tuple[Any, ...] | None:
    return None if row is None else (*row[1:4], row[5])


def spans_as_left(before: Spans, after: Spans) -> list[SpanRow]:
    """Return spans as the hand left them: those that an engine has made anew since say what they said before."""
    if before is after:
        return span_rows(after)
    was = {row[0]: row[3] for row in span_rows(before)}
    anew = made_anew(before, after)
    return [(*row[:3], was.get(row[0], row[3]) if row[0] in anew else row[3]) for row in span_rows(after)]


def made_anew(before: Notes | Spans, after: Notes | Spans) -> set[int]:
    """Return the ids of elements that an engine has made, or made anew, since."""
    if before is after:
        return set()
    was = dict(zip(before.ids.tolist(), _under(before), strict=True))
    now = zip(after.ids.tolist(), _under(after), after.origin.tolist(), strict=True)
    return {number for number, under, mark in now if was.get(number) != under and not is_by_hand(mark)}


def _edits(before: Any, after: Any, old: list[Any], new: list[Any]) -> list[tuple[Any, Any]]:  # Any: notes or spans
    if before is after:
        return []
    was, now = ({row[0]: (k, row) for k, row in enumerate(rows)} for rows in (old, new))
    under = [_under(layer) for layer in (before, after)]
    found = [(row, None) for row in old if row[0] not in now]
    for k, row in enumerate(new):
        if row[0] not in was:
            if is_by_hand(int(after.origin[k])):
                found.append((None, row))
        else:
            j, earlier = was[row[0]]
            if row != earlier and under[0][j] == under[1][k]:
                found.append((earlier, row))
    return sorted(found, key=lambda pair: (pair[0] or pair[1])[1])


def _under(layer: Any) -> list[tuple[Any, ...]]:
    """Return what lies under each element."""
    if isinstance(layer, Notes):
        return list(zip(map(tuple, layer.base.tolist()), layer.base_lyrics, strict=True))
    places = [None] * layer.count if layer.base_starts is None else layer.base_starts.tolist()
    return list(zip(places, layer.base_frames.tolist(), layer.base_labels, strict=True))
