"""Imported sound inside a project: WAV of 32-bit floats, bit for bit what the engines got, and playable anywhere.

FLAC would be smaller, but holds 24 bits of whole numbers: a recording that was resampled would come back changed, and
with it the fingerprint that says whether a sketch is fresh.
"""

import struct

import numpy as np

from intermezzo.core.errors import FileError
from intermezzo.core.fingerprint import of_array
from intermezzo.core.media import Audio
from intermezzo.storage.arrays import Pieces
from intermezzo.storage.documents import Unsound

__all__ = ["parsed_wave", "wave_name", "wave_pieces"]

_FLOAT = 3


def wave_name(audio: Audio) -> str:
    """Return the name of a sound inside a container."""
    return f"media/{of_array(audio.samples)}.wav"


def wave_pieces(audio: Audio) -> Pieces:
    """Return the WAV file of a sound; channels interleaved, float32.

    Raises:
        FileError: if it is larger than a WAV can be.
    """
    channels, frames = audio.samples.shape
    interleaved = np.ascontiguousarray(audio.samples.T, "<f4")
    n_bytes = interleaved.nbytes
    if n_bytes >= 2**32 - 64:
        raise FileError("The project was not saved: it holds a recording of over 4 GB. Cut it in parts first.")
    form = struct.pack(
        "<HHIIHHH", _FLOAT, channels, audio.sample_rate, audio.sample_rate * channels * 4, channels * 4, 32, 0
    )
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"fact" + struct.pack("<II", 4, frames)
    head = b"RIFF" + struct.pack("<I", 4 + len(chunks) + 8 + n_bytes) + b"WAVE" + chunks
    head += b"data" + struct.pack("<I", n_bytes)
    return [head, interleaved.data.cast("B") if n_bytes else b""]


def parsed_wave(content: bytes) -> Audio:
    """Read a WAV file of 32-bit floats.

    Raises:
        Unsound: if it is malformed or of another kind.
    """
    if len(content) < 12 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise Unsound("one of its recordings is no WAV.")
    chunks: dict[bytes, bytes | memoryview] = {}
    view, at = memoryview(content), 12
    while at + 8 <= len(content):
        name, size = bytes(view[at : at + 4]), int.from_bytes(view[at + 4 : at + 8], "little")
        if at + 8 + size > len(content):
            raise Unsound("one of its recordings is cut off.")
        chunks.setdefault(name, view[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    form, data = chunks.get(b"fmt ", b""), chunks.get(b"data")
    if len(form) < 16 or data is None:
        raise Unsound("one of its recordings is malformed.")
    tag, channels, rate, _, align, bits = struct.unpack("<HHIIHH", form[:16])
    if (tag, bits) != (_FLOAT, 32) or not 1 <= channels <= 256 or align != 4 * channels or len(data) % align:
        raise Unsound("one of its recordings is no WAV of 32-bit floats.")
    samples = np.frombuffer(data, "<f4").reshape(-1, channels).T
    return Audio(np.ascontiguousarray(samples, np.float32), rate)
