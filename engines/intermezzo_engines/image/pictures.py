"""The pictures to learn from: emoji, icons and game tiles at 128 px, what they are called, and which are held out.

The packs of the shared data are read as they are. Emoji are held out by base glyph (people of all kinds count as one,
skin tones, genders and joiners fall), icons and tiles by a hash of their name, so no variant of a held-out picture is
learned from. Pictures are premultiplied RGBA: what is transparent is zero in all four channels.
"""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from intermezzo.core.errors import SourceError
from intermezzo_engines.image.groups import group_of

__all__ = ["SIDE", "Picture", "emoji", "icons", "is_held_out", "pictures", "tiles"]

SIDE = 128  # pixels

_DROPPED = {0x200D, 0x2640, 0x2642, 0xFE0F, *range(0x1F3FB, 0x1F400)}
_PEOPLE = {*range(0x1F466, 0x1F46A), 0x1F474, 0x1F475, *range(0x1F9D1, 0x1F9D4)}
_HELD_OUT_OF = 10


@dataclass(frozen=True, eq=False)
class Picture:
    """``pixels`` uint8 (128, 128, 4), premultiplied; ``words`` language -> name and keywords, the name first.

    ``glyph`` names what must not be on both sides of the split; ``plain`` tells of an emoji without a skin tone, and
    ``group`` which of `groups.GROUPS` it belongs to.
    """

    kind: str
    glyph: str
    words: dict[str, tuple[str, ...]]
    pixels: NDArray[np.uint8]
    plain: bool = True
    group: str = ""


def is_held_out(glyph: str) -> bool:
    """Tell whether a glyph is kept from all training (one in ten)."""
    return zlib.crc32(glyph.encode()) % _HELD_OUT_OF == 0


def emoji(folder: Path) -> Iterator[Picture]:
    """Read Noto emoji (Apache-2.0) and their names and keywords in six languages (Unicode licence)."""
    files = _unpacked(folder / "images" / "noto128.tar.xz", (".png", ".jsonl"))
    notes = next(data for name, data in files.items() if name.endswith("annotations.jsonl"))
    by_name = {Path(name).name: data for name, data in files.items()}
    for line in notes.decode().splitlines():
        entry = json.loads(line)
        points = [int(point, 16) for point in entry["codepoints"]]
        base = ["person" if point in _PEOPLE else f"{point:x}" for point in points if point not in _DROPPED]
        words = {
            language: (entry[language]["name"], *entry[language]["keywords"])
            for language in ("en", "fr", "de", "es", "zh", "ja")
            if language in entry
        }
        pixels = _premultiplied(Image.open(io.BytesIO(by_name[entry["file"]])))
        yield Picture("emoji", "-".join(base) or "tone", words, pixels, not entry["skin_tones"], group_of(points))


def icons(folder: Path) -> Iterator[Picture]:
    """Draw the one-colour icons of game-icons.net (CC BY 3.0, by the author in the path), white on nothing."""
    import resvg_py

    for name, data in _unpacked(folder / "images" / "gameicons_svg.tar.xz", (".svg",)).items():
        ground, _, shape = data.decode().partition('<path d="M0 0h512v512H0z"/>')
        if not shape:
            continue
        drawn = bytes(resvg_py.svg_to_bytes(svg_string=ground + shape, width=SIDE, height=SIDE))
        words = Path(name).stem.replace("-", " ")
        yield Picture("icon", words, {"en": (words,)}, _premultiplied(Image.open(io.BytesIO(drawn))))


def tiles(folder: Path) -> Iterator[Picture]:
    """Read the tiles of Dungeon Crawl (CC0) of 32 px, four pixels wide each; those of unknown licence stay out."""
    files = _unpacked(folder / "images" / "crawl_tiles.tar.xz", (".png", ".md"))
    refused = next((d.decode() for n, d in files.items() if n.endswith("TILES_UNDER_UNKNOWN_LICENSE.md")), "")
    for name, data in files.items():
        if not name.endswith(".png") or Path(name).name in refused:
            continue
        tile = Image.open(io.BytesIO(data))
        if tile.size != (32, 32):
            continue
        pixels = _premultiplied(tile).repeat(SIDE // 32, axis=0).repeat(SIDE // 32, axis=1)
        parts = [part for part in Path(name).with_suffix("").parts if part != "." and not part.startswith("Nov-")]
        words = Path(name).stem.replace("_", " ").rstrip("0123456789 ") or Path(name).stem
        kinds = tuple(
            part.replace("_", " ") for part in reversed(parts[:-1]) if part not in ("crawl_tiles", "releases")
        )
        yield Picture("tile", words, {"en": (words, *kinds)}, pixels)


def pictures(folder: Path) -> list[Picture]:
    """Read all three packs.

    Raises:
        SourceError: if a pack is missing.
    """
    return [*emoji(folder), *icons(folder), *tiles(folder)]


def _unpacked(archive: Path, endings: tuple[str, ...]) -> dict[str, bytes]:
    if not archive.is_file():
        raise SourceError(f"{archive} is missing: point --data at the folder that holds images/.")
    with tarfile.open(archive) as packed:
        # In the order of the archive: going back in it means unpacking it again from its start.
        found = {m.name: _bytes(packed, m) for m in packed if m.isfile() and m.name.endswith(endings)}
    return dict(sorted(found.items()))


def _bytes(packed: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = packed.extractfile(member)
    return stream.read() if stream is not None else b""


def _premultiplied(image: Image.Image) -> NDArray[np.uint8]:
    rgba = np.asarray(image.convert("RGBA"), np.uint16)
    if rgba.shape[:2] == (SIDE, SIDE) or rgba.shape[:2] == (32, 32):
        rgba = rgba.copy()
    else:
        rgba = np.asarray(image.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS), np.uint16).copy()
    rgba[..., :3] = (rgba[..., :3] * rgba[..., 3:] + 127) // 255
    return rgba.astype(np.uint8)
