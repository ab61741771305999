"""Permanence for tunes: carry hand edits and locks over by syllable and bar, and list what has no place any more.

* A note keeps the pitch that a hand gave it, the step of its scale where the key is another one, and its length; when
  it begins is the new tune's, unless a hand laid it out in time: then it keeps its beat.
* A span that governs nothing keeps its label; its place only where a hand moved it.
* What is locked keeps everything, in the bar where its words are now.
* What the engine has in the place of a hand makes room. The engine that follows edits then brings the rest in line.
* Syllables that were taken out stay out (`carry_deletions`).
* What stood on words that are gone is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.bar_matching import BarMatching, Place, is_laid_out, length_by_hand, own_places
from intermezzo.core.edits.carry_deletions import taken_out_again
from intermezzo.core.edits.losses import told
from intermezzo.core.edits.put_back import put_back
from intermezzo.core.edits.words import plain
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Layer, Mark, Notes, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.music.chords import chord_of, named_in
from intermezzo.core.music.harmony import key_at
from intermezzo.core.music.keys import Key, letter_pitch_class, spelled
from intermezzo.core.sketch import Sketch

__all__ = ["carried_by_bars", "chord_up", "returned_by_bars"]

_ALIKE = 0.5  # of the time that both take together: so far two spans are in one place
_LEAST = 60  # frames that are left of a note or span that makes room


@dataclass(frozen=True)
class _Held:
    """An element by hand: its old index, the new one in whose place it stands (None: none), and where it lies."""

    old: int
    like: int | None
    start: int
    stop: int


def carried_by_bars(found: BarMatching) -> tuple[Sketch, tuple[Dropped, ...]]:
    """Return the new sketch with the edits of the old one, and those that have no place in it."""
    new, lost = found.new, list[Dropped]()
    for name, layer in found.old.layers.items():
        fresh = new.layers[name]
        if not layer.is_touched or type(fresh) is not type(layer):
            continue
        if isinstance(layer, Spans) and isinstance(fresh, Spans):
            held, gone = _held_spans(found, layer, fresh)
            new = new.with_layer(_with_spans(found, layer, fresh, held))
        elif isinstance(layer, Notes) and isinstance(fresh, Notes):
            held, gone = _held_notes(found, layer, fresh)
            new = new.with_layer(_with_notes(found, layer, fresh, held))
        else:
            n = min(len(layer), len(fresh))
            new = new.with_layer(fresh.carry(layer, [(0, n, 0, n)]))
            continue
        lost += _lost(found, layer, gone)
    new, back = taken_out_again(found, new)
    return new, tuple(sorted([*lost, *back], key=lambda drop: drop.start_s))


def returned_by_bars(new: Sketch, found: BarMatching, waiting: Sequence[Dropped]) -> tuple[Sketch, tuple[Dropped, ...]]:
    """Give edits that wait back to their syllables, where these were not there before; return also those that wait on.

    These keep their distance to what was sung before them.
    """
    hop_s, words = new.type.hop_s, found.words[1]
    fresh = set(range(words.count)) - set(found.pairs.values())
    labels = [plain(label) for label in words.base_labels]
    still: list[Dropped] = []
    for drop in waiting:
        frame = round(drop.near_s / hop_s)
        near = found.place(frame, found.shift_of(0, frame) or 0)
        near = new.n_frames if near is None else near
        places = [k for k in fresh if drop.word and labels[k] == plain(drop.word)]
        at = min(places, key=lambda k: abs(int(words.starts[k]) - near), default=None)
        try:
            if at is None:
                raise EditError("It waits.")
            new = put_back(new, drop, int(words.starts[at]), int(words.stops[at]))
        except EditError:
            still.append(replace(drop, near_s=near * hop_s))
    return new, tuple(still)


# Spans


def _held_spans(found: BarMatching, old: Spans, new: Spans) -> tuple[list[_Held], list[int]]:
    places, taken = own_places(old), set[int]()
    held: list[_Held] = []
    gone: list[int] = []
    is_words = old is found.words[0]
    for j in np.flatnonzero(old.by_hand()).tolist():
        shift = found.shift_of(*places[j]) if not is_words or j not in found.pairs else found.shifts.get(j)
        like = found.pairs.get(j) if is_words else None
        own = _moved(found, (int(old.starts[j]), int(old.stops[j])), shift)
        if is_words and j in found.pairs:
            own = found.laid_out(int(old.starts[j]), int(old.stops[j]), j)
        elif is_words and _is_new(old, j):
            own = _in_its_syllable(found, old, new, j) or own
        engines = _moved(found, places[j], shift)
        if not is_words and engines is not None:
            like = _alike(engines, new)
        like = None if like in taken else like
        if own is None or (is_words and like is None and not (old.origin[j] & Mark.LOCKED or _is_new(old, j))):
            gone.append(j)
            continue
        if like is not None:
            taken.add(like)
            if not is_laid_out(old, j) and (is_words or length_by_hand(old, j) is None):
                own = _in_place(old, j, new, like)
        held.append(_Held(j, like, *own))
    return _with_room(held, gone)


def _in_its_syllable(found: BarMatching, old: Spans, new: Spans, j: int) -> Place | None:
    """Return where a syllable lies that a hand put into another: as far from its beginning as before."""
    start, stop = int(old.starts[j]), int(old.stops[j])
    i = found.syllable_at(start)
    k = found.pairs.get(i) if i is not None else None
    if i is None or k is None or is_laid_out(old, i):
        return None
    by = int(new.starts[k]) - found.places[i][0]
    return (start + by, min(stop + by, new.n_frames)) if start + by < new.n_frames else None


def _in_place(old: Spans | Notes, j: int, new: Spans | Notes, like: int) -> Place:
    """Return where the new element is, as long as a hand made the old one."""
    start, stop = int(new.starts[like]), int(new.stops[like])
    length = length_by_hand(old, j)
    return start, stop if length is None else min(start + length, new.n_frames)


def _with_room(held: Sequence[_Held], gone: list[int]) -> tuple[list[_Held], list[int]]:
    """Return elements that do not overlap: one ends where the next begins, and is gone where nothing is left of it."""
    found: list[_Held] = []
    for item in sorted(held, key=lambda item: (item.start, item.old)):
        if found and item.start < found[-1].stop:
            if item.start - found[-1].start >= _LEAST:
                found[-1] = replace(found[-1], stop=item.start)
            elif item.stop - found[-1].stop >= _LEAST:
                item = replace(item, start=found[-1].stop)
            else:
                gone.append(item.old)
                continue
        found.append(item)
    return found, sorted(gone)


def _is_new(spans: Spans, k: int) -> bool:
    return spans.base_starts is not None and bool(spans.base_starts[k] < 0)


def _moved(found: BarMatching, place: Place, shift: int | None) -> Place | None:
    if shift is None:
        return None
    start = found.place(place[0], shift)
    stop = found.place(place[1], shift)
    if start is None or start >= found.new.n_frames:
        return None
    if place == (0, found.old.n_frames):
        return 0, found.new.n_frames
    stop = found.new.n_frames if stop is None else stop
    return (start, stop) if stop > start else None


def _alike(place: Place, spans: Spans) -> int | None:
    """Return the span that shares most of its time with a place, if it is half of what both take together."""
    best, most = None, _ALIKE
    for k in range(*spans.inside(*place).indices(spans.count)):
        a, b = int(spans.starts[k]), int(spans.stops[k])
        both = min(b, place[1]) - max(a, place[0])
        share = both / (max(b, place[1]) - min(a, place[0]))
        if share >= most:
            best, most = k, share
    return best


def _with_spans(found: BarMatching, old: Spans, new: Spans, held: Sequence[_Held]) -> Spans:
    rows = [_span_row(found, old, new, item, item.start, item.stop) for item in held]  # columns of each span
    busy = [(item.start, item.stop) for item in held]
    likes = {item.like for item in held}
    for k in range(new.count):
        if k in likes:
            continue
        place = int(new.starts[k]), int(new.stops[k])
        rest = _free(place, busy)
        if rest is not None:
            row = _own_row(new, k)
            if rest != place:
                row |= {"starts": rest[0], "stops": rest[1], "base_starts": rest[0], "base_frames": rest[1] - rest[0]}
            rows.append(row)
    rows.sort(key=lambda row: int(row["starts"]))
    following = int(new.ids.max(initial=-1)) + 1
    for row in rows:
        if row["ids"] < 0:
            row["ids"], following = following, following + 1

    def column(name: str, dtype: Any) -> NDArray[Any]:
        return frozen(np.array([row[name] for row in rows]), dtype)

    return replace(
        new, starts=column("starts", np.int32), stops=column("stops", np.int32), ids=column("ids", np.int32),
        labels=tuple(row["labels"] for row in rows), base_labels=tuple(row["base_labels"] for row in rows),
        base_frames=column("base_frames", np.int32), origin=column("origin", np.uint8),
        score=None if new.score is None else column("score", np.float32),
        source=None if new.source is None
        else frozen(np.array([row["source"] for row in rows]).reshape(-1, 2), np.int32),
        base_starts=None if new.base_starts is None else column("base_starts", np.int32),
        alternatives=None if new.alternatives is None else tuple(row["alternatives"] for row in rows),
    )  # fmt: skip


def _own_row(spans: Spans, k: int) -> dict[str, Any]:
    return {
        "ids": int(spans.ids[k]), "starts": int(spans.starts[k]), "stops": int(spans.stops[k]),
        "labels": spans.labels[k], "base_labels": spans.base_labels[k], "base_frames": int(spans.base_frames[k]),
        "base_starts": -1 if spans.base_starts is None else int(spans.base_starts[k]), "origin": int(spans.origin[k]),
        "score": 1.0 if spans.score is None else float(spans.score[k]),
        "source": (-1, -1) if spans.source is None else spans.source[k].tolist(),
        "alternatives": spans.alternatives_at(k),
    }  # fmt: skip


def _span_row(found: BarMatching, old: Spans, new: Spans, item: _Held, start: int, stop: int) -> dict[str, Any]:
    j = item.old
    label = old.labels[j]
    locked = bool(old.origin[j] & Mark.LOCKED)
    is_said = label != old.base_labels[j] or locked or item.like is None
    beats = found.old.type.beats
    if beats is not None and old.spec.name == beats.chords and not locked:
        label = _transposed(found, label, int(old.starts[j]), start)
    row = _own_row(new, item.like) if item.like is not None else {
        "ids": -1, "base_labels": label, "base_frames": stop - start, "base_starts": -1, "score": 1.0,
        "labels": label, "source": (-1, -1), "alternatives": (),
    }  # fmt: skip
    return row | {
        "starts": start, "stops": stop, "origin": int(old.origin[j]),
        "labels": label if is_said and new.spec.allows(label) else row["labels"],
    }  # fmt: skip


def _transposed(found: BarMatching, label: str, frame: int, to: int) -> str:
    by, key = found.transposed_by(frame, to), key_at(found.new, to)
    return label if not by or key is None else chord_up(label, by, key)


def chord_up(label: str, by: int, key: Key) -> str:
    """Return a chord symbol some semitones higher, spelled as a key writes it; what is no chord stays."""
    try:
        chord = chord_of(label)
    except SketchError:
        return label
    if chord is None:
        return label
    moved = replace(chord, root=_up(chord.root, by, key), bass=_up(chord.bass, by, key) if chord.bass else "")
    return named_in(moved, key).name


def _up(name: str, by: int, key: Key) -> str:
    letter, sign, _ = spelled(60 + (letter_pitch_class(name) + by) % 12, key)
    return letter + ("#" * sign if sign > 0 else "b" * -sign)


def _free(place: Place, busy: Sequence[Place]) -> Place | None:
    """Return the longest part of a place that nothing by hand takes; None where too little is left."""
    at, best = place[0], (0, 0)
    for start, stop in [*busy, (place[1], place[1])]:
        if stop <= place[0] or start > place[1]:
            continue
        if start - at > best[1] - best[0]:
            best = at, start
        at = max(at, stop)
    least = min(_LEAST, place[1] - place[0])
    return best if best[1] - best[0] >= least else None


# Notes


def _held_notes(found: BarMatching, old: Notes, new: Notes) -> tuple[list[_Held], list[int]]:
    held: list[_Held] = []
    gone: list[int] = []
    taken = set[int]()
    words = found.words[1]
    rank: dict[int, int] = {}
    for j in range(old.count):
        start = int(old.values[j, 0] if old.drawn[j] else old.base[j, 0])
        i = found.syllable_at(start)
        k = found.pairs.get(i) if i is not None else None
        if i is not None and not old.drawn[j]:
            rank[i] = rank.get(i, -1) + 1
        if not old.origin[j] & (Mark.EDITED | Mark.LOCKED):
            continue
        own = found.laid_out(int(old.starts[j]), int(old.stops[j]), i)
        if own is None or (i is not None and k is None):
            gone.append(j)
            continue
        like: int | None = None
        if k is not None and i is not None and not old.drawn[j]:
            inside = range(*new.begun(int(words.starts[k]), int(words.stops[k])).indices(new.count))
            free = [m for m in inside if m not in taken]
            if free:
                like = inside[rank[i]] if rank[i] < len(inside) and inside[rank[i]] in free else free[-1]
        if like is not None:
            taken.add(like)
            if not is_laid_out(old, j):
                own = _in_place(old, j, new, like)
        held.append(_Held(j, like, *own))
    return held, gone


def _with_notes(found: BarMatching, old: Notes, new: Notes, held: Sequence[_Held]) -> Notes:
    values, base = new.values.astype(np.int64), new.base.astype(np.int64)
    lyrics, origin = list(new.lyrics), new.origin.copy()
    rows: list[NDArray[np.int64]] = []
    texts: list[str] = []
    under: list[NDArray[np.int64]] = []
    marks: list[int] = []
    for item in held:
        j = item.old
        row = np.array([item.start, item.stop, _pitch(found, old, j, item.start), int(old.velocities[j])], np.int64)
        is_said = bool(old.origin[j] & Mark.LOCKED) or old.lyrics[j] != old.base_lyrics[j] or item.like is None
        if item.like is None:
            rows.append(row)
            texts.append(old.lyrics[j])
            under.append(row * np.array([1, 1, 1, 0]) if old.drawn[j] else row)
            marks.append(int(old.origin[j]))
            continue
        if old.velocities[j] == old.base[j, 3] and not old.origin[j] & Mark.LOCKED:
            row[3] = values[item.like, 3]
        values[item.like], origin[item.like] = row, old.origin[j]
        lyrics[item.like] = old.lyrics[j] if is_said else lyrics[item.like]
    busy = sorted((item.start, item.stop) for item in held if is_laid_out(old, item.old) or item.like is None)
    likes = {item.like for item in held}
    gone: set[int] = set()
    for k in range(new.count):
        place = int(values[k, 0]), int(values[k, 1])
        if k in likes or not busy:
            continue
        rest = _free(place, busy)
        if rest is None:
            gone.add(k)
        elif rest != place:
            values[k, :2] = base[k, :2] = rest
    kept = [k for k in range(new.count) if k not in gone]
    left, next_id = new.subset(kept), int(new.ids.max(initial=-1)) + 1
    return left.rebuilt(
        values=np.concatenate([values[kept], np.array(rows, np.int64).reshape(-1, 4)]),
        base=np.concatenate([base[kept], np.array(under, np.int64).reshape(-1, 4)]),
        lyrics=(*(lyrics[k] for k in kept), *texts),
        base_lyrics=(*left.base_lyrics, *texts),
        ids=np.concatenate([left.ids, next_id + np.arange(len(rows))]),
        origin=np.concatenate([origin[kept], np.array(marks, np.int64)]),
        score=None if left.score is None else np.concatenate([left.score, np.ones(len(rows))]),
        source=None if left.source is None else np.concatenate([left.source, np.full((len(rows), 2), -1)]),
    )


def _pitch(found: BarMatching, old: Notes, j: int, to: int) -> int:
    pitch = int(old.pitches[j])
    if not old.origin[j] & Mark.LOCKED:
        pitch += found.transposed_by(int(old.starts[j]), to)
    return min(max(pitch, old.spec.low), old.spec.high)


# Losses


def _lost(found: BarMatching, layer: Spans | Notes, gone: Sequence[int]) -> Iterator[Dropped]:
    hop_s = layer.hop_s
    for run in _in_rows(gone):
        a, b = int(layer.starts[run[0]]), max(int(layer.stops[k]) for k in run)
        own: Layer = layer.subset(run)
        clip = own.cut(a, b)
        syllable = found.syllable_at(a)
        word = found.words[0].labels[syllable].rstrip("-") if syllable is not None else ""
        near = found.place(a, found.shift_of(0, a) or 0)
        near = found.new.n_frames if near is None else near
        start_s = float(found.old.clock.seconds_at(a))
        yield Dropped(told(clip), word, False, start_s, near * hop_s, (0.0, 1.0), {layer.spec.name: clip})


def _in_rows(indices: Sequence[int]) -> list[list[int]]:
    rows: list[list[int]] = []
    for k in indices:
        if rows and k == rows[-1][-1] + 1:
            rows[-1].append(k)
        else:
            rows.append([k])
    return rows
