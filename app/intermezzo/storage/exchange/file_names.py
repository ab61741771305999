"""Names of many files from one pattern with fields in braces: all different, and such that any system takes them."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import Final

from intermezzo.core.errors import FileError
from intermezzo.storage.suffixes import written_as

__all__ = ["file_names", "split_suffix"]

_BAD: Final = re.compile(r"[\\/:*?\"<>|\x00-\x1f\x7f]+")
_DEVICES: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_LONGEST_BYTES: Final = 180  # room for a suffix and for what a file is called while it is written


def file_names(pattern: str, entries: Sequence[Mapping[str, str]], spare: Sequence[str]) -> list[str]:
    """Return a name without suffix for each entry; ``spare`` are the names where the pattern makes none.

    Every entry says the same fields; an empty one takes the hyphen before it along.

    Raises:
        FileError: if the pattern holds anything else in braces.
    """
    try:
        fields = [name for _, name, spec, _ in string.Formatter().parse(pattern) if name is not None or spec]
    except ValueError:
        raise FileError(f"The name {pattern!r} has a brace that is not closed.") from None
    known = list(entries[0]) if entries else []
    odd = next((name for name in fields if name not in known), None)
    if odd is not None and entries:
        raise FileError(f"A name can hold {', '.join(f'{{{name}}}' for name in known)}, not {{{odd}}}.")
    found: list[str] = []
    taken: set[str] = set()
    for entry, plain in zip(entries, spare, strict=True):
        name = _safe(_filled(pattern, entry)) or plain
        k, unique = 1, name
        while unique.casefold() in taken:
            k += 1
            unique = f"{name}-{k}"
        taken.add(unique.casefold())
        found.append(unique)
    return found


def split_suffix(pattern: str, output: str = "audio") -> tuple[str, str]:
    """Return a pattern without the ending that names a format, and the ending.

    Where none does it is ``.wav`` for sounds, ``.png`` for pictures and ``.gif`` for films.
    """
    suffixes = written_as(output)
    for suffix in suffixes:
        if pattern.lower().endswith(suffix):
            return pattern[: -len(suffix)], suffix
    return pattern, suffixes[0]


def _filled(pattern: str, entry: Mapping[str, str]) -> str:
    for name, said in entry.items():
        if not said:
            pattern = pattern.replace(f"-{{{name}}}", "")
    return pattern.format(**entry)


def _safe(name: str) -> str:
    plain = " ".join(_BAD.sub(" ", name).split()).strip(" .-")
    while len(plain.encode("utf-8", "replace")) > _LONGEST_BYTES:
        plain = plain[:-1].rstrip(" .-")
    return f"_{plain}" if _DEVICES.match(plain) else plain
