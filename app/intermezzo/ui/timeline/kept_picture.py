"""KeptPicture: what a lane shows of its layer, so that what lies over it can move at the cost of a copy."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from intermezzo.ui import art

__all__ = ["KeptPicture"]

_ALMOST: Final = 1e-4


class KeptPicture:
    """Keeps the pixels of one widget; only what has been spoilt since is painted again.

    ``paint`` paints the ground and the data inside a rectangle of logical pixels, wholly and opaquely.
    """

    def __init__(self, paint: Callable[[QPainter, QRectF], None]) -> None:
        self._paint = paint
        self._pixmap = QPixmap()
        self._spoilt: list[QRect] = []

    def spoil(self, area: QRect) -> None:
        """Have an area painted anew before it is shown next."""
        if not any(known.contains(area) for known in self._spoilt):
            self._spoilt = [known for known in self._spoilt if not area.contains(known)]
            self._spoilt.append(area)

    def scroll(self, by: float) -> bool:
        """Move all to the right by pixels, and spoil what comes into view; False where it cannot be moved so."""
        ratio, size = self._pixmap.devicePixelRatio(), self._pixmap.deviceIndependentSize()
        whole, in_pixels = round(by), round(by * ratio)
        # On a screen scaled by a fraction our pixels begin inside of others, and strips would not fit together.
        if self._pixmap.isNull() or abs(by - whole) > _ALMOST or ratio != int(ratio):
            return False
        if abs(in_pixels) >= self._pixmap.width():
            return False
        if in_pixels:
            self._pixmap.scroll(in_pixels, 0, self._pixmap.rect())
            self._spoilt = [area.translated(whole, 0) for area in self._spoilt]
            width, height = ceil(size.width()), ceil(size.height())
            self.spoil(QRect(0 if whole > 0 else width + whole, 0, abs(whole), height))
        return True

    def show(self, painter: QPainter, rect: QRect, size: QSize) -> None:
        """Draw the part in ``rect`` of a widget of a size."""
        ratio = art.device_ratio(painter)
        whole = QRect(0, 0, size.width(), size.height())
        in_pixels = QSize(ceil(size.width() * ratio), ceil(size.height() * ratio))
        if self._pixmap.size() != in_pixels or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(in_pixels)
            self._pixmap.setDevicePixelRatio(ratio)
            self._spoilt = [whole]
        if self._spoilt:
            self._mend(whole)
        painter.drawPixmap(
            QRectF(rect), self._pixmap, QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio,
                                               rect.height() * ratio)
        )  # fmt: skip

    def _mend(self, whole: QRect) -> None:
        spoilt, self._spoilt = self._spoilt, []
        with QPainter(self._pixmap) as painter:
            for area in _few(spoilt):
                part = area.intersected(whole)
                if not part.isEmpty():
                    painter.setClipRect(part)
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                    self._paint(painter, QRectF(part))


def _few(areas: list[QRect]) -> list[QRect]:
    """Return areas that cover the same, none meeting another: each costs a walk through the layer."""
    apart: list[QRect] = []
    for area in areas:
        hull = area
        near = [known for known in apart if known.intersects(hull)]
        while near:
            apart = [known for known in apart if known not in near]
            for known in near:
                hull = hull.united(known)
            near = [known for known in apart if known.intersects(hull)]
        apart.append(hull)
    return apart
