"""What every layer kind has in common: a spec, marks of origin for each element, and the operations the studio calls.

Undo, files, locks, re-conversion, the default editor and `check` use only what stands here, so a new kind needs no
change in any of them. Layers are frozen; every operation returns a new layer that shares what did not change.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from enum import IntFlag
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.layers.warp import Warp

__all__ = [
    "Layer", "LayerSpec", "Mark", "Piece", "Region", "checked", "checked_marks", "frozen", "landing", "runs",
    "strongest",
]  # fmt: skip

Piece = tuple[int, int, int, int]
"""A matched stretch: (old start, old stop, new start, new stop), in frames or elements."""


class Mark(IntFlag):
    """Where an element comes from (stored as uint8); no mark means predicted.

    Locking is a mark beside the origin, not instead of it, so that unlocking gives the origin back. The two marks of
    what is allowed say that a hand wants a note as it is, in pitch or in time, though the studio found fault with it.
    """

    PREDICTED = 0
    ANALYSED = 1
    EDITED = 2
    LOCKED = 4
    PITCH_ALLOWED = 8
    TIME_ALLOWED = 16


# By the marks as a number: lanes ask this of every span that they paint, and enum arithmetic is slow.
_STATES: Final = ("predicted", "analysed", "edited", "edited", "locked", "locked", "locked", "locked")


def strongest(mark: int) -> str:
    """Name the state to show: 'locked' over 'edited' over 'analysed' over 'predicted'."""
    return _STATES[mark & 7]


@dataclass(frozen=True)
class Region:
    """A part of a layer: frames (or elements) ``start:stop`` and, for matrices, bands ``low:high`` (None = all)."""

    start: int
    stop: int
    low: int | None = None
    high: int | None = None

    def inside(self, length: int) -> slice:
        """Return ``start:stop`` held inside ``length`` frames or elements; empty where nothing is left."""
        return _held(self.start, self.stop, length)

    def bands_inside(self, bands: int) -> slice:
        """Return ``low:high`` held inside ``bands``."""
        return _held(self.low or 0, bands if self.high is None else self.high, bands)


def _held(start: int, stop: int, length: int) -> slice:
    first = min(max(start, 0), length)
    return slice(first, min(max(stop, first), length))


@dataclass(frozen=True)
class LayerSpec(ABC):
    """What a sketch type says of one layer; plain data, so that a manifest can hold it.

    ``name`` is the attribute (``sketch.pitch``), ``title`` what people read, ``help`` one sentence for the tooltip,
    ``height`` the lane's default height in pixels (0: the kind's own), ``editable`` whether hands may change it.
    """

    kind: ClassVar[str]
    name: str
    title: str
    help: str = ""
    height: int = 0
    editable: bool = True

    def document(self) -> dict[str, Any]:
        """Return the spec as a JSON table that `from_document` reads back."""
        document = {"kind": self.kind, **asdict(self)}
        # 50 and 50.0 are equal, but not as text: fingerprints are taken from this document.
        document.update({f.name: float(document[f.name]) for f in fields(self) if isinstance(f.default, float)})
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Build the spec from a table.

        Raises:
            SketchError: if a field is unknown, missing or of the wrong type.
        """
        known = {f.name: f for f in fields(cls)}
        unknown = sorted(set(document) - set(known))
        missing = sorted(n for n, f in known.items() if f.default is MISSING and n not in document)
        if unknown or missing:
            what = f"does not know {', '.join(unknown)}" if unknown else f"needs {', '.join(missing)}"
            raise SketchError(f"The {cls.kind} layer {document.get('name', '?')!r} {what}.")
        values = {k: _tupled(v) for k, v in document.items()}
        for name, value in values.items():
            default = known[name].default
            wanted = str if default is MISSING else type(default)
            if wanted is float and isinstance(value, int) and not isinstance(value, bool):
                values[name] = value = float(value)
            if not isinstance(value, wanted):
                raise SketchError(f"Field {name!r} of layer {document.get('name', '?')!r} is not a {wanted.__name__}.")
        return cls(**values)


def _tupled(value: Any) -> Any:  # Any: JSON and TOML values
    return tuple(_tupled(v) for v in value) if isinstance(value, (list, tuple)) else value


@dataclass(frozen=True, eq=False)
class Layer(ABC):
    """One named part of a sketch. Time layers count in frames of ``hop_s`` seconds; ``len`` is their frame count."""

    kind: ClassVar[str]

    @property
    def timed(self) -> bool:
        """Whether it lies on the time axis of its sketch."""
        return True

    @property
    @abstractmethod
    def spec(self) -> LayerSpec:
        """What the sketch type says of this layer."""

    @abstractmethod
    def __len__(self) -> int:
        """Frames of a time layer; elements of any other."""

    @abstractmethod
    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return everything there is to save, as a JSON table and named arrays."""

    @classmethod
    @abstractmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Layer:
        """Rebuild a layer; raises SketchError on anything that is not whole."""

    @abstractmethod
    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        """Return the `Mark` of each element: (elements,), for a matrix (frames, bands)."""

    @property
    def is_touched(self) -> bool:
        """Whether a hand has edited or locked any element."""
        return bool((self.marks() & (Mark.EDITED | Mark.LOCKED)).any())

    @abstractmethod
    def lock(self, region: Region, on: bool) -> Self:
        """Lock or unlock the elements of a region."""

    @abstractmethod
    def erase(self, region: Region) -> Self:
        """Give unlocked elements of a region back to the prediction under them."""

    @abstractmethod
    def changed(self, other: Self) -> list[tuple[int, int]]:
        """Return the frame (or element) ranges in which two layers of equal length differ in value."""

    @abstractmethod
    def retime(self, warp: Warp) -> Self:
        """Return the layer on another time axis; a layer without time returns itself."""

    @abstractmethod
    def joined(self, other: Self) -> Self:
        """Return the layer followed by another of the same spec; what both hold is shared where it can be."""

    @abstractmethod
    def splice(self, start: int, stop: int, other: Self, first: int, last: int) -> Self:
        """Return the layer with frames ``first:last`` of ``other`` in place of its own ``start:stop``.

        All else keeps its values, what lies under them and its marks; what is later moves. A layer without time
        returns itself.
        """

    @abstractmethod
    def carry(self, old: Self, pieces: list[Piece], *, relative: bool = False) -> Self:
        """Take over hand edits and locks of ``old`` inside matched stretches, stretched where the lengths differ.

        Every edited element of a stretch that is not empty finds a place. ``relative``: what was drawn keeps its
        distance to the prediction instead of its value; what is locked keeps its value.
        """

    def adopt(self, old: Self, pieces: list[Piece]) -> Self:
        """Take over all of ``old`` inside matched stretches, predictions included; kinds without them carry."""
        return self.carry(old, pieces)

    @abstractmethod
    def cut(self, start: int, stop: int) -> Self:
        """Return frames (or elements) ``start:stop`` as a layer of their own."""

    def by_hand(self) -> NDArray[np.bool_]:
        """Tell of each frame (or element) whether a hand edited or locked anything in it."""
        held = (self.marks() & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0
        result: NDArray[np.bool_] = held.any(axis=1) if held.ndim == 2 else held
        return result


def frozen(array: NDArray[Any], dtype: Any) -> NDArray[Any]:  # Any: numpy dtypes
    """Return a read-only C-contiguous array of ``dtype``; copies only if it must."""
    result = np.ascontiguousarray(array, dtype)
    if result.flags.writeable:
        if result is array or result.base is not None:
            result = result.copy()
        result.setflags(write=False)
    return result


def checked(array: Any, dtype: Any, shape: tuple[int, ...], what: str) -> NDArray[Any]:
    """Return ``array`` frozen if it has the shape and holds only finite numbers.

    Raises:
        SketchError: otherwise, naming ``what``.
    """
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise SketchError(f"{what} is not an array of numbers.")
    if array.shape != shape:
        raise SketchError(f"{what} has the shape {array.shape} where {shape} belongs.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise SketchError(f"{what} contains values that are no numbers.")
    with np.errstate(over="ignore", invalid="ignore"):
        result = frozen(array, dtype)
    if result.dtype != array.dtype and not _kept(array, result):
        raise SketchError(f"{what} contains values that {result.dtype} cannot hold.")
    return result


def _kept(array: NDArray[Any], cast: NDArray[Any]) -> bool:
    return bool(np.isfinite(cast).all() if cast.dtype.kind == "f" else (cast == array).all())


def checked_marks(
    array: Any, length: int, what: str, known: int = Mark.ANALYSED | Mark.EDITED | Mark.LOCKED
) -> NDArray[np.uint8]:
    """Return an array of `Mark` per element, frozen; raises SketchError if it is none."""
    marks = checked(array, np.uint8, (length,), what)
    if (marks > known).any():
        raise SketchError(f"{what} contains an unknown mark.")
    return marks


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the (start, stop) of each stretch of True in a one-dimensional mask."""
    if not len(mask):
        return []
    edges: list[int] = (np.flatnonzero(mask[1:] != mask[:-1]) + 1).tolist()
    edges = [0] * bool(mask[0]) + edges + [len(mask)] * bool(mask[-1])
    return list(zip(edges[::2], edges[1::2], strict=True))


def landing(held: NDArray[np.bool_], nearest: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Tell which frames of a stretch show something by hand, and which frame of the old stretch each one shows.

    ``held`` is by hand or not for each old frame, ``nearest`` the old frame that is nearest to each new one. Where a
    stretch shrinks, some old frames are nearest to none: those by hand take the place that they fall on.
    """
    shown = nearest.copy()
    kept = held[nearest]
    if len(nearest) < len(held):
        ours = np.flatnonzero(held)
        places = ((ours + 0.5) * (len(nearest) / len(held))).astype(np.int64)
        bare = ~kept[places]
        shown[places[bare]] = ours[bare]
        kept[places[bare]] = True
    return kept, shown
