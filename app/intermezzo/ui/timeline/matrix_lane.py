"""MatrixLane: frames x bands as a picture that is painted with a round brush; a few bands stay visible as rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from intermezzo.core.edits import matrices, regions
from intermezzo.core.layers import Mark, Matrix, MatrixSpec, Region
from intermezzo.core.sketch import Sketch
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.step_names import step_name
from intermezzo.ui.text import RIGHT, paint_text
from intermezzo.ui.timeline import matrix_gestures as hands
from intermezzo.ui.timeline import overlay
from intermezzo.ui.timeline.band_axis import edge_text, edge_value, labelled
from intermezzo.ui.timeline.band_rows import paint_band_rows
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.gestures import ALT, Gesture, Modifiers
from intermezzo.ui.timeline.ghosts import MatrixGhost
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.matrix_image import MatrixImage
from intermezzo.ui.timeline.matrix_marks import paint_locks, paint_outline
from intermezzo.ui.timeline.pictures import draw_mapped
from intermezzo.ui.timeline.polygons import strip_after_scroll
from intermezzo.ui.timeline.spans_lines import paint_boundaries
from intermezzo.ui.timeline.words import number, signed, time_text

__all__ = ["MatrixLane"]

FEW_BANDS: Final = 8
_BRUSHES: Final = ("paint", "erase", "smooth")
_BOX_LEAST_PX: Final = 6.0


class MatrixLane(Lane):
    """Paint, erase, smooth, copy and paste on a matrix."""

    tools = frozenset({"select", "paint", "erase", "smooth", "lock", "resample"})

    def __init__(self, board: Board, spec: MatrixSpec, parent: QWidget | None = None) -> None:
        super().__init__(board, spec, parent)
        self.matrix_spec = spec
        self.default_height = 188 if spec.bands > FEW_BANDS else 62
        self.stroke_text = ""
        self._image = MatrixImage()
        self._ghost = MatrixGhost(board, spec)
        self._nudged: tuple[str, float] = ("", 0.0)
        if self.matrix is not None:
            self._image.set_contrast(self.matrix)
            self._image.set(self.matrix)

    @property
    def matrix(self) -> Matrix | None:
        """The matrix as it is shown now."""
        layer = self.layer
        return layer if isinstance(layer, Matrix) else None

    @property
    def is_picture(self) -> bool:
        """Whether there are enough bands to look like a picture."""
        return self.matrix_spec.bands > FEW_BANDS

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        matrix = self.matrix
        if matrix is not None:
            if old is None or new is None or old.made != new.made or old.type is not new.type:
                self._image.set_contrast(matrix)
            self._image.set(matrix)
        super()._on_shown(old, new)

    def unit_text(self) -> str:
        return self.tr("%n band(s)", "", self.matrix_spec.bands).replace("(s)", "s")

    def paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        look = self.board.look
        unit, labels = labelled(self.matrix_spec, rect.height())
        if labels and labels[0][0] > 20:
            at = QRectF(rect.right() - 40, 3, 34, 14)
            paint_text(painter, at, unit, font("caption"), look.color("t2"), RIGHT)
        for y, text in labels:
            paint_text(
                painter, QRectF(rect.right() - 44, y - 7, 36, 14), text, font("caption"), look.color("t2"), RIGHT
            )  # fmt: skip
            painter.fillRect(QRectF(rect.right() - 5, round(y), 5, 1), look.color("t3"))

    # Painting

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        look, matrix, height = self.board.look, self.matrix, self.height()
        painter.fillRect(rect, QColor.fromRgb(look.theme.matrix_table()[0]))
        if matrix is None or not len(matrix):
            return
        if self.is_picture:
            self._paint_picture(painter, rect, height)
        else:
            paint_band_rows(painter, rect, self.board, matrix, float(height), self.is_coarse)
        line = QColor(look.color("t1"))
        line.setAlphaF(0.10)
        paint_boundaries(painter, rect, self.board, height, line)
        self._paint_analysed(painter, matrix, height)
        paint_locks(painter, rect, self.board, matrix, height)
        paint_outline(painter, rect, self.board, matrix, self._image, height, self.is_coarse)

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        return [] if self.is_picture else [strip_after_scroll(by, self.size(), self.board.along_whole_px)]

    def _paint_picture(self, painter: QPainter, rect: QRectF, height: int) -> None:
        ratio = art.device_ratio(painter)
        left = max(rect.left(), float(np.ceil(self.board.x_of(0))))
        right = min(rect.right(), float(np.floor(self.board.x_of(self._image.n_frames))))
        if right - left < 1:
            return
        columns = np.arange(round(left * ratio), round(right * ratio))
        picture = self._image.render(self.board.frames_at((columns + 0.5) / ratio), round(height * ratio))
        table = np.array(self.board.look.theme.matrix_table(), np.uint32)
        draw_mapped(painter, columns[0] / ratio, 0, picture, table, ratio)

    def paint_ghost(self, painter: QPainter, rect: QRectF) -> None:
        if self.matrix is not None:
            self._ghost.paint(painter, self.matrix, float(self.height()))

    def _paint_analysed(self, painter: QPainter, matrix: Matrix, height: int) -> None:
        if not len(matrix.origin) or not matrix.origin[0] & Mark.ANALYSED:
            return
        painter.setPen(art.dashed_pen(self.board.look.color("ana"), art.DASH_ANALYSED, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x0, x1 = self.board.x_of(0), self.board.x_of(len(matrix))
        painter.drawRect(QRectF(round(x0) + 0.5, 0.5, round(x1) - round(x0) - 1, height - 1))

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        selection = self.board.workspace.selection
        box = selection.layer == self.name and selection.low is not None and selection.high is not None
        overlay.paint_selection(painter, self.board, float(self.height()), wash=not box)
        if box and selection.low is not None and selection.high is not None:
            look, bands, height = self.board.look, self.matrix_spec.bands, self.height()
            x0, x1 = round(self.board.x_of(selection.start)), round(self.board.x_of(selection.stop))
            top, bottom = round(height * (1 - selection.high / bands)), round(height * (1 - selection.low / bands))
            painter.fillRect(QRectF(x0, top, x1 - x0, bottom - top), look.color("selbg", 0.22))
            painter.setPen(QPen(look.color("sel"), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(x0 + 0.5, top + 0.5, x1 - x0 - 1, bottom - top - 1))
        self._paint_footprint_chips(painter)

    def _paint_footprint_chips(self, painter: QPainter) -> None:
        frames = self.board.footprint
        if frames is None or not self.has_reach() or not self.is_picture or self.height() < 80:
            self.stroke_text = self.stroke_text if frames is not None else ""
            return
        hop_s = self.board.hop_s
        lines = [f"{self.tr('footprint')} {number(frames[0] * hop_s, 2)} to {number(frames[1] * hop_s, 2)}\u2009s"]
        lines += [self.stroke_text] if self.stroke_text else []
        for k, text in enumerate(lines):
            overlay.paint_chip(painter, self._chip(k, text), text, self.board, "hand" if k else "t1")

    def _chip(self, row: int, text: str) -> QRectF:
        frames = self.board.footprint or (0, 0)
        at = QPointF(self.board.x_of(frames[1]) - 4, 26.0 + 21 * row)
        chip = overlay.chip_rect(at, text, self.width(), self.height())
        if chip.left() < self.board.x_of(frames[1]):
            chip.moveRight(min(self.board.x_of(frames[0]) - 8, self.width() - 4.0))
        return chip

    def _on_footprint(self, old: tuple[int, int] | None, new: tuple[int, int] | None) -> None:
        super()._on_footprint(old, new)
        for frames in (old, new):
            if frames is not None and self.is_picture and self.has_reach():
                self.update(int(self.board.x_of(frames[0])) - 260, 0, 260, 56)
                self.update(int(self.board.x_of(frames[1])), 0, 260, 56)

    # What is where

    def brush(self) -> matrices.Brush:
        """Return the brush of the workspace at the present zoom."""
        set_to, radius = self.board.workspace.brush, self.board.workspace.brush.size_px / 2
        return matrices.Brush(
            set_to.amount, radius * self.board.view.seconds_per_px / self.board.hop_s,
            radius / max(self.height(), 1) * self.matrix_spec.bands, max(set_to.soft, 0.02),
        )  # fmt: skip

    def band_at(self, y: float) -> float:
        """Return the (fractional) position in bands from the bottom."""
        return (1 - y / max(self.height(), 1)) * self.matrix_spec.bands

    def cell_at(self, at: QPointF) -> tuple[float, float]:
        """Return the (frame, band) index under a point, as fractions around cell centres."""
        return self.board.frame_at(at.x()) - 0.5, self.band_at(at.y()) - 0.5

    def bands_between(self, y0: float, y1: float) -> tuple[int | None, int | None]:
        top, bottom = sorted((y0, y1))
        if bottom - top < _BOX_LEAST_PX or (top <= 2 and bottom >= self.height() - 2):
            return None, None
        bands = self.matrix_spec.bands
        low = min(max(int(np.floor(self.band_at(bottom))), 0), bands - 1)
        return low, min(max(int(np.ceil(self.band_at(top))), low + 1), bands)

    def values_at(self, at: QPointF) -> str:
        matrix, spec = self.matrix, self.matrix_spec
        frame, band = int(self.board.frame_at(at.x())), int(self.band_at(at.y()))
        text = time_text(self.board.view.s_of(at.x()))
        if matrix is None or not (0 <= frame < len(matrix) and 0 <= band < spec.bands):
            return text
        if spec.edges:
            text += f" · {edge_text(spec, edge_value(spec, self.band_at(at.y())))}"
        text += f" · {number(float(matrix.window(frame, frame + 1)[0, band]))}\u2009{spec.unit}"
        paint = float(matrix.paint.window(frame, frame + 1)[0, band])
        return text + (f" ({signed(paint)} {self.tr('painted')})" if paint else "")

    def hover_area(self, at: QPointF) -> QRectF:
        if self.board.workspace.tool not in _BRUSHES:
            return QRectF()
        radius = max(self.board.workspace.brush.size_px / 2, 4) + 2
        return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)

    def _hover_at(self, at: QPointF) -> None:
        super()._hover_at(at)
        if self.gesture is None and self.board.workspace.tool in _BRUSHES and not self.refusal("paint"):
            radius = self.board.workspace.brush.size_px / 2
            start, stop = self.board.frame_at(at.x() - radius), self.board.frame_at(at.x() + radius)
            self.board.hint_footprint(self.name, int(start), int(np.ceil(stop)))

    def paint_hover(self, painter: QPainter, at: QPointF) -> QRectF:
        area = self.hover_area(at)
        if not area.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            radius = self.board.workspace.brush.size_px / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((self.board.look.color("win"), 3.0), (self.board.look.color("t1"), 1.5)):
                colour.setAlphaF(0.45 if width > 2 else 1.0)
                painter.setPen(QPen(colour, width))
                painter.drawEllipse(at, radius, radius)
            painter.setPen(QPen(self.board.look.color("t1"), 1.0))
            painter.drawLine(QPointF(at.x() - 3, at.y()), QPointF(at.x() + 3, at.y()))
            painter.drawLine(QPointF(at.x(), at.y() - 3), QPointF(at.x(), at.y() + 3))
        return area

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.BlankCursor if tool in _BRUSHES else super().cursor_at(tool, at)

    # Hands

    def begin(self, tool: str, at: QPointF, modifiers: Modifiers) -> Gesture | None:
        if tool not in _BRUSHES:
            return None
        icon = {"paint": "paint-brush", "erase": "eraser", "smooth": "waves"}[tool]
        drag = self.board.start_drag(icon)
        if drag is None:
            return None
        if tool == "paint":
            return hands.PaintGesture(self, drag, at, modifiers)
        if tool == "erase":
            return hands.EraseGesture(self, drag, at, modifiers)
        return hands.SmoothGesture(self, drag, at, modifiers)

    def region(self) -> Region | None:
        """Return the selected box, or the selected time over all bands."""
        chosen = self.board.workspace.selection
        if not chosen:
            return None
        mine = chosen.layer == self.name
        return Region(chosen.start, chosen.stop, chosen.low if mine else None, chosen.high if mine else None)

    def claims(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() == Modifiers.NoModifier
        return plain and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.region() is not None

    def on_key(self, event: QKeyEvent) -> bool:
        region, key = self.region(), event.key()
        if region is None:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1.0 * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            self.nudge(step if key == Qt.Key.Key_Up else -step)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers() & ALT:
            self.step_element(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            label = step_name("Erase {0}{1}", self.title.lower(), self.place(region.start, region.stop))
            self.board.edit(label, lambda s: regions.erase(s, [self.name], region), icon="eraser")
        else:
            return False
        return True

    def nudge(self, by: float) -> None:
        """Add to the paint of the selected box; presses in a row are one step."""
        region = self.region()
        if region is None:
            return
        low, high = region.low or 0, self.matrix_spec.bands if region.high is None else region.high
        key = f"nudge {self.name} {region}"
        total = (self._nudged[1] if self._nudged[0] == key else 0.0) + by
        amount = np.full((region.stop - region.start, high - low), by, np.float32)
        unit = self.matrix_spec.unit
        label = step_name(
            "Paint {0} {1} {2}{3}", self.title.lower(), signed(total, 0), unit, self.place(region.start, region.stop)
        )
        if self.board.edit(
            label, lambda s: matrices.add(s, self.name, region.start, low, amount), merge_key=key, icon="paint-brush"
        ):  # fmt: skip
            self._nudged = (key, total)
