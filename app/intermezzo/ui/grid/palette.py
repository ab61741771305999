"""The palette: codes as what they draw, in rows of like hue; and the nearest code to any colour."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from intermezzo.ui.art import checker_brush, device_ratio, paint_frame
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.painted import Painted

__all__ = ["CodePalette", "mirrored_codes", "nearest_code", "ordered", "palette_codes"]

_SIDE, _GAP = 27.0, 4.0
_REST_MS: Final = 200
_FLAT: Final = 18.0  # mean distance of pixels from their mean: below, a code is one colour


def _means(swatches: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean colour of each code, premultiplied RGBA (codes, 4), and how far its pixels are from it."""
    rgba = swatches.astype(np.float64)
    rgba[..., :3] *= rgba[..., 3:] / 255
    mean = rgba.mean(axis=(1, 2))
    apart = np.abs(rgba - mean[:, None, None]).mean(axis=(1, 2, 3))
    return mean, apart


def nearest_code(swatches: NDArray[np.uint8], colour: tuple[int, int, int, int]) -> int:
    """Return the code that is nearest to a plain colour (red, green, blue, alpha; 0 to 255)."""
    wanted = np.array(colour, np.float64)
    wanted[:3] *= wanted[3] / 255
    rgba = swatches.astype(np.float64)
    rgba[..., :3] *= rgba[..., 3:] / 255
    return int(np.square(rgba - wanted).mean(axis=(1, 2, 3)).argmin())


def mirrored_codes(swatches: NDArray[np.uint8], axis: int) -> NDArray[np.int64]:
    """Return for each code the one that looks most like it turned over: axis 0 top and bottom, 1 left and right."""
    rgba = swatches.astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255
    plain = rgba.reshape(len(rgba), -1)
    turned = np.flip(rgba, axis + 1).reshape(len(rgba), -1)
    # |a - b|^2 without |a|^2, which is the same for all candidates.
    apart = np.square(plain).sum(axis=1)[None, :] - 2 * turned @ plain.T
    found: NDArray[np.int64] = apart.argmin(axis=1)
    return found


def ordered(codes: NDArray[np.int64], swatches: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return codes by hue, then from light to dark; greys come last."""
    mean, _ = _means(swatches[codes])
    alpha = np.maximum(mean[:, 3], 1.0)
    rgb = (mean[:, :3] / alpha[:, None]).clip(0, 1)
    high, low = rgb.max(axis=1), rgb.min(axis=1)
    grey = (high - low < 0.12) | (mean[:, 3] < 40)
    hue = np.array([QColor.fromRgbF(*map(float, c)).hueF() for c in rgb])
    return codes[np.lexsort((-high, np.floor(hue * 8 + 0.5) % 8, grey))]


def palette_codes(used: NDArray[np.uint16], swatches: NDArray[np.uint8] | None, most: int) -> NDArray[np.int64]:
    """Return the codes to show: those of the picture, filled up with plain colours of the codebook."""
    mine, counts = np.unique(used, return_counts=True)
    mine = mine[np.argsort(-counts, kind="stable")][: most * 3 // 4].astype(np.int64)
    if swatches is None:
        return np.sort(mine)
    _, apart = _means(swatches)
    plain = np.argsort(apart, kind="stable")
    plain = plain[(apart[plain] < _FLAT) & ~np.isin(plain, mine)]
    # Spread over the codebook, whose neighbours are alike.
    spread = (
        plain[np.unique(np.linspace(0, len(plain) - 1, max(most - len(mine), 0)).astype(int))] if len(plain) else plain
    )
    return ordered(np.concatenate([mine, spread]).astype(np.int64), swatches)


class CodePalette(Painted):
    """Squares to click; the one on the brush has a white frame."""

    chosen = Signal(int)

    def __init__(self, look: Look, desk: GridDesk, pictures: PictureLoop, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._desk, self._pictures = desk, pictures
        self._codes: NDArray[np.int64] = np.zeros(0, np.int64)
        self._of: object = None
        self.setAccessibleName(self.tr("Palette of codes"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 4.0)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.update)
        desk.changed.connect(self.update)
        workspace = desk.workspace
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen, pictures.swatches_came):
            signal.connect(self._later)

    def sizeHint(self) -> QSize:
        return QSize(416, round(4 * _SIDE + 3 * _GAP))

    def _rows(self) -> int:
        return max(int((self.height() + _GAP) // (_SIDE + _GAP)), 1)

    def _later(self, *_: object) -> None:
        if not self._rest.isActive():  # a stroke changes the codes of the picture with every move
            self._rest.start()

    def _columns(self) -> int:
        return max(int((self.width() + _GAP) // (_SIDE + _GAP)), 1)

    def codes(self) -> NDArray[np.int64]:
        """Return the codes that are shown, row by row."""
        grid = self._desk.grid
        if grid is None:
            return np.zeros(0, np.int64)
        key = grid, id(self._pictures.swatches), self._columns(), self._rows()
        if self._of != key:
            self._of = key
            self._codes = palette_codes(grid.codes, self._pictures.swatches, self._rows() * self._columns())
        return self._codes

    def _rect(self, k: int) -> QRectF:
        row, column = divmod(k, self._columns())
        return QRectF(column * (_SIDE + _GAP), row * (_SIDE + _GAP), _SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            swatches = self._pictures.swatches
            for k, code in enumerate(self.codes().tolist()):
                place = self._rect(k)
                if swatches is not None:
                    shown = np.ascontiguousarray(swatches[code])
                    painter.fillRect(place, checker_brush(self.look.theme, 6, device_ratio(painter)))
                    painter.drawImage(
                        place, QImage(shown.data, shown.shape[1], shown.shape[0], QImage.Format.Format_RGBA8888)
                    )  # fmt: skip
                paint_frame(painter, place, 3.0, None, self.look.color("line2"))
                if code == self._desk.code:
                    paint_frame(painter, place.adjusted(-2, -2, 2, 2), 5.0, None, self.look.color("t1"), 2.0)

    def _at(self, event: QMouseEvent) -> int | None:
        at = event.position()
        return next((int(c) for k, c in enumerate(self.codes()) if self._rect(k).contains(at)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        code = self._at(event)
        if code is not None:
            self._desk.hold(code)
            self.chosen.emit(code)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        code = self._at(event)
        QToolTip.showText(
            event.globalPosition().toPoint(), self.tr("Code {0}").format(code) if code is not None else "", self
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        codes = self.codes().tolist()
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns(), Qt.Key.Key_Down: self._columns(),
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is None or not codes:
            super().keyPressEvent(event)
            return
        here = codes.index(self._desk.code) if self._desk.code in codes else 0
        self._desk.hold(codes[min(max(here + step, 0), len(codes) - 1)])
