"""What hands do to a matrix: paint, erase and smooth with a round brush of true size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from intermezzo.core.edits import matrices
from intermezzo.core.layers import Region
from intermezzo.core.sketch import Sketch
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.band_axis import edge_text, edge_value
from intermezzo.ui.timeline.board import Drag
from intermezzo.ui.timeline.gestures import ALT, SHIFT, EditGesture, Modifiers
from intermezzo.ui.timeline.words import signed

if TYPE_CHECKING:
    from intermezzo.ui.timeline.matrix_lane import MatrixLane

__all__ = ["EraseGesture", "PaintGesture", "SmoothGesture", "StrokeMask"]

_GROW_FRAMES = 256


class StrokeMask:
    """The strength, 0 to 1, of a stroke so far; each new piece costs only its own box."""

    def __init__(self, bands: int, n_frames: int) -> None:
        self._bands, self._n_frames = bands, n_frames
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.start = self.stop = self.low = self.high = 0
        self._first = 0
        self._strength = np.zeros((0, self._bands), np.float32)

    def add(self, a: tuple[float, float], b: tuple[float, float], brush: matrices.Brush) -> Region | None:
        """Add the piece from (frame, band) ``a`` to ``b``; return its box inside the matrix, or None."""
        start, low, strength = brush.mask([a, b])
        i0, i1 = max(start, 0), min(start + strength.shape[0], self._n_frames)
        j0, j1 = max(low, 0), min(low + strength.shape[1], self._bands)
        if i1 <= i0 or j1 <= j0:
            return None
        self._make_room(i0, i1)
        part = self._strength[i0 - self._first : i1 - self._first, j0:j1]
        np.maximum(part, strength[i0 - start : i1 - start, j0 - low : j1 - low], out=part)
        fresh = self.stop <= self.start
        self.start, self.stop = (i0, i1) if fresh else (min(self.start, i0), max(self.stop, i1))
        self.low, self.high = (j0, j1) if fresh else (min(self.low, j0), max(self.high, j1))
        return Region(i0, i1, j0, j1)

    def _make_room(self, start: int, stop: int) -> None:
        first, last = self._first, self._first + len(self._strength)
        if len(self._strength) and start >= first and stop <= last:
            return
        low = max(min(start, first) if len(self._strength) else start, 0)
        high = max(stop, last if len(self._strength) else stop)
        spare = max(_GROW_FRAMES, (high - low) // 2)  # by half, so that growing costs little in all
        low, high = max(low - spare, 0), min(high + spare, self._n_frames)
        grown = np.zeros((high - low, self._bands), np.float32)
        grown[first - low : last - low] = self._strength if len(self._strength) else grown[0:0]
        self._first, self._strength = low, grown

    def of(self, box: Region) -> NDArray[np.float32]:
        """Return the strength in a box."""
        return self._strength[box.start - self._first : box.stop - self._first, box.low : box.high]

    @property
    def hull(self) -> Region:
        """The box of all pieces."""
        return Region(self.start, self.stop, self.low, self.high)


class _BrushGesture(EditGesture):
    """Base: follows the pointer with the brush; the pieces between two mouse samples are filled."""

    lane: MatrixLane

    def __init__(self, lane: MatrixLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        super().__init__(lane, drag)
        self.lane, self.origin, self.last = lane, at, at
        matrix = matrices.matrix_of(drag.start, lane.name)
        self.mask = StrokeMask(matrix.spec.bands, len(matrix))
        self._was_straight = False
        self.move(at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""

    def stroke(self, at: QPointF, modifiers: Modifiers) -> tuple[Region, Sketch] | None:
        """Bring the mask up to the pointer; Shift makes one straight stroke from the press.

        Returns the box that changed and the sketch to change it in: a freehand piece goes on from where the gesture
        is, a straight stroke begins at its start again.
        """
        brush, straight = self.lane.brush(), bool(modifiers & SHIFT)
        if straight:
            self.mask.clear()
        origin = self.origin if straight else self.last
        box = self.mask.add(self.lane.cell_at(origin), self.lane.cell_at(at), brush)
        begins_anew = straight or self._was_straight
        self.last, self._was_straight = at, straight
        if box is None:
            return None
        return (self.mask.hull, self.drag.start) if begins_anew else (box, self.drag.now)

    def label(self, verb: str) -> str:
        """Name the step: 'Paint envelope +9 dB on ɛ ɹ'."""
        return f"{verb}{self.lane.place(self.mask.start, self.mask.stop)}"

    def paint_before(self, box: Region) -> NDArray[np.float32]:
        """Return the paint in a box as it was when the gesture began."""
        matrix = matrices.matrix_of(self.drag.start, self.lane.name)
        return matrix.paint.window(box.start, box.stop)[:, box.low : box.high]

    def put(self, label: str, box: Region, paint: NDArray[np.float32], onto: Sketch) -> None:
        """Set the paint in a box."""
        name, low = self.lane.name, box.low or 0

        def edit(sketch: Sketch) -> Sketch:
            return sketch.with_layer(matrices.matrix_of(sketch, name).with_paint(box.start, low, paint))

        self.drag.update(label, edit, onto=onto)


class PaintGesture(_BrushGesture):
    """Adds the amount of the brush; pressed with Alt it subtracts. Crossing itself does not add twice."""

    def __init__(self, lane: MatrixLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        self._amount = lane.board.workspace.brush.amount * (-1 if modifiers & ALT else 1)
        super().__init__(lane, drag, at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        piece = self.stroke(at, modifiers)
        if piece is None:
            return
        box, onto = piece
        mask, lane, spec = self.mask, self.lane, self.lane.matrix_spec
        low, high = edge_value(spec, mask.low), edge_value(spec, mask.high)
        where = f"{edge_text(spec, low)} to {edge_text(spec, high)}"
        lane.stroke_text = f"painted {signed(self._amount, 0)}\u2009{spec.unit}, {where}"
        label = self.label(step_name("Paint {0} {1} {2}", lane.title.lower(), signed(self._amount, 0), spec.unit))
        self.put(label, box, self.paint_before(box) + mask.of(box) * np.float32(self._amount), onto)


class EraseGesture(_BrushGesture):
    """Takes paint away under the brush: back to the prediction."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        piece = self.stroke(at, modifiers)
        if piece is None:
            return
        box, onto = piece
        before = self.paint_before(box)
        if not before.any() and self.drag.now is self.drag.start:
            return
        left = before * (1 - self.mask.of(box))
        left[np.abs(left) < self.lane.matrix_spec.paint_limit * 0.002] = 0
        self.put(self.label(step_name("Erase {0}", self.lane.title.lower())), box, left, onto)


class SmoothGesture(_BrushGesture):
    """Pulls cells under the brush to the mean of their neighbours, the longer the more."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        before = self.last
        self.stroke(at, modifiers)
        lane, brush = self.lane, self.lane.brush()
        gentle = matrices.Brush(0.5, brush.radius_frames, brush.radius_bands, max(brush.soft, 0.3))
        path = [lane.cell_at(before), lane.cell_at(at)]
        self.drag.update(
            self.label(step_name("Smooth {0}", lane.title.lower())),
            lambda s: matrices.smooth(s, lane.name, path, gentle),
            onto=self.drag.now,
        )
