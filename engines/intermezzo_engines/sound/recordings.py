"""The recordings that the sound engine learns from: ESC-10 and the samples of Sonic Pi, as shared/data packs them."""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import FileError

__all__ = ["CLASSES", "KINDS", "Recording", "recordings"]

RATE: Final = 24_000
HELD_OUT_FOLD: Final = 5
CLASSES: Final = (
    "Dog bark", "Rain", "Sea waves", "Baby cry", "Clock tick", "Person sneeze", "Helicopter", "Chainsaw", "Rooster",
    "Fire crackling",
)  # fmt: skip
# What the first words of Sonic Pi's file names mean; those of one or two files have no kind of their own.
_FAMILIES: Final = {
    "ambi": "ambient", "arovane": "loop", "bass": "bass", "bd": "bass drum", "drum": "drum", "elec": "electric",
    "glitch": "glitch", "guit": "guitar", "hat": "hi-hat", "loop": "loop", "mehackit": "electric", "misc": "glitch",
    "perc": "percussion", "ride": "hi-hat", "sn": "snare", "tabla": "tabla", "vinyl": "vinyl",
}  # fmt: skip
KINDS: Final = (*CLASSES, *sorted(set(_FAMILIES.values())))


@dataclass(frozen=True, eq=False)
class Recording:
    """One recording: ``samples`` float32 mono at 24 kHz, its ``kind`` of `KINDS`, and the ``text`` that names it."""

    name: str
    kind: str
    text: str
    samples: NDArray[np.float32]
    held_out: bool


def recordings(folder: Path) -> list[Recording]:
    """Read all recordings below a data folder; fold 5 and every tenth sample are held out from all training.

    Raises:
        FileError: if the pack is not there or damaged.
    """
    import soundfile

    path = next((p for p in (folder / "sounds" / "sounds24k.tar.xz", folder / "sounds24k.tar.xz") if p.is_file()), None)
    if path is None:
        raise FileError(f"There is no sounds24k.tar.xz in {folder}.")
    try:
        with tarfile.open(path) as pack:
            files = {m.name: pack.extractfile(m).read() for m in pack if m.isfile()}  # type: ignore[union-attr]
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise FileError(f"{path} is damaged: {problem}") from problem
    top = next(name for name in files if name.endswith("metadata.jsonl")).removesuffix("metadata.jsonl")
    found = []
    for line in files[f"{top}metadata.jsonl"].decode().splitlines():
        entry = json.loads(line)
        name = PurePosixPath(entry["file"]).name
        samples, rate = soundfile.read(io.BytesIO(files[top + entry["file"]]), dtype="float32")
        if rate != RATE or samples.ndim != 1:
            raise FileError(f"{entry['file']} is not mono at 24 kHz.")
        if "fold" in entry:
            kind, text, held_out = entry["label"], entry["label"].lower(), entry["fold"] == HELD_OUT_FOLD
        else:
            family, _, rest = entry["text"].partition(" ")
            kind = _FAMILIES[family]
            text, held_out = f"{kind} {rest}".strip(), zlib.crc32(name.encode()) % 10 == 0
        found.append(Recording(name, kind, text, samples, held_out))
    return found
