"""How the studio looks: theme, size and motion; every change shows at once."""

from collections.abc import Callable

from intermezzo.storage.settings import THEMES, Preferences
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import Page, SettingRow
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.switches import Segments, Switch

Set = Callable[..., None]
_SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class AppearancePage(Page):
    """Theme, size of everything, reduced motion."""

    def __init__(self, look: Look, preferences: Preferences, set_: Set) -> None:
        super().__init__(look, "")
        self.setAccessibleName(self.tr("Appearance"))
        names = {"system": self.tr("As the system"), "dark": self.tr("Dark"), "light": self.tr("Light")}
        self.theme = Segments(look, self.tr("Theme"), tuple(names[theme] for theme in THEMES))
        self.theme.set_index(THEMES.index(preferences.theme))
        self.theme.chosen.connect(lambda i: set_(theme=THEMES[i]))
        self.add_row(SettingRow(look, self.tr("Theme"), "", self.theme))
        scales = sorted({*_SCALES, preferences.ui_scale})
        self.scale = Combo(look, self.tr("Size"), [f"{round(100 * s)}\u2009%" for s in scales])
        self.scale.setCurrentIndex(scales.index(preferences.ui_scale))
        self.scale.activated.connect(lambda i: set_(ui_scale=scales[i]))
        size_help = self.tr("Of all text and controls, beside what the screen asks for. From the next start on.")
        self.add_row(SettingRow(look, self.tr("Size"), size_help, self.scale))
        self.motion = Switch(look, self.tr("Reduce motion"), on=preferences.reduce_motion)
        self.motion.toggled.connect(lambda on: set_(reduce_motion=on))
        motion_help = self.tr("Panels fold and notes fade without movement.")
        self.add_row(SettingRow(look, self.tr("Reduce motion"), motion_help, self.motion))
        self.finish()

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what was chosen elsewhere."""
        self.theme.set_index(THEMES.index(preferences.theme))
        self.motion.setChecked(preferences.reduce_motion)
