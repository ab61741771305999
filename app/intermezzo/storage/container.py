"""Containers: the zip rules of project and sketch files, which never trust what they read.

The first entry is ``mimetype``, stored, the second the document (``project.json`` or ``sketch.json``), then come
``data/*.npy``, ``media/*.wav`` and ``*.png``, stored as they are: floating-point sound hardly shrinks, and plain bytes
save ten minutes of speech in a fraction of a second. Names are content hashes, so what is equal is there once. The
same content gives the same bytes. Nothing is ever extracted to disk, and only names of this form are read at all.
"""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from intermezzo import __version__
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.storage.arrays import Pieces
from intermezzo.storage.atomic import atomic_file
from intermezzo.storage.documents import LARGEST_DOCUMENT, Table, Unsound, read_json, written_json
from intermezzo.storage.migrations import FORMAT, migrated

__all__ = [
    "MIMETYPES", "Container", "container_bytes", "kind_of", "opened", "opened_stream", "write_container",
]  # fmt: skip

MIMETYPES = {kind: f"application/vnd.intermezzo.{kind}+zip" for kind in ("project", "sketch")}

_MOST_ENTRIES = 20_000
_LARGEST_TOTAL = 16 * 2**30
_LARGEST_RATIO = 100  # of an entry over a megabyte; our own are stored
_LARGEST_DIRECTORY = 4 * 2**20
_BLOB = re.compile(r"(data/[0-9a-f]{32}\.npy|media/[0-9a-f]{32}\.(?:wav|png))\Z")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_END = b"PK\x05\x06"


def write_container(path: Path, kind: str, document: Mapping[str, Any], files: Mapping[str, Pieces]) -> None:
    """Write a container whole or not at all.

    Raises:
        FileError: if it cannot be written here, or holds more text than can be read again.
    """
    text = written_json({"format": FORMAT, "written_by": f"Intermezzo {__version__}", **document})
    if len(text) > LARGEST_DOCUMENT:
        raise FileError(f"{path.name} was not written: it holds over 30 MB of text. Split the work in parts.")
    with atomic_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("mimetype"), MIMETYPES[kind])
        archive.writestr(_entry(f"{kind}.json"), text, zipfile.ZIP_DEFLATED, compresslevel=6)
        for name, pieces in files.items():
            info = _entry(name)
            info.file_size = sum(len(piece) for piece in pieces)
            with archive.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece)


def container_bytes(kind: str, document: Mapping[str, Any], files: Mapping[str, Pieces]) -> bytes:
    """Return a container as small bytes, for where it travels inside another file; the same content, the same bytes.

    Raises:
        FileError: if it holds more text than can be read again.
    """
    text = written_json({"format": FORMAT, "written_by": f"Intermezzo {__version__}", **document})
    if len(text) > LARGEST_DOCUMENT:
        raise FileError("The sketch holds over 30 MB of text. Split the work in parts.")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("mimetype"), MIMETYPES[kind])
        archive.writestr(_entry(f"{kind}.json"), text, zipfile.ZIP_DEFLATED, compresslevel=6)
        for name, pieces in files.items():
            content = b"".join(pieces)
            # What shrinks to almost nothing would look like a bomb to the reader, here as in any file.
            is_even = len(content) > 2**20 and len(zlib.compress(content, 1)) * _LARGEST_RATIO < 2 * len(content)
            way = zipfile.ZIP_STORED if is_even else zipfile.ZIP_DEFLATED
            archive.writestr(_entry(name), content, way, compresslevel=6)
    return stream.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.external_attr = 0o644 << 16
    return info


class Container:
    """An opened container whose names, sizes and format have been checked; ``document`` is its JSON table."""

    def __init__(self, archive: zipfile.ZipFile, kind: str) -> None:
        self._archive = archive
        self._entries = _checked_entries(archive, kind)
        if self.read("mimetype") != MIMETYPES[kind].encode():
            raise Unsound(f"it is no Intermezzo {kind}.")
        self.document = Table(migrated(read_json(self.read(f"{kind}.json")), kind))

    def read(self, name: str) -> bytes:
        """Return the content of an entry; raises Unsound if it is missing or not as large as it says."""
        info = self._entries.get(name)
        if info is None:
            raise Unsound(f"the part {name[:60]!r} is missing.")
        with self._archive.open(info) as entry:
            content = entry.read(info.file_size + 1)
            if len(content) != info.file_size or entry.read(1):
                raise Unsound(f"the part {name[:60]!r} has another size than it says.")
        return content


@contextmanager
def opened(path: Path, kind: str) -> Iterator[Container]:
    """Open a container for reading; whatever goes wrong in the block is told as one line about this file.

    Raises:
        FileError: if it cannot be read, is no such container, is damaged, hostile or newer than this program.
    """
    try:
        with path.open("rb") as file, opened_stream(file, kind, path.name) as container:
            yield container
    except OSError as error:
        raise FileError(f"{path.name} cannot be opened: {_in_words(error)}") from None


@contextmanager
def opened_stream(file: BinaryIO, kind: str, name: str) -> Iterator[Container]:
    """Open a container for reading as `opened` does, from a seekable stream that messages call ``name``."""
    try:
        _precheck(file, kind)
        with zipfile.ZipFile(file) as archive:
            yield Container(archive, kind)
    except Unsound as problem:
        raise FileError(f"{name} cannot be opened: {problem}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as problem:
        detail = " ".join(str(problem).split())[:100]
        raise FileError(f"{name} cannot be opened: it is damaged ({detail}). Open an earlier copy of it.") from None
    except FileError:
        raise
    except IntermezzoError as problem:
        raise FileError(f"{name} cannot be opened: {problem}") from None


def kind_of(path: Path) -> str | None:
    """Return 'project' or 'sketch' by what a file says of itself at its beginning, or None for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(200)
    except OSError:
        return None
    return next(
        (kind for kind, mimetype in MIMETYPES.items() if head[30:].startswith(b"mimetype" + mimetype.encode())), None
    )


def _precheck(file: BinaryIO, kind: str) -> None:
    """Refuse what is no zip, is cut off, or has a directory so large that only reading it would take all memory."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4)
    if head != b"PK\x03\x04":
        raise Unsound(f"it is no Intermezzo {kind}." if size else "it is empty.")
    tail_size = min(size, 22 + 65535)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Unsound("it is cut off. Copy or download it again, or open an earlier copy.")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    # The extended directory of archives over 4 GB overrules what stands here, so it must have a reason to be there.
    extended = tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07") and size < 2**31
    if extended or directory > _LARGEST_DIRECTORY:
        raise Unsound("it says that it holds far more parts than a work of ours.")
    file.seek(0)


def _checked_entries(archive: zipfile.ZipFile, kind: str) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if not infos or infos[0].filename != "mimetype":
        raise Unsound(f"it is no Intermezzo {kind}.")
    if len(infos) > _MOST_ENTRIES or sum(info.file_size for info in infos) > _LARGEST_TOTAL:
        raise Unsound("it would unpack to far more than a work of ours.")
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        if name in ("data/", "media/") and not info.file_size:
            continue
        if name not in ("mimetype", f"{kind}.json") and not _BLOB.match(name):
            raise Unsound(_why_not(name, kind))
        if name in entries:
            raise Unsound(f"the part {name!r} is there twice.")
        _check_entry(info, f"{kind}.json")
        entries[name] = info
    return entries


def _why_not(name: str, kind: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
        return f"it wants to write outside of itself ({name[:60]!r}); do not trust where it came from."
    other = "project" if kind == "sketch" else "sketch"
    if name == f"{other}.json":
        return f"it is a {other}, no {kind}."
    return f"it holds {name[:60]!r}, which is no part of a {kind}."


def _check_entry(info: zipfile.ZipInfo, document: str) -> None:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unsound(f"its part {info.filename!r} is a link.")
    if info.flag_bits & 0x1:
        raise Unsound("it is encrypted.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unsound(f"its part {info.filename!r} is packed in a way that is not used here.")
    if info.filename == "mimetype" and info.file_size > 100:
        raise Unsound("it is no work of ours.")
    if info.filename == document:
        if info.file_size > LARGEST_DOCUMENT:
            raise Unsound("its document is far too large.")
    elif info.file_size > 2**20 and info.file_size > _LARGEST_RATIO * max(info.compress_size, 1):
        raise Unsound("it would unpack to far more than a work of ours.")


def _in_words(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is not there; it may have been moved or deleted."
    if isinstance(error, IsADirectoryError):
        return "it is a folder."
    if isinstance(error, PermissionError):
        return "you may not read it. Ask its owner, or copy it to a folder of your own."
    return f"the system says: {error.strerror or error}."
