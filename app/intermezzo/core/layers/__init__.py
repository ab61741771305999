"""The layer kinds that sketches are made of; one file a kind, and the table that finds a kind by its name."""

from collections.abc import Mapping
from typing import Any

from intermezzo.core.errors import SketchError
from intermezzo.core.layers.alternatives import Alternatives
from intermezzo.core.layers.base import Layer, LayerSpec, Mark, Piece, Region, strongest
from intermezzo.core.layers.curve import Curve, CurveSpec
from intermezzo.core.layers.grid import Grid, GridSpec
from intermezzo.core.layers.matrix import Matrix, MatrixSpec
from intermezzo.core.layers.notes import Notes, NotesSpec
from intermezzo.core.layers.rope import Rope
from intermezzo.core.layers.slots import Slots, SlotsSpec
from intermezzo.core.layers.spans import Spans
from intermezzo.core.layers.spans_spec import SpansSpec
from intermezzo.core.layers.warp import Warp

__all__ = [
    "KINDS", "Alternatives", "Curve", "CurveSpec", "Grid", "GridSpec", "Layer", "LayerSpec", "Mark", "Matrix",
    "MatrixSpec", "Notes",
    "NotesSpec", "Piece", "Region", "Rope", "Slots", "SlotsSpec", "Spans", "SpansSpec", "Warp",
    "spec_from_document", "strongest",
]  # fmt: skip

KINDS: dict[str, tuple[type[LayerSpec], type[Layer]]] = {
    "curve": (CurveSpec, Curve),
    "matrix": (MatrixSpec, Matrix),
    "spans": (SpansSpec, Spans),
    "slots": (SlotsSpec, Slots),
    "notes": (NotesSpec, Notes),
    "grid": (GridSpec, Grid),
}


def spec_from_document(document: Mapping[str, Any]) -> LayerSpec:
    """Return the layer spec that a table of a manifest or file describes.

    Raises:
        SketchError: if the kind is unknown or a field is missing, unknown or of the wrong type.
    """
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise SketchError(f"Layer kind {kind!r} is unknown; known are {', '.join(KINDS)}.")
    return KINDS[kind][0].from_document({k: v for k, v in document.items() if k != "kind"})
