"""Whatever holds a sketch as the stage that renders it: a sketch file, a project, a sound with its recipe, a score."""

from dataclasses import replace
from pathlib import Path

from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.errors import EditError, FileError
from intermezzo.core.project import Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import BUILT_IN
from intermezzo.storage.exchange.formats import format_named, read_exchange
from intermezzo.storage.exchange.sketch_json import read_sketch_json
from intermezzo.storage.image_files import IMAGE_SUFFIXES
from intermezzo.storage.project_file import PROJECT_SUFFIX, load_project
from intermezzo.storage.recipe import load_recipe
from intermezzo.storage.scores.formats import SCORE_SUFFIXES, read_score
from intermezzo.storage.sketch_file import load_sketch

__all__ = ["load_stage"]

_MEDIA = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".opus", *IMAGE_SUFFIXES, ".mp4", ".webm")


def load_stage(path: Path, registry: Registry | None = None) -> Stage:
    """Return the (first) stage with a sketch in a file; one of a bare sketch or a score has no parameters.

    Raises:
        FileError: in one line, if there is none or the file cannot be trusted.
    """
    suffix = path.suffix.lower()
    if suffix == PROJECT_SUFFIX or suffix in _MEDIA:
        project = load_project(path, registry) if suffix == PROJECT_SUFFIX else load_recipe(path, registry)
        found = next((s for s in project.stages if s.sketch is not None), None) if project is not None else None
        if found is not None:
            return found
        if not path.is_file():
            raise FileError(f"{path.name} cannot be opened: it is not there; it may have been moved or deleted.")
        hint = "Convert its source first." if suffix == PROJECT_SUFFIX else "`intermezzo analyse` makes one of it."
        raise FileError(f"{path.name} holds no sketch. {hint}")
    if suffix in SCORE_SUFFIXES:
        return _of_score(path)
    if suffix == ".json":
        types = registry.sketch_types if registry else BUILT_IN
        form = replace(format_named("json"), read=lambda text: read_sketch_json(text, types))
        value = read_exchange(path, form)
        if not isinstance(value, Sketch):
            raise FileError(f"{path.name} holds no sketch.")
        sketch = value
    else:
        sketch = load_sketch(path, registry)
    return Stage("1", sketch.made.engine, seed=sketch.made.seed or 1, sketch=sketch)


def _of_score(path: Path) -> Stage:
    """Return the tune of a score as it stands there; an engine's analyser finds its template, too."""
    melody = read_score(path)
    try:
        sketch = to_sketch(melody)
    except EditError as problem:
        raise FileError(f"{path.name} cannot be used: {problem}") from None
    return Stage("1", sketch.made.engine, melody, sketch=sketch, source_name=path.name)
