"""The thin curve of a take in the takes panel, with the stretch that the comp uses in the colour of the take."""

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.thumbnails import Floats, paint_curve


class TakePicture(Painted):
    """A curve over the whole sketch; used stretches are washed and drawn strong.

    Args:
        curve: (frames,) in 0..1, NaN where unvoiced.
        used: (start, end) stretches as fractions of the sketch.
        index: number of the take, 0 = A.
    """

    def __init__(
        self,
        look: Look,
        curve: Floats,
        used: tuple[tuple[float, float], ...] = (),
        index: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._curve = curve
        self._used = used
        self._index = index
        self.setMinimumWidth(48)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(112, 24)

    def set_curve(self, curve: Floats) -> None:
        """Show another curve."""
        if curve is not self._curve:
            self._curve = curve
            self.update()

    def set_used(self, used: tuple[tuple[float, float], ...]) -> None:
        """Show other stretches as used."""
        if used != self._used:
            self._used = used
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self.look.theme.take(self._index)
            rect = QRectF(self.rect())
            inner = rect.adjusted(2, 3, -2, -3)
            wash = QColor(colour)
            wash.setAlphaF(0.2)
            for start, end in self._used:
                painter.fillRect(QRectF(start * rect.width(), 0, (end - start) * rect.width(), rect.height()), wash)
            position = np.linspace(0.0, 1.0, self._curve.shape[0])
            used = np.zeros(self._curve.shape[0], dtype=bool)
            for start, end in self._used:
                used |= (position >= start) & (position <= end)
            paint_curve(painter, inner, self._curve, QPen(self.look.color("t3", 0.75), 1.0), ~used)
            paint_curve(painter, inner, self._curve, QPen(colour, 1.75), used)
