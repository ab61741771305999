"""Permanence: carry hand edits and locks from an old sketch over to a new prediction, and list what was lost.

Words are matched first, then the sounds inside them (`matching`). What a hand did to the sounds themselves is done
again (`reshape`), and then every layer takes over its edited and locked elements, stretched with its sound, so that
what was drawn at 30 % of a sound stays there. What each kind of edit keeps:

* A curve keeps what was drawn, in its unit, as long as the voice stays. Where a setting moved the whole layer (another
  voice, a pitch shift: `Param.moves`) or the curve is in decibels, it keeps its distance to the prediction instead, on
  the axis of its lane: +3 semitones stay +3 semitones, a flat line stays flat.
* Paint of a matrix is a difference as it is.
* Lengths drawn by hand keep their frames. Where a setting changed the tempo (`Param.tempo`), they follow it: who asks
  for twice the speed gets it everywhere.
* What is locked keeps its value and its length, whatever changes.
* Sounds that were put in or renamed keep the prediction that was made for them, for the new one is for others.

Sketches in beats, whose time no spans govern, are matched by syllables and bars (`carry_bars`). Others without
governing spans are matched frame by frame where they have the same length, grids cell by cell (`carry_cells`); and so
are values of the same ground under other spans: a recording that was analysed before its text was known. Curves beside
grids are stretched with the whole: the path that was drawn for a loop is that of the longer loop, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.align import align
from intermezzo.core.edits.allowances import with_allowances
from intermezzo.core.edits.bar_matching import bar_matched
from intermezzo.core.edits.carry_bars import carried_by_bars, returned_by_bars
from intermezzo.core.edits.carry_cells import carried_cells, returned_cells
from intermezzo.core.edits.losses import lost_edits, lost_slots, nearest_frame
from intermezzo.core.edits.matching import Matching, matched
from intermezzo.core.edits.put_back import put_back
from intermezzo.core.edits.reshape import renamed_pieces, reshaped
from intermezzo.core.edits.words import plain
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Grid, Layer, Mark, Piece, Slots, Spans
from intermezzo.core.params import Param
from intermezzo.core.sketch import Made, Sketch

__all__ = ["Rules", "carry_over", "has_edits", "rules_between"]

_RETURNED_WITHIN = 40  # words from where it was: a word that comes back there gets its edits back


@dataclass(frozen=True)
class Rules:
    """What changed beside the text: ``tempo`` is the new length of a sound over the old, ``moves`` layers by name.

    ``everything``: another engine made the new sketch, and all curves keep their distance to its prediction.
    ``exactly``: the new one is only another take, and what was drawn keeps its value on every curve.
    """

    tempo: float = 1.0
    moves: frozenset[str] = frozenset()
    everything: bool = False
    exactly: bool = False

    def is_relative(self, layer: Layer) -> bool:
        """Tell whether edits of a layer keep their distance to the prediction rather than their value."""
        in_db = isinstance(layer, Curve) and layer.spec.unit == "dB"
        return not self.exactly and (self.everything or in_db or layer.spec.name in self.moves)


def rules_between(params: Sequence[Param], before: Made, after: Made) -> Rules:
    """Return the rules for two sketches that were made with these parameters at other values."""
    tempo, moves = 1.0, set[str]()
    for param in params:
        old, new = (made.params.get(param.name, param.default) for made in (before, after))
        if old == new:
            continue
        moves |= set(param.moves)
        if param.tempo and isinstance(old, (int, float)) and isinstance(new, (int, float)) and old > 0 and new > 0:
            tempo *= (new / old) ** param.tempo
    return Rules(tempo, frozenset(moves), before.engine != after.engine)


def carry_over(
    old: Sketch, new: Sketch, rules: Rules = Rules(), waiting: Sequence[Dropped] = ()
) -> tuple[Sketch, tuple[Dropped, ...]]:
    """Return the new sketch with the edits of the old one, and all edits that could not be kept.

    ``waiting`` are edits that earlier conversions dropped: those whose word is back get there again, the others stay
    on the list.
    """
    if old.type.id != new.type.id:
        return new, (*waiting, *_everything(old, f"All edits: a {new.type.title} sketch has other layers."))
    new = with_allowances(old, new)
    found = matched(old, new)
    if found is None:
        bars = bar_matched(old, new, exactly=rules.exactly)
        if bars is not None:
            tune, dropped = carried_by_bars(bars)
            tune, waiting = returned_by_bars(tune, bars, waiting)
            return tune, (*waiting, *dropped)
        has_cells = any(isinstance(layer, Grid) for layer in old.layers.values())
        if old.n_frames != new.n_frames and not has_cells:
            return new, (*waiting, *_everything(old, "All edits: the new sketch has another length."))
        return _frame_by_frame(old, new, rules, waiting)
    is_ground = _same_ground(old, new)
    new, back = reshaped(found, new, rules.tempo)
    pieces, whole_words = found.pieces(), found.word_pieces()
    if is_ground and old.n_frames == new.n_frames:
        pieces = [(0, old.n_frames, 0, new.n_frames)]
    kept = {found.before.spans.spec.name: set(found.spans)}
    for name, layer in old.layers.items():
        fresh = new.layers[name]
        if isinstance(layer, Spans) and isinstance(fresh, Spans):
            if layer is not found.before.spans:
                pairs = _span_pairs(found, layer, fresh, whole_words)
                new, kept[name] = new.with_layer(fresh.taking(layer, pairs)), {j for j, _ in pairs}
        elif not layer.timed:
            elements = _slot_pieces(found, layer, fresh)
            kept[name] = {k for a, b, _, _ in elements for k in range(a, b)}
            new = new.with_layer(fresh.carry(layer, elements))
        else:
            new = new.with_layer(_carried(fresh, layer, pieces, rules))
            renamed = renamed_pieces(found)
            if renamed:
                new = new.with_layer(new.layers[name].adopt(layer, renamed))
    lost = lost_edits(old, found, pieces, kept, back)
    new, still = _returned(new, found, _moved_along(waiting, found))
    return new, (*still, *lost)


def _same_ground(old: Sketch, new: Sketch) -> bool:
    """Tell whether the same values, frame by frame, were found in one recording, under whatever spans."""
    spans = new.governing
    if spans is None or bool((spans.origin != Mark.ANALYSED).any()):
        return False
    curves = [(layer, new.layers[name]) for name, layer in old.layers.items() if isinstance(layer, Curve)]
    return bool(curves) and all(isinstance(b, Curve) and np.array_equal(a.base, b.base) for a, b in curves)


def _carried(new: Layer, old: Layer, pieces: list[Piece], rules: Rules) -> Layer:
    return new.carry(old, pieces, relative=rules.is_relative(old)) if old.by_hand().any() else new


def _frame_by_frame(
    old: Sketch, new: Sketch, rules: Rules, waiting: Sequence[Dropped]
) -> tuple[Sketch, tuple[Dropped, ...]]:
    lost: list[Dropped] = []
    for name, layer in old.layers.items():
        fresh = new.layers[name]
        pieces: list[Piece] = [(0, old.n_frames, 0, new.n_frames)]
        if isinstance(layer, Grid) and isinstance(fresh, Grid):
            kept, gone = carried_cells(layer, fresh, old.type.hop_s)
            new, lost = new.with_layer(kept), lost + gone
            continue
        if layer.timed and len(layer) != len(fresh) and not isinstance(layer, Curve):
            if layer.by_hand().any():
                lost.append(Dropped(f"All edits of {layer.spec.title}: it has another length", clips={name: layer}))
            continue
        if isinstance(layer, Slots) and isinstance(fresh, Slots):
            pieces = [(i, i + 1, j, j + 1) for i, j in align(layer.base, fresh.base).same]
            lost += lost_slots(layer, {a for a, _, _, _ in pieces})
        elif isinstance(layer, Spans) and isinstance(fresh, Spans) and layer.count != fresh.count:
            lost += [Dropped(f"All edits of {layer.spec.title}", clips={name: layer})] if layer.by_hand().any() else []
        new = new.with_layer(_carried(fresh, layer, pieces, rules))
    new, still = returned_cells(new, waiting)
    return new, (*still, *lost)


def _slot_pieces(found: Matching, old: Layer, new: Layer) -> list[Piece]:
    """Return the pieces of slots: by their words where there is one for each word, else by what the engine says."""
    words = found.before.words, found.after.words
    if words[0] and words[1] and (len(old), len(new)) == (words[0].count, words[1].count):
        places = [(g, found.group_after(w)) for g, w in found.words.items() if g]
        return [(g - 1, g, h - 1, h) for g, h in places if h]
    if isinstance(old, Slots) and isinstance(new, Slots):
        return [(i, i + 1, j, j + 1) for i, j in align(old.base, new.base).same]
    return []


def _span_pairs(found: Matching, old: Spans, new: Spans, pieces: list[Piece]) -> list[tuple[int, int]]:
    """Return (old, new) indices of spans that govern nothing and carry something by hand."""
    pairs = dict(new.pairs(old, pieces))
    if found.before.words is old:
        for group, word_id in found.words.items():
            after = found.group_after(word_id)
            if group and after:
                pairs[group - 1] = after - 1
    held = old.by_hand()
    return [(j, k) for j, k in pairs.items() if held[j]]


def _everything(old: Sketch, what: str) -> tuple[Dropped, ...]:
    clips = {name: layer for name, layer in old.layers.items() if layer.by_hand().any()}
    return (Dropped(what, clips=clips),) if clips else ()


def _moved_along(waiting: Sequence[Dropped], found: Matching) -> Iterator[Dropped]:
    """Let edits that wait for their word wait at the same neighbours in the new sketch."""
    hop_s = found.before.spans.hop_s
    for drop in waiting:
        frame = nearest_frame(found, round(drop.near_s / hop_s))
        yield replace(drop, near_s=frame * hop_s)


def _returned(new: Sketch, found: Matching, waiting: Iterator[Dropped]) -> tuple[Sketch, list[Dropped]]:
    """Give edits back to words that were not there before and now are; return also those that still wait."""
    words = found.after.words
    taken = {found.group_after(w) for w in found.words.values()}
    still: list[Dropped] = []
    ready: list[tuple[int, Dropped]] = []
    used = set[tuple[int, str]]()
    for drop in waiting:
        near = found.after.at(round(drop.near_s / found.after.spans.hop_s))[0]
        places = [
            h
            for h, label in enumerate(found.after.labels, 1)
            if drop.word and label == plain(drop.word) and h not in taken and abs(h - near) <= _RETURNED_WITHIN
        ]
        free = [h for h in places if not any((h, name) in used for name in drop.clips)]
        if words is None or not drop.clips or not free:
            still.append(drop)
            continue
        at = min(free, key=lambda h: abs(h - near))
        used |= {(at, name) for name in drop.clips}
        ready.append((at, drop))
    # From the end, for lengths by hand move all that is later.
    for at, drop in sorted(ready, key=lambda pair: -pair[0]):
        try:
            new = put_back(new, drop, *found.after.frames(at, not drop.pause))
        except EditError:
            still.append(drop)
    return new, still


def has_edits(sketch: Sketch) -> bool:
    """Tell whether a hand has drawn or locked anything in a sketch."""
    return any(layer.is_touched for layer in sketch.layers.values())
