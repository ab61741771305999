"""What the engraver knows of its fonts: outlines and advances of music glyphs, and how wide letters of Times are."""

from functools import cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

__all__ = ["MUSIC_FONT", "glyph_advance", "glyph_outline", "text_width"]

MUSIC_FONT: Final = "Leipzig"
_FALLBACKS: Final = (MUSIC_FONT, "Bravura")
_WIDE: Final = 0.6
"""How wide letters that Times lacks are taken to be, in their size."""
_USUAL: Final = {"": 1479, "-bold": 1479, "-italic": 1251, "-bold-italic": 1366}
"""The advances that Verovio's tables of Times leave out, those of A, in 2048ths of the size."""

_MORE: Final = {
    "\u00a0": 0.25,  # Verovio writes it round the equals sign of a metronome mark
    "‘": 0.333, "’": 0.333, "“": 0.444, "”": 0.444, "–": 0.5, "—": 1.0, "…": 1.0, "œ": 0.722, "Œ": 0.889, "~": 0.541,
}  # fmt: skip
"""Letters of Times that the tables lack, upright and regular."""


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
    table, usual = _advances(f"text/Times{style}.xml"), _USUAL[style] / 2048
    # The tables name letters by their UTF-8.
    return size * sum(
        table.get(letter.encode("utf-8", "replace").hex().upper(), _MORE.get(letter, _WIDE)) or usual for letter in text
    )


@cache
def _advances(name: str) -> dict[str, float]:
    """Return advances in ems by code; 0 where a table leaves one out."""
    try:
        root = ElementTree.parse(_data() / name).getroot()
    except OSError:
        return {}
    em = float(root.get("units-per-em", 1000))
    return {g.get("c", "").upper(): float(g.get("h-a-x") or 0) / em for g in root if g.tag == "g"}


@cache
def _data() -> Path:
    import verovio

    return Path(verovio.__file__).parent / "data"
