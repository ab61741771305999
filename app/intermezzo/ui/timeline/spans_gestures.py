"""What hands do to spans: drag boundaries in three ways, erase back to the engine's lengths, and split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from intermezzo.core.edits import spans as span_edits
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.board import Drag
from intermezzo.ui.timeline.gestures import ALT, SHIFT, EditGesture, Modifiers

if TYPE_CHECKING:
    from intermezzo.ui.timeline.spans_lane import SpansLane

__all__ = ["Boundary", "BoundaryGesture", "EraseSpans", "keep_total", "split"]


@dataclass(frozen=True)
class Boundary:
    """The end of span ``index`` at a frame, or its beginning."""

    index: int
    frame: int
    at_start: bool = False


class BoundaryGesture(EditGesture):
    """Moves a boundary: the neighbour gives or takes; Shift moves all that is later; Alt keeps the total.

    With Alt the other free spans of the selection, or of the word around, share the difference by their lengths.
    """

    lane: SpansLane

    def __init__(self, lane: SpansLane, drag: Drag, boundary: Boundary, at: QPointF) -> None:
        super().__init__(lane, drag)
        self.lane = lane
        self._boundary = boundary
        self._offset = lane.board.x_of(boundary.frame) - at.x()
        self._range = self._shared_range()

    def _shared_range(self) -> range:
        spans = span_edits.spans_of(self.drag.start, self.lane.name)
        chosen = self.board.workspace.selection
        start, stop = int(spans.starts[self._boundary.index]), int(spans.stops[self._boundary.index])
        if chosen and chosen.start <= start and chosen.stop >= stop and chosen.stop - chosen.start > stop - start:
            return range(*spans.inside(chosen.start, chosen.stop).indices(spans.count))
        for layer in self.drag.start.layers.values():
            if isinstance(layer, Spans) and layer is not spans:
                k = layer.index_at(start)
                if k is not None:
                    inside = spans.inside(int(layer.starts[k]), int(layer.stops[k]))
                    return range(*inside.indices(spans.count))
        return range(self._boundary.index, min(self._boundary.index + 2, spans.count))

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        k = self._boundary.index
        frame = int(np.rint(self.board.frame_at(at.x() + self._offset)))
        start = self.drag.start
        spans = span_edits.spans_of(start, self.lane.name)
        if frame == self._boundary.frame:
            self.drag.update(self._label(spans, k), lambda s: s)
            return
        if modifiers & ALT:
            n = max(frame - int(spans.starts[k]), spans.spec.min_frames)
            shared = self._range

            def edit(sketch: Sketch) -> Sketch:
                return keep_total(sketch, k, n, shared)
        else:
            ripple = bool(modifiers & SHIFT)

            def edit(sketch: Sketch) -> Sketch:
                return span_edits.move_boundary(sketch, k, frame, ripple=ripple)

        label = self._label(spans, k)
        try:
            made = edit(start)
            label = self._label(span_edits.spans_of(made, self.lane.name), k)
        except EditError:
            self.drag.update(label, edit)  # tells why
            return
        self.drag.update(label, lambda _: made)

    def _label(self, spans: Spans, k: int) -> str:
        return step_name(
            "Stretch {0} to {1:.0f} ms", spans.labels[k], int(spans.stops[k] - spans.starts[k]) * spans.hop_s * 1000
        )


def keep_total(sketch: Sketch, index: int, n_frames: int, shared: range) -> Sketch:
    """Give a span a new length; the free spans of ``shared`` give or take so that their total stays.

    Raises:
        EditError: if the span is locked or nothing else in the range is free to give.
    """
    spans = span_edits.spans_of(sketch)
    lengths = (spans.stops - spans.starts).astype(np.int64)
    others = [k for k in shared if k != index and not spans.origin[k] & Mark.LOCKED]
    if not others:
        raise EditError("Nothing beside it is free to give or take time; unlock a neighbour first.")
    least = spans.spec.min_frames
    old = lengths[others]
    room = int(old.sum()) - least * len(others)
    by = min(n_frames - int(lengths[index]), room)
    wanted = old - by * old / old.sum()
    new = np.maximum(np.floor(wanted), least).astype(np.int64)
    # Whole frames: hand out what rounding left, the most deserving first.
    left = int(old.sum()) - by - int(new.sum())
    order = np.argsort(new - wanted)
    for k in range(abs(left)):
        place = order[k % len(order)] if left > 0 else np.argmax(new)
        new[place] += 1 if left > 0 else -1
    result = {index: int(lengths[index]) + by}
    result.update({k: int(n) for k, n in zip(others, new, strict=True)})
    return span_edits.set_lengths(sketch, result)


class EraseSpans(EditGesture):
    """Gives the spans that it sweeps over their own labels and lengths back."""

    lane: SpansLane

    def __init__(self, lane: SpansLane, drag: Drag, at: QPointF) -> None:
        super().__init__(lane, drag)
        self.lane, self._from = lane, at
        # Lengths change under the hand, so the swept range counts on the axis of the start.
        self._edges = lane.snapped(at.x(), at.x())
        self.move(at, Modifiers.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        start, stop = self.lane.snapped(at.x(), at.x())
        self._edges = min(self._edges[0], start), max(self._edges[1], stop)
        low, high = self._edges
        label = step_name("Erase {0}{1}", self.lane.title.lower(), self.lane.place(low, high))
        self.drag.update(label, lambda s: self.lane.erased(s, low, high))


def split(sketch: Sketch, index: int, frame: int) -> Sketch:
    """Cut a governing span in two at a frame; both keep its label, and time stays as it is.

    Raises:
        EditError: if the span is locked or one part would be too short.
    """
    spans = span_edits.spans_of(sketch)
    start, stop, least = int(spans.starts[index]), int(spans.stops[index]), spans.spec.min_frames
    if spans.origin[index] & Mark.LOCKED:
        raise EditError(f"{spans.labels[index]!r} is locked; unlock it first.")
    if frame - start < least or stop - frame < least:
        raise EditError(f"{spans.labels[index]!r} is too short to be split.")
    stops, origin = spans.stops.copy(), spans.origin.copy()
    stops[index] = frame
    origin[index] |= Mark.EDITED
    shorter = replace(spans, stops=frozen(stops, np.int32), origin=frozen(origin, np.uint8))
    return sketch.with_layer(shorter.with_span(index + 1, frame, stop, spans.labels[index]))
