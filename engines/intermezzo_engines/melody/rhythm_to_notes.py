"""The notes of syllables whose spans a hand moved, stretched, split, took out or put in.

A syllable keeps its notes and their pitches: they move with it, its first note begins and its last ends where it does.
Notes that come to lie under a new syllable sing that one. A new syllable over no note gets one, whose pitch is still to
be chosen. Notes by hand stay, and with them all others of their syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from intermezzo.core.edits.remade import NEW, SpanRow
from intermezzo.core.music.syllables import HOLD
from intermezzo_engines.melody.drafts import LOUD, Draft
from intermezzo_engines.melody.hand import SpanEdit

__all__ = ["sung_as_drawn"]

_STEPS: Final = (120, 60, 15)  # grids on which the notes inside a stretched syllable are laid: the first that fits
_SHORTEST: Final = 15


def sung_as_drawn(drafts: list[Draft], edits: Sequence[SpanEdit]) -> list[Draft]:
    """Return the notes after edits of the rhythm lane.

    Args:
        drafts: all notes, in order; those that move are changed.
        edits: what a hand changed in the rhythm lane.
    """
    put_in = [edit.after for edit in edits if edit.before is None and edit.after is not None]
    taken: dict[int, list[Draft]] = {span[0]: [] for span in put_in}
    gone: set[int] = set()
    for edit, own in [(edit, _own(drafts, edit.before)) for edit in edits if edit.before is not None]:
        free = [note for note in own if note.free]
        if edit.after is None or not _is_plain_move(edit):
            for note in free:
                span = next((s for s in put_in if s[1] <= note.start < s[2]), None)
                if span is not None and (edit.after is None or not edit.after[1] <= note.start < edit.after[2]):
                    taken[span[0]].append(note)
            free = [note for note in free if not any(note is other for row in taken.values() for other in row)]
        if edit.after is None:
            gone |= {id(note) for note in free}
        elif free and len(own) == len([note for note in own if note.free]):
            gone |= {id(note) for note in _moved(free, edit)}
            _relabelled(free, edit)
    made = [note for note in drafts if id(note) not in gone]
    for span in put_in:
        _, start, stop, label = span
        notes = sorted(taken[span[0]], key=lambda note: note.start)
        if notes:
            dropped = {id(note) for note in _laid(notes, start, stop)}
            made = [note for note in made if id(note) not in dropped]
            for k, note in enumerate(notes):
                note.lyric = HOLD if k else label
        elif not any(start <= note.start < stop for note in made):
            made.append(Draft(NEW, start, stop, -1, LOUD, label, wanted=True))
    return sorted(made, key=lambda note: (note.start, note.pitch))


def _own(drafts: Sequence[Draft], span: SpanRow | None) -> list[Draft]:
    return [] if span is None else [note for note in drafts if span[1] <= note.start < span[2]]


def _is_plain_move(edit: SpanEdit) -> bool:
    old, new = edit.before, edit.after
    return old is not None and new is not None and old[2] - old[1] == new[2] - new[1]


def _moved(notes: list[Draft], edit: SpanEdit) -> list[Draft]:
    """Move the notes of a syllable to where it is now; return those for which there is no room."""
    old, new = edit.before, edit.after
    assert old is not None and new is not None
    if old[1:3] == new[1:3]:
        return []
    if _is_plain_move(edit):
        for note in notes:
            note.start, note.stop = note.start + new[1] - old[1], note.stop + new[1] - old[1]
        return []
    return _laid(notes, new[1], new[2])


def _laid(notes: list[Draft], start: int, stop: int) -> list[Draft]:
    """Lay notes from ``start`` to ``stop``; return those for which there is no room.

    Where their onsets lie inside, only the first and the last change; else all are stretched or squeezed together.
    """
    room = max((stop - start) // _SHORTEST, 1)
    spare = notes[room:]
    del notes[room:]
    inner = [note.start for note in notes[1:]]
    if any(not start + _SHORTEST <= at <= stop - _SHORTEST for at in inner):
        inner = _squeezed(notes, start, stop)
    edges = [start, *inner]
    rests = [a.stop < b.start for a, b in pairwise(notes)]
    for k, note in enumerate(notes):
        note.start = edges[k]
        if k + 1 == len(notes):
            note.stop = stop
        elif not rests[k] or not note.start < note.stop <= edges[k + 1]:
            note.stop = edges[k + 1]
    return spare


def _squeezed(notes: Sequence[Draft], start: int, stop: int) -> list[int]:
    """Return onsets of the second and later notes, in the proportions that they had, on the widest grid that fits."""
    first, last = notes[0].start, max(note.stop for note in notes)
    shares = [(note.start - first) / max(last - first, 1) for note in notes[1:]]
    for step in _STEPS:
        found = [start + round(share * (stop - start) / step) * step for share in shares]
        edges = [start, *found, stop]
        if all(b - a >= _SHORTEST for a, b in pairwise(edges)):
            return found
    n = len(notes)
    return [start + (stop - start) * (k + 1) // n for k in range(n - 1)]


def _relabelled(notes: Sequence[Draft], edit: SpanEdit) -> None:
    if edit.before is not None and edit.after is not None and edit.before[3] != edit.after[3]:
        notes[0].lyric = edit.after[3]
