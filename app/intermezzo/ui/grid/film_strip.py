"""The film strip: each frame of the output small, the one in view marked; clicks and drags scrub, keys step."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.core.layers import Grid
from intermezzo.ui.art import STALE_OPACITY, checker_brush, device_ratio, hatch_brush, paint_frame, paint_hairline
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.grid.token_view import cell_colours
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text
from intermezzo.ui.widgets.painted import Painted

__all__ = ["FilmStrip"]

_THUMB_PX: Final = 56
_GAP_PX: Final = 6
_LEAST_THUMB_PX: Final = 40  # narrower strips scroll
_TOP_PX: Final = 6
_FOOT_PX: Final = 18
_KEYS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}


class FilmStrip(Painted):
    """Shows as many frames as there is room for, those around the one in view."""

    def __init__(self, look: Look, desk: GridDesk, pictures: PictureLoop, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._desk, self._pictures = desk, pictures
        self._first = 0
        self._kept: tuple[tuple[object, int] | None, list[QPixmap]] = (None, [])
        self.setAccessibleName(self.tr("Film strip"))
        self.setToolTip(self.tr("Frames of the film: click or drag to go there, , and . for the one before and after"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TOP_PX + _THUMB_PX + _FOOT_PX)
        workspace = desk.workspace
        for signal in (desk.framed, desk.changed, pictures.drawn, workspace.changed, workspace.replaced):
            signal.connect(self._on_change)

    def sizeHint(self) -> QSize:
        return QSize(12 * (_THUMB_PX + _GAP_PX), _TOP_PX + _THUMB_PX + _FOOT_PX)

    def _on_change(self, *_: object) -> None:
        n = self._desk.n_frames
        told = self.tr("Frame {0} of {1}").format(self._desk.frame + 1, n) if n else ""
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
        shown = max(int((self.width() + _GAP_PX) // (self.thumb_px() + _GAP_PX)), 1)
        k = self._desk.frame
        if not self._first <= k < self._first + shown:
            self._first = k if k < self._first else k - shown + 1
        self._first = max(min(self._first, n - shown), 0)
        self.update()

    def thumb_px(self) -> int:
        """Side of a frame: as large as all of them fit, down to a size below which the strip scrolls."""
        fitting = (self.width() - 2 + _GAP_PX) // max(self._desk.n_frames, 1) - _GAP_PX
        return max(min(_THUMB_PX, fitting), _LEAST_THUMB_PX)

    def rect_of(self, k: int) -> QRectF:
        """Where a frame (0-based) lies; outside where it is scrolled away."""
        side = self.thumb_px()
        return QRectF((k - self._first) * (side + _GAP_PX) + 1, _TOP_PX, side, side)

    def frame_at(self, at: QPointF) -> int:
        """Return the frame under a point; beside the strip it is the nearest."""
        return min(max(int(at.x() // (self.thumb_px() + _GAP_PX)) + self._first, 0), max(self._desk.n_frames - 1, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._desk.go_to_frame(self.frame_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._desk.go_to_frame(self.frame_at(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._desk.go_to_frame(self._desk.frame + (1 if event.angleDelta().y() < 0 else -1))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS and self._desk.n_frames:
            self._desk.go_to_frame((self._desk.frame + _KEYS[key]) % self._desk.n_frames)
        elif key == Qt.Key.Key_Home:
            self._desk.go_to_frame(0)
        elif key == Qt.Key.Key_End:
            self._desk.go_to_frame(self._desk.n_frames - 1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # These keys are ours while the strip has the focus, though the window has shortcuts on them.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = (*_KEYS, Qt.Key.Key_Home, Qt.Key.Key_End)
            if event.key() in ours and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            ratio = device_ratio(painter)
            pictures = self._thumbs(round(self.thumb_px() * ratio))
            checker = checker_brush(self.look.theme, 4, ratio)
            for k in range(self._first, self._desk.n_frames):
                place = self.rect_of(k)
                if place.left() >= self.width():
                    break
                painter.fillRect(place, checker)
                stale = self._pictures.is_stale_at(k)
                if k < len(pictures):
                    painter.setOpacity(STALE_OPACITY if stale else 1.0)
                    painter.drawPixmap(place, pictures[k], QRectF(pictures[k].rect()))
                    painter.setOpacity(1.0)
                if stale:
                    painter.fillRect(place, hatch_brush(self.look.color("t3", 0.7), 8, ratio))
                is_here = k == self._desk.frame
                if is_here:
                    paint_frame(painter, place, 5.0, None, self.look.color("t1"), 2.0)
                number = QRectF(place.left(), place.bottom(), place.width(), _FOOT_PX)
                paint_text(
                    painter, number, str(k + 1), font("caption"), self.look.color("t1" if is_here else "t3"), CENTRE
                )
            paint_hairline(painter, QLineF(0, 0, self.width(), 0), self.look.color("line"))

    def _thumbs(self, side_px: int) -> list[QPixmap]:
        """Return the frames of the output as large as they are shown; those of the film where there is no output."""
        frames, film = self._pictures.frames, self._desk.film
        key = frames or film, side_px
        before, thumbs = self._kept
        if before == key:
            return thumbs
        if frames:
            images = [QImage(f.pixels.data, f.width, f.height, QImage.Format.Format_RGBA8888) for f in frames]
            thumbs = [_small(image, side_px) for image in images]
        elif film is not None:
            old = before[0] if before is not None and before[1] == side_px else None
            same = _same_frames(old, film) if isinstance(old, Grid) else [False] * len(film)
            cells = cell_colours(film)
            thumbs = [thumbs[k] if same[k] else _false(cells[k], side_px) for k in range(len(film))]
        else:
            thumbs = []
        self._kept = key, thumbs
        return thumbs


def _same_frames(old: Grid, new: Grid) -> list[bool]:
    """Tell for each frame of a film whether another film of its shape has the same codes in it."""
    if old.shape != new.shape:
        return [False] * len(new)
    apart = (old.base != new.base) | (old.hand != new.hand) | (old.origin != new.origin)
    return [not k for k in apart.any(axis=1).tolist()]


def _false(cells: NDArray[np.uint8], side_px: int) -> QPixmap:
    return _small(QImage(cells.data, cells.shape[1], cells.shape[0], QImage.Format.Format_RGBA8888), side_px)


def _small(image: QImage, side_px: int) -> QPixmap:
    """Return a picture scaled to a square of device pixels."""
    smooth = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(side_px, side_px, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
