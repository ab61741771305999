"""The inspector of token grids: the mask and what can be made of it, one token's number, and how sure the engine is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo.ui.colour_maps import matrix_table
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.code_words import code_field
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.token_view import sureness_colours
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.rows import FieldRow, FormRow, SliderRow
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips

__all__ = ["SurenessSection", "TokenSection"]

_MAP_PX = 124


class TokenSection(Section):
    """What is masked."""

    def __init__(self, look: Look, desk: GridDesk, tips: Tips, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("TokenSection", "Selection"), "", parent, spacing=4)
        self._desk = desk
        self.resample = Button(look, self.tr("Re-sample mask"), icon="arrows-clockwise", kind="primary")
        self.vary = Button(look, self.tr("Vary"), icon="shuffle")
        self.clear = ToolButton(look, "x", self.tr("Mask nothing"), extent=24)
        self._buttons = QWidget(self)
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(6)
        row.addWidget(self.resample)
        row.addWidget(self.vary)
        row.addStretch(1)
        row.addWidget(self.clear)
        self.body_layout.addWidget(self._buttons)
        self.code = FieldRow(look, self.tr("Token"), NumberSpec(0, 1, 1, 0))
        self.body_layout.addWidget(self.code)
        self._footprint = FormRow(look, self.tr("Footprint"))
        self._footprint_text = Label(look, "", "value", "t2")
        self._footprint.row.addStretch(1)
        self._footprint.row.addWidget(self._footprint_text)
        self.body_layout.addWidget(self._footprint)
        self.nothing = WrappedText(
            look, self.tr("Mask tokens (M) to have them made anew, or paint on them with a code of the palette (B).")
        )
        self.body_layout.addWidget(self.nothing)
        tips.set_tip(self.resample, self.tr("Make the masked tokens anew"), "R", self.tr("All others stay as they are"))
        tips.set_tip(
            self.vary, self.tr("Vary"), "", self.tr("Makes the least sure eighth of the masked tokens, or of all, anew")
        )
        tips.set_tip(self.clear, self.tr("Mask nothing"), "")
        self.resample.clicked.connect(desk.resample)
        self.vary.clicked.connect(lambda: desk.vary(0.12))
        self.clear.clicked.connect(lambda: desk.set_mask(None))
        self.code.field.committed.connect(self._on_code)
        workspace = desk.workspace
        for signal in (desk.masked, desk.framed, workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    def _cell(self) -> tuple[int, int] | None:
        cells = np.argwhere(self._desk.mask)
        return (int(cells[0][0]), int(cells[0][1])) if len(cells) else None

    def _on_code(self, value: float) -> None:
        grid, cell = self._desk.grid, self._cell()
        if grid is not None and cell is not None:
            self._desk.set_code(cell, grid.spec.code(value))

    def refresh(self, *_: object) -> None:
        """Show what is masked now."""
        grid, cell = self._desk.grid, self._cell()
        self.setVisible(grid is not None)
        if grid is None:
            return
        manifest = self._desk.workspace.manifest
        infills = manifest is not None and manifest.infills
        self.set_caption(self.tr("mask · {0}").format(self._desk.where()) if cell is not None else "")
        self.resample.setEnabled(cell is not None and infills)
        self.vary.setEnabled(infills)
        self.clear.setEnabled(cell is not None)
        for widget in (self.code, self._footprint):
            widget.setVisible(cell is not None)
        self.nothing.setVisible(cell is None)
        if cell is not None:
            self.code.field.spec = code_field(grid.spec)
            self.code.label.set_text(self.tr("Token r {0}, c {1}").format(*cell))
            self.code.field.set_number(grid.spec.value(int(grid.codes[cell])))
            self.code.field.set_edited(bool(grid.edited[cell]))
            landing = self._desk.landing(cell)
            reached = self._desk.reached(cell) if landing is None else landing.cells
            rows, columns = int(reached.any(axis=1).sum()), int(reached.any(axis=0).sum())
            told = self.tr("{0} × {1} tokens, drawn dashed") if landing is None else self.tr("{0} × {1} in this frame")
            self._footprint_text.set_text(told.format(columns, rows))


class SurenessSection(Section):
    """How sure the engine is of each token, small, and a way to have the least sure ones made anew."""

    def __init__(self, look: Look, desk: GridDesk, tips: Tips, parent: QWidget) -> None:
        super().__init__(
            look, QCoreApplication.translate("SurenessSection", "Sureness"),
            QCoreApplication.translate("SurenessSection", "0 to 1"), parent, spacing=6,
        )  # fmt: skip
        self._desk = desk
        self.map = _Map(look, desk, self)
        self.share = SliderRow(look, self.tr("Least sure"), NumberSpec(1, 100, 1, 0, "%", default=12))
        self.share.set_number(12)
        self.vary = Button(look, self.tr("Vary these"), icon="shuffle")
        self.mask_them = Button(look, self.tr("Mask these"), icon="selection", kind="quiet")
        self.body_layout.addWidget(self.map)
        self.body_layout.addWidget(self.share)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.vary)
        row.addWidget(self.mask_them)
        row.addStretch(1)
        self.body_layout.addLayout(row)
        tips.set_tip(self.vary, self.tr("Make the least sure tokens anew"), "", self.tr("Locked and edited ones stay"))
        tips.set_tip(self.mask_them, self.tr("Mask the least sure tokens"), "")
        self.vary.clicked.connect(lambda: desk.vary((self.share.number() or 12) / 100))
        self.mask_them.clicked.connect(lambda: desk.mask_least_sure((self.share.number() or 12) / 100))
        for signal in (desk.workspace.changed, desk.workspace.replaced, desk.workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Hide where the engine does not say how sure it is."""
        grid, manifest = self._desk.grid, self._desk.workspace.manifest
        self.setVisible(grid is not None and not bool(np.isnan(grid.sureness).all()))
        self.vary.setEnabled(manifest is not None and manifest.infills)


class _Map(Painted):
    def __init__(self, look: Look, desk: GridDesk, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._desk = desk
        self.setFixedHeight(_MAP_PX)
        self.setAccessibleName(self.tr("Map of sureness"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (desk.workspace.changed, desk.workspace.replaced):
            signal.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, _MAP_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        grid = self._desk.grid
        if grid is None:
            return
        with QPainter(self) as painter:
            cells = np.ascontiguousarray(sureness_colours(grid))
            side = self.height() / max(grid.shape)
            place = QRectF(0, 0, grid.shape[1] * side, grid.shape[0] * side)
            painter.fillRect(place, self.look.color("canvas"))
            painter.drawImage(place, QImage(cells.data, cells.shape[1], cells.shape[0], QImage.Format.Format_RGBA8888))
            bar = QRectF(place.right() + 12, 24, self.width() - place.right() - 12, 8)
            steps = np.array(matrix_table("dark"), np.uint32)
            painter.drawImage(bar, QImage(steps.data, 256, 1, QImage.Format.Format_RGB32))
            under = QRectF(bar.left(), 36, bar.width(), 14)
            paint_text(painter, under, self.tr("0 guess"), font("caption"), self.look.color("t3"), LEFT)
            paint_text(painter, under, self.tr("1 sure"), font("caption"), self.look.color("t3"), RIGHT)
