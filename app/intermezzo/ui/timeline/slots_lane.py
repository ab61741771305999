"""SlotsLane: lines of text without a time axis; a double click or Enter edits one in place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from intermezzo.core.edits import regions
from intermezzo.core.layers import Mark, Region, Slots, SlotsSpec, strongest
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.text import RIGHT, paint_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.gestures import Gesture, Modifiers
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.overlay import fill_hatched

__all__ = ["SlotsLane"]

ROW_PX: Final = 24
_MOST_ROWS: Final = 6


class SlotsLane(Lane):
    """Edit, lock and erase lines of text; the wheel scrolls them where they are many."""

    tools = frozenset({"select", "erase", "lock", "resample"})

    def __init__(self, board: Board, spec: SlotsSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self._field: QLineEdit | None = None
        self._top = 0
        count = len(self.slots) if self.slots is not None else 1
        self.default_height = min(max(count, 1), _MOST_ROWS) * ROW_PX

    @property
    def slots(self) -> Slots | None:
        """The slots as they are shown now."""
        layer = self.layer
        return layer if isinstance(layer, Slots) else None

    def unit_text(self) -> str:
        return self.tr("lines")

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        before = old.layers.get(self.name) if old else None
        if before is not self.layer:
            self.update()

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        look, slots = self.board.look, self.slots
        painter.fillRect(rect, look.color("canvas"))
        if slots is None:
            return
        chosen = self.board.workspace.selection
        for row in range(int(rect.top()) // ROW_PX, int(rect.bottom()) // ROW_PX + 1):
            k = row + self._top
            if k >= len(slots):
                break
            y, state = row * ROW_PX, strongest(int(slots.origin[k]))
            number = QRectF(0, y, 28, ROW_PX)
            paint_text(painter, number, f"{k + 1}", font("caption"), look.color("t3"), RIGHT)
            box = QRectF(36, y + 2, self.width() - 42, ROW_PX - 4)
            art.paint_frame(painter, box, 3.0, look.color("raise"), None)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if state == "locked":
                fill_hatched(painter, box, self.board)
                art.paint_padlock(painter, box.right() - 18, box.top() + 4, look.color("lock"))
            elif state == "edited":
                painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 2), look.color("hand"))
            elif state == "analysed":
                painter.setPen(art.dashed_pen(look.color("ana"), art.DASH_ANALYSED, 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            colour = look.color("hand" if state == "edited" else "t1")
            paint_text(painter, box.adjusted(8, -1, -24, 0), slots.texts[k], font("body"), colour)
            if chosen.layer == self.name and chosen.element == k:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(look.color("sel"), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box, 3, 3)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        """A layer without time takes no part in a selection of time."""

    def _on_selected(self, selection: Selection) -> None:
        self.update()

    def index_at(self, y: float) -> int | None:
        """Return the slot at a height."""
        k, slots = int(y // ROW_PX) + self._top, self.slots
        return k if slots is not None and 0 <= k < len(slots) else None

    def values_at(self, at: QPointF) -> str:
        k, slots = self.index_at(at.y()), self.slots
        return f"{k + 1} · {strongest(int(slots.origin[k]))}" if k is not None and slots is not None else ""

    def _begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        reason, k = self.refusal(tool), self.index_at(at.y())
        if reason:
            self.board.workspace.told.emit("warn", reason)
        elif k is not None and self.slots is not None:
            self.board.workspace.select(Selection(self.name, element=k))
            if tool == "lock":
                on = not self.slots.origin[k] & Mark.LOCKED
                label = step_name("Lock line {0}" if on else "Unlock line {0}", k + 1)
                self.board.edit(
                    label, lambda s: regions.lock(s, [self.name], Region(k, k + 1), on), icon="lock"
                )  # fmt: skip
            elif tool == "erase":
                self.erase(k)
        return None

    def erase(self, k: int) -> None:
        """Give a line its engine's text back."""
        self.board.edit(
            step_name("Erase line {0}", k + 1), lambda s: regions.erase(s, [self.name], Region(k, k + 1)), icon="eraser"
        )

    def step_element(self, by: int) -> bool:
        chosen, slots = self.board.workspace.selection, self.slots
        k = chosen.element + by if chosen.layer == self.name and chosen.element is not None else 0
        if slots is None or not 0 <= k < len(slots):
            return False
        rows = max(self.height() // ROW_PX, 1)
        self._top = min(max(self._top, k - rows + 1), k)
        self.board.workspace.select(Selection(self.name, element=k))
        self.update()
        return True

    def claims(self, event: QKeyEvent) -> bool:
        own = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
               Qt.Key.Key_Up, Qt.Key.Key_Down)  # fmt: skip
        return event.key() in own and self.board.workspace.selection.layer == self.name

    def on_key(self, event: QKeyEvent) -> bool:
        chosen = self.board.workspace.selection
        k = chosen.element if chosen.layer == self.name else None
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self.step_element(1 if event.key() == Qt.Key.Key_Down else -1)
        if k is None:
            return False
        if event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_text(k)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.erase(k)
        else:
            return False
        return True

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        k = self.index_at(event.position().y())
        if k is not None and not self.refusal("erase"):
            self.edit_text(k)

    def edit_text(self, k: int) -> None:
        """Open a text field over a line."""
        slots = self.slots
        if slots is None or slots.origin[k] & Mark.LOCKED:
            self.board.workspace.told.emit("warn", self.tr("This line is locked; unlock it first."))
            return
        if self._field is not None:
            self._field.deleteLater()
        field = QLineEdit(slots.texts[k], self)
        field.setAccessibleName(self.tr("Line {0}").format(k + 1))
        field.setGeometry(36, (k - self._top) * ROW_PX, self.width() - 42, ROW_PX)
        field.setMaxLength(slots.spec.max_chars)
        field.editingFinished.connect(lambda: self._take(k, field))
        field.show()
        field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field = field

    def _take(self, k: int, field: QLineEdit) -> None:
        if field is not self._field:
            return
        self._field = None
        text = field.text()
        field.deleteLater()

        def edit(sketch: Sketch) -> Sketch:
            layer = sketch.layers[self.name]
            if not isinstance(layer, Slots) or layer.texts[k] == text:
                return sketch
            return sketch.with_layer(layer.with_text(k, text))

        self.board.edit(step_name("Write line {0}", k + 1), edit, icon="text-aa")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
