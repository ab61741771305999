"""The chain of a project: which stage a source came from, and the text at its beginning."""

from __future__ import annotations

from dataclasses import replace

from intermezzo.core.media import Media, Text
from intermezzo.core.project import Project, Stage

__all__ = ["stage_before", "text_behind", "with_own_source", "without_stage"]


def stage_before(project: Project, stage: Stage) -> Stage | None:
    """Return the stage whose output or text is the source of another one; None where it has its own source."""
    return next((s for s in project.stages if s.id == stage.linked_to), None)


def text_behind(project: Project, stage: Stage) -> Text | None:
    """Return the text of a stage, or of the nearest one before it that has any; None where nothing began as a text."""
    seen: set[str] = set()
    at: Stage | None = stage
    while at is not None and at.id not in seen:
        if isinstance(at.source, Text) and at.source.text.strip():
            return at.source
        seen.add(at.id)
        at = stage_before(project, at)
    return None


def with_own_source(stage: Stage, source: Media) -> Stage:
    """Return a stage with the source that a person gave it; where that is another one, it came from no stage."""
    if source is stage.source or source == stage.source:
        return replace(stage, source=source)
    return replace(stage, source=source, linked_to=None)


def without_stage(project: Project, stage_id: str) -> Project:
    """Return the project without a stage; what came from it keeps its source, as its own now."""
    rest = (s for s in project.stages if s.id != stage_id)
    stages = tuple(replace(s, linked_to=None) if s.linked_to == stage_id else s for s in rest)
    return replace(project, stages=stages)
