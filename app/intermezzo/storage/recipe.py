"""Recipe: the stage that a sound, picture or film was rendered from, carried in its file, which opens as a project.

It is a project of one stage: the source text, the engine with its version, seed and parameters, and the sketch with
all origins, locks and edits. Takes stay at home, and so does a recording that was the source: the sketch that was
read from it says all that is rendered.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from intermezzo import __version__
from intermezzo.core.errors import FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Video
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.registry import Registry
from intermezzo.storage.documents import Unsound
from intermezzo.storage.film_chunks import FILM_CARRIERS, found_in_film
from intermezzo.storage.project_file import project_bytes, project_of_bytes
from intermezzo.storage.sound_chunks import CARRIERS as SOUND_CARRIERS
from intermezzo.storage.sound_chunks import found_inside

__all__ = ["CARRIERS", "Recipe", "load_recipe", "recipe_of"]


CARRIERS = SOUND_CARRIERS + FILM_CARRIERS


@dataclass(frozen=True)
class Recipe:
    """``payload`` for a program, ``comment`` in one line for people."""

    payload: bytes
    comment: str


def recipe_of(stage: Stage, manifest: EngineManifest | None, title: str = "") -> Recipe:
    """Return the recipe of what a stage renders; one without a title is called as its file is.

    Raises:
        FileError: if it has no sketch, or the sketch is too large.
    """
    sketch = stage.sketch
    if sketch is None:
        raise FileError("There is no sketch to put into the file. Convert a source first.")
    source = None if isinstance(stage.source, (Audio, Image, Video)) else stage.source
    alone = replace(stage, source=source, linked_to=None, dropped=(), takes=(), comp=())
    if manifest is not None:
        fresh = not stage.is_stale(manifest)
        alone = replace(alone, converted_from=source_key(alone, manifest) if fresh else "")
    made = sketch.made
    engine = f"{manifest.title} {manifest.version}" if manifest is not None else f"{made.engine} {made.version}"
    comment = f"Intermezzo {__version__}, {engine}, seed {stage.seed}. Open this file in Intermezzo to go on with it."
    return Recipe(project_bytes(Project(title, (alone,))), comment)


def load_recipe(path: Path, registry: Registry | None = None) -> Project | None:
    """Return the project that a sound, picture or film file carries, None if it carries none.

    Raises:
        FileError: if it carries one that is damaged, hostile or newer than this program; the rest may be whole.
    """
    if path.suffix.lower() not in CARRIERS:
        return None
    try:
        payload = (found_in_film if path.suffix.lower() in FILM_CARRIERS else found_inside)(path)
    except OSError:
        return None  # whoever reads the file tells what is wrong
    except Unsound as problem:
        raise FileError(f"{path.name}: {problem}") from None
    if payload is None:
        return None
    project = project_of_bytes(payload, f"The sketch in {path.name}", registry)
    if not project.stages or project.stages[0].sketch is None:
        raise FileError(f"The sketch in {path.name} cannot be opened: it is missing.")
    return project if project.title else replace(project, title=path.stem)
