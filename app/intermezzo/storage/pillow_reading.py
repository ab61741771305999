"""Reading with Pillow: a file's content within our limits, and whatever goes wrong with it told in one line."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from intermezzo.core.errors import FileError

__all__ = ["LARGEST_BYTES", "MOST_PIXELS", "content_of", "told_in_one_line"]

LARGEST_BYTES: Final = 256 * 2**20
MOST_PIXELS: Final = 64 * 2**20


def content_of(path: Path) -> bytes:
    """Return the content of a file of pictures.

    Raises:
        FileError: if it is missing, too large or cannot be read.
    """
    if not path.is_file():
        raise FileError(f"{path.name} is not there. Check the name, or look for where it was moved.")
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileError(f"{path.name} is larger than 256 MB. Save it smaller, and open that.")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}.") from error


@contextmanager
def told_in_one_line(name: str, *, too_much: str, unknown: str, save_as: str) -> Iterator[None]:
    """Let Pillow read in the block; ``too_much`` and ``unknown`` end sentences that begin with the file's name.

    Raises:
        FileError: for `DecompressionBombError`, which the block raises too, and for all that Pillow refuses.
    """
    from PIL import Image as pil
    from PIL import UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower, and what is damaged is told as an error
            yield
    except pil.DecompressionBombError:
        raise FileError(f"{name} {too_much}") from None
    except UnidentifiedImageError:
        raise FileError(f"{name} {unknown}") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as problem:
        raise FileError(f"{name} is damaged and cannot be read. Save it anew as {save_as}.") from problem
