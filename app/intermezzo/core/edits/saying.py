"""A word said with other sounds: its governing spans are renamed, put in and taken out until they are those wanted.

Only what differs is touched, so that lengths and edits on the sounds that stay are kept, and a later conversion knows
each change as one of a hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from intermezzo.core.edits.align import align
from intermezzo.core.edits.spans import delete, insert, join, relabel, spans_of
from intermezzo.core.errors import EditError
from intermezzo.core.sketch import Sketch

__all__ = ["said_as", "sounds_between"]


def sounds_between(sketch: Sketch, start: int, stop: int) -> range:
    """Return the governing spans whose middle lies in frames ``start:stop``."""
    spans = spans_of(sketch)
    inside = [k for k in range(*spans.inside(start, stop).indices(spans.count))
              if start <= (int(spans.starts[k]) + int(spans.stops[k])) / 2 < stop]  # fmt: skip
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def said_as(sketch: Sketch, start: int, stop: int, sounds: Sequence[tuple[str, int]]) -> tuple[Sketch, int, int]:
    """Return the sketch in which frames ``start:stop`` hold other sounds, and the frames that hold them now.

    Args:
        sounds: label of each sound and the frames that it gets where it is put in.

    Raises:
        EditError: if there is no sound here or none is wanted, one that would change is locked, or a label does not
            belong here.
    """
    place = sounds_between(sketch, start, stop)
    if not place or not sounds:
        raise EditError("There is no sound here that could be another one.")
    spans = spans_of(sketch)
    name, wanted = spans.spec.name, [label for label, _ in sounds]
    found = align([spans.labels[k] for k in place], wanted)
    partner = {new: old for old, new in (*found.same, *found.replaced)}
    kept, at, result = set(partner.values()), place.stop, sketch
    # From the end to the start, so that places before stay as they are: first what is new and renamed, then what goes.
    gone: list[int] = []
    old = len(place)
    for new in range(len(sounds) - 1, -1, -1):
        label, n_frames = sounds[new]
        if new not in partner:
            result = insert(result, at, label, n_frames)
            result = join(result, at, at - 1 if at == place.stop else at + 1)
            gone = [k + 1 for k in gone]
            continue
        gone += [place.start + k for k in range(old - 1, partner[new], -1) if k not in kept]
        old = partner[new]
        at = place.start + old
        result = relabel(result, name, at, label)
    gone += [place.start + k for k in range(old - 1, -1, -1) if k not in kept]
    for k in gone:
        result = delete(result, k)
    after = spans_of(result)
    return result, int(after.starts[place.start]), int(after.stops[place.start + len(sounds) - 1])
