"""What follows from an edit lands in the edit's own undo step, whatever the person does meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from intermezzo.audio.player import Player
from intermezzo.core.edits import free_spans, notes, spans
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import GROUP, Registry, discover
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import OnEvent, Request, Stopped
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.work import Trouble, Work
from intermezzo.ui.workspace import Workspace

PACKAGE = Path(__file__).parents[1] / "plugins" / "packages" / "followers"
FOLLOWERS = EntryPoint("followers", "follower_engine:engines.toml", GROUP)


class PatientHost:
    """Keeps requests until a test lets one be done."""

    device = "cpu"

    def __init__(self, registry: Registry) -> None:
        self._runner = InlineRunner(registry)
        self.waiting: list[tuple[Request, OnEvent]] = []
        self.cancelled: list[Request] = []
        self.warmed: list[str] = []

    def submit(self, request: Request, on_event: OnEvent) -> "Handle":
        if request.kind == "warm":
            self.warmed.append(request.engine)
        else:
            self.waiting.append((request, on_event))
        return Handle(self, request, on_event)

    def do(self) -> Request:
        request, on_event = self.waiting.pop(0)
        self._runner.submit(request, on_event)
        return request


class Handle:
    id = 0

    def __init__(self, host: PatientHost, request: Request, on_event: OnEvent) -> None:
        self._host, self._job = host, (request, on_event)

    def cancel(self) -> None:
        if self._job in self._host.waiting:
            self._host.waiting.remove(self._job)
        self._host.cancelled.append(self._job[0])
        self._job[1](Stopped())


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> PatientHost:
    monkeypatch.syspath_prepend(PACKAGE)
    return PatientHost(discover([FOLLOWERS]))


@pytest.fixture
def tune(qtbot: QtBot, host: PatientHost) -> Iterator[Workspace]:
    """Eight bars of C under one chord, bars of a note each; nothing is rendered."""
    registry, player = discover([FOLLOWERS]), Player()
    sketch = InlineRunner(registry).run(Request("convert", "follower", source=Text("la")))
    workspace = Workspace(registry, host, player)  # type: ignore[arg-type]  # it has the host's face
    workspace.open(Project("Tune", (Stage("1", "tests.follower", Text("la"), sketch=sketch),)), saved=True)  # type: ignore[arg-type]
    yield workspace
    workspace.close()
    player.close()


def settle(qtbot: QtBot, host: PatientHost, n: int = 1) -> None:
    """Wait until requests to follow have come, or see that none comes."""
    qtbot.waitUntil(lambda: len(host.waiting) == n, timeout=2000)


def pitches(workspace: Workspace) -> list[int]:
    found: list[int] = workspace.sketch.notes.pitches.tolist()  # type: ignore[union-attr]
    return found


def chord(workspace: Workspace, label: str) -> None:
    assert workspace.edit(f"Chord {label}", lambda s: spans.relabel(s, "chords", 0, label))


def test_undo_and_redo_bring_an_edit_and_what_follows_from_it_together(
    tune: Workspace, host: PatientHost, qtbot: QtBot
) -> None:
    chord(tune, "G")
    settle(qtbot, host)
    assert tune.follow_up.is_waiting
    host.do()
    assert pitches(tune) == [67] * 8 and len(tune.history.steps) == 2 and not tune.follow_up.is_waiting
    tune.undo()
    assert pitches(tune) == [61] * 8 and tune.sketch.chords.labels == ("C",)
    tune.redo()
    assert pitches(tune) == [67] * 8 and tune.history.undo_label == "Chord G"
    qtbot.wait(80)
    assert not host.waiting, "nothing is left to follow"


def test_a_newer_edit_takes_the_older_over_and_an_undone_step_is_followed_when_one_is_back(
    tune: Workspace, host: PatientHost, qtbot: QtBot
) -> None:
    chord(tune, "G")
    settle(qtbot, host)
    first = host.waiting[0][0]
    tune.edit("Move", lambda s: notes.move(s, [1], 0, 3))
    settle(qtbot, host)
    assert host.cancelled == [first] and host.waiting[0][0].before is first.before
    host.do()
    assert pitches(tune) == [67, 64, *[67] * 6]
    tune.undo()
    assert pitches(tune) == [61] * 8
    settle(qtbot, host)
    host.do()
    assert pitches(tune) == [67] * 8
    tune.redo()
    assert pitches(tune) == [67, 64, *[67] * 6]


def test_what_was_undone_while_it_was_followed_is_whole_when_it_is_redone(
    tune: Workspace, host: PatientHost, qtbot: QtBot
) -> None:
    chord(tune, "G")
    settle(qtbot, host)
    tune.undo()
    tune.change("Rename nothing", lambda p: p)
    host.do()
    assert pitches(tune) == [61] * 8
    tune.redo()
    assert pitches(tune) == [67] * 8


def test_a_gesture_is_followed_once_it_is_let_go_and_nothing_moves_under_the_hand(
    tune: Workspace, host: PatientHost, qtbot: QtBot, look: object
) -> None:
    board = Board(tune, look)  # type: ignore[arg-type]
    chord(tune, "G")
    settle(qtbot, host)
    drag = board.start_drag("arrows")
    assert drag is not None
    host.do()
    assert pitches(tune) == [61] * 8, "the hand holds the sketch as it stood"
    for up in (1, 2, 5):
        drag.update("Move", lambda s, up=up: notes.move(s, [0], 0, up))  # type: ignore[misc]
        qtbot.wait(60)
    assert not host.waiting
    drag.finish()
    settle(qtbot, host)
    host.do()
    assert pitches(tune) == [66, *[67] * 7] and len(tune.history.steps) == 3
    again = board.start_drag("arrows")
    assert again is not None
    again.cancel()
    qtbot.wait(80)
    assert not host.waiting


def test_what_is_converted_anew_follows_the_edits_that_it_keeps(
    tune: Workspace, host: PatientHost, qtbot: QtBot
) -> None:
    chord(tune, "G")
    settle(qtbot, host)
    host.do()
    tune.conversions.convert(2)
    assert host.do().kind == "convert"
    assert pitches(tune) == [62] * 8 and tune.sketch.chords.labels == ("G",)  # type: ignore[union-attr]
    settle(qtbot, host)
    host.do()
    assert pitches(tune) == [67] * 8 and tune.history.undo_label == "Convert, seed 2"
    tune.undo()
    assert tune.sketch.made.seed == 1 and pitches(tune) == [67] * 8  # type: ignore[union-attr]


def test_a_failure_is_a_card_and_trying_again_follows(tune: Workspace, host: PatientHost, qtbot: QtBot) -> None:
    troubles: list[Trouble] = []
    tune.troubled.connect(troubles.append)
    tune.change("Fail", lambda p: p.with_stage(_with_manner(p, "failing")))
    chord(tune, "G")
    settle(qtbot, host)
    host.do()
    assert "Follower failed" in troubles[0].detail and pitches(tune) == [61] * 8
    assert not tune.follow_up.is_waiting
    tune.change("Mend", lambda p: p.with_stage(_with_manner(p, "good")))
    assert troubles[0].remedy is not None
    troubles[0].remedy[1]()
    settle(qtbot, host)
    host.do()
    assert pitches(tune) == [67] * 8


def test_esc_leaves_the_rest_as_it_was(tune: Workspace, host: PatientHost, qtbot: QtBot) -> None:
    works: list[Work | None] = []
    tune.worked.connect(works.append)
    chord(tune, "G")
    settle(qtbot, host)
    qtbot.waitUntil(lambda: any(works), timeout=2000)
    shown = next(work for work in works if work)
    assert shown.cancel is not None
    shown.cancel()
    qtbot.wait(80)
    assert pitches(tune) == [61] * 8 and not host.waiting and works[-1] is None


def test_the_engine_is_loaded_before_the_first_edit(tune: Workspace, host: PatientHost, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: host.warmed == ["tests.follower"], timeout=2000)
    chord(tune, "G")
    settle(qtbot, host)
    host.do()
    qtbot.wait(50)
    assert host.warmed == ["tests.follower"]


def test_locks_and_edits_while_it_is_off_are_not_followed(tune: Workspace, host: PatientHost, qtbot: QtBot) -> None:
    tune.edit("Lock", lambda s: notes.lock(s, [0]))
    qtbot.wait(80)
    assert not host.waiting
    tune.follow_up.set_on(False)
    tune.edit("Split", lambda s: free_spans.split(s, "chords", 0, 1920))
    qtbot.wait(80)
    tune.follow_up.set_on(True)
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    assert not host.waiting


def _with_manner(project: Project, manner: str) -> Stage:
    return replace(project.stages[0], params={"manner": manner})
