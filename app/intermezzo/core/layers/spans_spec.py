"""What a layer of spans is: whether its lengths make the time axis, and which labels may stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from intermezzo.core.errors import SketchError
from intermezzo.core.layers.base import LayerSpec

__all__ = ["SpansSpec"]


@dataclass(frozen=True)
class SpansSpec(LayerSpec):
    """``governs``: the lengths of these spans make the time axis (stretching one moves all that is later).

    ``free``: each span lies where it is by itself, and the engine's own places are kept under those that hands move.
    ``symbols`` are the allowed labels in groups, (('Vowels', ('ɑ', ...)), ...), for the palette; empty = free text.
    ``prefixes`` may stand before a symbol (stress marks). ``min_frames`` is the shortest span; ``monospace`` False
    shows labels in the text face.
    """

    kind: ClassVar[str] = "spans"
    governs: bool = False
    symbols: tuple[tuple[str, tuple[str, ...]], ...] = ()
    prefixes: tuple[str, ...] = ()
    min_frames: int = 1
    free: bool = False

    def __post_init__(self) -> None:
        if not all(_is_group(group) for group in self.symbols) or not all(isinstance(p, str) for p in self.prefixes):
            raise SketchError(f"Spans {self.name!r}: symbols are groups of texts, prefixes are texts.")
        if self.min_frames < 1 or (self.free and self.governs):
            raise SketchError(f"Spans {self.name!r}: min_frames is at least 1, and what governs is not free.")

    def allows(self, label: str) -> bool:
        """Tell whether a label may stand in this layer."""
        if not self.symbols:
            return len(label) <= 1000
        return label in _alphabet(self.symbols, self.prefixes)


def _is_group(group: object) -> bool:
    if not isinstance(group, tuple) or len(group) != 2 or not isinstance(group[1], tuple):
        return False
    return all(isinstance(text, str) for text in (group[0], *group[1]))


@lru_cache(maxsize=64)
def _alphabet(symbols: tuple[tuple[str, tuple[str, ...]], ...], prefixes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(prefix + symbol for prefix in ("", *prefixes) for _, group in symbols for symbol in group)
