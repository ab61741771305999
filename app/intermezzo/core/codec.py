"""Sketches as one JSON document and arrays by content hash: the same form for files, the cache and the engine host."""

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from intermezzo.core.errors import SketchError
from intermezzo.core.fingerprint import of_array, of_value
from intermezzo.core.layers import KINDS, Layer, LayerSpec
from intermezzo.core.sketch import Made, Sketch, SketchType

__all__ = ["fingerprint", "pack", "pack_layer", "unpack", "unpack_layer"]


def pack(sketch: Sketch) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return (JSON document, arrays by hash); equal arrays appear once."""
    arrays: dict[str, NDArray[Any]] = {}
    layers: dict[str, Any] = {}
    for name, layer in sketch.layers.items():
        layers[name], own = pack_layer(layer)
        arrays.update(own)
    made = sketch.made
    return {
        "sketch_type": sketch.type.document(),
        "made": {"engine": made.engine, "version": made.version, "seed": made.seed, "params": dict(made.params)},
        "layers": layers,
    }, arrays


def pack_layer(layer: Layer) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return (JSON document, arrays by hash) of one layer."""
    document, parts = layer.parts()
    keys = {part: of_array(array) for part, array in parts.items()}
    return {**document, "arrays": keys}, {keys[part]: array for part, array in parts.items()}


def unpack_layer(spec: LayerSpec, document: Mapping[str, Any], fetch: Callable[[str], NDArray[Any]]) -> Layer:
    """Rebuild one layer; raises SketchError if it is not whole."""
    try:
        arrays = {name: fetch(key) for name, key in document["arrays"].items()}
        return KINDS[spec.kind][1].from_parts(spec, document, arrays)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise SketchError(f"A layer is malformed: {problem!r}.") from None


def unpack(
    document: Mapping[str, Any],
    fetch: Callable[[str], NDArray[Any]],
    types: Mapping[str, SketchType] | None = None,
) -> Sketch:
    """Rebuild a sketch; ``types`` are the known sketch types, which win over the description in the document.

    Raises:
        SketchError: if the document is malformed, an array is missing or anything does not fit together.
    """
    try:
        declared = SketchType.from_document(document["sketch_type"])
        known = (types or {}).get(declared.id, declared)
        sketch_type = declared if known.open and known.admits(declared) else known
        layers = {}
        for spec in sketch_type.layers:
            layers[spec.name] = unpack_layer(spec, document["layers"][spec.name], fetch)
        made = document["made"]
        return Sketch(
            sketch_type, layers,
            Made(str(made["engine"]), str(made["version"]), int(made["seed"]), dict(made["params"])),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise SketchError(f"The sketch is malformed: {problem!r}.") from None


def fingerprint(sketch: Sketch) -> str:
    """Return the hash of everything in a sketch that can change its output."""
    return of_value(pack(sketch)[0])
