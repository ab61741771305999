"""Where syllables of notes are written: on the note, over it where it is too short, under it where that is taken.

None is written over another, and over another note only where nothing else is free; where the notes are too dense for
all of them, some are left out.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Notes, strongest
from intermezzo.core.music.syllables import HOLD
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, LEFT, paint_text, text_width
from intermezzo.ui.theme import Role

__all__ = ["INKS", "LABEL_REACH_PX", "SyllableLayout"]

LABEL_REACH_PX: Final = 140  # how far a syllable may reach beyond its note
INKS: Final[dict[str, Role]] = {"predicted": "onnote", "analysed": "onnote", "edited": "onhand", "locked": "canvas"}
_LABEL_PX: Final = 13
_LINE_PX: Final = 18.0
_STRIP_PX: Final = _LABEL_PX / 2
_NEXT: Final = 3  # so many notes can begin under a syllable before it ends, as a rule
_Level = Literal["on", "over", "under", "held"]


def _top(level: _Level, box: QRectF) -> float:
    return box.top() - _LABEL_PX - 1 if level == "over" else box.bottom() + 1


def _strips(top: float) -> range:
    return range(math.floor(top / _STRIP_PX), math.floor((top + _LABEL_PX - 2) / _STRIP_PX) + 1)


def _meets(boxes: list[QRectF], j: int, top: float, width: float) -> bool:
    """Tell whether a text that begins with a note would be written over one of the next notes."""
    right, bottom = boxes[j].left() + width, top + _LABEL_PX - 2
    for box in boxes[j + 1 : j + 1 + _NEXT]:
        if box.left() >= right:
            return False
        if box.top() < bottom and box.bottom() > top + 2:
            return True
    return False


class SyllableLayout:
    """Finds the places once for a view of the notes, so that a column that is painted again looks as it did."""

    def __init__(self) -> None:
        self._of: tuple[object, object, object] = (None, None, None)
        self._levels: dict[int, _Level] = {}
        self._ids: dict[int, int] = {}

    def find(self, notes: Notes, at: list[int], boxes: list[QRectF], view: object) -> None:
        """Find the places of the notes at indices ``at``, all that are in the view, whose rectangles are ``boxes``."""
        of = notes.values, notes.lyrics, view
        if of[0] is self._of[0] and of[1] is self._of[1] and of[2] == self._of[2]:
            return
        self._of, self._levels = of, {}
        self._ids = dict(zip(at, notes.ids[at].tolist(), strict=True))
        ends: dict[int, float] = {}  # by strips of the height of half a line: where the last syllable in it ends
        face = font("value")
        for j, (k, box) in enumerate(zip(at, boxes, strict=True)):
            text = notes.lyrics[k]
            if not text:
                continue
            if text == HOLD:
                self._levels[k] = "held"
                continue
            width = text_width(face, text)
            if box.right() - max(box.left(), 0.0) >= width + 6 or box.width() >= width + 6 > box.right():
                self._levels[k] = "on"
                continue
            level = self._level(ends, boxes, j, width)
            if level is not None:
                self._levels[k] = level
                ends.update(dict.fromkeys(_strips(_top(level, box)), box.left() + width + 3))

    @staticmethod
    def _level(ends: dict[int, float], boxes: list[QRectF], j: int, width: float) -> _Level | None:
        """Return where a syllable has room: rather not over the next notes, never over another syllable."""
        found: _Level | None = None
        left = boxes[j].left()
        levels: tuple[_Level, _Level] = ("over", "under")
        for level in levels:
            top = _top(level, boxes[j])
            if any(ends.get(strip, -1e9) > left for strip in _strips(top)):
                continue
            if not _meets(boxes, j, top, width):
                return level
            found = found or level
        return found

    def by_id(self) -> dict[int, str]:
        """Return where the syllable of each note with one stands, by the note's id, as `level` says it."""
        return {self._ids[k]: level for k, level in self._levels.items()}

    def level(self, k: int) -> str:
        """Tell where the syllable of a note stands: "on", "over" or "under" it, "held"; "" for nowhere."""
        return self._levels.get(k, "")

    def top(self, k: int, box: QRectF) -> float:
        """Return where the line of a syllable begins that stands over or under a note with this rectangle."""
        return _top(self._levels[k], box)

    def under_px(self, notes: Notes, k: int) -> float:
        """Return the width of the syllable that stands under a note; 0 where it stands elsewhere."""
        return text_width(font("value"), notes.lyrics[k]) + 3 if self._levels.get(k) == "under" else 0.0

    def paint(self, painter: QPainter, look: Look, notes: Notes, k: int, box: QRectF) -> None:
        """Write the syllable of a note."""
        level = self._levels.get(k)
        if level is None:
            return
        text, face, ink = notes.lyrics[k], font("value"), INKS[strongest(int(notes.origin[k]))]
        if level == "held":
            if box.width() >= 10:
                line = QRectF(box.left() + 4, round(box.center().y()), box.width() - 8, 1)
                painter.fillRect(line, look.color(ink, 0.7))
            return
        width = text_width(face, text)
        if level == "on":
            # In sight also where the note begins left of the view.
            left = max(box.left(), min(0.0, box.right() - width - 6))
            room = QRectF(left, box.center().y() - _LINE_PX / 2, box.right() - left, _LINE_PX)  # tails reach out of it
            tight = room.width() < width + 12
            paint_text(painter, room if tight else room.adjusted(6, 0, 0, 0), text, face, look.color(ink),
                       CENTRE if tight else LEFT)  # fmt: skip
            return
        paint_text(
            painter, QRectF(box.left(), self.top(k, box), width + 2, _LABEL_PX), text, face, look.color("t1"), LEFT
        )
