"""Sung syllables: one convention inside ("riv-" goes on, "_" holds), and words, verses and joins seen through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["HOLD", "goes_on", "is_sung", "joined_words", "shown", "word_starts"]

HOLD: Final = "_"
"""The syllable of a note that holds the one before it (melisma)."""


def goes_on(syllable: str) -> bool:
    """Tell whether the word goes on after a syllable."""
    return len(syllable) > 1 and syllable.endswith("-")


def is_sung(syllable: str) -> bool:
    """Tell whether a note brings a syllable of its own."""
    return bool(syllable) and syllable != HOLD


def shown(syllable: str) -> str:
    """Return a syllable without its hyphen."""
    return syllable[:-1] if goes_on(syllable) else syllable


def word_starts(syllables: Sequence[str]) -> list[bool]:
    """Tell of each syllable whether a word begins with it; holds and empty ones begin none."""
    found, inside = [], False
    for text in syllables:
        found.append(is_sung(text) and not inside)
        inside = goes_on(text) if is_sung(text) else inside
    return found


def joined_words(syllables: Sequence[str]) -> str:
    """Return the text that syllables say: "riv-", "er", "_", "runs" is "river runs"."""
    text = ""
    for syllable in syllables:
        if is_sung(syllable):
            text += shown(syllable) + ("" if goes_on(syllable) else " ")
    return text.strip()
