"""Styles: what a song of a kind usually has, before anything is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from intermezzo.core.music.metre import metre_of
from intermezzo_engines.melody.placing import Placed

__all__ = ["STYLES", "Plan", "Style", "plan_without_words"]


@dataclass(frozen=True)
class Style:
    """A kind of song.

    Attributes:
        name: as people choose it.
        metres: what it is in, each with its weight.
        keys: keys that suit voices, each as likely as the others.
        tempo_bpm: quarters a minute.
        melisma: see `division.MELISMA`.
        chords_a_bar: how many chords a bar has as a rule.
        colour: how often sevenths and secondary dominants stand in the place of triads, 0 to 1.
    """

    name: str
    metres: tuple[tuple[str, float], ...]
    keys: tuple[str, ...]
    tempo_bpm: float
    melisma: int
    chords_a_bar: float
    colour: float

    def metre(self, rng: np.random.Generator) -> str:
        """Draw a metre."""
        shares = np.array([share for _, share in self.metres])
        return self.metres[int(rng.choice(len(shares), p=shares / shares.sum()))][0]

    def key(self, rng: np.random.Generator) -> str:
        """Draw a key."""
        return self.keys[int(rng.integers(len(self.keys)))]


_MAJOR: Final = ("C major", "G major", "D major", "F major", "Bb major", "A major", "Eb major")
_BOTH: Final = ("C major", "G major", "D major", "F major", "A minor", "E minor", "D minor")
STYLES: Final = {
    style.name: style
    for style in (
        Style("ballad", (("4/4", 0.8), ("6/8", 0.2)), _BOTH, 76.0, 1, 1.0, 0.25),
        Style("folk", (("4/4", 0.4), ("2/4", 0.2), ("3/4", 0.2), ("6/8", 0.2)), _BOTH, 104.0, 1, 1.0, 0.05),
        Style("hymn", (("4/4", 0.6), ("3/4", 0.4)), _MAJOR, 92.0, 0, 2.0, 0.1),
        Style("waltz", (("3/4", 1.0),), _MAJOR, 132.0, 0, 0.7, 0.1),
        Style("show tune", (("4/4", 1.0),), _MAJOR, 120.0, 0, 1.5, 0.5),
    )
}


@dataclass(frozen=True)
class Plan:
    """Placed lyrics with what repeats: of each line its stanza, a letter for lines that are sung alike, its ending.

    Attributes:
        placed: the rhythm.
        letters: of each phrase, the section letter, a prime where it is varied.
        stanzas: of each phrase, the index of its stanza.
        closes: of each phrase, whether its words end a sentence.
    """

    placed: Placed
    letters: tuple[str, ...]
    stanzas: tuple[int, ...]
    closes: tuple[bool, ...]


def plan_without_words(style: Style, metre: str, bars: int, seed: int) -> Plan:
    """Return a plan of whole bars for a tune without words: phrases of four bars, A A' B A'."""
    kind = metre_of(metre)
    rng = np.random.default_rng((seed, 5))
    per_phrase = 4
    cells: dict[str, list[int]] = {}
    rhythm, phrases, letters = [], [], []
    shape = ("A", "A'", "B", "A'")
    for k, first in enumerate(range(0, bars, per_phrase)):
        length = min(per_phrase, bars - first)
        letter = shape[k % 4]
        onsets = cells.setdefault(letter[0], _onsets(kind.bar_frames, kind.beat_frames, length, rng))
        at = first * kind.bar_frames
        stops = [*onsets[1:], length * kind.bar_frames - kind.beat_frames // 2]
        inside = [(a, b) for a, b in zip(onsets, stops, strict=True) if a < b <= length * kind.bar_frames]
        rhythm += [(at + a, at + b, "") for a, b in inside]
        phrases.append((at + inside[0][0], at + inside[-1][1], k))
        letters.append(letter)
    placed = Placed(bars * kind.bar_frames, tuple(rhythm), tuple(phrases), 0)
    closes = tuple(k % 2 == 1 for k in range(len(phrases)))
    return Plan(placed, tuple(letters), tuple(k // 4 for k in range(len(phrases))), closes)


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
