"""Marks under notes with something to mend: a small triangle; a click opens what it is and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from intermezzo.core.layers import Notes
from intermezzo.core.singability import Finding
from intermezzo.ui import art
from intermezzo.ui.icons import icon_pixmap
from intermezzo.ui.singing_words import sentence_of
from intermezzo.ui.timeline.finding_card import FindingCard
from intermezzo.ui.timeline.notes_painting import is_crowd, note_rect
from intermezzo.ui.widgets.tips import Tip, Tips

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane

__all__ = ["MARK_PX", "NoteMarks"]

MARK_PX: Final = 13.0
_REACH_PX: Final = 4.0


class NoteMarks:
    """Paints and finds the marks of one roll."""

    def __init__(self, lane: NotesLane) -> None:
        self._lane, self._review = lane, lane.board.workspace.review
        self._tips = Tips(lane.board.look, lane)
        self._drawn: tuple[object, QPixmap] | None = None
        self.card: FindingCard | None = None

    def paint(self, painter: QPainter, notes: Notes, at: NDArray[np.int64], boxes: list[QRectF]) -> None:
        """Paint the marks of the notes at some indices, whose rectangles are ``boxes``."""
        if not self._review.findings:
            return
        sign = self._sign(art.device_ratio(painter))
        found = [(k, box) for k, note, box in zip(at.tolist(), notes.ids[at].tolist(), boxes, strict=True)
                 if self._review.of_note(note)]  # fmt: skip
        for k, box in found:
            painter.drawPixmap(self._place(k, box).topLeft(), sign)

    def _sign(self, ratio: float) -> QPixmap:
        """Return the triangle; a path filled for each mark would cost more than the notes."""
        key = self._lane.board.look.theme, ratio
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, icon_pixmap("warning-fill", round(MARK_PX), self._lane.board.look.color("warn"), ratio)
        return self._drawn[1]

    def rect(self, notes: Notes, k: int) -> QRectF:
        """Return where the mark of a note stands: under its beginning, over it where the lane ends there."""
        return self._place(k, note_rect(self._lane.board, self._lane.pitch, notes, k))

    def _place(self, k: int, box: QRectF) -> QRectF:
        level = self._lane.layout_of(k)
        x = max(box.left(), min(2.0, box.right() - MARK_PX)) + (round(level) if level > 0 else 0.0)
        y = box.bottom() + 1
        if y + MARK_PX > self._lane.height():
            y = box.top() - MARK_PX - 1
        return QRectF(round(x), round(y), MARK_PX, MARK_PX)

    def at(self, place: QPointF) -> int | None:
        """Return the note whose mark lies at a place."""
        notes, board = self._lane.notes, self._lane.board
        if notes is None or not self._review.findings:
            return None
        left, right = place.x() - 2 * MARK_PX - 160, place.x() + MARK_PX
        near = notes.sounding(*board.frames_in(left, right))
        if is_crowd(len(near), right - left):
            return None
        k: int
        for k, note in zip(near.tolist(), notes.ids[near].tolist(), strict=True):
            if not self._review.of_note(note):
                continue
            if self.rect(notes, k).adjusted(-_REACH_PX, 0, _REACH_PX, _REACH_PX).contains(place):
                return k
        return None

    def text(self, k: int) -> str:
        """Say what is to be mended at a note; "" for nothing."""
        notes = self._lane.notes
        found = self._review.of_note(int(notes.ids[k])) if notes is not None and k < notes.count else ()
        return " · ".join(map(sentence_of, found))

    def tip(self, at: QPointF, where: QPoint) -> bool:
        """Show what the mark at a place is about; False where there is none."""
        k = self.at(at)
        if k is None:
            return False
        self._tips.show_at(Tip(self.text(k), "", self._lane.tr("Click to mend it or to let it stand")), where)
        return True

    def hide_tip(self) -> None:
        """Take the tooltip away."""
        self._tips.hide()

    def open(self, k: int, *, by_key: bool = False) -> None:
        """Open the card of a note."""
        notes, lane = self._lane.notes, self._lane
        self._tips.hide()
        found = tuple(self._review.of_note(int(notes.ids[k]))) if notes is not None else ()
        if notes is None or not found:
            return
        self.card = card = FindingCard(lane.board.look, self._review, found, lane)
        box, mark = note_rect(lane.board, lane.pitch, notes, k), self.rect(notes, k)
        x = max(box.left(), 0.0)
        card.open_at(
            lane.mapToGlobal(QPointF(x, min(box.top(), mark.top())).toPoint()),
            lane.mapToGlobal(QPointF(x, max(box.bottom(), mark.bottom())).toPoint()),
            by_key=by_key,
        )

    def show(self, finding: Finding) -> None:
        """Bring a finding into view and open its card."""
        notes, lane = self._lane.notes, self._lane
        k = notes.index_of(finding.notes[0]) if notes is not None else None
        if k is not None and lane.isVisible():
            lane.reveal_chosen()
            self.open(k, by_key=True)
