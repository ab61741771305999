"""PitchView: which pitches a roll of notes shows and where; its keys at the right edge of the header."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from intermezzo.core.layers import Notes
from intermezzo.core.music.keys import Key
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.music_text import music_width, note_name, paint_music
from intermezzo.ui.theme import mix
from intermezzo.ui.timeline.overlay import vertical

__all__ = ["KEYS_PX", "PitchView"]

KEYS_PX: Final = 26
ROW_PX: Final = 21.0
_LEAST_ROW_PX, _MOST_ROW_PX = 4.0, 48.0
_LEAST_FITTED_PX = 11.0
_AIR_ROWS: Final = 4
_BLACK: Final = frozenset((1, 3, 6, 8, 10))
_BLACK_SHARE: Final = 0.62
_LEAST_NAME_PX: Final = 9.0


class PitchView:
    """Rows of ``row_px`` a semitone; that of pitch ``top`` begins at the upper edge. The lane says how high it is."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.row_px, self.top, self.height = ROW_PX, 84.0, 0.0
        self.is_set_by_hand = False

    @property
    def key(self) -> tuple[float, float, float]:
        """What a picture of it depends on."""
        return self.row_px, self.top, self.height

    @property
    def shown(self) -> range:
        """The pitches of which anything is in view, lowest first."""
        lowest = int(np.floor(self.top - self.height / self.row_px)) + 1
        return range(max(lowest, self.low), min(int(np.ceil(self.top)), self.high) + 1)

    def y_of(self, pitch: float) -> float:
        """Return the upper edge of a pitch's row, in whole pixels."""
        return float(round((self.top - pitch) * self.row_px))

    def ys_of(self, pitches: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the upper edges of many rows."""
        rows: NDArray[np.float64] = np.rint((self.top - np.asarray(pitches, np.float64)) * self.row_px)
        return rows

    def row(self, pitch: int, x0: float, x1: float) -> QRectF:
        """Return the rectangle of a pitch's row between two pixels."""
        top = self.y_of(pitch)
        return QRectF(x0, top, x1 - x0, self.y_of(pitch - 1) - top)

    def pitch_at(self, y: float) -> int:
        """Return the pitch whose row lies at a height."""
        return min(max(int(np.ceil(self.top - y / self.row_px)), self.low), self.high)

    def fit(self, notes: Notes | None) -> None:
        """Show all notes with some air, in rows of the usual height where they are not too many."""
        low, high = (60, 76) if notes is None or not notes.count else _bounds(notes)
        rows = high - low + 1 + _AIR_ROWS
        self.row_px = min(max(self.height / rows, _LEAST_FITTED_PX), ROW_PX)
        self.top = (low + high) / 2 + self.height / self.row_px / 2 - 0.5
        self._settle()

    def resize(self, height: float) -> None:
        """Take another height; the middle stays."""
        middle = self.top - self.height / self.row_px / 2
        self.height = height
        self.top = middle + height / self.row_px / 2
        self._settle()

    def scroll(self, px: float) -> bool:
        """Move up by pixels; False if it goes no further."""
        before = self.top
        self.top += px / self.row_px
        self._settle()
        self.is_set_by_hand = True
        return self.top != before

    def zoom_at(self, y: float, factor: float) -> None:
        """Make rows ``factor`` times as high; what lies at a height stays there."""
        fixed = self.top - y / self.row_px
        self.row_px = min(max(self.row_px * factor, _LEAST_ROW_PX), _MOST_ROW_PX)
        self.top = fixed + y / self.row_px
        self._settle()
        self.is_set_by_hand = True

    def reveal(self, low: int, high: int) -> bool:
        """Scroll so far that pitches are in view; True if it had to."""
        before = self.top
        lowest = self.top - self.height / self.row_px
        if high > self.top - 0.5:
            self.top = high + 1.0
        elif low < lowest + 1.5:
            self.top += low - lowest - 2
        self._settle()
        return self.top != before

    def holds(self, notes: Notes | None) -> bool:
        """Tell whether any note is in view, or there is none."""
        if notes is None or not notes.count:
            return True
        low, high = _bounds(notes)
        shown = self.shown
        return len(shown) > 0 and low <= shown[-1] and high >= shown[0]

    def _settle(self) -> None:
        rows = self.height / self.row_px
        least = self.low - 1 + rows
        self.top = max(min(self.top, float(self.high)), min(least, float(self.high)))

    def paint_keys(self, painter: QPainter, rect: QRectF, look: Look, key: Key | None) -> None:
        """Paint piano keys into the right edge of a header; Cs and the tonic have names."""
        dark = look.theme.is_dark
        left = rect.right() - KEYS_PX
        white = mix(look.color("ink"), look.color("canvas"), 0.1) if dark else look.color("canvas")
        black = look.color("win" if dark else "ink")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRectF(left, 0, KEYS_PX, self.height), white)
        line = mix(white, black, 0.45 if dark else 0.25)
        for pitch in self.shown:
            row = self.row(pitch, left, rect.right())
            if pitch % 12 in _BLACK:
                painter.fillRect(row.adjusted(0, 0, -KEYS_PX * (1 - _BLACK_SHARE), 0), black)
                painter.fillRect(QRectF(left, round(row.center().y()), KEYS_PX, 1), line)
                painter.fillRect(row.adjusted(0, 0, -KEYS_PX * (1 - _BLACK_SHARE), 0), black)
            elif pitch % 12 in (0, 5):  # no black key below
                painter.fillRect(QRectF(left, row.bottom() - 1, KEYS_PX, 1), line)
        for pitch in self.shown:
            if pitch % 12 == 0 or (key is not None and pitch % 12 == key.pitch_class):
                self._name(painter, pitch, left, look, key)
        vertical(painter, left, 0, self.height, look.color("line"))

    def _name(self, painter: QPainter, pitch: int, left: float, look: Look, key: Key | None) -> None:
        if self.row_px < _LEAST_NAME_PX:
            return
        row, face, name = self.row(pitch, left, left + KEYS_PX), font("axis"), note_name(pitch, key)
        on_black = pitch % 12 in _BLACK
        ink = look.color("canvas" if look.theme.is_dark else "t1")
        if on_black:
            row.moveLeft(left - music_width(face, name) - 4)
            ink = look.color("t2")
        else:
            row.moveLeft(left + KEYS_PX - music_width(face, name) - 3)
        paint_music(painter, row, name, face, ink)


def _bounds(notes: Notes) -> tuple[int, int]:
    return int(notes.pitches.min()), int(notes.pitches.max())
