"""Dropped: a hand edit that a new conversion could not keep, with all that it takes to bring it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from intermezzo.core.layers import Layer

__all__ = ["Dropped"]


@dataclass(frozen=True, eq=False)
class Dropped:
    """One edit by its layer and word.

    ``what`` says it in words ("Pitch +3.2 st"); ``word`` is the label that it was on, empty where it was on no word;
    ``pause``: on what follows the word, not on the word itself. ``start_s`` is where it was in the old sketch,
    ``near_s`` where its neighbours are now, in seconds. ``share`` is the part of the word that it covered, from 0 to 1.
    ``clips`` holds the edited stretch of each layer it touched, cut out of the old sketch; none where only the fact is
    known, as in files of earlier versions.
    """

    what: str
    word: str = ""
    pause: bool = False
    start_s: float = 0.0
    near_s: float = 0.0
    share: tuple[float, float] = (0.0, 1.0)
    clips: Mapping[str, Layer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clips", MappingProxyType(dict(self.clips)))

    @property
    def line(self) -> str:
        """The edit in one line: 'Pitch +3.2 st on “being” at 1.20 s'."""
        if not self.word:
            return self.what
        place = f"after “{self.word}”" if self.pause else f"on “{self.word}”"
        return f"{self.what} {place} at {self.start_s:.2f}\u2009s"
