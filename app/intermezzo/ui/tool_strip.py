"""The tool strip over the lanes: the tools that lanes in view can use, numbers of the brush or of notes, zoom."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.core.layers import Curve, Grid, Layer, Matrix, Notes
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import ACTIONS
from intermezzo.ui.art import paint_hairline
from intermezzo.ui.ghost_control import GhostControl
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.grid_controls import GridControls
from intermezzo.ui.look import Look
from intermezzo.ui.note_controls import NoteControls
from intermezzo.ui.top_bar import bind_button
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.widgets.value_field import ValueField
from intermezzo.ui.workspace import Workspace

__all__ = ["ToolStrip"]

HEIGHT = 40
_BRUSHES = ("paint", "erase", "smooth", "lock")


class ToolStrip(Painted):
    """One row of 40 px; what does not fit a narrow window is left out from the right: first words, then numbers."""

    def __init__(
        self, look: Look, workspace: Workspace, desk: GridDesk, book: ActionBook, tips: Tips, parent: QWidget
    ) -> None:
        super().__init__(look, parent)
        self._workspace, self._desk = workspace, desk
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 1)
        row.setSpacing(2)
        self.tools: dict[str, ToolButton] = {}
        for spec in ACTIONS:
            if spec.tool and spec.tool != "lock":
                self._add(row, look, book, tips, spec.id, spec.icon)
        self._rule(row, look)
        self._add(row, look, book, tips, "tool_lock", "lock-simple")
        self._add(row, look, book, tips, "resample", "arrows-clockwise")
        self._brush_rule = self._rule(row, look)
        self.amount = ValueField(look, NumberSpec(-36, 36, 1, 0, "dB", signed=True), self.tr("Brush strength"))
        self.extent = ValueField(look, NumberSpec(2, 200, 1, 0), self.tr("Brush size in pixels"))
        self.soft = ValueField(look, NumberSpec(0, 1, 0.05, 2), self.tr("Softness of the brush"))
        self._brush: list[QWidget] = []
        for text, field in (
            (self.tr("Brush"), self.amount),
            (self.tr("Size"), self.extent),
            (self.tr("Soft"), self.soft),
        ):
            label = Label(look, text, "body", "t2")
            field.set_edited(False)
            row.addWidget(label)
            row.addSpacing(4)
            row.addWidget(field)
            row.addSpacing(8)
            self._brush += [label, field]
        self.tokens = GridControls(look, desk, self)
        row.addWidget(self.tokens)
        self.notes = NoteControls(look, workspace, book, tips, self)
        row.addWidget(self.notes)
        row.addStretch(1)
        self.snap = Button(look, self.tr("Semitone"), icon="magnet", kind="quiet")
        bind_button(self.snap, book["snap"], tips, "", self.tr("Drawn pitch goes to whole semitones"))
        row.addWidget(self.snap)
        row.addStretch(1)
        self.ghost = GhostControl(look, workspace, book, tips, self)
        row.addWidget(self.ghost)
        for action_id, icon in (("zoom_out", "magnifying-glass-minus"), ("zoom_in", "magnifying-glass-plus"),
                                ("zoom_all", "arrows-out")):  # fmt: skip
            self._add(row, look, book, tips, action_id, icon)
        self.drawer = ToolButton(look, "sliders-horizontal", self.tr("Inspector"))
        bind_button(self.drawer, book["inspector"], tips, book.keys_of("inspector")[0])
        self.drawer.hide()
        row.addWidget(self.drawer)
        self.amount.changed_to.connect(lambda v: workspace.set_brush(replace(workspace.brush, amount=v)))
        self.extent.changed_to.connect(lambda v: workspace.set_brush(replace(workspace.brush, size_px=int(v))))
        self.soft.changed_to.connect(lambda v: workspace.set_brush(replace(workspace.brush, soft=v)))
        workspace.tool_changed.connect(self._on_tool)
        self._kinds: frozenset[type[Layer]] | None = None
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._on_sketch)
        self._on_tool()
        self._on_sketch()

    def _add(self, row: QHBoxLayout, look: Look, book: ActionBook, tips: Tips, action_id: str, icon: str) -> None:
        action, keys = book[action_id], book.keys_of(action_id)
        button = ToolButton(look, icon, action.text(), checkable=action.isCheckable())
        button.setObjectName(f"strip {action_id}")
        bind_button(button, action, tips, keys[0] if keys else "")
        row.addWidget(button)
        self.tools[action_id] = button

    def _rule(self, row: QHBoxLayout, look: Look) -> Divider:
        rule = Divider(look, vertical=True)
        rule.setFixedHeight(20)
        row.addSpacing(8)
        row.addWidget(rule)
        row.addSpacing(8)
        return rule

    def _on_tool(self) -> None:
        brush = self._workspace.brush
        self.amount.set_number(brush.amount)
        self.extent.set_number(float(brush.size_px))
        self.soft.set_number(brush.soft)
        self.amount.setEnabled(self._workspace.tool == "paint")
        for field in (self.extent, self.soft):
            field.setEnabled(self._workspace.tool in _BRUSHES)

    def _on_sketch(self, *_: object) -> None:
        """Show what the layers of the sketch in view can use; all but the tools of notes where there is none."""
        sketch = self._workspace.sketch
        kinds = frozenset(type(layer) for layer in sketch.layers.values()) if sketch is not None else frozenset()
        if kinds != self._kinds:
            self._kinds = kinds
            self._share_room()

    def _share_room(self) -> None:
        kinds = self._kinds or frozenset({Curve, Matrix})
        has_notes, has_tokens = Notes in kinds, Grid in kinds
        is_brushed = bool(kinds & {Curve, Matrix}) or not (has_notes or has_tokens)
        for name in ("tool_pick", "tool_fill", "tool_mask", "tool_lasso", "tool_move"):
            self.tools[name].setVisible(has_tokens)
        self.tools["tool_clone"].setVisible(self._desk.is_on)
        self.tools["tool_draw"].setVisible(is_brushed or has_notes)
        for name in ("zoom_out", "zoom_in", "zoom_all"):
            self.tools[name].setVisible(not has_tokens)
        self.tokens.setVisible(has_tokens and self.width() >= 660)
        for name in ("tool_split", "tool_glue"):
            self.tools[name].setVisible(has_notes)
        for name in ("tool_line", "tool_smooth", "tool_stretch"):
            self.tools[name].setVisible(is_brushed)
        self.tools["tool_paint"].setVisible(is_brushed or has_tokens)
        roomy = self.width() >= (780 if not has_notes else 1080)
        for widget in (*self._brush, self._brush_rule):
            widget.setVisible(roomy and is_brushed and not has_tokens)
        self.notes.setVisible(has_notes and self.width() >= 560)
        self.ghost.setVisible(self.width() >= 900 and not has_tokens)
        self.notes.share_room(roomy=self.width() >= 820)
        self.snap.setVisible(self.width() >= 480 and is_brushed and not has_tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            paint_hairline(painter, QLineF(0, HEIGHT - 1, self.width(), HEIGHT - 1), self.look.color("line"))
