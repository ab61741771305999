"""CompRow: the strip over the lanes that says which take each stretch of the sketch came from."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from intermezzo.core.take import Part
from intermezzo.ui.fonts import font
from intermezzo.ui.selection import Selection
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.timeline.beats import stretch_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.header import HEADER_PX
from intermezzo.ui.timeline.overlay import vertical

__all__ = ["HEIGHT_PX", "CompRow"]

HEIGHT_PX: Final = 13  # 12 and the line under it
_BAR_PX: Final = 6.0
_LABEL_LEFT_PX: Final = 8
_COLOURS: Final = 5


class CompRow(QWidget):
    """A click selects a stretch, arrows go from one to the next; hidden while there is no second take."""

    def __init__(self, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._playhead_x = -1
        self.setFixedHeight(HEIGHT_PX)
        self.setObjectName("comp")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        self.setAccessibleName(self.tr("Comp"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        workspace = board.workspace
        board.view.changed.connect(self.update)
        board.look.changed.connect(self.update)
        workspace.selected.connect(self.update)
        workspace.moved.connect(self._on_moved)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Which take each stretch came from."""
        stage = self._board.workspace.stage
        return stage.comp if stage is not None else ()

    def refresh(self, *_: object) -> None:
        """Show the comp as it stands; folded away while there is but one take."""
        stage = self._board.workspace.stage
        self.setVisible(stage is not None and stage.sketch is not None and len(stage.takes) > 1)
        self.setAccessibleDescription("; ".join(self.text_of(part) for part in self.parts[:20]))
        self.update()

    def text_of(self, part: Part) -> str:
        """Say a stretch in words: its take and times."""
        stage, sketch = self._board.workspace.stage, self._board.sketch
        take = next((t for t in stage.takes if t.number == part.take), None) if stage is not None else None
        name = (take.name if take is not None else "") or self.tr("Take {0}").format(part.take)
        if sketch is not None and sketch.bars is not None:
            return f"{name}, {stretch_text(sketch, part.start, part.stop)}"
        hop_s = self._board.hop_s
        return self.tr("{0}, {1:.2f} to {2:.2f} s").format(name, part.start * hop_s, part.stop * hop_s)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look = self._board.look
            painter.fillRect(self.rect(), look.color("panel"))
            label = QRectF(_LABEL_LEFT_PX, 0, HEADER_PX - 12, HEIGHT_PX - 1)
            paint_text(
                painter, label, self.tr("Comp"), font("caption"), look.color("t1" if self.hasFocus() else "t3"), LEFT
            )
            if self.hasFocus():
                painter.fillRect(QRectF(0, 0, 2, HEIGHT_PX - 1), look.color("sel"))
            painter.setClipRect(QRectF(HEADER_PX + 1, 0, self.width() - HEADER_PX - 1, HEIGHT_PX))
            painter.translate(HEADER_PX + 1, 0)
            for part in self.parts:
                self._paint_part(painter, part)
            selection = self._board.workspace.selection
            if selection:
                for frame in (selection.start, selection.stop):
                    vertical(painter, self._board.x_of(frame), 0, HEIGHT_PX - 1, look.color("sel"))
            x = self._board.playhead_x
            vertical(painter, x, 0, HEIGHT_PX - 1, look.color("t1"))
            painter.resetTransform()
            painter.setClipping(False)
            painter.fillRect(HEADER_PX, 0, 1, HEIGHT_PX, look.color("line"))
            painter.fillRect(0, HEIGHT_PX - 1, self.width(), 1, look.color("line"))

    def _paint_part(self, painter: QPainter, part: Part) -> None:
        x0, x1 = round(self._board.x_of(part.start)), round(self._board.x_of(part.stop))
        if x1 < 0 or x0 > self.width():
            return
        look = self._board.look
        colour = look.theme.take(part.take - 1)
        top = (HEIGHT_PX - 1 - _BAR_PX) / 2
        text = str(part.take) + ("\u2009•" if part.take > _COLOURS else "")
        wide = text_width(font("axis"), text)
        left = float(x0)
        if x1 - x0 > wide + 14:  # the number stands at the beginning that is in view, the bar goes on behind it
            place = QRectF(max(x0, 0) + 3, 0, wide + 1, HEIGHT_PX - 1)
            paint_text(painter, place, text, font("axis"), colour, LEFT)
            left = place.right() + 3
        painter.fillRect(QRectF(left, top, max(x1 - 1 - left, 1), _BAR_PX), colour)

    def _on_moved(self, seconds: float) -> None:
        x = round(self._board.view.x_of(seconds)) + HEADER_PX + 1
        if x != self._playhead_x and self.isVisible():
            self.update(self._playhead_x - 1, 0, 3, HEIGHT_PX)
            self.update(x - 1, 0, 3, HEIGHT_PX)
        self._playhead_x = x

    # Hands

    def part_at(self, x: float) -> Part | None:
        """Return the stretch under a pixel of this row."""
        frame = self._board.frame_at(x - HEADER_PX - 1)
        return next((part for part in self.parts if part.start <= frame < part.stop), None)

    def select(self, part: Part) -> None:
        """Select a stretch, in all layers."""
        self._board.workspace.select(Selection(None, part.start, part.stop))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and part is not None and event.position().x() > HEADER_PX:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.select(part)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position().x())
        hint = self.tr("Shift+1 to 9 uses another take here")
        self._board.hovered.emit(f"{self.text_of(part)} · {hint}" if part is not None else "")

    def leaveEvent(self, event: QEvent) -> None:
        self._board.hovered.emit("")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            part = self.part_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.text_of(part) if part is not None else "", self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._board.on_wheel(event, event.position().x() - HEADER_PX - 1):
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not self.parts:
            super().keyPressEvent(event)
            return
        selection = self._board.workspace.selection
        at = next((k for k, p in enumerate(self.parts) if p.start <= selection.start < p.stop), None)
        by = 1 if event.key() == Qt.Key.Key_Right else -1
        k = 0 if at is None or not selection else min(max(at + by, 0), len(self.parts) - 1)
        self.select(self.parts[k])

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()
