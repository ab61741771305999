"""The chords of one template under the notes of another: bar for bar, moved into its key."""

from __future__ import annotations

from itertools import pairwise

from intermezzo.core.music.keys import letter_pitch_class
from intermezzo_engines.melody.harmony import chord_named, root_name, steps
from intermezzo_engines.melody.template import Span, Template, at_frames

__all__ = ["with_chords_of"]


def with_chords_of(template: Template, other: Template) -> tuple[Span, ...]:
    """Return the other's chords, one a half bar (or a bar, see harmony.py), begun again where they run out."""
    key = template.keys[0][1]
    up = key.pitch_class - other.keys[0][1].pitch_class
    labels = at_frames(other.chords, steps(other.bars)[:-1])
    found: list[Span] = []
    for k, (start, stop) in enumerate(pairwise(steps(template.bars))):
        label = labels[k % len(labels)]
        chord = chord_named(label)
        if chord is not None:
            label = root_name((letter_pitch_class(chord.root) + up) % 12, key) + chord.kind
        found.append((start, stop, label))
    return tuple(found)
