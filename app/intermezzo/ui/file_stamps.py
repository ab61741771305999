"""What tells one version of an open file from another; what another program wrote is kept aside before it is lost."""

from itertools import count
from pathlib import Path

from intermezzo.core.errors import FileError
from intermezzo.storage.atomic import write_atomically

__all__ = ["Stamp", "kept_aside", "stamp_of"]

Stamp = tuple[int, int, int] | None


def stamp_of(path: Path) -> Stamp:
    """Return what tells one version of a file from another, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def kept_aside(path: Path) -> Path:
    """Copy what somebody else wrote to a name beside it that is free."""
    names = (path.with_name(f"{path.stem} (other{f' {k}' if k else ''}){path.suffix}") for k in count())
    other = next(name for name in names if not name.exists())
    try:
        write_atomically(other, path.read_bytes())
    except OSError as problem:
        raise FileError(f"{path.name} was changed by another program and cannot be read: {problem.strerror}.") from None
    return other
