"""Something of ours inside a sound file: a chunk of WAV, application blocks of FLAC, a private frame of MP3.

Other programs pass over it, and the samples are not touched by one bit. OGG has no place for it. A line that people
can read goes where programs show comments: RIFF LIST/INFO ICMT, Vorbis comments (written by libsndfile), ID3 COMM.
Layouts: "Multimedia Programming Interface and Data Specifications 1.0" (RIFF), RFC 9639 (FLAC), ID3v2.3.0.
"""

import struct
from pathlib import Path
from typing import BinaryIO, Final

from intermezzo.storage.documents import Unsound

__all__ = ["CARRIERS", "found_inside", "put_inside"]

CARRIERS: Final = (".wav", ".flac", ".mp3")
_ID: Final = b"imzo"
_OWNER: Final = b"intermezzo"
_LARGEST: Final = 1 << 30
_BLOCK: Final = (1 << 24) - 1 - 4  # of a FLAC block, less our name
_MOST_CHUNKS: Final = 10_000
_TAG_LIMIT: Final = (1 << 28) - 1  # of an ID3 tag
_APPLICATION: Final = 2  # the type of a FLAC block


def put_inside(content: bytes, payload: bytes, comment: str) -> bytes:
    """Return a sound file with a payload and a comment in it; one that cannot hold them comes back as it was."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return _into_wave(content, payload, comment)
    if content[:4] == b"fLaC":
        return _into_flac(content, payload)
    if content[:3] == b"ID3" or (content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0):
        return _into_mp3(content, payload, comment)
    return content


def found_inside(path: Path) -> bytes | None:
    """Return the payload of a sound file, None if it carries none.

    Raises:
        Unsound: if there is one, but cut off or larger than one of ours can be.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return _from_wave(file)
        if head[:4] == b"fLaC":
            return _from_flac(file)
        if head[:3] == b"ID3":
            return _from_mp3(file, head)
    return None


def _into_wave(content: bytes, payload: bytes, comment: str) -> bytes:
    line = comment.encode("ascii", "replace") + b"\0"
    info = b"INFO" + _riff(b"ICMT", line)
    extra = _riff(b"LIST", info) + _riff(_ID, payload)
    padded = content + bytes(len(content) % 2)
    size = len(padded) - 8 + len(extra)
    if size >= 2**32:
        return content
    return b"RIFF" + struct.pack("<I", size) + padded[8:] + extra


def _riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _from_wave(file: BinaryIO) -> bytes | None:
    at, end = 12, file.seek(0, 2)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            return None
        file.seek(at)
        head = file.read(8)
        size = int.from_bytes(head[4:], "little")
        if head[:4] == _ID:
            return _whole(file, size, end)
        at += 8 + size + size % 2
    return None


def _whole(file: BinaryIO, size: int, end: int) -> bytes:
    if size > _LARGEST or file.tell() + size > end:
        raise Unsound("the sketch in it is cut off.")
    return file.read(size)


def _into_flac(content: bytes, payload: bytes) -> bytes:
    at, last_at = 4, 4
    while True:
        last_at = at
        is_last, size = content[at] & 0x80, int.from_bytes(content[at + 1 : at + 4], "big")
        at += 4 + size
        if is_last:
            break
    parts = [payload[k : k + _BLOCK] for k in range(0, len(payload), _BLOCK)]
    blocks = [
        bytes([_APPLICATION | (0x80 if k + 1 == len(parts) else 0)]) + (len(part) + 4).to_bytes(3, "big") + _ID + part
        for k, part in enumerate(parts)
    ]
    opened = bytes([content[last_at] & 0x7F])
    return content[:last_at] + opened + content[last_at + 1 : at] + b"".join(blocks) + content[at:]


def _from_flac(file: BinaryIO) -> bytes | None:
    at, end = 4, file.seek(0, 2)
    found: list[bytes] = []
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[1:4], "big")
        if head[0] & 0x7F == _APPLICATION and head[4:] == _ID and size >= 4:
            found.append(_whole(file, size - 4, end))
            if sum(map(len, found)) > _LARGEST:
                raise Unsound("the sketch in it is far too large.")
        if head[0] & 0x80:
            break
        at += 4 + size
    return b"".join(found) if found else None


def _into_mp3(content: bytes, payload: bytes, comment: str) -> bytes:
    said = b"\x00eng\x00" + comment.encode("latin-1", "replace")
    frames = _id3(b"COMM", said) + _id3(b"PRIV", _OWNER + b"\0" + payload)
    if len(frames) > _TAG_LIMIT or content[:3] == b"ID3":
        return content
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frames + content


def _id3(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">IH", len(content), 0) + content


def _from_mp3(file: BinaryIO, head: bytes) -> bytes | None:
    end = file.seek(0, 2)
    stop = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    at = 10
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        frame = file.read(10)
        if head[3] != 3 or at + 10 > stop or len(frame) < 10 or not frame[0]:
            return None
        size = int.from_bytes(frame[4:8], "big")
        if frame[:4] == b"PRIV" and file.read(len(_OWNER) + 1) == _OWNER + b"\0" and size > len(_OWNER):
            return _whole(file, size - len(_OWNER) - 1, end)
        at += 10 + size
    return None
