"""The selection: what it is, its figures, where each comes from, and fields in which a figure can be typed."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.core.layers import Spans
from intermezzo.core.sketch import Sketch
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.alternatives import relabel
from intermezzo.ui.edit_commands import EditCommands
from intermezzo.ui.look import Look
from intermezzo.ui.panels.alternatives import AlternativeRows
from intermezzo.ui.panels.word_row import WordRow
from intermezzo.ui.readings import (
    LENGTH,
    Reading,
    applied,
    chosen,
    context_of,
    origin_of,
    readings_of,
    sureness_of,
    title_of,
)  # fmt: skip
from intermezzo.ui.selection import Selection
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.beats import stretch_text
from intermezzo.ui.timeline.span_text import numeral_of
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.labels import Label, Pill
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.meters import SurenessBar
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.rows import ComboRow, FieldRow, FormRow
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.widgets.value_field import ValueField
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["SelectionPanel"]

_REST_MS = 40
_GUTTER = 10  # between label and value, as in all rows of a form
_PILLS: dict[str, Role] = {"edited": "hand", "analysed": "ana", "locked": "lock", "predicted": "t2"}


class SelectionPanel(Section):
    """Everything that can be said of the selection in figures; made from layer kinds, not from tasks."""

    def __init__(
        self, look: Look, workspace: Workspace, commands: EditCommands, book: ActionBook, tips: Tips, parent: QWidget
    ) -> None:
        super().__init__(look, QCoreApplication.translate("SelectionPanel", "Selection"), "", parent)
        self._workspace, self._commands = workspace, commands
        self._rows: dict[str, FieldRow] = {}
        self._names: tuple[str, ...] = ()
        self._titles: dict[str, str] = {}
        self._gesture = count()
        self._gesture_at = next(self._gesture)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 4)
        head.setSpacing(8)
        self.title = Label(look, "", "selection", "t1")
        self.context = Label(look, "", "body", "t2")
        self.pill = Pill(look, "", "t2")
        self.lock = ToolButton(
            look, "lock-simple", self.tr("Lock the selection"), extent=24, checkable=True, lit="lock"
        )
        keys = book.keys_of("lock_selection")
        tips.set_tip(self.lock, self.tr("Lock or unlock"), keys[0] if keys else "",
                     self.tr("Locked elements keep their values"))  # fmt: skip
        self.lock.clicked.connect(self._on_lock)
        head.addWidget(self.title)
        head.addWidget(self.context, 1)
        head.addWidget(self.pill)
        head.addWidget(self.lock)
        self.body_layout.addWidget(self._head)
        self.word = WordRow(look, workspace, tips, self)
        self.body_layout.addWidget(self.word)
        self.thought = AlternativeRows(look, workspace, self)
        self.body_layout.addWidget(self.thought)
        self._symbol: ComboRow | None = None
        self._slot = QWidget(self)
        self._slot_rows = QHBoxLayout(self._slot)
        self._slot_rows.setContentsMargins(0, 0, 0, 0)
        self.body_layout.addWidget(self._slot)
        self._sure_row = FormRow(look, self.tr("Sureness"))
        self.sure = SurenessBar(look, self.tr("Sureness"))
        self._sure_field = ValueField(look, NumberSpec(0.0, 1.0, 0.01, 2), self.tr("Sureness, number"))
        self._sure_field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sure_field.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sure_field.set_edited(False)
        self._sure_row.row.addSpacing(_GUTTER)
        self._sure_row.row.addWidget(self.sure)
        self._sure_row.row.addStretch(1)
        self._sure_row.row.addSpacing(4)
        self._sure_row.row.addWidget(self._sure_field)
        self.body_layout.addWidget(self._sure_row)
        self.nothing = WrappedText(
            look, self.tr("Click an element or drag over time to see its figures and change them.")
        )
        self.body_layout.addWidget(self.nothing)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.refresh)
        workspace.selected.connect(self._on_selected)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._later)
        self.refresh()

    def _later(self, *_: object) -> None:
        if not self._rest.isActive():
            self._rest.start()

    def _on_selected(self, _: Selection) -> None:
        self._gesture_at = next(self._gesture)
        self.refresh()

    def field(self, name: str) -> ValueField | None:
        """Return the field of a figure by the name of its layer, or `LENGTH`."""
        row = self._rows.get(name)
        return row.field if row else None

    def refresh(self) -> None:
        """Show the figures as they stand."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        there = sketch is not None and bool(selection)
        self._head.setVisible(there)
        self.word.refresh()
        self.thought.refresh()
        self.nothing.setVisible(not there)
        if sketch is None or not there:
            self.set_caption("")
            self._show_rows(())
            self._sure_row.hide()
            self._slot.hide()
            return
        picked = chosen(sketch, selection)
        seconds = (selection.stop - selection.start) * sketch.type.hop_s
        governing = sketch.governing
        n = len(picked)
        title = governing.spec.title.lower() if governing else ""
        elements = counted(n, title.removesuffix("s"), title)
        self.set_caption(f"{seconds:.2f}\u2009s · {n} {elements}" if n else f"{seconds:.2f}\u2009s")
        if sketch.type.beats is not None:
            self.set_caption(stretch_text(sketch, selection.start, selection.stop))
        self.title.set_text(title_of(sketch, selection))
        around, numeral = context_of(sketch, selection), ""
        layer = sketch.layers.get(selection.layer or "")
        if isinstance(layer, Spans) and selection.element is not None:
            numeral = numeral_of(sketch, layer, selection.element)
        text = self.tr("{1} of {0}") if numeral else self.tr("in {0}")
        told = around and around != stretch_text(sketch, selection.start, selection.stop)  # that stands above
        self.context.set_text(text.format(around, numeral) if told else "")
        origin = origin_of(sketch, selection)
        words = {
            "edited": self.tr("edited"), "locked": self.tr("locked"), "analysed": self.tr("analysed"),
            "predicted": self.tr("predicted"),
        }  # fmt: skip
        self.pill.set_text(words[origin], _PILLS[origin])
        self.lock.setChecked(self._commands.is_locked())
        hidden = self._workspace.manifest.hides if self._workspace.manifest else ()
        self._show_rows(tuple(r for r in readings_of(sketch, selection) if r.name not in hidden))
        self._show_symbol(sketch, selection)
        sureness = sureness_of(sketch, selection)
        self._sure_row.setVisible(sureness is not None and self.thought.isHidden())
        self.sure.set_value(sureness)
        self._sure_field.set_number(sureness)

    def _show_rows(self, readings: tuple[Reading, ...]) -> None:
        key = tuple(f"{r.name} {r.unit} {r.low} {r.high if r.name != LENGTH else 0}" for r in readings)
        if key != self._names:
            self._names = key
            for row in self._rows.values():
                self.body_layout.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = {}
            at = self.body_layout.indexOf(self._sure_row)
            for k, reading in enumerate(readings):
                self._rows[reading.name] = row = self._row_of(reading)
                self.body_layout.insertWidget(at + k, row)
        self._titles = {reading.name: reading.title for reading in readings}
        for reading in readings:
            row = self._rows[reading.name]
            if not row.field.is_typing():
                shown = None if reading.value is None else row.field.spec.rounded(reading.value)
                row.field.set_number(shown)
                row.set_caption(reading.caption)
            row.field.set_edited(reading.origin == "edited")
            row.setEnabled(reading.editable and self._may_set(reading.name))

    def _may_set(self, name: str) -> bool:
        governing = self._workspace.sketch.governing if self._workspace.sketch else None
        if name == LENGTH and governing is not None:
            return self._workspace.may_edit(governing.spec.name, "lengths")
        return self._workspace.may_edit(name.partition(".")[0])

    def _row_of(self, reading: Reading) -> FieldRow:
        spec = NumberSpec(reading.low, reading.high, reading.step, reading.decimals, reading.unit)
        row = FieldRow(self.look, reading.title, spec, self)
        row.field.setObjectName(f"reading {reading.name}")
        row.field.changed_to.connect(lambda value, name=reading.name: self._set(name, value))
        row.field.committed.connect(lambda _: setattr(self, "_gesture_at", next(self._gesture)))
        return row

    def _set(self, name: str, value: float) -> None:
        workspace = self._workspace
        sketch, selection = workspace.sketch, workspace.selection
        if sketch is None or not selection:
            return
        picked = list(chosen(sketch, selection))
        field = self._rows[name].field
        title = self._titles[name]
        label = self.tr("{0} {1} on {2}").format(title, field.spec.format(value), title_of(sketch, selection))
        workspace.edit(
            label, lambda s: applied(s, selection, name, value), merge_key=f"figure {name} {self._gesture_at}",
            icon="timer" if name == LENGTH else "sliders-horizontal",
        )  # fmt: skip
        if name == LENGTH:
            gesture = self._gesture_at
            self._commands.reselect(picked)
            self._gesture_at = gesture
        self._later()

    def _show_symbol(self, sketch: Sketch, selection: Selection) -> None:
        """Offer another symbol for the one governing element that is selected."""
        governing = sketch.governing
        picked = chosen(sketch, selection)
        single = governing is not None and len(picked) == 1 and self._workspace.may_edit(governing.spec.name, "labels")
        self._slot.setVisible(single)
        if governing is None or not single:
            return
        if self._symbol is not None:
            self._slot_rows.removeWidget(self._symbol)
            self._symbol.hide()
            self._symbol.deleteLater()
        label = governing.labels[picked[0]]
        prefix = next((p for p in governing.spec.prefixes if label.startswith(p)), "")
        symbols = [prefix + s for _, group in governing.spec.symbols for s in group] or [label]
        options = tuple(dict.fromkeys([*symbols, label] if label not in symbols else symbols))
        self._symbol = ComboRow(self.look, self.tr("Symbol"), options, self)
        self._symbol.combo.setCurrentText(label)
        self._symbol.combo.set_edited(label != governing.base_labels[picked[0]])
        self._symbol.combo.setEnabled(bool(governing.spec.symbols))
        self._symbol.chosen.connect(lambda text, spans_=governing, k=picked[0]: self._relabel(spans_, k, text))
        self._slot_rows.addWidget(self._symbol)

    def _relabel(self, layer: Spans, index: int, label: str) -> None:
        relabel(self._workspace, layer, index, label)

    def _on_lock(self) -> None:
        self._commands.toggle_lock()
        self.lock.setChecked(self._commands.is_locked())
