"""What a file is, read beside the window: a source, or the project that a sound carries inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio, Media, Text, Video
from intermezzo.core.project import Project
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.storage.image_files import IMAGE_SUFFIXES, image_remarks, read_image
from intermezzo.storage.scores.formats import SCORE_SUFFIXES, reading_of
from intermezzo.storage.video_files import VIDEO_SUFFIXES, read_video

__all__ = ["AUDIO_SUFFIXES", "Found", "read_any", "read_import", "read_sketch_file", "read_source", "read_tune"]

# As storage.audio_files has them; that module is imported on first use, since it is slow to load.
AUDIO_SUFFIXES: Final = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".opus")
_MAX_TEXT_BYTES: Final = 8 * 2**20


@dataclass(frozen=True, eq=False)
class Found:
    """What was in a file, and a line that the person should read, if any; ``spoken`` is the text beside a recording.

    ``remarks`` say how a score was read, ``parts`` and ``part`` which others it has and which this is.
    ``film`` is all of an animation of which ``value`` is the first picture; ``left_out`` says so.
    """

    value: Media | Project
    notice: str = ""
    spoken: str = ""
    remarks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    part: int = 0
    film: Video | None = None
    left_out: str = ""

    def for_one_that(self, takes: Callable[[str], bool]) -> Found:
        """Return it for an engine that takes some media: an animation is a film where films are taken."""
        if self.film is None or not takes("video"):
            return self
        return replace(self, value=self.film, notice="" if self.notice == self.left_out else self.notice)


def read_any(path: Path, registry: Registry) -> Found:
    """Return the project that a sound, picture or film carries, else the source; a damaged one costs a notice."""
    notice, suffix = "", path.suffix.lower()
    kinds = ((AUDIO_SUFFIXES, "recording"), (IMAGE_SUFFIXES, "picture"), (VIDEO_SUFFIXES, "film"))
    kind = next((name for suffixes, name in kinds if suffix in suffixes), "")
    if kind:
        from intermezzo.storage.recipe import load_recipe

        try:
            project = load_recipe(path, registry)
        except FileError as problem:
            notice = f"{problem} It is opened as a {kind}."
        else:
            if project is not None:
                return Found(project)
    found = read_import(path)
    return replace(found, notice=notice or found.notice)


def read_import(path: Path) -> Found:
    """Return a source, and what is said in it where a text of its name lies beside it; one that is none is told.

    A text that is a chord chart is a tune.
    """
    if path.suffix.lower() in SCORE_SUFFIXES:
        return read_tune(path)
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return Found(read_video(path))
    if path.suffix.lower() in IMAGE_SUFFIXES:
        remarks = image_remarks(path)
        told, film = " ".join(remarks), _film_in(path) if remarks else None
        return Found(read_image(path), told, film=film, left_out=told)
    source = read_source(path)
    from intermezzo.storage.scores.chart_read import chart_in  # the window starts with this module

    if isinstance(source, Text) and (chart := chart_in(source.text)) is not None:
        return Found(chart)
    if isinstance(source, Audio):
        from intermezzo.storage.transcripts import beside, read_transcript

        try:
            transcript = beside(path)
            return Found(source, spoken=read_transcript(transcript) if transcript else "")
        except FileError as problem:
            return Found(source, str(problem))
    return Found(source)


def _film_in(path: Path) -> Video | None:
    from intermezzo.storage.film_files import FILMS_READ, read_film

    try:
        return read_film(path) if path.suffix.lower() in FILMS_READ else None
    except FileError:
        return None  # too long: its first picture is there


def read_tune(path: Path, part: str = "") -> Found:
    """Return the tune of a score, or of one of its parts by its number; raises FileError if there is none."""
    reading = reading_of(path, part)
    return Found(reading.melody, remarks=reading.remarks, parts=reading.parts, part=reading.part)


def read_sketch_file(path: Path, registry: Registry) -> Sketch:
    """Return the sketch in a sketch file or in JSON; raises FileError if there is none."""
    from intermezzo.storage.stage_files import load_stage

    sketch = load_stage(path, registry).sketch
    if sketch is None:
        raise FileError(f"{path.name} holds no sketch.")
    return sketch


def read_source(path: Path) -> Media:
    """Read a recording by its suffix, anything else as text; raises FileError if it is neither."""
    if path.suffix.lower() in AUDIO_SUFFIXES:
        from intermezzo.storage.audio_files import read_audio

        return read_audio(path)
    try:
        if path.stat().st_size > _MAX_TEXT_BYTES:
            raise FileError(f"{path.name} is too long to be a text; open a part of it.")
        content = path.read_bytes()
    except OSError as problem:
        raise FileError(f"{path.name} cannot be read: {problem.strerror}.") from None
    from intermezzo.storage.pages import page_of

    return Text(page_of(content, path.name))
