"""What can be done with the takes of a stage: keep, use in a stretch, name and take away; pure, stage to stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.alignment import aligned
from intermezzo.core.edits.bar_matching import bar_matched
from intermezzo.core.edits.comp import bared, comp, whole_spans
from intermezzo.core.edits.comp_cells import comp_cells, rows_mask
from intermezzo.core.edits.matching import matches
from intermezzo.core.errors import EditError
from intermezzo.core.params import Value
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Part, Take, laid_cells, merged, places_of

__all__ = [
    "after_conversion", "next_seed", "place_of", "put", "put_cells", "renamed", "sampled", "seconds_used", "share_used",
    "take_of", "use", "use_cells", "with_take", "with_takes_begun", "without",
]  # fmt: skip

_LONGEST_NAME = 80


def take_of(stage: Stage, number: int) -> Take:
    """Return a take by its number; raises EditError if there is none."""
    found = next((take for take in stage.takes if take.number == number), None)
    if found is None:
        raise EditError(f"There is no take {number}.")
    return found


def next_seed(stage: Stage) -> int:
    """Return a seed that no take of the stage had."""
    return max([stage.seed, *(take.seed for take in stage.takes)]) + 1


def with_take(
    stage: Stage, sketch: Sketch, seed: int, *, frames: tuple[int, int] | None = None, converted_from: str = ""
) -> tuple[Stage, int]:
    """Return the stage with one take more, without hand edits, and its number."""
    number = max((take.number for take in stage.takes), default=0) + 1
    take = Take(number, seed, bared(sketch), converted_from, frames)
    return replace(stage, takes=(*stage.takes, take)), number


def with_takes_begun(stage: Stage) -> Stage:
    """Return the stage with its own prediction as its first take, where it has a sketch and no takes yet."""
    if stage.takes or stage.sketch is None:
        return stage
    begun, number = with_take(stage, stage.sketch, stage.seed, converted_from=stage.converted_from)
    return replace(begun, comp=(Part(0, places_of(stage.sketch), number),))


def sampled(
    stage: Stage, sketch: Sketch, seed: int, *, frames: tuple[int, int] | None = None, converted_from: str = ""
) -> Stage:
    """Return the stage with a take more that was sampled beside its sketch, which stays as it is."""
    return with_take(with_takes_begun(stage), sketch, seed, frames=frames, converted_from=converted_from)[0]


def put(stage: Stage, result: Sketch, seed: int, start: int, stop: int) -> Stage:
    """Return the stage after frames ``start:stop`` were predicted again: the sketch is ``result``, and a take is kept.

    ``result`` has the length of the sketch and differs from it in these frames alone.
    """
    if not result.timed:
        return put_cells(stage, result, seed, rows_mask(result, start, stop))
    begun = with_takes_begun(stage)
    stretch = whole_spans(result, start, stop)
    fresh, number = with_take(begun, result, seed, frames=stretch, converted_from=stage.converted_from)
    return replace(fresh, sketch=result, comp=_laid(begun.comp, Part(*stretch, number), stretch[1]))


def put_cells(stage: Stage, result: Sketch, seed: int, masks: Mapping[str, NDArray[np.bool_]]) -> Stage:
    """Return the stage after the cells of some masks were predicted again: the sketch is ``result``, a take is kept.

    ``result`` differs from the sketch in these cells alone. The take is a whole one: it can be used anywhere.
    """
    begun = with_takes_begun(stage)
    fresh, number = with_take(begun, result, seed, converted_from=stage.converted_from)
    return replace(fresh, sketch=result, comp=laid_cells(begun.comp, result, masks, number))


def use_cells(stage: Stage, number: int, masks: Mapping[str, NDArray[np.bool_]]) -> Stage:
    """Return the stage with what a take says in the cells of some masks; hand edits and locks stay.

    Raises:
        EditError: if there is no such take or sketch, the take has another size, or a mask does not fit.
    """
    take, sketch = take_of(stage, number), stage.sketch
    if sketch is None:
        raise EditError("There is no sketch yet to use a take in.")
    return replace(
        stage, sketch=comp_cells(sketch, take.sketch, masks), comp=laid_cells(stage.comp, sketch, masks, number)
    )


def place_of(sketch: Sketch, take: Take) -> tuple[int, int]:
    """Return the frames of a sketch that a take is of."""
    if take.frames is None:
        return 0, sketch.n_frames
    own = aligned(sketch, take.sketch).to_mine(np.array(take.frames, float))
    return round(float(own[0])), round(float(own[1]))


def use(stage: Stage, number: int, start: int, stop: int) -> Stage:
    """Return the stage with what a take says in frames ``start:stop``; hand edits and locks stay.

    A take of a stretch is used where it was sampled and nowhere else.

    Raises:
        EditError: if there is no such take or sketch, or the take does not have the sounds of this stretch.
    """
    take, sketch = take_of(stage, number), stage.sketch
    if sketch is None:
        raise EditError("There is no sketch yet to use a take in.")
    if take.frames is not None:
        low, high = place_of(sketch, take)
        if start >= high or stop <= low:
            raise EditError(f"Take {number} was sampled for another stretch. Select that one.")
        start, stop = max(start, low), min(stop, high)
    if not sketch.timed and (start > 0 or stop < sketch.n_frames):
        return use_cells(stage, number, rows_mask(sketch, *whole_spans(sketch, start, stop)))
    done = comp(sketch, take.sketch, start, stop)
    if not sketch.timed:
        return replace(stage, sketch=done.sketch, comp=(Part(0, places_of(done.sketch), number),))
    part = Part(done.start, done.new_stop, number)
    return replace(stage, sketch=done.sketch, comp=_laid(stage.comp, part, done.stop))


def _laid(parts: tuple[Part, ...], new: Part, old_stop: int) -> tuple[Part, ...]:
    """Put a part over others; what lay behind old frame ``old_stop`` moves to where the new one ends."""
    by = new.stop - old_stop
    result = [new]
    for part in parts:
        result.append(Part(part.start, min(part.stop, new.start), part.take))
        result.append(Part(max(part.start, old_stop) + by, part.stop + by, part.take))
    return merged(result)


def without(stage: Stage, number: int) -> Stage:
    """Return the stage without a take; where it was used the sketch stays, and nobody knows any more whose it is."""
    take = take_of(stage, number)
    return replace(
        stage, takes=tuple(t for t in stage.takes if t is not take),
        comp=tuple(part for part in stage.comp if part.take != number),
    )  # fmt: skip


def renamed(stage: Stage, number: int, name: str) -> Stage:
    """Return the stage with another name for a take; an empty one gives its number back."""
    take = take_of(stage, number)
    name = " ".join(name.split())[:_LONGEST_NAME]
    if name == take.name:
        return stage
    return replace(stage, takes=tuple(replace(t, name=name) if t is take else t for t in stage.takes))


def seconds_used(stage: Stage, number: int) -> float:
    """Return how much of the sketch a take makes, in seconds; 0 of a sketch without time."""
    hop_s = stage.sketch.type.hop_s if stage.sketch and stage.sketch.timed else 0.0
    return sum(part.stop - part.start for part in stage.comp if part.take == number) * hop_s


def share_used(stage: Stage, number: int) -> float:
    """Return how much of the sketch a take makes, from 0 to 1."""
    places = places_of(stage.sketch) if stage.sketch else 0
    return sum(part.stop - part.start for part in stage.comp if part.take == number) / max(places, 1)


def after_conversion(before: Stage, after: Stage, prediction: Sketch, *, name: str = "") -> Stage:
    """Return the stage with the prediction that was just converted as a take that is used everywhere.

    ``after`` has the new sketch, seed and fingerprint. A take of the same seed is replaced, since the source or a
    parameter changed, unless a person chose among takes of other settings: those stay (`_to_replace`). What was chosen
    from other takes is chosen again where the same sounds are still there and the parameters are those that the takes
    were made with; else it is kept as a take itself. ``name`` is what a new take is called.
    """
    sketch = after.sketch
    if sketch is None:
        return after
    if before.seed != after.seed:
        after = replace(after, takes=with_takes_begun(before).takes)  # what stood there is a take from now on
    after = _with_comp_kept(before, after)
    same = _to_replace(after, prediction)
    if same is None:
        stage, number = with_take(after, prediction, after.seed, converted_from=after.converted_from)
        stage = renamed(stage, number, name)
    else:
        number = same.number
        fresh = replace(same, sketch=bared(prediction), converted_from=after.converted_from)
        stage = replace(after, takes=tuple(fresh if t is same else t for t in after.takes))
    stage = replace(stage, comp=(Part(0, places_of(sketch), number),))
    if before.sketch is None or before.seed != after.seed or not sketch.timed:
        return stage  # a cell of another picture is not the same cell
    for part in before.comp:
        if part.take != number and _fits(stage, part.take):
            stage = _used_again(before.sketch, stage, part)
    return stage


def _settings(sketch: Sketch) -> dict[str, Value]:
    return dict(sketch.made.params)


def _to_replace(stage: Stage, prediction: Sketch) -> Take | None:
    """Return the take whose place a prediction takes; None: it is a take more.

    It is the one of the same seed and settings, of another text or version. Where settings changed it is one of the
    same seed, unless that has a name or takes were sampled beside it: then a person has chosen among them.
    """
    whole = [t for t in stage.takes if t.seed == stage.seed and t.frames is None]
    wanted = _settings(prediction)
    same = next((t for t in whole if _settings(t.sketch) == wanted), None)
    if same is not None:
        return same
    others = [(t, [o for o in stage.takes if o is not t and _settings(o.sketch) == _settings(t.sketch)]) for t in whole]
    return next((t for t, beside in reversed(others) if not t.name and not beside), None)


def _with_comp_kept(before: Stage, after: Stage) -> Stage:
    """Return the stage with what was put together from several takes as one more, where settings change it all."""
    used = sorted({part.take for part in before.comp})
    old, new = before.sketch, after.sketch
    if len(used) < 2 or old is None or new is None or _settings(old) == _settings(new):
        return after
    kept, number = with_take(after, old, 0)
    return renamed(kept, number, f"Comp {'+'.join(map(str, used))}")


def _fits(stage: Stage, number: int) -> bool:
    take = next((t for t in stage.takes if t.number == number), None)
    if take is None or stage.sketch is None:
        return False
    mine, its = stage.sketch.made, take.sketch.made
    return (mine.engine, mine.version, dict(mine.params)) == (its.engine, its.version, dict(its.params))


def _used_again(old: Sketch, stage: Stage, part: Part) -> Stage:
    """Use a take where the spans that it made in the old sketch are in the new one."""
    if stage.sketch is not None and (found := bar_matched(old, stage.sketch)) is not None:
        try:
            return use(stage, part.take, part.start, part.stop) if found.shift_of(part.start, part.stop) == 0 else stage
        except EditError:
            return stage  # other words are sung there now
    before, after = old.governing, stage.sketch.governing if stage.sketch else None
    if before is None or after is None:
        return stage
    chosen = [j for i, j in matches(before, after) if part.start <= before.starts[i] and before.stops[i] <= part.stop]
    ids = [int(after.ids[j]) for j in chosen]
    for k, own in enumerate(ids):
        if k and chosen[k] == chosen[k - 1] + 1:
            continue  # goes with the run that began before it
        last = k
        while last + 1 < len(chosen) and chosen[last + 1] == chosen[last] + 1:
            last += 1
        now = stage.sketch.governing if stage.sketch else None
        if now is None:
            return stage
        place = {int(i): at for at, i in enumerate(now.ids)}
        first_at, last_at = place[own], place[ids[last]]
        try:
            stage = use(stage, part.take, int(now.starts[first_at]), int(now.stops[last_at]))
        except EditError:
            continue  # the take has other sounds around here
    return stage
