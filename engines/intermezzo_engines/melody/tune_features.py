"""What the tune network is told of each note: metre, chord, phrase, word and section, all relative to the tonic.

A pitch is a class: semitones above a tonic that lies below the middle of the tune, so that all keys share what is
learned. Of a section that repeats an earlier one each note knows the note at the same place there, if the chord is the
same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.keys import letter_pitch_class
from intermezzo.core.music.metre import FRAMES_PER_QUARTER
from intermezzo.core.music.syllables import HOLD, goes_on
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, WEAK
from intermezzo_engines.melody.harmony import chord_named
from intermezzo_engines.melody.phrases import is_tonic_chord, pulse_of
from intermezzo_engines.melody.template import Template, at_frames

__all__ = [
    "BELOW",
    "CLASSES",
    "FIELDS",
    "METRE_NAMES",
    "Features",
    "base_of",
    "features_of",
    "place_of",
    "with_register",
]

CLASSES: Final = 48
"""Pitch classes of the network; class 0 is 18 semitones below the base."""
BELOW: Final = 18
METRE_NAMES: Final = ("4/4", "2/2", "2/4", "3/4", "6/8", "3/8", "9/8", "12/8")
FIELDS: Final = {
    "mode": 2, "metre": 8, "place": 32, "weight": 4, "off": 2, "length": 14, "gap": 7, "cadence": 4, "left": 8,
    "index": 8, "word": 4, "repeat": 3, "root": 13, "next_root": 13, "register": 12,
}  # fmt: skip
"""Names and sizes of the whole numbers that each note has, in order."""
_LENGTHS: Final = (60, 120, 160, 240, 320, 360, 480, 720, 960, 1200, 1440, 1920, 2880)
_GAPS: Final = (1, 120, 240, 480, 960, 1920)
_CADENCES: Final = ("", WEAK, HALF, AUTHENTIC)
_SIXTEENTH: Final = FRAMES_PER_QUARTER // 4


@dataclass(frozen=True, eq=False)
class Features:
    """What is known of N notes before their pitches are.

    Attributes:
        whole: int64 (N, fields), see `FIELDS`.
        tones: float32 (N, 24): tones of the chord at the onset and of the next note's chord, above the tonic.
        model: int64 (N,): index of the note at the same place of the section that this one repeats, or -1.
        base: int64 (N,): MIDI pitch of the tonic from which classes count.
        tonic: int64 (N,): pitch class of the tonic; `rival` that of its relative key's.
        rival: see `tonic`.
        chord: bool (N, 12): pitch classes of the chord; all where there is none.
        strong: bool (N,): long notes and notes on strong beats.
        ends: int64 (N,): 0, or for the last note of a phrase 1 weak, 2 half, 3 authentic.
        home: bool (N,): whether the tonic chord sounds at the onset.
        lengths: int64 (N,) in frames.
        rests: bool (N,): whether two pulses or more pass to the next onset, as authentic cadences need.
    """

    whole: NDArray[np.int64]
    tones: NDArray[np.float32]
    model: NDArray[np.int64]
    base: NDArray[np.int64]
    tonic: NDArray[np.int64]
    rival: NDArray[np.int64]
    chord: NDArray[np.bool_]
    strong: NDArray[np.bool_]
    ends: NDArray[np.int64]
    home: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    rests: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.whole)


def base_of(tonic: int, middle: float) -> int:
    """Return the highest pitch of a pitch class that is not above the middle of a tune."""
    return int(np.floor((middle - tonic) / 12)) * 12 + tonic


def place_of(template: Template, frame: int) -> int:
    """Return how many frames after its bar line a frame lies; in a pick-up as in the end of a full bar."""
    bars = template.bars
    k = bars.index_at(frame)
    inside = frame - int(bars.starts[k])
    if k == 0 and bars.pickup:
        inside += -bars.pickup % bars.metres[0].bar_frames
    return inside


def features_of(
    template: Template, starts: Sequence[int], stops: Sequence[int], lyrics: Sequence[str], middle: float
) -> Features:
    """Return the features of notes under a template.

    Args:
        template: what they follow.
        starts: their onsets in frames, in order.
        stops: their ends.
        lyrics: their syllables, `HOLD` where a note holds the one before.
        middle: MIDI pitch about which the tune lies.
    """
    n, bars = len(starts), template.bars
    chords = [chord_named(label) for label in at_frames(template.chords, starts)]
    phrase = _phrases(template, starts)
    words = _words(lyrics)
    model, repeats = _models(template, starts)
    pulse = pulse_of([start for start, _, _ in template.rhythm], bars)
    whole = np.zeros((n, len(FIELDS)), np.int64)
    tones = np.zeros((n, 24), np.float32)
    base, tonic, rival, ends = (np.zeros(n, np.int64) for _ in range(4))
    chord, strong, home, rests = np.ones((n, 12), bool), np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    for k in range(n):
        start, length = starts[k], stops[k] - starts[k]
        key, metre = template.key_at(start), bars.metres[bars.index_at(start)]
        place, weight = place_of(template, start), bars.weight(start)
        tonic[k], rival[k] = key.pitch_class, (key.pitch_class + (3 if key.is_minor else 9)) % 12
        base[k] = base_of(key.pitch_class, middle)
        onset_gap = starts[k + 1] - start if k + 1 < n else 4 * pulse
        sounding = chords[k]
        root = 12
        if sounding is not None:
            root = (letter_pitch_class(sounding.root) - key.pitch_class) % 12
            chord[k] = False
            chord[k, list(sounding.tones)] = True
            tones[k, [(tone - key.pitch_class) % 12 for tone in sounding.tones]] = 1
        cadence, left, index = phrase[k]
        name = metre.name if metre.name in METRE_NAMES else "3/4" if metre.beats % 3 == 0 else "4/4"
        whole[k] = (
            key.is_minor, METRE_NAMES.index(name), min(place // _SIXTEENTH, 31), weight, place % _SIXTEENTH != 0,
            bisect_right(_LENGTHS, length), bisect_right(_GAPS, max(onset_gap - length, 0)), cadence, min(left, 7),
            min(index, 7), words[k], repeats[k], root, 12, int(np.clip(middle - base[k], 0, 11)),
        )  # fmt: skip
        strong[k] = weight >= 2 or length >= pulse
        ends[k] = cadence if left == 0 else 0
        home[k] = is_tonic_chord(sounding, key)
        rests[k] = onset_gap >= 2 * pulse
    whole[:-1, -2] = whole[1:, -3]
    tones[:-1, 12:] = tones[1:, :12]
    # Under another chord than its model's a note has none: the chord is what the hand has changed.
    other = (model >= 0) & np.any(chord != chord[model], -1)
    model[other] = -1
    whole[other, list(FIELDS).index("repeat")] = 0
    lengths = np.array(stops, np.int64) - np.array(starts, np.int64)
    return Features(whole, tones, model, base, tonic, rival, chord, strong, ends, home, lengths, rests)


def with_register(features: Features, middle: float) -> Features:
    """Return the features with the tune about another middle."""
    base = np.array([base_of(int(tonic), middle) for tonic in features.tonic], np.int64)
    whole = features.whole.copy()
    whole[:, -1] = np.clip(middle - base, 0, 11).astype(np.int64)
    return replace(features, base=base, whole=whole)


def _phrases(template: Template, starts: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return of each note (cadence of its phrase, notes left in it, notes before it in it)."""
    edges = [start for start, _, _ in template.cadence]
    owner = [bisect_right(edges, start) - 1 for start in starts]
    owner = [k if k >= 0 and start < template.cadence[k][1] else -1 for k, start in zip(owner, starts, strict=True)]
    members: dict[int, list[int]] = {}
    for i, k in enumerate(owner):
        members.setdefault(k, []).append(i)
    found = []
    for i, k in enumerate(owner):
        if k < 0:
            found.append((0, 7, 7))
            continue
        label = template.cadence[k][2]
        inside = members[k]
        found.append((_CADENCES.index(label) if label in _CADENCES else 1, inside[-1] - i, i - inside[0]))
    return found


def _words(lyrics: Sequence[str]) -> list[int]:
    """Return 0 without text, 1 where a word begins, 2 inside a word, 3 held."""
    found, inside = [], False
    for text in lyrics:
        found.append(3 if text == HOLD else 0 if not text else 2 if inside else 1)
        if text and text != HOLD:
            inside = goes_on(text)
    return found


def _models(template: Template, starts: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the index of each note's model in the last plain section of its letter, and 1 exact, 2 varied, 0 none."""
    model, repeats = np.full(len(starts), -1, np.int64), np.zeros(len(starts), np.int64)
    last: dict[str, dict[int, int]] = {}
    first = 0
    for start, stop, label in template.sections:
        while first < len(starts) and starts[first] < start:
            first += 1
        inside, k = {}, first
        while k < len(starts) and starts[k] < stop:
            inside[starts[k] - start] = k
            k += 1
        first = k
        letter = label.rstrip("'′’")
        if letter in last:
            for offset, k in inside.items():
                model[k] = last[letter].get(offset, -1)
                repeats[k] = 0 if model[k] < 0 else 2 if label != letter else 1
        # What comes after a variation repeats the plain section again.
        if letter and (label == letter or letter not in last):
            last[letter] = inside
    return model, repeats
