"""Grid: codes of a codebook on any shape, each cell with the engine's code, the hand's, its marks and its sureness.

Whatever the shape, a grid is held as rows x cells: the first axis (rows of a picture, moments of a sound, frames of a
film) is the axis that the layers of a sketch share, and the rest lies flat behind it. A `Region` is therefore a
rectangle of a picture, or a stretch of a sound with some of its levels; any other choice of cells is a mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.base import Layer, LayerSpec, Mark, Piece, Region, checked, frozen, landing, runs
from intermezzo.core.layers.warp import Warp

__all__ = ["AXES", "Grid", "GridSpec"]

AXES = (("rows", "columns"), ("time", "levels"), ("frames", "rows", "columns"))
_MOST_CODES = 65_536
_LOCKED, _EDITED = np.uint8(Mark.LOCKED), np.uint8(Mark.EDITED)


@dataclass(frozen=True)
class GridSpec(LayerSpec):
    """``axes`` is one of `AXES`; ``shape`` the size along each, 0 where the first axis is free.

    ``codes`` is how many codes the codebook has; cells of grids with the same ``codebook`` mean the same, so they can
    be pasted into each other. Where ``high`` is above ``low`` a code is a value: the first is ``low``, the last
    ``high``, the others lie between them in even steps.
    """

    kind: ClassVar[str] = "grid"
    axes: tuple[str, ...] = ("rows", "columns")
    shape: tuple[int, ...] = (1, 1)
    codes: int = 2
    codebook: str = ""
    low: float = 0.0
    high: float = 0.0

    def __post_init__(self) -> None:
        sound = len(self.shape) == len(self.axes) and all(isinstance(n, int) for n in self.shape)
        if tuple(self.axes) not in AXES or not sound or self.shape[0] < 0 or min(self.shape[1:]) < 1:
            raise SketchError(f"Grid {self.name!r}: axes and shape do not belong together.")
        if not 2 <= self.codes <= _MOST_CODES:
            raise SketchError(f"Grid {self.name!r}: a codebook has 2 to {_MOST_CODES:,} codes.")
        if not -inf < self.low <= self.high < inf:
            raise SketchError(f"Grid {self.name!r}: its values go from low to high.")
        object.__setattr__(self, "axes", tuple(self.axes))
        object.__setattr__(self, "shape", tuple(self.shape))

    @property
    def timed(self) -> bool:
        """Whether the first axis is time; the rows of a picture are none."""
        return self.axes[0] != "rows"

    def document(self) -> dict[str, Any]:
        document = super().document()
        return document if self.steps else {k: v for k, v in document.items() if k not in ("low", "high")}

    @property
    def steps(self) -> int:
        """How many steps of a value the codes are, 0 where they are no values."""
        return self.codes if self.high > self.low else 0

    def value(self, code: int) -> float:
        """Return the value of a code; the code itself where codes are no values."""
        return self.low + (self.high - self.low) * code / (self.codes - 1) if self.steps else float(code)

    def code(self, value: float) -> int:
        """Return the code that is nearest to a value."""
        share = (value - self.low) / (self.high - self.low) * (self.codes - 1) if self.steps else value
        return min(max(round(share), 0), self.codes - 1)

    @property
    def width(self) -> int:
        """Cells behind each place of the first axis."""
        return prod(self.shape[1:])


@dataclass(frozen=True, eq=False)
class Grid(Layer):
    """``base`` and ``hand`` uint16, ``origin`` uint8 `Mark`, ``score`` float32 (0 to 1, or NaN): (rows, width).

    ``hand`` counts only where a cell is marked as edited and is 0 elsewhere. ``hop_s`` is that of a step along the
    first axis in seconds, 0 for the rows of a picture.
    """

    kind: ClassVar[str] = "grid"
    grid_spec: GridSpec
    hop_s: float
    base: NDArray[np.uint16]
    hand: NDArray[np.uint16]
    origin: NDArray[np.uint8]
    score: NDArray[np.float32]

    @classmethod
    def machine(
        cls, spec: GridSpec, hop_s: float, codes: NDArray[Any], score: NDArray[Any] | None = None,
        mark: Mark = Mark.PREDICTED,
    ) -> Grid:  # fmt: skip
        """Make a grid as an engine hands it over, from integer codes and sureness in the shape of the spec.

        Raises:
            SketchError: if the shape is another or a code is not in the codebook.
        """
        given = np.asarray(codes)
        if given.dtype.kind not in "iu" or given.shape[1:] != spec.shape[1:] or len(given) != (
            spec.shape[0] or len(given)
        ):  # fmt: skip
            raise SketchError(f"{spec.title}: codes of the shape {given.shape} where {spec.shape} belongs.")
        flat = given.reshape(len(given), spec.width)
        _must_be_known(flat, spec)
        sure = np.full(flat.shape, np.nan) if score is None else np.asarray(score, np.float32).reshape(flat.shape)
        return cls(
            spec, hop_s, frozen(flat, np.uint16), frozen(np.zeros(flat.shape), np.uint16),
            frozen(np.full(flat.shape, int(mark)), np.uint8), frozen(sure, np.float32),
        )  # fmt: skip

    @property
    def spec(self) -> GridSpec:
        return self.grid_spec

    @property
    def timed(self) -> bool:
        return self.grid_spec.timed

    def __len__(self) -> int:
        return len(self.base)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that people see."""
        return (len(self), *self.spec.shape[1:])

    @property
    def codes(self) -> NDArray[np.uint16]:
        """The codes as they stand, in the full shape; a new array."""
        return np.where(self.origin & _EDITED, self.hand, self.base).astype(np.uint16).reshape(self.shape)

    @property
    def edited(self) -> NDArray[np.bool_]:
        """Which cells a hand set, in the full shape."""
        found: NDArray[np.bool_] = ((self.origin & _EDITED) != 0).reshape(self.shape)
        return found

    @property
    def locked(self) -> NDArray[np.bool_]:
        """Which cells are locked, in the full shape."""
        found: NDArray[np.bool_] = ((self.origin & _LOCKED) != 0).reshape(self.shape)
        return found

    @property
    def sureness(self) -> NDArray[np.float32]:
        """How sure the engine is of each cell, in the full shape; NaN where it did not say or a hand set the code."""
        return np.where(self.origin & _EDITED, np.float32(np.nan), self.score).reshape(self.shape)

    def with_codes(self, mask: NDArray[np.bool_], codes: NDArray[Any] | int) -> Grid:
        """Return the grid with a hand's codes in the cells of a mask; locked cells keep theirs.

        ``mask`` has the full shape, ``codes`` too (or is one code for all).

        Raises:
            EditError: if the grid is read-only, a code is unknown, or every cell of the mask is locked.
        """
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")
        chosen = self._flat(mask)
        if not chosen.any():
            raise EditError(f"There is no {self.spec.title.lower()} at this place.")
        free = chosen & ((self.origin & _LOCKED) == 0)
        if not free.any():
            raise EditError(f"{self.spec.title} is locked here; unlock it first.")
        wanted = np.broadcast_to(np.asarray(codes), self.shape).reshape(self.base.shape)
        if wanted[free].min() < 0 or wanted[free].max() >= self.spec.codes:
            raise EditError(f"{self.spec.title} takes codes from 0 to {self.spec.codes - 1}.")
        hand, origin = self.hand.copy(), self.origin.copy()
        hand[free] = wanted[free]
        origin[free] |= _EDITED
        return replace(self, hand=frozen(hand, np.uint16), origin=frozen(origin, np.uint8))

    def predicted(self, mask: NDArray[np.bool_], codes: NDArray[Any], score: NDArray[Any]) -> Grid:
        """Return the grid with the engine's codes in the cells of a mask, no longer edited; locked cells stay.

        All arrays have the full shape.

        Raises:
            EditError: if a code is unknown.
        """
        free = self._flat(mask) & ((self.origin & _LOCKED) == 0)
        wanted = np.asarray(codes).reshape(self.base.shape)
        if free.any() and (wanted[free].min() < 0 or wanted[free].max() >= self.spec.codes):
            raise EditError(f"{self.spec.title} takes codes from 0 to {self.spec.codes - 1}.")
        base, origin, sure = self.base.copy(), self.origin.copy(), self.score.copy()
        hand = self.hand.copy()
        base[free], hand[free] = wanted[free], 0
        sure[free] = np.asarray(score, np.float32).reshape(sure.shape)[free]
        origin[free] = Mark.PREDICTED
        return self._of(base, hand, origin, sure)

    def with_base_of(self, other: Grid, mask: NDArray[np.bool_]) -> Grid:
        """Return the grid with what another of its shape predicts in the cells of a mask; hands stay, locks as well.

        Raises:
            EditError: if the other has another shape.
        """
        if other.shape != self.shape or other.spec.codebook != self.spec.codebook:
            raise EditError(f"{self.spec.title} of another size or codebook cannot be put together.")
        free = self._flat(mask) & ((self.origin & _LOCKED) == 0)
        base, origin, sure = self.base.copy(), self.origin.copy(), self.score.copy()
        base[free], sure[free] = other.base[free], other.score[free]
        origin[free] = (origin[free] & _EDITED) | (other.origin[free] & np.uint8(Mark.ANALYSED))
        return self._of(base, self.hand, origin, sure)

    def lock_mask(self, mask: NDArray[np.bool_], on: bool) -> Grid:
        """Lock or unlock the cells of a mask of the full shape."""
        chosen, origin = self._flat(mask), self.origin.copy()
        origin[chosen] = origin[chosen] | _LOCKED if on else origin[chosen] & ~_LOCKED
        return replace(self, origin=frozen(origin, np.uint8))

    def erase_mask(self, mask: NDArray[np.bool_]) -> Grid:
        """Give unlocked cells of a mask of the full shape back to the prediction under them."""
        chosen, origin = self._flat(mask), self.origin.copy()
        chosen = chosen & ((origin & _LOCKED) == 0)
        origin[chosen] &= ~_EDITED
        return self._of(self.base, self.hand, origin, self.score)

    def region_mask(self, region: Region) -> NDArray[np.bool_]:
        """Return the cells of a region as a mask of the full shape."""
        mask = np.zeros(self.base.shape, bool)
        mask[region.inside(len(self)), region.bands_inside(self.spec.width)] = True
        return mask.reshape(self.shape)

    def differs(self, other: Grid) -> NDArray[np.bool_]:
        """Tell which cells have another code than in a grid of the same shape, in the full shape."""
        apart: NDArray[np.bool_] = self.codes != other.codes
        return apart

    def _flat(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if mask.shape != self.shape:
            raise EditError(f"A mask of the shape {mask.shape} does not fit {self.spec.title.lower()} of {self.shape}.")
        return np.asarray(mask, bool).reshape(self.base.shape)

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        arrays: dict[str, NDArray[Any]] = {"base": self.base, "hand": self.hand, "origin": self.origin}
        if not np.isnan(self.score).all():
            # Files hold finite numbers only; below zero says that the engine did not tell.
            arrays["score"] = np.where(np.isnan(self.score), np.float32(-1), self.score)
        return {"hop_s": self.hop_s}, arrays

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Grid:
        base = arrays.get("base")
        rows = len(base) if base is not None and base.ndim == 2 else 0
        shape = (spec.shape[0] or rows, spec.width)
        base, hand = (checked(arrays.get(p), np.uint16, shape, f"{spec.title}: {p}") for p in ("base", "hand"))
        _must_be_known(base, spec)
        _must_be_known(hand, spec)
        origin = checked(arrays.get("origin"), np.uint8, shape, f"{spec.title}: origin")
        if (origin > int(Mark.ANALYSED | Mark.EDITED | Mark.LOCKED)).any():
            raise SketchError(f"{spec.title} contains an unknown mark.")
        sure = np.full(shape, np.float32(np.nan))
        if "score" in arrays:
            told = checked(arrays["score"], np.float32, shape, f"{spec.title}: score")
            sure = np.where(told < 0, np.float32(np.nan), told)
        hop_s = float(document["hop_s"]) if spec.timed else 0.0
        return cls(spec, hop_s, base, hand, origin, frozen(sure, np.float32))._of(base, hand, origin, sure)

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        if region is None:
            return self.origin
        return self.origin[region.inside(len(self)), region.bands_inside(self.spec.width)]

    def lock(self, region: Region, on: bool) -> Grid:
        return self.lock_mask(self.region_mask(region), on)

    def erase(self, region: Region) -> Grid:
        return self.erase_mask(self.region_mask(region))

    def changed(self, other: Grid) -> list[tuple[int, int]]:
        if self is other:
            return []
        apart = self.differs(other).reshape(self.base.shape)
        return runs(np.asarray(apart.any(axis=1), bool))

    def retime(self, warp: Warp) -> Grid:
        if not self.timed:
            return self
        held = self.by_hand()
        rows: list[NDArray[np.int64]] = []
        fresh: list[NDArray[np.bool_]] = []
        for a, b, c, d in warp.pieces():
            nearest = np.rint(warp.positions(a, b, d - c)).astype(np.int64)
            # Where time shrinks, what a hand set takes the place that it falls on.
            rows.append(landing(held[a:b], nearest - a)[1] + a if b > a and d > c else nearest)
            fresh.append(np.full(d - c, a == b))
        nearest, untouched = np.concatenate(rows), np.concatenate(fresh)
        origin = self.origin[nearest]
        origin[untouched] &= ~(_EDITED | _LOCKED)
        return self._of(self.base[nearest], self.hand[nearest], origin, self.score[nearest])

    def joined(self, other: Grid) -> Grid:
        return self._of(*(np.concatenate(pair) for pair in zip(self._arrays, other._arrays, strict=True)))

    def splice(self, start: int, stop: int, other: Grid, first: int, last: int) -> Grid:
        if not self.timed:
            return self
        pairs = zip(self._arrays, other._arrays, strict=True)
        return self._of(*(np.concatenate((mine[:start], theirs[first:last], mine[stop:])) for mine, theirs in pairs))

    def carry(self, old: Grid, pieces: list[Piece], *, relative: bool = False) -> Grid:
        base, hand, origin, sure = (array.copy() for array in self._arrays)
        for a, b, c, d in pieces:
            if d <= c or b <= a:
                continue
            nearest = np.rint(Warp((0, b), (0, d)).positions(a, b, d - c)).astype(np.int64) - a
            theirs = old.origin[a:b] & (_EDITED | _LOCKED)
            for column in np.flatnonzero(theirs.any(axis=0)).tolist():
                kept, shown = landing(theirs[:, column] != 0, nearest)
                places, source = c + np.flatnonzero(kept), a + shown[kept]
                hand[places, column] = old.hand[source, column]
                origin[places, column] |= old.origin[source, column] & (_EDITED | _LOCKED)
                locked = (old.origin[source, column] & _LOCKED) != 0
                # A locked cell keeps what it shows, so what lies under a hand's code stays as it was, too.
                base[places[locked], column] = old.base[source[locked], column]
                sure[places[locked], column] = old.score[source[locked], column]
        return self._of(base, hand, origin, sure)

    def adopt(self, old: Grid, pieces: list[Piece]) -> Grid:
        base, hand, origin, sure = (array.copy() for array in self._arrays)
        for a, b, c, d in pieces:
            if d > c and b > a:
                nearest = np.rint(Warp((0, b), (0, d)).positions(a, b, d - c)).astype(np.int64)
                base[c:d], sure[c:d] = old.base[nearest], old.score[nearest]
                origin[c:d] = old.origin[nearest] & np.uint8(Mark.ANALYSED)
        return self._of(base, hand, origin, sure).carry(old, pieces)

    def cut(self, start: int, stop: int) -> Grid:
        return self._of(*(array[start:stop] for array in self._arrays))

    @property
    def _arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
        return self.base, self.hand, self.origin, self.score

    def _of(
        self, base: NDArray[Any], hand: NDArray[Any], origin: NDArray[Any], score: NDArray[Any]
    ) -> Grid:  # fmt: skip
        # 0 where no hand counts, so that equal grids hash alike, whatever was tried on the way.
        kept = np.where(origin & _EDITED, hand, 0)
        return replace(
            self, base=frozen(base, np.uint16), hand=frozen(kept, np.uint16), origin=frozen(origin, np.uint8),
            score=frozen(score, np.float32),
        )  # fmt: skip


def _must_be_known(codes: NDArray[Any], spec: GridSpec) -> None:
    if codes.size and (codes.min() < 0 or codes.max() >= spec.codes):
        raise SketchError(f"{spec.title}: a code is outside the codebook of {spec.codes}.")
