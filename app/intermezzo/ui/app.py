"""The studio's start: makes every object once, hands it to those who need it, shows the window, then does the rest.

What is slow comes after the window is on the screen: the engine host, PortAudio, what a crash left. Nothing here or
below imports torch or scipy.
"""

from __future__ import annotations

import base64
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtWidgets import QApplication

from intermezzo import __version__
from intermezzo.audio.midi_ports import MidiPorts
from intermezzo.audio.player import Player
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost, Limits
from intermezzo.jobs.protocol import Runner
from intermezzo.storage.log import start_log
from intermezzo.storage.places import cache_folder, recovery_folder, state_folder
from intermezzo.storage.recovery import Autosave
from intermezzo.storage.settings import Preferences, load_preferences
from intermezzo.ui.background import Background, take_turns_soon
from intermezzo.ui.choices import Choices
from intermezzo.ui.compute_devices import device_for
from intermezzo.ui.document import Document
from intermezzo.ui.export import Export
from intermezzo.ui.focus_ring import FocusRing
from intermezzo.ui.following import Following
from intermezzo.ui.garbage import Garbage
from intermezzo.ui.label_files import LabelFiles
from intermezzo.ui.live_midi import LiveMidi
from intermezzo.ui.look import Look, ThemeChoice
from intermezzo.ui.playback import Playback, SoundEvents
from intermezzo.ui.questions import Questions
from intermezzo.ui.safekeeping import Safekeeping
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.score_export import ScoreExport
from intermezzo.ui.window import Window
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["Studio", "assemble", "main"]

_log = logging.getLogger(__name__)
_SIZE: Final = (1440, 900)
_HOST_FIELDS: Final = ("device", "threads", "cache_dir", "cache_mb")  # a change needs another engine host


@dataclass(eq=False)
class Studio:
    """Everything that runs; ``close`` ends all of it and leaves no thread or process behind."""

    look: Look
    registry: Registry
    player: Player
    workspace: Workspace
    background: Background
    choices: Choices
    document: Document
    playback: Playback
    midi: LiveMidi
    export: Export
    keep: Safekeeping
    window: Window
    engraver: Engraver
    garbage: Garbage

    def show(self) -> None:
        """Put the window on the screen where it was when it was closed."""
        kept = self.choices.now.window.get("geometry", "")
        if not (kept and self.window.restoreGeometry(QByteArray(base64.b64decode(kept)))):
            self.window.resize(*_SIZE)
        self.window.show()

    def begin(self) -> None:
        """What need not be there before the window: the host, autosave, the first question to PortAudio."""
        if isinstance(self.workspace.host, EngineHost):
            self.workspace.host.start()
        self.midi.choose(self.choices.now.midi_input, self.choices.now.midi_output)
        self.keep.start()
        self.workspace.wordbook.open()
        self.garbage.settle()
        # PortAudio takes up to half a second to answer the first time.
        threading.Thread(target=lambda: self.player.available, name="ask PortAudio", daemon=True).start()

    def follow(self, old: Preferences, new: Preferences) -> None:
        """Do what changed preferences ask for, at once."""
        self.look.choose(_theme(new))
        self.look.reduce_motion = new.reduce_motion
        self.workspace.hear_edits = new.hear_edits
        self.workspace.follow_up.set_on(new.follow_edits)
        self.export.puts_recipe = new.recipe
        self.window.timeline.show_score(new.score)
        self.workspace.tool_changed.emit()
        if (new.metronome, new.count_in) != (self.playback.has_metronome, self.playback.counts_in):
            self.playback.set_metronome(new.metronome, new.count_in)
        self.midi.choose(new.midi_input, new.midi_output)
        if new.level_db != self.playback.level_db:
            self.playback.set_level(new.level_db)
        if new.audio_device != old.audio_device:
            self.player.select_device(new.audio_device or None)
        self.workspace.history.max_bytes = new.history_mb * 10**6
        self.keep.set_interval(new.autosave_s)
        if any(getattr(new, name) != getattr(old, name) for name in _HOST_FIELDS):
            self._change_host(new)

    def _change_host(self, preferences: Preferences) -> None:
        before, host = self.workspace.host, _host_for(preferences, self.registry)
        self.workspace.conversions.stop()
        self.workspace.rendering.stop()
        self.workspace.host = host
        host.start()
        self.background.run(before.close, lambda _: None, lambda _: None)
        self.workspace.rendering.restart()
        self.window.top_bar.device.set_device(*_device_words(preferences))

    def close(self) -> None:
        """End everything, in the order in which it was made."""
        geometry = base64.b64encode(bytes(self.window.saveGeometry().data())).decode()
        self.choices.change(window={"geometry": geometry}, level_db=float(self.playback.level_db))
        self.choices.close()
        self.midi.close()
        self.playback.close()
        self.window.check.stop()
        self.window.source.recorder.close_microphone(keep=True)
        self.window.training.stop()
        self.window.queue.close()
        self.workspace.close()
        self.window.score.cancel()
        self.engraver.close()
        self.background.wait()
        self.keep.close()
        self.workspace.host.close()
        self.player.close()
        self.export.close()
        self.garbage.close()


def _host_for(preferences: Preferences, registry: Registry) -> EngineHost:
    folder = Path(preferences.cache_dir) if preferences.cache_dir else cache_folder()
    return EngineHost(
        device=_device(preferences), threads=preferences.threads, cache_dir=folder, registry=registry,
        limits=Limits(cache_mb=preferences.cache_mb),
    )  # fmt: skip


def _device(preferences: Preferences) -> str:
    return device_for(preferences.device)


def _device_words(preferences: Preferences) -> tuple[str, int]:
    threads = preferences.threads or os.cpu_count() or 1  # as the host counts them
    return "CPU" if _device(preferences) == "cpu" else "GPU", threads


def _theme(preferences: Preferences) -> ThemeChoice:
    found: ThemeChoice = (
        "dark" if preferences.theme == "dark" else "light" if preferences.theme == "light" else "system"
    )
    return found


def assemble(
    app: QApplication, *, registry: Registry | None = None, questions: Questions | None = None,
    preferences: Preferences | None = None, look: Look | None = None, host: Runner | None = None,
    player: Player | None = None, make_engraver: Callable[[], Engraver] = Engraver,
    ports: MidiPorts | None = None,
) -> Studio:  # fmt: skip
    """Make the studio; the window is not shown yet, and neither processes nor devices are touched.

    Parts that are handed in take the place of those that would be made.
    """
    garbage = Garbage(app)
    take_turns_soon()
    trouble = ""
    if preferences is None:
        preferences, trouble = load_preferences()
    if look is None:
        look = Look(app, _theme(preferences), reduce_motion=preferences.reduce_motion)
        ring_look = look
        FocusRing(app, lambda: ring_look.theme)
    registry = registry or discover()
    host = host or _host_for(preferences, registry)
    events = SoundEvents(app)
    if player is None:
        player = Player(preferences.audio_device or None, on_end=events.ended.emit, on_trouble=events.failed.emit)
    workspace = Workspace(registry, host, player, app)
    workspace.hear_edits = preferences.hear_edits
    workspace.follow_up.set_on(preferences.follow_edits)
    workspace.history.max_bytes = preferences.history_mb * 10**6
    background = Background(app)
    choices = Choices(preferences, background, parent=app)
    asked = questions or Questions()
    document = Document(workspace, asked, background, app)
    playback = Playback(workspace, events, app)
    playback.set_level(preferences.level_db)
    playback.set_metronome(preferences.metronome, preferences.count_in)
    midi = LiveMidi(workspace, playback, ports or MidiPorts(), app)
    export = Export(workspace, document, asked, background, app)
    export.puts_recipe = preferences.recipe
    labels = LabelFiles(workspace, document, asked, background, app)
    following = Following(workspace, asked, background, workspace)
    keep = Safekeeping(workspace, document, background, _autosave(preferences, workspace), state_folder(), app)
    engraver = make_engraver()
    score = ScoreExport(workspace, document, asked, background, make_engraver, app)
    window = Window(
        look, workspace, document, playback, midi, export, labels, following, keep, choices, state_folder(), score,
        (engraver, background), device=_device_words(preferences),
    )  # fmt: skip
    asked.set_parent(window, look)
    studio = Studio(
        look, registry, player, workspace, background, choices, document, playback, midi, export, keep, window,
        engraver, garbage,
    )  # fmt: skip
    choices.changed.connect(studio.follow)
    if trouble:
        workspace.tell("warn", trouble)
    return studio


def _autosave(preferences: Preferences, workspace: Workspace) -> Autosave | None:
    try:
        return Autosave(
            recovery_folder(),
            interval_s=preferences.autosave_s,
            on_trouble=lambda line: workspace.told.emit("warn", line),
        )
    except FileError as problem:
        line = f"Work is not kept by itself: {problem}"
        QTimer.singleShot(0, lambda: workspace.tell("warn", line))
        return None


def _catch_all(studio: Studio) -> None:
    """Let no fault end the studio in silence: it is logged, and a card says so."""
    before = sys.excepthook

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            studio.window.close_now()
            return
        before(kind, fault, trace)
        report = f"Intermezzo {__version__}\n" + "".join(traceback.format_exception(kind, fault, trace))
        detail = str(fault) if isinstance(fault, IntermezzoError) else f"{kind.__name__}: {fault}"
        studio.workspace.troubled.emit(
            Trouble("Something went wrong in the studio", f"{detail}\nYou can go on; save under a new name.", report)
        )

    sys.excepthook = hook


def main(argv: Sequence[str]) -> int:
    """Open the studio, with the file that ``argv`` names where it names one; returns the exit status."""
    try:
        start_log()
    except IntermezzoError as problem:
        print(f"intermezzo: {problem}", file=sys.stderr)
    preferences, trouble = load_preferences()
    if preferences.ui_scale != 1.0:
        # Qt reads it once, when the application is made; what somebody set for this run counts more.
        os.environ.setdefault("QT_SCALE_FACTOR", f"{preferences.ui_scale:g}")
    app = QApplication([sys.argv[0], *argv])
    app.setApplicationName("Intermezzo")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("intermezzo")
    studio = assemble(app, preferences=preferences)
    _catch_all(studio)
    studio.document.new()
    paths = [Path(a) for a in argv if not a.startswith("-")]
    if not paths:
        studio.window.show_welcome()
    studio.show()
    if trouble:
        studio.workspace.tell("warn", trouble)
    QTimer.singleShot(0, studio.begin)
    if paths:
        QTimer.singleShot(0, lambda: studio.document.open(paths[0]))
    try:
        return app.exec()
    finally:
        studio.close()
