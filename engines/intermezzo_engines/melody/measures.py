"""How well a tune follows its template (TA, CA, RA, AA), and how like the true tune it is (PD, DD, MD).

The definitions are those of TeleMelody's evaluation (Ju et al. 2022), in all metres: a beat is a felt beat, rests and
cadences are measured in pulses (phrases.py). Distributions fold pitches to 60..83 and count a syllable's whole
duration. All but MD are shares of 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.media import Melody
from intermezzo.core.music.metre import FRAMES_PER_QUARTER
from intermezzo.core.sketches.melody import AUTHENTIC, HALF
from intermezzo_engines.melody.harmony import chord_named
from intermezzo_engines.melody.phrases import pulse_of
from intermezzo_engines.melody.template import Span, Template, at_frames, rhythm_of
from intermezzo_engines.melody.tune_features import place_of

__all__ = [
    "cadence_right", "chord_right", "duration_likeness", "melody_distance", "pitch_likeness", "rhythm_right",
    "tonality_right",
]  # fmt: skip

_LOW: Final = 60
_SIXTEENTH: Final = FRAMES_PER_QUARTER // 4


def tonality_right(melody: Melody, template: Template) -> bool | None:
    """TA of a tune: its tonic sounds longer in sum than that of the relative key; None for a tie."""
    own = rival = 0
    for start, stop, pitch, _ in melody.notes.tolist():
        key = template.key_at(start)
        own += (stop - start) * (pitch % 12 == key.pitch_class)
        rival += (stop - start) * (pitch % 12 == (key.pitch_class + (3 if key.is_minor else 9)) % 12)
    return None if own == rival else own > rival


def chord_right(melody: Melody, template: Template) -> NDArray[np.bool_]:
    """CA of each note: it is a tone of the chord at its onset, or there is none."""
    labels = at_frames(template.chords, melody.notes[:, 0].tolist())
    found = []
    for label, pitch in zip(labels, melody.notes[:, 2].tolist(), strict=True):
        chord = chord_named(label)
        found.append(chord is None or pitch % 12 in chord.tones)
    return np.array(found, bool)


def rhythm_right(melody: Melody, template: Template) -> NDArray[np.bool_]:
    """RA of each syllable of the template: the tune sings one on the same beat, as the same in number."""
    sung = rhythm_of(melody)
    found = np.zeros(len(template.rhythm), bool)
    for k, (wanted, has) in enumerate(zip(template.rhythm, sung, strict=False)):
        found[k] = _beat(template, wanted) == _beat(template, has) and wanted[2] == has[2]
    return found


def _beat(template: Template, span: Span) -> tuple[int, int]:
    bar = template.bars.index_at(span[0])
    return bar, place_of(template, span[0]) // template.bars.metres[bar].beat_frames


def cadence_right(melody: Melody, template: Template) -> NDArray[np.bool_]:
    """AA of each note but the last: what the template says of it and the time it leaves agree."""
    starts, stops = melody.notes[:, 0].astype(np.int64), melody.notes[:, 1].astype(np.int64)
    pulse = pulse_of([start for start, _, _ in template.rhythm], template.bars)
    last = {int(np.searchsorted(starts, stop)) - 1: label for _, stop, label in template.cadence}
    found = []
    for k in range(len(starts) - 1):
        gap, length = int(starts[k + 1] - starts[k]), int(stops[k] - starts[k])
        label = last.get(k, "")
        if label == HALF:
            found.append(2 * gap >= 3 * pulse and length >= pulse)
        elif label == AUTHENTIC:
            found.append(gap >= 2 * pulse and length >= pulse)
        else:
            found.append(gap < 2 * pulse or length < pulse)
    return np.array(found, bool)


def pitch_likeness(one: Melody, other: Melody) -> float:
    """PD: how far the histograms of the folded pitches overlap."""
    return _overlap(_folded(one.notes[:, 2]), _folded(other.notes[:, 2]))


def duration_likeness(one: Melody, other: Melody) -> float:
    """DD: how far the histograms of the durations of syllables overlap, in units of each tune's shortest."""
    return _overlap(_durations(one), _durations(other))


def melody_distance(made: Melody, true: Melody) -> float:
    """MD: dynamic time warping of the pitches on a grid, their means taken away, by the length of the made tune."""
    one, other = _grid(made), _grid(true)
    cost = np.abs(one[:, None] - other[None])
    row = np.cumsum(cost[0])
    for line in cost[1:]:
        reached = np.minimum(row, np.concatenate(([np.inf], row[:-1]))) + line
        # Going right adds the costs on the way: a running minimum of what is reached less the costs before it.
        along = np.cumsum(line)
        row = along + np.minimum.accumulate(reached - along)
    return float(row[-1]) / len(one)


def _overlap(one: Sequence[int] | NDArray[np.int64], other: Sequence[int] | NDArray[np.int64]) -> float:
    size = int(max(*one, *other)) + 1
    shares = [np.bincount(values, minlength=size) / len(values) for values in (one, other)]
    return float(np.minimum(*shares).sum())


def _folded(pitches: NDArray[np.int32]) -> NDArray[np.int64]:
    inside = pitches.astype(np.int64).copy()
    inside = np.where(inside < _LOW, _LOW + inside % 12, inside)
    return np.where(inside >= _LOW + 24, _LOW + 12 + inside % 12, inside)


def _durations(melody: Melody) -> NDArray[np.int64]:
    """Return the time from each syllable to the next in units of the shortest."""
    starts = np.array([start for start, _, _ in rhythm_of(melody)], np.int64)
    lengths = np.diff(np.append(starts, melody.notes[-1, 1]))
    return lengths // max(int(lengths.min()), 1)


def _grid(melody: Melody) -> NDArray[np.float64]:
    starts = melody.notes[:, 0].astype(np.int64)
    step = max(int(np.diff(np.append(starts, melody.notes[-1, 1])).min()) // _SIXTEENTH, 1) * _SIXTEENTH
    at = np.arange(int(starts[0]), int(melody.notes[-1, 1]), step)
    held = _folded(melody.notes[:, 2])[np.searchsorted(starts, at, side="right") - 1].astype(np.float64)
    level: NDArray[np.float64] = held - held.mean()
    return level
