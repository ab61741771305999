"""Chord progressions as a Markov chain by style, mode and place in the phrase, sampled with its ends given.

Chords are numbered from the tonic: root times kind. A chain whose ends are given (a phrase that begins after a chord
and ends in a cadence) is sampled exactly by filtering forwards and drawing backwards; the same filter says how sure
each chord is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from intermezzo.core.errors import PluginError
from intermezzo.core.music.keys import Key, letter_pitch_class
from intermezzo_engines.melody.harmony import chord_named, root_name

__all__ = [
    "BEFORE_LAST", "CHORDS", "FIRST", "INSIDE", "LAST", "PLACES", "STYLE_NAMES", "WEAK_INSIDE", "Chain", "chord_index",
    "chord_label", "load_chain",
]  # fmt: skip

KINDS: Final = ("", "m", "7", "maj7", "m7", "dim", "+", "m7b5")
CHORDS: Final = 12 * len(KINDS)
STYLE_NAMES: Final = ("ballad", "folk", "hymn", "waltz", "show tune")
FIRST, INSIDE, WEAK_INSIDE, BEFORE_LAST = range(4)
LAST: Final = {"authentic": 4, "half": 5, "weak": 6}
PLACES: Final = 7
"""Places of a step: first of its phrase, on and off the bar line, before the last chord, last by cadence."""


def chord_index(label: str, key: Key) -> int | None:
    """Return the number of a chord in a key; None for no chord or an unknown one."""
    chord = chord_named(label)
    if chord is None or not chord.tones:
        return None
    root = (letter_pitch_class(chord.root) - key.pitch_class) % 12
    kind = chord.kind if chord.kind in KINDS else "m" if chord.kind.startswith("m") else ""
    return root * len(KINDS) + KINDS.index(kind)


def chord_label(index: int, key: Key) -> str:
    """Return a chord as the key writes it."""
    root, kind = divmod(index, len(KINDS))
    return root_name((root + key.pitch_class) % 12, key) + KINDS[kind]


@dataclass(frozen=True, eq=False)
class Chain:
    """``moves`` float32 (styles, modes, places, CHORDS, CHORDS): probability of a chord after another."""

    moves: NDArray[np.float32]

    def draw(
        self, style: str, minor: bool, places: Sequence[int], before: int, rng: np.random.Generator,
        fixed: Sequence[int | None] = (), warmth: float = 1.0,
    ) -> tuple[list[int], NDArray[np.float64]]:  # fmt: skip
        """Draw a chord for each step.

        Args:
            style: one of `STYLE_NAMES`.
            minor: the mode.
            places: what each step is.
            before: the chord before the first.
            rng: where chance comes from.
            fixed: chords that are given, None where one is wanted; empty for none given.
            warmth: under 1 likely chords become likelier.

        Returns:
            The chords, and (steps, CHORDS) how sure each is.
        """
        tables = self.moves[STYLE_NAMES.index(style), int(minor)].astype(np.float64) ** (1 / warmth)
        allowed = np.ones((len(places), CHORDS))
        for k, chord in enumerate(fixed):
            if chord is not None:
                allowed[k] = 0
                allowed[k, chord] = 1
        backward = np.ones((len(places) + 1, CHORDS))
        for k in range(len(places) - 1, 0, -1):
            row = tables[places[k]] @ (allowed[k] * backward[k + 1])
            backward[k] = row / row.sum()
        backward[len(places)] = 1
        forward, chain = np.zeros((len(places), CHORDS)), []
        came = np.zeros(CHORDS)
        came[before] = 1
        chord = before
        for k, place in enumerate(places):
            came = came @ tables[place] * allowed[k]
            came /= came.sum()
            sure = came * backward[k + 1]
            forward[k] = sure / sure.sum()
            chance = tables[place][chord] * allowed[k] * backward[k + 1]
            chord = int(rng.choice(CHORDS, p=chance / chance.sum()))
            chain.append(chord)
        return chain, forward


def load_chain(path: Path) -> Chain:
    """Read the table.

    Raises:
        PluginError: if it is missing or damaged.
    """
    try:
        return Chain(load_file(path)["moves"].astype(np.float32))
    except (OSError, KeyError, SafetensorError) as error:
        raise PluginError("The harmony weights are missing or damaged. Install Intermezzo again.") from error
