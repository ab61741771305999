"""Styles: what a song of a kind usually has, before anything is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from intermezzo.core.music.metre import metre_of
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_writer import Placed

__all__ = ["STYLES", "Style", "without_words"]


@dataclass(frozen=True)
class Style:
    """A kind of song.

    Attributes:
        name: as people choose it.
        metres: what it is in, each with its weight.
        keys: keys that suit voices, each as likely as the others.
        tempo_bpm: quarters a minute.
        melisma: see `division.MELISMA`.
        chords_a_bar: how many chords a bar has at most; over 1.2 they may change in the middle of a bar.
        evenness: how even its syllables are, 0 to 1.
    """

    name: str
    metres: tuple[tuple[str, float], ...]
    keys: tuple[str, ...]
    tempo_bpm: float
    melisma: int
    chords_a_bar: float
    evenness: float

    def metre(self, rng: np.random.Generator) -> str:
        """Draw a metre."""
        shares = np.array([share for _, share in self.metres])
        return self.metres[int(rng.choice(len(shares), p=shares / shares.sum()))][0]

    def key(self, rng: np.random.Generator) -> str:
        """Draw a key."""
        return self.keys[int(rng.integers(len(self.keys)))]


_PHRASE_BARS: Final = 4
_MAJOR: Final = ("C major", "G major", "D major", "F major", "Bb major", "A major", "Eb major")
_BOTH: Final = ("C major", "G major", "D major", "F major", "A minor", "E minor", "D minor")
STYLES: Final = {
    style.name: style
    for style in (
        Style("ballad", (("4/4", 0.8), ("6/8", 0.2)), _BOTH, 76.0, 1, 1.0, 0.0),
        Style("folk", (("4/4", 0.4), ("2/4", 0.2), ("3/4", 0.2), ("6/8", 0.2)), _BOTH, 104.0, 1, 1.0, 0.1),
        Style("hymn", (("4/4", 0.6), ("3/4", 0.4)), _MAJOR, 92.0, 0, 2.0, 0.5),
        Style("waltz", (("3/4", 1.0),), _MAJOR, 132.0, 0, 1.0, 0.15),
        Style("show tune", (("4/4", 1.0),), _MAJOR, 120.0, 0, 2.0, 0.0),
    )
}


def without_words(metre: str, bars: int, seed: int) -> tuple[Placed, Plan]:
    """Return a rhythm of whole bars for a tune without words, phrases of four bars, and their plan: A A' B A'."""
    kind = metre_of(metre)
    rng = np.random.default_rng((seed, 5))
    cells: dict[str, list[int]] = {}
    rhythm, phrases, letters = [], [], []
    for k, first in enumerate(range(0, bars, _PHRASE_BARS)):
        length = min(_PHRASE_BARS, bars - first)
        letter = ("A", "A'", "B", "A'")[k % 4]
        if length < _PHRASE_BARS:
            letter = "C"
        onsets = cells.setdefault(letter[0], _onsets(kind.bar_frames, kind.beat_frames, length, rng))
        at = first * kind.bar_frames
        stops = [*onsets[1:], length * kind.bar_frames - kind.beat_frames]
        stops[-1] = max(stops[-1], onsets[-1] + kind.beat_frames)
        rhythm += [(at + start, at + stop, "") for start, stop in zip(onsets, stops, strict=True)]
        phrases.append((at, rhythm[-1][1], k))
        letters.append(letter)
    closes = tuple(k % 2 == 1 for k in range(len(phrases)))
    plan = Plan(tuple(letters), tuple(k // 4 for k in range(len(phrases))), closes)
    return Placed(bars * kind.bar_frames, tuple(rhythm), tuple(phrases), 0), plan


def _onsets(bar: int, beat: int, n_bars: int, rng: np.random.Generator) -> list[int]:
    """Return onsets of a phrase: two bars that are repeated, and a long note at the end."""
    cells: list[list[int]] = []
    for _ in range(2):
        cell = []
        for at in range(0, bar, beat):
            kind = rng.choice(4, p=(0.5, 0.3, 0.1, 0.1)) if at else 0
            if kind != 2:
                cell.append(at)
            if kind == 1:
                cell.append(at + (beat // 3 * 2 if beat % 480 else beat // 2))
        cells.append(cell)
    found = [k * bar + at for k in range(n_bars - 1) for at in cells[k % 2]]
    return [*found, (n_bars - 1) * bar]
