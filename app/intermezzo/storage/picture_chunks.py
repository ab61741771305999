"""Something of ours inside a picture file: a private chunk of PNG, a chunk of our own at the end of WebP.

Other programs pass over it, and no pixel changes. The name of the PNG chunk says that it may be left out (small first
letter), is private, and stays true when others edit the file around it. The comment is an ordinary text in PNG.
Layouts: the PNG specification, third edition (W3C, 2025), sections 5.3 and 5.4; RFC 9649 (WebP).
"""

import struct
import zlib
from pathlib import Path
from typing import Final

from intermezzo.storage.documents import Unsound

__all__ = ["PICTURE_CARRIERS", "found_in_picture", "put_in_picture"]

PICTURE_CARRIERS: Final = (".png", ".webp")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_ID: Final = b"imZo"
_WEBP_ID: Final = b"IMZO"
_LARGEST: Final = 1 << 30
_MOST_CHUNKS: Final = 10_000


def put_in_picture(content: bytes, payload: bytes, comment: str) -> bytes:
    """Return a picture file with a payload and a comment in it; one that cannot hold them comes back as it was."""
    if content[:8] == _PNG:
        told = _png_chunk(b"tEXt", b"Comment\0" + comment.encode("latin-1", "replace"))
        end = content.rindex(b"IEND") - 4
        return content[:end] + told + _png_chunk(_PNG_ID, payload) + content[end:]
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        chunk = _WEBP_ID + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)
        padded = content + bytes(len(content) % 2)
        return b"RIFF" + struct.pack("<I", len(padded) - 8 + len(chunk)) + padded[8:] + chunk
    return content


def found_in_picture(path: Path) -> bytes | None:
    """Return the payload of a picture file, None if it carries none.

    Raises:
        Unsound: if there is one, but cut off, damaged or larger than one of ours can be.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(12)
        order: str
        if head[:8] == _PNG:
            at, order, wanted, tail = 8, ">I", _PNG_ID, 4
        elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            at, order, wanted, tail = 12, "<I", _WEBP_ID, 0
        else:
            return None
        end = file.seek(0, 2)
        for _ in range(_MOST_CHUNKS):
            file.seek(at)
            if at + 8 > end:
                return None
            first, second = file.read(4), file.read(4)
            size = struct.unpack(order, first if tail else second)[0]
            if (second if tail else first) == wanted:
                if size > _LARGEST or at + 8 + size + tail > end:
                    raise Unsound("the sketch in it is cut off.")
                payload = file.read(size)
                if tail and zlib.crc32(wanted + payload) != struct.unpack(">I", file.read(4))[0]:
                    raise Unsound("the sketch in it is damaged.")
                return payload
            at += 8 + size + (tail or size % 2)
    return None


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
