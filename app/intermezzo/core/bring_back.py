"""What can be done with edits that a conversion could not keep: bring them back or let go of them; stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.put_back import place_of, put_back
from intermezzo.core.errors import EditError
from intermezzo.core.project import Stage

__all__ = ["brought_back", "dismissed", "newly_dropped"]


def brought_back(stage: Stage, drops: Sequence[Dropped], frames: tuple[int, int] | None = None) -> Stage:
    """Return the stage with edits of its list applied, each where its word was or all of them to ``frames``.

    What has no place any more stays on the list; the others leave it.

    Raises:
        EditError: if not one of them can be brought back; it says why.
    """
    sketch = stage.sketch
    left = dict(enumerate(stage.dropped))
    wanted = [k for k, drop in left.items() if any(drop is one for one in drops)]
    if sketch is None or not wanted:
        raise EditError("These edits are not on the list any more.")
    hop_s = sketch.type.hop_s
    reason: EditError | None = None
    n_before = len(left)
    # From the end, for lengths by hand move all that is later.
    for k in sorted(wanted, key=lambda k: -stage.dropped[k].near_s):
        start, stop = frames or place_of(sketch, left[k])
        try:
            after = put_back(sketch, left[k], start, stop)
        except EditError as refusal:
            reason = refusal
            continue
        by = after.n_frames - sketch.n_frames
        sketch = after
        del left[k]
        if by:
            frames = (start, stop + by) if frames else None
            left = {j: replace(d, near_s=d.near_s + by * hop_s * (d.near_s >= stop * hop_s)) for j, d in left.items()}
    if reason is not None and len(left) == n_before:
        raise reason
    return replace(stage, sketch=sketch, dropped=tuple(left.values()))


def dismissed(stage: Stage, drops: Sequence[Dropped]) -> Stage:
    """Return the stage without edits of its list."""
    left = tuple(drop for drop in stage.dropped if not any(drop is one for one in drops))
    return replace(stage, dropped=left) if len(left) < len(stage.dropped) else stage


def newly_dropped(before: Sequence[Dropped], after: Sequence[Dropped]) -> tuple[Dropped, ...]:
    """Return what came on to the list; what waited there may have moved along with its neighbours."""
    waited = [(drop.line, drop.share) for drop in before]
    return tuple(drop for drop in after if (drop.line, drop.share) not in waited)
