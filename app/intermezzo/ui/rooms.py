"""Rooms: the welcome page and the windows beside the editor, made when they are first wanted and wired to the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.core.manifest import EngineManifest, Example, Making
from intermezzo.storage.places import cache_folder

if TYPE_CHECKING:
    from intermezzo.ui.dictionary.say_room import SayRoom
    from intermezzo.ui.help.room import HelpRoom
    from intermezzo.ui.shortcuts_dialog import ShortcutsOverlay
    from intermezzo.ui.welcome.feed import WelcomeFeed
    from intermezzo.ui.window import Window

__all__ = ["Rooms"]


def _help_room() -> type[HelpRoom]:
    from intermezzo.ui.help.room import HelpRoom

    return HelpRoom


def _shortcuts_overlay() -> type[ShortcutsOverlay]:
    from intermezzo.ui.shortcuts_dialog import ShortcutsOverlay

    return ShortcutsOverlay


class Rooms(QObject):
    """Each method shows one; imports stand inside, so that the window is on the screen before they are read."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._made: dict[str, QWidget] = {}
        self._feed: WelcomeFeed | None = None

    def _once(self, name: str, make: Callable[[], QWidget]) -> QWidget:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _beside(self, name: str, make: Callable[[], QWidget]) -> None:
        room = self._once(name, make)
        if room.isVisible():
            room.raise_()
        else:
            room.show()
        room.activateWindow()

    # Welcome

    def welcome(self) -> None:
        """Show the welcome page in place of the timeline."""
        page = self._once("welcome", self._make_welcome)
        if self._feed is not None:
            self._feed.refresh()
        self._window.show_page(page)

    def _make_welcome(self) -> QWidget:
        from intermezzo.ui.welcome.feed import WelcomeFeed
        from intermezzo.ui.welcome.page import WelcomePage
        from intermezzo.ui.welcome.pictures import PictureShelf

        window, workspace, document = self._window, self._window.workspace, self._window.document
        shelf = PictureShelf(cache_folder() / "pictures")
        page = WelcomePage(window.look, workspace.registry, shelf, window)
        self._feed = feed = WelcomeFeed(
            page, workspace.registry, lambda: window.host(), shelf, state_folder=window.state_folder,
            recovery_folder=window.state_folder / "recovery",
        )  # fmt: skip
        page.new_wanted.connect(lambda: document.new(window.show_work_page))
        page.open_wanted.connect(document.ask_open)
        page.opened.connect(lambda path: document.open(Path(path)))
        page.dropped.connect(lambda paths: document.take_files([Path(p) for p in paths]))
        page.example_chosen.connect(self._start_example)
        page.plugins_wanted.connect(self.plugins)
        page.followed.connect(self._follow)
        feed.recovered.connect(window.keep.adopt)
        workspace.told.connect(page.show_note)
        workspace.troubled.connect(lambda trouble: page.show_note("error", f"{trouble.title}. {trouble.detail}"))
        workspace.conversions.converted.connect(
            lambda _: feed.keep_picture(workspace.sketch) if workspace.sketch is not None else None
        )
        return page

    def _start_example(self, engine: str, example: Example) -> None:
        self._window.document.start_with(engine, example.source, example.title, dict(example.params))

    def _follow(self, name: str) -> None:
        {"tour": self.tour, "shortcuts": self.shortcuts}.get(name, lambda: self.help(name))()

    # Beside the editor

    def plugins(self) -> None:
        """Show the engines and why some do not work."""
        self._beside("plugins", self._make_plugins)

    def _make_plugins(self) -> QWidget:
        from intermezzo.ui.plugins_panel import PluginsPanel

        window = self._window
        panel = PluginsPanel(window.look, window.workspace.registry, lambda: window.host(), window)
        panel.help_wanted.connect(self.help)
        return panel

    def models(self) -> None:
        """Show the checkpoints that lie on this computer."""
        self._beside("models", self._make_models)

    def _make_models(self) -> QWidget:
        from intermezzo.ui.models import ModelsRoom

        window = self._window
        room = ModelsRoom(
            window.look, window.workspace.registry, window.export.questions, window.tips,
            lambda: window.host().device, window,
        )  # fmt: skip
        room.help_wanted.connect(self.help)
        room.used.connect(self._use_model)
        return room

    def _use_model(self, engine: str, param: str, value: str) -> None:
        self._window.show_work_page()
        self._window.document.begin_with(engine, {param: value})

    def queue(self) -> None:
        """Show the render queue."""
        self._beside("queue", self._make_queue)

    def _make_queue(self) -> QWidget:
        from intermezzo.ui.queue.room import QueueRoom

        window = self._window
        return QueueRoom(window.look, window.queue.desk, window.tips, window.document.open, window)

    def training(self) -> None:
        """Show what the engine in view was trained to, and how to train it."""
        window = self._window
        manifest = window.training.engine
        if manifest is not None and (making := manifest.makes) is not None:
            self._beside(f"training {manifest.id}", lambda: self._make_training(manifest, making))

    def _make_training(self, manifest: EngineManifest, making: Making) -> QWidget:
        from intermezzo.ui.training.room import TrainingRoom

        window = self._window
        return TrainingRoom(
            window.look, window.workspace, manifest, making, window.training, window.shelf, window.export.questions,
            window.tips, lambda: window.host().device, window,
        )  # fmt: skip

    def dictionary(self) -> None:
        """Show the pronunciations, those of the person and those of the project."""
        self._beside("dictionary", self._make_dictionary)

    def _make_dictionary(self) -> QWidget:
        from intermezzo.ui.dictionary.room import DictionaryRoom

        window = self._window
        return DictionaryRoom(window.look, window.workspace, window.export.questions, window.tips, window)

    def say(self) -> SayRoom:
        """Return the window in which one word is said differently; it shows itself once it has a word."""
        from intermezzo.ui.dictionary.say_room import SayRoom

        room = self._once("say", self._make_say)
        assert isinstance(room, SayRoom)
        return room

    def _make_say(self) -> QWidget:
        from intermezzo.ui.dictionary.say_room import SayRoom

        window = self._window
        room = SayRoom(window.look, window.workspace, window.words.saying, window.tips, window)
        room.all_wanted.connect(self.dictionary)
        return room

    def help(self, page: str = "") -> None:
        """Show a help page; with none named, the one that belongs to what has the focus."""
        from intermezzo.ui.help.pages import page_of

        self._name_pages()
        # Asked before the room takes the focus itself.
        wanted = page or page_of(QApplication.focusWidget())
        self._beside("help", self._make_help)
        room = self._made["help"]
        if isinstance(room, _help_room()):
            room.open_page(wanted)

    def _name_pages(self) -> None:
        """Say which page belongs to which part of the window; the lanes have one where their sketch type has one."""
        from intermezzo.ui.help.pages import page_for_sketch

        window, sketch = self._window, self._window.workspace.sketch
        lanes = page_for_sketch(sketch.type.id if sketch is not None else "")
        parts = (
            (window.timeline, lanes), (window.strip, "tools"), (window.selection_panel, lanes),
            (window.parameters, lanes), (window.promises, "promises"), (window.transport, "tools#all-keys"),
            (window.takes_panel, "takes"), (window.fit, "tools#what-fits-and-what-to-mend"),
        )  # fmt: skip
        for part, page in parts:
            part.setProperty("help", page)

    def _make_help(self) -> QWidget:
        window = self._window
        return _help_room()(window.look, window.workspace.registry, window.state_folder, window.book.keys_of, window)

    def tour(self) -> None:
        """Show the short tour."""
        self.help("tour")

    def preferences(self) -> None:
        """Show the preferences."""
        self._beside("preferences", self._make_preferences)

    def _make_preferences(self) -> QWidget:
        from intermezzo.ui.preferences.room import PreferencesRoom

        window = self._window
        player = window.workspace.player
        return PreferencesRoom(
            window.look,
            window.choices,
            window.book,
            lambda: window.host(),
            player,
            window,
            ports=window.midi.ports,
        )

    def shortcuts(self) -> None:
        """Show all keys over the window, or take them away."""
        sheet = self._once("shortcuts", self._make_shortcuts)
        if isinstance(sheet, _shortcuts_overlay()):
            sheet.open()

    def _make_shortcuts(self) -> QWidget:
        sheet = _shortcuts_overlay()(self._window.look, self._window.book, self._window)
        sheet.change_wanted.connect(self._change_keys)
        sheet.help_wanted.connect(self.help)
        return sheet

    def _change_keys(self) -> None:
        from intermezzo.ui.preferences.room import PreferencesRoom

        self.preferences()
        room = self._made["preferences"]
        if isinstance(room, PreferencesRoom):
            room.show_page("shortcuts")

    def log(self) -> None:
        """Show the log."""
        self._beside("log", self._make_log)

    def _make_log(self) -> QWidget:
        from intermezzo.ui.log_viewer import LogViewer

        return LogViewer(self._window.look, self._window.workspace.registry, self._window)

    def about(self) -> None:
        """Say what this is, which version, and what it stands on."""
        self._beside("about", self._make_about)

    def _make_about(self) -> QWidget:
        from intermezzo.ui.about import AboutRoom

        return AboutRoom(self._window.look, self._window.workspace.registry, self._window)
