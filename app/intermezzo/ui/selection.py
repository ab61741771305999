"""What is selected, and how the tools are set: small frozen values that lanes, strip and inspector share."""

from dataclasses import dataclass

__all__ = ["GRIDS", "BrushSettings", "NoteSettings", "Selection"]

GRIDS = ("1/4", "1/8", "1/16", "1/32", "1/4 T", "1/8 T", "1/16 T", "1/32 T")
"""The grids of notes as shares of a whole note; T is a triplet."""


@dataclass(frozen=True)
class Selection:
    """A time range in frames ``start:stop``; in one layer or in all (None); bands for matrices; an element of spans.

    ``notes`` are the ids of notes that were chosen one by one; ``start`` and ``stop`` are then where they lie.
    """

    layer: str | None = None
    start: int = 0
    stop: int = 0
    low: int | None = None
    high: int | None = None
    element: int | None = None
    notes: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.stop > self.start


@dataclass(frozen=True)
class BrushSettings:
    """Paint strength in the unit of the layer, diameter in screen pixels, and the share of it that is soft, 0 to 1."""

    amount: float = 9.0
    size_px: int = 16
    soft: float = 0.3


@dataclass(frozen=True)
class NoteSettings:
    """How notes are drawn and moved: on a grid of `GRIDS`, and to tones of the scale or of the chord."""

    grid: str = "1/8"
    to_scale: bool = True
    to_chord: bool = False

    def step(self, frames_per_quarter: int) -> int:
        """Return the frames between two places of the grid."""
        share, _, triplet = self.grid.partition(" ")
        step = 4 * frames_per_quarter // int(share.removeprefix("1/"))
        return step * 2 // 3 if triplet else step
