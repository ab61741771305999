"""Events: notes as they are played, of the tune and of what accompanies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intermezzo.core.layers import Notes
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.sound.consonants import consonant_of
from intermezzo_engines.melody.sound.vowels import vowel_of

__all__ = ["BACKING", "BASS", "LEAD", "Event", "of_tune"]

LEAD, BACKING, BASS = "lead", "backing", "bass"


@dataclass(frozen=True)
class Event:
    """A note of one part from frame ``start`` to ``stop``.

    ``slurred``: it goes on with the syllable before it, from ``glide`` semitones above its pitch (below: negative) if
    that touches it; ``order`` is its place in a chord that fingers may roll; ``vowel`` is what a singer holds of its
    syllable (vowels.py), empty where there are no words, and ``consonant`` how it begins (consonants.py).
    """

    start: int
    stop: int
    part: str
    pitch: int
    velocity: int
    slurred: bool = False
    order: int = 0
    vowel: str = ""
    consonant: str = ""
    glide: int = 0

    @property
    def place(self) -> tuple[int, str, int, int, int]:
        """Where it stands among others when they are added; its end comes last, as nothing before it may hang on it."""
        return (self.start, self.part, self.pitch, self.velocity, self.stop)


def of_tune(sketch: Sketch, start: int, stop: int) -> Iterator[Event]:
    """Yield the notes of the tune that sound in frames ``start:stop``."""
    notes = sketch.layers["notes"]
    assert isinstance(notes, Notes)
    for k in notes.sounding(start, stop).tolist():
        first, last, pitch, velocity = notes.values[k].tolist()
        slurred, sung = notes.lyrics[k] == HOLD, k
        while sung > 0 and notes.lyrics[sung] == HOLD:
            sung -= 1
        vowel, consonant = vowel_of(notes.lyrics[sung]), "" if slurred else consonant_of(notes.lyrics[k])
        touches = slurred and k > 0 and notes.stops[k - 1] >= first
        glide = int(notes.pitches[k - 1]) - pitch if touches else 0
        yield Event(first, last, LEAD, pitch, velocity, slurred, vowel=vowel, consonant=consonant, glide=glide)
