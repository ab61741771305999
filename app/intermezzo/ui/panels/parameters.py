"""The parameters of the engine: one row for each, made from its manifest; amber where it differs from its default."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from intermezzo.core.params import Param, Value
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.panels.folder_row import FolderRow
from intermezzo.ui.panels.trained_row import TrainedRow
from intermezzo.ui.text import text_width
from intermezzo.ui.training.shelf import Shelf
from intermezzo.ui.widgets.buttons import LinkButton
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.rows import LABEL_WIDTH, ComboRow, FieldRow, FormRow, SliderRow, SwitchRow
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["ParametersPanel", "number_spec"]

_TITLES = 0.4  # of the width, at most
_GUTTER = 10  # between label and value, as in all rows of a form


def number_spec(param: Param) -> NumberSpec:
    """Return range, step and writing of a number parameter; decimals follow from its step."""
    low = -1e6 if param.low is None else float(param.low)
    high = 1e6 if param.high is None else float(param.high)
    step = float(param.step or (1.0 if param.kind == "int" else (high - low) / 100 if high - low < 1e5 else 1.0))
    decimals = 0 if param.kind == "int" else min(max(math.ceil(-math.log10(step) - 1e-9), 0), 4)
    if param.kind == "float" and decimals < 2 and high - low <= 4:
        decimals = 2
    default = float(param.default) if isinstance(param.default, (int, float)) else None
    signed = low < 0 < high and param.unit in ("dB", "st")
    return NumberSpec(low, high, step, decimals, param.unit, default, signed, param.zero)


class ParametersPanel(Section):
    """Rows for the engine of the stage in view.

    Attributes:
        making_wanted: the person wants to make what one of the parameters takes.
    """

    making_wanted = Signal()

    def __init__(self, look: Look, workspace: Workspace, shelf: Shelf, tips: Tips, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("ParametersPanel", "Parameters"), "", parent)
        self._workspace, self._shelf, self._tips = workspace, shelf, tips
        self._engine = ""
        self._rows: dict[str, FormRow] = {}
        self._params: dict[str, Param] = {}
        self.nothing = WrappedText(look, self.tr("This engine has no settings."))
        self.body_layout.addWidget(self.nothing)
        self.reset = LinkButton(look, self.tr("All back to their defaults"), ink="t2")
        self.reset.clicked.connect(self._reset_all)
        self.body_layout.addWidget(self.reset)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    def row(self, name: str) -> FormRow | None:
        """Return the row of a parameter."""
        return self._rows.get(name)

    def refresh(self, *_: object) -> None:
        """Show the values as they stand."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        is_analysed = bool(manifest and stage and stage.source and not manifest.converts(stage.source.media))
        engine = f"{manifest.key} {is_analysed}" if manifest else ""
        if engine != self._engine:
            self._engine = engine
            # What is said in a recording is typed beside the recording, pronunciations have a room of their own, and
            # what belongs to the transport stands there.
            stages = ("convert", "analyse", "render") if is_analysed else ("convert", "render")
            shown = manifest.params_of(*stages) if manifest else ()
            elsewhere = (manifest.transcript, manifest.dictionary) if manifest else ()
            self._rebuild(tuple(p for p in shown if p not in elsewhere and not p.transport))
            self.set_caption(manifest.title if manifest else "")
            self._share_room()
        self.nothing.setVisible(not self._rows)
        changed = False
        for name, param in self._params.items():
            value = stage.params.get(name, param.default) if stage else param.default
            changed |= value != param.default
            self._show(self._rows[name], param, value)
        self.reset.setVisible(changed)

    def _rebuild(self, params: tuple[Param, ...]) -> None:
        for row in self._rows.values():
            self.body_layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self._params = {}, {p.name: p for p in params}
        for k, param in enumerate(params):
            row = self._row_of(param)
            row.setObjectName(f"param {param.name}")
            row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            row.customContextMenuRequested.connect(
                lambda at, r=row, n=param.name: self._show_menu(r.mapToGlobal(at), n)
            )
            if param.help:
                self._tips.set_tip(row, param.title, "", param.help)
            self._rows[param.name] = row
            self.body_layout.insertWidget(k, row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Let the titles of all rows have the room that the longest wants, as far as there is enough."""
        wanted = max((text_width(font("body"), param.title) for param in self._params.values()), default=0.0)
        width = max(LABEL_WIDTH, min(math.ceil(wanted) + 2, round(_TITLES * self.width())))
        for row in self._rows.values():
            row.label.setFixedWidth(width)

    def _row_of(self, param: Param) -> FormRow:
        name, look = param.name, self.look
        if param.kind in ("float", "int"):
            spec = number_spec(param)
            if param.low is None or param.high is None:
                plain = FieldRow(look, param.title, spec, self)
                plain.field.changed_to.connect(lambda v, p=param: self._set_number(p, v))
                return plain
            slider = SliderRow(look, param.title, spec, self)
            slider.changed_to.connect(lambda v, p=param: self._set_number(p, v))
            return slider
        if param.kind == "choice":
            combo = ComboRow(look, param.title, param.choices, self)
            combo.chosen.connect(lambda text, n=name: self._set(n, text))
            return combo
        if param.kind == "bool":
            switch = SwitchRow(look, param.title, on=bool(param.default), parent=self)
            switch.switch.toggled.connect(lambda on, n=name: self._set(n, bool(on)))
            return switch
        if param.kind == "folder":
            folders = FolderRow(look, param.title, self)
            folders.chosen.connect(lambda value, n=name: self._set(n, value))
            return folders
        manifest = self._workspace.manifest
        if manifest is not None and manifest.makes is not None and manifest.makes.param == name:
            trained = TrainedRow(look, manifest, manifest.makes, param, self._shelf, self)
            trained.chosen.connect(lambda folder, shown, n=name: self._set(n, folder, shown))
            trained.making_wanted.connect(self.making_wanted)
            return trained
        row = FormRow(look, param.title, self)
        field = TextField(look, param.title)
        field.setFixedHeight(22)
        field.editingFinished.connect(lambda n=name, f=field: self._set(n, f.text()))
        row.row.addSpacing(_GUTTER)
        row.row.addWidget(field, 1)
        return row

    def _show(self, row: FormRow, param: Param, value: Value) -> None:
        if isinstance(row, SliderRow):
            if row.number() != float(value):
                row.set_number(float(value))
        elif isinstance(row, FieldRow):
            row.field.set_number(float(value))
        elif isinstance(row, ComboRow):
            row.combo.setCurrentText(str(value))
            row.combo.set_edited(value != param.default)
        elif isinstance(row, FolderRow):
            row.set_value(str(value))
        elif isinstance(row, TrainedRow):
            if row.value != value:
                row.show_value(value)
        elif isinstance(row, SwitchRow):
            blocked = row.switch.blockSignals(True)
            row.switch.setChecked(bool(value))
            row.switch.blockSignals(blocked)
        else:
            field = row.findChild(TextField)
            if field is not None and not field.hasFocus():
                field.setText(str(value))

    def _set_number(self, param: Param, value: float) -> None:
        self._set(param.name, round(value) if param.kind == "int" else value)

    def _set(self, name: str, value: Value, shown: str = "") -> None:
        stage = self._workspace.stage
        if stage is not None and stage.params.get(name, self._params[name].default) != value:
            self._workspace.set_param(name, value, shown=shown)

    def _reset_all(self) -> None:
        for name, param in self._params.items():
            self._set(name, param.default)

    def _show_menu(self, at: QPoint, name: str) -> None:
        menu = QMenu(self)
        default = self._params[name].default
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        reset = menu.addAction(self.tr("Back to the default, {0}").format(shown))
        reset.triggered.connect(lambda: self._set(name, default))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
