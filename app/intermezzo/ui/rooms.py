"""Rooms: the welcome page and the windows beside the editor, made when they are first wanted and wired to the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from intermezzo import __version__
from intermezzo.core.manifest import Example
from intermezzo.storage.places import cache_folder

if TYPE_CHECKING:
    from intermezzo.ui.help.room import HelpRoom
    from intermezzo.ui.welcome.feed import WelcomeFeed
    from intermezzo.ui.window import Window

__all__ = ["Rooms"]


def _help_room() -> type[HelpRoom]:
    from intermezzo.ui.help.room import HelpRoom

    return HelpRoom


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
        room.show()
        room.raise_()
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

    def help(self, page: str = "") -> None:
        """Show a help page; with none named, the one that belongs to what has the focus."""
        room = self._once("help", self._make_help)
        self._beside("help", self._make_help)
        if isinstance(room, _help_room()):
            room.open_page(page or self._page_of_focus())

    def _make_help(self) -> QWidget:
        window = self._window
        return _help_room()(window.look, window.workspace.registry, window.state_folder, window.book.keys_of, window)

    def _page_of_focus(self) -> str:
        widget = QApplication.focusWidget()
        while widget is not None:
            page = widget.property("help")
            if isinstance(page, str) and page:
                return page
            widget = widget.parentWidget()
        return "tour"

    def tour(self) -> None:
        """Show the short tour."""
        self.help("tour")

    def preferences(self) -> None:
        """Show the preferences."""
        self._window.workspace.tell("info", "preferences")

    def shortcuts(self) -> None:
        """Show all keys."""
        self.help("shortcuts")

    def log(self) -> None:
        """Show the log."""
        self._beside("log", self._make_log)

    def _make_log(self) -> QWidget:
        from intermezzo.ui.log_viewer import LogViewer

        return LogViewer(self._window.look, self._window.workspace.registry, self._window)

    def about(self) -> None:
        """Say what this is, in a few lines."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("About Intermezzo"))
        box.setText(f"Intermezzo {__version__}")
        box.setInformativeText(
            self.tr(
                "A studio in which the sketch between source and sound is yours to draw on. MIT licence.\n"
                "Inter (OFL 1.1), Phosphor icons (MIT), Qt (LGPL)."
            )
        )
        copy = box.addButton(self.tr("Copy report"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        copy.clicked.connect(self._copy_report)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _copy_report(self) -> None:
        from intermezzo.storage.log import report

        QGuiApplication.clipboard().setText(report(self._window.workspace.registry))
        self._window.workspace.tell("info", self.tr("The report was copied. It holds nothing of your work."))
