"""Weights as they lie in a safetensors file, looked at without torch: that they are whole, and which they are.

A safetensors file begins with eight bytes that say how long its table is, the table says where each tensor lies, and
the tensors follow without a gap. So a file that was cut off is told from its first kilobytes.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Final

from intermezzo.core.errors import SourceError

__all__ = ["digest", "weights_of", "weights_trouble"]

_NAMES: Final = (
    "model.safetensors", "diffusion_pytorch_model.safetensors", "model.fp16.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
)  # fmt: skip
_PICKLED: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_LARGEST_TABLE: Final = 100_000_000  # what the format itself allows
_DIGITS: Final = 16


def weights_of(folder: Path) -> Path:
    """Return the safetensors file of a folder; raises SourceError if there is none."""
    for name in _NAMES:
        if (folder / name).is_file():
            return folder / name
    pickled = sorted(path.name for pattern in _PICKLED for path in folder.glob(pattern))
    if pickled:
        raise SourceError(f"its weights are pickled ({pickled[0]}), which can run code; save them as safetensors")
    if list(folder.glob("*.safetensors.index.json")):
        raise SourceError("its weights lie in several files; save them as one safetensors file")
    raise SourceError(f"{folder.name} has no weights ({_NAMES[0]} or {_NAMES[1]})")


def weights_trouble(folder: Path) -> str:
    """Return why the weights of a folder cannot be used, as half a sentence; empty where they are whole."""
    try:
        path = weights_of(folder)
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(_LARGEST_TABLE, size - 8):
                return f"{path.name} is no safetensors file, or was cut off; fetch it again"
            table = json.loads(file.read(length))
        stops = [int(entry["data_offsets"][1]) for name, entry in table.items() if name != "__metadata__"]
    except SourceError as problem:
        return str(problem)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return "its weights are no safetensors file, or were cut off; fetch them again"
    wanted = 8 + length + max(stops, default=0)
    if not stops or size != wanted:
        return f"{path.name} has {size:,} bytes where {wanted:,} belong; fetch it again"
    return ""


def digest(folder: Path) -> str:
    """Return what tells the weights of a folder from all others: 16 hexadecimal digits of their SHA-256.

    Raises:
        SourceError: if there are none.
    """
    path = weights_of(folder)
    told = path.stat()
    return _digest(path, told.st_size, told.st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, time_ns: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:_DIGITS]
