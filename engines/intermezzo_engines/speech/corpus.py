"""The training clips, read from the data folder as it is, and the clips that no training may ever see.

The held-out list is split by sentence (cathy read many prompts more than once) and shared by every model of this
engine: renderer, aligner, converter. Nothing here is needed at run time.
"""

import csv
import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from scipy import signal

from intermezzo_engines.speech.features import SAMPLE_RATE, Floats

VOICES: Final = ("cathy", "ljs")

HELD_OUT_LJS: Final = frozenset((
    "LJ001-0009", "LJ001-0028", "LJ001-0047", "LJ001-0066", "LJ001-0085", "LJ001-0104", "LJ001-0123", "LJ001-0142",
    "LJ001-0161", "LJ001-0180", "LJ002-0013", "LJ002-0032", "LJ002-0051", "LJ002-0070", "LJ002-0089", "LJ002-0108",
    "LJ002-0127", "LJ002-0146", "LJ002-0165", "LJ002-0184",
))  # fmt: skip
# Prompts of the ARCTIC set; every recording of the same sentence is held out with them.
HELD_OUT_CATHY: Final = frozenset((
    "a0025", "a0075", "a0125", "a0175", "a0225", "a0275", "a0325", "a0375", "a0425", "a0475",
    "b0025", "b0075", "b0125", "b0175", "b0225", "b0275", "b0325", "b0375", "b0425", "b0475",
))  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """One recording and what is said in it.

    Attributes:
        voice: name of the speaker's set.
        id: name of the file without its suffix.
        text: what is said; empty for libri.
        held_out: whether it is kept from every training.
    """

    voice: str
    id: str
    text: str
    held_out: bool


def clips(data_dir: Path, voice: str) -> list[Clip]:
    """Return the clips of ``cathy`` or ``ljs`` in order of their ids, held-out ones marked.

    Raises:
        FileNotFoundError: if the data folder has no such voice.
    """
    with (data_dir / "speech" / f"{voice}.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (row[0], row[1]) for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE) if len(row) > 1
        )
    if voice == "ljs":
        return [Clip(voice, name, text, name in HELD_OUT_LJS) for name, text in rows]
    kept = {sentence_key(text) for name, text in rows if name.split("_")[1] in HELD_OUT_CATHY}
    return [Clip(voice, name, text, sentence_key(text) in kept) for name, text in rows]


def held_out_pairs(data_dir: Path, voice: str) -> list[Clip]:
    """Return one clip of each held-out sentence of a voice: the 20 that figures are measured on."""
    first = {sentence_key(clip.text): clip for clip in reversed(clips(data_dir, voice)) if clip.held_out}
    return sorted(first.values(), key=lambda clip: clip.id)


def sentence_key(text: str) -> str:
    """Return what two readings of the same sentence share: lower-case letters and digits."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def sounds(data_dir: Path, voice: str) -> Iterator[tuple[str, Floats]]:
    """Yield ``(id, samples)`` of every clip of a voice in the order of its archive; mono float32 at 24 kHz.

    Raises:
        FileNotFoundError: if the data folder has no such archive.
    """
    with tarfile.open(data_dir / "speech" / f"{voice}.opus.tar") as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith(".opus"):
                continue
            stream = archive.extractfile(member)
            if stream is None:
                continue
            samples, rate = soundfile.read(io.BytesIO(stream.read()), dtype="float32")
            if rate != SAMPLE_RATE:  # libri is stored at 16 kHz
                samples = signal.resample_poly(samples, SAMPLE_RATE, rate)
            yield Path(member.name).stem, np.asarray(samples, np.float32)
