"""SpansLane: labelled intervals; as a row of ticks with lengths where they make the time axis, else as boxes."""

from __future__ import annotations

from math import ceil, floor
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import regions
from intermezzo.core.edits import spans as span_edits
from intermezzo.core.layers import Region, Spans, SpansSpec, strongest
from intermezzo.core.sketch import Sketch
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline import free_spans
from intermezzo.ui.timeline import spans_gestures as hands
from intermezzo.ui.timeline.beat_lines import paint_beat_lines
from intermezzo.ui.timeline.beats import length_text, place_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.gestures import ALT, SHIFT, Gesture, Modifiers
from intermezzo.ui.timeline.ghosts import paint_span_ghosts
from intermezzo.ui.timeline.lane import Lane, MenuEntry
from intermezzo.ui.timeline.marks import LOCKED, box_marks
from intermezzo.ui.timeline.phrase_badges import phrase_text
from intermezzo.ui.timeline.span_text import name_reach, numeral_of, shown_label
from intermezzo.ui.timeline.spans_gestures import Boundary
from intermezzo.ui.timeline.spans_paint import box_of, paint_boxes, paint_crowd, paint_tick
from intermezzo.ui.timeline.symbol_palette import SymbolPalette
from intermezzo.ui.timeline.word_menu import word_entries

__all__ = ["SpansLane"]

BOUNDARY_REACH_PX: Final = 4.0


class SpansLane(Lane):
    """Select, stretch, relabel, insert, delete and split spans."""

    tools = frozenset({"select", "stretch", "erase", "lock", "resample"})

    def __init__(self, board: Board, spec: SpansSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self.spans_spec = spec
        self.default_height = 32 if spec.governs else 26
        # Where spans make the time axis, boxes over them show what was done to any of those under them.
        self.is_exact = board.sketch is not None and board.sketch.governing is None
        self._lit: int | None = None
        self._was_crowd = False
        self._palette: SymbolPalette | None = None
        if spec.name == "cadence":
            board.workspace.review.changed.connect(self.renew)

    @property
    def spans(self) -> Spans | None:
        """The spans as they are shown now."""
        layer = self.layer
        return layer if isinstance(layer, Spans) else None

    @property
    def is_free(self) -> bool:
        """Whether the spans govern nothing and follow from nothing: their edges are moved by themselves."""
        return self.board.sketch is not None and self.board.sketch.governing is None

    def refusal(self, tool: str) -> str:
        if tool == "stretch" and not self.spans_spec.governs and not self.is_free:
            return super().refusal("paint") and self.tr(
                "{lane} follow from other spans; drag the boundaries of those."
            ).format(lane=self.title)
        return super().refusal(tool)

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        super()._on_shown(old, new)
        layers = [sketch.layers.get(self.name) if sketch is not None else None for sketch in (old, new)]
        if self.name == "cadence" and layers[0] is not layers[1]:
            self.renew()  # the badges of all phrases go until they are looked at again

    # Painting

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        look, spans, height = self.board.look, self.spans, float(self.height())
        painter.fillRect(rect, look.color("canvas"))
        paint_beat_lines(painter, self.board, self.width(), height)
        if spans is None or not spans.count:
            return
        inside = spans.inside(*self.board.frames_in(rect.left() - 2, rect.right() + 2))
        x0, x1 = self.board.xs_of(spans.starts[inside]), self.board.xs_of(spans.stops[inside])
        self._was_crowd = self._is_crowd(spans)
        if self._was_crowd:
            paint_crowd(painter, self.board, spans, inside, (x0, x1), height)
            return
        places = zip(range(inside.start, inside.stop), x0.tolist(), x1.tolist(), strict=True)
        if self.spans_spec.governs:
            for k, left, right in places:
                paint_tick(painter, self.board, spans, k, (left, right, height), lit=k == self._lit)
        else:
            governing = self.board.sketch.governing if self.board.sketch else None
            marks = box_marks(spans, inside, governing)
            boxes = [(k, marks[k - inside.start], box_of(a, b, height)) for k, a, b in places]
            paint_boxes(painter, self.board, spans, boxes, self._lit)
        self._paint_chosen(painter, spans)

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        """Names keep in view where their spans begin left of it: those at the edge, now and before, go other ways."""
        spans = self.spans
        if spans is None or self._is_crowd(spans) != self._was_crowd:
            return None
        if self.spans_spec.governs or self._was_crowd:
            return []
        found: list[QRect] = []
        for k in {spans.index_at(floor(self.board.frame_at(x))) for x in (0.0, by)}:
            if k is None:
                continue
            x0, x1 = self._edges(spans, k)
            x1 = min(x1, max(x0, 0) + ceil(name_reach(self.board.sketch, spans, k) + max(by, 0.0)))
            found.append(QRect(max(x0, 0) - 1, 0, x1 - max(x0, 0) + 2, self.height()))
        return found

    def paint_ghost(self, painter: QPainter, rect: QRectF) -> None:
        if self.spans is not None:
            paint_span_ghosts(painter, rect, self.board, self.spans, float(self.height()))

    def _is_crowd(self, spans: Spans) -> bool:
        """Tell whether too many spans are in view for labels, whatever part of it is painted."""
        shown = spans.inside(*self.board.frames_in(-2, self.width() + 2))
        return bool(shown.stop - shown.start > self.width() / 3)

    def _paint_chosen(self, painter: QPainter, spans: Spans) -> None:
        """Outline the selected element, and the grips of the one under the pointer."""
        look, height = self.board.look, float(self.height())
        chosen = self.board.workspace.selection
        if chosen.layer == self.name and chosen.element is not None and chosen.element < spans.count:
            x0, x1 = self._edges(spans, chosen.element)
            painter.setPen(QPen(look.color("sel"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(x0 + 1, 2, max(x1 - x0 - 1, 3), height - 4), 3, 3)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._lit is not None and self._lit < spans.count and self.spans_spec.governs:
            for x in self._edges(spans, self._lit):
                painter.fillRect(QRectF(x - 1, 4, 2, height - 8), look.color("t1"))

    def _edges(self, spans: Spans, k: int) -> tuple[int, int]:
        return round(self.board.x_of(int(spans.starts[k]))), round(self.board.x_of(int(spans.stops[k])))

    # What is where

    def index_at(self, x: float) -> int | None:
        """Return the span under a pixel."""
        spans = self.spans
        return spans.index_at(int(np.floor(self.board.frame_at(x)))) if spans is not None else None

    def boundary_at(self, x: float, *, nearest: bool = False) -> Boundary | None:
        """Return the boundary within reach of a pixel, or the nearest at all."""
        spans = self.spans
        if spans is None or not spans.count or not self.may_edit("lengths"):
            return None
        if self.is_free and (edge := free_spans.edge_near(self, x)) is not None:
            return Boundary(*edge) if nearest or abs(self.board.x_of(edge[1]) - x) <= BOUNDARY_REACH_PX else None
        if not self.spans_spec.governs:
            return None
        k = int(np.argmin(np.abs(spans.stops - self.board.frame_at(x))))
        near = abs(self.board.x_of(int(spans.stops[k])) - x) <= BOUNDARY_REACH_PX
        return Boundary(k, int(spans.stops[k])) if near or nearest else None

    def snapped(self, x0: float, x1: float) -> tuple[int, int]:
        spans = self.spans
        start, stop = super().snapped(x0, x1)
        if spans is None or not spans.count:
            return start, stop
        inside = spans.inside(start, stop)
        if inside.stop <= inside.start:
            return start, stop
        return int(spans.starts[inside.start]), int(spans.stops[inside.stop - 1])

    def selection_at(self, at: QPointF) -> Selection:
        k = self.index_at(at.x())
        return self._selection_of(k) if k is not None else Selection()

    def _selection_of(self, k: int) -> Selection:
        spans = self.spans
        if spans is None:
            return Selection()
        return Selection(self.name, int(spans.starts[k]), int(spans.stops[k]), element=k)

    def chosen(self) -> int | None:
        """Return the selected element of this lane."""
        selection, spans = self.board.workspace.selection, self.spans
        if spans is None or selection.layer != self.name or selection.element is None:
            return None
        return selection.element if selection.element < spans.count else None

    def step_element(self, by: int) -> bool:
        spans, chosen = self.spans, self.chosen()
        if spans is None or not spans.count:
            return False
        if chosen is None:
            frame = int(self.board.playhead_frame)
            found = spans.index_at(frame)
            k = found if found is not None else 0 if by > 0 else spans.count - 1
        else:
            k = chosen + by
        if not 0 <= k < spans.count:
            return False
        selection = self._selection_of(k)
        self.board.workspace.select(selection)
        self.reveal(selection)
        self.board.hovered.emit(self.text_of(k))
        return True

    def text_of(self, k: int) -> str:
        """Say a span in words: label, length, state, how sure."""
        spans = self.spans
        if spans is None or not k < spans.count:
            return ""
        sketch, n = self.board.sketch, int(spans.stops[k]) - int(spans.starts[k])
        parts = [
            shown_label(sketch, spans, k),
            numeral_of(sketch, spans, k),
            length_text(sketch, n),
            phrase_text(self.board, spans, k),
        ]
        text = " · ".join([*filter(None, parts), strongest(int(spans.origin[k]))])
        if spans.score is not None:
            text += f" · {self.tr('sure')} {float(spans.score[k]):.2f}"
        return text

    def describe(self, selection: Selection) -> str:
        return self.text_of(selection.element) if selection.element is not None else super().describe(selection)

    def values_at(self, at: QPointF) -> str:
        k = self.index_at(at.x())
        time = place_text(self.board.sketch, self.board.frame_at(at.x()))
        return f"{time} · {self.text_of(k)}" if k is not None else time

    def _hover_at(self, at: QPointF) -> None:
        super()._hover_at(at)
        self._light(self.index_at(at.x()))

    def _light(self, k: int | None) -> None:
        if k != self._lit:
            spans = self.spans
            for index in (self._lit, k):
                if spans is not None and index is not None and index < spans.count:
                    self.update_frames(int(spans.starts[index]), int(spans.stops[index]))
            self._lit = k

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # type: ignore[arg-type]  # Qt hands over a QEvent
        self._light(None)

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        if tool in ("select", "stretch") and self.boundary_at(at.x()) is not None:
            return Qt.CursorShape.SplitHCursor
        return super().cursor_at(tool, at)

    # Hands

    def begin_select(self, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        boundary = self.boundary_at(at.x())
        return self._stretch(boundary, at) if boundary is not None else None

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        if tool == "stretch":
            boundary = self.boundary_at(at.x(), nearest=True)
            return self._stretch(boundary, at) if boundary is not None else None
        drag = self.board.start_drag("eraser") if tool == "erase" else None
        return hands.EraseSpans(self, drag, at) if drag is not None else None

    def _stretch(self, boundary: Boundary, at: QPointF) -> Gesture | None:
        drag = self.board.start_drag("arrows-left-right")
        if drag is None:
            return None
        make = free_spans.EdgeGesture if self.is_free else hands.BoundaryGesture
        return make(self, drag, boundary, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        k = self.index_at(event.position().x())
        if k is None and self.is_free:
            k = free_spans.put_in(self, event.position())
        if event.button() == Qt.MouseButton.LeftButton and k is not None:
            self.edit_label(k)

    def edit_label(self, k: int) -> None:
        """Open the palette (or a text field) on a span."""
        spans = self.spans
        rewords = self.board.workspace.rewording.can(self.name)
        if spans is None or not (rewords or self.may_edit("labels")):
            reason = self.board.workspace.why_not(self.name, "labels")
            self.board.workspace.told.emit("warn", reason or self.tr("This cannot be edited by hand."))
            return
        if spans.origin[k] & LOCKED:
            self.board.workspace.told.emit("warn", self.tr("{0} is locked; unlock it first.").format(spans.labels[k]))
            return
        self.board.workspace.select(self._selection_of(k))
        palette = SymbolPalette(self.board.look, self.spans_spec, spans.labels[k], self)
        if rewords:
            palette.chosen.connect(lambda text: self.board.workspace.rewording.reword(self.name, k, text))
        else:
            palette.chosen.connect(lambda label: self.relabel(k, label))
        palette.inserted.connect(lambda label, after: self.insert(k + 1 if after else k, label))
        palette.deleted.connect(lambda: self.delete(k))
        palette.split.connect(lambda: self.split(k))
        x0, _ = self._edges(spans, k)
        palette.open_at(self.mapToGlobal(QPointF(max(x0, 0), self.height()).toPoint()))
        self._palette = palette

    def relabel(self, k: int, label: str) -> bool:
        """Give a span another label."""
        spans = self.spans
        if spans is None:
            return False
        return self.board.edit(
            step_name("Change {0} to {1}", spans.labels[k], label),
            lambda s: span_edits.relabel(s, self.name, k, label),
            icon="text-aa",
        )

    def insert(self, k: int, label: str) -> bool:
        """Put a span before position ``k``, 80 ms long."""
        n = max(round(0.08 / self.board.hop_s), self.spans_spec.min_frames)
        if self.spans_spec.governs:
            done = self.board.edit(
                step_name("Insert {0}", label), lambda s: span_edits.insert(s, k, label, n), icon="plus"
            )
            if done:
                self.board.workspace.select(self._selection_of(k))
            return done
        return False

    def delete(self, k: int) -> bool:
        """Take a span out with its time."""
        spans = self.spans
        if self.is_free:
            return self._may_reorder() and free_spans.take_out(self, k)
        if spans is None or not self._may_reorder() or not self.spans_spec.governs:
            return False
        self.board.workspace.select(Selection())
        return self.board.edit(
            step_name("Delete {0}", spans.labels[k]), lambda s: span_edits.delete(s, k), icon="trash"
        )

    def split(self, k: int) -> bool:
        """Cut a span in two of the same label, at the playhead where it lies inside, else in the middle."""
        spans = self.spans
        if self.is_free:
            return self._may_reorder() and free_spans.split(self, k)
        if spans is None or not self._may_reorder() or not self.spans_spec.governs:
            return False
        start, stop = int(spans.starts[k]), int(spans.stops[k])
        playhead = int(self.board.playhead_frame)
        at = playhead if start + 1 < playhead < stop - 1 else (start + stop) // 2
        return self.board.edit(
            step_name("Split {0}", spans.labels[k]), lambda s: hands.split(s, k, at), icon="scissors"
        )

    def menu_entries(self) -> list[MenuEntry]:
        k, spans = self.chosen(), self.spans
        rewording = self.board.workspace.rewording
        if k is not None and (rewording.can(self.name) or rewording.can_choose(self.name)):
            return word_entries(rewording, self, k)
        if k is None or spans is None or not self.may_edit():
            return []
        start, stop = int(spans.starts[k]), int(spans.stops[k])
        give_back = MenuEntry(self.tr("Give length and label back"), "eraser", lambda: self.give_back(start, stop))
        if not self.may_edit("labels"):
            return [give_back] if self.spans_spec.governs else []
        found = [MenuEntry(self.tr("Change label"), "text-aa", lambda: self.edit_label(k), "F2")]
        if self.spans_spec.governs or self.is_free:
            found += [
                MenuEntry(self.tr("Split"), "scissors", lambda: self.split(k), "X"), give_back,
                MenuEntry(self.tr("Delete"), "trash", lambda: self.delete(k), "Del"),
            ]  # fmt: skip
        return found

    def _may_reorder(self) -> bool:
        """Tell whether spans may be put in or taken out; say why where not."""
        reason = self.board.workspace.why_not(self.name, "labels")
        if reason:
            self.board.workspace.told.emit("warn", reason)
        return not reason

    def claims(self, event: QKeyEvent) -> bool:
        own = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
               Qt.Key.Key_X, Qt.Key.Key_Left, Qt.Key.Key_Right)  # fmt: skip
        without_ctrl = not event.modifiers() & Modifiers.ControlModifier
        return without_ctrl and event.key() in own and self.chosen() is not None

    def on_key(self, event: QKeyEvent) -> bool:
        k, key, modifiers = self.chosen(), event.key(), event.modifiers()
        spans = self.spans
        if k is None or spans is None:
            return False
        if key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_label(k)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and (self.spans_spec.governs or self.is_free):
            self.delete(k)
        elif key == Qt.Key.Key_X and not modifiers:
            self.split(k)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = 1 if key == Qt.Key.Key_Right else -1
            if modifiers & ALT:
                self.move_in_time(k, by)
            else:
                self.nudge(k, by * (10 if modifiers & SHIFT else 1))
        else:
            return False
        return True

    def nudge(self, k: int, by: int) -> None:
        """Make a span longer or shorter by frames; all that is later shifts."""
        spans = self.spans
        if spans is None or not self.spans_spec.governs or not self.may_edit("lengths"):
            return
        n = int(spans.stops[k] - spans.starts[k]) + by
        label = step_name("Stretch {0} to {1:.0f} ms", spans.labels[k], n * spans.hop_s * 1000)
        key = f"nudge {self.name} {int(spans.ids[k])}"
        if self.board.edit(
            label, lambda s: span_edits.set_lengths(s, {k: n}), merge_key=key, icon="arrows-left-right"
        ):  # fmt: skip
            self.board.workspace.select(self._selection_of(k))
            self.board.hovered.emit(self.text_of(k))

    def move_in_time(self, k: int, by: int) -> None:
        """Move a span by frames between its neighbours, which give and take."""
        spans = self.spans
        if spans is None or not self.may_edit("lengths") or not self.spans_spec.governs or not 0 < k < spans.count - 1:
            return
        before = int(spans.stops[k - 1] - spans.starts[k - 1]) + by
        after = int(spans.stops[k + 1] - spans.starts[k + 1]) - by

        def moved(sketch: Sketch) -> Sketch:
            return span_edits.set_lengths(sketch, {k - 1: before, k + 1: after})

        key = f"move {self.name} {int(spans.ids[k])}"
        if self.board.edit(
            step_name("Move {0} in time", spans.labels[k]), moved, merge_key=key, icon="arrows-left-right"
        ):
            self.board.workspace.select(self._selection_of(k))

    def give_back(self, start: int, stop: int) -> None:
        """Give the spans in some frames the engine's labels and lengths back."""
        self.board.edit(
            step_name("Erase {0}{1}", self.title.lower(), self.place(start, stop)),
            lambda s: self.erased(s, start, stop),
            icon="eraser",
        )

    def erased(self, sketch: Sketch, start: int, stop: int) -> Sketch:
        """Return a sketch with the spans of some frames as the engine gave them."""
        if self.spans_spec.governs:
            return span_edits.reset_lengths(sketch, start, stop)
        return regions.erase(sketch, [self.name], Region(start, stop))
