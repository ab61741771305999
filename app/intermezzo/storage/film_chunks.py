"""Something of ours inside a film file: an application extension of GIF, a box of MP4, an element of WebM.

APNG and WebP hold it as pictures do. Other programs pass over it, and no picture changes. Layouts: GIF89a specification
(CompuServe, 1990), sections 24 and 26; ISO/IEC 14496-12, section 4.2 (a box of the type 'uuid'); RFC 8794, sections 4,
5 and 11.3.2 (a Void element, which may stand anywhere).
"""

import struct
from pathlib import Path
from typing import BinaryIO, Final

from intermezzo.storage.documents import Unsound
from intermezzo.storage.picture_chunks import PICTURE_CARRIERS, found_in_picture, put_in_picture

__all__ = ["FILM_CARRIERS", "found_in_film", "put_in_film"]

FILM_CARRIERS: Final = (*PICTURE_CARRIERS, ".apng", ".gif", ".mp4", ".webm")
_GIF_ID: Final = b"INTRMZZO1.0"  # eight letters of the program and three of a code
_ID: Final = bytes.fromhex("2f5c0a1e7d3b4e8f9a6c49696e746d7a")
_WEBM: Final = b"\x1a\x45\xdf\xa3"  # how the head of EBML begins
_VOID: Final = b"\xec"
_LARGEST: Final = 1 << 30
_MOST_BLOCKS: Final = 1_000_000
_LINE: Final = 255


def put_in_film(content: bytes, payload: bytes, comment: str) -> bytes:
    """Return a film file with a payload and a comment in it; one that cannot hold them comes back as it was."""
    if content[:4] == b"GIF8" and content[-1:] == b";":
        told = b"\x21\xfe" + _blocks(comment.encode("ascii", "replace"))
        ours = b"\x21\xff" + bytes([len(_GIF_ID)]) + _GIF_ID + _blocks(payload)
        # Blocks of GIF87a have no extensions; ours belong to 89a.
        return b"GIF89a" + content[6:-1] + told + ours + b";"
    if content[4:8] == b"ftyp":
        return content + struct.pack(">I", 8 + 16 + len(payload)) + b"uuid" + _ID + payload
    if content[:4] == _WEBM:
        size = len(_ID) + len(payload)
        return content + _VOID + struct.pack(">Q", size | 1 << 56) + _ID + payload
    return put_in_picture(content, payload, comment)


def found_in_film(path: Path) -> bytes | None:
    """Return the payload of a film file, None if it carries none.

    Raises:
        Unsound: if there is one, but cut off, damaged or larger than one of ours can be.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(13)
        if head[:4] == b"GIF8":
            return _from_gif(file, head)
        if head[4:8] == b"ftyp":
            return _from_mp4(file)
        if head[:4] == _WEBM:
            return _from_webm(file)
    return found_in_picture(path)


def _blocks(content: bytes) -> bytes:
    parts = [content[k : k + _LINE] for k in range(0, len(content), _LINE)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _from_gif(file: BinaryIO, head: bytes) -> bytes | None:
    flags = head[10] if len(head) > 10 else 0
    file.seek(13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
    for _ in range(_MOST_BLOCKS):
        kind = file.read(1)
        if kind == b"\x21":
            label = file.read(1)
            if label == b"\xff":
                name = file.read((file.read(1) or b"\0")[0])
                if name == _GIF_ID:
                    return _gif_blocks(file)
            _pass_blocks(file)
        elif kind == b"\x2c":
            flags = (file.read(9) or b"\0")[-1]
            file.seek((3 << (flags & 7) + 1 if flags & 0x80 else 0) + 1, 1)  # its colours, and the size of its codes
            _pass_blocks(file)
        else:
            return None
    return None


def _gif_blocks(file: BinaryIO) -> bytes:
    parts: list[bytes] = []
    for _ in range(_LARGEST // _LINE):
        size = file.read(1)
        if size == b"\0":
            return b"".join(parts)
        part = file.read(size[0]) if size else b""
        if not size or len(part) < size[0]:
            raise Unsound("the sketch in it is cut off.")
        parts.append(part)
    raise Unsound("the sketch in it is too large.")


def _pass_blocks(file: BinaryIO) -> None:
    for _ in range(_MOST_BLOCKS):
        size = file.read(1)
        if size in (b"", b"\0"):
            return
        file.seek(size[0], 1)


def _from_mp4(file: BinaryIO) -> bytes | None:
    at, end = 0, file.seek(0, 2)
    while at + 8 <= end:
        file.seek(at)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1 and at + 16 <= end:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        if kind == b"uuid" and file.read(16) == _ID:
            if size > _LARGEST or at + size > end or size < head + 16:
                raise Unsound("the sketch in it is cut off.")
            return file.read(size - head - 16)
        if size < head:
            return None
        at += size
    return None


def _from_webm(file: BinaryIO) -> bytes | None:
    """Look through the outermost elements: the head, the segment of pictures, and what follows it."""
    at, end = 0, file.seek(0, 2)
    while at < end:
        file.seek(at)
        kind = _ebml_number(file, keeps_mark=True)
        size = _ebml_number(file)
        if kind is None or size is None:
            return None
        body = file.tell()
        if kind == _VOID[0] and file.read(len(_ID)) == _ID:
            if not len(_ID) <= size <= _LARGEST or body + size > end:
                raise Unsound("the sketch in it is cut off.")
            return file.read(size - len(_ID))
        at = body + size
    return None


def _ebml_number(file: BinaryIO, *, keeps_mark: bool = False) -> int | None:
    """Read a number of one to eight bytes, with the bit that says how many where it ``keeps_mark``; None: no number."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    raw = first + file.read(length - 1)
    value = int.from_bytes(raw, "big")
    is_open = value & ((1 << 7 * length) - 1) == (1 << 7 * length) - 1  # a size that is not known yet
    if len(raw) < length or (is_open and not keeps_mark):
        return None
    return value if keeps_mark else value & ((1 << 7 * length) - 1)
