"""What benches wait with: a figure or the true reason why there is none, never a minute of silence."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from intermezzo.audio.player import Player
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import OnEvent, Request
from intermezzo.ui.bench.watch import Beats, BenchTrouble, Watch
from intermezzo.ui.workspace import Workspace


class Soon:
    """A host that answers when the event loop comes round."""

    id = 1

    def __init__(self, registry: Registry) -> None:
        self._inline = InlineRunner(registry)

    def submit(self, request: Request, on_event: OnEvent) -> "Soon":
        QTimer.singleShot(0, lambda: self._inline.submit(request, on_event))
        return self

    def cancel(self) -> None:
        """Too late."""

    def close(self) -> None:
        """Hold nothing."""


@pytest.fixture
def workspace(qtbot: QtBot) -> Iterator[Workspace]:
    registry = discover()
    made = Workspace(registry, Soon(registry), Player())
    yield made
    made.close()


def test_it_waits_until_what_it_is_after_is_there(workspace: Workspace) -> None:
    here: list[int] = []
    QTimer.singleShot(20, lambda: here.append(1))
    Watch(workspace).wait(lambda: bool(here), "nothing came")
    assert here


def test_it_says_what_did_not_happen_in_time(workspace: Workspace) -> None:
    with pytest.raises(BenchTrouble, match=r"the page was not rendered within 0 s"):
        Watch(workspace).wait(lambda: False, "the page was not rendered", 0.02)


def test_a_refusal_of_the_engine_is_the_reason_and_comes_at_once(workspace: Workspace) -> None:
    watch = Watch(workspace)
    workspace.open(Project("Bench", (Stage("1", "builtin.mock", Text("... !")),)), saved=True)
    workspace.conversions.convert()
    with pytest.raises(BenchTrouble, match="could not be converted"):
        watch.wait(lambda: False, "nothing came")


def test_beats_tell_how_long_the_loop_stood_still(workspace: Workspace) -> None:
    beats = Beats()
    ends: list[int] = []
    QTimer.singleShot(30, lambda: sum(range(2_000_000)))
    QTimer.singleShot(60, lambda: ends.append(1))
    Watch(workspace).wait(lambda: bool(ends), "nothing came")
    beats.stop()
    assert 5 < beats.busy_ms <= beats.blocked_ms + 1
