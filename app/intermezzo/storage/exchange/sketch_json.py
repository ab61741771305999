"""Sketches as JSON that people and other programs can read: every layer with its unit, exact to the last bit.

The help page sketch-json.md describes it field by field. It is many times larger and slower than a sketch file.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo import __version__
from intermezzo.core.errors import SketchError
from intermezzo.core.layers import KINDS, Curve, Grid, Layer, LayerSpec, Mark, Matrix, Notes, Slots, Spans
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.storage.documents import Table, Unsound, read_json, written_json
from intermezzo.storage.sketch_document import read_params

__all__ = ["read_sketch_json", "written_sketch_json"]

_NAME, _VERSION = "intermezzo-sketch", 1
_NOTE = ("start", "stop", "pitch", "velocity")
_MARKS = {
    "analysed": Mark.ANALYSED, "edited": Mark.EDITED, "locked": Mark.LOCKED, "pitch allowed": Mark.PITCH_ALLOWED,
    "time allowed": Mark.TIME_ALLOWED,
}  # fmt: skip


def written_sketch_json(sketch: Sketch) -> str:
    """Return a sketch as one JSON table."""
    made = sketch.made
    document = {
        "format": _NAME, "version": _VERSION, "written_by": f"Intermezzo {__version__}",
        "made": {"engine": made.engine, "version": made.version, "seed": made.seed, "params": dict(made.params)},
        "n_frames": sketch.n_frames, "hop_s": float(sketch.type.hop_s), "duration_s": sketch.duration_s,
        "layers": {name: _layer(layer) for name, layer in sketch.layers.items()},
        "sketch_type": sketch.type.document(),
    }  # fmt: skip
    return written_json(document).decode()


def _layer(layer: Layer) -> dict[str, Any]:
    spec = layer.spec
    head: dict[str, Any] = {"kind": layer.kind, "title": spec.title}
    if isinstance(layer, Spans):
        return {**head, "spans": [_span(layer, k) for k in range(layer.count)]}
    if isinstance(layer, Slots):
        marks = layer.marks().tolist()
        slots = zip(layer.texts, layer.base, marks, strict=True)
        return {**head, "slots": [{"text": text, "base": base, "mark": _mark(m)} for text, base, m in slots]}
    if isinstance(layer, Curve):
        same = np.array_equal(layer.values, layer.base)
        doubt = {} if layer.doubt is None else {"doubt": _numbers(layer.doubt)}
        return {
            **head, "unit": layer.spec.unit, "values": _numbers(layer.values),
            "base": None if same else _numbers(layer.base), **doubt, "marks": _runs(layer.origin),
        }  # fmt: skip
    if isinstance(layer, Matrix):
        paint, locks = layer.paint.array(), layer.locks.array()
        return {
            **head, "unit": layer.spec.unit, "bands": layer.spec.bands, "base": _rows(layer.base.array()),
            "paint": _rows(paint) if paint.any() else None,
            "locked": [[int(k), int(j)] for k, j in np.argwhere(locks != 0)], "marks": _runs(layer.origin),
        }  # fmt: skip
    if isinstance(layer, Notes):
        return {**head, "notes": [_note(layer, k) for k in range(layer.count)]}
    if isinstance(layer, Grid):
        base = layer.base.reshape(layer.shape)
        sure = None if np.isnan(layer.score).all() else _nested(layer.score.reshape(layer.shape))
        return {
            **head, "axes": list(layer.spec.axes), "codebook": layer.spec.codebook, "codes": layer.codes.tolist(),
            "base": None if np.array_equal(layer.codes, base) else base.tolist(), "sureness": sure,
            "marks": _runs(layer.origin.reshape(-1)),
        }  # fmt: skip
    raise SketchError(f"{spec.title} is of a kind ({layer.kind}) that has no form in JSON; save it as a sketch file.")


def _note(notes: Notes, k: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "syllable": notes.lyrics[k], **dict(zip(_NOTE, notes.values[k].tolist(), strict=True)),
        "id": int(notes.ids[k]), "base": notes.base[k].tolist(), "base_syllable": notes.base_lyrics[k],
        "mark": _mark(int(notes.origin[k])),
    }  # fmt: skip
    if notes.score is not None:
        entry["score"] = _numbers(notes.score[k : k + 1])[0]
    if notes.source is not None:
        entry["source"] = notes.source[k].tolist()
    return entry


def _span(spans: Spans, k: int) -> dict[str, Any]:
    start, stop = int(spans.starts[k]), int(spans.stops[k])
    entry: dict[str, Any] = {
        "label": spans.labels[k], "start": start, "stop": stop,
        "start_s": start * spans.hop_s, "stop_s": stop * spans.hop_s,
        "id": int(spans.ids[k]), "base_label": spans.base_labels[k], "base_frames": int(spans.base_frames[k]),
        "mark": _mark(int(spans.origin[k])),
    }  # fmt: skip
    if spans.base_starts is not None:
        entry["base_start"] = int(spans.base_starts[k])
    if spans.score is not None:
        entry["score"] = _numbers(spans.score[k : k + 1])[0]
    if spans.alternatives is not None:
        entry["alternatives"] = [list(pair) for pair in spans.alternatives[k]]
    if spans.source is not None:
        entry["source"] = spans.source[k].tolist()
    return entry


def _numbers(array: NDArray[Any]) -> list[float]:
    return [float(f"{x:.9g}") for x in array.tolist()]  # nine digits bring every float32 back


def _rows(array: NDArray[Any]) -> list[list[float]]:
    return [_numbers(row) for row in array]


def _nested(array: NDArray[Any]) -> list[Any]:
    """Return numbers of any shape, null where there is none."""
    if array.ndim > 1:
        return [_nested(part) for part in array]
    return [None if number != number else number for number in _numbers(array)]


def _mark(mark: int) -> str:
    return "+".join(name for name, bit in _MARKS.items() if mark & bit) or "predicted"


def _runs(marks: NDArray[np.uint8]) -> list[list[Any]]:
    """Return [first, end, mark] of each stretch of equal marks."""
    if not len(marks):
        return []
    edges = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist(), len(marks)]
    return [[a, b, _mark(int(marks[a]))] for a, b in pairwise(edges)]


def read_sketch_json(text: str, types: Mapping[str, SketchType] | None = None) -> Sketch:
    """Read what `written_sketch_json` wrote; ``types`` are the known sketch types, as `codec.unpack` takes them.

    Raises:
        Unsound: if it is no such JSON.
        SketchError: if its parts do not fit together.
    """
    document = Table(read_json(text.encode()))
    if document.entries.get("format") != _NAME:
        raise Unsound("it is no sketch in JSON.")
    if document.whole("version") > _VERSION:
        raise Unsound("it was made by a newer Intermezzo; update Intermezzo to open it.")
    declared = SketchType.from_document(document.table("sketch_type").entries)
    known = (types or {}).get(declared.id)
    same = known is not None and [(s.name, s.kind) for s in known.layers] == [(s.name, s.kind) for s in declared.layers]
    sketch_type = known if known is not None and same and not known.open else declared
    table, made = document.table("layers"), document.table("made")
    n_frames = document.whole("n_frames", 0, 2**31)
    layers = {
        spec.name: _read_layer(spec, table.table(spec.name), sketch_type, n_frames) for spec in sketch_type.layers
    }
    seed = made.whole("seed", -(2**63))
    origin = Made(made.text("engine"), made.text("version"), seed, read_params(made.table("params")))
    return Sketch(sketch_type, layers, origin)


def _read_layer(spec: LayerSpec, table: Table, sketch_type: SketchType, n_frames: int) -> Layer:
    try:
        parts, arrays = _READERS[spec.kind](table, n_frames)
        document = {"hop_s": sketch_type.hop_s, "n_frames": n_frames, **parts}
        return KINDS[spec.kind][1].from_parts(spec, document, arrays)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as problem:
        raise Unsound(f"its layer {spec.name[:40]!r} is malformed ({str(problem)[:80]}).") from None


_Parts = tuple[dict[str, Any], dict[str, NDArray[Any]]]


def _read_spans(table: Table, n_frames: int) -> _Parts:
    entries = table.tables("spans")
    arrays: dict[str, NDArray[Any]] = {
        part: np.array([entry.whole(name) for entry in entries], np.int64)
        for part, name in (("starts", "start"), ("stops", "stop"), ("ids", "id"), ("base_frames", "base_frames"))
    }
    arrays["origin"] = np.array([_bits(entry.text("mark")) for entry in entries], np.uint8)
    if entries and all(entry.has("base_start") for entry in entries):
        arrays["base_starts"] = np.array([entry.whole("base_start", -1) for entry in entries], np.int64)
    if entries and all(entry.has("score") for entry in entries):
        arrays["score"] = _array([entry.entries["score"] for entry in entries], 1)
    if entries and all(entry.has("source") for entry in entries):
        arrays["source"] = _array([entry.entries["source"] for entry in entries], 2).astype(np.int64)
    document: dict[str, Any] = {
        "labels": [entry.text("label") for entry in entries],
        "base_labels": [entry.text("base_label") for entry in entries],
    }
    if entries and all(entry.has("alternatives") for entry in entries):
        document["alternatives"] = [entry.entries["alternatives"] for entry in entries]
    return document, arrays


def _read_slots(table: Table, n_frames: int) -> _Parts:
    entries = table.tables("slots")
    origin = np.array([_bits(entry.text("mark")) for entry in entries], np.uint8)
    texts = {"texts": [entry.text("text") for entry in entries], "base": [entry.text("base") for entry in entries]}
    return texts, {"origin": origin}


def _read_curve(table: Table, n_frames: int) -> _Parts:
    values = _array(table.entries["values"], 1)
    base = _array(table.entries["base"], 1) if table.has("base") else values
    arrays: dict[str, NDArray[Any]] = {
        "values": values,
        "base": base,
        "origin": _read_runs(table.entries["marks"], len(values)),
    }
    if table.has("doubt"):
        arrays["doubt"] = _array(table.entries["doubt"], 1)
    return {}, arrays


def _read_matrix(table: Table, n_frames: int) -> _Parts:
    bands = table.whole("bands", 1, 100_000)
    rows = table.entries["base"]
    base = _array(rows, 2) if rows else np.zeros((0, bands), np.float32)
    paint = _array(table.entries["paint"], 2) if table.has("paint") else np.zeros(base.shape, np.float32)
    locks: NDArray[Any] = np.zeros((len(base), bands), np.uint8)
    for k, j in table.entries["locked"]:
        if (
            type(k) is not int
            or type(j) is not int
            or base.shape[1] != bands
            or not (0 <= k < len(locks) and 0 <= j < bands)
        ):
            raise ValueError(f"no cell {str(k)[:20]}, {str(j)[:20]} can be locked")
        locks[k, j] = Mark.LOCKED
    arrays: dict[str, NDArray[Any]] = {"origin": _read_runs(table.entries["marks"], len(base))}
    counts = {}
    ropes: dict[str, NDArray[Any]] = {"base": base, "paint": paint, "locks": locks}
    for part, array in ropes.items():
        blocks = [array[k : k + 128] for k in range(0, len(array), 128)]
        arrays.update({f"{part}.{k}": block.copy() for k, block in enumerate(blocks)})
        counts[part] = len(blocks)
    return {"blocks": counts}, arrays


def _read_notes(table: Table, n_frames: int) -> _Parts:
    entries = table.tables("notes")
    rows = [[entry.whole(name) for name in _NOTE] for entry in entries]
    arrays: dict[str, NDArray[Any]] = {
        "values": np.array(rows, np.int64).reshape(-1, 4),
        "base": _array([entry.entries["base"] for entry in entries] or np.zeros((0, 4), int), 2).astype(np.int64),
        "ids": np.array([entry.whole("id") for entry in entries], np.int64),
        "origin": np.array([_bits(entry.text("mark")) for entry in entries], np.uint8),
    }
    if entries and all(entry.has("score") for entry in entries):
        arrays["score"] = _array([entry.entries["score"] for entry in entries], 1)
    if entries and all(entry.has("source") for entry in entries):
        arrays["source"] = _array([entry.entries["source"] for entry in entries], 2).astype(np.int64)
    lyrics = [entry.text("syllable") for entry in entries]
    return {"lyrics": lyrics, "base_lyrics": [entry.text("base_syllable") for entry in entries]}, arrays


def _read_grid(table: Table, n_frames: int) -> _Parts:
    codes = _codes(table.entries["codes"])
    base = _codes(table.entries["base"]) if table.has("base") else codes
    arrays: dict[str, NDArray[Any]] = {
        "base": base, "hand": codes, "origin": _read_runs(table.entries["marks"], codes.size).reshape(codes.shape),
    }  # fmt: skip
    changed = (codes != base) & ((arrays["origin"] & np.uint8(Mark.EDITED)) == 0) if base.shape == codes.shape else None
    if changed is None or changed.any():
        raise ValueError("a code differs from its base, but no hand edited it")
    if table.has("sureness"):
        told = np.array(table.entries["sureness"], np.float64)  # null becomes NaN
        arrays["score"] = np.where(np.isnan(told), -1, told).astype(np.float32).reshape(codes.shape)
    return {}, arrays


def _codes(values: Any) -> NDArray[np.uint16]:  # Any: as below
    array = np.array(values)
    known = array.ndim in (2, 3) and array.dtype.kind == "i" and array.min(initial=0) >= 0
    if not known or array.max(initial=0) >= 2**16:
        raise ValueError("codes are whole numbers in rows of one length")
    return array.reshape(len(array), -1).astype(np.uint16)


_READERS = {
    "grid": _read_grid,
    "notes": _read_notes,
    "spans": _read_spans,
    "slots": _read_slots,
    "curve": _read_curve,
    "matrix": _read_matrix,
}


def _array(values: Any, n_dims: int) -> NDArray[np.float32]:  # Any: whatever the file holds is told what belongs
    array = np.array(values)
    if array.ndim == 1 and not len(array) and n_dims == 1:
        return np.zeros(0, np.float32)
    if array.ndim != n_dims or array.dtype.kind not in "if" or not np.isfinite(array).all():
        raise ValueError("numbers belong here")
    if (np.abs(array) > np.finfo(np.float32).max).any():
        raise ValueError("a number is too large")
    return array.astype(np.float32)


def _bits(mark: str) -> int:
    if mark == "predicted":
        return 0
    names = mark.split("+")
    if len(names) > len(_MARKS) or not set(names) <= set(_MARKS):
        raise ValueError(f"{mark[:40]!r} is no mark")
    return int(sum({_MARKS[name] for name in names}))


def _read_runs(runs: Any, length: int) -> NDArray[np.uint8]:  # Any: as above
    marks = np.zeros(length, np.uint8)
    at = 0
    for first, end, mark in runs:
        if first != at or type(end) is not int or not at < end <= length or not isinstance(mark, str):
            raise ValueError("marks belong to each frame once, in order")
        marks[at:end] = _bits(mark)
        at = end
    if at != length:
        raise ValueError("marks belong to each frame once, in order")
    return marks
