"""Little pictures of sketches as small arrays: made from any sketch by layer kind, kept on a shelf of files.

A picture belongs to an example of one version of an engine, with one text and its parameters; another version
therefore never shows an old picture as its own.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core import fingerprint
from intermezzo.core.errors import FileError
from intermezzo.core.layers import Curve, Grid, Mark, Matrix, Notes
from intermezzo.core.manifest import EngineManifest, Example
from intermezzo.core.media import Image
from intermezzo.core.sketch import Sketch
from intermezzo.storage.atomic import write_atomically
from intermezzo.ui.widgets.thumbnails import SketchPicture

__all__ = ["Kept", "PictureShelf", "example_key", "packed", "picture_of", "shipped", "unpacked"]

N_COLUMNS: Final = 250
N_BANDS: Final = 50
_GAP: Final = 255  # code of a curve's gap; values use 0 to 254
_KEPT_FILES: Final = 300
_FLOOR_SHARE: Final = 0.04
_CEILING_SHARE: Final = 0.995
_CURVE_FLOOR: Final = 0.22  # a curve over a matrix keeps clear of its lowest bands, which are the brightest
_CALM_SPAN: Final = 20.0  # a curve that moves less than this many steps is not blown up to the full height
_CALM_NOTES: Final = 12.0  # semitones: a tune of less range is not blown up either
_BYTES_LIMIT: Final = 4_000_000


@dataclass(frozen=True)
class Kept:
    """A picture and how long the sketch was in seconds (0: it has no time)."""

    picture: SketchPicture
    duration_s: float


def example_key(manifest: EngineManifest, example: Example) -> str:
    """Return the key of an example's picture; another version, text or parameter makes another key."""
    return fingerprint.of_value([manifest.key, example.source, dict(example.params)])


def picture_of(sketch: Sketch, image: Image | None = None) -> Kept:
    """Make the picture of a sketch: its tallest matrix, and over it its tallest curve or the line of its notes.

    Of a picture of tokens it is the tokens, and beside them what they draw, where that is given.
    """
    grid = next((x for x in sketch.layers.values() if isinstance(x, Grid) and not x.timed), None)
    if grid is not None:
        pixels = image.pixels if image is not None else None
        return Kept(SketchPicture(grid=grid.codes.astype(np.int_), pixels=pixels), 0.0)
    timed = next((x for x in sketch.layers.values() if isinstance(x, Grid) and len(x)), None)
    if timed is not None:
        return Kept(SketchPicture(matrix=_grid_columns(timed)), sketch.duration_s)
    matrices = [layer for layer in sketch.layers.values() if isinstance(layer, Matrix) and len(layer)]
    curves = [layer for layer in sketch.layers.values() if isinstance(layer, Curve) and len(layer)]
    matrix = max(matrices, key=lambda m: m.spec.height, default=None)
    curve = max(curves, key=lambda c: c.spec.height, default=None)
    tune = next((layer for layer in sketch.layers.values() if isinstance(layer, Notes) and layer.count), None)
    values, edited = _curve_columns(curve) if curve is not None else (None, None)
    if curve is None and tune is not None:
        values, edited = _note_columns(tune)
    if values is not None and matrix is not None:
        values = (_CURVE_FLOOR + (1 - _CURVE_FLOOR) * values).astype(np.float32)
    picture = SketchPicture(matrix=_matrix_columns(matrix) if matrix is not None else None, curve=values, edited=edited)
    return Kept(picture, sketch.duration_s)


def _matrix_columns(matrix: Matrix) -> NDArray[np.float32]:
    """Return the matrix reduced to at most `N_COLUMNS` by `N_BANDS`, in 0 to 1."""
    n_frames, n_bands = len(matrix), matrix.spec.bands
    n_columns = min(N_COLUMNS, n_frames)
    bounds = np.linspace(0, n_frames, n_columns + 1).astype(int)
    # Column by column, so that a long sketch is never a second time in memory.
    columns = np.stack([matrix.window(a, max(b, a + 1)).mean(axis=0) for a, b in pairwise(bounds)])
    if n_bands > N_BANDS:
        starts = np.linspace(0, n_bands, N_BANDS + 1).astype(int)[:-1]
        widths = np.diff([*starts, n_bands])
        columns = np.add.reduceat(columns, starts, axis=1) / widths
    low, high = np.quantile(columns, (_FLOOR_SHARE, _CEILING_SHARE))
    levels: NDArray[np.float32] = np.clip((columns - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    return levels


def _grid_columns(grid: Grid) -> NDArray[np.float32]:
    """Return codes in time as levels from 0 to 1, the last level lowest, at most `N_COLUMNS` moments of them."""
    moments = np.linspace(0, len(grid) - 1, min(N_COLUMNS, len(grid))).astype(int)
    shown = grid.codes.reshape(len(grid), -1)[moments, : -N_BANDS - 1 : -1]
    levels: NDArray[np.float32] = (shown / (grid.spec.codes - 1)).astype(np.float32)
    return levels


def _curve_columns(curve: Curve) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """Return the curve at `N_COLUMNS` moments in 0 to 1, NaN in gaps, and where the hand drew it."""
    n_frames = len(curve)
    at = np.linspace(0, n_frames - 1, min(N_COLUMNS, n_frames)).round().astype(int)
    shown = np.asarray(curve.spec.to_display(curve.values[at]), np.float64)
    finite = shown[np.isfinite(shown)]
    if finite.size == 0:
        return np.full(at.size, np.nan, np.float32), None
    low, high = float(finite.min()), float(finite.max())
    missing = max(_CALM_SPAN * curve.spec.step - (high - low), 0.0)
    low, high = low - missing / 2, high + missing / 2
    drawn = (curve.origin[at] & Mark.EDITED) > 0
    values = ((shown - low) / (high - low)).astype(np.float32)
    return values, drawn if bool(drawn.any()) else None


def _note_columns(notes: Notes) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """Return the line of the notes at `N_COLUMNS` moments in 0 to 1, NaN in rests, and where a hand changed them."""
    at = np.linspace(0, len(notes), min(N_COLUMNS, len(notes)), endpoint=False)
    shown, low, high = notes.pitches_at(at), float(notes.pitches.min()), float(notes.pitches.max())
    spare = max(_CALM_NOTES - (high - low), 0.0) / 2
    values = ((shown - low + spare) / (high - low + 2 * spare)).astype(np.float32)
    under = np.maximum(np.searchsorted(notes.starts, at, side="right") - 1, 0)
    drawn = ((notes.origin[under] & Mark.EDITED) > 0) & np.isfinite(shown)
    return values, drawn if bool(drawn.any()) else None


# Files


def packed(kept: Kept) -> dict[str, NDArray[Any]]:
    """Return a picture as small arrays of bytes."""
    picture = kept.picture
    arrays: dict[str, NDArray[Any]] = {"duration_s": np.array([kept.duration_s], np.float32)}
    if picture.grid is not None:
        arrays["grid"] = picture.grid.astype(np.uint16)
    if picture.pixels is not None:
        arrays["pixels"] = picture.pixels
    if picture.matrix is not None:
        arrays["matrix"] = np.round(np.clip(picture.matrix, 0, 1) * 255).astype(np.uint8)
    if picture.curve is not None:
        gaps = ~np.isfinite(picture.curve)
        codes = np.round(np.clip(np.nan_to_num(picture.curve), 0, 1) * (_GAP - 1)).astype(np.uint8)
        codes[gaps] = _GAP
        arrays["curve"] = codes
    if picture.edited is not None:
        arrays["edited"] = picture.edited.astype(np.uint8)
    return arrays


def unpacked(arrays: Mapping[str, NDArray[Any]]) -> Kept:
    """Return the picture that `packed` made into arrays.

    Raises:
        ValueError: if the arrays are not such.
    """
    matrix, codes, edited = arrays.get("matrix"), arrays.get("curve"), arrays.get("edited")
    grid, pixels = arrays.get("grid"), arrays.get("pixels")
    if grid is not None and (grid.ndim != 2 or grid.dtype != np.uint16 or not grid.size):
        raise ValueError("the tokens of a picture are whole numbers in rows")
    if pixels is not None and (
        pixels.ndim != 3 or pixels.shape[-1] != 4 or pixels.dtype != np.uint8 or not pixels.size
    ):
        raise ValueError("the pixels of a picture are bytes, four each")
    if matrix is not None and (matrix.ndim != 2 or matrix.dtype != np.uint8 or not matrix.size):
        raise ValueError("the matrix of a picture is bytes, columns by bands")
    if codes is not None and (codes.ndim != 1 or codes.dtype != np.uint8):
        raise ValueError("the curve of a picture is bytes in a row")
    if edited is not None and (codes is None or edited.shape != codes.shape):
        raise ValueError("the marks of a picture belong to its curve")
    levels = None if matrix is None else (matrix / 255).astype(np.float32)
    curve = None
    if codes is not None:
        curve = (codes / (_GAP - 1)).astype(np.float32)
        curve[codes == _GAP] = np.nan
    marks = None if edited is None else edited > 0
    tokens = None if grid is None else grid.astype(np.int_)
    picture = SketchPicture(matrix=levels, curve=curve, edited=marks, grid=tokens, pixels=pixels)
    return Kept(picture, float(arrays["duration_s"].reshape(-1)[0]))


@cache
def shipped() -> Mapping[str, Kept]:
    """Return the pictures of the examples of the built-in engines, made by `make_pictures` from real conversions."""
    source = files("intermezzo_assets").joinpath("demos", "pictures.npz")
    if not source.is_file():
        return {}
    groups: dict[str, dict[str, NDArray[Any]]] = {}
    with np.load(io.BytesIO(source.read_bytes()), allow_pickle=False) as arrays:
        for name in arrays.files:
            key, _, part = name.partition(".")
            groups.setdefault(key, {})[part] = arrays[name]
    return {key: unpacked(group) for key, group in groups.items()}


class PictureShelf:
    """Pictures by key: those that came with the studio, then those in a folder of the cache."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> Kept | None:
        """Return a picture, or None where there is none or its file is damaged."""
        found = shipped().get(key)
        if found is not None or self._folder is None:
            return found
        try:
            path = self._folder / f"{key}.npz"
            if path.stat().st_size > _BYTES_LIMIT:
                return None
            # From memory: numpy would leave the file open where it is no archive.
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
                return unpacked({name: arrays[name] for name in arrays.files})
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, key: str, kept: Kept) -> None:
        """Keep a picture; a full or read-only disk costs the picture only."""
        if self._folder is None:
            return
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **packed(kept))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._folder / f"{key}.npz", buffer.getvalue())
            self._prune(self._folder)
        except (OSError, FileError):
            return

    def _prune(self, folder: Path) -> None:
        kept = sorted(folder.glob("*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)
        for path in kept[_KEPT_FILES:]:
            path.unlink(missing_ok=True)
