"""Template and notes follow each other: after a hand edit, what it governs is made anew and what it says is written.

* A chord: new pitches for the notes that begin under it. A cadence: for the last syllable of its phrase. A section
  that repeats another one now: for its notes.
* The rhythm: the notes of the syllables that a hand moved, stretched, split, took out or put in; pitches stay.
* A key: chords and notes are transposed. Tempo and metre change none.
* Notes: the spans of their syllables, and the phrases whose ends they are.

What a hand edited or locked stays, whatever governs it; so does all that nothing changed governs, to the bit.
"""

from __future__ import annotations

import numpy as np

from intermezzo.core.edits.remade import note_rows, remade_notes
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.compose import Composer
from intermezzo_engines.melody.drafts import Draft, drafts_of
from intermezzo_engines.melody.governed import by_cadences, by_chords, by_sections, in_new_keys
from intermezzo_engines.melody.hand import note_edits, span_edits
from intermezzo_engines.melody.notes_to_template import cadence_in_line, rhythm_in_line
from intermezzo_engines.melody.rhythm_to_notes import sung_as_drawn
from intermezzo_engines.melody.template_layers import template_in
from intermezzo_engines.melody.tune_sampling import Controls

__all__ = ["follow"]

_PLAIN = Controls()
_SOFT, _PER_WEIGHT = 72, 6


def follow(composer: Composer, before: Sketch, after: Sketch, seed: int, controls: Controls = _PLAIN) -> Sketch:
    """Return ``after`` in line with what a hand has changed in it since ``before``; both are melody/1 sketches.

    The same two sketches and seed give the same result; lanes in which nothing is to do are the very same objects.
    """
    if before.n_frames != after.n_frames:
        return after
    # A note that nothing sang is taken out by who took its syllable out.
    hands = [
        edit for edit in note_edits(before.notes, after.notes)
        if edit.after is not None or edit.before is None or before.rhythm.index_at(edit.before[1]) is not None
    ]  # fmt: skip
    drafts = drafts_of(before.notes, after.notes)
    left = [note.row for note in drafts]
    sketch = in_new_keys(before, after, drafts, controls.lowest, controls.highest)
    if hands:
        sketch = rhythm_in_line(sketch, before.rhythm, hands)
        template = template_in(sketch)
        sketch = cadence_in_line(sketch, before.cadence, note_rows(before.notes), left, hands, template)
    drafts = sung_as_drawn(drafts, span_edits(before.rhythm, after.rhythm))
    by_chords(before, after, drafts)
    by_sections(before, after, drafts)
    by_cadences(before, after, drafts)
    sketch = _with_pitches(composer, sketch, drafts, seed, controls)
    return cadence_in_line(sketch, sketch.cadence, left, note_rows(sketch.notes))


def _with_pitches(composer: Composer, sketch: Sketch, drafts: list[Draft], seed: int, controls: Controls) -> Sketch:
    """Return the sketch with these notes, after pitches were chosen for those that want one."""
    if any(note.wanted for note in drafts):
        template = template_in(sketch)
        standing = np.array([-1 if note.wanted else note.pitch for note in drafts], np.int64)
        starts, stops = [note.start for note in drafts], [note.stop for note in drafts]
        pitches = composer.pitches(template, starts, stops, [n.lyric for n in drafts], standing, seed, controls)
        for note, pitch in zip(drafts, pitches.tolist(), strict=True):
            if note.wanted and note.id < 0:
                note.velocity = _SOFT + _PER_WEIGHT * template.bars.weight(note.start)
            note.pitch = pitch if note.wanted else note.pitch
    return sketch.with_layer(remade_notes(sketch.notes, [note.row for note in drafts]))
