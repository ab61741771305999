"""Project files (.intermezzo): all stages with their sources, sketches and settings, in one document and its arrays."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.errors import ParamError
from intermezzo.core.fingerprint import of_array
from intermezzo.core.media import Audio, Image, Media, Melody, Text, Tokens, Video
from intermezzo.core.project import Project, Stage
from intermezzo.core.pronunciations import Entry, merged
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import SketchType
from intermezzo.core.sketches import BUILT_IN
from intermezzo.core.take import Part, Take, places_of
from intermezzo.storage.arrays import Pieces, npy_pieces, parsed_npy
from intermezzo.storage.container import Container, container_bytes, opened, opened_stream, write_container
from intermezzo.storage.documents import Table, Unsound, plain
from intermezzo.storage.dropped_document import dropped_document, read_dropped
from intermezzo.storage.melody_document import melody_document, read_melody
from intermezzo.storage.picture_png import parsed_picture, picture_name, picture_pieces
from intermezzo.storage.sketch_document import read_params, read_sketch, sketch_document
from intermezzo.storage.wave_float import parsed_wave, wave_name, wave_pieces

__all__ = [
    "PROJECT_SUFFIX", "load_project", "project_bytes", "project_of_bytes", "read_project", "save_project",
]  # fmt: skip

PROJECT_SUFFIX = ".intermezzo"


def save_project(project: Project, path: Path, *, notes: Mapping[str, Any] | None = None) -> None:
    """Write a project whole or not at all; the same project gives the same bytes.

    ``notes`` is a JSON table that is kept in the file beside the project (what recovery remembers of it).

    Raises:
        FileError: if it cannot be written here.
    """
    document, files = _document(project)
    if notes is not None:
        document["notes"] = plain(notes)
    write_container(path, "project", document, files)


def project_bytes(project: Project) -> bytes:
    """Return a project as the small bytes that travel inside a sound file; raises FileError if it is too large."""
    return container_bytes("project", *_document(project))


def project_of_bytes(content: bytes, name: str, registry: Registry | None = None) -> Project:
    """Read what `project_bytes` made; raises FileError, naming ``name``, if it is damaged, hostile or newer."""
    with opened_stream(io.BytesIO(content), "project", name) as container:
        return read_project(container, registry.sketch_types if registry else BUILT_IN)


def _document(project: Project) -> tuple[dict[str, Any], dict[str, Pieces]]:
    files: dict[str, Pieces] = {}
    stages = [_stage_document(stage, files) for stage in project.stages]
    words = [{"word": e.word, "language": e.language, "sounds": e.sounds} for e in project.pronunciations]
    return {
        "title": project.title, "stages": stages, "pronunciations": words, "view": plain(project.view),
    }, files  # fmt: skip


def load_project(path: Path, registry: Registry | None = None) -> Project:
    """Read a project, whether or not its engines are installed.

    Raises:
        FileError: in one line, if it is no project, damaged, hostile or newer than this program.
    """
    with opened(path, "project") as container:
        return read_project(container, registry.sketch_types if registry else BUILT_IN)


def read_project(container: Container, types: Mapping[str, SketchType]) -> Project:
    """Read a project out of an opened container; raises Unsound or an IntermezzoError if it is not whole."""
    document = container.document
    stages = tuple(_stage(table, container, types) for table in document.tables("stages"))
    ids = {stage.id for stage in stages}
    if len(ids) != len(stages):
        raise Unsound("two of its stages have the same name.")
    if any(stage.linked_to is not None and stage.linked_to not in ids - {stage.id} for stage in stages):
        raise Unsound("one of its stages is linked to a stage that is not there.")
    words = document.tables("pronunciations") if document.has("pronunciations") else []
    return Project(
        document.text("title"), stages, document.table("view").entries, merged(_pronunciation(w) for w in words)
    )


def _pronunciation(table: Table) -> Entry:
    try:
        return Entry(table.text("word"), table.text("language"), table.text("sounds"))
    except ParamError as problem:
        raise Unsound(f"one of its pronunciations is wrong: {problem}") from None


def _stage_document(stage: Stage, files: dict[str, Pieces]) -> dict[str, Any]:
    return {
        "id": stage.id,
        "engine": stage.engine,
        "source": _source_document(stage.source, files),
        "source_name": stage.source_name,
        "linked_to": stage.linked_to,
        "sent": stage.sent,
        "params": dict(stage.params),
        "seed": stage.seed,
        "converted_from": stage.converted_from,
        "converted_text": stage.converted_text,
        "dropped": [drop.line for drop in stage.dropped],
        "dropped_edits": [dropped_document(drop, files) for drop in stage.dropped],
        "sketch": sketch_document(stage.sketch, files) if stage.sketch else None,
        "takes": [_take_document(take, files) for take in stage.takes],
        "comp": [[part.start, part.stop, part.take] for part in stage.comp],
    }


def _take_document(take: Take, files: dict[str, Pieces]) -> dict[str, Any]:
    return {
        "number": take.number,
        "name": take.name,
        "seed": take.seed,
        "frames": list(take.frames) if take.frames else None,
        "converted_from": take.converted_from,
        "sketch": sketch_document(take.sketch, files),
    }


def _source_document(source: Media | None, files: dict[str, Pieces]) -> dict[str, Any] | None:
    if isinstance(source, Text):
        return {"kind": "text", "text": source.text}
    if isinstance(source, Audio):
        name = wave_name(source)
        if name not in files:
            files[name] = wave_pieces(source)
        return {"kind": "audio", "file": name, "sample_rate": source.sample_rate}
    if isinstance(source, Video):
        name = f"data/{of_array(source.frames)}.npy"
        files.setdefault(name, npy_pieces([source.frames]))
        return {"kind": "video", "file": name, "frames_per_s": source.frames_per_s}
    if isinstance(source, Image):
        name = picture_name(source)
        if name not in files:
            files[name] = picture_pieces(source)
        return {"kind": "image", "file": name, **_tokens_document(source.tokens, files)}
    return melody_document(source, files) if isinstance(source, Melody) else None


def _tokens_document(tokens: Tokens | None, files: dict[str, Pieces]) -> dict[str, Any]:
    if tokens is None:
        return {}
    name = f"data/{of_array(tokens.codes)}.npy"
    files.setdefault(name, npy_pieces([tokens.codes]))
    return {"tokens": {"file": name, "codebook": tokens.codebook}}


def _stage(table: Table, container: Container, types: Mapping[str, SketchType]) -> Stage:
    sketch = read_sketch(table.table("sketch"), container, types) if table.has("sketch") else None
    # Projects from before there were takes have neither of the two.
    takes = tuple(_take(entry, container, types) for entry in table.tables("takes")) if table.has("takes") else ()
    if len({take.number for take in takes}) != len(takes):
        raise Unsound("two takes of a stage have the same number.")
    return Stage(
        id=table.text("id"),
        engine=table.text("engine"),
        source=_source(table.table("source"), container) if table.has("source") else None,
        params=read_params(table.table("params")),
        seed=table.whole("seed", low=-(2**63)),
        sketch=sketch,
        converted_from=table.text("converted_from"),
        linked_to=table.text("linked_to") if table.has("linked_to") else None,
        source_name=table.text("source_name"),
        dropped=_dropped(table, container),
        converted_text=table.text("converted_text") if table.has("converted_text") else "",
        sent=table.text("sent") if table.has("sent") else "",
        takes=takes,
        comp=_comp(table.rows("comp", 3), takes, places_of(sketch) if sketch else 0) if table.has("comp") else (),
    )


def _dropped(table: Table, container: Container) -> tuple[Dropped, ...]:
    """Return the edits that could not be kept; projects of earlier versions only name them."""
    if not table.has("dropped_edits"):
        return tuple(Dropped(line) for line in table.texts("dropped"))
    return tuple(read_dropped(entry, container) for entry in table.tables("dropped_edits"))


def _take(table: Table, container: Container, types: Mapping[str, SketchType]) -> Take:
    frames = table.wholes("frames") if table.has("frames") else None
    if frames is not None and len(frames) != 2:
        raise Unsound(f"'frames' of {table.where} is not a pair.")
    return Take(
        number=table.whole("number", 1),
        seed=table.whole("seed", low=-(2**63)),
        sketch=read_sketch(table.table("sketch"), container, types),
        converted_from=table.text("converted_from"),
        frames=(frames[0], frames[1]) if frames else None,
        name=table.text("name"),
    )


def _comp(rows: list[list[int]], takes: tuple[Take, ...], places: int) -> tuple[Part, ...]:
    parts = tuple(Part(*row) for row in rows)
    edges = [0, *(edge for part in parts for edge in (part.start, part.stop)), places]
    if edges != sorted(edges) or not {part.take for part in parts} <= {take.number for take in takes}:
        raise Unsound("the comp of a stage overlaps, leaves the sketch, or names takes that are not there.")
    return parts


def _tokens(table: Table, container: Container) -> Tokens:
    codes = parsed_npy(container.read(table.text("file")))
    if codes.dtype != np.uint16:
        raise Unsound("the tokens of one of its pictures are no codes.")
    return Tokens(codes, table.text("codebook"))


def _source(table: Table, container: Container) -> Media:
    match table.text("kind"):
        case "text":
            return Text(table.text("text"))
        case "audio":
            # The header of a WAV names one rate for all who share its samples; the document has the last word.
            return Audio(parsed_wave(container.read(table.text("file"))).samples, table.whole("sample_rate", 1, 2**31))
        case "melody":
            return read_melody(table, container)
        case "video":
            frames, rate = parsed_npy(container.read(table.text("file"))), table.entries.get("frames_per_s")
            if frames.dtype != np.uint8 or not isinstance(rate, (int, float)):
                raise Unsound("the pictures of its video are no bytes, or their rate is no number.")
            return Video(frames, float(rate))
        case "image":
            tokens = _tokens(table.table("tokens"), container) if table.has("tokens") else None
            return replace(parsed_picture(container.read(table.text("file"))), tokens=tokens)
        case kind:
            raise Unsound(f"its source is of the unknown kind {kind[:40]!r}.")
