"""The one colour table: what each role looks like in the dark and the light theme.

Grey is the machine, amber is the hand, blue is where you are. Widgets and lanes ask for a role and never write a hex
value of their own; `look.Look` carries the current theme and says when it changes.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from PySide6.QtGui import QColor, QPalette

from intermezzo.ui.colour_maps import MatrixTable, matrix_table

ThemeName = Literal["dark", "light"]
Role = Literal[
    "win", "alt", "canvas", "panel", "raise", "hover", "line", "line2", "t1", "t2", "t3",
    "hand", "handfill", "onhand", "handbg", "sel", "selbg", "pred", "predband", "ana", "lock", "lockwash",
    "ok", "warn", "err", "take_a", "take_b", "take_c", "take_d", "take_e",
    "ink", "note", "onnote", "notelocked", "shadow", "stalehatch", "lockhatch",
    "chip", "pixelchip", "pixeltext", "checker_a", "checker_b", "paper", "paperink", "paperhand", "papersel",
    "paperselbg",
]  # fmt: skip

# (dark, light); eight digits are #AARRGGBB. A test computes the contrast figures of design/README.md from this table.
_TABLE: Final[dict[Role, tuple[str, str]]] = {
    "win": ("#0E1013", "#DFE2E6"),
    "alt": ("#0E1013", "#F3F4F5"),
    "canvas": ("#121417", "#FCFCFB"),
    "panel": ("#17191D", "#F4F5F6"),
    "raise": ("#202328", "#FFFFFF"),
    "hover": ("#2A2E35", "#E7EAED"),
    "line": ("#272A30", "#DADDE2"),
    "line2": ("#3A3F48", "#BFC5CD"),
    "t1": ("#E9EBEE", "#1A1D21"),
    "t2": ("#A9AFB9", "#4C535E"),
    "t3": ("#868D99", "#626A76"),
    "hand": ("#FFB454", "#9C4D00"),
    "handfill": ("#FFB454", "#E08A1E"),
    "onhand": ("#1B1204", "#1B1204"),
    "handbg": ("#21FFB454", "#24D67A0A"),
    "sel": ("#6CB2FF", "#1A66CC"),
    "selbg": ("#1F6CB2FF", "#1A1A66CC"),
    "pred": ("#8F9DB5", "#5F6C84"),
    "predband": ("#268F9DB5", "#265F6C84"),
    "ana": ("#5CC3B3", "#0E7C70"),
    "lock": ("#F4F5F7", "#15181B"),
    "lockwash": ("#0DF4F5F7", "#0D15181B"),
    "ok": ("#63C690", "#18794A"),
    "warn": ("#F2D668", "#7A5B00"),
    "err": ("#FF7D6E", "#C2352A"),
    "take_a": ("#7FA8E8", "#2F62B5"),
    "take_b": ("#B694E8", "#7A4BBF"),
    "take_c": ("#6BC4A6", "#12775A"),
    "take_d": ("#E58FB0", "#B83A6C"),
    "take_e": ("#B9BF66", "#6C7010"),
    "ink": ("#C9D2DF", "#3B4656"),
    "note": ("#5D6E8C", "#A9B8D2"),
    "onnote": ("#FFFFFF", "#10151C"),
    "notelocked": ("#DADDE2", "#2A2F36"),
    "shadow": ("#73000000", "#2E000000"),
    "stalehatch": ("#21F4F5F7", "#2115181B"),
    "lockhatch": ("#21F4F5F7", "#2115181B"),
    "chip": ("#DB121417", "#DBFCFCFB"),
    # Chips over pixels and the checkerboard's reading text stay dark in both themes.
    "pixelchip": ("#D10E1013", "#D10E1013"),
    "pixeltext": ("#E9EBEE", "#E9EBEE"),
    "checker_a": ("#25282D", "#FFFFFF"),
    "checker_b": ("#2E3238", "#E4E7EA"),
    # Scores are ink on paper in both themes; hand and blue are those of the light one there.
    "paper": ("#FBFBF8", "#FBFBF8"),
    "paperink": ("#15181B", "#15181B"),
    "paperhand": ("#9C4D00", "#9C4D00"),
    "papersel": ("#1A66CC", "#1A66CC"),
    "paperselbg": ("#1A1A66CC", "#1A1A66CC"),
}

ROLES: Final[tuple[Role, ...]] = tuple(_TABLE)
_WASHES: Final[tuple[Role, ...]] = ("handbg", "selbg", "predband", "lockwash", "stalehatch", "lockhatch", "paperselbg")
SELECTED_TEXT_SHARE: Final = 0.32  # of blue in the background of selected text
_TAKE_ROLES: Final[tuple[Role, ...]] = ("take_a", "take_b", "take_c", "take_d", "take_e")


@dataclass(frozen=True)
class Theme:
    """An immutable set of colours; compare by `name` and `high_contrast`.

    Attributes:
        name: "dark" or "light".
        high_contrast: lines as strong as captions, captions as strong as labels, washes doubled.
    """

    name: ThemeName
    high_contrast: bool = False
    _colours: dict[Role, QColor] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = 0 if self.name == "dark" else 1
        colours = {role: QColor(pair[index]) for role, pair in _TABLE.items()}
        if self.high_contrast:
            colours["line"] = colours["line2"] = colours["t3"]
            colours["t3"] = colours["t2"]
            for role in _WASHES:
                colours[role].setAlphaF(min(1.0, 2.0 * colours[role].alphaF()))
        object.__setattr__(self, "_colours", colours)

    @property
    def is_dark(self) -> bool:
        """True for the dark theme."""
        return self.name == "dark"

    def color(self, role: Role, alpha: float | None = None) -> QColor:
        """Return the colour of a role, as a fresh QColor; `alpha` in 0..1 replaces its opacity.

        Raises:
            KeyError: if the role does not exist.
        """
        colour = QColor(self._colours[role])
        if alpha is not None:
            colour.setAlphaF(alpha)
        return colour

    def take(self, index: int) -> QColor:
        """Return the colour of take `index` (0 = A); from the sixth on the colours repeat and the caller adds a dot."""
        return self.color(_TAKE_ROLES[index % len(_TAKE_ROLES)])

    def over(self, role: Role, backdrop: Role) -> QColor:
        """Return what a translucent role looks like when painted on an opaque one."""
        top, bottom = self._colours[role], self._colours[backdrop]
        return mix(bottom, QColor(top.rgb()), top.alphaF())

    def matrix_table(self) -> MatrixTable:
        """Return the 256 ARGB entries of the matrix colour map, for `QImage.setColorTable` (Format_Indexed8)."""
        return matrix_table(self.name)


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Return `first` with `share` (0..1) of `second` mixed in, channel by channel in sRGB, opaque."""
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return QColor(red, green, blue)


def relative_luminance(colour: QColor) -> float:
    """Return the WCAG 2.1 relative luminance of an opaque colour, 0..1."""
    parts = []
    for value in (colour.redF(), colour.greenF(), colour.blueF()):
        parts.append(value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: QColor, second: QColor) -> float:
    """Return the WCAG 2.1 contrast ratio of two opaque colours, 1..21."""
    brighter, darker = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def palette(theme: Theme) -> QPalette:
    """Return the QPalette that makes Fusion's own painting (menus, views, text) agree with the theme."""
    result = QPalette()
    roles: dict[QPalette.ColorRole, Role] = {
        QPalette.ColorRole.Window: "panel",
        QPalette.ColorRole.WindowText: "t1",
        QPalette.ColorRole.Base: "canvas",
        QPalette.ColorRole.AlternateBase: "alt",
        QPalette.ColorRole.Text: "t1",
        QPalette.ColorRole.PlaceholderText: "t3",
        QPalette.ColorRole.Button: "raise",
        QPalette.ColorRole.ButtonText: "t1",
        QPalette.ColorRole.BrightText: "err",
        QPalette.ColorRole.ToolTipBase: "raise",
        QPalette.ColorRole.ToolTipText: "t1",
        QPalette.ColorRole.Link: "sel",
        QPalette.ColorRole.LinkVisited: "sel",
        QPalette.ColorRole.Light: "hover",
        QPalette.ColorRole.Midlight: "line2",
        QPalette.ColorRole.Mid: "line2",
        QPalette.ColorRole.Dark: "line",
        QPalette.ColorRole.Shadow: "win",
        QPalette.ColorRole.Accent: "sel",
    }
    for qt_role, role in roles.items():
        result.setColor(qt_role, theme.color(role))
    # Selected text keeps its own colour: blue only says where you are.
    result.setColor(QPalette.ColorRole.Highlight, mix(theme.color("canvas"), theme.color("sel"), SELECTED_TEXT_SHARE))
    result.setColor(QPalette.ColorRole.HighlightedText, theme.color("t1"))
    faint = mix(theme.color("panel"), theme.color("t3"), 0.55)
    for qt_role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, qt_role, faint)
    return result
