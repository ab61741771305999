"""Edits that could not be kept, inside documents: what they were in words, and their cuttings as layers."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from intermezzo.core import codec
from intermezzo.core.dropped import Dropped
from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Layer, spec_from_document
from intermezzo.storage.arrays import Pieces, pack_arrays, parsed_npy, unpacked_names
from intermezzo.storage.container import Container
from intermezzo.storage.documents import Table, Unsound

__all__ = ["dropped_document", "read_dropped"]


def dropped_document(drop: Dropped, files: dict[str, Pieces]) -> dict[str, Any]:
    """Return the JSON table of one edit and add the files that it needs."""
    return {
        "what": drop.what, "word": drop.word, "pause": drop.pause, "start_s": drop.start_s, "near_s": drop.near_s,
        "share": list(drop.share), "clips": {name: _clip_document(clip, files) for name, clip in drop.clips.items()},
    }  # fmt: skip


def _clip_document(clip: Layer, files: dict[str, Pieces]) -> dict[str, Any]:
    document, arrays = codec.pack_layer(clip)
    packed = pack_arrays(document["arrays"], arrays, files)
    return {**document, "spec": clip.spec.document(), "arrays": packed}


def read_dropped(table: Table, container: Container) -> Dropped:
    """Rebuild one edit.

    Raises:
        Unsound: if a part is missing or malformed.
        SketchError: if a cutting is not whole.
    """
    share = table.entries.get("share")
    if not isinstance(share, list) or len(share) != 2:
        raise Unsound(f"'share' of {table.where} is no pair.")
    first, last = (min(max(_seconds(value, "share", table), 0.0), 1.0) for value in share)
    start_s, near_s = (_seconds(table.entries.get(name), name, table) for name in ("start_s", "near_s"))
    clips = table.table("clips")
    pause = table.entries.get("pause")
    return Dropped(
        table.text("what"), table.text("word"), pause is True, start_s, near_s, (first, last),
        {name: _clip(name, clips.table(name), container) for name in clips.entries},
    )  # fmt: skip


def _clip(name: str, table: Table, container: Container) -> Layer:
    def array(file: str) -> NDArray[Any]:
        return parsed_npy(container.read(file))

    spec = spec_from_document(table.table("spec").entries)
    if spec.name != name:
        raise SketchError(f"A cutting of {name[:40]!r} is of another layer.")
    names, arrays = unpacked_names(table.table("arrays").entries, array)
    document: Mapping[str, Any] = {**table.entries, "arrays": names}
    return codec.unpack_layer(spec, document, arrays.__getitem__)


def _seconds(value: object, name: str, table: Table) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Unsound(f"{name!r} of {table.where} is no number.")
    return float(value)
