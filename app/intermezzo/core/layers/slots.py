"""Slots: lines of text, each in a slot with an optional limit; a layer without time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.base import Layer, LayerSpec, Mark, Piece, Region, checked_marks, frozen
from intermezzo.core.layers.warp import Warp

__all__ = ["Slots", "SlotsSpec"]


@dataclass(frozen=True)
class SlotsSpec(LayerSpec):
    """``max_chars`` is the longest text of one slot; ``max_slots`` the most slots there may be."""

    kind: ClassVar[str] = "slots"
    max_chars: int = 1000
    max_slots: int = 10_000


@dataclass(frozen=True, eq=False)
class Slots(Layer):
    """``texts`` as they stand; ``base`` the engine's texts; ``origin`` uint8 `Mark` per slot."""

    kind: ClassVar[str] = "slots"
    slots_spec: SlotsSpec
    texts: tuple[str, ...]
    base: tuple[str, ...]
    origin: NDArray[np.uint8]

    def __post_init__(self) -> None:
        spec = self.spec
        if not len(self.texts) == len(self.base) == len(self.origin) <= spec.max_slots:
            raise SketchError(f"{spec.title}: the parts differ in length or there are over {spec.max_slots} slots.")
        if any(len(text) > spec.max_chars for text in (*self.texts, *self.base)):
            raise SketchError(f"{spec.title}: a slot holds at most {spec.max_chars} characters.")

    @classmethod
    def machine(cls, spec: SlotsSpec, texts: tuple[str, ...], mark: Mark = Mark.PREDICTED) -> Slots:
        """Make slots as an engine hands them over."""
        return cls(spec, tuple(texts), tuple(texts), frozen(np.full(len(texts), int(mark)), np.uint8))

    @property
    def timed(self) -> bool:
        return False

    @property
    def spec(self) -> SlotsSpec:
        return self.slots_spec

    def __len__(self) -> int:
        return len(self.texts)

    def with_text(self, index: int, text: str) -> Slots:
        """Return the slots with one text changed by hand.

        Raises:
            EditError: if the slot does not exist, is locked or read-only, or the text is too long.
        """
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")
        if not 0 <= index < len(self):
            raise EditError(f"{self.spec.title} has no slot {index + 1}.")
        if self.origin[index] & Mark.LOCKED:
            raise EditError("This slot is locked; unlock it first.")
        if len(text) > self.spec.max_chars:
            raise EditError(f"A slot holds at most {self.spec.max_chars} characters.")
        origin = self.origin.copy()
        origin[index] |= np.uint8(Mark.EDITED)
        return replace(
            self, texts=(*self.texts[:index], text, *self.texts[index + 1 :]), origin=frozen(origin, np.uint8)
        )

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        return {"texts": list(self.texts), "base": list(self.base)}, {"origin": self.origin}

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Slots:
        texts, base = tuple(document["texts"]), tuple(document["base"])
        if not all(isinstance(text, str) for text in (*texts, *base)):
            raise SketchError(f"{spec.title}: a slot is not text.")
        return cls(spec, texts, base, checked_marks(arrays.get("origin"), len(texts), spec.title))

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        return self.origin if region is None else self.origin[region.inside(len(self))]

    def lock(self, region: Region, on: bool) -> Slots:
        origin = self.origin.copy()
        part = origin[region.inside(len(self))]
        part[:] = part | np.uint8(Mark.LOCKED) if on else part & ~np.uint8(Mark.LOCKED)
        return replace(self, origin=frozen(origin, np.uint8))

    def erase(self, region: Region) -> Slots:
        texts, origin = list(self.texts), self.origin.copy()
        for k in range(*region.inside(len(self)).indices(len(self))):
            if not origin[k] & Mark.LOCKED:
                texts[k] = self.base[k]
                origin[k] &= ~np.uint8(Mark.EDITED)
        return replace(self, texts=tuple(texts), origin=frozen(origin, np.uint8))

    def changed(self, other: Slots) -> list[tuple[int, int]]:
        return [(k, k + 1) for k, (a, b) in enumerate(zip(self.texts, other.texts, strict=False)) if a != b]

    def retime(self, warp: Warp) -> Slots:
        return self

    def joined(self, other: Slots) -> Slots:
        origin = frozen(np.concatenate([self.origin, other.origin]), np.uint8)
        return replace(self, texts=self.texts + other.texts, base=self.base + other.base, origin=origin)

    def splice(self, start: int, stop: int, other: Slots, first: int, last: int) -> Slots:
        return self

    def carry(self, old: Slots, pieces: list[Piece], *, relative: bool = False) -> Slots:
        texts, origin, held = list(self.texts), self.origin.copy(), old.by_hand()
        for a, b, c, d in pieces:
            for j, k in zip(range(a, b), range(c, d), strict=False):
                if held[j]:
                    texts[k], origin[k] = old.texts[j], old.origin[j]
        return replace(self, texts=tuple(texts), origin=frozen(origin, np.uint8))

    def cut(self, start: int, stop: int) -> Slots:
        at = slice(start, stop)
        return replace(self, texts=self.texts[at], base=self.base[at], origin=frozen(self.origin[at], np.uint8))
