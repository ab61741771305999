"""What hands do to a matrix: paint, erase and smooth with a round brush of true size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from intermezzo.core.edits import matrices
from intermezzo.core.sketch import Sketch
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

    def add(self, a: tuple[float, float], b: tuple[float, float], brush: matrices.Brush) -> None:
        """Add the piece from (frame, band) ``a`` to ``b``."""
        start, low, strength = brush.mask([a, b])
        i0, i1 = max(start, 0), min(start + strength.shape[0], self._n_frames)
        j0, j1 = max(low, 0), min(low + strength.shape[1], self._bands)
        if i1 <= i0 or j1 <= j0:
            return
        self._make_room(i0, i1)
        part = self._strength[i0 - self._first : i1 - self._first, j0:j1]
        np.maximum(part, strength[i0 - start : i1 - start, j0 - low : j1 - low], out=part)
        fresh = self.stop <= self.start
        self.start, self.stop = (i0, i1) if fresh else (min(self.start, i0), max(self.stop, i1))
        self.low, self.high = (j0, j1) if fresh else (min(self.low, j0), max(self.high, j1))

    def _make_room(self, start: int, stop: int) -> None:
        first, last = self._first, self._first + len(self._strength)
        if len(self._strength) and start >= first and stop <= last:
            return
        low = max(min(start, first) if len(self._strength) else start, 0)
        high = max(stop, last if len(self._strength) else stop)
        low, high = max(low - _GROW_FRAMES, 0), min(high + _GROW_FRAMES, self._n_frames)
        grown = np.zeros((high - low, self._bands), np.float32)
        grown[first - low : last - low] = self._strength if len(self._strength) else grown[0:0]
        self._first, self._strength = low, grown

    def window(self) -> NDArray[np.float32]:
        """Return the strength of frames ``start:stop`` and bands ``low:high``."""
        return self._strength[self.start - self._first : self.stop - self._first, self.low : self.high]


class _BrushGesture(EditGesture):
    """Base: follows the pointer with the brush; the pieces between two mouse samples are filled."""

    lane: MatrixLane

    def __init__(self, lane: MatrixLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        super().__init__(lane, drag)
        self.lane, self.origin, self.last = lane, at, at
        matrix = matrices.matrix_of(drag.start, lane.name)
        self.mask = StrokeMask(matrix.spec.bands, len(matrix))
        self.move(at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""

    def stroke(self, at: QPointF, modifiers: Modifiers) -> None:
        """Bring the mask up to the pointer; Shift makes one straight stroke from the press."""
        brush = self.lane.brush()
        if modifiers & SHIFT:
            self.mask.clear()
            self.mask.add(self.lane.cell_at(self.origin), self.lane.cell_at(at), brush)
        else:
            self.mask.add(self.lane.cell_at(self.last), self.lane.cell_at(at), brush)
        self.last = at

    def label(self, verb: str) -> str:
        """Name the step: 'Paint envelope +9 dB on ɛ ɹ'."""
        return f"{verb}{self.lane.place(self.mask.start, self.mask.stop)}"


class PaintGesture(_BrushGesture):
    """Adds the amount of the brush; Alt subtracts. Crossing itself does not add twice."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self.stroke(at, modifiers)
        mask, lane = self.mask, self.lane
        if mask.stop <= mask.start:
            return
        amount = self.board.workspace.brush.amount * (-1 if modifiers & ALT else 1)
        added = mask.window() * np.float32(amount)
        label = self.label(f"Paint {lane.title.lower()} {signed(amount, 0)} {lane.matrix_spec.unit}")
        spec = lane.matrix_spec
        low, high = edge_value(spec, mask.low), edge_value(spec, mask.high)
        where = f"{edge_text(spec, low)} to {edge_text(spec, high)}"
        lane.stroke_text = f"painted {signed(amount, 0)}\u2009{spec.unit}, {where}"
        self.drag.update(label, lambda s: matrices.add(s, lane.name, mask.start, mask.low, added))


class EraseGesture(_BrushGesture):
    """Takes paint away under the brush: back to the prediction."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self.stroke(at, modifiers)
        mask, lane = self.mask, self.lane
        if mask.stop <= mask.start:
            return

        def erased(sketch: Sketch) -> Sketch:
            matrix = matrices.matrix_of(sketch, lane.name)
            paint = matrix.paint.window(mask.start, mask.stop)[:, mask.low : mask.high]
            left = paint * (1 - mask.window())
            left[np.abs(left) < matrix.spec.paint_limit * 0.002] = 0
            if np.array_equal(left, paint):
                return sketch
            return sketch.with_layer(matrix.with_paint(mask.start, mask.low, left))

        self.drag.update(self.label(f"Erase {lane.title.lower()}"), erased)


class SmoothGesture(_BrushGesture):
    """Pulls cells under the brush to the mean of their neighbours, the longer the more."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        before = self.last
        self.stroke(at, modifiers)
        lane, brush = self.lane, self.lane.brush()
        gentle = matrices.Brush(0.5, brush.radius_frames, brush.radius_bands, max(brush.soft, 0.3))
        path = [lane.cell_at(before), lane.cell_at(at)]
        self.drag.update(
            self.label(f"Smooth {lane.title.lower()}"),
            lambda s: matrices.smooth(s, lane.name, path, gentle),
            onto=self.drag.now,
        )
