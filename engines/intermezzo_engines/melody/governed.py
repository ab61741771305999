"""Which notes a changed lane of the template governs, and the tune in another key where a key was changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from intermezzo.core.edits.remade import SpanRow, remade_spans, span_rows
from intermezzo.core.layers import Spans
from intermezzo.core.layers.alternatives import merged
from intermezzo.core.music.harmony import key_at
from intermezzo.core.music.keys import letter_pitch_class
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.drafts import Draft
from intermezzo_engines.melody.hand import is_by_hand, made_anew, span_edits, spans_as_left
from intermezzo_engines.melody.harmony import chord_named
from intermezzo_engines.melody.template import at_frames
from intermezzo_engines.melody.transpose import KeyChange

__all__ = ["by_cadences", "by_chords", "by_sections", "in_new_keys"]

_Stretch = tuple[int, int, KeyChange]


def by_chords(before: Sketch, after: Sketch, drafts: Sequence[Draft]) -> None:
    """Want new pitches for the notes that begin under another chord than before; its bass alone changes none."""
    if not span_edits(before.chords, after.chords):
        return
    starts = [note.start for note in drafts]
    lanes = span_rows(before.chords), spans_as_left(before.chords, after.chords)
    old, new = (at_frames([row[1:] for row in lane], starts) for lane in lanes)
    for note, was, now in zip(drafts, old, new, strict=True):
        note.wanted |= note.free and _tones(was) != _tones(now)


def _tones(label: str) -> object:
    chord = chord_named(label)
    return label if chord is None else (letter_pitch_class(chord.root), chord.kind)


def by_cadences(before: Sketch, after: Sketch, drafts: Sequence[Draft]) -> None:
    """Want new pitches for the last syllable of each phrase that a hand made end otherwise, or elsewhere."""
    for edit in span_edits(before.cadence, after.cadence):
        if edit.after is None:
            continue
        end = _last_syllable(drafts, edit.after)
        if edit.before is not None and edit.before[3] == edit.after[3]:
            was = _last_syllable(drafts, edit.before)
            if [id(note) for note in was] == [id(note) for note in end]:
                continue
        for note in end:
            note.wanted |= note.free


def _last_syllable(drafts: Sequence[Draft], span: SpanRow) -> list[Draft]:
    inside = [note for note in drafts if span[1] <= note.start < span[2]]
    for k in range(len(inside) - 1, -1, -1):
        if inside[k].lyric != HOLD or k == 0:
            return inside[k:]
    return []


def by_sections(before: Sketch, after: Sketch, drafts: Sequence[Draft]) -> None:
    """Want new pitches for the notes of sections that a hand made repeat another one, or no more."""
    models = [_models(span_rows(sketch.sections)) for sketch in (before, after)]
    for edit in span_edits(before.sections, after.sections):
        if edit.after is None:
            continue
        was = models[0].get(edit.before[0]) if edit.before is not None else None
        if was == models[1].get(edit.after[0]):
            continue
        for note in drafts:
            note.wanted |= note.free and edit.after[1] <= note.start < edit.after[2]


def _models(rows: Sequence[SpanRow]) -> dict[int, tuple[int, bool]]:
    """Return for each section that repeats one, by id, the id of that one and whether it does so exactly."""
    found: dict[int, tuple[int, bool]] = {}
    last: dict[str, int] = {}
    for number, _, _, label in rows:
        letter = label.rstrip("'′’")
        if letter in last:
            found[number] = last[letter], label == letter
        if letter and (label == letter or letter not in last):
            last[letter] = number
    return found


def in_new_keys(before: Sketch, after: Sketch, drafts: Sequence[Draft], low: int, high: int) -> Sketch:
    """Return the sketch with the chords in the keys that a hand changed, and move the notes there, too.

    Chords and notes by hand stay. All notes of a stretch move alike by the octave that leaves most of them between
    ``low`` and ``high``.
    """
    stretches = _stretches(before, after)
    if not stretches:
        return after
    chords, spec = after.chords, after.notes.spec
    was, rows, anew = spans_as_left(before.chords, chords), span_rows(chords), made_anew(before.chords, chords)
    for k, ((number, start, stop, label), mark) in enumerate(zip(rows, chords.origin.tolist(), strict=True)):
        change = _change_at(stretches, start)
        if change is not None and not is_by_hand(mark) and number not in anew:
            rows[k] = number, start, stop, change.chord(label)
    starts = [note.start for note in drafts]
    old, new = (at_frames([row[1:] for row in side], starts) for side in (was, rows))
    for first, last, change in stretches:
        inside = [k for k, note in enumerate(drafts) if note.free and first <= note.start < last]
        moved = [change.pitch(drafts[k].pitch, old[k], new[k]) for k in inside]
        octave = min((0, -12, 12), key=lambda by: (sum(not low <= p + by <= high for p in moved), abs(by)))
        for k, pitch in zip(inside, moved, strict=True):
            drafts[k].pitch = min(max(pitch + octave, spec.low), spec.high)
    remade = remade_spans(chords, rows)
    return after.with_layer(_thought_in_new_keys(before.chords, remade, stretches))


def _thought_in_new_keys(before: Spans, chords: Spans, stretches: Sequence[_Stretch]) -> Spans:
    """Return chords whose alternatives are those of before, in the keys that hold now.

    What was before tells them, so that an edit that is followed twice does not move them twice.
    """
    if before.alternatives is None or chords.alternatives is None:
        return chords
    was = dict(zip(before.ids.tolist(), before.alternatives, strict=True))
    found = []
    for number, start, own in zip(chords.ids.tolist(), chords.starts.tolist(), chords.alternatives, strict=True):
        change = _change_at(stretches, start)
        row = was.get(number)
        if row is not None and change is not None:
            row = merged((change.chord(label), share) for label, share in row)
        found.append(own if row is None else row)
    return replace(chords, alternatives=tuple(found))


def _stretches(before: Sketch, after: Sketch) -> list[_Stretch]:
    """Return where the key is another one than before, by the hand."""
    if not span_edits(before.key, after.key):
        return []
    edges = sorted({0, *before.key.starts.tolist(), *after.key.starts.tolist()})
    found: list[_Stretch] = []
    for k, start in enumerate(edges):
        stop = edges[k + 1] if k + 1 < len(edges) else after.n_frames
        old, new = key_at(before, start), key_at(after, start)
        if old is not None and new is not None and old != new:
            found.append((start, stop, KeyChange(old, new)))
    return found


def _change_at(stretches: Sequence[_Stretch], frame: int) -> KeyChange | None:
    k = bisect_right([start for start, _, _ in stretches], frame) - 1
    return stretches[k][2] if k >= 0 and frame < stretches[k][1] else None
