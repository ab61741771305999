"""A tune in another key: steps of the scale stay steps, tones of the chord stay tones, dominants stay dominants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from intermezzo.core.music.chords import KINDS, Chord
from intermezzo.core.music.keys import MODES, Key, letter_pitch_class
from intermezzo_engines.melody.harmony import chord_named, root_name

__all__ = ["KeyChange"]

_DOMINANTS: Final = ("", "7", "9", "7sus4", "sus4", "+7", "+")
_LEADING: Final = ("dim", "dim7", "m7b5")


@dataclass(frozen=True)
class KeyChange:
    """From one key to another, by the way that is nearest: at most six semitones up, five down."""

    old: Key
    new: Key

    @property
    def semitones(self) -> int:
        """From tonic to tonic, -5 to 6."""
        return (self.new.pitch_class - self.old.pitch_class + 5) % 12 - 5

    def step(self, pitch: int) -> int:
        """Return a pitch in the new key: steps of the scale stay steps, others move with the tonic."""
        above = (pitch - self.old.pitch_class) % 12
        steps = MODES[self.old.mode]
        shift = MODES[self.new.mode][steps.index(above)] - above if above in steps else 0
        return pitch + self.semitones + shift

    def pitch(self, pitch: int, under: str, now: str) -> int:
        """Return a pitch in the new key; a tone of the chord ``under`` it is the same tone of the chord that is now."""
        old, new = chord_named(under), chord_named(now)
        moved = self.step(pitch)
        if old is None or new is None:
            return moved
        own = [(letter_pitch_class(old.root) + step) % 12 for step in KINDS[old.kind]]
        if pitch % 12 not in own:
            return moved
        k = own.index(pitch % 12)
        if k >= len(KINDS[new.kind]):
            return moved
        wanted = (letter_pitch_class(new.root) + KINDS[new.kind][k]) % 12
        return min((moved + by for by in range(-6, 6) if (moved + by) % 12 == wanted), key=lambda p: abs(p - moved))

    def chord(self, label: str) -> str:
        """Return a chord symbol in the new key; what is no chord stays."""
        chord = chord_named(label)
        if chord is None:
            return label
        root, kind = self._root_and_kind(chord)
        bass = f"/{root_name(self.step(letter_pitch_class(chord.bass)) % 12, self.new)}" if chord.bass else ""
        return root_name(root, self.new) + kind + bass

    def _root_and_kind(self, chord: Chord) -> tuple[int, str]:
        root = letter_pitch_class(chord.root)
        plain = (root + self.semitones) % 12
        above = (root - self.old.pitch_class) % 12
        if self.old.mode == self.new.mode or (above == 7 and chord.kind in _DOMINANTS):
            return plain, chord.kind
        if above == 11 and chord.kind in _LEADING:
            return plain, chord.kind
        moved = self.step(root) % 12
        tones = [(root + step) % 12 for step in KINDS[chord.kind]]
        if any(tone not in self.old.scale for tone in tones):
            return moved, chord.kind
        wanted = tuple((self.step(tone) - moved) % 12 for tone in tones)
        return moved, next((kind for kind, steps in KINDS.items() if steps == wanted), chord.kind)
