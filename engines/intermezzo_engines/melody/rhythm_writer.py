"""Writes the rhythm of lyrics."""

from __future__ import annotations

from intermezzo_engines.melody.lyrics import Lyrics
from intermezzo_engines.melody.placing import Placed, place

__all__ = ["Placed", "RhythmWriter", "load_rhythm_writer"]


class RhythmWriter:
    """Places lyrics on bars; the same seed gives the same rhythm."""

    def write(self, lyrics: Lyrics, metre: str, seed: int, style: str = "ballad") -> Placed:
        """Return the lyrics on whole bars of a metre."""
        return place(lyrics, metre, seed)


def load_rhythm_writer() -> RhythmWriter:
    """Return a writer."""
    return RhythmWriter()
