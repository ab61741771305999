"""Styles: what a song of a kind usually has, before anything is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from intermezzo.core.music.keys import key_of
from intermezzo_engines.melody.harmony_features import HANDS, Manner

__all__ = ["STYLES", "Style"]


@dataclass(frozen=True)
class Style:
    """A kind of song.

    Attributes:
        name: as people choose it.
        metres: what it is in, each with its weight.
        keys: keys that suit voices, each as likely as the others.
        tempo_bpm: quarters a minute.
        melisma: see `division.MELISMA`.
        manner: how its chords are written.
        evenness: how even its syllables are, 0 to 1.
    """

    name: str
    metres: tuple[tuple[str, float], ...]
    keys: tuple[str, ...]
    tempo_bpm: float
    melisma: int
    manner: Manner
    evenness: float

    def metre(self, rng: np.random.Generator) -> str:
        """Draw a metre."""
        shares = np.array([share for _, share in self.metres])
        return self.metres[int(rng.choice(len(shares), p=shares / shares.sum()))][0]

    def key(self, rng: np.random.Generator, lowest: int, highest: int) -> str:
        """Draw a key; for a small range of MIDI pitches one whose tonic or dominant lies low in it."""
        low_in_it = [
            name
            for name in self.keys
            if min((key_of(name).pitch_class + step - lowest) % 12 for step in (0, 7)) <= _LOW_IN_RANGE
        ]
        keys = low_in_it if low_in_it and highest - lowest <= _SMALL_RANGE else self.keys
        return keys[int(rng.integers(len(keys)))]


_MAJOR: Final = ("C major", "G major", "D major", "F major", "Bb major", "A major", "Eb major")
_BOTH: Final = ("C major", "G major", "D major", "F major", "A minor", "E minor", "D minor")
_HYMN, _SONG, _SHEET = (HANDS.index(hand) for hand in ("hymn", "song", "lead sheet"))
_SMALL_RANGE, _LOW_IN_RANGE = 14, 2
STYLES: Final = {
    style.name: style
    for style in (
        Style("ballad", (("4/4", 0.8), ("6/8", 0.2)), _BOTH, 76.0, 1, Manner(_SHEET, 2, 1), 0.0),
        Style("folk", (("4/4", 0.4), ("2/4", 0.2), ("3/4", 0.2), ("6/8", 0.2)), _BOTH, 104.0, 1,
              Manner(_HYMN, 2, 0), 0.1),
        Style("hymn", (("4/4", 0.6), ("3/4", 0.4)), _MAJOR, 92.0, 0, Manner(_HYMN, 3, 0), 0.5),
        Style("waltz", (("3/4", 1.0),), _MAJOR, 132.0, 0, Manner(_SHEET, 2, 0), 0.15),
        Style("show tune", (("4/4", 1.0),), _MAJOR, 120.0, 0, Manner(_SHEET, 4, 2), 0.0),
        Style("lullaby", (("3/4", 0.5), ("6/8", 0.5)), _MAJOR, 66.0, 1, Manner(_HYMN, 1, 0), 0.1),
        Style("march", (("2/4", 0.5), ("4/4", 0.5)), _MAJOR, 116.0, 0, Manner(_SHEET, 2, 0), 0.1),
        Style("art song", (("4/4", 0.4), ("3/4", 0.3), ("2/4", 0.15), ("6/8", 0.15)), _BOTH, 84.0, 2,
              Manner(_SONG, 2, 1), 0.0),
    )
}  # fmt: skip
