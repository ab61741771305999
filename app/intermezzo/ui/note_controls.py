"""The grid of notes, what their pitches snap to and whether they follow, in the tool strip of sketches with notes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.look import Look
from intermezzo.ui.selection import GRIDS
from intermezzo.ui.top_bar import bind_button
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["NoteControls"]


class NoteControls(QWidget):
    """One row."""

    def __init__(self, look: Look, workspace: Workspace, book: ActionBook, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.grid = Combo(look, self.tr("Grid of notes"), GRIDS)
        self.grid.setFixedWidth(78)
        tips.set_tip(self.grid, self.tr("Grid"), "", self.tr("Where notes begin and end; T is a triplet, Ctrl off it"))
        self.scale = Button(look, self.tr("scale"), kind="chip")
        self.chord = Button(look, self.tr("chord"), kind="chip")
        bind_button(self.scale, book["snap_scale"], tips, "", self.tr("Notes go to tones of the scale"))
        bind_button(self.chord, book["snap_chord"], tips, "", self.tr("Notes go to tones of the chord"))
        self._words = [Label(look, self.tr("Grid"), "body", "t2"), Label(look, self.tr("Snap"), "body", "t2")]
        row.addWidget(self._words[0])
        row.addWidget(self.grid)
        self.quantise = ToolButton(look, "magnet", self.tr("Quantise"))
        quantise_keys = book.keys_of("quantise")
        bind_button(self.quantise, book["quantise"], tips, quantise_keys[0] if quantise_keys else "")
        row.addWidget(self.quantise)
        row.addSpacing(8)
        row.addWidget(self._words[1])
        row.addWidget(self.scale)
        row.addWidget(self.chord)
        row.addSpacing(8)
        self.follow = Button(look, self.tr("Follow"), icon="link", kind="quiet")
        keys = book.keys_of("follow_edits")
        bind_button(
            self.follow, book["follow_edits"], tips, keys[0] if keys else "",
            self.tr("What an edit governs is made anew, and notes bring the template in line"),
        )  # fmt: skip
        row.addWidget(self.follow)
        self.grid.textActivated.connect(lambda text: workspace.set_notes(replace(workspace.note_settings, grid=text)))
        workspace.tool_changed.connect(self._refresh)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._on_sketch)
        self._refresh()
        self._on_sketch()

    def share_room(self, *, roomy: bool) -> None:
        """Leave out words, and what has a key, where there is little room."""
        for widget in (*self._words, self.quantise):
            widget.setVisible(roomy)

    def _refresh(self) -> None:
        self.grid.setCurrentText(self._workspace.note_settings.grid)

    def _on_sketch(self, *_: object) -> None:
        self.follow.setVisible(self._workspace.follow_up.can())
