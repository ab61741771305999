"""CurveLane: one value per frame over a semitone grid or a linear axis, with every state of its frames to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import curves, regions
from intermezzo.core.layers import Curve, CurveSpec, Region
from intermezzo.core.layers.base import runs
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline import curve_gestures as hands
from intermezzo.ui.timeline import overlay, value_axis
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.curve_paint import paint_far, polylines
from intermezzo.ui.timeline.gestures import ALT, SHIFT, Gesture, Modifiers, SelectGesture
from intermezzo.ui.timeline.ghosts import CurveGhost
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.marks import ANALYSED, EDITED, LOCKED
from intermezzo.ui.timeline.polygons import COLUMN_PX, polygon, strip_after_scroll
from intermezzo.ui.timeline.spans_lines import paint_boundaries
from intermezzo.ui.timeline.words import hz_text, number, signed, time_text

__all__ = ["CurveLane", "Handle"]

HANDLE_PX: Final = 7.0
_HANDLE_REACH_PX: Final = 8.0
_MORE_FRAMES: Final = 2
_FINE_POINTS: Final = 700  # antialiasing more points than these costs more than a frame


@dataclass(frozen=True)
class Handle:
    """A grip on an edited stretch: its frame and height, and the frames of the stretch."""

    frame: int
    shown: float
    start: int
    stop: int


class CurveLane(Lane):
    """Draw, line, erase, smooth and shift a curve."""

    tools = frozenset({"select", "draw", "line", "erase", "smooth", "lock", "resample"})
    margin_px = 8

    def __init__(self, board: Board, spec: CurveSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self.curve_spec = spec
        self.default_height = 240 if spec.scale == "log" else 62
        self.last_line: hands.LastLine | None = None
        self._range: tuple[float, float] | None = None
        self._range_is_chosen = False
        self._nudged: tuple[str, float] = ("", 0.0)
        self._ground: tuple[object, QPixmap] | None = None
        self._ghost = CurveGhost(board, spec)
        self._is_fine = True  # what is painted just now
        self.refit()

    # The axis

    @property
    def curve(self) -> Curve | None:
        """The curve as it is shown now."""
        layer = self.layer
        return layer if isinstance(layer, Curve) else None

    @property
    def axis(self) -> value_axis.ValueAxis:
        """The axis at the lane's present height."""
        low, high = self._range or (0.0, 1.0)
        return value_axis.ValueAxis(low, high, float(max(self.height(), 1)))

    def refit(self) -> None:
        """Show the values where the curve lives."""
        curve = self.curve
        self._range = value_axis.fitted(curve) if curve is not None else None
        self._range_is_chosen = False
        self.update()

    def scale_range(self, factor: float, by: float = 0.0) -> None:
        """Show ``factor`` times as many values, moved by ``by`` of the height."""
        if self._range is None:
            return
        low, high = self._range
        bottom, top = (float(v) for v in self.curve_spec.to_display(np.array([self.spec_low, self.curve_spec.high])))
        middle, half = (low + high) / 2 + by * (high - low), max((high - low) / 2 * factor, (top - bottom) / 400)
        self._range = max(middle - half, bottom), min(middle + half, top)
        self._range_is_chosen = True
        self.update()
        self._tell_header()

    @property
    def spec_low(self) -> float:
        """The lowest value that has a place on the axis."""
        return self.curve_spec.low

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        if (old is None or new is None or old.made != new.made or old.type is not new.type) and new is not None:
            self.refit()
        elif self.curve is not None and self._range and not (self._range_is_chosen or self.board.busy):
            self._range = value_axis.with_edits(self.curve, *self._range)  # what an edit put beyond it is seen
            self._tell_header()
        super()._on_shown(old, new)

    def unit_text(self) -> str:
        return self.tr("semitones") if self.curve_spec.scale == "log" else self.curve_spec.unit

    def paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        if self.curve_spec.scale == "log":
            value_axis.paint_keys(painter, rect, self.axis, self.board.look)
        else:
            value_axis.paint_ticks(painter, rect, self.axis, self.board.look)

    def value_text(self, shown: float) -> str:
        """Write a display value in the unit of the curve."""
        if np.isnan(shown):
            return self.tr("silent here")
        if self.curve_spec.scale == "log":
            return hz_text(440 * 2 ** ((shown - 69) / 12))
        return f"{number(shown)}\u2009{self.curve_spec.unit}".rstrip()

    # Painting

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        axis, curve = self.axis, self.curve
        self._paint_ground(painter, rect, axis)
        if curve is None:
            return
        if axis.height > 40:
            paint_boundaries(painter, rect, self.board, axis.height)
        start, stop = self.board.frames_in(rect.left() - 4, rect.right() + 4)
        if stop - start < 1:
            return
        if self._is_far():
            paint_far(painter, self.board, curve, axis, start, stop)
            return
        # Lines end and dashes begin outside of what is painted.
        start, stop = max(start - _MORE_FRAMES, 0), min(stop + _MORE_FRAMES, len(curve))
        self._is_fine = not self.is_coarse(rect)
        self._paint_data(painter, curve, axis, start, stop)
        if axis.height >= 40:
            self._paint_marks(painter, curve, axis, rect, start, stop)

    def _is_far(self) -> bool:
        """Tell whether many frames fall on a pixel, whatever part of the lane is painted."""
        return 3 * self.board.hop_s < COLUMN_PX * self.board.view.seconds_per_px

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        curve = self.curve
        if curve is None:
            return []
        if self._is_far():
            return [strip_after_scroll(by, self.size(), self.board.along_whole_px)]
        origin = curve.origin[slice(*self._around(curve, *self.board.frames_in(0, self.width())))]
        if not len(origin) or not (origin & (EDITED | LOCKED | ANALYSED)).any():
            return []
        # Dashes begin where a line is begun to be drawn, and a mark at the middle of a stretch needs to know all of it.
        has_no_end = bool((origin[0] | origin[-1]) & (EDITED | LOCKED))
        return None if has_no_end or (origin & ANALYSED).any() else []

    def _paint_ground(self, painter: QPainter, rect: QRectF, axis: value_axis.ValueAxis) -> None:
        """Copy the rows from one picture of them: forty fills a strip would cost more than the data."""
        ratio, width = art.device_ratio(painter), self.width()
        key = (axis, self.board.look.theme, ratio, width)
        if self._ground is None or self._ground[0] != key:
            tile = QPixmap(round(width * ratio), round(axis.height * ratio))
            tile.setDevicePixelRatio(ratio)
            with QPainter(tile) as onto:
                value_axis.paint_rows(onto, QRectF(0, 0, width, axis.height), axis, self.curve_spec, self.board.look)
            self._ground = key, tile
        area = QRectF(rect.left(), 0, rect.width(), axis.height)
        painter.drawPixmap(area, self._ground[1], QRectF(QPointF(0, 0), area.size() * ratio))

    def _paint_data(self, painter: QPainter, curve: Curve, axis: value_axis.ValueAxis, start: int, stop: int) -> None:
        look, spec = self.board.look, self.curve_spec
        x = self.board.xs_of(np.arange(start, stop) + 0.5)
        shown, base = spec.to_display(curve.values[start:stop]), spec.to_display(curve.base[start:stop])
        origin = curve.origin[start:stop]
        locked = (origin & LOCKED) != 0
        edited = ((origin & EDITED) != 0) & ~locked
        analysed = ((origin & ANALYSED) != 0) & ~locked & ~edited
        plain = ~(locked | edited | analysed)
        if spec.scale != "log":
            self._fill_under(painter, x, axis.y_of(shown), axis.height)
        if locked.any():
            for a, b in runs(locked):
                overlay.fill_columns(
                    painter, self.board, start + a, start + b, axis.height, look.color("lockwash")
                )  # fmt: skip
        if curve.doubt is not None and not analysed.all():
            self._paint_doubt(painter, x, base, curve.doubt[start:stop], axis)
        if edited.any():
            around = np.convolve(edited, (1, 1, 1), "same") > 0
            self._line(painter, x, np.where(around, base, np.nan), axis, look.color("pred"), 1.25)
        if analysed.any():
            self._line(painter, x, np.where(analysed, shown, np.nan), axis, look.color("ana"), 1.25, dashed=True)
        if plain.any():
            self._line(painter, x, np.where(plain, shown, np.nan), axis, look.color("pred"), 1.25)
        if edited.any():
            self._line(painter, x, np.where(edited, shown, np.nan), axis, look.color("hand"), 2.0)
        if locked.any():
            self._line(painter, x, np.where(locked, shown, np.nan), axis, look.color("lock"), 2.0)

    def paint_ghost(self, painter: QPainter, rect: QRectF) -> None:
        self._ghost.paint(painter, rect, self.axis)

    def stale_words(self) -> str:
        return self.tr("stale, rendering") if self.height() > 100 else ""

    def _fill_under(self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> None:
        there = ~np.isnan(y)
        if not there.any():
            return
        px, py = x[there], y[there]
        outline = polygon(np.concatenate(([px[0]], px, [px[-1]])), np.concatenate(([height], py, [height])))
        self._fill(painter, outline)

    def _paint_doubt(
        self, painter: QPainter, x: NDArray[np.float64], base: NDArray[np.float64], doubt: NDArray[np.float32],
        axis: value_axis.ValueAxis,
    ) -> None:  # fmt: skip
        for a, b in runs(~np.isnan(base)):
            if b - a < 2:
                continue
            edge = np.concatenate((base[a:b] + doubt[a:b], (base[a:b] - doubt[a:b])[::-1]))
            self._fill(painter, polygon(np.concatenate((x[a:b], x[a:b][::-1])), axis.y_of(edge)))

    def _fill(self, painter: QPainter, outline: QPolygonF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._is_fine)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.board.look.color("predband"))
        painter.drawPolygon(outline)

    def _line(
        self, painter: QPainter, x: NDArray[np.float64], shown: NDArray[np.float64], axis: value_axis.ValueAxis,
        colour: QColor, width: float, *, dashed: bool = False,
    ) -> None:  # fmt: skip
        fine = self._is_fine or len(x) < _FINE_POINTS
        polylines(painter, x, axis.y_of(shown), colour, width, fine=fine, dashed=dashed)

    def _paint_marks(
        self, painter: QPainter, curve: Curve, axis: value_axis.ValueAxis, rect: QRectF, start: int, stop: int
    ) -> None:
        """Name and grip the edited and locked stretches that are wide enough."""
        look, hop_px = self.board.look, self.board.hop_s / self.board.view.seconds_per_px
        least = max(int(14 / hop_px), 1)
        low, high = self._around(curve, start, stop)
        tall = axis.height > 100
        for a, b in runs((curve.origin[low:high] & LOCKED) != 0):
            if b - a >= least:
                x = self.board.x_of(low + a) + 6
                overlay.paint_label(
                    painter, x, 14, self.tr("locked") if tall else "", look.color("t2"), room=(b - a) * hop_px - 8,
                    icon="lock",
                )  # fmt: skip
        for a, b in self.edited_stretches(low, high):
            if b - a < least:
                continue
            if tall:
                x, room = self.board.x_of(a) + 5, (b - a) * hop_px - 4
                text = self._edited_text(curve, a, b)
                if not overlay.paint_label(painter, x, 14, text, look.color("hand"), room=room):
                    overlay.paint_label(painter, x, 14, self.tr("edited"), look.color("hand"), room=room)
            if self.board.busy:  # they would trail behind the hand
                self.leave_for_rest(rect)
            else:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(look.color("hand"), 1.5))
                painter.setBrush(look.color("canvas"))
                half = (HANDLE_PX - 1) / 2
                for handle in self.handles_of(a, b):
                    painter.drawEllipse(
                        QPointF(self.board.x_of(handle.frame + 0.5), axis.y(handle.shown)), half, half
                    )  # fmt: skip

    def _around(self, curve: Curve, start: int, stop: int) -> tuple[int, int]:
        """Widen a stretch to whole runs of equal state, so that marks do not depend on what is repainted."""
        reach = int(self.width() * self.board.view.seconds_per_px / self.board.hop_s) + 2
        return max(start - reach, 0), min(stop + reach, len(curve))

    def _edited_text(self, curve: Curve, start: int, stop: int) -> str:
        spec = self.curve_spec
        by = spec.to_display(curve.values[start:stop]) - spec.to_display(curve.base[start:stop])
        if np.isnan(by).all():
            return self.tr("edited")
        unit = "st" if spec.scale == "log" else spec.unit
        return f"{self.tr('edited')} {signed(float(np.nanmean(by)))}\u2009{unit}".rstrip()

    # What is where

    def edited_stretches(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the stretches of frames that are edited, not locked and not silent."""
        curve = self.curve
        if curve is None:
            return []
        part = curve.origin[start:stop]
        there = ((part & EDITED) != 0) & ((part & LOCKED) == 0)
        if self.curve_spec.gaps:
            there &= curve.values[start:stop] != 0
        return [(start + a, start + b) for a, b in runs(there)]

    def handles_of(self, start: int, stop: int) -> list[Handle]:
        """Return the grips of an edited stretch: its ends and, where it is wide, its turning point."""
        curve = self.curve
        if curve is None:
            return []
        shown = self.curve_spec.to_display(curve.values[start:stop])
        places = [0, stop - start - 1]
        if (stop - start) * self.board.hop_s / self.board.view.seconds_per_px >= 48:
            chord = np.linspace(shown[0], shown[-1], len(shown))
            inner = int(np.argmax(np.abs(shown - chord)))
            if 2 < inner < stop - start - 3:
                places.insert(1, inner)
        return [Handle(start + k, float(shown[k]), start, stop) for k in places]

    def handle_at(self, at: QPointF) -> Handle | None:
        """Return the grip under the pointer."""
        start, stop = self.board.frames_in(at.x() - 12, at.x() + 12)
        curve = self.curve
        if curve is None or stop <= start or not (curve.origin[start:stop] & EDITED).any():
            return None
        low, high = self._around(curve, start, stop)
        least = 14 * self.board.view.seconds_per_px / self.board.hop_s
        for a, b in self.edited_stretches(low, high):
            if b - a >= least and a <= stop and b >= start:
                for handle in self.handles_of(a, b):
                    off = QPointF(self.board.x_of(handle.frame + 0.5), self.axis.y(handle.shown)) - at
                    if abs(off.x()) <= _HANDLE_REACH_PX and abs(off.y()) <= _HANDLE_REACH_PX:
                        return handle
        return None

    def shown_at(self, x: float) -> float:
        """Return the display value under a pixel; NaN where there is none."""
        curve, frame = self.curve, int(self.board.frame_at(x))
        if curve is None or not 0 <= frame < len(curve):
            return float("nan")
        return float(self.curve_spec.to_display(curve.values[frame : frame + 1])[0])

    def values_at(self, at: QPointF) -> str:
        text = f"{time_text(self.board.view.s_of(at.x()))} · {self.value_text(self.shown_at(at.x()))}"
        if self.board.workspace.tool in ("draw", "line"):
            text += f" · {self.tr('pointer')} {self.value_text(self.axis.value(at.y()))}"
        return text

    def hover_area(self, at: QPointF) -> QRectF:
        text = self._hover_text(at)
        area = overlay.chip_rect(at, text, self.width(), self.height())
        shown = self.shown_at(at.x())
        if not np.isnan(shown):
            area = area.united(QRectF(at.x() - 4, self.axis.y(shown) - 6, 8, 12))
        return area

    def _hover_text(self, at: QPointF) -> str:
        if self.board.workspace.tool in ("draw", "line"):
            return self.value_text(self.axis.value(at.y()))
        return self.value_text(self.shown_at(at.x()))

    def paint_hover(self, painter: QPainter, at: QPointF) -> QRectF:
        text = self._hover_text(at)
        area = overlay.chip_rect(at, text, self.width(), self.height())
        shown = self.shown_at(at.x())
        if not np.isnan(shown):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.board.look.color("t1"))
            painter.drawEllipse(QPointF(at.x(), self.axis.y(shown)), 3, 3)
        overlay.paint_chip(painter, area, text, self.board)
        painter.setFont(font("body"))
        return area

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        if tool == "select" and self.handle_at(at) is not None:
            return Qt.CursorShape.SizeVerCursor
        return super().cursor_at(tool, at)

    # Hands

    def begin_select(self, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        handle = self.handle_at(at) if self.may_edit() else None
        if handle is not None:
            drag = self.board.start_drag("pencil-simple")
            return hands.BendGesture(self, drag, handle, at) if drag else None
        frames = self.selected_frames()
        inside = frames is not None and frames[0] <= self.board.frame_at(at.x()) < frames[1]
        if inside and self.may_edit() and not modifiers & SHIFT:
            return hands.ShiftOrSelect(self, at, SelectGesture(self, at, modifiers))
        return None

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        kinds: dict[str, tuple[type[hands.CurveGesture], str]] = {
            "draw": (hands.DrawGesture, "pencil-simple"), "line": (hands.LineGesture, "line-segment"),
            "erase": (hands.EraseGesture, "eraser"), "smooth": (hands.SmoothGesture, "waves"),
        }  # fmt: skip
        if tool not in kinds:
            return None
        kind, icon = kinds[tool]
        drag = self.board.start_drag(icon)
        return kind(self, drag, at, modifiers) if drag else None

    def selected_or_all(self) -> tuple[int, int] | None:
        """Return the selected frames, whatever lane they were selected in."""
        selection = self.board.workspace.selection
        return (selection.start, selection.stop) if selection else None

    def claims(self, event: QKeyEvent) -> bool:
        sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        return sideways and event.modifiers() in (Modifiers.NoModifier, ALT) and self.selected_or_all() is not None

    def on_key(self, event: QKeyEvent) -> bool:
        frames, key, modifiers = self.selected_or_all(), event.key(), event.modifiers()
        if frames is None:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = self.curve_spec.step
            if modifiers & SHIFT:
                step *= 12 if self.curve_spec.scale == "log" else 10
            elif modifiers & Modifiers.ControlModifier:
                step *= 0.1
            self.nudge(step if key == Qt.Key.Key_Up else -step)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if modifiers & ALT:
                self.move_in_time(1 if key == Qt.Key.Key_Right else -1)
            else:
                self.step_element(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            region = Region(*frames)
            label = step_name("Erase {0}{1}", self.title.lower(), self.place(*frames))
            self.board.edit(label, lambda s: regions.erase(s, [self.name], region), icon="eraser")
        else:
            return False
        return True

    def nudge(self, by: float) -> None:
        """Shift the selected stretch by display units; presses in a row are one step."""
        frames = self.selected_or_all()
        if frames is None:
            return
        start, stop = frames
        key = f"nudge {self.name} {start} {stop}"
        total = (self._nudged[1] if self._nudged[0] == key else 0.0) + by
        unit = "st" if self.curve_spec.scale == "log" else self.curve_spec.unit
        label = step_name("Shift {0} {1} {2}{3}", self.title.lower(), signed(total), unit, self.place(start, stop))
        if self.board.edit(
            label, lambda s: curves.shift(s, self.name, start, stop, by), merge_key=key, icon="arrow-up"
        ):  # fmt: skip
            self._nudged = (key, total)

    def move_in_time(self, by: int) -> None:
        """Move what the curve does in the selected stretch by frames; what comes in is drawn out."""
        frames = self.selected_or_all()
        curve = self.curve
        if frames is None or curve is None:
            return
        start, stop = frames

        def moved(sketch: Sketch) -> Sketch:
            now = curves.curve_of(sketch, self.name)
            at = np.clip(np.arange(start, stop) - by, start, stop - 1)
            return curves.put(sketch, self.name, start, self.curve_spec.to_display(now.values[at]))

        label = step_name("Move {0} in time{1}", self.title.lower(), self.place(start, stop))
        self.board.edit(label, moved, merge_key=f"move {self.name} {start} {stop}", icon="arrows-left-right")
