"""What the engraver knows of its fonts: outlines and advances of music glyphs, and how wide letters of Times are."""

from functools import cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

__all__ = ["MUSIC_FONT", "glyph_advance", "glyph_outline", "text_width"]

MUSIC_FONT: Final = "Leland"
_FALLBACKS: Final = (MUSIC_FONT, "Leipzig", "Bravura")
_WIDE: Final = 0.6
"""How wide letters that Times lacks are taken to be, in their size."""


@cache
def glyph_outline(name: str, family: str = MUSIC_FONT) -> str:
    """Return the path of a glyph by its code point in SMuFL ("E260"), y upwards, 1000 units an em; "" for none."""
    for font in (family, *_FALLBACKS):
        try:
            content = (_data() / font / f"{name}.xml").read_text()
        except OSError:
            continue
        _, found, after = content.partition(' d="')
        if found:
            return after.partition('"')[0]
    return ""


def glyph_advance(name: str, family: str = MUSIC_FONT) -> float:
    """Return how far a glyph moves the pen, in ems."""
    return next((table[name] for font in (family, *_FALLBACKS) if name in (table := _advances(f"{font}.xml"))), 0.5)


def text_width(text: str, size: float, *, is_bold: bool = False, is_italic: bool = False) -> float:
    """Return how wide the engraver takes a line of text to be, in the unit of ``size``."""
    style = "-bold" * is_bold + "-italic" * is_italic
    table = _advances(f"text/Times{style}.xml")
    return size * sum(table.get(f"{ord(letter):X}", _WIDE) for letter in text)


@cache
def _advances(name: str) -> dict[str, float]:
    try:
        root = ElementTree.parse(_data() / name).getroot()
    except OSError:
        return {}
    em = float(root.get("units-per-em", 1000))
    return {g.get("c", "").upper().lstrip("0"): float(g.get("h-a-x") or 0) / em for g in root if g.tag == "g"}


@cache
def _data() -> Path:
    import verovio

    return Path(verovio.__file__).parent / "data"
