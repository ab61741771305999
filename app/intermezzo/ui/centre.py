"""The centre of the window: the tool strip, the sketch as large as possible, and the transport."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.background import Background
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.look import Look
from intermezzo.ui.no_sketch import NoSketch
from intermezzo.ui.playback import Playback
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.lane_kinds import is_picture
from intermezzo.ui.tool_strip import ToolStrip
from intermezzo.ui.transport import Transport
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:
    from intermezzo.ui.grid.editor import GridEditor

__all__ = ["Centre"]

_LEAST_PX = 360


class Centre(QWidget):
    """Lanes over time, squares of tokens, or how a sketch is made: what fits the sketch in view.

    Args:
        desk: what the editors of tokens share.
        engraving: what engraves the score, and the threads on which it is waited for.
    """

    hovered = Signal(str)  # values under the pointer, for the status line

    def __init__(
        self, look: Look, workspace: Workspace, desk: GridDesk, playback: Playback, book: ActionBook, tips: Tips,
        engraving: tuple[Engraver, Background], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look, self._workspace, self._desk = look, workspace, desk
        self.setMinimumWidth(_LEAST_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.pictures = PictureLoop(workspace)
        self.strip = ToolStrip(look, workspace, desk, book, tips, self)
        self.strip.tokens.show_swatches(self.pictures)
        self.stage_area = QStackedWidget(self)
        self.timeline = Timeline(workspace, look, engraving=engraving)
        self.timeline.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes to its lanes, forwards and backwards
        self.timeline.hovered.connect(self.hovered)
        self.empty = NoSketch(look, self.stage_area)
        self.empty.convert_wanted.connect(book["convert"].trigger)
        self.stage_area.addWidget(self.timeline)
        self.stage_area.addWidget(self.empty)
        self.transport = Transport(look, workspace, playback, book, tips, self)
        column.addWidget(self.strip)
        column.addWidget(self.stage_area, 1)
        column.addWidget(self.transport)

    @cached_property
    def grid_editor(self) -> GridEditor:
        """The editor of pictures of tokens, from the first such sketch on."""
        from intermezzo.ui.grid.editor import GridEditor

        editor = GridEditor(self._workspace, self._desk, self.pictures, self._look)
        editor.hovered.connect(self.hovered)
        self.stage_area.addWidget(editor)
        return editor

    def show_sketch(self) -> QWidget | None:
        """Show what fits the sketch in view; returns it where it took the place of what had the focus."""
        sketch = self._workspace.sketch
        if self._desk.is_on and sketch is not None:
            has_lanes = any(layer.timed and not is_picture(layer.spec) for layer in sketch.layers.values())
            self.grid_editor.take_lanes(self.timeline if has_lanes else None)
        elif self.stage_area.indexOf(self.timeline) < 0:
            self.stage_area.insertWidget(0, self.timeline)
        wanted = self.grid_editor if self._desk.is_on else self.timeline if sketch is not None else self.empty
        focus = self.window().focusWidget()
        had_focus = focus is not None and self.stage_area.isAncestorOf(focus)
        is_new = self.stage_area.currentWidget() is not wanted
        self.stage_area.setCurrentWidget(wanted)
        self.strip.setVisible(sketch is not None)
        self.transport.setVisible(sketch is not None and sketch.type.hop_s > 0)
        return wanted if is_new and had_focus else None
