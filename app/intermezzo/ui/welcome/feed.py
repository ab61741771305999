"""Feeds the welcome page from what is stored and running: recent files, orphans of crashes, engines; and tends them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import Example
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.storage import recent, recovery
from intermezzo.storage.recent import Glimpse, RecentFile
from intermezzo.storage.recovery import Orphan
from intermezzo.ui.plugin_states import EngineHostView, engine_states
from intermezzo.ui.welcome.content import Recent, Recovered
from intermezzo.ui.welcome.page import WelcomePage
from intermezzo.ui.welcome.pictures import Kept, PictureShelf, example_key, picture_of
from intermezzo.ui.widgets.thumbnails import SketchPicture

__all__ = ["WelcomeFeed", "kept_of", "recent_of"]


class WelcomeFeed(QObject):
    """Fills a page and does what its rows ask for; opening files is left to the window.

    Attributes:
        recovered: the `Orphan` to open.

    Args:
        state_folder, recovery_folder: None for the usual places.
        tell: level and line, where something could not be done.
    """

    recovered = Signal(object)

    def __init__(
        self, page: WelcomePage, registry: Registry, host: Callable[[], EngineHostView], shelf: PictureShelf, *,
        state_folder: Path | None = None, recovery_folder: Path | None = None,
        tell: Callable[[str, str], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._registry, self._host, self._shelf = page, registry, host, shelf
        self._state_folder, self._recovery_folder = state_folder, recovery_folder
        self._tell = tell or page.show_note
        self._waiting = ""
        page.forgotten.connect(self._on_forgotten)
        page.discarded.connect(self._on_discarded)
        page.recovered.connect(self.recovered)
        page.example_chosen.connect(self._on_example)

    def refresh(self) -> None:
        """Read everything anew; call it before the page is shown."""
        files = recent.recent_files(self._state_folder)
        self._page.show_recent([recent_of(file, self._registry) for file in files])
        self._show_orphans()
        self._page.show_engines(engine_states(self._registry, self._host()))

    def keep_picture(self, sketch: Sketch) -> None:
        """Keep the picture of the example that was opened last, if it had none; call it when it is converted."""
        key, self._waiting = self._waiting, ""
        if key:
            kept = picture_of(sketch)
            self._shelf.put(key, kept)
            for card in self._page.grid.cards:
                if example_key(card.manifest, card.example) == key:
                    card.set_kept(kept)

    def _show_orphans(self) -> None:
        works = [
            Recovered(o.title, datetime.fromtimestamp(o.at_s), o.n_edits, o)
            for o in recovery.orphans(self._recovery_folder)
        ]
        self._page.show_recovered(works)

    def _on_example(self, engine: str, example: Example) -> None:
        key = example_key(self._registry.engines[engine], example)
        self._waiting = "" if self._shelf.get(key) is not None else key

    def _on_forgotten(self, path: str) -> None:
        try:
            recent.forget(Path(path), self._state_folder)
        except IntermezzoError as problem:
            self._tell("error", str(problem))
        self.refresh()

    def _on_discarded(self, orphan: Orphan) -> None:
        try:
            recovery.discard(orphan)
        except IntermezzoError as problem:
            self._tell("error", str(problem))
        self._show_orphans()


def recent_of(file: RecentFile, registry: Registry) -> Recent:
    """Return what the page shows of a recent file: engine titles and length beside its picture."""
    names = [registry.engines[e].title.lower() if e in registry.engines else e for e in dict.fromkeys(file.engines)]
    detail = ", ".join(names) or QCoreApplication.translate("Welcome", "text")
    if file.duration_s:
        minutes, seconds = divmod(round(file.duration_s), 60)
        detail += f", {minutes}:{seconds:02d}" if minutes else f", {file.duration_s:.1f}\u2009s"
    when = datetime.fromtimestamp(file.at_s)
    return Recent(file.path, file.title or file.path.stem, detail, when, file.exists, kept_of(file.glimpse))


def kept_of(glimpse: Glimpse) -> Kept | None:
    """Return a stored glimpse as a picture, or None where it is empty."""
    if not glimpse.curve and not glimpse.matrix:
        return None
    curve = np.array([np.nan if v is None else v for v in glimpse.curve], np.float32) if glimpse.curve else None
    edited = np.array(glimpse.edited, bool) if any(glimpse.edited) else None
    matrix = np.array(glimpse.matrix, np.float32) if glimpse.matrix else None
    return Kept(SketchPicture(matrix=matrix, curve=curve, edited=edited), 0.0)
