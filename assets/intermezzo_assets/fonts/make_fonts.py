"""Cut the three static fonts of the studio out of Debian's variable Inter 3.019 (needs `pip install fonttools`).

Why not the .otf files of `fonts-inter`: Qt's FreeType engine darkens the stems of CFF outlines, which makes 12-px text
look a weight too heavy; TrueType outlines are drawn as designed. Usage, in an empty folder:

    apt-get download fonts-inter-variable && dpkg-deb -x fonts-inter-variable_*.deb inter
    python make_fonts.py inter/usr/share/fonts/truetype/inter-vf/Inter-roman.var.ttf
"""

import sys
from typing import Any

FAMILY = "Intermezzo Inter"
WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}


def make_font(source: str, style: str, weight: int) -> None:
    """Write IntermezzoInter-STYLE.ttf into the working folder; hinting and the axis tables are left out."""
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
    from fontTools.varLib import instancer  # type: ignore[import-not-found]

    font: Any = instancer.instantiateVariableFont(TTFont(source), {"wght": weight})
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in (0, 5, 8, 9, 11, 13, 14)]
    texts = {
        1: FAMILY if style == "Regular" else f"{FAMILY} {style}", 2: "Regular", 3: f"{FAMILY} {style} 3.019",
        4: f"{FAMILY} {style}", 6: f"IntermezzoInter-{style}", 16: FAMILY, 17: style,
    }  # fmt: skip
    for name_id, text in texts.items():
        names.setName(text, name_id, 3, 1, 0x409)
        names.setName(text, name_id, 1, 0, 0)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x21) | 0x40
    font["head"].macStyle = 0
    # Inter's thin space is hard to see at 11 px; a quarter of the em keeps number and unit apart.
    glyphs = font.getBestCmap()
    for code_point in (0x2009, 0x202F):
        font["hmtx"][glyphs[code_point]] = (font["head"].unitsPerEm // 4, 0)
    for table in ("STAT", "DSIG", "gasp", "fpgm", "prep", "cvt "):
        if table in font:
            del font[table]
    font.save(f"IntermezzoInter-{style}.ttf")


if __name__ == "__main__":
    for style_name, weight_class in WEIGHTS.items():
        make_font(sys.argv[1], style_name, weight_class)
