"""Growth: a sketch that comes into the document piece by piece while the rest of it is still being made.

All pieces are one step of the history, and each goes into every step that was made after it: a person may edit what is
there, and undo takes their edits back first and the conversion last, as if it had been whole from the beginning. Who
undoes the conversion stops it. Whoever stops it otherwise, or if it fails, keeps what is there; undo removes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Literal

from intermezzo.core import takes
from intermezzo.core.edits.carry import carry_over, has_edits
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage, read_like, source_key
from intermezzo.core.sketch import Sketch

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Growth", "PartOf", "may_grow"]

_numbers = count(1)
_MUCH_LONGER = 4


@dataclass(frozen=True)
class PartOf:
    """The step of the history that a conversion makes, or with its ``merge_key`` the step that it becomes part of."""

    label: str
    icon: str = "sparkle"
    merge_key: str | None = None


def may_grow(stage: Stage) -> bool:
    """Tell whether a conversion of a stage is shown while it is made: where it takes the place of nothing of value.

    Otherwise what is there stays until the new sketch is whole, so that edits are carried over and the view stays.
    """
    if not isinstance(stage.source, Text):
        return False
    if stage.sketch is None:
        return True
    if has_edits(stage.sketch) or stage.dropped or len(stage.comp) > 1:
        return False
    spans = (getattr(layer, "source", None) for layer in stage.sketch.layers.values())
    reach = max((int(source.max()) for source in spans if source is not None and len(source)), default=0)
    return len(stage.source.text) > _MUCH_LONGER * max(reach, 1)


class Growth:
    """One conversion that grows in the document; ``phase`` tells who listens to a change what it is."""

    def __init__(self, workspace: Workspace, stage: Stage, step: PartOf) -> None:
        self._workspace, self._stage, self._step = workspace, stage, step
        self._key = step.merge_key or f"grow {stage.id} {next(_numbers)}"
        self._has_begun = False
        self.phase: Literal["", "begins", "grows"] = ""

    @property
    def stage(self) -> Stage:
        """The stage whose sketch grows, as it was when it began."""
        return self._stage

    @property
    def has_begun(self) -> bool:
        """Whether anything is in the document yet."""
        return self._has_begun

    def add(self, piece: Sketch) -> bool:
        """Put a piece in; False where the person has undone the conversion or removed its stage."""
        if any(s.id == self._stage.id for s in self._workspace.project.stages):
            self.phase = "grows" if self._has_begun else "begins"
            try:
                return self._joined(piece) if self._has_begun else self._begun(piece)
            finally:
                self.phase = ""
        return False

    def _begun(self, piece: Sketch) -> bool:
        def put(project: Project) -> Project:
            now = project.stage(self._stage.id)
            return project.with_stage(replace(now, sketch=piece, seed=self._stage.seed, converted_from="", comp=()))

        self._has_begun = True
        return self._workspace.change(self._step.label, put, merge_key=self._key, icon=self._step.icon)

    def _joined(self, piece: Sketch) -> bool:
        def grow(project: Project) -> Project:
            now = next((s for s in project.stages if s.id == self._stage.id), None)
            return (
                project if now is None or now.sketch is None else project.with_sketch(now.id, now.sketch.joined(piece))
            )

        return self._workspace.history.amend(self._key, grow)

    def end(self, result: Sketch, *, is_joined: bool) -> bool:
        """Take the result, which the pieces joined are unless the engine changed its mind; False as in `add`."""
        manifest = self._workspace.registry.engines[self._stage.engine]
        key = source_key(self._stage, manifest)

        def whole(project: Project) -> Project:
            now = next((s for s in project.stages if s.id == self._stage.id), None)
            if now is None or now.sketch is None:
                return project
            sketch, dropped = now.sketch, now.dropped
            if not is_joined:
                sketch, dropped = carry_over(now.sketch, result, waiting=now.dropped)
            source = self._stage.source
            text = source.text if isinstance(source, Text) else ""
            fresh = replace(now, sketch=sketch, dropped=dropped, converted_from=key, converted_text=text)
            return project.with_stage(
                takes.after_conversion(self._stage, read_like(fresh, self._stage, manifest), result)
            )

        return self._workspace.history.amend(self._key, whole)
