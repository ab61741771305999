"""What is kept by itself and how much room it takes: autosave, steps of undo, and the cache of rendered sound."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from intermezzo.core.errors import IntermezzoError
from intermezzo.storage import places
from intermezzo.storage.settings import Preferences
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import Page, SettingRow
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.switches import Switch

__all__ = ["SavingPage", "cleared", "size_text", "used_bytes"]

Set = Callable[..., None]
_AUTOSAVE_S = (5.0, 10.0, 15.0, 20.0, 30.0)
_CACHE_MB = (256, 512, 1024, 2048, 4096, 8192, 16384)
_HISTORY_MB = (128, 256, 512, 1024, 2048)
_CACHE_SUFFIX = ".array"  # of jobs.cache: nothing else in the folder is ours to delete


def used_bytes(folder: Path) -> int:
    """Return how much the cached arrays in a folder take."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            if name.endswith(_CACHE_SUFFIX):
                try:
                    total += (Path(root) / name).stat().st_size
                except OSError:
                    continue
    return total


def cleared(folder: Path) -> int:
    """Delete the cached arrays in a folder and nothing else; return the bytes that are free now."""
    before = used_bytes(folder)
    for root, _, names in os.walk(folder):
        for name in names:
            if name.endswith(_CACHE_SUFFIX):
                try:
                    (Path(root) / name).unlink()
                except OSError:
                    continue
    return before - used_bytes(folder)


def size_text(n_bytes: float) -> str:
    """Write a size as people read it: 640 MB, 2 GB."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= step:
            value = n_bytes / step
            return f"{value:.0f}\u2009{unit}" if value >= 10 or value == round(value) else f"{value:.1f}\u2009{unit}"
    return f"{n_bytes:.0f}\u2009bytes"


class _Told(QObject):
    sized = Signal(float)


class _Measure(QRunnable):
    """Adds up a folder beside the window; it may hold a hundred thousand files."""

    def __init__(self, folder: Path, told: _Told) -> None:
        super().__init__()
        self._folder, self._told = folder, told

    def run(self) -> None:
        self._told.sized.emit(float(used_bytes(self._folder)))


class SavingPage(Page):
    """Autosave, history and cache."""

    def __init__(
        self, look: Look, preferences: Preferences, set_: Set,
        choose_folder: Callable[[QWidget, str], str | None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, "")
        self.setAccessibleName(self.tr("Saving and cache"))
        self._preferences, self._set = preferences, set_
        self._choose_folder = choose_folder or _ask_folder
        self._told = _Told(self)
        self._told.sized.connect(self._on_sized)
        self.autosave = self._choice(
            self.tr("Keep unsaved work every"), _AUTOSAVE_S, preferences.autosave_s,
            lambda s: f"{s:g}\u2009s", lambda s: set_(autosave_s=float(s)),
        )  # fmt: skip
        help_line = self.tr("A crash or a power cut costs at most this much. It is offered on the welcome page.")
        self.add_row(SettingRow(look, self.tr("Keep unsaved work every"), help_line, self.autosave))
        self.recipe = Switch(look, self.tr("Put the recipe into exported sound"), on=preferences.recipe)
        self.recipe.toggled.connect(lambda on: set_(recipe=on))
        recipe_help = self.tr("WAV, FLAC and MP3 then carry their sketch, and open here as their project again.")
        self.add_row(SettingRow(look, self.tr("Put the recipe into exported sound"), recipe_help, self.recipe))
        self.history = self._choice(
            self.tr("Memory for undo"), _HISTORY_MB, preferences.history_mb,
            lambda mb: size_text(mb * 1e6), lambda mb: set_(history_mb=int(mb)),
        )  # fmt: skip
        self.add_row(SettingRow(look, self.tr("Memory for undo"), self.tr("The oldest steps go first."), self.history))
        self.cache = self._choice(
            self.tr("Cache"), _CACHE_MB, preferences.cache_mb, lambda mb: size_text(mb * 1e6),
            lambda mb: set_(cache_mb=int(mb)),
        )  # fmt: skip
        cache_help = self.tr("Rendered sound is kept so that nothing is computed twice. Deleting it costs time only.")
        self.add_row(SettingRow(look, self.tr("Cache, at most"), cache_help, self.cache))
        self._folder_row = SettingRow(look, self.tr("Cache folder"), "", self._folder_tools(look), width=None)
        self.add_row(self._folder_row)
        self.clear = Button(look, self.tr("Empty the cache"), icon="trash")
        self.clear.clicked.connect(self._on_clear)
        self._used_row = SettingRow(look, self.tr("In the cache now"), self.tr("Counting"), self.clear, width=None)
        self.add_row(self._used_row)
        self.finish()

    def _choice(
        self,
        name: str,
        values: tuple[float, ...],
        now: float,
        text: Callable[[float], str],
        on: Callable[[float], None],
    ) -> Combo:
        offered = sorted({*values, now})
        combo = Combo(self.look, name, [text(v) for v in offered])
        combo.setCurrentIndex(offered.index(now))
        combo.activated.connect(lambda i: on(offered[i]))
        return combo

    def _folder_tools(self, look: Look) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.usual = Button(look, self.tr("Usual place"), kind="quiet")
        self.usual.clicked.connect(lambda: self._take_folder(""))
        self.change = Button(look, self.tr("Change"), icon="folder-open")
        self.change.clicked.connect(lambda: self._take_folder(self._choose_folder(self, str(self.folder()))))
        row.addWidget(self.usual)
        row.addWidget(self.change)
        return tools

    def folder(self) -> Path:
        """Return the folder that the cache lies in."""
        return Path(self._preferences.cache_dir) if self._preferences.cache_dir else places.cache_folder()

    def show_preferences(self, preferences: Preferences) -> None:
        """Take over what was changed."""
        moved = preferences.cache_dir != self._preferences.cache_dir
        self._preferences = preferences
        self.recipe.setChecked(preferences.recipe)
        if moved:
            self._show_folder()

    def showEvent(self, event: QShowEvent) -> None:
        # Counted whenever the page is opened: the cache grows while one works.
        super().showEvent(event)
        self._show_folder()

    def _take_folder(self, folder: str | None) -> None:
        if folder is not None and (folder or self._preferences.cache_dir):
            self._set(cache_dir=folder)

    def _show_folder(self) -> None:
        try:
            folder = self.folder()
        except IntermezzoError as problem:
            self._folder_row.set_help(str(problem))
            return
        self._folder_row.set_help(str(folder))
        self.usual.setVisible(bool(self._preferences.cache_dir))
        QThreadPool.globalInstance().start(_Measure(folder, self._told))

    def _on_sized(self, n_bytes: float) -> None:
        self._used_row.set_help(size_text(n_bytes) if n_bytes else self.tr("Nothing"))
        self.clear.setEnabled(n_bytes > 0)

    def _on_clear(self) -> None:
        freed = cleared(self.folder())
        self._on_sized(float(used_bytes(self.folder())))
        self._used_row.set_help(self.tr("{0} are free now.").format(size_text(freed)))


def _ask_folder(parent: QWidget, now: str) -> str | None:
    return QFileDialog.getExistingDirectory(parent, parent.tr("Cache folder"), now) or None
