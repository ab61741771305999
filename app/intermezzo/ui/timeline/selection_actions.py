"""What can be done with a selection by name: for the context menu of lanes, the command palette and menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from intermezzo.core.edits import curves, regions
from intermezzo.core.layers import Curve, Region
from intermezzo.core.sketch import Sketch
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.curve_lane import CurveLane
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.matrix_lane import MatrixLane
from intermezzo.ui.timeline.spans_lane import SpansLane

__all__ = ["Deed", "deeds"]


@dataclass(frozen=True)
class Deed:
    """A named thing to do: what people read, its icon, its key, and the act."""

    title: str
    icon: str
    act: Callable[[], object]
    key: str = ""


def deeds(lane: Lane) -> list[Deed]:
    """Return what can be done in a lane with what is selected now."""
    board, selection = lane.board, lane.board.workspace.selection
    found: list[Deed] = []
    if isinstance(lane, SpansLane):
        found += _of_spans(lane)
    if not selection or lane.layer is None:
        return found
    region = Region(selection.start, selection.stop)
    if selection.layer == lane.name:
        region = Region(selection.start, selection.stop, selection.low, selection.high)
    if isinstance(lane, CurveLane) and lane.spec.editable:
        found += _of_curve(lane, board, region)
    if isinstance(lane, MatrixLane):
        found += [Deed("Copy", "copy", lane.copy, "Ctrl+C"), Deed("Paste", "clipboard", lane.paste, "Ctrl+V")]
    name, title, where = lane.name, lane.title.lower(), lane.place(region.start, region.stop)

    def edit(verb: str, icon: str, change: Callable[[Sketch], Sketch]) -> Callable[[], object]:
        return lambda: board.edit(f"{verb} {title}{where}", change, icon=icon)

    found += [
        Deed(f"Lock {title}", "lock", edit("Lock", "lock", lambda s: regions.lock(s, [name], region, True))),
        Deed(f"Unlock {title}", "lock-open",
             edit("Unlock", "lock-open", lambda s: regions.lock(s, [name], region, False))),
    ]  # fmt: skip
    if not isinstance(lane, SpansLane):
        found.append(
            Deed(f"Erase edits of {title}", "eraser",
                 edit("Erase", "eraser", lambda s: regions.erase(s, [name], region)), "Del")
        )  # fmt: skip
    return found


def _of_curve(lane: CurveLane, board: Board, region: Region) -> list[Deed]:
    name, title, start, stop = lane.name, lane.title.lower(), region.start, region.stop
    where = lane.place(start, stop)

    def deed(text: str, verb: str, icon: str, change: Callable[[Sketch], Sketch]) -> Deed:
        return Deed(text, icon, lambda: board.edit(f"{verb} {title}{where}", change, icon=icon))

    found = [
        deed(f"Widen {title}", "Widen", "arrows-out", lambda s: curves.scale(s, name, start, stop, 1.25)),
        deed(f"Flatten {title}", "Flatten", "arrows-in", lambda s: curves.scale(s, name, start, stop, 0.8)),
        deed(f"Smooth {title}", "Smooth", "waves", lambda s: curves.smooth(s, name, start, stop)),
    ]
    if lane.curve_spec.scale == "log":
        found += [
            deed("Add vibrato", "Vibrato on", "activity", lambda s: curves.vibrato(s, name, start, stop)),
            deed("Snap to semitones", "Snap", "magnet", lambda s: curves.snap(s, name, start, stop)),
        ]
    if lane.curve_spec.gaps and isinstance(lane.layer, Curve):
        found += [
            deed(f"No {title} here", "Silence", "speaker-slash", lambda s: curves.set_gap(s, name, start, stop, True)),
            deed(f"Give {title} everywhere here", "Fill", "speaker-high",
                 lambda s: curves.set_gap(s, name, start, stop, False)),
        ]  # fmt: skip
    return found


def _of_spans(lane: SpansLane) -> list[Deed]:
    k = lane.chosen()
    if k is None or not lane.spec.editable:
        return []
    found = [Deed("Change label", "text-aa", lambda: lane.edit_label(k), "F2")]
    spans = lane.spans
    if lane.spans_spec.governs and spans is not None:
        start, stop = int(spans.starts[k]), int(spans.stops[k])
        found += [
            Deed("Split", "scissors", lambda: lane.split(k), "X"),
            Deed("Give length and label back", "eraser", lambda: lane.give_back(start, stop)),
            Deed("Delete", "trash", lambda: lane.delete(k), "Del"),
        ]
    return found
