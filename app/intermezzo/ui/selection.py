"""What is selected, and how the tools are set: small frozen values that lanes, strip and inspector share."""

from dataclasses import dataclass

__all__ = ["BrushSettings", "Selection"]


@dataclass(frozen=True)
class Selection:
    """A time range in frames ``start:stop``; in one layer or in all (None); bands for matrices; an element of spans."""

    layer: str | None = None
    start: int = 0
    stop: int = 0
    low: int | None = None
    high: int | None = None
    element: int | None = None

    def __bool__(self) -> bool:
        return self.stop > self.start


@dataclass(frozen=True)
class BrushSettings:
    """Paint strength in the unit of the layer, diameter in screen pixels, and the share of it that is soft, 0 to 1."""

    amount: float = 9.0
    size_px: int = 16
    soft: float = 0.3
