"""Sketches inside documents: the form of `core.codec`, with blocks packed into files that other programs can load."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from intermezzo.core import codec
from intermezzo.core.errors import SketchError
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo.storage.arrays import Pieces, pack_arrays, parsed_npy, unpacked_names
from intermezzo.storage.container import Container
from intermezzo.storage.documents import Table, Unsound

__all__ = ["read_params", "read_sketch", "sketch_document"]


def sketch_document(sketch: Sketch, files: dict[str, Pieces]) -> dict[str, Any]:
    """Return the JSON table of a sketch and add the files it needs."""
    document, arrays = codec.pack(sketch)
    layers = {
        name: {**layer, "arrays": pack_arrays(layer["arrays"], arrays, files)}
        for name, layer in document["layers"].items()
    }
    return {**document, "layers": layers}


def read_sketch(document: Table, container: Container, types: Mapping[str, SketchType]) -> Sketch:
    """Rebuild a sketch; where no installed plugin knows its type any more, by the description in the file.

    Raises:
        Unsound: if a part is missing or malformed.
        SketchError: if the parts do not fit together.
    """
    read: dict[str, NDArray[Any]] = {}

    def array(name: str) -> NDArray[Any]:
        if name not in read:
            read[name] = parsed_npy(container.read(name))
        return read[name]

    arrays: dict[str, NDArray[Any]] = {}
    layers: dict[str, Any] = {}
    table = document.table("layers")
    for name in table.entries:
        layer = table.table(name)
        names, found = unpacked_names(layer.table("arrays").entries, array)
        arrays.update(found)
        layers[name] = {**layer.entries, "arrays": names}
    made = {**document.table("made").entries, "params": read_params(document.table("made").table("params"))}
    whole = {**document.entries, "layers": layers, "made": made}
    declared = SketchType.from_document(document.table("sketch_type").entries)
    known = {t.id: t for t in types.values() if t.id == declared.id and _layers(t) == _layers(declared)}
    try:
        return codec.unpack(whole, arrays.__getitem__, known)
    except SketchError:
        if not known:
            raise
        return codec.unpack(whole, arrays.__getitem__)


def _layers(sketch_type: SketchType) -> set[tuple[str, str]]:
    return {(spec.name, spec.kind) for spec in sketch_type.layers}


def read_params(table: Table) -> dict[str, float | int | str | bool]:
    """Return parameters by name.

    Raises:
        Unsound: if one is neither number, text nor yes or no.
    """
    params: dict[str, float | int | str | bool] = {}
    for name, value in table.entries.items():
        if not isinstance(value, (float, int, str, bool)):
            raise Unsound(f"{name[:40]!r} of {table.where} is no value of a parameter.")
        params[name] = value
    return params
