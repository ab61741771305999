"""What a finding is, the kinds there are, and the limits of a singer; people read it in the words of the studio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from intermezzo.core.layers import Mark
from intermezzo.core.sketch import Sketch

__all__ = ["KINDS", "VOICES", "Code", "Finding", "Kind", "Limits", "Mend", "Said", "limits_of"]

Edit = Callable[[Sketch], Sketch]
Code = Literal[
    "overlap", "rest", "too_low", "too_high", "leap", "breath", "fast", "stress", "small_word", "chord", "key",
    "question", "statement", "comma",
    "move", "close", "cut", "delete", "breathe", "breathe_here", "lengthen", "slow_down", "pause", "to_beat", "allow",
]  # fmt: skip
"""What can be said, first of findings, then of mends."""


@dataclass(frozen=True)
class Said:
    """A sentence before it is put into words: what it says, and of what (syllables, pitches, numbers), in its order."""

    code: Code
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """``mark`` is how it is remembered that one may stand."""

    id: str
    mark: Literal[Mark.PITCH_ALLOWED, Mark.TIME_ALLOWED]


_ALL: Final = (
    Kind("overlap", Mark.TIME_ALLOWED),
    Kind("rest", Mark.TIME_ALLOWED),
    Kind("range", Mark.PITCH_ALLOWED),
    Kind("leap", Mark.PITCH_ALLOWED),
    Kind("breath", Mark.TIME_ALLOWED),
    Kind("fast", Mark.TIME_ALLOWED),
    Kind("stress", Mark.TIME_ALLOWED),
    Kind("chord", Mark.PITCH_ALLOWED),
    Kind("key", Mark.PITCH_ALLOWED),
    Kind("question", Mark.PITCH_ALLOWED),
    Kind("statement", Mark.PITCH_ALLOWED),
    Kind("comma", Mark.TIME_ALLOWED),
)
KINDS: Final = {kind.id: kind for kind in _ALL}
"""The kinds of findings, what weighs most first."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    Attributes:
        kind: a name of `KINDS`.
        notes: ids of the notes that it is about; the first bears the mark in the roll.
        frame: where it is, for the order.
        said: what is wrong.
        goal: what a mend needs to know: a pitch, or a frame.
    """

    kind: str
    notes: tuple[int, ...]
    frame: int
    said: Said
    goal: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mend:
    """A pure edit and what it does ("Move to B4"); it raises EditError where a note is locked."""

    said: Said
    edit: Edit


@dataclass(frozen=True)
class Limits:
    """What a singer can do.

    Attributes:
        low: lowest MIDI pitch, None for any.
        high: highest MIDI pitch.
        leap: largest interval between two notes of one phrase, in semitones.
        breath_s: longest time without a breath, in seconds.
        syllable_s: shortest syllable, in seconds.
    """

    low: int | None = None
    high: int | None = None
    leap: int = 12
    breath_s: float = 10.0
    syllable_s: float = 0.12


VOICES: Final = {
    "soprano": (60, 79), "mezzo-soprano": (57, 77), "alto": (55, 74), "tenor": (48, 67), "baritone": (45, 65),
    "bass": (41, 62), "easy": (60, 72), "wide": (55, 81),
}  # fmt: skip
"""Lowest and highest pitch that one asks of a voice that is not trained."""


def limits_of(params: Mapping[str, object]) -> Limits:
    """Return the limits that settings of an engine name: voice, lowest, highest, largest_leap; others are usual.

    These four names are a word of the plugin door: an engine whose manifest has a parameter of that name, "voice" with
    choices from `VOICES`, pitches in MIDI and the leap in semitones, has it checked live. Read by name and not by a
    field of the manifest, as a sketch from a file says only the values it was made with, and its engine may be absent.
    """
    low, high = VOICES.get(str(params.get("voice", "")).lower(), (None, None))
    low, high = _pitch(params.get("lowest"), low), _pitch(params.get("highest"), high)
    leap = params.get("largest_leap")
    return Limits(low, high, int(leap)) if isinstance(leap, (int, float)) else Limits(low, high)


def _pitch(said: object, otherwise: int | None) -> int | None:
    return int(said) if isinstance(said, (int, float)) and 0 < said < 128 else otherwise
