"""A folder of somebody's recordings, with or without their texts, as training reads it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import soundfile

from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio
from intermezzo_engines.speech.analyse import mono_24k
from intermezzo_engines.speech.features import Floats

__all__ = ["Recording", "find_recordings", "read_recording"]

_SOUNDS = frozenset((".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff"))
_TEXTS = (".txt", ".lab")


@dataclass(frozen=True)
class Recording:
    """A sound file and what is said in it, "" where that is not known."""

    path: Path
    text: str


def find_recordings(folder: Path) -> list[Recording]:
    """Return the sound files of a folder and its folders, in order of their names.

    The text of ``a.wav`` is in ``a.txt`` or ``a.lab`` beside it, or in a line ``a|text`` of a ``metadata.csv`` above.

    Raises:
        FileError: if there is no such folder or no sound in it.
    """
    if not folder.is_dir():
        raise FileError(f"{folder} is no folder. Name the one that holds the recordings.")
    tables = {path.parent: dict(_rows(path)) for path in folder.rglob("metadata.csv")}
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SOUNDS and p.is_file()):
        beside = [path.with_suffix(suffix) for suffix in _TEXTS if path.with_suffix(suffix).is_file()]
        text = beside[0].read_text(encoding="utf-8", errors="replace") if beside else ""
        for parent in (path.parent, *path.parent.parents):
            text = text or tables.get(parent, {}).get(path.stem, "")
        found.append(Recording(path, " ".join(text.split())))
    if not found:
        raise FileError(f"{folder} holds no recordings (WAV, FLAC, OGG, Opus, MP3 or AIFF).")
    return found


def read_recording(recording: Recording) -> Floats:
    """Return a recording as 24 kHz mono float32.

    Raises:
        FileError: if it cannot be read.
    """
    try:
        samples, rate = soundfile.read(recording.path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as problem:
        raise FileError(f"{recording.path.name} cannot be read as sound: {problem}") from problem
    return mono_24k(Audio(samples.T.copy(), int(rate)))


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE):
            if len(row) > 1:
                yield Path(row[0]).stem, row[-1]
