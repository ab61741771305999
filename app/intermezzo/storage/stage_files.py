"""Whatever holds a sketch as the stage that renders it: a sketch file, a project, a sound with its recipe, JSON."""

from dataclasses import replace
from pathlib import Path

from intermezzo.core.errors import FileError
from intermezzo.core.project import Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import BUILT_IN
from intermezzo.storage.exchange.formats import format_named, read_exchange
from intermezzo.storage.exchange.sketch_json import read_sketch_json
from intermezzo.storage.project_file import PROJECT_SUFFIX, load_project
from intermezzo.storage.recipe import load_recipe
from intermezzo.storage.sketch_file import load_sketch

__all__ = ["load_stage"]

_SOUNDS = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".opus")


def load_stage(path: Path, registry: Registry | None = None) -> Stage:
    """Return the (first) stage with a sketch in a file; one of a bare sketch has no parameters.

    Raises:
        FileError: in one line, if there is none or the file cannot be trusted.
    """
    suffix = path.suffix.lower()
    if suffix == PROJECT_SUFFIX or suffix in _SOUNDS:
        project = load_project(path, registry) if suffix == PROJECT_SUFFIX else load_recipe(path, registry)
        found = next((s for s in project.stages if s.sketch is not None), None) if project is not None else None
        if found is not None:
            return found
        if not path.is_file():
            raise FileError(f"{path.name} cannot be opened: it is not there; it may have been moved or deleted.")
        hint = "Convert its source first." if suffix == PROJECT_SUFFIX else "`intermezzo analyse` makes one of it."
        raise FileError(f"{path.name} holds no sketch. {hint}")
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
