"""Matrix: frames x bands as the engine gave them, and a paint layer that is added to them and belongs to time.

Base, paint and locks are ropes, so a stroke copies only the blocks under the brush. A cell counts as edited where
its paint is not zero; erasing is painting zero. `retime` moves paint with the frames that it was painted on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.base import Layer, LayerSpec, Mark, Piece, Region, checked, checked_marks, frozen
from intermezzo.core.layers.rope import Rope
from intermezzo.core.layers.warp import Warp

__all__ = ["Matrix", "MatrixSpec"]


@dataclass(frozen=True)
class MatrixSpec(LayerSpec):
    """``bands`` rows in ``unit``, range ``low`` to ``high``; ``paint_limit`` is the most that paint adds or takes.

    ``edges`` names the band limits in ``edge_unit`` for the axis: bands + 1 values, or (lowest, highest) with
    ``edge_scale`` 'mel' or 'linear' between them. ``picture`` False draws few bands as stacked curves.
    """

    kind: ClassVar[str] = "matrix"
    bands: int = 1
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    paint_limit: float = 24.0
    edges: tuple[float, ...] = ()
    edge_unit: str = ""
    edge_scale: str = "linear"

    def __post_init__(self) -> None:
        if self.bands < 1 or not self.low < self.high or self.edge_scale not in ("mel", "linear"):
            raise SketchError(f"Matrix {self.name!r}: at least one band, low below high, edge_scale 'mel' or 'linear'.")
        if not 0 < self.paint_limit < np.inf:
            raise SketchError(f"Matrix {self.name!r}: paint_limit is above 0.")
        object.__setattr__(self, "edges", tuple(float(e) for e in self.edges))


@dataclass(frozen=True, eq=False)
class Matrix(Layer):
    """``base`` float32, ``paint`` float32 in the unit, ``locks`` uint8: ropes (frames, bands).

    ``origin`` uint8 (frames,) says predicted or analysed per frame; edited and locked follow from paint and locks.
    """

    kind: ClassVar[str] = "matrix"
    matrix_spec: MatrixSpec
    hop_s: float
    base: Rope
    paint: Rope
    locks: Rope
    origin: NDArray[np.uint8]

    @classmethod
    def machine(cls, spec: MatrixSpec, hop_s: float, values: NDArray[Any], mark: Mark = Mark.PREDICTED) -> Matrix:
        """Make a matrix as an engine hands it over, from float32 (frames, bands).

        Raises:
            SketchError: if the values are not finite or have another number of bands.
        """
        own = checked(values, np.float32, (len(values), spec.bands), spec.title)
        n = len(own)
        return cls(
            spec, hop_s, Rope.cut(own), Rope.full(n, spec.bands, 0, np.float32),
            Rope.full(n, spec.bands, 0, np.uint8), frozen(np.full(n, int(mark)), np.uint8),
        )  # fmt: skip

    @property
    def spec(self) -> MatrixSpec:
        return self.matrix_spec

    def __len__(self) -> int:
        return len(self.base)

    def window(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return base + paint of frames ``start:stop``, float32 (frames, bands)."""
        effective: NDArray[np.float32] = self.base.window(start, stop) + self.paint.window(start, stop)
        return effective

    @property
    def values(self) -> NDArray[np.float32]:
        """Base + paint of all frames, float32 (frames, bands); a new array."""
        return self.window(0, len(self))

    def with_paint(self, start: int, low: int, paint: NDArray[Any]) -> Matrix:
        """Return the matrix with its paint set from frame ``start`` and band ``low`` on; locked cells keep theirs.

        ``paint`` (frames, bands) in the unit is absolute, not added; it is clipped to the paint limit.

        Raises:
            EditError: if the matrix is read-only, the patch lies outside, or every cell of it is locked.
        """
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")
        i0, i1 = max(start, 0), min(start + paint.shape[0], len(self))
        j0, j1 = max(low, 0), min(low + paint.shape[1], self.spec.bands)
        if i1 <= i0 or j1 <= j0:
            raise EditError(f"There is no {self.spec.title.lower()} at this place.")
        patch = np.asarray(paint[i0 - start : i1 - start, j0 - low : j1 - low], np.float32)
        if not np.isfinite(patch).all():
            raise EditError(f"{self.spec.title} takes numbers only.")
        free = self.locks.window(i0, i1)[:, j0:j1] == 0
        if not free.any():
            raise EditError(f"{self.spec.title} is locked here; unlock it first.")
        rows = self.paint.window(i0, i1).copy()
        limited = np.clip(patch, -self.spec.paint_limit, self.spec.paint_limit)
        rows[:, j0:j1] = np.where(free, limited, rows[:, j0:j1])
        return replace(self, paint=self.paint.splice(i0, i1, rows))

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        arrays: dict[str, NDArray[Any]] = {"origin": self.origin}
        names: dict[str, list[str]] = {}
        for part, rope in (("base", self.base), ("paint", self.paint), ("locks", self.locks)):
            names[part] = [f"{part}.{k}" for k in range(len(rope.blocks))]
            arrays.update(zip(names[part], rope.blocks, strict=True))
        return {"hop_s": self.hop_s, "blocks": {k: len(v) for k, v in names.items()}}, arrays

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Matrix:
        ropes = []
        for part, dtype in (("base", np.float32), ("paint", np.float32), ("locks", np.uint8)):
            blocks = []
            for k in range(int(document["blocks"][part])):
                block = arrays.get(f"{part}.{k}")
                rows = -1 if block is None or block.ndim != 2 else len(block)
                blocks.append(checked(block, dtype, (rows, spec.bands), f"{spec.title}: {part}"))
            ropes.append(Rope.of(blocks, spec.bands, np.dtype(dtype)))
        base, paint, locks = ropes
        if not len(base) == len(paint) == len(locks):
            raise SketchError(f"{spec.title}: base, paint and locks differ in length.")
        if any((block & ~np.uint8(Mark.LOCKED)).any() for block in locks.blocks):
            raise SketchError(f"{spec.title}: a lock is neither on nor off.")
        origin = checked_marks(arrays.get("origin"), len(base), f"{spec.title}: origin")
        return cls(spec, float(document["hop_s"]), base, paint, locks, origin)

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        at = slice(0, len(self)) if region is None else region.inside(len(self))
        start, stop = at.start, at.stop
        edited: NDArray[np.uint8] = (self.paint.window(start, stop) != 0) * np.uint8(Mark.EDITED)
        marks: NDArray[np.uint8] = edited | self.locks.window(start, stop) | self.origin[start:stop, None]
        return marks if region is None else marks[:, region.bands_inside(self.spec.bands)]

    @property
    def is_touched(self) -> bool:
        # Where nothing was painted most blocks are one and the same; the cells of ten minutes are six million.
        blocks = {id(block): block for rope in (self.paint, self.locks) for block in rope.blocks}
        by_hand = np.uint8(Mark.EDITED | Mark.LOCKED)
        return bool((self.origin & by_hand).any()) or any(bool(block.any()) for block in blocks.values())

    def lock(self, region: Region, on: bool) -> Matrix:
        at = region.inside(len(self))
        rows = self.locks.window(at.start, at.stop).copy()
        rows[:, region.bands_inside(self.spec.bands)] = Mark.LOCKED if on else 0
        return replace(self, locks=self.locks.splice(at.start, at.stop, rows))

    def erase(self, region: Region) -> Matrix:
        at = region.inside(len(self))
        rows = self.paint.window(at.start, at.stop).copy()
        inside = np.zeros(rows.shape, bool)
        inside[:, region.bands_inside(self.spec.bands)] = True
        rows[inside & (self.locks.window(at.start, at.stop) == 0)] = 0
        return replace(self, paint=self.paint.splice(at.start, at.stop, rows))

    def changed(self, other: Matrix) -> list[tuple[int, int]]:
        if self.base is other.base or not self.base.changed(other.base):
            return self.paint.changed(other.paint)
        return _union(self.base.changed(other.base) + self.paint.changed(other.paint))

    def retime(self, warp: Warp) -> Matrix:
        base, paint, locks = self.base, self.paint, self.locks
        origin: list[NDArray[np.uint8]] = []
        # From the end backwards, so that earlier positions stay valid while later pieces change length.
        for a, b, c, d in reversed(list(warp.pieces())):
            positions = warp.positions(a, b, d - c)
            nearest = np.rint(positions).astype(np.int64)
            origin.insert(0, self.origin[nearest] if len(self.origin) else np.zeros(d - c, np.uint8))
            if a == b:  # nobody painted on these frames yet
                base = base.splice(a, b, _rows(self.base, positions))
                paint = paint.splice(a, b, np.zeros((d - c, self.spec.bands), np.float32))
                locks = locks.splice(a, b, np.zeros((d - c, self.spec.bands), np.uint8))
            elif b - a != d - c:
                base = base.splice(a, b, _rows(self.base, positions))
                paint = paint.splice(a, b, _rows(self.paint, positions))
                locks = locks.splice(a, b, _rows(self.locks, nearest.astype(np.float64)))
        return replace(self, base=base, paint=paint, locks=locks, origin=frozen(np.concatenate(origin), np.uint8))

    def joined(self, other: Matrix) -> Matrix:
        return replace(
            self,
            base=self.base.joined(other.base),
            paint=self.paint.joined(other.paint),
            locks=self.locks.joined(other.locks),
            origin=frozen(np.concatenate([self.origin, other.origin]), np.uint8),
        )

    def splice(self, start: int, stop: int, other: Matrix, first: int, last: int) -> Matrix:
        origin = np.concatenate((self.origin[:start], other.origin[first:last], self.origin[stop:]))
        return replace(
            self, base=self.base.splice(start, stop, other.base.window(first, last)),
            paint=self.paint.splice(start, stop, other.paint.window(first, last)),
            locks=self.locks.splice(start, stop, other.locks.window(first, last)), origin=frozen(origin, np.uint8),
        )  # fmt: skip

    def carry(self, old: Matrix, pieces: list[Piece], *, relative: bool = False) -> Matrix:
        base, paint, locks = self.base, self.paint, self.locks
        for a, b, c, d in pieces:
            painted, locked = old.paint.window(a, b), old.locks.window(a, b)
            if d <= c or not (painted.any() or locked.any()):
                continue
            positions = Warp((0, b), (0, d)).positions(a, b, d - c)
            if painted.any():
                paint = paint.splice(c, d, _landed(painted, positions - a))
            if locked.any():
                # A locked cell keeps what it sounds like, so what lies under its paint stays as it was, too.
                kept = _landed(locked, np.rint(positions - a))
                locks = locks.splice(c, d, kept)
                base = base.splice(c, d, np.where(kept != 0, _rows(old.base, positions), base.window(c, d)))
        return replace(self, base=base, paint=paint, locks=locks)

    def adopt(self, old: Matrix, pieces: list[Piece]) -> Matrix:
        base, origin = self.base, self.origin.copy()
        for a, b, c, d in pieces:
            if d > c and b > a:
                positions = Warp((0, b), (0, d)).positions(a, b, d - c)
                base = base.splice(c, d, _rows(old.base, positions))
                origin[c:d] = old.origin[np.rint(positions).astype(np.int64)]
        return replace(self.carry(old, pieces), base=base, origin=frozen(origin, np.uint8))

    def cut(self, start: int, stop: int) -> Matrix:
        base, paint, locks = (Rope.cut(rope.window(start, stop)) for rope in (self.base, self.paint, self.locks))
        origin = frozen(self.origin[start:stop], np.uint8)
        return replace(self, base=base, paint=paint, locks=locks, origin=origin)

    def by_hand(self) -> NDArray[np.bool_]:
        held = np.zeros(len(self), bool)
        for rope in (self.paint, self.locks):
            empty: set[int] = set()  # untouched stretches share one block
            for k, block in enumerate(rope.blocks):
                if id(block) not in empty:
                    rows = block.any(axis=1)
                    held[rope.starts[k] : rope.starts[k + 1]] |= rows
                    if not rows.any():
                        empty.add(id(block))
        return held


def _landed(rows: NDArray[Any], positions: NDArray[np.float64]) -> NDArray[Any]:
    """Sample rows of paint or locks at positions inside them; what is empty stays so, and nothing is passed over."""
    nearest = np.rint(positions).astype(np.int64)
    near = rows[nearest]
    mixed = _rows(Rope.of([rows.copy()], rows.shape[1], rows.dtype), positions)
    landed: NDArray[Any] = np.where((near != 0) & (mixed != 0), mixed, near)
    if len(positions) < len(rows):
        for k in np.flatnonzero(rows.any(axis=1)).tolist():
            row = landed[int((k + 0.5) * len(positions) / len(rows))]
            row[...] = np.where(row == 0, rows[k], row)
    return landed


def _rows(rope: Rope, positions: NDArray[np.float64]) -> NDArray[Any]:
    """Sample a rope at fractional frame positions by linear interpolation."""
    if not len(positions) or not len(rope):
        return np.zeros((len(positions), rope.width), rope.dtype)
    low = np.floor(positions).astype(np.int64)
    first, last = int(low.min()), min(int(low.max()) + 2, len(rope))
    rows = rope.window(first, last)
    high = np.minimum(low + 1, last - 1)
    share = (positions - low).astype(np.float32)[:, None]
    mixed: NDArray[Any] = (rows[low - first] * (1 - share) + rows[high - first] * share).astype(rope.dtype)
    return mixed


def _union(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
