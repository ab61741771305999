"""What is said of singing, in words that a musician understands: findings, their mends, and the names of kinds."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from intermezzo.core.singability import Finding, Mend
from intermezzo.core.singability.finding import Code, Said

__all__ = ["kind_title", "mend_name", "sentence_of"]

_WORDS: Final[dict[Code, str]] = {
    "overlap": str(QT_TRANSLATE_NOOP("Singing", "{0} begins while {1} still sounds")),
    "rest": str(QT_TRANSLATE_NOOP("Singing", "{0} is torn apart by a rest")),
    "too_low": str(QT_TRANSLATE_NOOP("Singing", "{0} is too low: the voice ends at {1}")),
    "too_high": str(QT_TRANSLATE_NOOP("Singing", "{0} is too high: the voice ends at {1}")),
    "leap": str(QT_TRANSLATE_NOOP("Singing", "A leap of {0} semitones, from {1} to {2}")),
    "breath": str(QT_TRANSLATE_NOOP("Singing", "{0}\u2009s from {1} on without a rest to breathe")),
    "fast": str(QT_TRANSLATE_NOOP("Singing", "{0} lasts {1}\u2009ms, too short to be sung")),
    "stress": str(QT_TRANSLATE_NOOP("Singing", "The beat falls on {0}, but {1} is stressed on {2}")),
    "small_word": str(QT_TRANSLATE_NOOP("Singing", "{0} has the first beat, {1} bears the sense")),
    "chord": str(QT_TRANSLATE_NOOP("Singing", "{0} is not in {1}")),
    "key": str(QT_TRANSLATE_NOOP("Singing", "{0} is not in {1}")),
    "question": str(QT_TRANSLATE_NOOP("Singing", "The question falls to the tonic at {0}, as if it were answered")),
    "statement": str(QT_TRANSLATE_NOOP("Singing", "The statement rises at {0}")),
    "comma": str(QT_TRANSLATE_NOOP("Singing", "{0} is held through its comma into {1}")),
    "move": str(QT_TRANSLATE_NOOP("Singing", "Move to {0}")),
    "close": str(QT_TRANSLATE_NOOP("Singing", "Close the gap")),
    "cut": str(QT_TRANSLATE_NOOP("Singing", "Cut {0} short")),
    "delete": str(QT_TRANSLATE_NOOP("Singing", "Delete {0}")),
    "breathe": str(QT_TRANSLATE_NOOP("Singing", "Breathe before {0}")),
    "breathe_here": str(QT_TRANSLATE_NOOP("Singing", "Breathe here")),
    "lengthen": str(QT_TRANSLATE_NOOP("Singing", "Make it longer")),
    "slow_down": str(QT_TRANSLATE_NOOP("Singing", "Slow down to {0}\u2009bpm")),
    "pause": str(QT_TRANSLATE_NOOP("Singing", "Leave a rest at the comma")),
    "to_beat": str(QT_TRANSLATE_NOOP("Singing", "Put {0} on the beat")),
}
_KINDS: Final[dict[str, tuple[str, str]]] = {
    "overlap": (
        str(QT_TRANSLATE_NOOP("Singing", "Notes that sound together")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow both")),
    ),
    "rest": (
        str(QT_TRANSLATE_NOOP("Singing", "Rests inside words")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow the rest")),
    ),
    "range": (
        str(QT_TRANSLATE_NOOP("Singing", "Beyond the range")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow this pitch")),
    ),
    "leap": (
        str(QT_TRANSLATE_NOOP("Singing", "Large leaps")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow the leap")),
    ),
    "breath": (
        str(QT_TRANSLATE_NOOP("Singing", "No time to breathe")),
        str(QT_TRANSLATE_NOOP("Singing", "Sing it in one breath")),
    ),
    "fast": (
        str(QT_TRANSLATE_NOOP("Singing", "Syllables too short to sing")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow it so short")),
    ),
    "stress": (
        str(QT_TRANSLATE_NOOP("Singing", "Stress against the metre")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow this stress")),
    ),
    "chord": (
        str(QT_TRANSLATE_NOOP("Singing", "Against the chord")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow as passing note")),
    ),
    "key": (
        str(QT_TRANSLATE_NOOP("Singing", "Outside the scale")),
        str(QT_TRANSLATE_NOOP("Singing", "Allow this pitch")),
    ),
    "question": (
        str(QT_TRANSLATE_NOOP("Singing", "Questions that fall")),
        str(QT_TRANSLATE_NOOP("Singing", "Let it fall")),
    ),
    "statement": (
        str(QT_TRANSLATE_NOOP("Singing", "Statements that end rising")),
        str(QT_TRANSLATE_NOOP("Singing", "Let it rise")),
    ),
    "comma": (
        str(QT_TRANSLATE_NOOP("Singing", "Held on over a comma")),
        str(QT_TRANSLATE_NOOP("Singing", "Hold it on")),
    ),
}
"""Of each kind the name of many, and the button that lets one stand."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Singing", text)


def _worded(said: Said) -> str:
    if said.code == "allow":
        return _tr(_KINDS[said.values[0]][1])
    return _tr(_WORDS[said.code]).format(*said.values)


def sentence_of(finding: Finding) -> str:
    """Say what is wrong: "D5 is not in Em"."""
    return _worded(finding.said)


def mend_name(mend: Mend) -> str:
    """Say what a mend does, as on a button: "Move to B4"."""
    return _worded(mend.said)


def kind_title(kind: str) -> str:
    """Name many findings of a kind: "Large leaps"."""
    return _tr(_KINDS[kind][0])
