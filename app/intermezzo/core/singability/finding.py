"""What a finding is, the kinds there are, and the limits of a singer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from intermezzo.core.layers import Mark
from intermezzo.core.sketch import Sketch

__all__ = ["KINDS", "VOICES", "Finding", "Kind", "Limits", "Mend", "limits_of"]

Edit = Callable[[Sketch], Sketch]


@dataclass(frozen=True)
class Kind:
    """``title`` names many of its kind, ``allow`` the button that lets one stand, ``mark`` how that is remembered."""

    id: str
    title: str
    allow: str
    mark: Literal[Mark.PITCH_ALLOWED, Mark.TIME_ALLOWED]


_ALL: Final = (
    Kind("overlap", "Notes that sound together", "Allow both", Mark.TIME_ALLOWED),
    Kind("rest", "Rests inside words", "Allow the rest", Mark.TIME_ALLOWED),
    Kind("range", "Beyond the range", "Allow this pitch", Mark.PITCH_ALLOWED),
    Kind("leap", "Large leaps", "Allow the leap", Mark.PITCH_ALLOWED),
    Kind("breath", "No time to breathe", "Sing it in one breath", Mark.TIME_ALLOWED),
    Kind("fast", "Syllables too short to sing", "Allow it so short", Mark.TIME_ALLOWED),
    Kind("stress", "Stress against the metre", "Allow this stress", Mark.TIME_ALLOWED),
    Kind("chord", "Against the chord", "Allow as passing note", Mark.PITCH_ALLOWED),
    Kind("key", "Outside the scale", "Allow this pitch", Mark.PITCH_ALLOWED),
    Kind("question", "Questions that fall", "Let it fall", Mark.PITCH_ALLOWED),
    Kind("statement", "Statements that end rising", "Let it rise", Mark.PITCH_ALLOWED),
    Kind("comma", "Held on over a comma", "Hold it on", Mark.TIME_ALLOWED),
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
        sentence: what is wrong, in a few words that a musician understands.
        goal: what a mend needs to know: a pitch, or a frame.
    """

    kind: str
    notes: tuple[int, ...]
    frame: int
    sentence: str
    goal: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mend:
    """A pure edit and its name on a button ("Move to B4"); it raises EditError where a note is locked."""

    name: str
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
    """Return the limits that settings of an engine name: voice, lowest, highest, largest_leap; others are usual."""
    low, high = VOICES.get(str(params.get("voice", "")).lower(), (None, None))
    low, high = _pitch(params.get("lowest"), low), _pitch(params.get("highest"), high)
    leap = params.get("largest_leap")
    return Limits(low, high, int(leap)) if isinstance(leap, (int, float)) else Limits(low, high)


def _pitch(said: object, otherwise: int | None) -> int | None:
    return int(said) if isinstance(said, (int, float)) and 0 < said < 128 else otherwise
