"""Where syllables of notes are written: on the note, over it where it is too short, under it where that is taken.

None is written over another, and over another note only where nothing else is free; where the notes are too dense for
all of them, some are left out.

The document is cut into parts, each laid out by itself for a zoom whatever is in view, so that no syllable changes its
place while the roll is scrolled, and an edit costs the parts that it touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, log2
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Notes
from intermezzo.core.music.syllables import HOLD
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.stamps import stamp_text

__all__ = ["INKS", "LABEL_REACH_PX", "SyllableLayout", "note_corners"]

LABEL_REACH_PX: Final = 140  # how far a syllable may reach beyond its note
INKS: Final[dict[str, Role]] = {"predicted": "onnote", "analysed": "onnote", "edited": "onhand", "locked": "canvas"}
_LABEL_PX: Final = 13
_LINE_PX: Final = 18.0
_STRIP_PX: Final = _LABEL_PX / 2
_NEXT: Final = 3  # so many notes can begin under a syllable before it ends, as a rule
_LEAST_PART_PX: Final = 2 * LABEL_REACH_PX + 8  # a syllable that begins at the head of a part ends inside of it
_MOST_PARTS: Final = 64
_AIR_PX: Final = 3.0
_Level = Literal["on", "over", "under", "held"]
_Corners = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def note_corners(x0: NDArray[Any], x1: NDArray[Any], top: NDArray[Any], bottom: NDArray[Any]) -> _Corners:
    """Return left, top, right and bottom of notes: one pixel inside their time and their row, where there is room."""
    aside, inset = np.where(x1 - x0 > 4, 1.0, 0.0), np.where(bottom - top >= 6, 1.0, 0.0)
    return x0 + aside, top + inset, x1 - aside, bottom - inset


def _over(top: float) -> float:
    return top - _LABEL_PX - 1


def _under(bottom: float) -> float:
    return bottom + 1


def _strips(top: float) -> range:
    return range(floor(top / _STRIP_PX), floor((top + _LABEL_PX - 2) / _STRIP_PX) + 1)


@dataclass(frozen=True, eq=False)
class _Row:
    """Notes side by side in the pixels of the whole document, as lists."""

    texts: tuple[str, ...]
    left: list[float]
    top: list[float]
    right: list[float]
    bottom: list[float]
    widths: list[float]  # of the syllables

    def meets(self, j: int, top: float) -> bool:
        """Tell whether the syllable of a note would be written over one of the next notes."""
        right, bottom = self.left[j] + self.widths[j], top + _LABEL_PX - 2
        for k in range(j + 1, min(j + 1 + _NEXT, len(self.left))):
            if self.left[k] >= right:
                return False
            if self.top[k] < bottom and self.bottom[k] > top + 2:
                return True
        return False

    def laid(self, first: int, stop: int, heads: dict[int, float]) -> tuple[list[_Level | None], dict[int, float]]:
        """Lay notes ``first:stop`` out, none over ``heads``: where in each strip the first syllable behind them begins.

        Returns where each stands, and their own heads. A strip has the height of half a line.
        """
        ends: dict[int, float] = {}  # where the last syllable in each strip ends
        found: list[_Level | None] = []
        begun: dict[int, float] = {}
        for j in range(first, stop):
            text = self.texts[j]
            if not text or text == HOLD:
                found.append("held" if text else None)
                continue
            left, width = self.left[j], self.widths[j]
            if self.right[j] - left >= width + 6:
                found.append("on")
                continue
            end = left + width + _AIR_PX
            level: _Level | None = None
            taken = range(0)
            # Rather not over the next notes, never over another syllable.
            wishes: tuple[tuple[_Level, float], ...] = (
                ("over", _over(self.top[j])), ("under", _under(self.bottom[j])),
            )  # fmt: skip
            for wish, top in wishes:
                strips = _strips(top)
                for strip in strips:
                    if ends.get(strip, -inf) > left or heads.get(strip, inf) < end:
                        break
                else:
                    is_free = not self.meets(j, top)
                    if level is None or is_free:
                        level, taken = wish, strips
                    if is_free:
                        break
            found.append(level)
            for strip in taken:
                ends[strip] = end
                begun.setdefault(strip, left)
        return found, begun


class SyllableLayout:
    """Finds the places once for each part of the document, as long as neither zoom nor notes are other ones."""

    def __init__(self) -> None:
        self._zoom = (0.0, 0.0)
        self._parts: dict[int, tuple[object, list[_Level | None], dict[int, float]]] = {}
        self._of: tuple[object, ...] = ()
        self._notes: Notes | None = None
        self._levels: dict[int, _Level] = {}

    def find(self, notes: Notes, frames: tuple[int, int], px_per_frame: float, row_px: float) -> None:
        """Find the places of the notes that sound in some frames, and of some more, at a number of pixels each way."""
        if (px_per_frame, row_px) != self._zoom:
            self._zoom = px_per_frame, row_px
            self._parts.clear()
        length = 2 ** max(ceil(log2(_LEAST_PART_PX / px_per_frame)), 0)
        parts = np.unique(notes.starts[notes.sounding(*frames)] // length).tolist()
        of = notes.values, notes.lyrics, self._zoom, parts
        if len(of) == len(self._of) and of[0] is self._of[0] and of[1] is self._of[1] and of[2:] == self._of[2:]:
            self._notes = notes
            return
        self._of, self._notes, self._levels = of, notes, {}
        if len(self._parts) > _MOST_PARTS:
            self._parts.clear()
        heads: dict[int, float] | None = None
        for part, behind in zip(reversed(parts), [-1, *reversed(parts)], strict=False):
            first, levels, heads = self._part(notes, part, length, heads if behind == part + 1 else None)
            self._levels.update((first + k, level) for k, level in enumerate(levels) if level is not None)

    def _part(
        self, notes: Notes, part: int, length: int, heads: dict[int, float] | None
    ) -> tuple[int, list[_Level | None], dict[int, float]]:
        """Return the first note of a part, where the syllables of its notes stand, and its heads.

        ``heads`` are those of the part behind it, where they are known.
        """
        px_per_frame, row_px = self._zoom
        edge = (part + 1) * length
        reach = ceil(LABEL_REACH_PX / px_per_frame)
        first, stop, head = np.searchsorted(notes.starts, (part * length, edge, edge + reach)).tolist()
        last = min(head + _NEXT, notes.count)
        rows, texts = notes.values[first:last, :3], notes.lyrics[first:last]
        key = rows.tobytes(), texts
        known = self._parts.get(part)
        if known is not None and known[0] == key:
            return first, *known[1:]
        x0, x1 = np.rint(rows[:, 0] * px_per_frame), np.rint(rows[:, 1] * px_per_frame)
        corners = note_corners(x0, x1, np.rint(-rows[:, 2] * row_px), np.rint((1 - rows[:, 2]) * row_px))
        face = font("value")
        left, top, right, bottom = (side.tolist() for side in corners)
        row = _Row(texts, left, top, right, bottom, [text_width(face, text) for text in texts])
        if heads is None:
            _, heads = row.laid(stop - first, head - first, {})
        levels, own = row.laid(0, stop - first, heads)
        self._parts[part] = key, levels, own
        return first, levels, own

    def by_id(self) -> dict[int, str]:
        """Return where the syllable of each note with one stands, by the note's id, as `level` says it."""
        if self._notes is None or not self._levels:
            return {}
        at = list(self._levels)
        return dict(zip(self._notes.ids[at].tolist(), self._levels.values(), strict=True))

    def level(self, k: int) -> str:
        """Tell where the syllable of a note stands: "on", "over" or "under" it, "held"; "" for nowhere."""
        return self._levels.get(k, "")

    def top(self, k: int, box: QRectF) -> float:
        """Return where the line of a syllable begins that stands over or under a note with this rectangle."""
        return _over(box.top()) if self._levels[k] == "over" else _under(box.bottom())

    def under_px(self, notes: Notes, k: int) -> float:
        """Return the width of the syllable that stands under a note; 0 where it stands elsewhere."""
        return text_width(font("value"), notes.lyrics[k]) + 3 if self._levels.get(k) == "under" else 0.0

    def paint(self, painter: QPainter, look: Look, notes: Notes, places: Sequence[tuple[int, QRectF, str]]) -> None:
        """Write the syllables of notes, (index, rectangle, state) each."""
        face, line, plain = font("value"), look.color("t1"), {state: look.color(role) for state, role in INKS.items()}
        levels, texts = self._levels, notes.lyrics
        for k, box, state in places:
            level = levels.get(k)
            if level is None:
                continue
            text, ink, left = texts[k], plain[state], box.left()
            if level == "held":
                if box.width() >= 10:
                    bar = QRectF(left + 4, round(box.center().y()), box.width() - 8, 1)
                    painter.fillRect(bar, look.color(INKS[state], 0.7))
                continue
            width = text_width(face, text)
            if level != "on":
                stamp_text(painter, QRectF(left, self.top(k, box), width + 2, _LABEL_PX), text, face, line)
                continue
            # In sight also where the note begins left of the view.
            left = max(left, min(0.0, box.right() - width - 6))
            room = QRectF(left, box.center().y() - _LINE_PX / 2, box.right() - left, _LINE_PX)  # tails reach out of it
            if room.width() < width + 12:
                stamp_text(painter, room, text, face, ink, CENTRE)
            else:
                stamp_text(painter, room.adjusted(6, 0, 0, 0), text, face, ink)
