"""How sure the model is of each label that it thought of for the selected span: rows with a bar; a click takes one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from intermezzo.core.layers import Spans
from intermezzo.ui.alternatives import can_pick, pick, thought_of
from intermezzo.ui.art import paint_frame
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.music_text import music_width, paint_music
from intermezzo.ui.text import RIGHT, paint_text
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.span_text import music_label, numeral_in
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.workspace import Workspace

__all__ = ["AlternativeRow", "AlternativeRows"]

_ROW_PX: Final = 22
_BAR_PX: Final = 4.0
_FIGURE_PX: Final = 34
_LEAST_COLUMNS_PX: Final = (44.0, 36.0)
_GAP_PX: Final = 12.0


class AlternativeRow(PaintedButton):
    """Label, numeral, bar and figure; lit where it stands in the sketch, amber where a hand put it there."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.label, self.shown, self.numeral, self.share = "", "", "", 0.0
        self.stands, self.by_hand, self.columns_px = False, False, _LEAST_COLUMNS_PX
        self.setProperty("ringRadius", 4.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW_PX)

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW_PX)

    def show_label(self, number: int, label: str, shown: str, numeral: str, share: float) -> None:
        """Show a label: as the layer has it and as people read it, with its number among the keys."""
        self.label, self.shown, self.numeral, self.share = label, shown, numeral, share
        self.setAccessibleName(" ".join(part for part in (shown, numeral, f"{share:.2f}") if part))
        self.setToolTip(self.tr("Use {0} here ({1})").format(shown, number))
        self.update()

    def show_state(self, *, stands: bool, by_hand: bool, columns_px: tuple[float, float]) -> None:
        """Show whether the label stands in the sketch, by whose hand, and how wide labels and numerals are."""
        self.stands, self.by_hand, self.columns_px = stands, by_hand, columns_px
        self.setAccessibleDescription(self.tr("in the sketch") if stands else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        color, rect = self.look.color, self.bounds()
        with self.begin() as painter:
            if self.is_hovered():
                paint_frame(painter, rect.adjusted(-4, 0, 4, 0), 4.0, color("hover"), None)
            ink: Role = "hand" if self.stands and self.by_hand else "t1"
            first, second = self.columns_px
            face = font("body_semibold" if self.stands else "body_medium")
            paint_music(painter, QRectF(0, 0, first, rect.height()), self.shown, face, color(ink))
            below: Role = ink if ink == "hand" else "t2"
            paint_music(painter, QRectF(first, 0, second, rect.height()), self.numeral, font("body"), color(below))
            left = first + second
            bar = QRectF(left, (rect.height() - _BAR_PX) / 2, max(rect.width() - left - _FIGURE_PX, 0), _BAR_PX)
            paint_frame(painter, bar, 2.0, color("line"), None)
            filled = QRectF(bar.left(), bar.top(), max(_BAR_PX, bar.width() * min(self.share, 1.0)), _BAR_PX)
            fill: Role = "handfill" if ink == "hand" else "t1" if self.stands else "t3"
            paint_frame(painter, filled, 2.0, color(fill), None)
            figure = QRectF(rect.width() - _FIGURE_PX, 0, _FIGURE_PX, rect.height())
            paint_text(painter, figure, f"{self.share:.2f}", font("value"), color("t1" if self.stands else "t2"), RIGHT)


class AlternativeRows(QWidget):
    """The rows of the one span that is selected; hidden where the engine names no alternatives."""

    def __init__(self, look: Look, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._workspace = look, workspace
        self.rows: list[AlternativeRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(0)
        self._column.addWidget(Label(look, self.tr("How sure the model is of each"), "body", "t2"))
        self._column.addSpacing(2)

    def refresh(self) -> None:
        """Show the alternatives as they stand."""
        sketch = self._workspace.sketch
        found = thought_of(sketch, self._workspace.selection)
        self.setVisible(found is not None)
        if found is None or sketch is None:
            return
        layer, k, thought = found
        self._have(len(thought))
        beats = sketch.type.beats
        may = can_pick(self._workspace)
        for number, (row, (label, share)) in enumerate(zip(self.rows, thought, strict=False), 1):
            numeral = numeral_in(sketch, layer, int(layer.starts[k]), label)
            row.show_label(number, label, music_label(label, layer, beats), numeral, share)
            row.setEnabled(may or label == layer.labels[k])
        self._show_states(layer, k)

    def _show_states(self, layer: Spans, k: int) -> None:
        shown = [row for row in self.rows if not row.isHidden()]
        bold, body = font("body_semibold"), font("body")
        columns = (
            max(_LEAST_COLUMNS_PX[0], max(music_width(bold, row.shown) for row in shown) + _GAP_PX),
            max(_LEAST_COLUMNS_PX[1], max(music_width(body, row.numeral) for row in shown) + _GAP_PX)
            if any(row.numeral for row in shown) else 0.0,
        )  # fmt: skip
        by_hand = layer.labels[k] != layer.base_labels[k]
        for row in shown:
            row.show_state(stands=row.label == layer.labels[k], by_hand=by_hand, columns_px=columns)

    def _have(self, n: int) -> None:
        while len(self.rows) < n:
            row = AlternativeRow(self._look, self)
            row.clicked.connect(lambda _=False, r=row: pick(self._workspace, r.label))
            self.rows.append(row)
            self._column.addWidget(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < n)
