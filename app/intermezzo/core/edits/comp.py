"""Comp: put what another take says into a stretch of a sketch; hand edits and locks stay, all else is untouched.

The stretch is counted in whole governing spans. Where the take has other lengths, what is later moves by the
difference; outside the stretch no value, no base and no mark changes. Hands are carried over as after a conversion.
Of tunes it is whole bars in which both have the same words (`comp_bars`), of pictures whole rows; any other choice of
cells is for `comp_cells`.
"""

from dataclasses import dataclass, replace

from intermezzo.core.edits.carry import Rules, carry_over
from intermezzo.core.edits.comp_bars import in_key_of, same_words
from intermezzo.core.edits.comp_cells import comp_cells, rows_mask
from intermezzo.core.edits.matching import matches
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Region, Warp
from intermezzo.core.sketch import Sketch

__all__ = ["Comped", "bared", "comp", "whole_spans"]


@dataclass(frozen=True, eq=False)
class Comped:
    """The sketch after `comp`: old frames ``start:stop`` became frames ``start:new_stop``."""

    sketch: Sketch
    start: int
    stop: int
    new_stop: int


def whole_spans(sketch: Sketch, start: int, stop: int) -> tuple[int, int]:
    """Widen or narrow frames ``start:stop`` to whole governing spans: those whose middle lies inside, at least one.

    Raises:
        EditError: if there is nothing at this place.
    """
    spans = sketch.governing
    start, stop = max(start, 0), min(stop, sketch.n_frames)
    if start >= stop:
        raise EditError("Select a stretch of the sketch first.")
    if spans is None:
        return start, stop
    touched = range(*spans.inside(start, stop).indices(spans.count))
    middles = [k for k in touched if start <= (int(spans.starts[k]) + int(spans.stops[k])) / 2 < stop]
    picked = middles or list(touched)
    if not picked:
        raise EditError(f"There are no {spans.spec.title.lower()} at this place.")
    return int(spans.starts[picked[0]]), int(spans.stops[picked[-1]])


def bared(sketch: Sketch) -> Sketch:
    """Return what the engine says under all hand edits and locks; spans keep the lengths that they have."""
    result = sketch
    for layer in sketch.layers.values():
        if layer.is_touched:
            every = Region(0, len(layer))
            result = result.with_layer(layer.lock(every, False).erase(every))
    return result


def comp(sketch: Sketch, take: Sketch, start: int, stop: int) -> Comped:
    """Return the sketch with what ``take`` says in the governing spans of frames ``start:stop``.

    Raises:
        EditError: if the take is of another kind, or does not have the sounds of this stretch.
    """
    if take.type.id != sketch.type.id:
        raise EditError(f"This take is no {sketch.type.title.lower()}.")
    start, stop = whole_spans(sketch, start, stop)
    is_all = start == 0 and stop == sketch.n_frames
    if not sketch.timed and not is_all:
        return Comped(comp_cells(sketch, take, rows_mask(sketch, start, stop)), start, stop, stop)
    carried, _ = carry_over(sketch, take, Rules(exactly=True))
    held = frozenset[str]()
    if sketch.governing is None and sketch.type.beats is not None:
        if is_all:
            first, last = 0, carried.n_frames
        else:
            start, stop, first, last = same_words(sketch, carried, start, stop)
            carried = in_key_of(sketch, carried, start, first)
            held = frozenset({sketch.type.beats.tempo, sketch.type.beats.metre, sketch.type.beats.key})
    else:
        first, last = _like(sketch, carried, start, stop)
    after = start + last - first
    total = sketch.n_frames
    room = Warp((0, start, stop, total), (0, start, after, total + after - stop))
    layers = {
        name: (layer.retime(room) if after != stop else layer) if name in held
        else layer.splice(start, stop, carried.layers[name], first, last) if layer.timed
        else carried.layers[name] if is_all else layer
        for name, layer in sketch.layers.items()
    }  # fmt: skip
    made = take.made if is_all else sketch.made
    return Comped(replace(sketch, layers=layers, made=made), start, stop, start + last - first)


def _like(sketch: Sketch, carried: Sketch, start: int, stop: int) -> tuple[int, int]:
    """Return the frames of ``carried`` that hold the same spans as frames ``start:stop`` of the sketch."""
    mine, theirs = sketch.governing, carried.governing
    if mine is None or theirs is None:
        if start == 0 and stop == sketch.n_frames:
            return 0, carried.n_frames
        if stop > carried.n_frames:
            raise EditError("This take is shorter. Use all of it, or a stretch that it has.")
        return start, stop
    inside = range(*mine.inside(start, stop).indices(mine.count))
    places = _places(sketch, carried)
    found = [places.get(k, -1) for k in inside]
    if -1 in found or found[-1] - found[0] + 1 != len(found):
        said = " ".join(mine.labels[inside.start : inside.stop][:6])
        raise EditError(f"This take does not have the {mine.spec.title.lower()} {said}. Sample new takes.")
    return int(theirs.starts[found[0]]), int(theirs.stops[found[-1]])


def _places(sketch: Sketch, carried: Sketch) -> dict[int, int]:
    """Return for each governing span of the sketch the like one after its hands were carried over."""
    mine, theirs = sketch.governing, carried.governing
    if mine is None or theirs is None:
        return {}
    if mine.count == theirs.count and mine.base_labels == theirs.base_labels:
        return {k: k for k in range(mine.count)}
    return dict(matches(mine, theirs))
