"""The training clips, read from the data folder as it is, and the clips that no training may ever see.

The held-out list is split by sentence (cathy read many prompts more than once) and shared by every model of this
engine: renderer, aligner, converter. It has two parts. The *first* 20 sentences of ljs and cathy were kept from every
training there ever was. The *later* ones (and all of kerstin's) joined with version 1.1: the 40 sentences of a voice
with the smallest CRC-32; of the shipped networks only the renderer began from weights that had heard them.
Nothing here is needed at run time.
"""

import csv
import io
import re
import tarfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from scipy import signal

from intermezzo_engines.speech.features import SAMPLE_RATE, Floats
from intermezzo_engines.speech.voices import LANGUAGES as LANGUAGES
from intermezzo_engines.speech.voices import VOICES as VOICES

N_LATER: Final = 40

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
        first: whether it is one of the first held-out sentences, which no training of any version ever saw.
    """

    voice: str
    id: str
    text: str
    held_out: bool
    first: bool = False


def clips(data_dir: Path, voice: str) -> list[Clip]:
    """Return the clips of a voice in order of their ids, held-out ones marked.

    Raises:
        FileNotFoundError: if the data folder has no such voice.
    """
    with (data_dir / "speech" / f"{voice}.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (row[0], row[1]) for row in csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE) if len(row) > 1
        )
    first = {sentence_key(text) for name, text in rows if _is_first(voice, name)}
    others = {sentence_key(text) for _, text in rows} - first
    later = set(sorted(others, key=lambda key: zlib.crc32(key.encode()))[:N_LATER])
    return [
        Clip(voice, name, text, key in first or key in later, key in first)
        for name, text in rows
        for key in [sentence_key(text)]
    ]


def _is_first(voice: str, name: str) -> bool:
    return name in HELD_OUT_LJS if voice == "ljs" else voice == "cathy" and name.split("_")[1] in HELD_OUT_CATHY


def held_out_pairs(data_dir: Path, voice: str) -> list[Clip]:
    """Return one clip of each held-out sentence of a voice; the first 20 of ljs and cathy come before the later."""
    chosen = {sentence_key(clip.text): clip for clip in reversed(clips(data_dir, voice)) if clip.held_out}
    return sorted(chosen.values(), key=lambda clip: (not clip.first, clip.id))


def unseen_speakers(data_dir: Path, count: int = 20) -> dict[str, Floats]:
    """Return one recording each of speakers of libri that no training ever heard (odd numbers), by id."""
    found: dict[str, Floats] = {}
    for name, samples in sounds(data_dir, "libri"):
        speaker = name.split("-")[0]
        if int(speaker) % 2 == 1 and not any(known.split("-")[0] == speaker for known in found):
            found[name] = samples
        if len(found) == count:
            break
    return found


def sentence_key(text: str) -> str:
    """Return what two readings of the same sentence share: lower-case letters and digits."""
    return re.sub(r"[^a-zäöüß0-9]+", " ", text.lower()).strip()


def sounds(data_dir: Path, voice: str, only: Collection[str] | None = None) -> Iterator[tuple[str, Floats]]:
    """Yield ``(id, samples)`` of the clips of a voice in the order of its archive; mono float32 at 24 kHz.

    Args:
        data_dir: folder of the training data.
        voice: name of the speaker's set.
        only: ids of the clips that are wanted; all where None.

    Raises:
        FileNotFoundError: if the data folder has no such archive.
    """
    with tarfile.open(data_dir / "speech" / f"{voice}.opus.tar") as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith(".opus"):
                continue
            if only is not None and Path(member.name).stem not in only:
                continue
            stream = archive.extractfile(member)
            if stream is None:
                continue
            samples, rate = soundfile.read(io.BytesIO(stream.read()), dtype="float32")
            if rate != SAMPLE_RATE:  # libri is stored at 16 kHz
                samples = signal.resample_poly(samples, SAMPLE_RATE, rate)
            yield Path(member.name).stem, np.asarray(samples, np.float32)
