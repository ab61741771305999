"""Plan: which lines of a song are sung alike, before any chord is written."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """One entry a phrase.

    Attributes:
        letters: its section, a prime where it is varied.
        stanzas: the index of its stanza.
        closes: whether its words end a sentence.
    """

    letters: tuple[str, ...]
    stanzas: tuple[int, ...]
    closes: tuple[bool, ...]
