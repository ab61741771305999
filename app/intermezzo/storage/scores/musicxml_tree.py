"""The XML of a score as a tree, out of a plain or a zipped file that nobody vouches for.

Declared entities are refused (they can make gigabytes of a line), nothing outside the file is fetched, and zipped
scores are unpacked up to a limit only. Elements that say nothing of the music are not kept.
"""

import io
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.reading import LARGEST_BYTES

__all__ = ["score_tree", "zipped"]

_MOST_ELEMENTS: Final = 2_000_000
_DEEPEST: Final = 30
_MOST_FILES: Final = 1000
_NAME: Final = "score.musicxml"
_CONTAINER: Final = "META-INF/container.xml"
_SILENT: Final = frozenset((
    "accidental", "appearance", "articulations", "barline-style", "beam", "clef", "coda", "credit", "dynamics",
    "fermata", "footnote", "instrument", "level", "measure-layout", "measure-numbering", "midi-device",
    "midi-instrument", "notehead", "ornaments", "page-layout", "part-group", "print", "scaling", "score-instrument",
    "segno", "stem", "staff-details", "staff-layout", "system-layout", "technical", "transpose-part", "type", "wedge",
))  # fmt: skip


def score_tree(content: bytes) -> Element:
    """Return the root of a MusicXML score, plain or zipped (.mxl).

    Raises:
        Unsound: if it is neither, is broken, or would grow beyond all use.
    """
    return _tree(_unzipped(content) if content[:2] == b"PK" else content)


def _unzipped(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [info.filename for info in archive.infolist()]
            if len(names) > _MOST_FILES:
                raise Unsound("it holds over a thousand files. It is no score.")
            name = ""
            if _CONTAINER in names:
                container = _tree(_member(archive, _CONTAINER))
                name = next((file.get("full-path", "") for file in container.iter("rootfile")), "")
            if name not in names:
                endings = (".musicxml", ".xml")
                name = next((n for n in names if n.lower().endswith(endings) and not n.startswith("META-INF")), "")
            if not name:
                raise Unsound("there is no score in it. Export it again as MusicXML.")
            return _member(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise Unsound("its zip container is broken or locked. Fetch or export it again.") from None


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(LARGEST_BYTES + 1)  # what its header says of its size may be a lie
    if len(content) > LARGEST_BYTES:
        raise Unsound(f"unpacked it is over {LARGEST_BYTES >> 20} MB, far more than a score takes.")
    return content


def _tree(content: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth, skipped_from, count = 0, 0, 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, skipped_from, count
        depth += 1
        count += 1
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise Unsound("it is nested too deeply or has too many elements for a score.")
        if not skipped_from:
            if tag in _SILENT:
                skipped_from = depth
            else:
                builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth, skipped_from
        if not skipped_from:
            builder.end(tag)
        elif depth == skipped_from:
            skipped_from = 0
        depth -= 1

    def data(text: str) -> None:
        if not skipped_from:
            builder.data(text)

    def entity(*_: object) -> None:
        raise Unsound("it declares entities of its own, as no score needs. Export it again from its program.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(content, True)
        return builder.close()
    except expat.ExpatError as problem:
        reason = expat.errors.messages.get(problem.code, str(problem.code))
        raise Unsound(f"line {problem.lineno} is no XML ({reason}). Fetch or export it again.") from None
    except (AssertionError, ValueError, LookupError):
        raise Unsound("it is no XML. Fetch or export it again.") from None


def zipped(content: bytes) -> bytes:
    """Return a score as a zipped one (.mxl); equal content gives equal bytes."""
    container = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
        f'<rootfile full-path="{_NAME}" media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>\n'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member, how in (
            ("mimetype", b"application/vnd.recordare.musicxml", zipfile.ZIP_STORED),
            (_CONTAINER, container.encode(), zipfile.ZIP_DEFLATED),
            (_NAME, content, zipfile.ZIP_DEFLATED),
        ):
            archive.writestr(zipfile.ZipInfo(name), member, how)
    return file.getvalue()
