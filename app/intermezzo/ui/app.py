"""The studio's start: makes every object once, hands it to those who need it, shows the window, then does the rest.

What is slow comes after the window is on the screen: the engine host, PortAudio, files of a crash. Nothing here or
below imports torch or scipy.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from intermezzo import __version__
from intermezzo.audio.player import Player
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.places import cache_folder, state_folder
from intermezzo.ui.background import Background
from intermezzo.ui.document import Document
from intermezzo.ui.export import Export
from intermezzo.ui.focus_ring import FocusRing
from intermezzo.ui.look import Look
from intermezzo.ui.playback import Playback, SoundEvents
from intermezzo.ui.questions import Questions
from intermezzo.ui.window import Window
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["Studio", "assemble", "main"]

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Studio:
    """Everything that runs; ``close`` ends all of it and leaves no thread or process behind."""

    look: Look
    registry: Registry
    host: EngineHost
    player: Player
    workspace: Workspace
    background: Background
    document: Document
    playback: Playback
    export: Export
    window: Window

    def begin(self) -> None:
        """What need not be there before the window: the host, and the first question to PortAudio."""
        self.host.start()
        threading.Thread(target=lambda: self.player.available, name="ask PortAudio", daemon=True).start()

    def close(self) -> None:
        """End everything, in the order in which it was made."""
        self.playback.close()
        self.window.check.stop()
        self.workspace.close()
        self.background.wait()
        self.host.close()
        self.player.close()
        self.export.close()


def assemble(app: QApplication, *, registry: Registry | None = None, questions: Questions | None = None) -> Studio:
    """Make the studio; the window is not shown yet."""
    look = Look(app, "dark")
    FocusRing(app, lambda: look.theme)
    registry = registry or discover()
    host = EngineHost(device="cpu", threads=0, cache_dir=cache_folder(), registry=registry)
    events = SoundEvents(app)
    player = Player(on_end=events.ended.emit, on_trouble=events.failed.emit)
    workspace = Workspace(registry, host, player, app)
    background = Background(app)
    asked = questions or Questions()
    document = Document(workspace, asked, background, app)
    playback = Playback(workspace, events, app)
    export = Export(workspace, document, asked, background, app)
    window = Window(look, workspace, document, playback, export, state_folder())
    return Studio(look, registry, host, player, workspace, background, document, playback, export, window)


def _catch_all(studio: Studio) -> None:
    """Let no fault end the studio in silence: it is logged, and a card says so."""

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            studio.window.close_now()
            return
        report = f"Intermezzo {__version__}\n" + "".join(traceback.format_exception(kind, fault, trace))
        _log.error("A fault of the studio\n%s", report)
        detail = str(fault) if isinstance(fault, IntermezzoError) else f"{kind.__name__}: {fault}"
        studio.workspace.troubled.emit(
            Trouble("Something went wrong in the studio", f"{detail}\nYou can go on; save under a new name.", report)
        )

    sys.excepthook = hook
    threading.excepthook = lambda args: _log.error("A fault on thread %s", args.thread, exc_info=args.exc_value)


def main(argv: Sequence[str]) -> int:
    """Open the studio, with the file that ``argv`` names where it names one; returns the exit status."""
    app = QApplication([sys.argv[0], *argv])
    app.setApplicationName("Intermezzo")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("intermezzo")
    studio = assemble(app)
    _catch_all(studio)
    studio.document.new()
    studio.window.resize(1440, 900)
    studio.window.show()
    paths = [Path(a) for a in argv if not a.startswith("-")]
    QTimer.singleShot(0, studio.begin)
    if paths:
        QTimer.singleShot(0, lambda: studio.document.open(paths[0]))
    try:
        return app.exec()
    finally:
        studio.close()
