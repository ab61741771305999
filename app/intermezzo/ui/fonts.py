"""Inter with tabular figures: the type scale by role, so that no widget names a size of its own; a serif for scores."""

from functools import cache
from importlib.resources import as_file, files
from typing import Final, Literal

from PySide6.QtGui import QFont, QFontDatabase

FAMILY: Final = "Intermezzo Inter"
SERIF_FAMILY: Final = "Intermezzo Serif"
"""The face of scores: its widths are those that the engraver lays syllables out by."""
_FILES: Final = (
    "IntermezzoInter-Regular", "IntermezzoInter-Medium", "IntermezzoInter-SemiBold", "IntermezzoSerif-Regular",
    "IntermezzoSerif-Bold",
)  # fmt: skip
FontRole = Literal[
    "title", "clock", "selection", "card", "source", "source_medium", "phone", "body", "body_medium", "body_semibold",
    "value", "value_medium", "caption", "caption_medium", "section", "axis",
]  # fmt: skip

# role -> (pixels, weight); design/README.md section 2.
_SCALE: Final[dict[FontRole, tuple[int, QFont.Weight]]] = {
    "title": (20, QFont.Weight.DemiBold),
    "clock": (20, QFont.Weight.Medium),
    "selection": (17, QFont.Weight.Medium),
    "card": (14, QFont.Weight.DemiBold),
    "source": (13, QFont.Weight.Normal),
    "source_medium": (13, QFont.Weight.Medium),
    "phone": (13, QFont.Weight.Medium),
    "body": (12, QFont.Weight.Normal),
    "body_medium": (12, QFont.Weight.Medium),
    "body_semibold": (12, QFont.Weight.DemiBold),
    "value": (11, QFont.Weight.Normal),
    "value_medium": (11, QFont.Weight.Medium),
    "caption": (10, QFont.Weight.Normal),
    "caption_medium": (10, QFont.Weight.Medium),
    "section": (10, QFont.Weight.DemiBold),
    "axis": (9, QFont.Weight.Normal),
}
FONT_ROLES: Final[tuple[FontRole, ...]] = tuple(_SCALE)
LINE_HEIGHT_PX: Final[dict[FontRole, int]] = {
    "title": 24, "clock": 24, "selection": 24, "card": 20, "source": 20, "source_medium": 20, "phone": 20, "body": 16,
    "body_medium": 16, "body_semibold": 16, "value": 16, "value_medium": 16, "caption": 12, "caption_medium": 12,
    "section": 12, "axis": 12,
}  # fmt: skip
_SECTION_TRACKING_PX: Final = 0.7  # 7 % of 10 px


def load_fonts() -> bool:
    """Register the shipped faces with Qt; needs a QGuiApplication. False where a file cannot be read."""
    folder = files("intermezzo_assets").joinpath("fonts")
    loaded = True
    for name in _FILES:
        with as_file(folder.joinpath(f"{name}.ttf")) as path:
            loaded &= QFontDatabase.addApplicationFont(str(path)) >= 0
    return loaded


@cache
def font(role: FontRole) -> QFont:
    """Return the shared font of a role; copy it before changing it.

    Hinting is off, so letters keep their shapes and their spacing at every scale factor.
    """
    pixels, weight = _SCALE[role]
    result = QFont(FAMILY)
    result.setPixelSize(pixels)
    result.setWeight(weight)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    result.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    result.setFeature(QFont.Tag("tnum"), 1)
    if role == "section":
        result.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _SECTION_TRACKING_PX)
        result.setCapitalization(QFont.Capitalization.AllUppercase)
    return result
