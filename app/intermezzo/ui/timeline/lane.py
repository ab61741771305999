"""Lane: the painted widget of one layer; kinds of lanes say how to paint, hit and edit their layer.

Mouse, wheel and keys are handled alike in all lanes: a press asks the lane for a gesture of the current tool, Esc
cancels it, the pointer's values go to the status line, and a tool that makes no sense here shows why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import Layer, LayerSpec
from intermezzo.core.sketch import Sketch
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline import overlay
from intermezzo.ui.timeline.beats import place_text, stretch_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.dirty import dirty_frames
from intermezzo.ui.timeline.gestures import Gesture, LockGesture, Modifiers, PanGesture, SelectGesture
from intermezzo.ui.timeline.kept_picture import KeptPicture
from intermezzo.ui.timeline.tools import CURSORS, REFUSALS
from intermezzo.ui.timeline.words import time_text

__all__ = ["Lane", "MenuEntry"]

_NARROW_PX: Final = 160.0


@dataclass(frozen=True)
class MenuEntry:
    """A line of a lane's context menu."""

    title: str
    icon: str
    act: Callable[[], object]
    key: str = ""


class Lane(QWidget):
    """One layer on the time axis. Subclasses paint in `paint_layer` and name their tools in `tools`."""

    tools: frozenset[str] = frozenset({"select", "lock", "resample"})
    default_height = 62
    least_height = 24
    comes_first = False  # in a low window it is scrolled into view
    margin_px = 4  # how far marks reach beyond the frames they belong to
    is_exact = False  # whether an edit changes its looks in the edited frames alone, not near them, where it is heard
    is_layer = True  # whether it shows a layer of its own, which can be locked
    header_action: MenuEntry | None = None  # what a button in its header does

    def __init__(self, board: Board, spec: LayerSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board, self.spec = board, spec
        self.name, self.title = spec.name, spec.title
        self.gesture: Gesture | None = None
        self._hover: QPointF | None = None
        self._hover_area = QRect()
        self._kept = KeptPicture(self._paint_kept)
        self._selection = board.workspace.selection
        self._playhead_x = -1
        self._coarse = QRect()  # what was painted while something moved
        self.setObjectName(f"lane-{spec.name}")
        self.setMouseTracking(True)
        self.setProperty("ringRadius", -1)  # the focus shows in the header and on the selected element
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(spec.title)
        self.setAccessibleDescription(spec.help)
        workspace = board.workspace
        self._seen = board.view.start_s, board.view.seconds_per_px
        board.view.changed.connect(self._on_view)
        board.look.changed.connect(self.renew)
        board.rested.connect(self._on_rested)
        board.ghost_changed.connect(self.renew)
        board.shown.connect(self._on_shown)
        self._shows_footprint = False
        board.footprint_changed.connect(self._on_footprint)
        workspace.selected.connect(self._on_selected)
        workspace.moved.connect(self._on_moved)
        workspace.sound_changed.connect(self._on_sound)
        workspace.tool_changed.connect(self._on_tool)

    # What a kind of lane says

    @property
    def layer(self) -> Layer | None:
        """The layer as it is shown now."""
        return self.board.sketch.layers.get(self.name) if self.board.sketch else None

    def unit_text(self) -> str:
        """The caption under the name in the header."""
        return ""

    def paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the axis at the right edge of the header."""

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        """Paint ground and data of the columns in ``rect``."""

    def paint_ghost(self, painter: QPainter, rect: QRectF) -> None:
        """Paint how another version differs, over the data."""

    def paint_hover(self, painter: QPainter, at: QPointF) -> QRectF:
        """Paint what follows the pointer; return the area it takes (also asked for without painting)."""
        return QRectF()

    def hover_area(self, at: QPointF) -> QRectF:
        """Return the area that `paint_hover` will paint."""
        return QRectF()

    def values_at(self, at: QPointF) -> str:
        """Say what is under the pointer, for the status line."""
        return place_text(self.board.sketch, self.board.frame_at(at.x()))

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        """Return the gesture of a tool of this kind of lane."""
        return None

    def begin_select(self, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        """Return a gesture of the select tool on something that can be grabbed here, or None to select time."""
        return None

    def refusal(self, tool: str) -> str:
        """Say why a tool does nothing here; empty where it works."""
        if tool not in self.tools:
            return REFUSALS.get(tool, "").format(lane=self.title)
        if tool not in ("select", "lock", "resample"):
            return self.board.workspace.why_not(self.name, "lengths" if tool == "stretch" else "")
        return ""

    def may_edit(self, aspect: str = "") -> bool:
        """Tell whether hands may change this layer, or an aspect of its spans, with the engine in view."""
        return self.board.workspace.may_edit(self.name, aspect)

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        """Return the cursor of a tool at a place."""
        return CURSORS.get(tool, Qt.CursorShape.ArrowCursor)

    def snapped(self, x0: float, x1: float) -> tuple[int, int]:
        """Return the frames between two pixels, at least one."""
        a, b = sorted((self.board.frame_at(x0), self.board.frame_at(x1)))
        start = min(max(int(np.floor(a)), 0), max(self.board.n_frames - 1, 0))
        return start, max(min(int(np.ceil(b)), self.board.n_frames), start + 1)

    def bands_between(self, y0: float, y1: float) -> tuple[int | None, int | None]:
        """Return the bands between two heights; (None, None) where a layer has none."""
        return None, None

    def selection_at(self, at: QPointF) -> Selection:
        """Return what a click selects."""
        return Selection()

    def place(self, start: int, stop: int) -> str:
        """Name the spans that frames ``start:stop`` lie on, as ' on ɛ ɹ', for names of steps."""
        spans = self.board.sketch.governing if self.board.sketch else None
        if spans is None:
            beats = self.board.sketch.type.beats if self.board.sketch else None
            return step_name(" in {0}", stretch_text(self.board.sketch, start, stop)) if beats else ""
        labels = spans.labels[spans.inside(start, stop)]
        if not labels:
            return ""
        if "?" in labels and set(labels) <= {"?", "·"}:  # a recording whose sounds have no names
            return step_name(" at {0}", time_text(start * self.board.hop_s))
        return step_name(" on {0}", " ".join(labels) if len(labels) <= 4 else f"{labels[0]} … {labels[-1]}")

    def step_element(self, by: int) -> bool:
        """Select the next or previous element; False at the end, where Tab leaves the lane."""
        spans = self.board.sketch.governing if self.board.sketch else None
        if spans is None or not spans.count:
            return False
        selection = self.board.workspace.selection
        if selection:
            near = spans.inside(selection.start, selection.stop)
            index = (near.stop if by > 0 else near.start - 1) if selection.layer == self.name else near.start
        else:
            index = spans.index_at(int(self.board.playhead_frame)) or 0
        if not 0 <= index < spans.count:
            return False
        chosen = Selection(self.name, int(spans.starts[index]), int(spans.stops[index]))
        self.board.workspace.select(chosen)
        self.reveal(chosen)
        return True

    def menu_entries(self) -> list[MenuEntry]:
        """Return what only this kind of lane can do with what is selected."""
        return []

    def claims(self, event: QKeyEvent) -> bool:
        """Tell whether a key means something of its own here, so that no shortcut of the window takes it."""
        return False

    def on_key(self, event: QKeyEvent) -> bool:
        """Handle an editing key on the selection; False if it means nothing here."""
        return False

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            # One rectangle round all that changed: every further part would cost the overlays once more.
            painter.setClipRect(event.rect())
            self._paint(painter, QRectF(event.rect()))

    def _paint_kept(self, painter: QPainter, rect: QRectF) -> None:
        self.paint_layer(painter, rect)
        if self.board.ghost is not None:
            self.paint_ghost(painter, rect)

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        height = float(self.height())
        self._kept.show(painter, rect.toRect(), self.size())
        overlay.paint_stale(painter, rect, self.board, height, self.stale_words())
        self.paint_selected(painter, rect)
        if self.board.footprint is not None and self.has_reach():
            self._shows_footprint = True
            overlay.paint_footprint(painter, self.board, height)
        if self._hover is not None and self._hover_area.intersects(rect.toAlignedRect()):
            painter.save()
            self.paint_hover(painter, self._hover)
            painter.restore()
        overlay.paint_playhead(painter, self.board, height)

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the selection over the data."""
        overlay.paint_selection(painter, self.board, float(self.height()))

    def stale_words(self) -> str:
        """What to write where the sound is stale; empty: the hatch says enough."""
        return ""

    def has_reach(self) -> bool:
        """Whether an edit of this layer is heard in the footprint that is shown."""
        workspace = self.board.workspace
        return self.underMouse() or (workspace.selection.layer == self.name and workspace.tool == "select")

    def update(self, *area: Any) -> None:  # Any: Qt takes a rectangle, a region, four numbers or nothing
        """Have the layer painted again, in an area or all of it."""
        self._kept.spoil(_hull(area) if area else self.rect())
        super().update(*area)

    def renew(self) -> None:
        """Have the whole layer painted again. Signals connect to this: to `update` they outlive the widget."""
        self.update()

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        """Return what looks otherwise after the view was scrolled and all was moved by pixels; None: much of it."""
        return None

    def _on_view(self) -> None:
        view, (start_s, seconds_per_px) = self.board.view, self._seen
        self._seen = view.start_s, view.seconds_per_px
        by = (start_s - view.start_s) / view.seconds_per_px
        spoilt = self.spoilt_by_scroll(by) if seconds_per_px == view.seconds_per_px and self.isVisible() else None
        if spoilt is None or self.board.ghost is not None or not self._kept.scroll(by):
            self.update()
            return
        for area in spoilt:
            self._kept.spoil(area)
        self.update_over()

    def update_over(self, *area: Any) -> None:  # Any: as above
        """Have what lies over the layer painted again; the layer shows what it showed."""
        super().update(*area)

    def update_frames(self, start: int, stop: int) -> None:
        """Have the layer painted again in the columns of frames ``start:stop``."""
        columns = self._columns(start, stop)
        if not columns.isEmpty():
            self.update(columns)

    def update_frames_over(self, start: int, stop: int) -> None:
        """Have what lies over the columns of frames ``start:stop`` painted again."""
        columns = self._columns(start, stop)
        if not columns.isEmpty():
            self.update_over(columns)

    def _columns(self, start: int, stop: int) -> QRect:
        """Return the columns of frames ``start:stop``; empty where none is in view."""
        width = self.width()
        x0 = int(min(max(self.board.x_of(start), -64), width + 64)) - self.margin_px
        x1 = int(min(max(self.board.x_of(stop), -64), width + 64)) + self.margin_px + 1
        return QRect(x0, 0, x1 - x0, self.height()) if x1 > 0 and x0 < width else QRect()

    def _on_sound(self, start: int, stop: int) -> None:
        (self.update_frames_over if self.is_exact else self.update_frames)(start, stop)

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        mine = new.layers.get(self.name) if new else None
        before = old.layers.get(self.name) if old else None
        dirty = dirty_frames(before, mine)
        if dirty is None and old is not None and new is not None and old.governing is not new.governing:
            dirty = dirty_frames(old.governing, new.governing)
        if dirty is not None:
            self.update_frames(*dirty)

    def _on_selected(self, selection: Selection) -> None:
        old, self._selection = self._selection, selection
        alike = (old.layer, old.low, old.high, old.element, old.notes) == (
            selection.layer, selection.low, selection.high, selection.element, selection.notes
        )  # fmt: skip
        if old.notes and (selection.notes or not selection):
            pass  # notes show by themselves what is chosen
        else:
            # In its own lane an element looks otherwise when it is chosen; over the others lies only the wash.
            update = self.update_frames if self.name in (old.layer, selection.layer) else self.update_frames_over
            if old and selection and alike:  # only what the edges passed
                update(min(old.start, selection.start), max(old.start, selection.start))
                update(min(old.stop, selection.stop), max(old.stop, selection.stop))
            else:
                for chosen in (old, selection):
                    if chosen and not chosen.notes:
                        update(chosen.start, chosen.stop)
        if selection.layer == self.name and self.hasFocus():
            self.setAccessibleDescription(f"{self.spec.help} {self.describe(selection)}".strip())

    def describe(self, selection: Selection) -> str:
        """Say what is selected, for assistive tools."""
        return stretch_text(self.board.sketch, selection.start, selection.stop)

    def _on_moved(self, seconds: float) -> None:
        x = round(self.board.x_of_second(seconds))
        if x != self._playhead_x:
            self.update_over(self._playhead_x - 1, 0, 3, self.height())
            self.update_over(x - 1, 0, 3, self.height())
            self._playhead_x = x

    def _on_footprint(self, old: tuple[int, int] | None, new: tuple[int, int] | None) -> None:
        if not (self.has_reach() or self._shows_footprint):
            return
        self._shows_footprint = self.has_reach() and new is not None
        for frames in (old, new):
            if frames is not None:
                for edge in frames:
                    self.update_frames_over(edge, edge)
                self.update_frames_over(*frames)

    def is_coarse(self, rect: QRectF) -> bool:
        """Tell whether to paint an area coarsely, since something moves; at rest it will be painted finely.

        A narrow area, as comes into view with a scroll, costs little: it is fine at once, as what lies beside it.
        """
        coarse = self.board.busy and rect.width() > _NARROW_PX
        if coarse:
            self.leave_for_rest(rect)
        return coarse

    def leave_for_rest(self, rect: QRectF) -> None:
        """Have an area painted again once nothing moves any more."""
        self._coarse = self._coarse.united(rect.toAlignedRect())

    def _on_rested(self) -> None:
        coarse, self._coarse = self._coarse, QRect()
        if self.board.ghost is not None:
            self.update()
        elif not coarse.isEmpty():
            self.update(coarse)

    def _on_tool(self) -> None:
        if self._hover is not None:
            self._hover_at(self._hover)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            return
        at, modifiers = event.position(), event.modifiers()
        panning = event.button() == Qt.MouseButton.MiddleButton or self.window().property("panning")
        if panning:
            self.gesture = PanGesture(self.board, at)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.gesture = self._begin(self.board.workspace.tool, at, modifiers)
        else:
            event.ignore()

    def _begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        if self.layer is None:  # another stage came into view, and the lanes of this one are about to go
            return None
        reason = self.refusal(tool)
        if reason:
            self.board.workspace.told.emit("warn", reason)
            return None
        if tool in ("select", "resample"):
            grabbed = self.begin_select(at, modifiers) if tool == "select" else None
            return grabbed or SelectGesture(self, at, modifiers)
        if tool == "lock":
            drag = self.board.start_drag("lock")
            return LockGesture(self, drag, at) if drag else None
        return self.begin(tool, at, modifiers)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            self.gesture.move(event.position(), event.modifiers())
        self._hover_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            self.gesture.move(event.position(), event.modifiers())
            gesture, self.gesture = self.gesture, None
            gesture.finish()
        self._hover_at(event.position())

    def _hover_at(self, at: QPointF) -> None:
        self._hover = at
        self._refresh_hover_area()
        tool = self.board.workspace.tool
        refused = bool(self.refusal(tool))
        cursor = Qt.CursorShape.ForbiddenCursor if refused else self.cursor_at(tool, at)
        if self.gesture is None and self.cursor().shape() != cursor:
            self.setCursor(cursor)
        self.board.hovered.emit(self.refusal(tool) if refused else self.values_at(at))

    def _refresh_hover_area(self) -> None:
        if not self._hover_area.isEmpty():
            self.update_over(self._hover_area)
        area = self.hover_area(self._hover) if self._hover is not None else QRectF()
        self._hover_area = area.toAlignedRect().adjusted(-2, -2, 2, 2) if not area.isEmpty() else QRect()
        if not self._hover_area.isEmpty():
            self.update_over(self._hover_area)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self._refresh_hover_area()
        self.board.hovered.emit("")
        if self.gesture is None and self.board.footprint is not None and not self.board.busy:
            self.board.workspace.show_footprint(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.board.on_wheel(event, event.position().x()):
            event.accept()
        else:
            event.ignore()

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            forward = event.key() == Qt.Key.Key_Tab
            if (forward or event.key() == Qt.Key.Key_Backtab) and self.step_element(1 if forward else -1):
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.cancel()
        elif not self.on_key(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell_header()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell_header()

    def _tell_header(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            parent.update()

    def reveal(self, selection: Selection) -> None:
        """Scroll so that a selection is in view."""
        view, hop_s = self.board.view, self.board.hop_s
        left, right = view.x_of(selection.start * hop_s), view.x_of(selection.stop * hop_s)
        if left < 0:
            view.scroll_by(left - 40)
        elif right > view.width_px:
            view.scroll_by(min(right - view.width_px + 40, left - 40))

    def selected_frames(self) -> tuple[int, int] | None:
        """Return the selected frames if they belong to this lane or to all."""
        selection: Any = self.board.workspace.selection
        if not selection or selection.layer not in (None, self.name):
            return None
        return selection.start, selection.stop


def _hull(area: tuple[Any, ...]) -> QRect:
    """Return the rectangle round what `QWidget.update` was given."""
    first = area[0]
    return first.boundingRect() if isinstance(first, QRegion) else first if isinstance(first, QRect) else QRect(*area)
