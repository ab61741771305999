"""Send to: what the stage in view gives, or the text it came from, becomes the source of a stage of another engine.

Which engines fit is what their manifests say of the media that they take. The new stage stands in the same project, and
one undo takes it back; one that came from here before gets the new source, and hand edits are kept. A stage whose stage
before has moved on since is offered what that gives now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Final
from uuid import uuid4

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from intermezzo.core.chain import stage_before, text_behind
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media, Text
from intermezzo.core.project import Stage
from intermezzo.core.sent import output_key, text_key, with_tokens
from intermezzo.ui.behind import behind
from intermezzo.ui.document import Document
from intermezzo.ui.growth import PartOf
from intermezzo.ui.look import Look
from intermezzo.ui.whole_output import WholeOutput
from intermezzo.ui.workspace import Workspace

__all__ = ["SendTo", "Target"]

_SAID: Final = {
    "text": str(QT_TRANSLATE_NOOP("SendTo", "The text to {0}")),
    "image": str(QT_TRANSLATE_NOOP("SendTo", "The picture to {0}")),
    "video": str(QT_TRANSLATE_NOOP("SendTo", "The film to {0}")),
    "audio": str(QT_TRANSLATE_NOOP("SendTo", "The sound to {0}")),
    "melody": str(QT_TRANSLATE_NOOP("SendTo", "The tune to {0}")),
}
_numbers = count(1)


@dataclass(frozen=True)
class Target:
    """An engine that takes what is here: its output or its text, by medium; ``title`` is in the person's language."""

    engine: str
    medium: str
    title: str
    icon: str


class SendTo(QObject):
    """Offers engines, and sends to one of them."""

    def __init__(self, workspace: Workspace, document: Document, whole: WholeOutput, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._document, self._whole, self._window = workspace, document, whole, parent

    def targets(self) -> list[Target]:
        """Return the engines that fit, those that take the output first."""
        workspace, stage = self._workspace, self._workspace.stage
        if stage is None:
            return []
        manifest = workspace.manifest
        engines = [e for e in self._document.engines() if e.id != stage.engine and e.brings_all]
        given = manifest.output if manifest is not None and self._whole.can() else ""
        found = [self._target(e, given) for e in engines if given and given != "text" and e.takes(given)]
        if text_behind(workspace.project, stage) is not None:
            found += [self._target(e, "text") for e in engines if e.converts("text")]
        return found

    def can(self) -> bool:
        """Tell whether any engine fits."""
        return bool(self.targets())

    def send(self, target: Target) -> None:
        """Make the source of it, and of that a sketch; a picture, film or sound is rendered first."""
        stage = self._workspace.stage
        if stage is None:
            return
        if target.medium != "text":
            title = self._workspace.registry.engines[target.engine].title
            self._whole.fetch(self.tr("Rendering for {0}").format(title), partial(self._land, target))
            return
        text = text_behind(self._workspace.project, stage)
        if text is not None:
            self._land(target, stage, text)

    def take(self) -> None:
        """Make what the stage before gives now the source of the stage in view, and convert; edits are kept."""
        workspace, stage = self._workspace, self._workspace.stage
        before = stage_before(workspace.project, stage) if stage is not None else None
        news = behind(workspace, stage)
        if stage is None or before is None or news is None:
            return
        if isinstance(stage.source, Text):
            text = text_behind(workspace.project, before)
            if text is not None:
                self._put(stage, before, text, news.take)
            return
        title = workspace.registry.engines[stage.engine].title

        def land(origin: Stage, output: Media) -> None:
            now = next((s for s in workspace.project.stages if s.id == stage.id), None)
            if now is not None and now.linked_to == origin.id:  # else it is gone or its own meanwhile
                self._put(now, origin, output, news.take)

        self._whole.fetch(self.tr("Rendering for {0}").format(title), land, before)

    def fill(self, menu: QMenu, look: Look) -> None:
        """Offer all of them in a menu."""
        menu.clear()
        for target in self.targets():
            action = menu.addAction(look.icon(target.icon), target.title)
            action.triggered.connect(lambda _=False, t=target: self.send(t))

    def pop_up(self, look: Look) -> None:
        """Offer them at the pointer, for the shortcut."""
        menu = QMenu(self._window)
        menu.setAccessibleName(self.tr("Send to"))
        self.fill(menu, look)
        inside = self._window.rect().contains(self._window.mapFromGlobal(QCursor.pos()))
        menu.popup(QCursor.pos() if inside else self._window.mapToGlobal(self._window.rect().center()))
        menu.aboutToHide.connect(menu.deleteLater)

    def _target(self, engine: EngineManifest, medium: str) -> Target:
        return Target(engine.id, medium, self.tr(_SAID.get(medium, "{0}")).format(engine.title), engine.icon)

    def _land(self, target: Target, origin: Stage, source: Media) -> None:
        workspace = self._workspace
        manifest = workspace.registry.engines[target.engine]
        if all(s.id != origin.id for s in workspace.project.stages):
            return  # removed meanwhile
        there = self._came_before(target, origin, source)
        stage = there or Stage(uuid4().hex[:8], target.engine, source)
        self._put(stage, origin, source, self.tr("Send to {0}").format(manifest.title))

    def _put(self, stage: Stage, origin: Stage, source: Media, label: str) -> None:
        """Put what a stage gave into another one, new or not, and convert it: one step."""
        workspace = self._workspace
        if isinstance(source, Text):
            sent, name = text_key(source), ""
        else:
            sent, name = output_key(origin, workspace.registry.engines[origin.engine]), self._document.title
            source = with_tokens(source, origin.sketch) if origin.sketch is not None else source
        stage = replace(stage, source=source, source_name=name, linked_to=origin.id, sent=sent)
        icon = workspace.registry.engines[stage.engine].icon
        step = PartOf(label, icon, f"send {stage.id} {next(_numbers)}")
        workspace.change(label, lambda project: project.with_stage(stage), merge_key=step.merge_key, icon=icon)
        workspace.choose_stage(stage.id)
        workspace.conversions.convert(part_of=step)

    def _came_before(self, target: Target, origin: Stage, source: Media) -> Stage | None:
        """Return the stage that the same was sent to before."""
        for stage in self._workspace.project.stages:
            is_same = stage.source is not None and stage.source.media == source.media
            if is_same and (stage.engine, stage.linked_to) == (target.engine, origin.id):
                return stage
        return None
