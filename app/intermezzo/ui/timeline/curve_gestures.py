"""What hands do to a curve: draw, line and bend, erase, smooth, shift, and pull the handles of an edited stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt

from intermezzo.core.edits import curves, regions
from intermezzo.core.layers import Region
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.board import Drag
from intermezzo.ui.timeline.gestures import ALT, SHIFT, EditGesture, Gesture, Modifiers, SelectGesture
from intermezzo.ui.timeline.words import signed

if TYPE_CHECKING:
    from intermezzo.ui.timeline.curve_lane import CurveLane, Handle

__all__ = ["BendGesture", "CurveGesture", "DrawGesture", "EraseGesture", "LastLine", "LineGesture", "ShiftOrSelect",
           "SmoothGesture"]  # fmt: skip

_CTRL = Qt.KeyboardModifier.ControlModifier
_DECIDE_PX = 4.0


class CurveGesture(EditGesture):
    """Base: knows the lane as a curve lane, and where the hand has been."""

    lane: CurveLane

    def __init__(self, lane: CurveLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        super().__init__(lane, drag)
        self.lane, self.origin, self.last = lane, at, at
        self.move(at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""

    def frame(self, at: QPointF) -> int:
        """Return the frame under the pointer, inside the sketch."""
        return min(max(int(np.floor(self.board.frame_at(at.x()))), 0), max(self.board.n_frames - 1, 0))

    def value(self, at: QPointF) -> float:
        """Return the display value under the pointer, on a semitone where snapping is on."""
        value = self.lane.axis.value(at.y())
        snaps = self.board.workspace.snap_semitone and self.lane.curve_spec.scale == "log"
        return float(np.round(value)) if snaps else value

    def label(self, words: str, start: int, stop: int) -> str:
        """Name the step: 'Draw {0}{1}' is 'Draw pitch on ɛ ɹ'."""
        return step_name(words, self.lane.title.lower(), self.lane.place(start, stop))


class DrawGesture(CurveGesture):
    """Freehand; Shift draws straight from the press, Alt smooths the hand, Ctrl also gives silent frames a value."""

    def __init__(self, lane: CurveLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        self._drawn = np.full(len(curves.curve_of(drag.start, lane.name)), np.nan)
        self._steady: float | None = None
        self._low = self._high = min(max(int(lane.board.frame_at(at.x())), 0), max(len(self._drawn) - 1, 0))
        super().__init__(lane, drag, at, modifiers)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        if modifiers & SHIFT:
            self._drawn[self._low : self._high + 1] = np.nan
            a, b, first, last = self.frame(self.origin), self.frame(at), self.value(self.origin), self.value(at)
        else:
            a, b, last = self.frame(self.last), self.frame(at), self.value(at)
            if modifiers & ALT and self._steady is not None:
                last = self._steady + 0.2 * (last - self._steady)
            first = self._steady if self._steady is not None else self.value(self.last)
            self._steady = last
        self.last = at
        ends = (a, b) if a <= b else (b, a)
        values = (first, last) if a <= b else (last, first)
        between = np.arange(ends[0], ends[1] + 1)
        self._drawn[ends[0] : ends[1] + 1] = np.interp(between, ends, values) if a != b else last
        self._low, self._high = min(self._low, ends[0]), max(self._high, ends[1])
        there = np.flatnonzero(~np.isnan(self._drawn[self._low : self._high + 1])) + self._low
        low, high, fill = int(there[0]), int(there[-1]) + 1, bool(modifiers & _CTRL)
        drawn = self._drawn[low:high]
        self.drag.update(
            self.label("Draw {0}{1}", low, high), lambda s: curves.put(s, self.lane.name, low, drawn, fill=fill)
        )  # fmt: skip


@dataclass(frozen=True)
class LastLine:
    """The line that was drawn last, so that a second drag can bend it."""

    start: int
    stop: int
    first: float
    last: float


class LineGesture(CurveGesture):
    """A line from press to release; pressed on the last line, bends it. Shift: horizontal, Alt: an S-shaped curve."""

    def __init__(self, lane: CurveLane, drag: Drag, at: QPointF, modifiers: Modifiers) -> None:
        line = lane.last_line
        frame = lane.board.frame_at(at.x())
        hit = line is not None and line.start < frame < line.stop and self._hits(lane, at)
        self._bent = line if hit else None
        super().__init__(lane, drag, at, modifiers)

    @staticmethod
    def _hits(lane: CurveLane, at: QPointF) -> bool:
        shown = lane.shown_at(at.x())
        return not np.isnan(shown) and abs(lane.axis.y(shown) - at.y()) < 12

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        if self._bent is not None:
            self._bend(self._bent, at)
            return
        a, b = self.frame(self.origin), self.frame(at)
        first, last = self.value(self.origin), self.value(at)
        if modifiers & SHIFT:
            last = first
        if a > b:
            a, b, first, last = b, a, last, first
        share = np.linspace(0, 1, b - a + 1) if b > a else np.zeros(1)
        if modifiers & ALT:
            share = 0.5 - 0.5 * np.cos(np.pi * share)
        self.lane.last_line = LastLine(a, b, first, last)
        drawn, fill = first + share * (last - first), bool(modifiers & _CTRL)
        self.drag.update(
            self.label("Line {0}{1}", a, b + 1), lambda s: curves.put(s, self.lane.name, a, drawn, fill=fill)
        )

    def _bend(self, line: LastLine, at: QPointF) -> None:
        share = np.linspace(0, 1, line.stop - line.start + 1)
        grip = min(max((self.board.frame_at(self.origin.x()) - line.start) / (line.stop - line.start), 0.05), 0.95)
        straight = line.first + share * (line.last - line.first)
        lift = self.value(at) - (line.first + grip * (line.last - line.first))
        drawn = straight + lift * share * (1 - share) / (grip * (1 - grip))
        label = step_name("Bend {0}{1}", self.lane.title.lower(), self.lane.place(line.start, line.stop))
        self.drag.update(label, lambda s: curves.put(s, self.lane.name, line.start, drawn))


class EraseGesture(CurveGesture):
    """Gives back to the prediction what the brush sweeps over."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        half = self.board.workspace.brush.size_px / 2
        a, b = self.lane.snapped(min(self.last.x(), at.x()) - half, max(self.last.x(), at.x()) + half)
        self.last = at
        region = Region(a, b)
        self.drag.update(
            self.label("Erase {0}{1}", a, b), lambda s: regions.erase(s, [self.lane.name], region), onto=self.drag.now
        )  # fmt: skip


class SmoothGesture(CurveGesture):
    """Pulls to the local mean what the brush passes, the more often the more."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        brush, hop_px = self.board.workspace.brush, self.board.hop_s / self.board.view.seconds_per_px
        half = max(brush.size_px / 2, 4.0)
        a, b = self.lane.snapped(min(self.last.x(), at.x()) - half, max(self.last.x(), at.x()) + half)
        self.last = at
        radius = int(min(max(half / hop_px, 2), 24))
        self.drag.update(
            self.label("Smooth {0}{1}", a, b),
            lambda s: curves.smooth(s, self.lane.name, a, b, strength=0.35, radius_frames=radius),
            onto=self.drag.now,
        )


class ShiftGesture(CurveGesture):
    """Moves a selected stretch up or down, by whole semitones where snapping is on."""

    def __init__(self, lane: CurveLane, drag: Drag, at: QPointF, frames: tuple[int, int]) -> None:
        self._frames = frames
        super().__init__(lane, drag, at, Qt.KeyboardModifier.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        start, stop = self._frames
        spec = self.lane.curve_spec
        by = (self.origin.y() - at.y()) / self.lane.axis.px_per_unit
        if self.board.workspace.snap_semitone and spec.scale == "log":
            by = float(np.round(by))
        unit = "st" if spec.scale == "log" else spec.unit
        curve = curves.curve_of(self.drag.start, self.lane.name)
        moved = spec.to_display(curve.values[start:stop]) + by
        label = step_name(
            "Shift {0} {1} {2}{3}", self.lane.title.lower(), signed(by), unit, self.lane.place(start, stop)
        )
        self.drag.update(label, lambda s: s if by == 0 else curves.put(s, self.lane.name, start, moved))


class ShiftOrSelect:
    """Inside a selection: a vertical drag shifts it, a horizontal one selects anew, a click does what a click does."""

    def __init__(self, lane: CurveLane, at: QPointF, select: SelectGesture) -> None:
        self._lane, self._from, self._select = lane, at, select
        self._chosen: Gesture | None = None

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        off = at - self._from
        if self._chosen is None and off.manhattanLength() >= _DECIDE_PX:
            frames = self._lane.selected_frames()
            drag = self._lane.board.start_drag("arrow-up") if abs(off.y()) > abs(off.x()) and frames else None
            self._chosen = ShiftGesture(self._lane, drag, self._from, frames) if drag and frames else self._select
        if self._chosen is not None:
            self._chosen.move(at, modifiers)

    def finish(self) -> None:
        """The button was released."""
        (self._chosen or self._select).finish()

    def cancel(self) -> None:
        """Esc: put everything back."""
        if self._chosen is not None:
            self._chosen.cancel()


class BendGesture(CurveGesture):
    """Pulls a handle: an end tilts its stretch, the turning point lifts it, the other handles stay."""

    def __init__(self, lane: CurveLane, drag: Drag, handle: Handle, at: QPointF) -> None:
        self._handle = handle
        position = np.arange(handle.stop - handle.start, dtype=np.float64)
        at_frame = handle.frame - handle.start
        last = max(len(position) - 1, 1)
        if at_frame == 0:
            share = 1 - position / last
        elif at_frame == last:
            share = position / last
        else:
            share = np.interp(position, (0, at_frame, last), (0.0, 1.0, 0.0))
        self._weight = 0.5 - 0.5 * np.cos(np.pi * share)
        super().__init__(lane, drag, at, Qt.KeyboardModifier.NoModifier)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        handle, spec = self._handle, self.lane.curve_spec
        by = (self.origin.y() - at.y()) / self.lane.axis.px_per_unit
        if self.board.workspace.snap_semitone and spec.scale == "log":
            by = float(np.round(handle.shown + by) - handle.shown)
        curve = curves.curve_of(self.drag.start, self.lane.name)
        shown = spec.to_display(curve.values[handle.start : handle.stop]) + by * self._weight
        self.drag.update(
            self.label("Bend", handle.start, handle.stop),
            lambda s: s if by == 0 else curves.put(s, self.lane.name, handle.start, shown),
        )
