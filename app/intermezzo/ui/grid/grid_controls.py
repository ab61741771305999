"""Controls of the token brush in the tool strip: the code it holds, its size, and whether it paints on both sides."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.art import checker_brush, device_ratio, paint_frame
from intermezzo.ui.grid.code_words import code_field
from intermezzo.ui.grid.desk import BIGGEST_BRUSH, GridDesk, tokens_of
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.value_field import ValueField

__all__ = ["GridControls"]


class GridControls(QWidget):
    """Shown while the sketch in view is a picture of tokens."""

    def __init__(self, look: Look, desk: GridDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.swatch = _Swatch(look, desk, self)
        self.code = ValueField(look, NumberSpec(0, 1, 1, 0), self.tr("Code on the brush"))
        self.size_ = ValueField(look, NumberSpec(1, BIGGEST_BRUSH, 1, 0), self.tr("Brush size in tokens"))
        self.mirror = Switch(look, self.tr("Mirror"))
        self.mirror.setToolTip(self.tr("Paints on the left and on the right at once"))
        for field in (self.code, self.size_):
            field.set_edited(False)
        for widget in (
            Label(look, self.tr("Code"), "body", "t2"), self.swatch, self.code,
            Label(look, self.tr("Size"), "body", "t2"), self.size_,
            Label(look, self.tr("Mirror"), "body", "t2"), self.mirror,
        ):  # fmt: skip
            row.addWidget(widget)
        self.code.changed_to.connect(self._hold)
        self.size_.changed_to.connect(lambda v: desk.set_brush(int(v)))
        self.mirror.toggled.connect(desk.set_mirror)
        desk.changed.connect(self.refresh)
        desk.workspace.changed.connect(self.refresh)
        desk.workspace.tool_changed.connect(self.refresh)
        desk.workspace.replaced.connect(self.refresh)
        self.refresh()

    def show_swatches(self, pictures: PictureLoop) -> None:
        """Draw codes as these pictures say they look."""
        self.swatch.pictures = pictures
        pictures.swatches_came.connect(self.swatch.update)

    def _hold(self, value: float) -> None:
        grid = tokens_of(self._desk.workspace.sketch)
        if grid is not None:
            self._desk.hold(grid.spec.code(value))

    def refresh(self, *_: object) -> None:
        """Show what the brush holds."""
        grid = tokens_of(self._desk.workspace.sketch)
        if grid is not None:
            self.code.spec = code_field(grid.spec)
            self.code.set_number(grid.spec.value(self._desk.code))
            self.size_.set_number(float(self._desk.brush_cells))
            self.mirror.setChecked(self._desk.mirrors)
            self.swatch.update()


class _Swatch(Painted):
    def __init__(self, look: Look, desk: GridDesk, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._desk = desk
        self.pictures: PictureLoop | None = None
        self.setFixedSize(20, 20)
        self.setAccessibleName(self.tr("What the code draws"))

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), checker_brush(self.look.theme, 5, device_ratio(painter)))
            swatches = self.pictures.swatches if self.pictures is not None else None
            if swatches is not None and self._desk.code < len(swatches):
                shown = np.ascontiguousarray(swatches[self._desk.code])
                image = QImage(shown.data, shown.shape[1], shown.shape[0], QImage.Format.Format_RGBA8888)
                painter.drawImage(QRectF(self.rect()), image)
            paint_frame(painter, QRectF(self.rect()), 3.0, None, self.look.color("line2"))
