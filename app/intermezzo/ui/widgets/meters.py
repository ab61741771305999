"""Things that show an amount: level meter, thin progress bar, spinner-free progress row, sureness squares, bars."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.painted import Painted

_FLOOR_DB: Final = -48.0
_SEGMENT_PX: Final = 4  # 3 px lit, 1 px gap
_N_SEGMENTS: Final = 34
_WARN_DB: Final = -6.0
_HOLD_MS: Final = 1500
_TICKS_DB: Final = (-48, -24, -12, 0)
_CEILING_DB: Final = 3.0


class LevelMeter(Painted):
    """Two rows of segments from -48 to 0 dB full scale (and 3 dB over), with peak hold of 1.5 s.

    Red means that the sound clips; it stays until the hold is over.
    """

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._levels_db = (_FLOOR_DB, _FLOOR_DB)
        self._peaks_db = [_FLOOR_DB, _FLOOR_DB]
        self._clocks = (QElapsedTimer(), QElapsedTimer())
        for clock in self._clocks:
            clock.start()
        self.setAccessibleName(name)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(_N_SEGMENTS * _SEGMENT_PX, 22)

    def set_levels(self, left_db: float, right_db: float) -> None:
        """Show the peak level of both channels now, dB re full scale (-inf = silence); call it 30 times a second."""
        for channel, level in enumerate((left_db, right_db)):
            clock = self._clocks[channel]
            if level >= self._peaks_db[channel] or clock.elapsed() > _HOLD_MS:
                self._peaks_db[channel] = max(_FLOOR_DB, level)
                clock.restart()
        levels = (max(_FLOOR_DB, left_db), max(_FLOOR_DB, right_db))
        if levels != self._levels_db or max(self._peaks_db) > _FLOOR_DB:
            self._levels_db = levels
            self.update()

    def peaks_db(self) -> tuple[float, float]:
        """Return the held peaks, dB."""
        return self._peaks_db[0], self._peaks_db[1]

    @staticmethod
    def _segment(level_db: float) -> int:
        """Return how many segments a level lights, 0..34."""
        share = (level_db - _FLOOR_DB) / (_CEILING_DB - _FLOOR_DB)
        return round(min(1.0, max(0.0, share)) * _N_SEGMENTS)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            warn, clip = self._segment(_WARN_DB), self._segment(0.0)
            for channel in range(2):
                lit = self._segment(self._levels_db[channel])
                held = self._segment(self._peaks_db[channel]) - 1
                for index in range(_N_SEGMENTS):
                    role: Role = "line"
                    if index < lit or index == held:
                        role = "ok" if index < warn else "warn" if index < clip else "err"
                    painter.fillRect(QRectF(index * _SEGMENT_PX, channel * 5, 3, 4), color(role))
            font = self.look.font("axis")
            for tick in _TICKS_DB:
                label = str(tick).replace("-", "\u2212")
                width = text_width(font, label)
                centre = (tick - _FLOOR_DB) / (_CEILING_DB - _FLOOR_DB) * self.width()
                left = min(max(0.0, centre - width / 2), self.width() - width)
                paint_text(painter, QRectF(left, 11, width + 1, 11), label, font, color("t3"), CENTRE)


class ProgressBar(Painted):
    """A 3-px amber line on grey; the text beside it is the caller's."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._fraction = 0.0
        self.setAccessibleName(name)
        self.setFixedHeight(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 3)

    def set_fraction(self, fraction: float) -> None:
        """Show how much is done, 0..1."""
        self._fraction = min(1.0, max(0.0, fraction))
        self.setAccessibleDescription(f"{round(100 * self._fraction)} %")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_progress(painter, QRectF(self.rect()), self._fraction, self.look)


def paint_progress(painter: QPainter, rect: QRectF, fraction: float, look: Look) -> None:
    """Draw a progress line into `rect`; lanes use it where the result will appear."""
    paint_frame(painter, rect, rect.height() / 2, look.color("line2"), None)
    if fraction > 0:
        done = QRectF(rect.left(), rect.top(), max(rect.height(), rect.width() * fraction), rect.height())
        paint_frame(painter, done, rect.height() / 2, look.color("handfill"), None)


class SurenessBar(Painted):
    """Twelve small squares that say how sure the model is, 0..1; dim where it does not know."""

    N_SQUARES = 12

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._value: float | None = None
        self.setAccessibleName(name)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(8 * self.N_SQUARES - 2, 6)

    def set_value(self, value: float | None) -> None:
        """Show a sureness of 0..1, or None for "not known"."""
        self._value = value
        self.setAccessibleDescription("not known" if value is None else f"{value:.2f}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            lit = 0 if self._value is None else round(self._value * self.N_SQUARES)
            for index in range(self.N_SQUARES):
                painter.fillRect(QRectF(8 * index, 0, 6, 6), self.look.color("t2" if index < lit else "line2"))


class ShareBar(Painted):
    """A 4-px bar for a probability or a weight, amber where the hand chose it."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._share = 0.0
        self._chosen = False
        self.setAccessibleName(name)
        self.setFixedHeight(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, *, chosen: bool = False) -> None:
        """Show a share of 0..1."""
        self._share, self._chosen = min(1.0, max(0.0, share)), chosen
        self.setAccessibleDescription(f"{self._share:.2f}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint_frame(painter, rect, 2.0, self.look.color("hover"), None)
            done = QRectF(0, 0, max(4.0, rect.width() * self._share), rect.height())
            paint_frame(painter, done, 2.0, self.look.color("handfill" if self._chosen else "t3"), None)
