"""The tunes that training and figures use: songs, hymns and lead sheets as `Melody`, held-out tunes marked.

Files: `music/{lieder,openhymnal,openewld_to1930}.jsonl.xz` of the data folder, 12 ticks a quarter. A tune is made
one-voiced (a note ends where the next begins; of notes struck together the highest stays), verse numbers are taken from
the syllables, and bar lines stand where the file has them.

Held out is one tune in twenty, split **by tune**: works that share 24 successive intervals or a title are one tune
(hymn tunes return in other hymnals, songs in other keys), and all of a tune are on the same side.
"""

from __future__ import annotations

import json
import lzma
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.core.music.chords import NO_CHORD
from intermezzo.core.music.keys import Key, letter_pitch_class
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, Metre
from intermezzo.core.music.syllables import HOLD
from intermezzo_engines.melody.harmony import root_name
from intermezzo_engines.melody.key_finding import key_with

__all__ = ["FILES", "METRES", "Tune", "melody_of", "tunes"]

FILES: Final = ("lieder", "openhymnal", "openewld_to1930")
METRES: Final = ("4/4", "2/2", "2/4", "3/4", "6/8", "3/8", "9/8", "12/8")
"""Tunes in other metres are left out."""
_TICK: Final = FRAMES_PER_QUARTER // 12
_SHARED: Final = 24
_HELD_OUT: Final = 20
_FEWEST_NOTES: Final = 24
_VERSE_NUMBER: Final = re.compile(r"^\s*[(\[]?\d+\s*[.):\]]*\s*")


@dataclass(frozen=True, eq=False)
class Tune:
    """A tune of the corpus.

    Attributes:
        id: the work's name in its file.
        file: one of `FILES`.
        melody: its notes and first verse; further verses beside them.
        held_out: whether it is kept from every training.
    """

    id: str
    file: str
    melody: Melody
    held_out: bool

    @property
    def language(self) -> str:
        """ "en", "de", "fr", "it", "la", or empty where nobody knows."""
        return self.melody.language


def tunes(data_dir: Path, files: Sequence[str] = FILES) -> list[Tune]:
    """Return the tunes of the files in their order, held-out ones marked; the mark never depends on ``files``.

    Raises:
        FileError: if the folder lacks one of the files.
    """
    read = [(file, song, melody) for file in FILES for song, melody in _songs(data_dir, file)]
    held = _held_out([(song, melody) for _, song, melody in read])
    return [
        Tune(str(song["id"]), file, melody, out)
        for (file, song, melody), out in zip(read, held, strict=True)
        if file in files
    ]


def _songs(data_dir: Path, file: str) -> Iterator[tuple[dict[str, Any], Melody]]:
    path = data_dir / "music" / f"{file}.jsonl.xz"
    if not path.exists():
        raise FileError(f"{data_dir} has no music/{path.name}. Name the folder that holds the training data.")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            song = json.loads(line)
            melody = melody_of(song)
            if melody is not None and melody.count >= _FEWEST_NOTES:
                yield song, melody


def melody_of(song: dict[str, Any]) -> Melody | None:
    """Return one line of a file as a melody; None if it is in a metre that we leave out."""
    metres = [(round(at * FRAMES_PER_QUARTER), f"{beats}/{unit}") for at, beats, unit in song["ts"]] or [(0, "4/4")]
    if any(name not in METRES for _, name in metres):
        return None
    notes, kept = _one_voice(song["notes"])
    if not len(notes):
        return None
    bars = [bar * _TICK for bar in song["bars"]] or [0]
    pickup, metres = _metres(bars, metres)
    verses = [_verse([verse[k] for k in kept], notes) for verse in song["lyrics"]]
    end = max(int(notes[:, 1].max()), bars[-1] + 1)
    return Melody(
        notes, verses[0] if verses else ("",) * len(notes), end, metres=tuple(metres), keys=_keys(song["key"]),
        chords=_chords(song["chords"], end), verses=tuple(verses[1:]), pickup=pickup, title=song["title"],
        language="" if song["lang"] == "??" else song["lang"],
    )  # fmt: skip


def _one_voice(rows: Sequence[Sequence[int]]) -> tuple[Any, list[int]]:
    """Return notes int32 (N, 4) that follow each other, and their places in ``rows``."""
    highest: dict[int, int] = {}
    for k, (onset, length, pitch) in enumerate(rows):
        if length > 0 and (onset not in highest or pitch > rows[highest[onset]][2]):
            highest[onset] = k
    kept = [highest[onset] for onset in sorted(highest)]
    table = np.array([(rows[k][0], rows[k][0] + rows[k][1], rows[k][2], 80) for k in kept], np.int32).reshape(-1, 4)
    table[:, :2] *= _TICK
    table[:-1, 1] = np.minimum(table[:-1, 1], table[1:, 0])
    return table, kept


def _metres(bars: Sequence[int], metres: Sequence[tuple[int, str]]) -> tuple[int, list[tuple[int, str]]]:
    """Return the pick-up and the metres, one more wherever a written bar line is not where the metre puts it."""
    said = sorted(dict(metres).items())
    found = [(0, said[0][1])]
    pickup = 0
    for k, bar in enumerate(bars[:-1]):
        name = [label for at, label in said if at <= bar or at == said[0][0]][-1]
        length, full = bars[k + 1] - bar, Metre(*map(int, name.split("/"))).bar_frames
        if k == 0 and bar == 0 and length < full:
            pickup = length
            continue
        expected = _next_line(found, pickup, bar)
        is_half = k > 0 and bars[k + 1] - bars[k - 1] == full  # a bar that a repeat sign cuts in two
        if (bar != expected and not is_half) or name != found[-1][1]:
            if bar == 0:
                found[0] = (0, name)
            else:
                found.append((bar, name))
    return pickup, found


def _next_line(found: Sequence[tuple[int, str]], pickup: int, bar: int) -> int:
    """Return ``bar`` if the metre so far puts a bar line there, else -1."""
    at, name = found[-1]
    first = pickup if len(found) == 1 else at
    full = Metre(*map(int, name.split("/"))).bar_frames
    return bar if bar >= first and (bar - first) % full == 0 else -1


def _verse(tokens: Sequence[str], notes: Any) -> tuple[str, ...]:
    """Return syllables in our convention: numbers of verses gone, `HOLD` where a syllable is held."""
    found: list[str] = []
    for k, token in enumerate(tokens):
        text = " ".join(_VERSE_NUMBER.sub("", token).split())
        text = "" if text in ("-", "_") else text
        holds = not text and k > 0 and found[-1] != "" and notes[k, 0] == notes[k - 1, 1]
        found.append(HOLD if holds else text)
    return tuple(found)


def _keys(key: Sequence[Any] | None) -> tuple[tuple[int, str], ...]:
    """Return the signature as its major key, or its minor one where the file says so; nothing where it has none."""
    if not key or abs(key[0]) > 7:
        return ()
    return ((0, key_with(key[0], "minor" if key[1] == "minor" else "major").name),)


def _chords(rows: Sequence[tuple[int, str]], end: int) -> tuple[tuple[int, int, str], ...]:
    """Return chord spans without gaps from "C:maj7" at its onset; repeated ones are joined."""
    found: list[tuple[int, int, str]] = []
    for onset, symbol in rows:
        start, label = onset * _TICK, _symbol(symbol)
        if start >= end or (found and found[-1][2] == label):
            continue
        if found:
            if found[-1][0] == start:
                found.pop()
            else:
                found[-1] = (found[-1][0], start, found[-1][2])
        found.append((start, end, label))
    return tuple(found)


def _symbol(symbol: str) -> str:
    """Return "Cmaj7" for "C:maj7", and no chord for none; roots with two signs by their simpler names."""
    root, _, kind = symbol.partition(":")
    if root.startswith("N"):
        return NO_CHORD
    return (root_name(letter_pitch_class(root), Key("C")) if len(root) > 2 else root) + kind


def _held_out(songs: Sequence[tuple[dict[str, Any], Melody]]) -> list[bool]:
    """Say of each song whether its tune is held out: songs linked by a title or a shared stretch are one tune."""
    parent = list(range(len(songs)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    first: dict[object, int] = {}
    opening: list[bytes] = []
    for k, (song, melody) in enumerate(songs):
        intervals = np.clip(np.diff(melody.notes[:, 2]), -60, 60).astype(np.int8)
        opening.append(intervals[:_SHARED].tobytes())
        marks: set[object] = {_title(song)}
        for at in range(len(intervals) - _SHARED + 1):
            stretch = intervals[at : at + _SHARED]
            if np.count_nonzero(stretch) >= _SHARED // 2:  # a reciting tone is no tune
                marks.add(stretch.tobytes())
        marks.add(opening[-1])
        for mark in marks:
            parent[root(k)] = root(first.setdefault(mark, k))
    smallest: dict[int, bytes] = {}
    for k, mark in enumerate(opening):
        smallest[root(k)] = min(smallest.get(root(k), mark), mark)
    return [zlib.crc32(smallest[root(k)]) % _HELD_OUT == 0 for k in range(len(songs))]


def _title(song: dict[str, Any]) -> str:
    """Return a song's title in small letters and digits; where a path says composer, cycle and song, all three."""
    parts = str(song["id"]).split("/")
    name = "/".join(parts[2:5]) if parts[0] == "lieder" and len(parts) > 4 else str(song["title"])
    return re.sub(r"[\W_]+", " ", name.lower()).strip()
