"""Spans: labelled intervals on the frame grid, each with a stable id and the engine's own label and length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.alternatives import (
    Alternatives,
    alternatives_read,
    checked_alternatives,
    merged,
)
from intermezzo.core.layers.base import Layer, Mark, Piece, Region, checked, checked_marks, frozen
from intermezzo.core.layers.free_splice import shifted_places, spliced
from intermezzo.core.layers.given_back import given_back
from intermezzo.core.layers.spans_spec import SpansSpec
from intermezzo.core.layers.warp import Warp

__all__ = ["Spans"]


@lru_cache(maxsize=64)
def _refused(spec: SpansSpec, labels: tuple[str, ...]) -> str | None:
    """Return a label that may not stand in a layer, if any; edits of time ask it of the same labels over and over."""
    return next((label for label in set(labels) if not spec.allows(label)), None)


@lru_cache(maxsize=64)
def _check_alternatives(spec: SpansSpec, alternatives: tuple[Alternatives, ...]) -> None:
    checked_alternatives(alternatives, spec.allows, spec.title)


@dataclass(frozen=True, eq=False)
class Spans(Layer):
    """``starts``, ``stops`` int32 frames (spans,), in order and without overlap; ``labels``; ``ids`` int32, unique.

    ``base_labels`` and ``base_frames`` int32 are the engine's own labels and lengths, ``base_starts`` int32 of free
    spans its places (-1 where it made nothing and a hand put the span in; None: not known); ``origin`` uint8 `Mark`s;
    ``score`` float32 0 to 1 (how sure the engine is) or None; ``source`` int32 (spans, 2) character range in the
    source text (-1, -1 = nowhere) or None; ``n_frames`` the length of the time axis. ``alternatives`` are the labels
    that the engine thought of, likeliest first; a hand that takes another label leaves them, to go back to.
    """

    kind: ClassVar[str] = "spans"
    spans_spec: SpansSpec
    hop_s: float
    n_frames: int
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    labels: tuple[str, ...]
    ids: NDArray[np.int32]
    base_labels: tuple[str, ...]
    base_frames: NDArray[np.int32]
    origin: NDArray[np.uint8]
    score: NDArray[np.float32] | None = None
    source: NDArray[np.int32] | None = None
    base_starts: NDArray[np.int32] | None = None
    alternatives: tuple[Alternatives, ...] | None = None

    def __post_init__(self) -> None:
        n, title = len(self.labels), self.spec.title
        if not 0 <= self.n_frames < 2**31:
            raise SketchError(f"{title}: a time axis of {self.n_frames:.3g} frames makes no sense.")
        if not all(len(a) == n for a in (self.starts, self.stops, self.ids, self.base_labels, self.origin)):
            raise SketchError(f"{title}: the parts differ in length.")
        if any(column is not None and len(column) != n for column in (self.base_starts, self.alternatives)):
            raise SketchError(f"{title}: the parts differ in length.")
        if self.alternatives is not None:
            _check_alternatives(self.spec, self.alternatives)
        ordered = bool(np.all(self.starts[1:] >= self.stops[:-1]) and np.all(self.stops >= self.starts))
        if n and not (ordered and self.starts[0] >= 0 and self.stops[-1] <= self.n_frames):
            raise SketchError(f"{title}: spans overlap or leave the time axis.")
        if not np.all(self.ids[1:] > self.ids[:-1]) and len(np.unique(self.ids)) != n:
            raise SketchError(f"{title}: two spans have the same id.")
        for refused in (_refused(self.spec, self.labels), _refused(self.spec, self.base_labels)):
            if refused is None:
                continue
            shown = refused if len(refused) <= 40 else f"{refused[:40]}…"
            raise SketchError(f"{title}: {shown!r} is no symbol of this layer.")

    @classmethod
    def machine(
        cls, spec: SpansSpec, hop_s: float, n_frames: int, starts: Any, stops: Any, labels: tuple[str, ...],
        mark: Mark = Mark.PREDICTED, score: Any = None, source: Any = None,
        alternatives: tuple[Alternatives, ...] | None = None,
    ) -> Spans:  # fmt: skip
        """Make spans as an engine hands them over; ids are counted from 0."""
        first, last, n = frozen(np.asarray(starts), np.int32), frozen(np.asarray(stops), np.int32), len(labels)
        return cls(
            spec, hop_s, n_frames, first, last, tuple(labels), frozen(np.arange(n), np.int32), tuple(labels),
            frozen(last - first, np.int32), frozen(np.full(n, int(mark)), np.uint8),
            None if score is None else checked(np.asarray(score), np.float32, (n,), f"{spec.title}: score"),
            None if source is None else checked(np.asarray(source).reshape(-1, 2), np.int32, (n, 2), spec.title),
            first if spec.free else None, alternatives,
        )  # fmt: skip

    @property
    def spec(self) -> SpansSpec:
        return self.spans_spec

    def __len__(self) -> int:
        return self.n_frames

    @property
    def count(self) -> int:
        """How many spans there are (``len`` is the number of frames)."""
        return len(self.labels)

    @property
    def durations_s(self) -> NDArray[np.float64]:
        """Length of each span in seconds."""
        return (self.stops - self.starts).astype(np.float64) * self.hop_s

    def index_at(self, frame: int) -> int | None:
        """Return the index of the span that holds a frame, or None in a gap."""
        k = int(np.searchsorted(self.starts, frame, side="right")) - 1
        return k if k >= 0 and frame < self.stops[k] else None

    def inside(self, start: int, stop: int) -> slice:
        """Return the indices of the spans that overlap frames ``start:stop``."""
        first = int(np.searchsorted(self.stops, start, side="right"))
        return slice(first, max(first, int(np.searchsorted(self.starts, stop, side="left"))))

    def with_label(self, index: int, label: str) -> Spans:
        """Return the spans with one label changed by hand.

        Raises:
            EditError: if the span is locked or the label is no symbol of this layer.
        """
        self._must_be_free(index)
        if not self.spec.allows(label):
            raise EditError(f"{label!r} is no symbol of {self.spec.title.lower()}; choose one from the palette.")
        labels = (*self.labels[:index], label, *self.labels[index + 1 :])
        return replace(self, labels=labels, origin=self._marked(index))

    def _must_be_free(self, index: int) -> None:
        self._must_be_editable()
        if not 0 <= index < self.count:
            raise EditError(f"{self.spec.title} has no element {index}.")
        if self.origin[index] & Mark.LOCKED:
            raise EditError(f"{self.labels[index]!r} is locked; unlock it first.")

    def _must_be_editable(self) -> None:
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")

    def _marked(self, *indices: int) -> NDArray[np.uint8]:
        origin = self.origin.copy()
        origin[list(indices)] |= np.uint8(Mark.EDITED)
        return frozen(origin, np.uint8)

    def with_lengths_edited(self, *indices: int) -> Spans:
        """Return the spans with these marked as edited by hand (their lengths are changed by `retime`)."""
        for index in indices:
            self._must_be_free(index)
        return replace(self, origin=self._marked(*indices))

    def with_span(self, index: int, start: int, stop: int, label: str) -> Spans:
        """Insert a hand-made span before position ``index``; its base length is its own length.

        Raises:
            EditError: if the label is no symbol of this layer or the span overlaps its neighbours.
        """
        self._must_be_editable()
        if not self.spec.allows(label):
            raise EditError(f"{label!r} is no symbol of {self.spec.title.lower()}; choose one from the palette.")
        new_id = int(self.ids.max(initial=-1)) + 1
        try:
            return replace(
                self,
                starts=frozen(np.insert(self.starts, index, start), np.int32),
                stops=frozen(np.insert(self.stops, index, stop), np.int32),
                ids=frozen(np.insert(self.ids, index, new_id), np.int32),
                labels=(*self.labels[:index], label, *self.labels[index:]),
                base_labels=(*self.base_labels[:index], label, *self.base_labels[index:]),
                base_frames=frozen(np.insert(self.base_frames, index, stop - start), np.int32),
                origin=frozen(np.insert(self.origin, index, int(Mark.EDITED)), np.uint8),
                score=None if self.score is None else frozen(np.insert(self.score, index, 1.0), np.float32),
                source=None if self.source is None else frozen(np.insert(self.source, index, -1, 0), np.int32),
                base_starts=None if self.base_starts is None
                else frozen(np.insert(self.base_starts, index, -1), np.int32),
                alternatives=None if self.alternatives is None
                else (*self.alternatives[:index], (), *self.alternatives[index:]),
            )  # fmt: skip
        except SketchError as problem:
            raise EditError(str(problem)) from None

    def without(self, index: int) -> Spans:
        """Remove one span; the time axis stays as it is.

        Raises:
            EditError: if the span is locked.
        """
        self._must_be_free(index)
        return self.subset([k for k in range(self.count) if k != index])

    def subset(self, kept: list[int]) -> Spans:
        """Return only the spans at the given indices."""
        return replace(
            self,
            starts=frozen(self.starts[kept], np.int32), stops=frozen(self.stops[kept], np.int32),
            ids=frozen(self.ids[kept], np.int32), labels=tuple(self.labels[k] for k in kept),
            base_labels=tuple(self.base_labels[k] for k in kept),
            base_frames=frozen(self.base_frames[kept], np.int32), origin=frozen(self.origin[kept], np.uint8),
            score=None if self.score is None else frozen(self.score[kept], np.float32),
            source=None if self.source is None else frozen(self.source[kept], np.int32),
            base_starts=None if self.base_starts is None else frozen(self.base_starts[kept], np.int32),
            alternatives=None if self.alternatives is None else tuple(self.alternatives[k] for k in kept),
        )  # fmt: skip

    def alternatives_at(self, index: int) -> Alternatives:
        """Return what else the engine thought of for a span, likeliest first; empty where it does not say."""
        return self.alternatives[index] if self.alternatives is not None and 0 <= index < self.count else ()

    def renamed(self, name: Callable[[str, int], str], index: Callable[[int], bool] = lambda k: True) -> Spans:
        """Return spans with ``name(label, start)`` for all labels that lie under them and alternatives, and for the
        labels that are seen where ``index`` says so.
        """
        starts = self.starts.tolist()
        return replace(
            self,
            labels=tuple(
                name(label, at) if index(k) else label
                for k, (label, at) in enumerate(zip(self.labels, starts, strict=True))
            ),
            base_labels=tuple(name(label, at) for label, at in zip(self.base_labels, starts, strict=True)),
            alternatives=None if self.alternatives is None else tuple(
                merged((name(label, at), share) for label, share in row)
                for row, at in zip(self.alternatives, starts, strict=True)
            ),
        )  # fmt: skip

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        document: dict[str, Any] = {
            "hop_s": self.hop_s, "n_frames": self.n_frames,
            "labels": list(self.labels), "base_labels": list(self.base_labels),
        }  # fmt: skip
        if self.alternatives is not None:
            document["alternatives"] = [[list(pair) for pair in row] for row in self.alternatives]
        arrays: dict[str, NDArray[Any]] = {
            "starts": self.starts, "stops": self.stops, "ids": self.ids,
            "base_frames": self.base_frames, "origin": self.origin,
        }  # fmt: skip
        if self.score is not None:
            arrays["score"] = self.score
        if self.source is not None:
            arrays["source"] = self.source
        if self.base_starts is not None:
            arrays["base_starts"] = self.base_starts
        return document, arrays

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Spans:
        labels, base_labels = tuple(document["labels"]), tuple(document["base_labels"])
        if not all(isinstance(label, str) for label in (*labels, *base_labels)):
            raise SketchError(f"{spec.title}: a label is not text.")
        n = (len(labels),)

        def column(name: str, dtype: Any) -> NDArray[Any]:
            return checked(arrays.get(name), dtype, n, f"{spec.title}: {name}")

        score, source = arrays.get("score"), arrays.get("source")
        return cls(
            spec, float(document["hop_s"]), int(document["n_frames"]),
            column("starts", np.int32), column("stops", np.int32), labels, column("ids", np.int32), base_labels,
            column("base_frames", np.int32), checked_marks(arrays.get("origin"), n[0], f"{spec.title}: origin"),
            None if score is None else checked(score, np.float32, n, f"{spec.title}: score"),
            None if source is None else checked(source, np.int32, (*n, 2), f"{spec.title}: source"),
            column("base_starts", np.int32) if arrays.get("base_starts") is not None else None,
            alternatives_read(document.get("alternatives"), n[0], spec.title),
        )  # fmt: skip

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        return self.origin if region is None else self.origin[self.inside(region.start, region.stop)]

    def lock(self, region: Region, on: bool) -> Spans:
        origin = self.origin.copy()
        part = origin[self.inside(region.start, region.stop)]
        part[:] = part | np.uint8(Mark.LOCKED) if on else part & ~np.uint8(Mark.LOCKED)
        return replace(self, origin=frozen(origin, np.uint8))

    def erase(self, region: Region) -> Spans:
        """Give labels back, and places to free spans, of which those that a hand put in are gone.

        Lengths of governing spans are given back by `edits.reset_lengths`, which moves all other layers too.
        """
        if self.base_starts is not None:
            return self._given_back(region)
        labels, origin = list(self.labels), self.origin.copy()
        for k in range(*self.inside(region.start, region.stop).indices(self.count)):
            if not origin[k] & Mark.LOCKED:
                labels[k] = self.base_labels[k]
                if self.stops[k] - self.starts[k] == self.base_frames[k]:
                    origin[k] &= ~np.uint8(Mark.EDITED)
        return replace(self, labels=tuple(labels), origin=frozen(origin, np.uint8))

    def _given_back(self, region: Region) -> Spans:
        """Give what a hand edited back to what the engine made of it; see `given_back`."""
        assert self.base_starts is not None
        inside = self.inside(region.start, region.stop)
        edited = self.origin & np.uint8(Mark.EDITED | Mark.LOCKED) == Mark.EDITED
        wanted = [k for k in range(*inside.indices(self.count)) if edited[k]]
        moved, gone = given_back(self, wanted)
        labels, origin = list(self.labels), self.origin.copy()
        starts, stops = self.starts.copy(), self.stops.copy()
        for k in wanted:
            labels[k] = self.base_labels[k]
        for k, (start, stop) in moved.items():
            starts[k], stops[k] = start, stop
        for k in {*wanted, *moved}:
            place = starts[k] == self.base_starts[k] and stops[k] - starts[k] == self.base_frames[k]
            if place and labels[k] == self.base_labels[k]:
                origin[k] &= ~np.uint8(Mark.EDITED)
        order = [k for k in np.argsort(starts, kind="stable").tolist() if k not in gone]
        whole = self.subset(order)
        return replace(
            whole, starts=frozen(starts[order], np.int32), stops=frozen(stops[order], np.int32),
            labels=tuple(labels[k] for k in order), origin=frozen(origin[order], np.uint8),
        )  # fmt: skip

    def changed(self, other: Spans) -> list[tuple[int, int]]:
        if self.labels is other.labels and self.starts is other.starts and self.stops is other.stops:
            return []
        if self.count == other.count:
            different = (self.starts != other.starts) | (self.stops != other.stops)
            if self.labels is not other.labels:
                different |= np.array([a != b for a, b in zip(self.labels, other.labels, strict=True)], bool)
            at = np.flatnonzero(different)
            ends = [
                *zip(self.starts[at], self.stops[at], strict=True),
                *zip(other.starts[at], other.stops[at], strict=True),
            ]
            return sorted({(int(start), int(stop)) for start, stop in ends})
        mine = list(zip(self.starts.tolist(), self.stops.tolist(), self.labels, strict=True))
        theirs = list(zip(other.starts.tolist(), other.stops.tolist(), other.labels, strict=True))
        different = set(mine) ^ set(theirs)
        return sorted({(start, stop) for start, stop, _ in different})

    def retime(self, warp: Warp) -> Spans:
        starts, stops = warp.at(self.starts), warp.at(self.stops)
        moved = replace(
            self, n_frames=warp.new[-1], starts=frozen(starts, np.int32),
            stops=frozen(np.maximum(stops, starts), np.int32),
        )  # fmt: skip
        if self.base_starts is None:
            return moved
        first, last = warp.at(np.maximum(self.base_starts, 0)), warp.at(self.base_starts + self.base_frames)
        laid = self.base_starts >= 0
        return replace(
            moved, base_starts=frozen(np.where(laid, first, -1), np.int32),
            base_frames=frozen(np.where(laid, np.maximum(last - first, 0), moved.stops - moved.starts), np.int32),
        )  # fmt: skip

    def joined(self, other: Spans) -> Spans:
        """Return the spans followed by those of another; its ids count on from the greatest here."""
        next_id = int(self.ids.max(initial=-1)) + 1
        first_id = int(other.ids.min(initial=0))

        def both(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
            return frozen(np.concatenate([mine, theirs]), mine.dtype)

        return replace(
            self,
            n_frames=self.n_frames + other.n_frames,
            starts=both(self.starts, other.starts + np.int32(self.n_frames)),
            stops=both(self.stops, other.stops + np.int32(self.n_frames)),
            labels=self.labels + other.labels,
            ids=both(self.ids, other.ids + np.int32(next_id - first_id)),
            base_labels=self.base_labels + other.base_labels,
            base_frames=both(self.base_frames, other.base_frames),
            origin=both(self.origin, other.origin),
            score=None if self.score is None or other.score is None else both(self.score, other.score),
            source=None if self.source is None or other.source is None else both(self.source, other.source),
            base_starts=None
            if self.base_starts is None or other.base_starts is None
            else both(self.base_starts, shifted_places(other.base_starts, self.n_frames)),
            alternatives=None
            if self.alternatives is None or other.alternatives is None
            else self.alternatives + other.alternatives,
        )

    def splice(self, start: int, stop: int, other: Spans, first: int, last: int) -> Spans:
        """Spans wholly inside take places, labels and marks of their like; ids and places in the source stay.

        Where there are not as many on both sides, or they would run into a span that reaches out of the stretch, the
        own ones stay and are stretched. Free spans: see `free_splice`.
        """
        if self.base_starts is not None and other.base_starts is not None:
            return spliced(self, start, stop, other, first, last)
        total = self.n_frames - (stop - start) + last - first
        moved = self.retime(Warp((0, start, stop, self.n_frames), (0, start, start + last - first, total)))
        mine = np.flatnonzero((self.starts >= start) & (self.stops <= stop))
        theirs = np.flatnonzero((other.starts >= first) & (other.stops <= last))
        if len(mine) != len(theirs):
            return moved

        def put(own: NDArray[Any], its: NDArray[Any]) -> NDArray[Any]:
            result = own.copy()
            result[mine] = its[theirs]
            return frozen(result, own.dtype)

        starts, stops = put(moved.starts, other.starts - first + start), put(moved.stops, other.stops - first + start)
        if np.any(starts[1:] < stops[:-1]):
            return moved
        labels, base_labels, thought = list(self.labels), list(self.base_labels), list(self.alternatives or ())
        for k, j in zip(mine.tolist(), theirs.tolist(), strict=True):
            labels[k], base_labels[k] = other.labels[j], other.base_labels[j]
            if self.alternatives is not None and other.alternatives is not None:
                thought[k] = other.alternatives[j]
        score = self.score if self.score is None or other.score is None else put(self.score, other.score)
        return replace(
            moved, starts=starts, stops=stops, labels=tuple(labels), base_labels=tuple(base_labels), score=score,
            base_frames=put(moved.base_frames, other.base_frames), origin=put(self.origin, other.origin),
            base_starts=None if moved.base_starts is None or other.base_starts is None
            else put(moved.base_starts, shifted_places(other.base_starts, start - first)),
            alternatives=None if self.alternatives is None else tuple(thought),
        )  # fmt: skip

    def pairs(self, old: Spans, pieces: list[Piece]) -> list[tuple[int, int]]:
        """Return (old index, own index) of the spans that begin in matched stretches with equally many of them."""
        found = []
        for a, b, c, d in pieces:
            # A span belongs to the piece in which it begins: a word that was split is not edited twice.
            ours = [k for k in range(*self.inside(c, d).indices(self.count)) if self.starts[k] >= c]
            its = [j for j in range(*old.inside(a, b).indices(old.count)) if old.starts[j] >= a]
            if len(ours) == len(its):
                found += list(zip(its, ours, strict=True))
        return found

    def carry(self, old: Spans, pieces: list[Piece], *, relative: bool = False) -> Spans:
        held = old.by_hand()
        if not held.any():
            return self
        pieces = [piece for piece in pieces if held[old.inside(piece[0], piece[1])].any()]
        return self.taking(old, self.pairs(old, pieces))

    def taking(self, old: Spans, pairs: list[tuple[int, int]]) -> Spans:
        """Take over labels and marks of old spans by hand, by pairs of (old index, own index)."""
        labels, origin, held = list(self.labels), self.origin.copy(), old.by_hand()
        for j, k in pairs:
            if held[j] and self.spec.allows(old.labels[j]):
                labels[k], origin[k] = old.labels[j], old.origin[j]
        return replace(self, labels=tuple(labels), origin=frozen(origin, np.uint8))

    def cut(self, start: int, stop: int) -> Spans:
        part = self.subset(np.flatnonzero((self.starts >= start) & (self.stops <= stop)).tolist())
        return replace(
            part, n_frames=stop - start,
            starts=frozen(part.starts - start, np.int32), stops=frozen(part.stops - start, np.int32),
            base_starts=None if part.base_starts is None
            else frozen(shifted_places(part.base_starts, -start), np.int32),
        )  # fmt: skip
