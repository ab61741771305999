"""A whole studio for tests: real window, workspace and engine host, the mock engine, a player that makes no sound."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from drawn_tune import tune_sketch
from inline_engraver import InlineEngraver
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from warm_host import fixtures_of

from intermezzo.audio.meter import Level
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.protocol import JobHandle, OnEvent, Request
from intermezzo.storage.settings import Preferences
from intermezzo.ui.app import Studio, assemble
from intermezzo.ui.look import Look
from intermezzo.ui.questions import Answer, FilmFile, Questions, ScoreFiles, SoundFile, TakeFiles

PATIENCE_MS = 30_000
TEXT = "Oh, are you in Iowa?"


class SilentPlayer:
    """Keeps the promises of `Player` without a device; time moves when a test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.playing, self.position_s, self.gain = False, 0.0, 1.0
        self.available, self.reason = True, None
        self.level = Level()
        self.stop_s: float | None = None
        self.loop: tuple[float, float] | None = None
        self.beats: object = None

    def set_sound(self, samples: object, rate: int) -> int:
        self.playing = False
        return 0

    def replace(self, start: int, samples: object) -> int:
        return 0

    def silence(self, stretches: object) -> int:
        return 0

    def set_length(self, n: int) -> int:
        return 0

    def audition(self, samples: object, rate: int | None = None) -> int:
        self.calls.append(("audition",))
        return 0

    def set_beats(self, beats: object) -> None:
        self.beats = beats

    def play(
        self, start_s: float | None = None, stop_s: float | None = None, loop: bool = False,
        count_in: tuple[float, int] | None = None,
    ) -> bool:  # fmt: skip
        self.calls.append(("play", start_s, stop_s, *((count_in,) if count_in else ())))
        if not self.available:
            return False
        self.playing, self.position_s, self.stop_s = True, start_s or 0.0, stop_s
        return True

    def pause(self) -> None:
        self.playing = False

    def stop(self) -> None:
        self.playing = False

    def seek(self, to_s: float) -> None:
        self.position_s = to_s

    def set_loop(self, region_s: tuple[float, float] | None) -> None:
        self.loop = region_s

    def select_device(self, name: str | None) -> bool:
        self.calls.append(("device", name))
        return True

    def close(self) -> None:
        self.playing = False


class LentHost:
    """The one host of all these tests: a studio that closes does not end it."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self.device = host.device

    @property
    def troubles(self) -> object:
        return self._host.troubles

    def forgive(self, engine: str) -> None:
        self._host.forgive(engine)

    def submit(self, request: Request, on_event: OnEvent) -> JobHandle:
        return self._host.submit(request, on_event)

    def close(self) -> None:
        """Stay."""


@dataclass
class Answers(Questions):
    """Answers questions from lists, and remembers what was asked."""

    opens: list[Path] = field(default_factory=list)
    saves: list[tuple[Path, str]] = field(default_factory=list)
    sounds: list[SoundFile] = field(default_factory=list)
    take_files: list[TakeFiles] = field(default_factory=list)
    scores: list[ScoreFiles] = field(default_factory=list)
    proposed: list[TakeFiles] = field(default_factory=list)
    films: list[FilmFile] = field(default_factory=list)
    proposed_films: list[FilmFile] = field(default_factory=list)
    unsaved_answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def set_parent(self, parent: object, look: object) -> None:
        """Need no window."""

    def file_to_open(self, title: str, patterns: str, folder: Path | None) -> Path | None:
        self.asked.append(title)
        return self.opens.pop(0) if self.opens else None

    def file_to_save(self, title: str, patterns: str, suggestion: Path) -> tuple[Path, str] | None:
        self.asked.append(title)
        return self.saves.pop(0) if self.saves else None

    def sound_to_save(
        self, proposal: SoundFile, *, may_label: bool, stage: object = None, title: str = ""
    ) -> SoundFile | None:
        self.asked.append("sound")
        return self.sounds.pop(0) if self.sounds else None

    def takes_to_save(
        self, proposal: TakeFiles, stage: object, manifest: object, title: str
    ) -> TakeFiles | None:  # fmt: skip
        self.proposed.append(proposal)
        return self.take_files.pop(0) if self.take_files else None

    def film_to_save(self, proposal: FilmFile) -> FilmFile | None:
        self.proposed_films.append(proposal)
        return self.films.pop(0) if self.films else None

    def scores_to_save(self, proposal: ScoreFiles, papers: object, lacking: dict[str, str]) -> ScoreFiles | None:
        self.asked.append("score")
        return self.scores.pop(0) if self.scores else None

    def stop_training(self, name: str) -> bool:
        self.asked.append(f"stop {name}")
        return False

    def unsaved(self, name: str) -> Answer:
        self.asked.append("unsaved")
        return self.unsaved_answers.pop(0) if self.unsaved_answers else "cancel"


@dataclass
class Rig:
    """A studio whose window is shown, and what a test needs to drive it."""

    studio: Studio
    player: SilentPlayer
    answers: Answers
    qtbot: QtBot

    def until(self, test: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(test, timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Let timers of no length and queued signals happen."""
        for _ in range(3):
            QApplication.processEvents()

    def converted(self, text: str = TEXT) -> "Rig":
        """Open a tune, converted and rendered."""
        workspace = self.studio.workspace
        workspace.open(Project("Tune", (Stage("1", "builtin.mock", Text(text)),)), saved=True)
        workspace.conversions.convert()
        self.until(
            lambda: (
                workspace.sketch is not None
                and not workspace.conversions.is_running
                and not workspace.output.stale.any()
            )
        )
        workspace.mark_saved(workspace.project)
        self.studio.window.refresh()
        return self


registry, host = fixtures_of("builtin.mock", "session")


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication, look: Look, registry: Registry, host: EngineHost) -> Iterator[Rig]:
    player, answers = SilentPlayer(), Answers()
    chosen = Preferences(theme="dark", reduce_motion=True)
    studio = assemble(
        qapp, registry=registry, questions=answers, preferences=chosen, look=look,
        make_engraver=InlineEngraver, host=LentHost(host), player=player,  # type: ignore[arg-type]
    )  # fmt: skip
    studio.document.new()
    studio.window.resize(1440, 900)
    studio.window.show()
    studio.window.activateWindow()
    qtbot.waitExposed(studio.window)
    yield Rig(studio, player, answers, qtbot)
    studio.window.close_now()
    studio.close()
    studio.window.deleteLater()
    for part in (
        studio.workspace,
        studio.document,
        studio.playback,
        studio.export,
        studio.window.labels,
        studio.keep,
        studio.choices,
        studio.garbage,
    ):
        part.deleteLater()
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del studio
    gc.collect(1)  # the young, here and not in the thread of the next engraver: a window is among them


@pytest.fixture
def tune(rig: Rig) -> Rig:
    """A tune as its engine would make it, in a project without that engine."""
    stage = Stage("1", "nobody.melody", Text("When the lamps"), sketch=tune_sketch())
    rig.studio.workspace.open(Project("River song", (stage,)), saved=True)
    rig.studio.window.refresh()
    rig.settle()
    return rig
