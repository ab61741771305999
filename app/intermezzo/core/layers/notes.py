"""Notes: onset, length, pitch, velocity and syllable of each note, with what the engine had made of it underneath."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers.base import Layer, LayerSpec, Mark, Piece, Region, checked, checked_marks, frozen
from intermezzo.core.layers.notes_carry import UNDER_DRAWN, carried
from intermezzo.core.layers.notes_order import changed_ranges, in_order, reordered
from intermezzo.core.layers.warp import Warp

__all__ = ["COLUMNS", "Notes", "NotesSpec"]

COLUMNS: Final = ("starts", "stops", "pitches", "velocities")
"""The numbers of a note, int32 each; beside them it has a syllable."""
_MOST_CHARS = 200
_ALLOWED: Final = np.uint8(Mark.PITCH_ALLOWED | Mark.TIME_ALLOWED)


@dataclass(frozen=True)
class NotesSpec(LayerSpec):
    """``low`` and ``high`` are the lowest and highest MIDI pitch; ``min_frames`` is the shortest note."""

    kind: ClassVar[str] = "notes"
    low: int = 0
    high: int = 127
    min_frames: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 127 or self.min_frames < 1:
            raise SketchError(f"Notes {self.name!r}: pitches are 0 to 127 and the shortest note is 1 frame or more.")


@dataclass(frozen=True, eq=False)
class Notes(Layer):
    """``values`` int32 (notes, 4): start and stop in frames, MIDI pitch, velocity 1 to 127; in order of start.

    ``lyrics`` is the syllable of each: "riv-" goes on in the same word, "_" holds the syllable before it, "" has none.
    ``base`` int32 (notes, 4) and ``base_lyrics`` are what the engine made, with velocity 0 where it made nothing and a
    hand drew the note; ``ids`` int32, unique; ``origin`` uint8 `Mark`s; ``score`` float32 0 to 1 (how sure the engine
    is) or None; ``source`` int32 (notes, 2) character range in the source text (-1, -1 = nowhere) or None;
    ``n_frames`` the length of the time axis. Notes may overlap.
    """

    kind: ClassVar[str] = "notes"
    notes_spec: NotesSpec
    hop_s: float
    n_frames: int
    values: NDArray[np.int32]
    lyrics: tuple[str, ...]
    ids: NDArray[np.int32]
    base: NDArray[np.int32]
    base_lyrics: tuple[str, ...]
    origin: NDArray[np.uint8]
    score: NDArray[np.float32] | None = None
    source: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        self._check(frozenset(_PARTS))

    def _check(self, parts: Collection[str]) -> None:
        """Raise SketchError where the parts of these names are not what they must be."""
        n, spec = len(self.lyrics), self.spec
        title = spec.title
        if not 0 <= self.n_frames < 2**31:
            raise SketchError(f"{title}: a time axis of {self.n_frames:.3g} frames makes no sense.")
        if not all(len(a) == n for a in (self.values, self.base, self.ids, self.base_lyrics, self.origin)):
            raise SketchError(f"{title}: the parts differ in length.")
        if n and (np.any(np.diff(self.starts) < 0) or self.starts[0] < 0 or self.stops.max() > self.n_frames):
            raise SketchError(f"{title}: notes are not in their order or leave the time axis.")
        if np.any(self.stops <= self.starts):
            raise SketchError(f"{title}: a note has no length.")
        if np.any(self.pitches < spec.low) or np.any(self.pitches > spec.high):
            raise SketchError(f"{title}: a pitch is outside {spec.low} to {spec.high}.")
        if np.any(self.velocities < 1) or np.any(self.velocities > 127):
            raise SketchError(f"{title}: a velocity is outside 1 to 127.")
        if "ids" in parts and len(np.unique(self.ids)) != n:
            raise SketchError(f"{title}: two notes have the same id.")
        for name in ("lyrics", "base_lyrics"):
            if name in parts and max(map(len, getattr(self, name)), default=0) > _MOST_CHARS:
                raise SketchError(f"{title}: a syllable is longer than {_MOST_CHARS} characters.")

    @classmethod
    def machine(
        cls, spec: NotesSpec, hop_s: float, n_frames: int, values: Any, lyrics: Sequence[str],
        mark: Mark = Mark.PREDICTED, score: Any = None, source: Any = None,
    ) -> Notes:  # fmt: skip
        """Make notes as an engine hands them over; ids are counted from 0. Notes are put in order of their starts."""
        table = np.asarray(values, np.int64).reshape(-1, 4)
        n, order = len(table), np.lexsort((table[:, 2], table[:, 0]))
        if len(lyrics) != n:
            raise SketchError(f"{spec.title}: the parts differ in length.")
        sorted_values = checked(table[order], np.int32, (n, 4), spec.title)
        texts = tuple(lyrics[k] for k in order.tolist())
        ids, marks = frozen(np.arange(n), np.int32), frozen(np.full(n, int(mark)), np.uint8)
        return cls(
            spec, hop_s, n_frames, sorted_values, texts, ids, sorted_values, texts, marks,
            None if score is None else checked(np.asarray(score)[order], np.float32, (n,), f"{spec.title}: score"),
            None if source is None else checked(np.asarray(source).reshape(-1, 2)[order], np.int32, (n, 2), spec.title),
        )  # fmt: skip

    @property
    def spec(self) -> NotesSpec:
        return self.notes_spec

    def __len__(self) -> int:
        return self.n_frames

    @property
    def count(self) -> int:
        """How many notes there are (``len`` is the number of frames)."""
        return len(self.lyrics)

    @property
    def starts(self) -> NDArray[np.int32]:
        """Onsets in frames, int32 (notes,)."""
        return self.values[:, 0]

    @property
    def stops(self) -> NDArray[np.int32]:
        """Ends in frames, int32 (notes,)."""
        return self.values[:, 1]

    @property
    def pitches(self) -> NDArray[np.int32]:
        """MIDI pitches, int32 (notes,)."""
        return self.values[:, 2]

    @property
    def velocities(self) -> NDArray[np.int32]:
        """Velocities 1 to 127, int32 (notes,)."""
        return self.values[:, 3]

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Which notes a hand drew where the engine had made none, bool (notes,)."""
        found: NDArray[np.bool_] = self.base[:, 3] == 0
        return found

    def pitches_at(self, frames: Any) -> NDArray[np.float64]:
        """Return the pitch that sounds at each frame, of several the one begun last; NaN where none does."""
        at = np.asarray(frames, np.float64)
        if not self.count:
            return np.full(at.shape, np.nan)
        k = np.searchsorted(self.starts, at, side="right") - 1
        sounds = (k >= 0) & (self.stops[np.maximum(k, 0)] > at)
        return np.where(sounds, self.pitches[np.maximum(k, 0)], np.nan)

    def begun(self, start: int, stop: int) -> slice:
        """Return the indices of the notes that begin in frames ``start:stop``: those that belong to a stretch."""
        first, last = np.searchsorted(self.starts, (start, stop), side="left").tolist()
        return slice(first, max(first, last))

    def sounding(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the indices of the notes that sound in frames ``start:stop``."""
        last = int(np.searchsorted(self.starts, stop, side="left"))
        return np.flatnonzero(self.stops[:last] > start)

    def index_of(self, note_id: int) -> int | None:
        """Return the index of the note with an id, if it is there."""
        found = np.flatnonzero(self.ids == note_id)
        return int(found[0]) if len(found) else None

    def must_be_free(self, indices: Sequence[int] | NDArray[np.int64]) -> None:
        """Raise EditError if one of the notes is locked or does not exist, or hands may not change this layer."""
        if not self.spec.editable:
            raise EditError(f"{self.spec.title} cannot be edited with this engine.")
        at = np.asarray(indices, np.int64)
        missing = at[(at < 0) | (at >= self.count)]
        if len(missing):
            raise EditError(f"{self.spec.title} has no element {missing[0]}.")
        locked = at[(self.origin[at] & np.uint8(Mark.LOCKED)) != 0]
        if len(locked):
            raise EditError(f"{self.lyrics[locked[0]] or 'This note'!r} is locked; unlock it first.")

    def with_notes(
        self, indices: Sequence[int] | NDArray[np.int64], values: Any, lyrics: Sequence[str] | None = None
    ) -> Notes:
        """Return the notes with some changed by hand; they keep their ids and are put in order anew.

        Args:
            indices: which notes.
            values: int (len(indices), 4), as `values`; held inside the time axis, the range and the velocities.
            lyrics: their syllables; as they are where None.

        Raises:
            EditError: if a note is locked or a syllable too long.
        """
        self.must_be_free(indices)
        table, origin = self.values.copy(), self.origin.copy()
        texts: Sequence[str] = self.lyrics
        at, rows = np.asarray(indices, np.int64), self._held(values)
        elsewhere = (table[at, :3] != rows[:, :3]).any(axis=1)  # what was allowed was allowed where it lay
        differs = elsewhere | (table[at, 3] != rows[:, 3])
        if lyrics is not None:
            renamed = np.array([text != texts[k] for k, text in zip(indices, lyrics, strict=True)], bool)
            differs, elsewhere = differs | renamed, elsewhere | renamed
            texts = list(texts)
            for k, text in zip(indices, lyrics, strict=True):
                texts[k] = text
        table[at[differs]] = rows[differs]
        origin[at[differs]] |= np.uint8(Mark.EDITED)
        origin[at[elsewhere]] &= ~_ALLOWED
        return self._with(values=table, lyrics=texts, origin=origin)

    def with_new(self, values: Any, lyrics: Sequence[str]) -> Notes:
        """Return the notes and some more, drawn by hand; nothing of the engine's lies under them.

        Raises:
            EditError: if hands may not change this layer or a syllable is too long.
        """
        self.must_be_free(())
        rows = self._held(values)
        n, first_id = len(rows), int(self.ids.max(initial=-1)) + 1
        return self._with(
            values=np.concatenate([self.values, rows]), lyrics=(*self.lyrics, *lyrics),
            ids=np.concatenate([self.ids, np.arange(first_id, first_id + n)]),
            base=np.concatenate([self.base, rows * UNDER_DRAWN]), base_lyrics=(*self.base_lyrics, *lyrics),
            origin=np.concatenate([self.origin, np.full(n, int(Mark.EDITED))]),
            score=None if self.score is None else np.concatenate([self.score, np.ones(n)]),
            source=None if self.source is None else np.concatenate([self.source, np.full((n, 2), -1)]),
        )  # fmt: skip

    def with_predicted(self, values: Any, lyrics: Sequence[str], ids: Sequence[int] | None = None) -> Notes:
        """Return the notes and some more as an engine makes them; new ids where none are given.

        Args:
            values: int (n, 4), as `values`.
            lyrics: n syllables.
            ids: n ids that no note here has.

        Raises:
            SketchError: if a note is impossible or an id is taken.
        """
        rows = np.asarray(values, np.int64).reshape(-1, 4)
        n, next_id = len(rows), int(self.ids.max(initial=-1)) + 1
        return self._with(
            values=np.concatenate([self.values, rows]), lyrics=(*self.lyrics, *lyrics),
            ids=np.concatenate([self.ids, next_id + np.arange(n) if ids is None else np.asarray(ids, np.int64)]),
            base=np.concatenate([self.base, rows]), base_lyrics=(*self.base_lyrics, *lyrics),
            origin=np.concatenate([self.origin, np.full(n, int(Mark.PREDICTED))]),
            score=None if self.score is None else np.concatenate([self.score, np.ones(n)]),
            source=None if self.source is None else np.concatenate([self.source, np.full((n, 2), -1)]),
        )  # fmt: skip

    def rebuilt(self, **columns: Any) -> Notes:  # Any: arrays and tuples, by the names of the columns
        """Return the notes with some of their columns replaced, all of one length, put in order of start and pitch.

        Raises:
            EditError: if the columns do not fit together.
        """
        return self._with(**columns)

    def without(self, indices: Sequence[int]) -> Notes:
        """Return the notes without some.

        Raises:
            EditError: if one of them is locked.
        """
        self.must_be_free(indices)
        gone = set(indices)
        return self.subset([k for k in range(self.count) if k not in gone])

    def subset(self, kept: Sequence[int]) -> Notes:
        """Return only the notes at the given indices, which rise."""
        at = np.asarray(kept, np.int64)
        return replace(
            self, values=frozen(self.values[at], np.int32), lyrics=tuple(self.lyrics[k] for k in kept),
            ids=frozen(self.ids[at], np.int32), base=frozen(self.base[at], np.int32),
            base_lyrics=tuple(self.base_lyrics[k] for k in kept), origin=frozen(self.origin[at], np.uint8),
            score=None if self.score is None else frozen(self.score[at], np.float32),
            source=None if self.source is None else frozen(self.source[at], np.int32),
        )  # fmt: skip

    def _held(self, values: Any) -> NDArray[np.int64]:
        rows = np.asarray(values, np.int64).reshape(-1, 4).copy()
        spec = self.spec
        length = np.clip(rows[:, 1] - rows[:, 0], spec.min_frames, max(self.n_frames, spec.min_frames))
        rows[:, 0] = np.clip(rows[:, 0], 0, np.maximum(self.n_frames - length, 0))
        rows[:, 1] = np.minimum(rows[:, 0] + length, self.n_frames)
        rows[:, 2] = np.clip(rows[:, 2], spec.low, spec.high)
        rows[:, 3] = np.clip(rows[:, 3], 1, 127)
        return rows

    def _with(self, n_frames: int | None = None, **parts: Any) -> Notes:
        """Return the notes with some parts replaced, all of them put in order of start and pitch.

        What does not change is shared, and not checked again: with thousands of notes a hand would feel it.
        """
        order = in_order(np.asarray(parts.get("values", self.values)))
        changed = parts if order is None else {name: getattr(self, name) for name in _PARTS} | parts
        made: dict[str, Any] = {"n_frames": self.n_frames if n_frames is None else n_frames}
        for name, part in changed.items():
            kind = _PARTS[name]
            if kind is str:
                made[name] = tuple(part) if order is None else reordered(part, order)
            elif part is not None:
                made[name] = frozen(np.asarray(part) if order is None else np.asarray(part)[order], kind)
        whole = object.__new__(type(self))
        vars(whole).update({field.name: getattr(self, field.name) for field in fields(self)} | made)
        try:
            whole._check({name for name in parts if name in _PARTS})
        except SketchError as problem:
            raise EditError(str(problem)) from None
        return whole

    def parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        document = {
            "hop_s": self.hop_s, "n_frames": self.n_frames,
            "lyrics": list(self.lyrics), "base_lyrics": list(self.base_lyrics),
        }  # fmt: skip
        arrays: dict[str, NDArray[Any]] = {
            "values": self.values,
            "base": self.base,
            "ids": self.ids,
            "origin": self.origin,
        }
        if self.score is not None:
            arrays["score"] = self.score
        if self.source is not None:
            arrays["source"] = self.source
        return document, arrays

    @classmethod
    def from_parts(cls, spec: Any, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Notes:
        lyrics, base_lyrics = tuple(document["lyrics"]), tuple(document["base_lyrics"])
        if not all(isinstance(text, str) for text in (*lyrics, *base_lyrics)):
            raise SketchError(f"{spec.title}: a syllable is not text.")
        n = len(lyrics)
        score, source = arrays.get("score"), arrays.get("source")
        return cls(
            spec, float(document["hop_s"]), int(document["n_frames"]),
            checked(arrays.get("values"), np.int32, (n, 4), f"{spec.title}: values"), lyrics,
            checked(arrays.get("ids"), np.int32, (n,), f"{spec.title}: ids"),
            checked(arrays.get("base"), np.int32, (n, 4), f"{spec.title}: base"), base_lyrics,
            checked_marks(arrays.get("origin"), n, f"{spec.title}: origin", sum(Mark)),
            None if score is None else checked(score, np.float32, (n,), f"{spec.title}: score"),
            None if source is None else checked(source, np.int32, (n, 2), f"{spec.title}: source"),
        )  # fmt: skip

    def marks(self, region: Region | None = None) -> NDArray[np.uint8]:
        return self.origin if region is None else self.origin[self.begun(region.start, region.stop)]

    def by_hand(self) -> NDArray[np.bool_]:
        held: NDArray[np.bool_] = (self.origin & np.uint8(Mark.EDITED | Mark.LOCKED)) != 0
        return held

    def lock(self, region: Region, on: bool) -> Notes:
        origin = self.origin.copy()
        part = origin[self.begun(region.start, region.stop)]
        part[:] = part | np.uint8(Mark.LOCKED) if on else part & ~np.uint8(Mark.LOCKED)
        return replace(self, origin=frozen(origin, np.uint8))

    def erase(self, region: Region) -> Notes:
        """Give the notes that begin in the region back to what the engine made of them; drawn ones are gone."""
        return self.erased(range(*self.begun(region.start, region.stop).indices(self.count)))

    def erased(self, indices: Sequence[int]) -> Notes:
        """Give some notes back to what the engine made of them; those that a hand drew are gone, locked ones stay."""
        values, lyrics, origin = self.values.copy(), list(self.lyrics), self.origin.copy()
        gone, drawn = set(), self.drawn
        for k in indices:
            if origin[k] & Mark.LOCKED:
                continue
            if drawn[k]:
                gone.add(k)
                continue
            values[k], lyrics[k] = self.base[k], self.base_lyrics[k]
            origin[k] &= ~(np.uint8(Mark.EDITED) | _ALLOWED)
        whole = self._with(values=values, lyrics=lyrics, origin=origin)
        if not gone:
            return whole
        lost = set(self.ids[sorted(gone)].tolist())
        return whole.subset([k for k, note in enumerate(whole.ids.tolist()) if note not in lost])

    def changed(self, other: Notes) -> list[tuple[int, int]]:
        return changed_ranges(self, other)

    def retime(self, warp: Warp) -> Notes:
        """Notes that lose all their length are gone; what lies under them moves as they do."""
        moved = [warp.at(table[:, k]) for table in (self.values, self.base) for k in (0, 1)]
        kept = np.flatnonzero(moved[1] > moved[0])
        values, base = self.values.copy(), self.base.copy()
        values[:, 0], values[:, 1] = moved[0], moved[1]
        base[:, 0], base[:, 1] = moved[2], np.maximum(moved[3], moved[2] + 1)
        whole = self.subset(kept.tolist()) if len(kept) < self.count else self
        return replace(
            whole, n_frames=warp.new[-1], values=frozen(values[kept], np.int32), base=frozen(base[kept], np.int32)
        )

    def joined(self, other: Notes) -> Notes:
        """Return the notes followed by those of another; its ids count on from the greatest here."""
        next_id, shift = int(self.ids.max(initial=-1)) + 1, np.array([self.n_frames, self.n_frames, 0, 0], np.int32)
        first_id = int(other.ids.min(initial=0))

        return self._with(
            self.n_frames + other.n_frames, values=np.concatenate([self.values, other.values + shift]),
            lyrics=self.lyrics + other.lyrics, ids=np.concatenate([self.ids, other.ids + np.int32(next_id - first_id)]),
            base=np.concatenate([self.base, other.base + shift]), base_lyrics=self.base_lyrics + other.base_lyrics,
            origin=np.concatenate([self.origin, other.origin]), score=_both(self.score, other.score),
            source=_both(self.source, other.source),
        )  # fmt: skip

    def splice(self, start: int, stop: int, other: Notes, first: int, last: int) -> Notes:
        """Notes that begin in the stretch make room for those of the other, which get new ids; all others keep theirs.

        An own note that sounds on into the stretch stays as long as it was.
        """
        by = (last - first) - (stop - start)
        total, inside = self.n_frames + by, self.begun(start, stop)
        kept = [k for k in range(self.count) if not inside.start <= k < inside.stop]
        own, theirs = self.subset(kept), other.subset(range(*other.begun(first, last).indices(other.count)))
        own_shift = np.where(np.asarray(kept, np.int64) >= inside.stop, by, 0)

        def both(mine: NDArray[np.int32], its: NDArray[np.int32]) -> NDArray[np.int64]:
            table = np.concatenate([mine, its]).astype(np.int64)
            table[:, :2] += np.concatenate([own_shift, np.full(len(its), start - first)])[:, None]
            table[:, 1] = np.minimum(table[:, 1], total)
            return table

        next_id = int(self.ids.max(initial=-1)) + 1
        return self._with(
            total, values=both(own.values, theirs.values), lyrics=own.lyrics + theirs.lyrics,
            ids=np.concatenate([own.ids, next_id + np.arange(theirs.count)]), base=both(own.base, theirs.base),
            base_lyrics=own.base_lyrics + theirs.base_lyrics, origin=np.concatenate([own.origin, theirs.origin]),
            score=_both(own.score, theirs.score), source=_both(own.source, theirs.source),
        )  # fmt: skip

    def carry(self, old: Notes, pieces: list[Piece], *, relative: bool = False) -> Notes:
        return carried(self, old, pieces, relative=relative)

    def cut(self, start: int, stop: int) -> Notes:
        part = self.subset(range(*self.begun(start, stop).indices(self.count)))
        shift = np.array([start, start, 0, 0], np.int32)
        values = part.values - shift
        values[:, 1] = np.minimum(values[:, 1], stop - start)
        return replace(
            part, n_frames=stop - start, values=frozen(values, np.int32), base=frozen(part.base - shift, np.int32)
        )


_PARTS: Final[dict[str, Any]] = {
    "values": np.int32, "lyrics": str, "ids": np.int32, "base": np.int32, "base_lyrics": str, "origin": np.uint8,
    "score": np.float32, "source": np.int32,
}  # fmt: skip


def _both(mine: NDArray[Any] | None, theirs: NDArray[Any] | None) -> NDArray[Any] | None:
    return None if mine is None or theirs is None else np.concatenate([mine, theirs])
