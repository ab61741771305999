"""Recent files: where they are, what they hold, and a glimpse of their sketch for the welcome page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from time import time
from typing import Any

import numpy as np

from intermezzo.core.layers import Curve, Mark, Matrix, Notes
from intermezzo.core.project import Project
from intermezzo.core.sketch import Sketch
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.documents import Table, Unsound, read_json, written_json
from intermezzo.storage.places import state_folder

__all__ = ["Glimpse", "RecentFile", "forget", "glimpse_of", "recent_files", "remember"]

MOST_FILES = 24
_COLUMNS, _BANDS = 96, 24
_LARGEST = 2 * 2**20


@dataclass(frozen=True)
class Glimpse:
    """A thumbnail as numbers: ``curve`` 0 to 1 or None where there is none, ``edited`` per column, ``matrix`` 0 to 1.

    All have the same number of columns, or none; ``matrix`` is columns of bands, the lowest first.
    """

    curve: tuple[float | None, ...] = ()
    edited: tuple[bool, ...] = ()
    matrix: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class RecentFile:
    """One file that was opened or saved; ``at_s`` seconds since 1970, ``engines`` their ids in order."""

    path: Path
    title: str
    engines: tuple[str, ...]
    at_s: float
    duration_s: float = 0.0
    glimpse: Glimpse = Glimpse()

    @property
    def exists(self) -> bool:
        """Whether the file is still there."""
        return self.path.is_file()


def glimpse_of(sketch: Sketch | None) -> Glimpse:
    """Return the thumbnail of a sketch from its first curve and its widest matrix."""
    if sketch is None or not sketch.n_frames:
        return Glimpse()
    columns = np.unique(np.linspace(0, sketch.n_frames - 1, min(_COLUMNS, sketch.n_frames)).round().astype(int))
    matrices = [layer for layer in sketch.layers.values() if isinstance(layer, Matrix)]
    matrix = max(matrices, key=lambda layer: layer.spec.bands, default=None)
    line, edited = _line(sketch, columns)
    return Glimpse(line, edited, () if matrix is None else _cells(matrix, columns))


def _line(
    sketch: Sketch, columns: np.typing.NDArray[np.int_]
) -> tuple[tuple[float | None, ...], tuple[bool, ...]]:  # fmt: skip
    """Return the first curve, else the line of the notes, and where a hand changed it."""
    for layer in sketch.layers.values():
        if isinstance(layer, Curve):
            marks = layer.origin[columns].tolist()
            return _levels(layer.spec.to_display(layer.values[columns])), tuple(bool(m & Mark.EDITED) for m in marks)
    for layer in sketch.layers.values():
        if isinstance(layer, Notes) and layer.count:
            under = np.maximum(np.searchsorted(layer.starts, columns, side="right") - 1, 0)
            marks = layer.origin[under].tolist()
            return _levels(layer.pitches_at(columns)), tuple(bool(m & Mark.EDITED) for m in marks)
    return (), ()


def _levels(shown: np.typing.NDArray[np.float64]) -> tuple[float | None, ...]:
    there = np.isfinite(shown)
    low, high = (shown[there].min(), shown[there].max()) if there.any() else (0.0, 0.0)
    level = (shown - low) / (high - low) if high > low else np.full(len(shown), 0.5)
    return tuple(round(float(v), 3) if ok else None for v, ok in zip(level, there, strict=True))


def _cells(matrix: Matrix, columns: np.typing.NDArray[np.int_]) -> tuple[tuple[float, ...], ...]:
    bands = np.unique(np.linspace(0, matrix.spec.bands - 1, min(_BANDS, matrix.spec.bands)).round().astype(int))
    cells = np.concatenate([matrix.window(int(c), int(c) + 1) for c in columns])[:, bands]
    low, high = np.percentile(cells, (5, 99))
    level = np.clip((cells - low) / max(float(high - low), 1e-9), 0, 1)
    return tuple(tuple(round(float(v), 2) for v in column) for column in level)


def recent_files(folder: Path | None = None) -> list[RecentFile]:
    """Return what was opened or saved, newest first; a damaged list counts as empty, a damaged entry is left out."""
    path = (state_folder() if folder is None else folder) / "recent.json"
    try:
        if path.stat().st_size > _LARGEST:
            return []
        entries = Table(read_json(path.read_bytes())).tables("files")
    except (OSError, Unsound):
        return []
    found = []
    for entry in entries:
        try:
            found.append(_read(entry))
        except (Unsound, ValueError, TypeError):
            continue
    return found[:MOST_FILES]


def remember(path: Path, project: Project, folder: Path | None = None) -> None:
    """Put a file at the top of the list.

    Raises:
        FileError: if the list cannot be written.
    """
    sketch = next((stage.sketch for stage in project.stages if stage.sketch), None)
    entry = RecentFile(
        path.absolute(), project.title, tuple(stage.engine for stage in project.stages), time(),
        sketch.duration_s if sketch else 0.0, glimpse_of(sketch),
    )  # fmt: skip
    others = [file for file in recent_files(folder) if file.path != entry.path]
    _write([entry, *others][:MOST_FILES], folder)


def forget(path: Path | None = None, folder: Path | None = None) -> None:
    """Take one file out of the list, or all of them.

    Raises:
        FileError: if the list cannot be written.
    """
    gone = path.absolute() if path else None
    _write([file for file in recent_files(folder) if gone is not None and file.path != gone], folder)


def _write(files: list[RecentFile], folder: Path | None) -> None:
    path = (state_folder() if folder is None else folder) / "recent.json"
    write_atomically(path, written_json({"files": [{**asdict(file), "path": str(file.path)} for file in files]}))


def _read(entry: Table) -> RecentFile:
    at_s, duration_s = float(entry.entries["at_s"]), float(entry.entries.get("duration_s", 0.0))
    if not isfinite(at_s) or not isfinite(duration_s):
        raise Unsound("a time is no number.")
    path = entry.text("path")
    if "\0" in path:
        raise Unsound("a path is none.")
    return RecentFile(Path(path), entry.text("title"), entry.texts("engines"), at_s, duration_s, _glimpse(entry))


def _glimpse(entry: Table) -> Glimpse:
    table: Mapping[str, Any] = entry.table("glimpse").entries
    curve = tuple(None if v is None else float(v) for v in table.get("curve", ()))
    edited = tuple(bool(v) for v in table.get("edited", ()))
    matrix = tuple(tuple(float(v) for v in column) for column in table.get("matrix", ()))
    if len(curve) != len(edited) or len({len(column) for column in matrix}) > 1:
        return Glimpse()
    return Glimpse(curve, edited, matrix)
