"""Rows of lanes: header and lane side by side, with a lower edge to drag; a double click folds to 24 px."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEasingCurve, QPoint, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QScrollBar, QVBoxLayout, QWidget

from intermezzo.ui.look import FOLD_MS
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.header import HEADER_PX, LaneHeader
from intermezzo.ui.timeline.lane import Lane

__all__ = ["FOLDED_PX", "LaneRow", "LaneScroll"]

FOLDED_PX: Final = 24
_GRIP_PX: Final = 5
_BAR_PX: Final = 8
_TALL_PX: Final = 100
_LEAST_SCALE: Final = 0.6
_MOST_SCALE: Final = 2.0


class _Grip(QWidget):
    """The lower edge of a row."""

    dragged = Signal(int)
    folded = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self._y = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._y = event.globalPosition().toPoint().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = event.globalPosition().toPoint().y()
        self.dragged.emit(y - self._y)
        self._y = y

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.folded.emit()


class LaneRow(QWidget):
    """One lane with its header; ``pinned`` rows (the output) have no grip of their own, some have it at their top."""

    def __init__(
        self,
        board: Board,
        lane: Lane,
        parent: QWidget | None = None,
        *,
        pinned: bool = False,
        grip_on_top: bool = False,
    ) -> None:
        super().__init__(parent)
        self._grip_on_top = grip_on_top
        self._board, self.lane = board, lane
        self.header = LaneHeader(board, lane, self)
        lane.setParent(self)
        self.full_height = self.wished_height = lane.spec.height or lane.default_height
        self.is_set_by_hand = False
        self._grip = _Grip(self)
        self._grip.setVisible(not pinned)
        self._grip.dragged.connect(self._on_dragged)
        self._grip.folded.connect(self.toggle_fold)
        self.header.fold_wished.connect(self.toggle_fold)
        self._animation: QVariantAnimation | None = None
        self.setFixedHeight(self.full_height)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def folded(self) -> bool:
        """Whether the lane is folded to 24 px."""
        return self.header.folded

    def toggle_fold(self) -> None:
        """Fold to 24 px or unfold."""
        self.is_set_by_hand = True
        self.header.set_folded(not self.folded)
        target = min(FOLDED_PX, self.full_height) if self.folded else self.full_height
        duration = self._board.look.duration_ms(FOLD_MS)
        if not duration or not self.isVisible():
            self.setFixedHeight(target)
            return
        animation = QVariantAnimation(self)
        animation.setStartValue(self.height())
        animation.setEndValue(target)
        animation.setDuration(duration)
        animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        animation.valueChanged.connect(lambda h: self.setFixedHeight(int(h)))
        animation.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)
        self._animation = animation

    def take_room(self, height: int) -> None:
        """Be as high as the others leave room for."""
        self.full_height = height
        self.setFixedHeight(height)

    def give_way(self, on: bool) -> None:
        """Be folded while there is little room, until a hand says otherwise."""
        if not self.is_set_by_hand and on != self.folded:
            self.header.set_folded(on)
            self.setFixedHeight(min(FOLDED_PX, self.full_height) if on else self.full_height)

    def _on_dragged(self, by: int) -> None:
        self._board.stir()
        self.is_set_by_hand = True
        if self.folded:
            self.header.set_folded(False)
        self.full_height = max(self.height() + (-by if self._grip_on_top else by), self.lane.least_height)
        self.setFixedHeight(self.full_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self.height() - 1
        self.header.setGeometry(0, 0, HEADER_PX, height)
        self.lane.setGeometry(HEADER_PX + 1, 0, max(self.width() - HEADER_PX - 1, 1), height)
        self._grip.setGeometry(0, 0 if self._grip_on_top else self.height() - _GRIP_PX, self.width(), _GRIP_PX)
        self._grip.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            line = self._board.look.color("line")
            painter.fillRect(HEADER_PX, 0, 1, self.height(), line)
            painter.fillRect(0, self.height() - 1, self.width(), 1, line)


class LaneScroll(QScrollArea):
    """The lanes above the output, with a thin bar over their right edge where they do not all fit."""

    def __init__(self, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("lanes")
        self.setAccessibleName(self.tr("Lanes"))
        self._body = QWidget()
        self._body.setAutoFillBackground(True)
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._body)
        self.rows: list[LaneRow] = []
        # Over the lanes, not beside them: a bar that takes room would shift them against the output.
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setAccessibleName(self.tr("Scroll the lanes"))
        inner = self.verticalScrollBar()
        inner.rangeChanged.connect(self._on_range)
        inner.valueChanged.connect(self._bar.setValue)
        self._bar.valueChanged.connect(inner.setValue)
        self._bar.hide()

    def set_rows(self, rows: list[LaneRow]) -> None:
        """Show other lanes."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = rows
        for k, row in enumerate(rows):
            self._column.insertWidget(k, row)
        self._share_room()

    def _share_room(self) -> None:
        """Let the tall lanes take or give what is left, so that all are in view, until a hand sets a height."""
        tall = [row for row in self.rows if row.wished_height >= _TALL_PX]
        if not tall or any(row.is_set_by_hand for row in self.rows):
            return
        spare = self.viewport().height() - sum(row.wished_height for row in self.rows)
        scale = 1 + spare / sum(row.wished_height for row in tall)
        for row in tall:
            row.take_room(int(row.wished_height * min(max(scale, _LEAST_SCALE), _MOST_SCALE)))
        QTimer.singleShot(0, self, self._show_first)

    def _show_first(self) -> None:
        """Scroll to the lane that comes first, where not all are in view."""
        row = next((row for row in self.rows if row.lane.comes_first), None)
        if row is not None and not row.is_set_by_hand:
            inner = self.verticalScrollBar()
            inner.setValue(max(inner.value(), row.geometry().bottom() + 1 - self.viewport().height()))

    def _on_range(self, low: int, high: int) -> None:
        self._bar.setRange(low, high)
        self._bar.setPageStep(self.viewport().height())
        self._bar.setVisible(high > low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar.setGeometry(self.width() - _BAR_PX - 1, 1, _BAR_PX, self.height() - 2)
        self._bar.raise_()
        self._share_room()

    def reveal(self, row: LaneRow) -> None:
        """Scroll so that a lane is in view."""
        top = row.mapTo(self._body, QPoint(0, 0)).y()
        self.ensureVisible(0, top + min(row.height(), 60), 0, 60)
