"""The form of a training: which folder, what is in it, the engine's own parameters, Start, and how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.core.manifest import EngineManifest, Making
from intermezzo.core.params import Param, Value
from intermezzo.core.training import Material
from intermezzo.ui.look import Look
from intermezzo.ui.panels.parameters import number_spec
from intermezzo.ui.status_bar import time_left_text
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import DropZone
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.meters import ProgressBar
from intermezzo.ui.widgets.rows import ComboRow, FieldRow, FormRow, SwitchRow
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.work import Work

__all__ = ["TrainingForm"]

_ZONE_HEIGHT: Final = 96


class TrainingForm(QWidget):
    """Asks for what a training needs; the room listens to it and tells it what comes of it.

    Attributes:
        choosing: the person wants to choose a folder.
        dropped: the path of a folder.
        started, stopped: the two buttons.
    """

    choosing = Signal()
    dropped = Signal(str)
    started = Signal()
    stopped = Signal()

    def __init__(self, look: Look, manifest: EngineManifest, making: Making, tips: Tips) -> None:
        super().__init__()
        self._look, self._making, self._tips = look, making, tips
        self.data: Path | None = None
        self._enough = False
        self.rows: dict[str, FormRow] = {}
        self._params = {p.name: p for p in manifest.params_of("train")}
        self.values: dict[str, Value] = {name: p.default for name, p in self._params.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._zone())
        self.found = Label(look, "", "body", "t1", icon="info", icon_ink="t2")
        self.advice = WrappedText(look, "", "value", "t2")
        column.addWidget(self.found)
        column.addWidget(self.advice)
        column.addSpacing(4)
        for param in self._params.values():
            self.rows[param.name] = row = self._row(param)
            tips.set_tip(row, param.title, "", param.help)
            column.addWidget(row)
        column.addSpacing(4)
        column.addWidget(self._foot())
        column.addStretch(1)
        self.show_material(None)
        self.show_work(None)

    def _zone(self) -> QWidget:
        self.zone = DropZone(self._look, self.tr("Drop a folder of {0} here").format(self._making.data))
        self.zone.setMinimumHeight(_ZONE_HEIGHT)
        self.zone.dropped.connect(lambda paths: self.dropped.emit(paths[0]))
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        self.folder = Label(self._look, self.tr("Drop a folder of {0} here").format(self._making.data), "card", "t1")
        self.hint = WrappedText(
            self._look, self.tr("Texts beside them (a.txt for a.wav, or a metadata.csv) make the result better."),
            "value", "t2",
        )  # fmt: skip
        words.addWidget(self.folder)
        words.addWidget(self.hint)
        row.addLayout(words, 1)
        self.choose = Button(self._look, self.tr("Choose a folder"), icon="folder-open")
        self.choose.clicked.connect(self.choosing)
        row.addWidget(self.choose)
        self.zone.content.addLayout(row)
        return self.zone

    def _foot(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.progress = ProgressBar(self._look, self.tr("Progress"))
        self.doing = Label(self._look, "", "value", "t2", icon="spinner", icon_ink="hand")
        self.start = Button(self._look, self.tr("Start"), icon="sparkle", kind="primary")
        self.start.clicked.connect(self.started)
        self.cancel = Button(self._look, self.tr("Cancel"))
        self.cancel.clicked.connect(self.stopped)
        self.result = Label(self._look, "", "body_medium", "t1", icon="check-circle", icon_ink="ok")
        self.result_more = WrappedText(self._look, "", "value", "t2")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.start)
        row.addWidget(self.cancel)
        row.addWidget(self.doing)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.progress)
        column.addWidget(self.result)
        column.addWidget(self.result_more)
        self.show_result("", "")
        return foot

    def _row(self, param: Param) -> FormRow:
        name, look = param.name, self._look
        if param.kind in ("float", "int"):
            field = FieldRow(look, param.title, number_spec(param))
            field.field.set_number(float(param.default))
            whole = param.kind == "int"
            field.field.changed_to.connect(lambda v, n=name, w=whole: self._set(n, round(v) if w else v))
            return field
        if param.kind == "choice":
            combo = ComboRow(look, param.title, param.choices)
            combo.combo.setCurrentText(str(param.default))
            combo.chosen.connect(lambda text, n=name: self._set(n, text))
            return combo
        if param.kind == "bool":
            switch = SwitchRow(look, param.title, on=bool(param.default))
            switch.switch.toggled.connect(lambda on, n=name: self._set(n, bool(on)))
            return switch
        row = FormRow(look, param.title)
        text = TextField(look, param.title)
        text.textChanged.connect(lambda typed, n=name: self._set(n, typed))
        row.row.addSpacing(10)
        row.row.addWidget(text, 1)
        return row

    def _set(self, name: str, value: Value) -> None:
        self.values[name] = value

    # What is shown

    def show_folder(self, data: Path) -> None:
        """Show the folder that was chosen, before it is known what is in it."""
        self.data = data
        self.folder.set_text(data.name or str(data))
        self.hint.setText(str(data))
        field = self.rows["name"].findChild(TextField) if "name" in self.rows else None
        if isinstance(field, TextField):
            field.setPlaceholderText(data.name)
        self._enough = False
        self._say("spinner", self.tr("Looking into the folder"), "")

    def show_material(self, material: Material | None, trouble: str = "") -> None:
        """Show what was found in the folder, or why nothing was."""
        self._enough = material is not None and material.enough
        if material is not None:
            self._say("check-circle" if self._enough else "warning", material.line, material.advice)
        else:
            self._say(
                "warning" if trouble else "", self.tr("Nothing can be learned from it") if trouble else "", trouble
            )
        self.start.setEnabled(self._enough)

    def _say(self, icon: str, line: str, advice: str) -> None:
        self.found.set_icon(icon or "info", {"check-circle": "ok", "warning": "warn"}.get(icon, "t2"))  # type: ignore[arg-type]
        self.found.set_text(line)
        self.found.setVisible(bool(line))
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.start.setEnabled(False)

    def show_work(self, work: Work | None) -> None:
        """Show how far the training is, or that none runs."""
        for widget in (self.cancel, self.progress, self.doing):
            widget.setVisible(work is not None)
        self.start.setVisible(work is None)
        for row in (*self.rows.values(), self.zone):
            row.setEnabled(work is None)
        if work is not None:
            left = "" if work.seconds_left is None else self.tr(" · {0} left").format(time_left_text(work.seconds_left))
            self.doing.set_text(f"{work.what}{left}")
            self.progress.set_fraction(work.fraction)

    def show_result(self, line: str, more: str, *, good: bool = True) -> None:
        """Show how the last training ended; nothing for an empty line."""
        self.result.set_icon("check-circle" if good else "x-circle", "ok" if good else "err")
        self.result.set_text(line)
        self.result_more.setText(more)
        self.result.setVisible(bool(line))
        self.result_more.setVisible(bool(more))
