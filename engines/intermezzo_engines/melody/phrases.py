"""Where phrases end and how: TeleMelody's cadence rule (Ju et al. 2022), and breaths and commas besides.

Measured in pulses: a quarter, or a dotted one in 6/8, 9/8 and 12/8, and twice that where the tune mostly moves slower.
A note of a pulse or more with the next onset 1.5 pulses or more away is a cadence: authentic if the distance is 2 and
the note is the tonic or stands on the tonic chord, else half. The last note is one in any case. A phrase also ends,
weakly, before a rest of a pulse and at the end of a clause, if both sides are two bars or longer; never inside a word.
A rhythm without words that halts has the same ends, so that its cadences say what it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.chords import Chord
from intermezzo.core.music.keys import Key, letter_pitch_class
from intermezzo.core.music.metre import Bars
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.syllables import HOLD, goes_on
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, WEAK
from intermezzo_engines.melody.harmony import chord_named

__all__ = ["Phrase", "cadence_at", "is_tonic_chord", "phrases_in_lines", "phrases_of", "pulse_of"]

Phrase = tuple[int, int, str]
"""First note, note after the last, cadence."""
_CLAUSE_ENDS: Final = ",.;:!?…"


def cadence_at(
    gap: int | None, length: int, pulse: int, pitch: int | None, chord: Chord | None, key: Key
) -> str | None:  # fmt: skip
    """Return the cadence that a note makes.

    Args:
        gap: frames to the next onset, None for the last note.
        length: frames.
        pulse: see `pulse_of`.
        pitch: MIDI pitch; None where it is not chosen yet, then the chord alone tells whether the note is at home.
        chord: at its onset.
        key: at its onset.
    """
    if gap is not None and (2 * gap < 3 * pulse or length < pulse):
        return None
    rests = gap is None or gap >= 2 * pulse
    at_home = (pitch is not None and pitch % 12 == key.pitch_class) or is_tonic_chord(chord, key)
    return AUTHENTIC if rests and at_home else HALF


def is_tonic_chord(chord: Chord | None, key: Key) -> bool:
    """Tell whether a chord is the triad or seventh chord of the tonic, as the mode has it."""
    if chord is None or letter_pitch_class(chord.root) != key.pitch_class:
        return False
    return chord.kind in (("m", "m7") if key.is_minor else ("", "maj7", "6"))


def phrases_of(
    notes: NDArray[np.int32], lyrics: Sequence[str], chords: Sequence[str], keys: Sequence[Key], bars: Bars
) -> list[Phrase]:
    """Return the phrases of a tune.

    Args:
        notes: (N, 4) start, stop, pitch, velocity.
        lyrics: N syllables.
        chords: N symbols, of the chord at each onset.
        keys: N keys, at each onset.
        bars: the bars.
    """
    syllables = [start for start, text in zip(notes[:, 0].tolist(), lyrics, strict=True) if text != HOLD]
    n, pulse = len(notes), pulse_of(syllables, bars)
    ends: dict[int, str] = {}
    text = ""
    for k in range(n):
        text = lyrics[k] if lyrics[k] != HOLD else text
        if goes_on(text) and k + 1 < n:
            continue
        start, stop, pitch, _ = notes[k].tolist()
        gap = int(notes[k + 1, 0]) - start if k + 1 < n else None
        cadence = cadence_at(gap, stop - start, pulse, pitch, chord_named(chords[k]), keys[k])
        if cadence is not None:
            ends[k] = cadence
        elif gap is not None and int(notes[k + 1, 0]) - stop >= pulse:
            ends[k] = WEAK
    _add_clauses(ends, notes, lyrics, bars, pulse)
    return _between(ends)


def phrases_in_lines(
    lines: Sequence[Phrase], rhythm: Sequence[tuple[int, int, str]], chords: Sequence[str], key: Key, bars: Bars
) -> list[Phrase]:
    """Return the phrases of lines whose notes are not chosen yet: each line of words, and without words also each halt.

    Args:
        lines: first syllable, syllable after the last, cadence; all syllables in order.
        rhythm: (start, stop, syllable) of N syllables, "" without words.
        chords: N symbols, of the chord at each onset.
        key: of all.
        bars: the bars.
    """
    pulse = pulse_of([start for start, _, _ in rhythm], bars)
    ends = {last - 1: label for _, last, label in lines}
    for k, (start, stop, text) in enumerate(rhythm[:-1]):
        if k not in ends and not text:
            cadence = cadence_at(rhythm[k + 1][0] - start, stop - start, pulse, None, chord_named(chords[k]), key)
            if cadence is not None:
                ends[k] = cadence
    return _between(ends)


def _between(ends: Mapping[int, str]) -> list[Phrase]:
    """Return the phrases that end with some notes."""
    firsts = [0, *(k + 1 for k in sorted(ends))]
    return [(first, last + 1, ends[last]) for first, last in zip(firsts, sorted(ends), strict=False)]


def _add_clauses(ends: dict[int, str], notes: NDArray[np.int32], lyrics: Sequence[str], bars: Bars, pulse: int) -> None:
    """End phrases weakly where a clause ends, in order of time."""
    first, text = 0, ""
    for last in sorted(ends):
        for k in range(first, last):
            text = lyrics[k] if lyrics[k] != HOLD else text
            if text[-1:] in _CLAUSE_ENDS and text and lyrics[k + 1] != HOLD:
                long = 2 * bars.metres[bars.index_at(int(notes[k, 0]))].bar_frames - pulse
                if notes[k, 1] - notes[first, 0] >= long and notes[last, 1] - notes[k + 1, 0] >= long:
                    ends[k] = WEAK
                    first = k + 1
        first = last + 1
