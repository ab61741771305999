"""A project made of several takes of one source, as `intermezzo convert --takes K -o X.intermezzo` writes it."""

from collections.abc import Mapping
from dataclasses import replace

from intermezzo.core import takes
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media
from intermezzo.core.params import Value
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.sketch import Sketch

__all__ = ["project_of_takes"]


def project_of_takes(
    title: str, manifest: EngineManifest, source: Media, params: Mapping[str, Value], sketches: list[Sketch]
) -> Project:
    """Return a project of one stage: its sketch is the first of the given ones, all are its takes."""
    empty = Stage("1", manifest.id, source, dict(params))
    first, *others = sketches
    stage = replace(empty, seed=first.made.seed, sketch=first)
    stage = takes.after_conversion(empty, replace(stage, converted_from=source_key(stage, manifest)), first)
    for sketch in others:
        key = source_key(replace(stage, seed=sketch.made.seed), manifest)
        stage = takes.sampled(stage, sketch, sketch.made.seed, converted_from=key)
    return Project(title, (stage,))
