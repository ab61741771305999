"""Write a file whole or not at all: into a temporary file beside the target, synced, then renamed over it."""

import errno
import os
import secrets
from pathlib import Path

from intermezzo.core.errors import FileError

__all__ = ["write_atomically"]


def write_atomically(path: Path, content: bytes) -> None:
    """Make ``content`` the content of ``path``; a crash or an error leaves what was there before.

    Raises:
        FileError: if the disk is full, the folder missing or read-only; nothing half-written remains.
    """
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise FileError(f"{path.name} was not written: {_in_words(error, path)}") from error


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
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return f"{path.parent} is read-only. Choose another folder."
        case errno.ENOENT | errno.ENOTDIR:
            return f"the folder {path.parent} does not exist. Choose another folder."
        case errno.EISDIR:
            return "there is a folder of that name. Choose another name."
        case _:
            return f"the system says: {error.strerror or error}. Choose another place."
