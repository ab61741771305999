"""A melody/1 sketch as a singer reads it: notes with their seconds, beats, words, keys and chords, in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Notes, Spans
from intermezzo.core.music.chords import Chord
from intermezzo.core.music.fit import chord_fits, last_notes
from intermezzo.core.music.harmony import chord_layer, chords_in, key_layer, keys_in
from intermezzo.core.music.keys import Key, pitch_name
from intermezzo.core.music.metre import Bars
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.stress import language_of
from intermezzo.core.music.syllables import HOLD, is_sung, shown, word_starts
from intermezzo.core.singability.finding import Limits
from intermezzo.core.sketch import Sketch

__all__ = ["CLAUSE_ENDS", "Ints", "Song"]

Ints = NDArray[np.int64]
CLAUSE_ENDS = ",.;:!?…"
_QUOTES = "\"'”’»“)"


@dataclass(frozen=True, eq=False)
class Song:
    """One sketch and the limits of who sings it; all arrays have one entry a note and are found when asked for."""

    sketch: Sketch
    limits: Limits
    said_language: str = ""

    @cached_property
    def notes(self) -> Notes:
        """The notes."""
        notes = self.sketch.notes
        assert isinstance(notes, Notes)
        return notes

    @property
    def count(self) -> int:
        """How many there are."""
        return self.notes.count

    @cached_property
    def starts(self) -> Ints:
        """Onsets in frames."""
        return self.notes.starts.astype(np.int64)

    @cached_property
    def stops(self) -> Ints:
        """Ends in frames."""
        return self.notes.stops.astype(np.int64)

    @cached_property
    def pitches(self) -> Ints:
        """MIDI pitches."""
        return self.notes.pitches.astype(np.int64)

    @cached_property
    def seconds(self) -> NDArray[np.float64]:
        """When each note begins and ends, (notes, 2)."""
        return self.sketch.clock.seconds_at(self.notes.values[:, :2])

    @cached_property
    def bars(self) -> Bars:
        """The bars."""
        bars = self.sketch.bars
        assert bars is not None
        return bars

    @cached_property
    def weights(self) -> Ints:
        """How strong the beat of each onset is: 3 on a bar line, 2 and 1 on beats, 0 between them."""
        return self.bars.weights_at(self.starts)

    @cached_property
    def beat_frames(self) -> Ints:
        """Length of a beat where each note begins."""
        k = np.clip(np.searchsorted(self.bars.starts, self.starts, side="right") - 1, 0, self.bars.count - 1)
        return np.array([metre.beat_frames for metre in self.bars.metres], np.int64)[k]

    @cached_property
    def pulse(self) -> int:
        """The pulse in frames."""
        return pulse_of(self.starts[self.heads], self.bars)

    # Words

    @cached_property
    def begins(self) -> NDArray[np.bool_]:
        """Whether a note brings a syllable of its own, or none at all; others hold the one before."""
        found = np.array([text != HOLD for text in self.notes.lyrics], bool)
        found[:1] = True
        return found

    @cached_property
    def heads(self) -> Ints:
        """Indices of the notes that begin a syllable; (syllables,)."""
        return np.flatnonzero(self.begins)

    @cached_property
    def tails(self) -> Ints:
        """Index of the last note of each syllable; (syllables,)."""
        return np.append(self.heads[1:], self.count) - 1

    @cached_property
    def words(self) -> Ints:
        """The number of the word that each note sings; a note without text is a word of its own."""
        starts = word_starts(self.notes.lyrics)
        fresh = [start or not text for start, text in zip(starts, self.notes.lyrics, strict=True)]
        return np.cumsum(np.array(fresh, bool))

    @cached_property
    def language(self) -> str:
        """Which language is sung, as the settings or the words say; "" where nobody knows."""
        said = self.said_language.lower()[:2]
        return said if said in ("en", "de", "fr") else language_of(self.notes.lyrics)

    def text(self, k: int) -> str:
        """Return the syllable that a note begins, as it is read; "" for none."""
        text = self.notes.lyrics[k]
        return shown(text) if is_sung(text) else ""

    def called(self, k: int) -> str:
        """Name a note in a sentence: its syllable in quotes, or its pitch."""
        text = self.text(k)
        return f"“{text.strip(CLAUSE_ENDS + ' ')}”" if text.strip(CLAUSE_ENDS + " ") else self.name(k)

    def word(self, k: int) -> str:
        """Return the word that a note sings, in quotes, or its pitch; it is looked for around the note."""
        first, last = k, k
        while first > 0 and self.words[first - 1] == self.words[k]:
            first -= 1
        while last + 1 < self.count and self.words[last + 1] == self.words[k]:
            last += 1
        said = "".join(self.text(j) for j in range(first, last + 1)).strip(CLAUSE_ENDS + " ")
        return f"“{said}”" if said else self.name(k)

    def end_mark(self, k: int) -> str:
        """Return the mark of punctuation with which a note's syllable ends, or ""."""
        text = self.notes.lyrics[k].rstrip(_QUOTES)
        return text[-1:] if text[-1:] in CLAUSE_ENDS else ""

    # Template

    @cached_property
    def keys(self) -> list[Key | None]:
        """The key in which each note begins."""
        spans = key_layer(self.sketch)
        named = [] if spans is None else [
            (start, key) for start, key in zip(spans.starts.tolist(), keys_in(spans), strict=True) if key is not None
        ]  # fmt: skip
        if not named:
            return [None] * self.count
        k = np.maximum(np.searchsorted([start for start, _ in named], self.starts, side="right") - 1, 0)
        return [named[at][1] for at in k.tolist()]

    @cached_property
    def chords(self) -> list[Chord | None]:
        """The chord over which each note begins."""
        spans = chord_layer(self.sketch)
        if spans is None or not spans.count:
            return [None] * self.count
        named = chords_in(spans)
        k = np.searchsorted(spans.starts, self.starts, side="right") - 1
        inside = (k >= 0) & (self.starts < spans.stops[np.maximum(k, 0)])
        return [named[at] if is_in else None for at, is_in in zip(k.tolist(), inside.tolist(), strict=True)]

    @cached_property
    def in_chord(self) -> NDArray[np.bool_]:
        """Whether each note is a tone of the chord at its onset; where none sounds, it is."""
        spans = chord_layer(self.sketch)
        return np.ones(self.count, bool) if spans is None or not spans.count else chord_fits(self.notes, spans)

    @cached_property
    def phrase_ends(self) -> NDArray[np.bool_]:
        """Whether a phrase of the cadence lane ends with a note, or so long a rest follows that one does anyway."""
        cadence = self.sketch.cadence
        assert isinstance(cadence, Spans)
        found = np.zeros(self.count, bool)
        last = last_notes(self.notes, cadence)
        found[last[last >= 0]] = True
        found[:-1] |= self.gaps >= self.pulse
        found[-1:] = True
        return found

    @cached_property
    def gaps(self) -> Ints:
        """Frames of rest between each note and the next, below 0 where they sound together; (notes - 1,)."""
        return self.starts[1:] - self.stops[:-1]

    def name(self, k: int) -> str:
        """Return the name of a note's pitch: "A4"."""
        return pitch_name(int(self.pitches[k]), self.keys[k])

    def id(self, k: int) -> int:
        """Return the id of a note."""
        return int(self.notes.ids[k])
