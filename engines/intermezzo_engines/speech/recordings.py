"""A folder of somebody's recordings, with or without their texts, as training reads it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import soundfile

from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio
from intermezzo.core.training import Material
from intermezzo_engines.speech.analyse import mono_24k
from intermezzo_engines.speech.features import Floats

__all__ = ["LEAST_S", "LEAST_WITH_TEXT_S", "Recording", "find_recordings", "material", "read_recording"]

LEAST_S: Final = 30.0
"""Less than this, and nothing can be learned of a voice."""
LEAST_WITH_TEXT_S: Final = 90.0
"""Less than this with known text, and the way of reading stays that of the shipped voices."""

_DULL_HZ: Final = 16_000  # sample rates below this have nothing over 7 kHz
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


def material(folder: Path) -> Material:
    """Tell what a folder holds, by the heads of its files.

    Raises:
        FileError: if there is no such folder or no sound in it.
    """
    total_s = with_text_s = 0.0
    n_with_text = n_broken = n_good = n_dull = 0
    for recording in find_recordings(folder):
        try:
            head = soundfile.info(recording.path)
        except (soundfile.LibsndfileError, OSError):
            n_broken += 1
            continue
        seconds = float(head.duration)
        n_good += 1
        n_dull += head.samplerate < _DULL_HZ
        total_s += seconds
        if recording.text:
            n_with_text += 1
            with_text_s += seconds
    length = f"{total_s / 60:.1f} minutes" if total_s >= 90 else f"{total_s:.0f} seconds"
    line = f"{n_good} recording{'' if n_good == 1 else 's'}, {length}; {n_with_text} with text"
    if n_broken:
        line += f"; {n_broken} cannot be read"
    advice = ""
    if total_s < LEAST_S:
        advice = f"A voice needs {LEAST_S:.0f} seconds or more, better ten minutes."
    elif with_text_s < LEAST_WITH_TEXT_S:
        advice = (
            f"The sound of the voice is learned; its way of reading needs {LEAST_WITH_TEXT_S:.0f} seconds whose text "
            "is known."
        )
    if n_dull and total_s >= LEAST_S:
        are = "is" if n_dull == 1 else "are"
        dull = f"{n_dull} of them {are} as dull as a telephone (under {_DULL_HZ // 1000} kHz); so will the voice be."
        advice = f"{dull} {advice}".rstrip()
    figures = {
        "recordings": float(n_good), "recorded_s": total_s, "with_text": float(n_with_text), "with_text_s": with_text_s,
        "unreadable": float(n_broken),
    }  # fmt: skip
    return Material(line, advice, total_s >= LEAST_S, figures)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE):
            if len(row) > 1:
                yield Path(row[0]).stem, row[-1]
