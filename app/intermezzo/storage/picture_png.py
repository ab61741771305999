"""Imported pictures inside a project: PNG, bit for bit what the engines got, what is clear included, seen anywhere."""

import io
import warnings

import numpy as np

from intermezzo.core.fingerprint import of_array
from intermezzo.core.media import Image
from intermezzo.storage.arrays import Pieces
from intermezzo.storage.documents import Unsound
from intermezzo.storage.pillow_reading import MOST_PIXELS

__all__ = ["parsed_picture", "picture_name", "picture_pieces"]

_QUICK = 3  # of zlib's levels: a save must not be felt


def picture_name(image: Image) -> str:
    """Return the name of a picture inside a container."""
    return f"media/{of_array(image.pixels)}.png"


def picture_pieces(image: Image) -> Pieces:
    """Return the PNG file of a picture; the same picture gives the same bytes."""
    from PIL import Image as pil

    file = io.BytesIO()
    pil.fromarray(image.pixels).save(file, "PNG", compress_level=_QUICK)
    return [file.getvalue()]


def parsed_picture(content: bytes) -> Image:
    """Read a PNG of red, green, blue and alpha of 8 bits.

    Raises:
        Unsound: if it is damaged, too large or of another kind.
    """
    from PIL import Image as pil

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = pil.open(io.BytesIO(content), formats=("PNG",))
            if opened.mode != "RGBA" or opened.width * opened.height > MOST_PIXELS:
                raise Unsound("one of its pictures is too large or has other colours than red, green, blue and alpha.")
            return Image(np.array(opened, np.uint8))
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, pil.DecompressionBombError):
        raise Unsound("one of its pictures is damaged.") from None
