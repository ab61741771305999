"""The table twin of a lane (F4): its elements as rows with values that can be edited, also for assistive tools."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QDialog, QLabel, QTableView, QVBoxLayout, QWidget

from intermezzo.core.edits import spans as span_edits
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Layer, Matrix, Notes, Slots, Spans, strongest
from intermezzo.core.sketch import Sketch
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline import note_table
from intermezzo.ui.timeline.board import Board

__all__ = ["LaneTable", "TableTwin"]

Index = QModelIndex | QPersistentModelIndex
_SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)


class LaneTable(QAbstractTableModel):
    """Rows of one layer: spans, notes, frames of a curve or matrix, lines of text; edits go through the workspace."""

    def __init__(self, board: Board, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board, self._name = board, name
        board.shown.connect(self._on_shown)

    @property
    def layer(self) -> Layer | None:
        """The layer as it is shown now."""
        return self._board.sketch.layers.get(self._name) if self._board.sketch else None

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        before = old.layers.get(self._name) if old else None
        if before is self.layer:
            return
        if before is None or self.layer is None or self._rows(before) != self._rows(self.layer):
            self.beginResetModel()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    @staticmethod
    def _rows(layer: Layer | None) -> int:
        return 0 if layer is None else layer.count if isinstance(layer, (Spans, Notes)) else len(layer)

    def titles(self) -> list[str]:
        """Return the names of the columns."""
        layer = self.layer
        if isinstance(layer, Spans):
            return [self.tr("Label"), self.tr("Start, s"), self.tr("Length, ms"), self.tr("State"), self.tr("Sure")]
        if isinstance(layer, Notes):
            return note_table.titles()
        if isinstance(layer, Curve):
            unit = layer.spec.unit
            shown = f"{layer.spec.title}, {unit}".rstrip(", ")
            return [self.tr("Time, s"), shown, self.tr("Predicted"), self.tr("State")]
        if isinstance(layer, Matrix):
            return [self.tr("Time, s"), *(f"{k + 1}" for k in range(layer.spec.bands))]
        return [self.tr("Text"), self.tr("Predicted"), self.tr("State")] if isinstance(layer, Slots) else []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else self._rows(self.layer)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.titles())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles()[section] if orientation == Qt.Orientation.Horizontal else section + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _SHOWN or self.layer is None:
            return None
        return self._cell(self.layer, index.row(), index.column())

    def _cell(self, layer: Layer, row: int, column: int) -> str:
        time = f"{row * self._board.hop_s:.3f}"
        if isinstance(layer, Spans):
            start_s, length_s = float(layer.starts[row]) * layer.hop_s, float(layer.durations_s[row])
            sure = "" if layer.score is None else f"{float(layer.score[row]):.2f}"
            state = strongest(int(layer.origin[row]))
            return (layer.labels[row], f"{start_s:.3f}", f"{length_s * 1000:.0f}", state, sure)[column]
        if isinstance(layer, Notes):
            return note_table.cell(self._board.sketch, layer, row, column)
        if isinstance(layer, Curve):
            state = strongest(int(layer.origin[row]))
            return (time, f"{layer.values[row]:.2f}", f"{layer.base[row]:.2f}", state)[column]
        if isinstance(layer, Matrix):
            return time if column == 0 else f"{float(layer.window(row, row + 1)[0, column - 1]):.1f}"
        if isinstance(layer, Slots):
            return (layer.texts[row], layer.base[row], strongest(int(layer.origin[row])))[column]
        return ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        layer, column = self.layer, index.column()
        may_edit = self._board.workspace.may_edit
        if layer is None or not may_edit(layer.spec.name):
            return flags
        name = layer.spec.name
        editable = (
            (isinstance(layer, Spans) and column == 0 and may_edit(name, "labels"))
            or (isinstance(layer, Spans) and column == 2 and layer.spec.governs and may_edit(name, "lengths"))
            or (isinstance(layer, Curve) and column == 1)
            or (isinstance(layer, Matrix) and column > 0)
            or (isinstance(layer, Slots) and column == 0)
            or (isinstance(layer, Notes) and column in note_table.EDITABLE)
        )
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        layer, row, column, text = self.layer, index.row(), index.column(), str(value).strip()
        if layer is None or role != Qt.ItemDataRole.EditRole:
            return False
        name, title = self._name, layer.spec.title.lower()
        if isinstance(layer, Spans) and column == 0:
            label = step_name("Change {0} to {1}", layer.labels[row], text)
            return self._board.edit(label, lambda s: span_edits.relabel(s, name, row, text), icon="text-aa")
        if isinstance(layer, Notes):
            return self._write_note(layer, row, column, text)
        if isinstance(layer, Slots):
            written = layer.with_text
            return self._board.edit(
                step_name("Write line {0}", row + 1), lambda s: s.with_layer(written(row, str(value)))
            )
        try:
            number = float(text.replace("−", "-").replace(",", "."))
        except ValueError:
            self._board.workspace.told.emit("warn", self.tr("{0} is not a number.").format(text))
            return False
        if isinstance(layer, Spans):
            n = round(number / 1000 / layer.hop_s)
            label = step_name("Stretch {0} to {1:.0f} ms", layer.labels[row], number)
            return self._board.edit(label, lambda s: span_edits.set_lengths(s, {row: n}), icon="arrows-left-right")
        label = step_name("Set {0} at {1:.2f} s", title, row * self._board.hop_s)
        if isinstance(layer, Curve):
            one = np.array([number], np.float32)
            drawn = layer.with_values
            return self._board.edit(label, lambda s: s.with_layer(drawn(row, one)), icon="pencil-simple")
        if isinstance(layer, Matrix):
            base = float(layer.base.window(row, row + 1)[0, column - 1])
            paint = np.array([[number - base]], np.float32)
            painted = layer.with_paint
            return self._board.edit(
                label, lambda s: s.with_layer(painted(row, column - 1, paint)), icon="paint-brush"
            )  # fmt: skip
        return False

    def _write_note(self, layer: Notes, row: int, column: int, text: str) -> bool:
        sketch = self._board.sketch
        if sketch is None:
            return False
        try:
            label, made = note_table.edited(sketch, layer, row, column, text)
        except EditError as refusal:
            self._board.workspace.told.emit("warn", str(refusal))
            return False
        return self._board.edit(label, lambda _: made, icon="pencil-simple")


class TableTwin(QDialog):
    """The window around the table of one lane."""

    def __init__(self, board: Board, name: str, title: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"table-{name}")
        self.setWindowTitle(self.tr("{0} as a table").format(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        caption = QLabel(help_text or title)
        caption.setWordWrap(True)
        column.addWidget(caption)
        self.table = QTableView()
        self.table.setAccessibleName(title)
        self.model = LaneTable(board, name, self)
        self.table.setModel(self.model)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setAlternatingRowColors(True)
        column.addWidget(self.table)
        self._go_to_selection(board, name)

    def _go_to_selection(self, board: Board, name: str) -> None:
        selection, layer = board.workspace.selection, self.model.layer
        if isinstance(layer, Spans):
            row = selection.element if selection.layer == name else None
            row = layer.inside(selection.start, selection.stop).start if row is None and selection else row
        elif isinstance(layer, Notes):
            row = layer.index_of(min(selection.notes)) if selection.notes else None
            row = layer.begun(selection.start, selection.stop).start if row is None and selection else row
        else:
            row = selection.start if selection else None
        if row is not None and 0 <= row < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, 0))
