"""Cut the serif of scores out of Debian's Liberation Serif 2.1.5 (needs `pip install fonttools`).

Why a serif of our own: Verovio lays syllables and chord symbols out by the widths of Times, which Liberation shares;
any other face would let them collide, and not every machine has Times. Usage, in an empty folder:

    apt-get download fonts-liberation2 && dpkg-deb -x fonts-liberation2_*.deb liberation
    python make_serif.py liberation/usr/share/fonts/truetype/liberation2
"""

import sys
from pathlib import Path
from typing import Any

FAMILY = "Intermezzo Serif"
KEPT = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x206F),
    (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x215F), (0x2190, 0x2195), (0x2206, 0x2206), (0xFB00, 0xFB06),
)  # fmt: skip
"""Latin, Greek and Cyrillic with their accents, and punctuation; other scripts fall back to the system's fonts."""


def make_font(folder: Path, style: str) -> None:
    """Write IntermezzoSerif-STYLE.ttf into the working folder; hinting and rare characters are left out."""
    from fontTools import subset  # type: ignore[import-not-found]

    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=[0, 5, 8, 9, 11, 13, 14])
    font: Any = subset.load_font(str(folder / f"LiberationSerif-{style}.ttf"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in KEPT for code in range(first, last + 1)])
    subsetter.subset(font)
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    texts = {1: FAMILY, 2: style, 3: f"{full} 2.1.5", 4: full, 6: f"IntermezzoSerif-{style}"}
    for name_id, text in texts.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
        font["name"].setName(text, name_id, 1, 0, 0)
    subset.save_font(font, f"IntermezzoSerif-{style}.ttf", options)


if __name__ == "__main__":
    for style_name in ("Regular", "Bold"):
        make_font(Path(sys.argv[1]), style_name)
