"""The formats of scores in one table: import, export, the command line and drag and drop take what stands here.

To add a format: one file with ``read_x(content: bytes, part: str) -> Reading`` and ``written_x(melody) -> bytes``,
a name of each in `codecs`, and one row here. Readers raise `Unsound` with the end of a sentence that begins with the
file's name and says what to do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.media import Melody
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.codecs import (
    read_abc,
    read_chart,
    read_kern,
    read_midi,
    read_musicxml,
    written_abc,
    written_chart,
    written_midi,
    written_musicxml,
    written_mxl,
    written_svg,
    written_ust,
    written_ustx,
)
from intermezzo.storage.scores.reading import LARGEST_BYTES, Reading

__all__ = [
    "FORMATS", "KNOWN_SUFFIXES", "SCORE_SUFFIXES", "ScoreFormat", "read_bytes", "read_score", "reading_of",
    "score_format_named", "score_format_of", "sniffed", "write_score", "written_score",
]  # fmt: skip


@dataclass(frozen=True)
class ScoreFormat:
    """One format; the first of ``suffixes`` is the one that export proposes.

    ``read`` takes the content and which part to read (a piece of its name, or its number from 1; '' for the tune as
    the format finds it). ``read`` and ``write`` are None where it goes one way.
    """

    id: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], Reading] | None = None
    write: Callable[[Melody], bytes] | None = None
    is_engraved: bool = False


FORMATS: tuple[ScoreFormat, ...] = (
    ScoreFormat("midi", "MIDI", (".mid", ".midi", ".smf", ".rmi"), read_midi, written_midi),
    ScoreFormat("kar", "MIDI karaoke", (".kar",), read_midi),
    ScoreFormat("musicxml", "MusicXML", (".musicxml", ".xml"), read_musicxml, written_musicxml),
    ScoreFormat("mxl", "MusicXML, zipped", (".mxl",), read_musicxml, written_mxl),
    ScoreFormat("kern", "Humdrum", (".krn", ".kern"), read_kern),
    ScoreFormat("abc", "ABC", (".abc",), read_abc, written_abc),
    ScoreFormat("ustx", "OpenUtau project", (".ustx",), None, written_ustx),
    ScoreFormat("ust", "UTAU sequence", (".ust",), None, written_ust),
    ScoreFormat("chords", "Chord chart", (".chords", ".chart"), read_chart, written_chart),
    ScoreFormat("svg", "Engraved pages, SVG", (".svg",), None, written_svg, is_engraved=True),
)
SCORE_SUFFIXES = tuple(suffix for form in FORMATS for suffix in form.suffixes if form.read)
KNOWN_SUFFIXES = tuple(suffix for form in FORMATS for suffix in form.suffixes)


def score_format_of(path: Path) -> ScoreFormat:
    """Return the format that a suffix names.

    Raises:
        FileError: if it names none.
    """
    suffix = path.suffix.lower()
    found = next((form for form in FORMATS if suffix in form.suffixes), None)
    if found is None:
        known = ", ".join(form.suffixes[0] for form in FORMATS)
        raise FileError(f"{path.name} has no suffix of a score. Known are {known}.")
    return found


def score_format_named(format_id: str) -> ScoreFormat:
    """Return a format by its id.

    Raises:
        FileError: if there is none.
    """
    found = next((form for form in FORMATS if form.id == format_id), None)
    if found is None:
        raise FileError(f"There is no format {format_id!r}; there are {', '.join(form.id for form in FORMATS)}.")
    return found


def sniffed(content: bytes) -> ScoreFormat | None:
    """Return the format that the beginning of a file's content shows, where it has no name; None for none."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:4] == b"MThd" or b"RMID" in head[:16]:
        return score_format_named("midi")
    if head[:2] == b"PK":
        return score_format_named("mxl")
    if head[:1] == b"<" and b"score-" in content[:65536]:
        return score_format_named("musicxml")
    if b"**kern" in head or head[:3] == b"!!!":
        return score_format_named("kern")
    if head[:4] == b"%abc" or re.search(rb"(?m)^X:\s*\d", head):
        return score_format_named("abc")
    return score_format_named("chords") if head.count(b"|") > 1 and head.isascii() else None


def read_score(path: Path, part: str = "") -> Melody:
    """Read the tune of a score; see `reading_of`."""
    return reading_of(path, part).melody


def reading_of(path: Path, part: str = "") -> Reading:
    """Read the tune of a score, with remarks on what else the file holds.

    Args:
        path: the file; its suffix says the format.
        part: which part, by a piece of its name or its number from 1; '' for the one that sings.

    Raises:
        FileError: in one line, if it is no such file, broken, too large or without a tune.
    """
    form = score_format_of(path)
    try:
        return read_bytes(_content(path), form, part)
    except (Unsound, FileError) as problem:
        raise FileError(f"{path.name} cannot be read: {problem}") from None


def read_bytes(content: bytes, form: ScoreFormat, part: str = "") -> Reading:
    """Read the tune of a file's content.

    Raises:
        FileError: the end of a sentence that begins with the name of the file.
    """
    if form.read is None:
        raise FileError(f"{form.title} is written, but not read.")
    try:
        return form.read(content, part)
    except (Unsound, IntermezzoError) as problem:
        raise FileError(str(problem)) from None


def written_score(melody: Melody, form: ScoreFormat) -> bytes:
    """Return a tune as the content of a file.

    Raises:
        FileError: if the format cannot hold it.
    """
    if form.write is None:
        raise FileError(f"{form.title} is read, but not written. Choose another format.")
    try:
        return form.write(melody)
    except Unsound as problem:
        raise FileError(f"{form.title}: {problem}") from None


def write_score(melody: Melody, path: Path) -> None:
    """Write a tune in the format that the suffix names, whole or not at all.

    Raises:
        FileError: if the format cannot hold it, or the file cannot be written here.
    """
    write_atomically(path, written_score(melody, score_format_of(path)))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Unsound(f"it is over {LARGEST_BYTES >> 20} MB, far more than a tune takes.")
        return path.read_bytes()
    except (OSError, ValueError) as problem:
        raise Unsound(f"{getattr(problem, 'strerror', None) or problem}. Check the name.") from None
