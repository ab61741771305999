"""Write a file whole or not at all: into a temporary file beside the target, synced, then renamed over it."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import BinaryIO

from intermezzo.core.errors import FileError

__all__ = ["atomic_file", "write_atomically"]

_READ_ONLY = "the file is read-only"
_LITTER_AGE_S = 24 * 3600


def write_atomically(path: Path, content: bytes) -> None:
    """Make ``content`` the content of ``path``; a crash or an error leaves what was there before.

    Raises:
        FileError: if the disk is full, the folder missing or read-only; nothing half-written remains.
    """
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of ``path`` when the block ends well; a link is written through.

    Raises:
        FileError: if the disk is full, the folder missing or read-only; nothing half-written remains.
    """
    temporary: Path | None = None
    try:
        try:
            target = _target(path)
            _sweep(target)
            temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            with suppress(OSError):
                temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"{path.name} was not written: {_in_words(error, path)}") from error


def _target(path: Path) -> Path:
    try:
        target = path.resolve()
    except RuntimeError:  # what Python below 3.13 says of links that go round in a circle
        raise OSError(errno.ELOOP, "the links go round in a circle") from None
    if target.exists() and not target.is_file() and not target.is_dir():
        raise OSError(errno.ENODEV, "it is a device, not a file")
    if target.exists() and not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, _READ_ONLY)
    return target


def _sweep(target: Path) -> None:
    """Remove what a killed program left of an earlier attempt, a day later: the other one may still be writing."""
    name = target.name[:100]
    with suppress(OSError):
        for entry in target.parent.iterdir():
            ours = entry.name.startswith(f".{name}.") and entry.name.endswith(".part")
            if ours and len(entry.name) == len(name) + 15 and time() - entry.stat().st_mtime > _LITTER_AGE_S:
                entry.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system lets a folder be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _in_words(error: OSError, path: Path) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "the disk is full. Free some space, or choose another disk."
        case errno.EACCES if error.strerror == _READ_ONLY:
            return f"{_READ_ONLY}. Choose another name."
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return f"{path.parent} is read-only. Choose another folder."
        case errno.ENOENT | errno.ENOTDIR:
            return f"the folder {path.parent} does not exist. Choose another folder."
        case errno.EISDIR:
            return "there is a folder of that name. Choose another name."
        case errno.ENAMETOOLONG:
            return "its name is too long. Choose a shorter one."
        case _:
            return f"the system says: {error.strerror or error}. Choose another place."
