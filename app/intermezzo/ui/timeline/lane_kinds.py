"""The lanes of each layer kind, imported for the first layer of the kind: a window without a sketch needs none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intermezzo.core.layers import GridSpec, LayerSpec
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.lane import Lane

__all__ = ["Make", "is_picture", "lanes_of"]

Make = Callable[[Board, Any], Lane]  # Any: the spec of the layer, of the class that the lane wants


def is_picture(spec: LayerSpec) -> bool:
    """Tell whether a layer is a picture or a film of tokens, which has an editor of its own and no lane."""
    return isinstance(spec, GridSpec) and spec.axes[0] != "time"


def lanes_of(kind: str) -> tuple[Make, ...]:
    """Return what makes the lanes of a layer kind; a new kind needs one case here and nothing else.

    Raises:
        KeyError: if there is none.
    """
    match kind:
        case "spans":
            from intermezzo.ui.timeline.spans_lane import SpansLane

            return (SpansLane,)
        case "curve":
            from intermezzo.ui.timeline.curve_lane import CurveLane

            return (CurveLane,)
        case "matrix":
            from intermezzo.ui.timeline.matrix_lane import MatrixLane

            return (MatrixLane,)
        case "slots":
            from intermezzo.ui.timeline.slots_lane import SlotsLane

            return (SlotsLane,)
        case "notes":
            from intermezzo.ui.timeline.notes_lane import NotesLane
            from intermezzo.ui.timeline.velocity_lane import VelocityLane

            return (NotesLane, VelocityLane)
        case "grid":
            from intermezzo.ui.timeline.grid_lane import GridLane

            return (GridLane,)
    raise KeyError(kind)
