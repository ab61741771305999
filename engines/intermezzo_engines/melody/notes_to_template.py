"""The rhythm and cadence lanes after a hand changed notes: only their syllables and phrases are looked at.

The span of a syllable lies from its first note to the end of its last. The edges of a phrase that lay on the edges of
its notes stay on them, and its cadence is named anew by the rule of the template where its end changed. What a hand
edited or locked in the lanes stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from intermezzo.core.edits.remade import NEW, NoteRow, SpanRow, note_rows, remade_spans, span_rows
from intermezzo.core.layers import Notes, Spans
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import WEAK
from intermezzo_engines.melody.hand import NoteEdit, is_by_hand, made_anew
from intermezzo_engines.melody.harmony import chord_named
from intermezzo_engines.melody.phrases import cadence_at, pulse_of
from intermezzo_engines.melody.template import Template, at_frames

__all__ = ["cadence_in_line", "rhythm_in_line"]

_Syllable = list[NoteRow]
_Namer = Callable[[str, NoteRow, NoteRow], str]


def rhythm_in_line(sketch: Sketch, before: Spans, edits: Sequence[NoteEdit]) -> Sketch:
    """Return the sketch whose rhythm lane, which was ``before``, says what notes that a hand changed now sing."""
    rhythm, notes = sketch.rhythm, sketch.notes
    assert isinstance(rhythm, Spans) and isinstance(notes, Notes)
    syllables = _syllables(note_rows(notes))
    group_of = {row[0]: k for k, syllable in enumerate(syllables) for row in syllable}
    lane = _Lane(span_rows(rhythm))
    free = _free(before, rhythm)
    touched = {group_of[edit.after[0]] for edit in edits if edit.after is not None}
    # A note that was taken out, or sings otherwise now, also leaves the syllable that it was in.
    left = {span[0]: span for edit in edits if edit.before is not None and (span := lane.at(edit.before[1]))}
    for span in left.values():
        touched |= {group_of[row[0]] for row in note_rows(notes) if span[1] <= row[1] < span[2]}
    owned = _owned(lane, syllables, touched, {edit.before[0]: edit.before[1] for edit in edits if edit.before})
    kept = {row[0]: row for row in lane.rows}
    made: list[SpanRow] = []
    for number in left.keys() & free - set(owned.values()):
        kept.pop(number)
    for k in sorted(touched):
        number = owned.get(k, NEW)
        if number == NEW or number in free:
            kept.pop(number, None)
            made.append((number, *_span_of(syllables[k])))
    return sketch.with_layer(remade_spans(rhythm, _beside(list(kept.values()), made)))


def _free(before: Spans, after: Spans) -> set[int]:
    """Return the ids of spans that are not by hand, and that no engine has made anew since."""
    marks = zip(after.ids.tolist(), after.origin.tolist(), strict=True)
    return {number for number, mark in marks if not is_by_hand(mark)} - made_anew(before, after)


class _Lane:
    """Spans in order, and which one holds a frame."""

    def __init__(self, rows: Sequence[SpanRow]) -> None:
        self.rows = sorted(rows, key=lambda row: row[1])
        self._starts = [row[1] for row in self.rows]

    def at(self, frame: int) -> SpanRow | None:
        """Return the span that holds a frame, if any."""
        k = bisect_right(self._starts, frame) - 1
        return self.rows[k] if k >= 0 and frame < self.rows[k][2] else None


def _syllables(rows: Sequence[NoteRow]) -> list[_Syllable]:
    found: list[_Syllable] = []
    for row in rows:
        if found and (row[5] == HOLD or row[1] == found[-1][0][1]):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _span_of(syllable: _Syllable) -> tuple[int, int, str]:
    text = syllable[0][5]
    return syllable[0][1], max(row[2] for row in syllable), "" if text == HOLD else text


def _owned(
    lane: _Lane, syllables: Sequence[_Syllable], touched: set[int], places: Mapping[int, int]
) -> dict[int, int]:  # fmt: skip
    """Return the id of the span of each touched syllable that has one: where it began before, else where it begins.

    A span belongs to the first syllable that began in it; ``places`` are the onsets that notes had, by their ids.
    """
    claims: dict[int, int] = {}
    for k, syllable in enumerate(syllables):
        span = lane.at(places.get(syllable[0][0], syllable[0][1]))
        if span is not None:
            claims.setdefault(span[0], k)
    found = {k: number for number, k in claims.items() if k in touched}
    for k in sorted(touched - found.keys()):
        span = lane.at(syllables[k][0][1])
        if span is not None and span[0] not in claims:
            claims[span[0]], found[k] = k, span[0]
    return found


def _beside(kept: list[SpanRow], made: list[SpanRow]) -> list[SpanRow]:
    """Return spans that do not overlap: those that are made anew give way to those that stand, and to later ones."""
    rows = sorted(kept, key=lambda row: row[1])
    for number, start, stop, label in sorted(made, key=lambda row: row[1]):
        stop = min([stop, *(row[1] for row in made if row[1] > start)])
        for row in sorted(rows, key=lambda row: row[1]):
            if row[1] <= start < row[2]:
                start = row[2]
            elif row[1] >= start:
                stop = min(stop, row[1])
        if stop > start:
            rows.append((number, start, stop, label))
    return rows


def cadence_in_line(
    sketch: Sketch,
    before: Spans,
    old: Sequence[NoteRow],
    new: Sequence[NoteRow],
    hands: Sequence[NoteEdit] = (),
    template: Template | None = None,
) -> Sketch:
    """Return the sketch whose phrases lie on their notes again.

    Args:
        sketch: whose cadence lane is brought in line.
        before: what that lane was before.
        old: the notes on which it lies.
        new: the notes on which it is to lie.
        hands: what a hand changed; phrases that end otherwise by that are named anew.
        template: of the sketch, which says how.
    """
    cadence = sketch.cadence
    assert isinstance(cadence, Spans)
    if old == new:
        return sketch
    rows: list[SpanRow] = []
    spans, free = span_rows(cadence), _free(before, cadence)
    edited = {row[0] for edit in hands for row in (edit.before, edit.after) if row is not None}
    named = partial(_named, edited=edited, old=old, new=new, template=template) if template is not None else None
    for k, span in enumerate(spans):
        if span[0] not in free:
            rows.append(span)
            continue
        low = max(spans[k - 1][2], rows[-1][2]) if k else 0
        high = spans[k + 1][1] if k + 1 < len(spans) else len(cadence)
        rows.append(_phrase(span, old, new, named, low, high))
    return sketch.with_layer(remade_spans(cadence, rows))


def _phrase(
    span: SpanRow, old: Sequence[NoteRow], new: Sequence[NoteRow], named: _Namer | None, low: int, high: int
) -> SpanRow:
    number, start, stop, label = span
    was = [row for row in old if start <= row[1] < stop]
    ids = {row[0] for row in was}
    now = [row for row in new if (row[0] in ids or start <= row[1] < stop) and low <= row[1] < high]
    if not was or not now:
        return span
    first = max(now[0][1], low) if was[0][1] == start else start
    last = min(now[-1][2], high) if was[-1][2] == stop else stop
    if last <= first:
        return span
    return number, first, last, label if named is None else named(label, was[-1], now[-1])


def _named(
    label: str, was: NoteRow, now: NoteRow, *, edited: set[int], old: Sequence[NoteRow], new: Sequence[NoteRow],
    template: Template,
) -> str:  # fmt: skip
    """Return the cadence of a phrase that ended with one note and ends with another, or the same, now."""
    before, after = (_next(row, rows) for row, rows in ((was, old), (now, new)))
    gaps = [None if n is None else n[1] - row[1] for row, n in ((was, before), (now, after))]
    ends = edited & {was[0], now[0]} and was[1:4] != now[1:4]
    nexts = edited & {row[0] for row in (was, now, before, after) if row is not None} and gaps[0] != gaps[1]
    if not (ends or nexts):
        return label
    chord = chord_named(at_frames(template.chords, [now[1]])[0])
    pulse = pulse_of([start for start, _, _ in template.rhythm], template.bars)
    return cadence_at(gaps[1], now[2] - now[1], pulse, now[3], chord, template.key_at(now[1])) or WEAK


def _next(row: NoteRow, rows: Sequence[NoteRow]) -> NoteRow | None:
    return next((other for other in rows if other[1] > row[1]), None)
