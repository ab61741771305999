"""The live look: which theme is on, handed to every widget's constructor; says when it changes.

There is one `Look` per application, made by whoever makes the QApplication and passed on; nothing looks it up globally.
"""

from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from intermezzo.ui import art, fonts, icons
from intermezzo.ui.focus_ring import FocusRing
from intermezzo.ui.stylesheet import stylesheet
from intermezzo.ui.text import text_width
from intermezzo.ui.theme import Role, Theme, ThemeName, palette

ThemeChoice = Literal["dark", "light", "system"]

FOLD_MS: Final = 120
CHIP_FADE_MS: Final = 160


class Look(QObject):
    """The current theme, fonts, icons and motion; widgets connect `changed` to `update`.

    Attributes:
        changed: emitted after another theme or contrast has been applied to the application.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = "system",
        *,
        high_contrast: bool = False,
        reduce_motion: bool = False,
    ) -> None:
        """Load the fonts and dress the application (Fusion, palette, font, style sheet, window icon)."""
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = choice
        self._high_contrast = high_contrast
        self.reduce_motion = reduce_motion
        self._icons: dict[tuple[str, Role, Role | None, int], QIcon] = {}
        fonts.load_fonts()
        text_width.cache_clear()  # what was measured before was another face
        app.setStyle("Fusion")
        app.setFont(fonts.font("body"))
        app.setWindowIcon(art.window_icon())
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme)
        self._theme = self._wanted()
        self._ring = FocusRing(app, lambda: self._theme)
        self._dress()

    @property
    def theme(self) -> Theme:
        """The theme that is on now."""
        return self._theme

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for: dark, light or as the system."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Switch to dark, light or the system's scheme, at once."""
        self._choice = choice
        self._refresh()

    def set_high_contrast(self, on: bool) -> None:
        """Switch stronger lines, captions and washes on or off."""
        self._high_contrast = on
        self._refresh()

    def color(self, role: Role, alpha: float | None = None) -> QColor:
        """Return the colour of a role in the current theme."""
        return self._theme.color(role, alpha)

    def font(self, role: fonts.FontRole) -> QFont:
        """Return the shared font of a role; copy it before changing it."""
        return fonts.font(role)

    def metrics(self, role: fonts.FontRole) -> QFontMetricsF:
        """Return the metrics of a role's font."""
        return QFontMetricsF(fonts.font(role))

    def icon(self, name: str, role: Role = "t2", active: Role | None = None, size: int = 16) -> QIcon:
        """Return an icon in the current theme's colours, drawn once; ask again on `changed`."""
        key = name, role, active, size
        if key not in self._icons:
            lit = None if active is None else self.color(active)
            self._icons[key] = icons.icon(name, self.color(role), self.color("t3", 0.55), lit, size)
        return self._icons[key]

    def pixmap(self, name: str, role: Role = "t2", size: int = 16, device_ratio: float = 1.0) -> QPixmap:
        """Return an icon as a pixmap in the current theme's colour."""
        return icons.icon_pixmap(name, size, self.color(role), device_ratio)

    def duration_ms(self, wanted_ms: int) -> int:
        """Return how long a movement may take: as wanted, or 0 with reduced motion."""
        return 0 if self.reduce_motion else wanted_ms

    def _wanted(self) -> Theme:
        name: ThemeName
        if self._choice == "system":
            light = self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
            name = "light" if light else "dark"
        else:
            name = self._choice
        return Theme(name, self._high_contrast)

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._theme:
            self._theme = wanted
            self._icons.clear()
            self._dress()
            self.changed.emit()

    def _on_system_scheme(self) -> None:
        if self._choice == "system":
            self._refresh()

    def _dress(self) -> None:
        self._app.setPalette(palette(self._theme))
        self._app.setStyleSheet(stylesheet(self._theme))
