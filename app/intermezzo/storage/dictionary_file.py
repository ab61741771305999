"""Pronunciation dictionaries as text files: the person's own in the settings folder, and those that are exchanged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from intermezzo.core.errors import FileError, ParamError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import HEADING, Entry, concerning, read_dictionary, write_dictionary
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.places import settings_folder

__all__ = ["dictionary_path", "dictionary_setting", "load_dictionary", "load_own_dictionary", "save_dictionary"]

_LARGEST = 8 * 2**20


def dictionary_path(folder: Path | None = None) -> Path:
    """Return where the person's own dictionary is kept."""
    return (settings_folder() if folder is None else folder) / "pronunciations.txt"


def load_own_dictionary(folder: Path | None = None) -> tuple[Entry, ...]:
    """Return the person's own dictionary, empty where there is none yet; raises FileError if it cannot be read."""
    path = dictionary_path(folder)
    return load_dictionary(path) if path.exists() else ()


def load_dictionary(path: Path) -> tuple[Entry, ...]:
    """Read a dictionary file.

    Raises:
        FileError: with the number of the line, if it is missing, no text, or a line is wrong.
    """
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise FileError(f"{path.name} is over 8 MB, too large for a dictionary.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{path.name} is no text in UTF-8. Save it as plain text in UTF-8.") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise FileError(f"{path.name} cannot be read: {reason}. Check the name.") from None
    try:
        return read_dictionary(text, path.name)
    except ParamError as problem:
        raise FileError(str(problem)) from None


def save_dictionary(entries: Iterable[Entry], path: Path) -> None:
    """Write a dictionary file whole or not at all; raises FileError if it cannot be written."""
    write_atomically(path, (HEADING + write_dictionary(entries)).encode())


def dictionary_setting(manifest: EngineManifest, path: Path | None, source: Media) -> dict[str, Value]:
    """Return the parameter of an engine that a dictionary file gives, of the words that its source may hold.

    Raises:
        FileError: if the file is no dictionary.
        ParamError: if the engine takes none.
    """
    if path is None:
        return {}
    if manifest.dictionary is None:
        raise ParamError(f"{manifest.title} takes no pronunciations; leave --dictionary out.")
    entries = load_dictionary(path)
    lines = write_dictionary(concerning(entries, source.text) if isinstance(source, Text) else entries)
    return {manifest.dictionary.name: lines} if lines else {}
