"""Sketch files (.sketch): one sketch with everything to render it again."""

from pathlib import Path

from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import BUILT_IN
from intermezzo.storage.arrays import Pieces
from intermezzo.storage.container import opened, write_container
from intermezzo.storage.sketch_document import read_sketch, sketch_document

__all__ = ["SKETCH_SUFFIX", "load_sketch", "save_sketch"]

SKETCH_SUFFIX = ".sketch"


def save_sketch(sketch: Sketch, path: Path) -> None:
    """Write a sketch whole or not at all; the same sketch gives the same bytes.

    Raises:
        FileError: if it cannot be written here.
    """
    files: dict[str, Pieces] = {}
    document = {"sketch": sketch_document(sketch, files)}
    write_container(path, "sketch", document, files)


def load_sketch(path: Path, registry: Registry | None = None) -> Sketch:
    """Read a sketch, whether or not its engine is installed.

    Raises:
        FileError: in one line, if it is no sketch, damaged, hostile or newer than this program.
    """
    types = registry.sketch_types if registry else BUILT_IN
    with opened(path, "sketch") as container:
        return read_sketch(container.document.table("sketch"), container, types)
