"""The paper that scores are laid out on."""

from dataclasses import dataclass
from typing import Final

__all__ = ["PAPERS", "Paper"]


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, in millimetres."""

    id: str
    title: str
    width_mm: float
    height_mm: float


PAPERS: Final = (Paper("a4", "A4", 210, 297), Paper("letter", "Letter", 215.9, 279.4))
