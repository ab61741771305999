"""What is said in a recording, typed under it in place: with it, its words are found and can be said anew."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from intermezzo.core.media import Audio
from intermezzo.core.project import Project
from intermezzo.ui.look import Look
from intermezzo.ui.panels.source_text import SourceText
from intermezzo.ui.workspace import Workspace

__all__ = ["SpokenText"]


class SpokenText(SourceText):
    """Shown where the source is a recording and the engine takes its text; typing is one undo step."""

    def __init__(self, look: Look, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._workspace = workspace
        self.setAccessibleName(self.tr("What is said in the recording"))
        self.hint = self.tr("What is said in it? With its text, every word can be reshaped and said anew.")
        self.typed.connect(self._take)

    @property
    def name(self) -> str:
        """The parameter that takes the text; empty where there is none to ask for."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        has_place = stage is not None and isinstance(stage.source, Audio) and manifest is not None
        return manifest.transcript.name if has_place and manifest and manifest.transcript else ""

    def refresh(self) -> None:
        """Show the text as it stands, or nothing."""
        stage, name = self._workspace.stage, self.name
        self.setVisible(bool(name))
        if stage is not None and name:
            self.show_text(str(stage.params.get(name, "")))

    def _take(self, text: str) -> None:
        stage, name = self._workspace.stage, self.name
        if stage is None or not name:
            return

        def put(project: Project) -> Project:
            now = project.stage(stage.id)
            return project.with_stage(replace(now, params={**now.params, name: text}))

        label = self.tr("Text of the recording")
        self._workspace.change(label, put, merge_key=f"spoken {stage.id}", icon="text-aa")
