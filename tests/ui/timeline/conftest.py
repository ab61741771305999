"""A timeline over the real workspace: hummed by the mock engine in this process, or a short made-up speech sketch."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from intermezzo.audio.player import Player
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import JobHandle, OnEvent, Request
from intermezzo.ui.look import Look
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.bench import idle_workspace, long_sketch
from intermezzo.ui.workspace import Workspace


class SoonHost:
    """Runs requests in this process, after the caller has gone on, as the real host does."""

    device = "cpu"
    id = 0

    def __init__(self, registry: Registry) -> None:
        self._runner = InlineRunner(registry)

    def submit(self, request: Request, on_event: OnEvent) -> JobHandle:
        """Take a request for the next turn of the event loop."""
        QTimer.singleShot(0, lambda: self._runner.submit(request, on_event))
        return self

    def cancel(self) -> None:
        """Nothing runs while anybody could cancel it."""


@pytest.fixture
def hum(qtbot: QtBot) -> Iterator[Workspace]:
    """Return a workspace on a sketch that the mock engine converted and rendered."""
    registry = discover()
    player = Player()
    workspace = Workspace(registry, SoonHost(registry), player)  # type: ignore[arg-type]  # it has the host's face
    workspace.open(Project("Tune", (Stage("1", "builtin.mock", Text("Oh, are you in Iowa?")),)), saved=True)
    workspace.conversions.convert()
    qtbot.waitUntil(
        lambda: not workspace.conversions.is_running and bool(workspace.sketch) and not workspace.output.stale.any(),
        timeout=20_000,
    )
    yield workspace
    workspace.close()
    player.close()


@pytest.fixture
def speech(qtbot: QtBot) -> Iterator[Workspace]:
    """Return a workspace on 8 s of made-up speech; nothing is rendered."""
    workspace = idle_workspace(long_sketch(750, 80))
    yield workspace
    workspace.close()
    workspace.player.close()


@pytest.fixture
def show(qtbot: QtBot, look: Look) -> Callable[[Workspace], Timeline]:
    """Return a function that shows a workspace in a timeline of 900 x 760."""

    kept: list[Timeline] = []  # the robot holds widgets weakly

    def shown(workspace: Workspace) -> Timeline:
        timeline = Timeline(workspace, look)
        kept.append(timeline)
        qtbot.addWidget(timeline)
        timeline.resize(900, 760)
        with qtbot.waitExposed(timeline):
            timeline.show()
        workspace.view.fit()
        return timeline

    return shown


@pytest.fixture
def drag() -> Callable[..., None]:
    """Return a function that drags the left button over a widget by real mouse events."""

    def dragged(
        widget: QWidget, *points: tuple[float, float], modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton, release: bool = True,
    ) -> None:  # fmt: skip
        places = [QPoint(round(x), round(y)) for x, y in points]
        QTest.mousePress(widget, button, modifier, places[0])
        for place in places[1:]:
            _move(widget, place, button, modifier)
        if release:
            QTest.mouseRelease(widget, button, modifier, places[-1])

    return dragged


def _move(widget: QWidget, place: QPoint, button: Qt.MouseButton, modifier: Qt.KeyboardModifier) -> None:
    # QTest.mouseMove carries neither button nor modifier.
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, button, modifier
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
