"""More art songs for training: the 1,164 vocal lines in Humdrum of the shared data, as the rows that corpus.py reads.

`music/lvh_artsongs_krn_cc0.tar.xz` holds one `**kern` spine with its syllables beside it; German and French by folder.
Many of the songs are in the other files too, so `unseen` keeps those that share no stretch of melody with any of them.
"""

from __future__ import annotations

import re
import tarfile
import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from intermezzo.core.media import Melody
from intermezzo_engines.melody.corpus import melody_of

__all__ = ["kern_songs", "row_of", "unseen"]

_FILE: Final = "lvh_artsongs_krn_cc0.tar.xz"
_FOLDERS: Final = {"GermanSongs": "de", "FrenchSongs": "fr"}
_TICKS: Final = 12
_FEWEST_NOTES: Final = 24
_SHARED: Final = 16
_LENGTH: Final = re.compile(r"(\d+)(\.*)")
_PITCH: Final = re.compile(r"([a-g]+|[A-G]+)([#-]*)")
_STEPS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MARKS: Final = {"/": "\u0301", "\\": "\u0300", "^": "\u0302", "2": "\u0308", "5": "\u0327"}
_MARKED: Final = re.compile(r"([aeiouyAEIOUY])([/\\^2])|([cC])(5)")


def kern_songs(data_dir: Path) -> Iterator[Melody]:
    """Yield the songs of the archive in the order of their names; nothing where the folder lacks it."""
    path = data_dir / "music" / _FILE
    if not path.exists():
        return
    contents: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".krn") else None
            if content is not None:
                contents[member.name] = content.read()
    for name, raw in sorted(contents.items()):
        language = next((known for folder, known in _FOLDERS.items() if folder in name), "")
        row = row_of(raw.decode("utf-8", "replace"), language)
        melody = melody_of(row) if row else None
        if melody is not None and melody.count >= _FEWEST_NOTES:
            yield melody


def unseen(songs: Iterator[Melody], known: Sequence[Melody]) -> Iterator[Melody]:
    """Yield the songs that share no 16 successive intervals with a tune that is known or came before."""
    seen = {mark for melody in known for mark in _stretches(melody)}
    for song in songs:
        marks = set(_stretches(song))
        if not marks & seen:
            yield song
        seen |= marks


def row_of(text: str, language: str) -> dict[str, Any] | None:
    """Return one file as a row of the corpus: ticks of a twelfth of a quarter; None if it holds no notes."""
    at, tied = Fraction(0), False
    notes: list[list[int]] = []
    syllables: list[str] = []
    bars, metres = [0], []
    for line in text.splitlines():
        token, _, said = line.strip("\ufeff").partition("\t")
        if token.startswith("*M") and "/" in token:
            beats, _, unit = token[2:].strip().partition("/")
            if beats.isdigit() and unit.isdigit() and int(unit):
                metres.append([float(at), int(beats), int(unit)])
        elif token.startswith("=") and _ticks(at) > bars[-1]:
            bars.append(_ticks(at))
        elif token and token[0] not in "*!=.":
            note = token.split()[0]
            length = _LENGTH.search(note)
            if length is None or "q" in note.lower() or not int(length[1]):
                continue
            duration = Fraction(4, int(length[1])) * (2 - Fraction(1, 2 ** len(length[2])))
            pitch = None if "r" in note else _PITCH.search(note)
            if pitch is not None:
                if tied and notes:
                    notes[-1][1] = _ticks(at + duration) - notes[-1][0]
                else:
                    notes.append([_ticks(at), _ticks(at + duration) - _ticks(at), _midi(pitch[1], pitch[2])])
                    syllables.append(_said(said, syllables))
            tied = "[" in note or "_" in note
            at += duration
    if not notes or not metres:
        return None
    metres[0][0] = 0.0
    return {
        "title": "", "id": "", "key": None, "ts": metres, "bars": bars, "notes": notes, "lyrics": [syllables],
        "chords": [], "lang": language,
    }  # fmt: skip


def _said(token: str, before: list[str]) -> str:
    """Return a syllable in our convention; the word of the one before goes on where this begins with a hyphen."""
    marked = _MARKED.sub(
        lambda found: unicodedata.normalize("NFC", (found[1] or found[3]) + _MARKS[found[2] or found[4]]), token
    )
    text = re.sub(r"[{}()\[\]<>|_~#=\d]", "", marked.split("\t")[0]).strip()
    if text in ("", ".", "-"):
        return ""
    if text.startswith("-"):
        last = next((k for k in range(len(before) - 1, -1, -1) if before[k]), -1)
        if last >= 0 and not before[last].endswith("-"):
            before[last] += "-"
        text = text[1:]
    return text


def _ticks(quarters: Fraction) -> int:
    return round(quarters * _TICKS)


def _midi(letters: str, signs: str) -> int:
    octave = 4 + len(letters) - 1 if letters[0].islower() else 4 - len(letters)
    return _STEPS[letters[0].upper()] + signs.count("#") - signs.count("-") + 12 * (octave + 1)


def _stretches(melody: Melody) -> Iterator[bytes]:
    intervals = np.clip(np.diff(melody.notes[:, 2]), -60, 60).astype(np.int8)
    for at in range(len(intervals) - _SHARED + 1):
        stretch = intervals[at : at + _SHARED]
        if np.count_nonzero(stretch) >= _SHARED // 2:
            yield stretch.tobytes()
