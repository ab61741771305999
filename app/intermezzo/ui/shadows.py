"""The one shadow of the studio, under floating things: 6 px down, 20 px soft, painted as nine stretched patches."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from intermezzo.ui.theme import Theme

SHADOW_DROP_PX: Final = 6
SHADOW_BLUR_PX: Final = 20
#: Room that a floating widget leaves around its frame so that the shadow is not cut off.
SHADOW_MARGINS: Final = QMarginsF(16, 12, 16, 24)
_SIGMA_PX: Final = SHADOW_BLUR_PX / 2.6


def _blurred_edge(n_px: int, edge_px: int) -> NDArray[np.float64]:
    """Return the profile of a box that starts `edge_px` inside, blurred with a Gaussian; shape (n_px,), 0..1."""
    position = np.arange(n_px) + 0.5
    grid = np.linspace(-4.0, 4.0, 801)
    density = np.exp(-0.5 * grid**2)
    cumulative = np.cumsum(density) / density.sum()
    profile: NDArray[np.float64] = np.interp((position - edge_px) / _SIGMA_PX, grid, cumulative)
    return profile


@cache
def _patch(argb: int) -> QPixmap:
    """Return the corner patch of the shadow mirrored to a full tile, 2 * _corner square, at ratio 1 (it is soft)."""
    half = _blurred_edge(2 * SHADOW_BLUR_PX, SHADOW_BLUR_PX)
    profile = np.concatenate([half, half[::-1]])
    alpha = np.outer(profile, profile) * QColor.fromRgba(argb).alphaF()
    pixels = np.zeros((*alpha.shape, 4), dtype=np.uint8)
    pixels[..., 3] = np.round(alpha * 255.0)
    height, width = alpha.shape
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return QPixmap.fromImage(image.copy())


def paint_shadow(painter: QPainter, frame: QRectF, theme: Theme) -> None:
    """Paint the shadow of a floating frame; call it before the frame itself."""
    pixmap = _patch(theme.color("shadow").rgba())
    blur = float(SHADOW_BLUR_PX)
    corner = 2 * blur
    size = float(pixmap.width())
    target = frame.translated(0, SHADOW_DROP_PX).adjusted(-blur, -blur, blur, blur)
    corner_x, corner_y = min(corner, target.width() / 2), min(corner, target.height() / 2)
    xs = (target.left(), target.left() + corner_x, target.right() - corner_x, target.right())
    ys = (target.top(), target.top() + corner_y, target.bottom() - corner_y, target.bottom())
    # The middle patch is one source pixel wide, stretched.
    source_x = (0.0, corner_x, size - corner_x, size)
    source_y = (0.0, corner_y, size - corner_y, size)
    for column in range(3):
        for row in range(3):
            to = QRectF(xs[column], ys[row], xs[column + 1] - xs[column], ys[row + 1] - ys[row])
            if to.isEmpty():
                continue
            left, right = source_x[column], source_x[column + 1]
            top, bottom = source_y[row], source_y[row + 1]
            if column == 1:
                left, right = corner - 0.5, corner + 0.5
            if row == 1:
                top, bottom = corner - 0.5, corner + 0.5
            painter.drawPixmap(to, pixmap, QRectF(left, top, right - left, bottom - top))
