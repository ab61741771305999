"""The rhythm of tunes without words: bars as they stand in the corpus, two or three a phrase, and a bar that rests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from safetensors import safe_open

from intermezzo.core.music.metre import Metre, metre_of
from intermezzo_engines.melody.harmony_features import HANDS
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_writer import Placed
from intermezzo_engines.weights import refused, shipped

__all__ = ["BarRhythms", "load_bar_rhythms", "without_words"]

Pattern = tuple[int, ...]
"""Onsets of a bar in frames."""
_PHRASE_BARS: Final = 4
_FORM: Final = ("A", "A'", "B", "A'")
_SHAPES: Final = ((0, 1, 0), (0, 0, 1), (0, 1, 2))
_SHAPE_SHARES: Final = (0.45, 0.35, 0.2)
_FEWEST: Final = 6
_LIKELY: Final = 1.3  # by how much common bars become commoner, as a power


@dataclass(frozen=True, eq=False)
class BarRhythms:
    """Of each (hand, metre) its bars inside phrases and those that end one, each with a count."""

    inside: Mapping[tuple[str, str], Sequence[tuple[Pattern, int]]]
    ending: Mapping[tuple[str, str], Sequence[tuple[Pattern, int]]]

    def phrase(self, hand: str, metre: str, n_bars: int, rng: np.random.Generator) -> list[int]:
        """Return the onsets of a phrase in frames from its first bar line; its last bar rests."""
        kind = metre_of(metre)
        inside, ending = (_of_kind(side, hand, metre) for side in (self.inside, self.ending))
        cells = [_drawn(inside, rng) or _by_rule(kind, rng) for _ in range(3)]
        shape = _SHAPES[int(rng.choice(len(_SHAPES), p=_SHAPE_SHARES))]
        bars = [cells[shape[k % len(shape)]] for k in range(n_bars - 1)] + [_drawn(ending, rng) or (0,)]
        return [k * kind.bar_frames + at for k, bar in enumerate(bars) for at in bar]


def without_words(metre: str, bars: int, seed: int, hand: int = HANDS.index("hymn")) -> tuple[Placed, Plan]:
    """Return a rhythm of whole bars for a tune without words, phrases of four bars, and their plan: A A' B A'.

    Args:
        metre: "3/4".
        bars: how many.
        seed: of the draw.
        hand: index of `HANDS`, whose bars they are like.
    """
    kind, rhythms = metre_of(metre), load_bar_rhythms()
    rng = np.random.default_rng((seed, 5))
    known: dict[str, list[int]] = {}
    rhythm, phrases, letters = [], [], []
    for k, first in enumerate(range(0, bars, _PHRASE_BARS)):
        length = min(_PHRASE_BARS, bars - first)
        letter = _FORM[k % 4] if length == _PHRASE_BARS else "C"
        onsets = known.setdefault(letter[0], rhythms.phrase(HANDS[hand], metre, length, rng))
        at, end = first * kind.bar_frames, length * kind.bar_frames
        # The last note holds until a beat before the next phrase, or all of its beat.
        stops = [*onsets[1:], max(end - kind.beat_frames, min(onsets[-1] + kind.beat_frames, end))]
        rhythm += [(at + start, at + stop, "") for start, stop in zip(onsets, stops, strict=True)]
        phrases.append((at + onsets[0], rhythm[-1][1], k))
        letters.append(letter)
    closes = tuple(k % 2 == 1 for k in range(len(phrases)))
    plan = Plan(tuple(letters), tuple(k // 4 for k in range(len(phrases))), closes)
    return Placed(bars * kind.bar_frames, tuple(rhythm), tuple(phrases), 0), plan


@lru_cache(maxsize=1)
def load_bar_rhythms() -> BarRhythms:
    """Read the shipped counts.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with shipped("melody_bars") as path:
        return _read(path)


def _read(path: Path) -> BarRhythms:
    sides: list[dict[tuple[str, str], list[tuple[Pattern, int]]]] = [{}, {}]
    with refused("rhythms of bars"), safe_open(path, "numpy") as file:
        for side, hand, metre in json.loads(file.metadata()["tables"]):
            rows = file.get_tensor(f"{side}.{hand}.{metre}").tolist()
            table = [(tuple(at for at in row[1:] if at >= 0), row[0]) for row in rows]
            sides[side == "ending"][hand, metre] = table
    return BarRhythms(*sides)


def _of_kind(
    side: Mapping[tuple[str, str], Sequence[tuple[Pattern, int]]], hand: str, metre: str
) -> Sequence[tuple[Pattern, int]]:
    """Return the bars of a hand in a metre; where it has few, those of songs, which are the most."""
    own = side.get((hand, metre), ())
    return own if len(own) >= _FEWEST else side.get(("song", metre), ())


def _drawn(table: Sequence[tuple[Pattern, int]], rng: np.random.Generator) -> Pattern:
    """Draw a bar; an empty one from an empty table."""
    chance = rng.uniform()
    if not table:
        return ()
    shares = np.array([count for _, count in table], float) ** _LIKELY
    at = int(np.searchsorted(shares.cumsum() / shares.sum(), chance))
    return table[min(at, len(table) - 1)][0]


def _by_rule(kind: Metre, rng: np.random.Generator) -> Pattern:
    """Return a bar of a metre that the corpus lacks: beats, some of them halved, some held."""
    found: list[int] = []
    for at in range(0, kind.bar_frames, kind.beat_frames):
        draw = rng.uniform() if at else 0.0
        if draw < 0.9:
            found.append(at)
        if 0.5 < draw < 0.75:
            found.append(at + kind.beat_frames * (2 if kind.is_compound else 1) // (3 if kind.is_compound else 2))
    return tuple(found)
