"""Toggles: menus and buttons that stand for something that is on or off show what is so, whoever changed it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import ACTIONS
from intermezzo.ui.choices import Choices
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.live_midi import LiveMidi
from intermezzo.ui.look import Look
from intermezzo.ui.playback import Playback
from intermezzo.ui.workspace import Workspace

__all__ = ["Toggles"]


class Toggles(QObject):
    """Follows the tool in hand, the settings of editing and the transport."""

    def __init__(
        self, look: Look, workspace: Workspace, desk: GridDesk, playback: Playback, midi: LiveMidi, choices: Choices,
        book: ActionBook,
    ) -> None:  # fmt: skip
        super().__init__(book)
        self._look, self._workspace, self._desk, self._choices, self._book = look, workspace, desk, choices, book
        self._playback, self._midi = playback, midi
        self._tool_before = workspace.tool
        workspace.tool_changed.connect(self._on_tool)
        desk.changed.connect(lambda: book["all_frames"].setChecked(desk.all_frames))
        playback.changed.connect(self._show_transport)
        midi.changed.connect(self._show_transport)
        self._show_tool()
        self._show_transport()

    def _on_tool(self) -> None:
        """Lock and Re-sample act on a selection at once, whoever took the tool in hand; the tool before comes back."""
        workspace = self._workspace
        tool, selected = workspace.tool, self._desk.n_masked > 0 if self._desk.is_on else bool(workspace.selection)
        if selected and tool in ("lock", "resample") and self._tool_before != tool:
            workspace.tool = self._tool_before
            self._book["lock_selection" if tool == "lock" else "resample"].trigger()
            workspace.tool_changed.emit()
            return
        self._tool_before = tool
        self._show_tool()

    def _show_tool(self) -> None:
        workspace, book = self._workspace, self._book
        for spec in ACTIONS:
            if spec.tool:
                book[spec.id].setChecked(spec.tool == workspace.tool)
        book["snap"].setChecked(workspace.snap_semitone)
        book["snap_scale"].setChecked(workspace.note_settings.to_scale)
        book["snap_chord"].setChecked(workspace.note_settings.to_chord)
        book["hear_edits"].setChecked(workspace.hear_edits)
        book["follow_edits"].setChecked(workspace.follow_up.is_on)
        book["score"].setChecked(self._choices.now.score)

    def _show_transport(self) -> None:
        playback, book = self._playback, self._book
        book["loop"].setChecked(playback.is_looping)
        book["record_midi"].setChecked(self._midi.is_armed)
        book["metronome"].setChecked(playback.has_metronome)
        book["count_in"].setChecked(playback.counts_in)
        book["mute"].setChecked(playback.is_muted)
        book["play"].setIcon(self._look.icon("pause" if playback.is_playing else "play", active="t1"))
