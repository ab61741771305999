"""The preferences window: pages at the left, rows at the right; each change applies at once and is kept."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from intermezzo.audio.midi_ports import MidiPorts
from intermezzo.core.errors import IntermezzoError
from intermezzo.storage.settings import Preferences
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.choices import Choices
from intermezzo.ui.compute_devices import ComputeDevice, compute_devices
from intermezzo.ui.look import Look
from intermezzo.ui.nav_list import NAV_WIDTH, NavRow
from intermezzo.ui.plugin_states import EngineHostView
from intermezzo.ui.preferences.appearance import AppearancePage
from intermezzo.ui.preferences.computing import ComputingPage
from intermezzo.ui.preferences.saving import SavingPage
from intermezzo.ui.preferences.shortcuts import ShortcutsPage
from intermezzo.ui.preferences.sound import PlayerView, SoundPage
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.labels import Divider

_NAV: Final = 190


class PreferencesRoom(Room):
    """Shows the choices and changes them; whoever follows the choices applies them.

    Args:
        devices: what can compute; found on this machine where None.
    """

    def __init__(
        self, look: Look, choices: Choices, book: ActionBook, host: Callable[[], EngineHostView], player: PlayerView,
        parent: QWidget | None = None, *, devices: tuple[ComputeDevice, ...] | None = None,
        ports: MidiPorts | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Preferences"), "", parent, help_page="troubleshooting")
        self._choices, self._host = choices, host
        preferences = choices.now
        self.resize(880, 640)
        self.setMinimumSize(680, 420)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        self.stack = QStackedWidget()
        self.appearance = AppearancePage(look, preferences, self.set)
        self.computing = ComputingPage(look, preferences, self.set, devices or compute_devices(), host().device)
        self.sound = SoundPage(look, preferences, self.set, player, ports)
        self.saving = SavingPage(look, preferences, self.set)
        self.shortcuts = ShortcutsPage(look, book)
        self.rows: list[NavRow] = []
        row = QHBoxLayout()
        row.setSpacing(0)
        nav = QWidget()
        nav.setFixedWidth(min(_NAV, NAV_WIDTH))
        column = QVBoxLayout(nav)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2)
        for name, title, icon, page in (
            ("appearance", self.tr("Appearance"), "palette", self.appearance),
            ("computing", self.tr("Computing"), "cpu", self.computing),
            ("sound", self.tr("Sound"), "speaker-high", self.sound),
            ("saving", self.tr("Saving and cache"), "hard-drives", self.saving),
            ("shortcuts", self.tr("Shortcuts"), "keyboard", self.shortcuts),
        ):
            self.stack.addWidget(page)
            entry = NavRow(look, name, title, icon)
            entry.clicked.connect(lambda _=False, name=name: self.show_page(name))
            self.rows.append(entry)
            column.addWidget(entry)
        column.addStretch(1)
        row.addWidget(nav)
        row.addWidget(Divider(look, vertical=True))
        row.addWidget(self.stack, 1)
        self.content.addLayout(row, 1)
        choices.changed.connect(self._on_changed)
        self.show_page("appearance")

    def show_page(self, name: str) -> None:
        """Show a page: 'appearance', 'computing', 'sound', 'saving' or 'shortcuts'."""
        for index, row in enumerate(self.rows):
            row.setChecked(row.name == name)
            if row.name == name:
                self.stack.setCurrentIndex(index)

    def set(self, **values: Any) -> None:  # Any: each preference has its own type
        """Change preferences by name; a refusal is said at the top."""
        try:
            self._choices.change(**values)
            self.line.set_text("")
        except IntermezzoError as problem:
            self.line.set_ink("err")
            self.line.set_text(str(problem))

    def _on_changed(self, before: Preferences, after: Preferences) -> None:
        # The theme and hearing edits can be changed from the menus, too.
        self.appearance.show_preferences(after)
        self.sound.show_preferences(after)
        self.saving.show_preferences(after)
        self.computing.show_running(self._host().device)
