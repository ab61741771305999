"""Whether the notes of a melody/1 sketch fit its template: key, chord and rhythm note by note, cadence by phrase.

TeleMelody's control accuracies (Ju et al. 2022, arXiv 2109.09617) on the lanes as they stand, in any metre. Chord is
CA: a tone of the chord at the onset, or no chord. Rhythm is RA: a syllable begins on the felt beat on which the lane
has it, a held note lies inside its syllable. Cadence is AA: the time that a note leaves until the next agrees with how
the lane ends its phrase, or that it does not. TA is of the whole tune: its tonic sounds longer than that of the
relative key; note by note the key asks for a tone of the scale. All of it takes time linear in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Notes, Spans
from intermezzo.core.music.harmony import chord_layer, chords_in, key_layer, keys_in
from intermezzo.core.music.keys import Key
from intermezzo.core.music.metre import Bars
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, is_tune

__all__ = [
    "RULES",
    "Fit",
    "Rule",
    "cadence_fits",
    "chord_fits",
    "fit_of",
    "key_fits",
    "last_notes",
    "rhythm_fits",
    "sung_scale",
]

Rule = Literal["key", "chord", "rhythm", "cadence"]
RULES: Final[tuple[Rule, ...]] = ("key", "chord", "rhythm", "cadence")
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Fit:
    """What fits in one sketch.

    Attributes:
        notes: the notes that were looked at.
        fits: for each rule that the lanes say anything about, whether each note fits, bool (notes,).
        tonality: TA; None where no key is named or both tonics sound equally long.
        unsung: indices of the spans of the rhythm lane that no note sings.
        phrases: of each span of the cadence lane, whether its last note ends it as it says; bool (spans,).
        last: index of the last note of each phrase, -1 where it has none; int64 (spans,).
    """

    notes: Notes
    fits: dict[Rule, Bools]
    tonality: bool | None
    unsung: tuple[int, ...]
    phrases: Bools
    last: NDArray[np.int64]

    def share(self, rule: Rule) -> float | None:
        """Return which part fits, 0 to 1; syllables without a note count as missed; None where nothing is asked."""
        fits = self.fits.get(rule)
        missed = len(self.unsung) if rule == "rhythm" else 0
        if fits is None or not len(fits) + missed:
            return None
        return float(np.count_nonzero(fits)) / (len(fits) + missed)

    def missing(self, rule: Rule) -> list[int]:
        """Return the ids of the notes that do not fit."""
        fits = self.fits.get(rule)
        found: list[int] = [] if fits is None else self.notes.ids[~fits].tolist()
        return found


def fit_of(sketch: Sketch) -> Fit | None:
    """Return what fits in a melody/1 sketch; None for any other."""
    if not is_tune(sketch):
        return None
    notes, rhythm, cadence = sketch.notes, sketch.rhythm, sketch.cadence
    bars = sketch.bars
    assert isinstance(notes, Notes) and isinstance(rhythm, Spans) and isinstance(cadence, Spans) and bars is not None
    fits: dict[Rule, Bools] = {}
    keys, chords = key_layer(sketch), chord_layer(sketch)
    tonality = None
    if keys is not None and any(key is not None for key in keys_in(keys)):
        fits["key"], tonality = key_fits(notes, keys), _tonality(notes, keys)
    if chords is not None and chords.count:
        fits["chord"] = chord_fits(notes, chords)
    unsung: tuple[int, ...] = ()
    if rhythm.count:
        fits["rhythm"], sung = rhythm_fits(notes, rhythm, bars)
        unsung = tuple(np.flatnonzero(~sung).tolist())
    last = last_notes(notes, cadence)
    phrases = np.zeros(0, bool)
    if cadence.count:
        pulse = pulse_of(rhythm.starts if rhythm.count else notes.starts, bars)
        fits["cadence"] = cadence_fits(notes, last, cadence.labels, pulse)
        phrases = np.where(last >= 0, np.append(fits["cadence"], False)[last], False)
    return Fit(notes, fits, tonality, unsung, phrases, last)


def _named(spans: Spans) -> tuple[list[int], list[Key]]:
    pairs = zip(spans.starts.tolist(), keys_in(spans), strict=True)
    named = [(start, key) for start, key in pairs if key is not None]
    return [start for start, _ in named], [key for _, key in named]


@lru_cache(maxsize=128)
def sung_scale(key: Key) -> frozenset[int]:
    """Return the pitch classes that are at home in a key: its scale, in minor also the raised sixth and seventh."""
    raised = {(key.pitch_class + 9) % 12, (key.pitch_class + 11) % 12} if key.mode == "minor" else set[int]()
    return frozenset(key.scale) | raised


def key_fits(notes: Notes, keys: Spans) -> Bools:
    """Tell of each note whether it is at home in the key at its onset; a key holds until the next is named."""
    starts, named = _named(keys)
    if not named:
        return np.ones(notes.count, bool)
    table = np.array([[tone in sung_scale(key) for tone in range(12)] for key in named])
    k = np.maximum(np.searchsorted(starts, notes.starts, side="right") - 1, 0)
    found: Bools = table[k, notes.pitches % 12]
    return found


def _tonality(notes: Notes, keys: Spans) -> bool | None:
    starts, named = _named(keys)
    k = np.maximum(np.searchsorted(starts, notes.starts, side="right") - 1, 0)
    tonics = np.array([key.pitch_class for key in named])
    relatives = np.array([(key.pitch_class + (3 if key.is_minor else 9)) % 12 for key in named])
    lengths, classes = (notes.stops - notes.starts).astype(np.int64), notes.pitches % 12
    own, rival = (int(lengths[classes == tones[k]].sum()) for tones in (tonics, relatives))
    return None if own == rival else own > rival


def chord_fits(notes: Notes, chords: Spans) -> Bools:
    """Tell of each note whether it is a tone of the chord at its onset; where none sounds, each is."""
    named = chords_in(chords)
    table = np.array([[chord is None or tone in chord.tones for tone in range(12)] for chord in named], bool)
    k = np.searchsorted(chords.starts, notes.starts, side="right") - 1
    inside = (k >= 0) & (notes.starts < chords.stops[np.maximum(k, 0)])
    found: Bools = ~inside | table[np.maximum(k, 0), notes.pitches % 12]
    return found


@lru_cache(maxsize=8)
def _beats(bars: Bars) -> NDArray[np.int64]:
    return bars.beats(0, bars.n_frames)


def rhythm_fits(notes: Notes, rhythm: Spans, bars: Bars) -> tuple[Bools, Bools]:
    """Tell of each note whether it lies where the rhythm lane has it, and of each span whether a note sings it.

    The syllables that begin on a beat are compared with the spans that begin on it, in order.
    """
    held = np.array([text == HOLD for text in notes.lyrics], bool)
    begins = np.flatnonzero(~held)
    beats = _beats(bars)
    note_beats = np.searchsorted(beats, notes.starts[begins], side="right")
    span_beats = np.searchsorted(beats, rhythm.starts, side="right")
    first_span = np.searchsorted(span_beats, note_beats, side="left")
    first_note = np.searchsorted(note_beats, note_beats, side="left")
    partner = first_span + np.arange(len(begins)) - first_note
    there = (partner < rhythm.count) & (span_beats[np.minimum(partner, rhythm.count - 1)] == note_beats)
    says = _same_text([notes.lyrics[k] for k in begins.tolist()], rhythm.labels, partner, there)
    fits = np.zeros(notes.count, bool)
    fits[begins] = says
    inside = np.searchsorted(rhythm.starts, notes.starts, side="left") - 1
    fits[held] = ((inside >= 0) & (notes.starts < rhythm.stops[np.maximum(inside, 0)]))[held]
    sung = np.zeros(rhythm.count, bool)
    sung[partner[there]] = True
    return fits, sung


def _same_text(texts: Sequence[str], labels: Sequence[str], partner: NDArray[np.int64], there: Bools) -> Bools:
    pairs = zip(texts, partner.tolist(), there.tolist(), strict=True)
    return np.array([found and text == labels[at] for text, at, found in pairs], bool)


def last_notes(notes: Notes, cadence: Spans) -> NDArray[np.int64]:
    """Return the index of the last note that begins in each phrase, -1 where none does; int64 (spans,)."""
    last = np.searchsorted(notes.starts, cadence.stops, side="left") - 1
    return np.where(last >= np.searchsorted(notes.starts, cadence.starts, side="left"), last, -1)


def cadence_fits(notes: Notes, last: NDArray[np.int64], labels: Sequence[str], pulse: int) -> Bools:
    """Tell of each note whether the time until the next agrees with the cadence lane; of the last note always.

    An authentic end takes two pulses, a half one one and a half, and the note a pulse; any other note leaves less.

    Args:
        notes: the notes.
        last: index of the last note of each phrase, or -1.
        labels: how each phrase ends.
        pulse: frames.
    """
    gaps = np.diff(notes.starts.astype(np.int64), append=np.iinfo(np.int32).max)
    long = notes.stops - notes.starts >= pulse
    rests, opens = long & (gaps >= 2 * pulse), long & (2 * gaps >= 3 * pulse)
    found: Bools = ~rests
    for label, fits in ((AUTHENTIC, rests), (HALF, opens)):
        at = last[[k for k, said in enumerate(labels) if said == label]]
        at = at[at >= 0]
        found[at] = fits[at]
    if notes.count:
        found[-1] = True
    return found
