"""Labels beside another file: what an export of sound, one or many, writes with it."""

from collections.abc import Sequence
from pathlib import Path

from intermezzo.core.errors import FileError
from intermezzo.core.project import Stage
from intermezzo.storage.exchange.formats import Options, export, format_named

__all__ = ["check_formats", "labels_beside"]


def check_formats(formats: Sequence[str]) -> None:
    """Raise FileError if there is no format of one of these ids, before any work is done."""
    for format_id in formats:
        format_named(format_id)


def labels_beside(stage: Stage, path: Path, formats: Sequence[str], title: str = "") -> list[Path]:
    """Write the labels or scores of a stage beside ``path``, under its name, in formats by their ids; returns where.

    ``title`` is that of the work; scores print it.

    Raises:
        FileError: if a format is unknown, holds nothing that the sketch has, or would take the place of ``path``.
    """
    if stage.sketch is None:
        return []
    written = []
    for form in map(format_named, formats):
        beside = path.with_name(path.stem + form.suffix)
        if beside == path:
            raise FileError(f"The labels would take the place of {path.name}. Choose another format for them.")
        export(stage.sketch, beside, form, Options.of(stage, title))
        written.append(beside)
    return written
