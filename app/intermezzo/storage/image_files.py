"""Pictures in and out of files, through Pillow, which is loaded on first use: PNG, WebP, ICO, and SVG by tracing."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import FileError
from intermezzo.core.media import Image
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.picture_chunks import put_in_picture
from intermezzo.storage.pillow_reading import MOST_PIXELS, content_of, told_in_one_line
from intermezzo.storage.suffixes import written_as
from intermezzo.storage.svg_trace import traced

if TYPE_CHECKING:
    from PIL import Image as pil

    from intermezzo.storage.recipe import Recipe

__all__ = [
    "IMAGE_SUFFIXES", "WRITTEN", "ImageEncoding", "encode_image", "image_remarks", "read_image", "sized",
    "write_image",
]  # fmt: skip

IMAGE_SUFFIXES: Final = (".png", ".apng", ".webp", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".ico")
WRITTEN: Final = written_as("image")
MOST_TIMES: Final = 8
_ICON_SIDES: Final = (16, 24, 32, 48, 64, 128, 256)


@dataclass(frozen=True)
class ImageEncoding:
    """How a picture is written: ``times`` as large (1 to 8), with ``crisp`` pixels or smoothed between them.

    Raises:
        FileError: if it is enlarged less than once or more than eight times.
    """

    times: int = 1
    crisp: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.times <= MOST_TIMES:
            raise FileError(f"A picture is written 1 to {MOST_TIMES} times as large, not {self.times} times.")


def read_image(path: Path) -> Image:
    """Read a picture as it is meant to be seen: turned by its EXIF, any colour model, the first one of an animation.

    Raises:
        FileError: if it is missing, no picture, damaged or too large.
    """
    content = content_of(path)
    from PIL import Image as pil
    from PIL import ImageOps

    with told_in_one_line(
        path.name, too_much="has too many pixels. Save it at 8192 x 8192 or smaller.",
        unknown="is no picture that we know. Save it as PNG in another program.", save_as="PNG",
    ):  # fmt: skip
        opened = pil.open(io.BytesIO(content), formats=("PNG", "WEBP", "JPEG", "GIF", "BMP", "TIFF", "ICO"))
        if opened.width * opened.height > MOST_PIXELS:
            raise pil.DecompressionBombError
        seen = ImageOps.exif_transpose(opened)
        pixels = np.array(_in_srgb(_of_eight_bits(seen), opened.info.get("icc_profile")), np.uint8)
    return Image(pixels)


def image_remarks(path: Path) -> tuple[str, ...]:
    """Return in words what of a picture file is not read; nothing where all is, or it is no picture."""
    from PIL import Image as pil

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pil.open(path) as opened:
                count = int(getattr(opened, "n_frames", 1))
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, pil.DecompressionBombError):
        return ()
    return (f"{path.name} has {count} pictures; the first one was taken.",) if count > 1 else ()


def _of_eight_bits(seen: pil.Image) -> pil.Image:
    """Return a picture of 16 bits or of decimal numbers with its whole range kept; Pillow would cut it at 255."""
    from PIL import Image as pil

    if not seen.mode.startswith(("I", "F")):
        return seen
    values = np.nan_to_num(np.asarray(seen, np.float64))
    top = 65535.0 if seen.mode.startswith("I") else max(float(values.max(initial=0.0)), 1.0)
    return pil.fromarray(np.clip(np.rint(values * (255 / top)), 0, 255).astype(np.uint8))


def write_image(
    path: Path, image: Image, encoding: ImageEncoding | None = None, recipe: Recipe | None = None
) -> None:  # fmt: skip
    """Write a picture, whole or not at all; the format follows the suffix, and the recipe goes in where it can.

    Raises:
        FileError: if the suffix is none of ours, or the disk cannot hold the file.
    """
    content = encode_image(image, path, encoding or ImageEncoding())
    write_atomically(path, put_in_picture(content, recipe.payload, recipe.comment) if recipe else content)


def encode_image(image: Image, path: Path, encoding: ImageEncoding) -> bytes:
    """Return the bytes of a picture file; an ICO holds all usual sizes, an SVG outlines of the areas of one colour.

    Raises:
        FileError: if the suffix of ``path`` is none of ours, or tracing is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITTEN:
        raise FileError(f"{path.name}: pictures are written as {', '.join(WRITTEN)}. Choose one of these endings.")
    if suffix == ".svg":
        return traced(image, encoding.times)
    file = io.BytesIO()
    if suffix == ".ico":
        sides = [side for side in _ICON_SIDES if side <= max(image.width, image.height) * MOST_TIMES]
        icons = [sized(image, side, side, crisp=encoding.crisp) for side in sides]
        icons[-1].save(file, "ICO", sizes=[(side, side) for side in sides], append_images=icons[:-1])
        return file.getvalue()
    large = sized(image, image.width * encoding.times, image.height * encoding.times, crisp=encoding.crisp)
    if suffix == ".png":
        large.save(file, "PNG", optimize=True)
    else:
        large.save(file, "WEBP", lossless=True, exact=True)
    return file.getvalue()


def _in_srgb(seen: pil.Image, profile: bytes | None) -> pil.Image:
    """Return a picture in the colours of screens, with alpha; a profile that makes no sense is passed over.

    A profile of sRGB itself changes nothing: not one pixel is to be rounded twice.
    """
    from PIL import ImageCms

    plain = seen.convert("RGBA")
    if not profile or seen.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return plain
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(theirs).lower():
            return plain
        flat = seen.convert("RGB") if seen.mode == "RGBA" else seen
        screen = ImageCms.profileToProfile(flat, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return plain
    if screen is None:
        return plain
    screen = screen.convert("RGBA")
    screen.putalpha(plain.getchannel("A"))
    return screen


def sized(image: Image, width: int, height: int, *, crisp: bool) -> pil.Image:
    """Return the picture in another size; colours of what is transparent do not bleed into what is not."""
    from PIL import Image as pil

    if (width, height) == (image.width, image.height):
        return pil.fromarray(image.pixels)
    if crisp and width % image.width == 0 and height % image.height == 0:
        rows: NDArray[np.uint8] = image.pixels.repeat(height // image.height, axis=0)
        return pil.fromarray(rows.repeat(width // image.width, axis=1))
    # Pillow weighs colours with their alpha in this mode.
    way = pil.Resampling.NEAREST if crisp else pil.Resampling.LANCZOS
    return pil.fromarray(image.pixels).convert("RGBa").resize((width, height), way).convert("RGBA")
