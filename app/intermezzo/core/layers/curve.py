"""Curve: one value per frame, with the engine's own value under every edit and, where known, its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.base import (
    Layer,
    LayerSpec,
    Mark,
    Piece,
    Region,
    checked,
    checked_marks,
    frozen,
    landing,
    runs,
)  # fmt: skip
from intermezzo.core.layers.warp import Warp

__all__ = ["Curve", "CurveSpec"]

_FOLLOW_S = 0.1  # to either side: what is faster than this in a new prediction does not shake what was drawn


@dataclass(frozen=True)
class CurveSpec(LayerSpec):
    """``unit`` and range ``low`` to ``high``; ``scale`` 'linear' or 'log' (drawn and edited in semitones).

    ``gaps``: a value of 0 means that there is none at this frame (pitch where a voice is silent). ``step`` is what
    one arrow key adds, in the unit, or in semitones on a log scale.
    """

    kind: ClassVar[str] = "curve"
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    gaps: bool = False
    step: float = 1.0

    def __post_init__(self) -> None:
        if self.scale not in ("linear", "log") or not self.low < self.high or (self.scale == "log" and self.low <= 0):
            raise SketchError(f"Curve {self.name!r}: scale 'linear' or 'log' (above 0), and low below high.")

    def to_display(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Map values to the axis of the lane: MIDI semitones on a log scale in Hz, else the values; gaps to NaN."""
        x = np.asarray(values, np.float64)
        if self.scale == "log":
            return np.where(x > 0, 69 + 12 * np.log2(np.maximum(x, 1e-9) / 440), np.nan)
        return np.where(x == 0, np.nan, x) if self.gaps else x

    def from_display(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Undo `to_display` and hold the result inside the range; NaN becomes the gap 0."""
        x = np.asarray(values, np.float64)
        y = 440 * np.exp2((x - 69) / 12) if self.scale == "log" else x
        return np.where(np.isnan(y), 0, np.clip(y, self.low, self.high)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Curve(Layer):
    """``values`` float32 (frames,) in the unit; ``base`` the engine's values; ``origin`` uint8 `Mark` per frame.

    ``doubt`` float32 (frames,) is the half width of the engine's 80 % interval on the display axis (semitones on a
    log scale), or None where the engine knows none. All arrays are read-only.
    """

    kind: ClassVar[str] = "curve"
    curve_spec: CurveSpec
    hop_s: float
    values: NDArray[np.float32]
    base: NDArray[np.float32]
    origin: NDArray[np.uint8]
    doubt: NDArray[np.float32] | None = None

    @classmethod
    def machine(
        cls, spec: CurveSpec, hop_s: float, values: NDArray[Any], mark: Mark = Mark.PREDICTED,
        doubt: NDArray[Any] | None = None,
    ) -> Curve:  # fmt: skip
        """Make a curve as an engine hands it over: no edits yet, all frames marked predicted or analysed.

        Raises:
            SketchError: if values or doubt are not finite or differ in length.
        """
        n = (len(values),)
        own = checked(values, np.float32, n, spec.title)
        doubts = None if doubt is None else checked(doubt, np.float32, n, f"{spec.title}: doubt")
        return cls(spec, hop_s, own, own, frozen(np.full(n, int(mark)), np.uint8), doubts)

    @property
    def spec(self) -> CurveSpec:
        return self.curve_spec

    def __len__(self) -> int:
        return len(self.values)

    def with_values(self, start: int, values: NDArray[Any], where: NDArray[np.bool_] | None = None) -> Curve:
        """Return the curve with hand-drawn ``values`` from frame ``start`` on; locked frames keep theirs.

        Values are clipped to the range of the spec (0 stays 0 where the curve may have gaps). ``where`` (one bool a
        value, all of them inside the curve) leaves all other frames as they are.

        Raises:
            EditError: if the curve is read-only, the stretch lies outside, or every frame of it is locked.
        """
        start, values = self._inside(start, np.asarray(values, np.float32))
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")
        clipped = np.clip(values, self.spec.low, self.spec.high)
        clipped = np.where(values == 0, 0, clipped) if self.spec.gaps else clipped
        stop = start + len(values)
        free = (self.origin[start:stop] & Mark.LOCKED) == 0
        free = free if where is None else free & where
        if not free.any():
            raise EditError(f"{self.spec.title} is locked here; unlock it first.")
        new, origin = self.values.copy(), self.origin.copy()
        new[start:stop][free] = clipped[free]
        origin[start:stop][free] |= np.uint8(Mark.EDITED)
        return replace(self, values=frozen(new, np.float32), origin=frozen(origin, np.uint8))

    def _inside(self, start: int, values: NDArray[np.float32]) -> tuple[int, NDArray[np.float32]]:
        low, high = max(start, 0), min(start + len(values), len(self))
        if high <= low:
            raise EditError(f"There is no {self.spec.title.lower()} at this place.")
        if not np.isfinite(values).all():
            raise EditError(f"{self.spec.title} takes numbers only.")
        return low, values[low - start : high - start]

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        arrays: dict[str, NDArray[Any]] = {"values": self.values, "base": self.base, "origin": self.origin}
        if self.doubt is not None:
            arrays["doubt"] = self.doubt
        return {"hop_s": self.hop_s}, arrays

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Curve:
        if "values" not in arrays or not {"base", "origin"} <= set(arrays):
            raise SketchError(f"{spec.title}: values, base or origin are missing.")
        n = (len(arrays["values"]),)
        doubt = arrays.get("doubt")
        return cls(
            spec, float(document["hop_s"]),
            checked(arrays["values"], np.float32, n, spec.title),
            checked(arrays["base"], np.float32, n, f"{spec.title}: base"),
            checked_marks(arrays["origin"], n[0], f"{spec.title}: origin"),
            None if doubt is None else checked(doubt, np.float32, n, f"{spec.title}: doubt"),
        )  # fmt: skip

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        return self.origin if region is None else self.origin[region.inside(len(self))]

    def lock(self, region: Region, on: bool) -> Curve:
        origin = self.origin.copy()
        part = origin[region.inside(len(self))]
        part[:] = part | np.uint8(Mark.LOCKED) if on else part & ~np.uint8(Mark.LOCKED)
        return replace(self, origin=frozen(origin, np.uint8))

    def erase(self, region: Region) -> Curve:
        values, origin = self.values.copy(), self.origin.copy()
        at = region.inside(len(self))
        free = (origin[at] & Mark.LOCKED) == 0
        values[at][free] = self.base[at][free]
        origin[at][free] &= ~np.uint8(Mark.EDITED)
        return replace(self, values=frozen(values, np.float32), origin=frozen(origin, np.uint8))

    def changed(self, other: Curve) -> list[tuple[int, int]]:
        if self.values is other.values:
            return []
        return runs(self.values != other.values)

    def retime(self, warp: Warp) -> Curve:
        if not len(self):
            value = 0 if self.spec.gaps else np.clip(0, self.spec.low, self.spec.high)
            grown = Curve.machine(self.spec, self.hop_s, np.full(warp.new[-1], value, np.float32))
            return grown if self.doubt is None else replace(grown, doubt=frozen(np.zeros(len(grown)), np.float32))
        cut = [(warp.positions(a, b, d - c), (a, b, c, d)) for a, b, c, d in warp.pieces()]
        nearest = np.concatenate([np.rint(p).astype(np.int64) for p, _ in cut])
        doubt = None if self.doubt is None else frozen(self.doubt[nearest], np.float32)
        values, base, origin = self._sampled(self.values, cut), self._sampled(self.base, cut), self.origin[nearest]
        for _, (a, b, c, d) in cut:
            if a == b:  # nobody drew on these frames yet
                origin[c:d] &= ~np.uint8(Mark.EDITED | Mark.LOCKED)
        # A frame that no hand touched shows the prediction, also where it was mixed with a drawn neighbour.
        by_hand = (origin & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0
        return replace(
            self,
            values=frozen(np.where(by_hand, values, base), np.float32),
            base=frozen(base, np.float32),
            origin=frozen(origin, np.uint8),
            doubt=doubt,
        )

    def _sampled(self, values: NDArray[np.float32], cut: list[Any]) -> NDArray[np.float32]:
        return np.concatenate([
            values[a:b] if b - a == d - c else self._interpolated(values, positions)
            for positions, (a, b, c, d) in cut
        ])  # fmt: skip

    def _interpolated(self, values: NDArray[np.float32], positions: NDArray[np.float64]) -> NDArray[np.float32]:
        whole = np.floor(positions).astype(np.int64)
        first = int(whole.min(initial=len(values)))
        shown = self.spec.to_display(values[first : int(whole.max(initial=0)) + 2])
        low = whole - first
        high = np.minimum(low + 1, len(shown) - 1)
        share = positions - whole
        mixed = shown[low] * (1 - share) + shown[high] * share
        # Next to a gap there is nothing to interpolate with: the nearer frame decides.
        nearer = shown[np.where(share > 0.5, high, low)]
        mixed = np.where(np.isnan(mixed) | (share == 0), nearer, mixed)
        return self.spec.from_display(mixed)

    def joined(self, other: Curve) -> Curve:
        both = None if self.doubt is None or other.doubt is None else np.concatenate([self.doubt, other.doubt])
        base = frozen(np.concatenate([self.base, other.base]), np.float32)
        untouched = self.values is self.base and other.values is other.base
        return replace(
            self,
            values=base if untouched else frozen(np.concatenate([self.values, other.values]), np.float32),
            base=base,
            origin=frozen(np.concatenate([self.origin, other.origin]), np.uint8),
            doubt=None if both is None else frozen(both, np.float32),
        )

    def splice(self, start: int, stop: int, other: Curve, first: int, last: int) -> Curve:
        def joined(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
            return frozen(np.concatenate((mine[:start], theirs[first:last], mine[stop:])), mine.dtype)

        doubt = self.doubt
        if self.doubt is not None or other.doubt is not None:
            # No width where only one of the two knows its doubt: nothing is drawn there.
            none = np.zeros(max(len(self), len(other)), np.float32)
            mine, theirs = (none if d is None else d for d in (self.doubt, other.doubt))
            doubt = joined(mine[: len(self)], theirs)
        return replace(
            self, values=joined(self.values, other.values), base=joined(self.base, other.base),
            origin=joined(self.origin, other.origin), doubt=doubt,
        )  # fmt: skip

    def carry(self, old: Curve, pieces: list[Piece], *, relative: bool = False) -> Curve:
        values, base, origin = self.values.copy(), self.base.copy(), self.origin.copy()
        held = old.by_hand()
        pieces = [piece for piece in pieces if piece[3] > piece[2] and held[piece[0] : piece[1]].any()]
        distance = self._distance(old, pieces) if relative else None
        for a, b, c, d in pieces:
            positions = Warp((0, b), (0, d)).positions(a, b, d - c)
            nearest = np.rint(positions).astype(np.int64) - a
            kept, shown = landing(held[a:b], nearest)
            source = old.values[a:b][shown]
            if b - a != d - c:
                between = kept & (shown == nearest)
                source = np.where(between, self._interpolated(old.values, positions), source)
            marks = old.origin[a:b][shown]
            if distance is not None:
                free = (source != 0) | (not self.spec.gaps)
                free &= ((marks & np.uint8(Mark.LOCKED)) == 0) & (distance[c:d] != 0)
                moved = self.spec.from_display(self.spec.to_display(source) + distance[c:d])
                source = np.where(free, moved, source)
            values[c:d][kept] = source[kept]
            origin[c:d][kept] = marks[kept]
            # What is locked but not drawn is the old prediction: unlocked later, it is still that.
            predicted = kept & ((origin[c:d] & np.uint8(Mark.EDITED)) == 0)
            base[c:d][predicted] = source[predicted]
        return replace(
            self, values=frozen(values, np.float32), base=frozen(base, np.float32), origin=frozen(origin, np.uint8)
        )

    def _distance(self, old: Curve, pieces: list[Piece]) -> NDArray[np.float64]:
        """Return how far this prediction lies above the old one, on the display axis, as it moves over 0.2 s.

        It is smoothed so that a drawn line keeps its shape while its height follows the new prediction.
        """
        above = np.full(len(self), np.nan)
        for a, b, c, d in pieces:
            positions = Warp((0, b), (0, d)).positions(a, b, d - c)
            theirs = old.base[a:b] if b - a == d - c else self._interpolated(old.base, positions)
            above[c:d] = self.spec.to_display(self.base[c:d]) - self.spec.to_display(theirs)
        there = np.flatnonzero(~np.isnan(above))
        if not len(there):
            return np.zeros(len(self))
        radius = max(round(_FOLLOW_S / self.hop_s), 1)
        kernel = np.hanning(2 * radius + 3)[1:-1]
        known = np.zeros(len(self) + 2 * radius)
        known[there + radius] = 1
        total = np.zeros_like(known)
        total[there + radius] = above[there]
        weight = np.convolve(known, kernel, "valid")
        smooth = np.convolve(total, kernel, "valid") / np.maximum(weight, 1e-9)
        far = np.interp(np.arange(len(self)), there, above[there])
        distance: NDArray[np.float64] = np.where(weight > 1e-3, smooth, far)
        return distance

    def adopt(self, old: Curve, pieces: list[Piece]) -> Curve:
        values, base, origin = self.values.copy(), self.base.copy(), self.origin.copy()
        for a, b, c, d in pieces:
            if d <= c or b <= a:
                continue
            positions = Warp((0, b), (0, d)).positions(a, b, d - c)
            same = b - a == d - c
            values[c:d] = old.values[a:b] if same else self._interpolated(old.values, positions)
            base[c:d] = old.base[a:b] if same else self._interpolated(old.base, positions)
            origin[c:d] = old.origin[np.rint(positions).astype(np.int64)]
            free = (origin[c:d] & np.uint8(Mark.EDITED | Mark.LOCKED)) == 0
            values[c:d][free] = base[c:d][free]
        return replace(
            self, values=frozen(values, np.float32), base=frozen(base, np.float32), origin=frozen(origin, np.uint8)
        )

    def cut(self, start: int, stop: int) -> Curve:
        return replace(
            self,
            values=frozen(self.values[start:stop], np.float32), base=frozen(self.base[start:stop], np.float32),
            origin=frozen(self.origin[start:stop], np.uint8),
            doubt=None if self.doubt is None else frozen(self.doubt[start:stop], np.float32),
        )  # fmt: skip
